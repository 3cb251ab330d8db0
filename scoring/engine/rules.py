"""What a mark may hold, and the points it gives, for each kind of rule.

Points are worked out exactly, rounded half up to the table's precision at the mark, and never
leave 0…max. Where the format leaves something open, this is how it is read:

- Numbers are decimal strings; ``days_late`` is a JSON integer as in the rule; ``count`` is a
  whole number, as a decimal string or a JSON integer.
- ``proportional`` with a target in the rule: the mark holds none, or repeats it exactly.
- ``days_late`` or ``done_on``, exactly one; ``done_on`` only where the rule has ``due_on``.
- Nothing a mark holds is negative. An achievement of 0 with ``better: lower`` is the first band
  in ``bands``, whether of the ratio or of the value.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import singledispatch

from scoring.engine.faults import Fault
from scoring.engine.kinds import (
    Band,
    Bands,
    Checklist,
    Choice,
    Count,
    Gate,
    Judged,
    Ladder,
    Option,
    PerDay,
    Proportional,
    Relative,
    Rule,
    Steps,
)
from scoring.engine.numbers import round_down, round_half_up
from scoring.engine.phrases import phrase
from scoring.engine.reader import Reader
from scoring.engine.table import Criterion

Entry = Mapping[str, object]

_ZERO = Fraction(0)
_ONE = Fraction(1)


def check_entry(criterion: Criterion, entry: Entry) -> list[Fault]:
    """What is wrong with a mark's entry on a leaf; paths are relative to the mark."""
    reader = Reader()
    if criterion.rule is None:
        reader.fault(
            "",
            phrase("Tiêu chí “%(code)s” là một nhóm, không chấm trực tiếp.", code=criterion.code),
        )
    else:
        _check(criterion.rule, reader, entry, criterion.max)
    return reader.faults


@singledispatch
def _check(rule: Rule, reader: Reader, entry: Entry, maximum: Decimal) -> None:
    """Report to ``reader`` what this kind of rule finds wrong."""
    raise TypeError(f"unknown rule {rule!r}")


@_check.register
def _(rule: Judged, reader: Reader, entry: Entry, maximum: Decimal) -> None:
    keys = reader.mapping(entry, "", ("points",))
    if "points" in keys:
        points = reader.decimal(keys["points"], "points")
        if points > maximum:
            reader.fault(
                "points",
                phrase("Điểm cao hơn điểm tối đa."),
                phrase("tối đa %(most)s", most=maximum),
            )
        elif (Fraction(points) / Fraction(rule.step)).denominator != 1:
            reader.fault(
                "points",
                phrase("Điểm không đúng bước chấm."),
                phrase("bội của %(step)s", step=rule.step),
            )


@_check.register
def _(rule: Choice, reader: Reader, entry: Entry, maximum: Decimal) -> None:
    keys = reader.mapping(entry, "", ("option",))
    if "option" in keys:
        reader.one_of(keys["option"], "option", tuple(option.key for option in rule.options))


@_check.register
def _(rule: Checklist, reader: Reader, entry: Entry, maximum: Decimal) -> None:
    keys = reader.mapping(entry, "", ("items",))
    known = tuple(item.key for item in rule.items)
    done: set[str] = set()
    for index, item in enumerate(reader.items(keys.get("items", ()), "items")):
        key = reader.one_of(item, f"items[{index}]", known)
        if key == item and key in done:
            reader.fault(
                f"items[{index}]",
                phrase("Mục “%(key)s” bị lặp lại.", key=key),
                phrase("mỗi mục một lần"),
            )
        done.add(key)


@_check.register
def _(rule: Count, reader: Reader, entry: Entry, maximum: Decimal) -> None:
    keys = reader.mapping(entry, "", ("count",))
    count = keys.get("count", 0)
    if isinstance(count, str):
        if reader.decimal(count, "count") % 1:
            reader.fault("count", phrase("Số lượng phải là số nguyên."), phrase("số nguyên từ 0"))
    else:
        reader.whole(count, "count", most=10**15)


@_check.register
def _(rule: Proportional, reader: Reader, entry: Entry, maximum: Decimal) -> None:
    if rule.target is None:
        _check_ratio(reader, entry)
        return
    keys = reader.mapping(entry, "", ("achieved",), ("target",))
    if "achieved" in keys:
        reader.decimal(keys["achieved"], "achieved")
    if "target" in keys:
        found = len(reader.faults)
        target = reader.decimal(keys["target"], "target")
        if reader.clean_since(found) and target != rule.target:
            message = phrase("Chỉ tiêu đã được bảng tiêu chí ấn định.")
            reader.fault(
                "target", message, phrase("%(target)s, hoặc bỏ trống", target=rule.target)
            )


