"""Marks and rules in words, with the numbers as Vietnamese readers write them."""

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
from scoring.engine.phrases import Phrase, counted, phrase, series
from scoring.engine.rules import Entry, band_of, days_late_of, options_of, ratio_of

STAGE_NAMES: Mapping[str, str] = {
    "self": phrase("tự chấm"),
    "cross": phrase("chấm chéo"),
    "verify": phrase("thẩm định"),
    "recheck": phrase("chấm lại"),
    "final": phrase("khối quyết định"),
}
# The same at the start of a line.
STAGE_STARTS: Mapping[str, str] = {
    "self": phrase("Tự chấm"),
    "cross": phrase("Chấm chéo"),
    "verify": phrase("Thẩm định"),
    "recheck": phrase("Chấm lại"),
    "final": phrase("Khối quyết định"),
}
CROSS_NAMES: Mapping[str, str] = {
    "mean": phrase("trung bình cộng"),
    "median": phrase("trung vị"),
    "trimmed_mean": phrase("trung bình sau khi bỏ một điểm cao nhất và một điểm thấp nhất"),
}

_FIRST = Fraction(1)


@singledispatch
def rule_in_words(rule: Rule) -> str:
    """How points are given under this rule, in one phrase."""
    raise TypeError(f"unknown rule {rule!r}")


@rule_in_words.register
def _(rule: Judged) -> str:
    return phrase("người chấm cho điểm, bước %(step)s", step=spoken(rule.step))


@rule_in_words.register
def _(rule: Choice) -> str:
    options = series("; ", (_worth(option.name, option.points) for option in rule.options))
    return phrase("chọn một mức: %(options)s", options=options)


@rule_in_words.register
def _(rule: Checklist) -> str:
    items = series("; ", (_worth(item.name, item.points) for item in rule.items))
    return phrase("cộng điểm các việc đã làm: %(items)s", items=items)


@rule_in_words.register
def _(rule: Count) -> str:
    each = spoken(rule.each)
    return counted("mỗi việc %(each)s điểm, không quá điểm tối đa", rule.each, each=each)


@rule_in_words.register
def _(rule: Proportional) -> str:
    if rule.target is None:
        words = phrase("theo tỷ lệ thực hiện so với chỉ tiêu")
    else:
        target = spoken(rule.target)
        words = phrase("theo tỷ lệ thực hiện so với chỉ tiêu %(target)s", target=target)
    words = _with_direction(words, rule.better)
    if rule.floor:
        floor = spoken_percent(Fraction(rule.floor))
        words = phrase("%(how)s; dưới %(floor)s không có điểm", how=words, floor=floor)
    return words


@rule_in_words.register
def _(rule: Bands) -> str:
    by_value = rule.of == "value"
    sign = "<" if by_value and rule.better == "lower" else ">"
    parts = []
    for band in rule.bands:
        start = spoken(band.start) if by_value else spoken_percent(Fraction(band.start))
        close = sign if band.open else {"<": "≤", ">": "≥"}[sign]
        parts.append(_worth(f"{close} {start}:", band.points))
    return phrase("theo mức: %(bands)s; còn lại 0 điểm", bands=series("; ", parts))


@rule_in_words.register
def _(rule: Steps) -> str:
    words = counted(
        "đạt chỉ tiêu %(points)s điểm; mỗi 1%% vượt cộng %(gains)s, mỗi 1%% hụt trừ %(loses)s",
        rule.at_target,
        points=spoken(rule.at_target),
        gains=spoken(rule.gains),
        loses=spoken(rule.loses),
    )
    return _with_direction(words, rule.better)


@rule_in_words.register
def _(rule: Relative) -> str:
    if not rule.targets:
        return phrase("so với kết quả cao nhất")
    return phrase(
        "đạt chỉ tiêu được %(share)s điểm tối đa, vượt thì so với đơn vị dẫn đầu",
        share=spoken_percent(Fraction(rule.share)),
    )


@rule_in_words.register
def _(rule: Ladder) -> str:
    steps = series("; ", (_worth(_up_to(step.days_late), step.points) for step in rule.steps))
    return phrase("%(steps)s; chậm hơn 0 điểm", steps=steps)


@rule_in_words.register
def _(rule: PerDay) -> str:
    loses = spoken(rule.loses)
    return counted("mỗi ngày chậm trừ %(loses)s điểm, không dưới 0", rule.loses, loses=loses)


@rule_in_words.register
def _(rule: Gate) -> str:
    if rule.effect == "unranked":
        return phrase("điều kiện loại: vướng thì không xếp hạng")
    return phrase("điều kiện loại: vướng thì không xét danh hiệu")


def _worth(what: str, points: Decimal) -> Phrase:
    return counted("%(what)s %(points)s điểm", points, what=what, points=spoken(points))


def _up_to(days: int) -> Phrase:
    return counted("chậm đến %(days)s ngày", days, days=days) if days else phrase("đúng hạn")


def _with_direction(words: Phrase, better: str) -> Phrase:
    return phrase("%(how)s (càng thấp càng tốt)", how=words) if better == "lower" else words


@singledispatch
def mark_in_words(rule: Rule, maximum: Decimal, entry: Entry) -> str:
    """How a mark's points come about, up to but without their rounding."""
    raise TypeError(f"unknown rule {rule!r}")


@mark_in_words.register
def _(rule: Judged, maximum: Decimal, entry: Entry) -> str:
    return phrase("cho %(points)s", points=spoken(_given(entry, "points")))


