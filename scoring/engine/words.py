"""Marks and rules in Vietnamese words, with the numbers as Vietnamese readers write them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from functools import singledispatch

from scoring.engine.kinds import (
    Bands,
    Checklist,
    Choice,
    Count,
    Gate,
    Judged,
    Ladder,
    PerDay,
    Proportional,
    Relative,
    Rule,
    Steps,
)
from scoring.engine.numbers import equation, spoken, spoken_percent
from scoring.engine.rules import Entry, band_of, days_late_of, options_of, ratio_of

STAGE_NAMES: Mapping[str, str] = {
    "self": "tự chấm",
    "cross": "chấm chéo",
    "verify": "thẩm định",
    "recheck": "chấm lại",
    "final": "khối quyết định",
}
CROSS_NAMES: Mapping[str, str] = {
    "mean": "trung bình cộng",
    "median": "trung vị",
    "trimmed_mean": "trung bình sau khi bỏ một điểm cao nhất và một điểm thấp nhất",
}

_FIRST = Fraction(1)


@singledispatch
def rule_in_words(rule: Rule) -> str:
    """How points are given under this rule, in one phrase."""
    raise TypeError(f"unknown rule {rule!r}")


@rule_in_words.register
def _(rule: Judged) -> str:
    return f"người chấm cho điểm, bước {spoken(rule.step)}"


@rule_in_words.register
def _(rule: Choice) -> str:
    return "chọn một mức: " + "; ".join(
        f"{option.name} {spoken(option.points)} điểm" for option in rule.options
    )


@rule_in_words.register
def _(rule: Checklist) -> str:
    return "cộng điểm các việc đã làm: " + "; ".join(
        f"{item.name} {spoken(item.points)} điểm" for item in rule.items
    )


@rule_in_words.register
def _(rule: Count) -> str:
    return f"mỗi việc {spoken(rule.each)} điểm, không quá điểm tối đa"


@rule_in_words.register
def _(rule: Proportional) -> str:
    words = "theo tỷ lệ thực hiện so với chỉ tiêu"
    if rule.target is not None:
        words += f" {spoken(rule.target)}"
    words += _lower(rule.better)
    if rule.floor:
        words += f"; dưới {spoken_percent(Fraction(rule.floor))} không có điểm"
    return words


@rule_in_words.register
def _(rule: Bands) -> str:
    by_value = rule.of == "value"
    sign = "<" if by_value and rule.better == "lower" else ">"
    parts = []
    for band in rule.bands:
        start = spoken(band.start) if by_value else spoken_percent(Fraction(band.start))
        close = sign if band.open else {"<": "≤", ">": "≥"}[sign]
        parts.append(f"{close} {start}: {spoken(band.points)} điểm")
    return "theo mức: " + "; ".join(parts) + "; còn lại 0 điểm"


@rule_in_words.register
def _(rule: Steps) -> str:
    return (
        f"đạt chỉ tiêu {spoken(rule.at_target)} điểm; mỗi 1% vượt cộng {spoken(rule.gains)}, "
        f"mỗi 1% hụt trừ {spoken(rule.loses)}{_lower(rule.better)}"
    )


@rule_in_words.register
def _(rule: Relative) -> str:
    if not rule.targets:
        return "so với kết quả cao nhất"
    share = spoken_percent(Fraction(rule.share))
    return f"đạt chỉ tiêu được {share} điểm tối đa, vượt thì so với đơn vị dẫn đầu"


@rule_in_words.register
def _(rule: Ladder) -> str:
    steps = "; ".join(
        f"chậm đến {step.days_late} ngày {spoken(step.points)} điểm"
        if step.days_late
        else f"đúng hạn {spoken(step.points)} điểm"
        for step in rule.steps
    )
    return f"{steps}; chậm hơn 0 điểm"


@rule_in_words.register
def _(rule: PerDay) -> str:
    return f"mỗi ngày chậm trừ {spoken(rule.loses)} điểm, không dưới 0"


@rule_in_words.register
def _(rule: Gate) -> str:
    effects = {"unranked": "không xếp hạng", "untitled": "không xét danh hiệu"}
    return f"điều kiện loại: vướng thì {effects[rule.effect]}"


def _lower(better: str) -> str:
    return " (càng thấp càng tốt)" if better == "lower" else ""


@singledispatch
def mark_in_words(rule: Rule, maximum: Decimal, entry: Entry) -> str:
    """How a mark's points come about, up to but without their rounding."""
    raise TypeError(f"unknown rule {rule!r}")


@mark_in_words.register
def _(rule: Judged, maximum: Decimal, entry: Entry) -> str:
    return f"cho {spoken(_given(entry, 'points'))}"