@_check.register
def _(rule: Bands, reader: Reader, entry: Entry, maximum: Decimal) -> None:
    if rule.of == "ratio":
        _check_ratio(reader, entry)
    else:
        _check_achieved(reader, entry)


@_check.register
def _(rule: Steps, reader: Reader, entry: Entry, maximum: Decimal) -> None:
    _check_ratio(reader, entry)


@_check.register
def _(rule: Relative, reader: Reader, entry: Entry, maximum: Decimal) -> None:
    if not rule.targets:
        _check_achieved(reader, entry)
        return
    found = len(reader.faults)
    _check_ratio(reader, entry)
    if rule.better == "lower" and reader.clean_since(found) and not _number(entry["achieved"]):
        message = phrase("Kết quả 0 không so sánh được với đơn vị dẫn đầu.")
        reader.fault("achieved", message, phrase("số dương"))


def _check_ratio(reader: Reader, entry: Entry) -> None:
    keys = reader.mapping(entry, "", ("achieved", "target"))
    if "achieved" in keys:
        reader.decimal(keys["achieved"], "achieved")
    if "target" in keys:
        reader.decimal(keys["target"], "target", above_zero=True)


def _check_achieved(reader: Reader, entry: Entry) -> None:
    keys = reader.mapping(entry, "", ("achieved",))
    if "achieved" in keys:
        reader.decimal(keys["achieved"], "achieved")


@_check.register(Ladder)
@_check.register(PerDay)
def _(rule: Ladder | PerDay, reader: Reader, entry: Entry, maximum: Decimal) -> None:
    keys = reader.mapping(entry, "", (), ("days_late", "done_on"))
    if len(keys) != 1:
        message = phrase("Mỗi lượt chấm ghi số ngày chậm hoặc ngày hoàn thành.")
        reader.fault("days_late", message, phrase("đúng một trong days_late và done_on"))
    if "days_late" in keys:
        reader.whole(keys["days_late"], "days_late")
    if "done_on" in keys:
        reader.day(keys["done_on"], "done_on")
        if rule.due_on is None:
            reader.fault(
                "done_on", phrase("Tiêu chí này không có thời hạn (due_on)."), "days_late"
            )


@_check.register
def _(rule: Gate, reader: Reader, entry: Entry, maximum: Decimal) -> None:
    keys = reader.mapping(entry, "", ("met",))
    if "met" in keys:
        reader.flag(keys["met"], "met")


def points_of(criterion: Criterion, entry: Entry, precision: Decimal) -> Decimal | None:
    """The rounded points of an entry that ``check_entry`` accepts; None for a gate.

    Raises ``ValueError`` for a group, and for a ``relative`` rule, which needs the others' marks.
    """
    if criterion.rule is None or isinstance(criterion.rule, Relative):
        raise ValueError(f"points of {criterion.code} cannot be had from one mark")
    exact = _exact(criterion.rule, Fraction(criterion.max), entry)
    return None if exact is None else _rounded(exact, criterion, precision)


def relative_points(
    criterion: Criterion, entries: Mapping[str, Entry], precision: Decimal
) -> dict[str, Decimal]:
    """The rounded points of units compared with each other: one division, stage and scorer."""
    rule = criterion.rule
    if not isinstance(rule, Relative):
        raise ValueError(f"{criterion.code} is not a relative criterion")
    figures = {unit: relative_figure(rule, entry) for unit, entry in entries.items()}
    best = max(figures.values(), default=_ZERO)
    maximum = Fraction(criterion.max)
    share = _relative_share if rule.targets else _share_of_best
    return {
        unit: _rounded(maximum * share(rule, figure, best), criterion, precision)
        for unit, figure in figures.items()
    }


def relative_figure(rule: Relative, entry: Entry) -> Fraction:
    """What a ``relative`` rule compares: the ratio r, or the achievement without targets."""
    if not rule.targets:
        return _number(entry["achieved"])
    ratio = ratio_of(rule.better, _number(entry["achieved"]), _number(entry["target"]))
    if ratio is None:
        raise ValueError("an achievement of 0 has no ratio where lower is better")
    return ratio


def _relative_share(rule: Relative, ratio: Fraction, best: Fraction) -> Fraction:
    share = Fraction(rule.share)
    if ratio <= 1:
        return share * ratio
    return share + (1 - share) * (ratio - 1) / (best - 1)