@mark_in_words.register
def _(rule: Choice, maximum: Decimal, entry: Entry) -> str:
    return phrase("chọn “%(option)s”", option=options_of(rule, entry)[0].name)


@mark_in_words.register
def _(rule: Checklist, maximum: Decimal, entry: Entry) -> str:
    done = options_of(rule, entry)
    if not done:
        return phrase("chưa làm việc nào")
    names = ", ".join(f"“{item.name}”" for item in done)
    points = " + ".join(spoken(item.points) for item in done)
    return phrase("đã làm %(items)s: %(points)s", items=names, points=points)


@mark_in_words.register
def _(rule: Count, maximum: Decimal, entry: Entry) -> str:
    count = _given(entry, "count")
    product = count * Fraction(rule.each)
    whole = equation(f"{spoken(count)} × {spoken(rule.each)}", spoken(product))
    if product <= maximum:
        return whole
    return phrase("%(sum)s, tối đa %(most)s", sum=whole, most=spoken(maximum))


@mark_in_words.register
def _(rule: Proportional, maximum: Decimal, entry: Entry) -> str:
    target = _given(entry, "target") if rule.target is None else Fraction(rule.target)
    ratio = ratio_of(rule.better, _given(entry, "achieved"), target)
    start = _ratio_words(rule.better, entry, target)
    if ratio is None:
        return start
    if ratio < Fraction(rule.floor):
        floor = spoken_percent(Fraction(rule.floor))
        return phrase("%(reached)s, dưới %(floor)s", reached=start, floor=floor)
    used = min(ratio, _FIRST)
    product = spoken(Fraction(maximum) * used)
    return series(" → ", (start, equation(f"{spoken(maximum)} × {spoken(used)}", product)))


@mark_in_words.register
def _(rule: Bands, maximum: Decimal, entry: Entry) -> str:
    if rule.of == "value":
        start = _achieved_words(entry)
    else:
        start = _ratio_words(rule.better, entry, _given(entry, "target"))
    band = band_of(rule, entry)
    if band is None:
        return phrase("%(reached)s, dưới mức thấp nhất", reached=start)
    return phrase("%(reached)s, mức %(points)s", reached=start, points=spoken(band.points))


@mark_in_words.register
def _(rule: Steps, maximum: Decimal, entry: Entry) -> str:
    target = _given(entry, "target")
    ratio = ratio_of(rule.better, _given(entry, "achieved"), target)
    beyond = 100 * ((_FIRST if ratio is None else ratio) - 1)
    sign, rate = ("+", rule.gains) if beyond >= 0 else ("−", rule.loses)
    points = f"{spoken(rule.at_target)} {sign} {spoken(rate)} × {spoken(abs(beyond))}"
    return series(" → ", (_ratio_words(rule.better, entry, target), points))


@mark_in_words.register
def _(rule: Relative, maximum: Decimal, entry: Entry) -> str:
    if not rule.targets:
        return _achieved_words(entry)
    return _ratio_words(rule.better, entry, _given(entry, "target"))


@mark_in_words.register(Ladder)
@mark_in_words.register(PerDay)
def _(rule: Ladder | PerDay, maximum: Decimal, entry: Entry) -> str:
    days = days_late_of(rule, entry)
    if not days:
        return phrase("đúng hạn")
    words = counted("chậm %(days)s ngày", days, days=days)
    if isinstance(rule, PerDay):
        return series(" → ", (words, f"{spoken(maximum)} − {spoken(rule.loses)} × {days}"))
    return words


@mark_in_words.register
def _(rule: Gate, maximum: Decimal, entry: Entry) -> str:
    return phrase("vướng") if entry["met"] is True else phrase("không vướng")


def leader_in_words(rule: Relative, maximum: Decimal, own: Fraction, best: Fraction) -> str:
    """How a unit's figure stands against the best of those it is compared with."""
    most = spoken(maximum)
    if not rule.targets:
        if not best:
            return ""
        highest = phrase("cao nhất %(best)s", best=spoken(best))
        return series(" → ", (highest, f"{most} × {spoken(own)} ÷ {spoken(best)}"))
    share = spoken(rule.share)
    if own <= 1:
        return f"→ {share} × {most} × {spoken(own)}"
    rest = spoken(1 - Fraction(rule.share))
    leading = phrase("dẫn đầu %(best)s", best=spoken_percent(best))
    beyond = f"{rest} × {most} × ({spoken(own)} − 1) ÷ ({spoken(best)} − 1)"
    return series(" → ", (leading, f"{share} × {most} + {beyond}"))


def _given(entry: Entry, key: str) -> Fraction:
    return Fraction(Decimal(str(entry[key])))


def _achieved_words(entry: Entry) -> Phrase:
    return phrase("đạt %(achieved)s", achieved=spoken(_given(entry, "achieved")))


def _ratio_words(better: str, entry: Entry, target: Fraction) -> Phrase:
    achieved = _given(entry, "achieved")
    ratio = ratio_of(better, achieved, target)
    if better == "higher":
        whole = equation(f"{spoken(achieved)}/{spoken(target)}", spoken_percent(achieved / target))
        return phrase("đạt %(achieved)s", achieved=whole)
    if ratio is None:
        most = spoken(target)
        return phrase("đạt 0, chỉ tiêu không quá %(target)s: tốt nhất", target=most)
    return phrase(
        "chỉ tiêu %(target)s, đạt %(achieved)s",
        target=spoken(target),
        achieved=equation(spoken(achieved), spoken_percent(ratio)),
    )