@mark_in_words.register
def _(rule: Choice, maximum: Decimal, entry: Entry) -> str:
    return f"chọn “{options_of(rule, entry)[0].name}”"


@mark_in_words.register
def _(rule: Checklist, maximum: Decimal, entry: Entry) -> str:
    done = options_of(rule, entry)
    if not done:
        return "chưa làm việc nào"
    names = ", ".join(f"“{item.name}”" for item in done)
    return f"đã làm {names}: " + " + ".join(spoken(item.points) for item in done)


@mark_in_words.register
def _(rule: Count, maximum: Decimal, entry: Entry) -> str:
    count = _given(entry, "count")
    product = count * Fraction(rule.each)
    words = equation(f"{spoken(count)} × {spoken(rule.each)}", spoken(product))
    return words + (f", tối đa {spoken(maximum)}" if product > maximum else "")


@mark_in_words.register
def _(rule: Proportional, maximum: Decimal, entry: Entry) -> str:
    target = _given(entry, "target") if rule.target is None else Fraction(rule.target)
    ratio = ratio_of(rule.better, _given(entry, "achieved"), target)
    start = _ratio_words(rule.better, entry, target)
    if ratio is None:
        return start
    if ratio < Fraction(rule.floor):
        return f"{start}, dưới {spoken_percent(Fraction(rule.floor))}"
    used = min(ratio, _FIRST)
    product = spoken(Fraction(maximum) * used)
    return f"{start} → {equation(f'{spoken(maximum)} × {spoken(used)}', product)}"


@mark_in_words.register
def _(rule: Bands, maximum: Decimal, entry: Entry) -> str:
    if rule.of == "value":
        start = f"đạt {spoken(_given(entry, 'achieved'))}"
    else:
        start = _ratio_words(rule.better, entry, _given(entry, "target"))
    band = band_of(rule, entry)
    return f"{start}, mức {spoken(band.points)}" if band else f"{start}, dưới mức thấp nhất"


@mark_in_words.register
def _(rule: Steps, maximum: Decimal, entry: Entry) -> str:
    target = _given(entry, "target")
    ratio = ratio_of(rule.better, _given(entry, "achieved"), target)
    beyond = 100 * ((_FIRST if ratio is None else ratio) - 1)
    sign, rate = ("+", rule.gains) if beyond >= 0 else ("−", rule.loses)
    return (
        f"{_ratio_words(rule.better, entry, target)} → {spoken(rule.at_target)} {sign} "
        f"{spoken(rate)} × {spoken(abs(beyond))}"
    )


@mark_in_words.register
def _(rule: Relative, maximum: Decimal, entry: Entry) -> str:
    if not rule.targets:
        return f"đạt {spoken(_given(entry, 'achieved'))}"
    return _ratio_words(rule.better, entry, _given(entry, "target"))


@mark_in_words.register(Ladder)
@mark_in_words.register(PerDay)
def _(rule: Ladder | PerDay, maximum: Decimal, entry: Entry) -> str:
    days = days_late_of(rule, entry)
    words = f"chậm {days} ngày" if days else "đúng hạn"
    if isinstance(rule, PerDay) and days:
        words += f" → {spoken(maximum)} − {spoken(rule.loses)} × {days}"
    return words


@mark_in_words.register
def _(rule: Gate, maximum: Decimal, entry: Entry) -> str:
    return "vướng" if entry["met"] is True else "không vướng"


def leader_in_words(rule: Relative, maximum: Decimal, own: Fraction, best: Fraction) -> str:
    """How a unit's figure stands against the best of those it is compared with."""
    most = spoken(maximum)
    if not rule.targets:
        return f"cao nhất {spoken(best)} → {most} × {spoken(own)} ÷ {spoken(best)}" if best else ""
    share = spoken(rule.share)
    if own <= 1:
        return f"→ {share} × {most} × {spoken(own)}"
    rest = spoken(1 - Fraction(rule.share))
    return (
        f"dẫn đầu {spoken_percent(best)} → {share} × {most} + {rest} × {most} × "
        f"({spoken(own)} − 1) ÷ ({spoken(best)} − 1)"
    )


def _given(entry: Entry, key: str) -> Fraction:
    return Fraction(Decimal(str(entry[key])))


def _ratio_words(better: str, entry: Entry, target: Fraction) -> str:
    achieved = _given(entry, "achieved")
    ratio = ratio_of(better, achieved, target)
    if better == "higher":
        share = spoken_percent(achieved / target)
        return equation(f"đạt {spoken(achieved)}/{spoken(target)}", share)
    if ratio is None:
        return f"đạt 0, chỉ tiêu không quá {spoken(target)}: tốt nhất"
    return equation(f"chỉ tiêu {spoken(target)}, đạt {spoken(achieved)}", spoken_percent(ratio))