def _share_of_best(rule: Relative, achieved: Fraction, best: Fraction) -> Fraction:
    return achieved / best if best else _ZERO


def ratio_of(better: str, achieved: Fraction, target: Fraction) -> Fraction | None:
    """r of the format; None stands for a ratio without bound (0 achieved, lower is better)."""
    if better == "higher":
        return achieved / target
    return target / achieved if achieved else None


def days_late_of(rule: Ladder | PerDay, entry: Entry) -> int:
    """Calendar days after the day due; early is 0."""
    days = entry.get("days_late")
    if isinstance(days, int):
        return days
    if rule.due_on is None:
        raise ValueError("a day of completion without a day due")
    return max(0, (date.fromisoformat(str(entry["done_on"])) - rule.due_on).days)


def band_of(rule: Bands, entry: Entry) -> Band | None:
    """The first band the entry falls in, or None where it is below all of them."""
    x = _number(entry["achieved"])
    if rule.better == "lower" and not x:
        return rule.bands[0]
    if rule.of == "ratio":
        target = _number(entry["target"])
        x = x / target if rule.better == "higher" else target / x
    downward = rule.of == "value" and rule.better == "lower"
    for band in rule.bands:
        distance = Fraction(band.start) - x if downward else x - Fraction(band.start)
        if distance > 0 or (distance == 0 and not band.open):
            return band
    return None


def options_of(rule: Choice | Checklist, entry: Entry) -> tuple[Option, ...]:
    """The options a mark names, in the rule's order."""
    if isinstance(rule, Choice):
        return tuple(option for option in rule.options if option.key == entry["option"])
    done = entry["items"]
    if not isinstance(done, list | tuple):
        raise TypeError("items must be a list")
    return tuple(item for item in rule.items if item.key in done)


def _number(value: object) -> Fraction:
    return Fraction(Decimal(str(value)))


def _rounded(exact: Fraction, criterion: Criterion, precision: Decimal) -> Decimal:
    """Half up to the precision; a maximum between two steps is not rounded over."""
    maximum = Fraction(criterion.max)
    points = round_half_up(min(max(exact, _ZERO), maximum), precision)
    return points if points <= maximum else round_down(maximum, precision)


@singledispatch
def _exact(rule: Rule, maximum: Fraction, entry: Entry) -> Fraction | None:
    """The points before rounding, possibly outside 0…max; None for a gate."""
    raise TypeError(f"unknown rule {rule!r}")


@_exact.register
def _(rule: Judged, maximum: Fraction, entry: Entry) -> Fraction:
    return _number(entry["points"])


@_exact.register(Choice)
@_exact.register(Checklist)
def _(rule: Choice | Checklist, maximum: Fraction, entry: Entry) -> Fraction:
    return sum((Fraction(option.points) for option in options_of(rule, entry)), _ZERO)


@_exact.register
def _(rule: Count, maximum: Fraction, entry: Entry) -> Fraction:
    return Fraction(rule.each) * _number(entry["count"])


@_exact.register
def _(rule: Proportional, maximum: Fraction, entry: Entry) -> Fraction:
    target = _number(entry["target"]) if rule.target is None else Fraction(rule.target)
    ratio = ratio_of(rule.better, _number(entry["achieved"]), target)
    if ratio is None:
        return maximum
    return maximum * min(ratio, _ONE) if ratio >= Fraction(rule.floor) else _ZERO


@_exact.register
def _(rule: Bands, maximum: Fraction, entry: Entry) -> Fraction:
    band = band_of(rule, entry)
    return Fraction(band.points) if band else _ZERO


@_exact.register
def _(rule: Steps, maximum: Fraction, entry: Entry) -> Fraction:
    ratio = ratio_of(rule.better, _number(entry["achieved"]), _number(entry["target"]))
    beyond = 100 * ((_ONE if ratio is None else ratio) - 1)
    rate = rule.gains if beyond >= 0 else rule.loses
    return Fraction(rule.at_target) + Fraction(rate) * beyond


@_exact.register
def _(rule: Ladder, maximum: Fraction, entry: Entry) -> Fraction:
    days = days_late_of(rule, entry)
    return next((Fraction(step.points) for step in rule.steps if days <= step.days_late), _ZERO)


@_exact.register
def _(rule: PerDay, maximum: Fraction, entry: Entry) -> Fraction:
    return maximum - Fraction(rule.loses) * days_late_of(rule, entry)


@_exact.register
def _(rule: Gate, maximum: Fraction, entry: Entry) -> None:
    return None
