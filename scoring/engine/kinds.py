"""The kinds of rule a leaf can have (formats.md, "Rules"), and how each is read.

Where the format leaves something open, this is how it is read:

- ``better`` is ``higher`` and ``of`` is ``ratio`` where they are not given; the other keys a
  kind names are required, except those with a default in the format and ``due_on``.
- Only ``proportional`` can fix a target; ``bands`` and ``steps`` take it from the mark.
- A band of ``of: "ratio"`` is highest first even with ``better: lower``, because the ratio is
  already turned round; only ``of: "value"`` with ``better: lower`` is lowest first. At the same
  border the open band stands before the closed one, anything else could never be reached.
- A ``checklist`` whose items add up to something else than ``max`` is kept with a warning, as
  groups are; its marks are cut at ``max``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import ClassVar

from scoring.engine.faults import joined
from scoring.engine.numbers import spoken
from scoring.engine.phrases import phrase
from scoring.engine.reader import LONGEST_CODE, Reader

DIRECTIONS = ("higher", "lower")
EFFECTS = ("unranked", "untitled")


@dataclass(frozen=True)
class Option:
    """One answer of a ``choice``, or one thing to do of a ``checklist``."""

    key: str
    name: str
    points: Decimal


@dataclass(frozen=True)
class Band:
    """Points from a border on; an open band leaves the border itself out."""

    start: Decimal
    open: bool
    points: Decimal


@dataclass(frozen=True)
class Step:
    """Points up to so many days late."""

    days_late: int
    points: Decimal


@dataclass(frozen=True)
class Judged:
    kind: ClassVar[str] = "judged"
    step: Decimal


@dataclass(frozen=True)
class Choice:
    kind: ClassVar[str] = "choice"
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Checklist:
    kind: ClassVar[str] = "checklist"
    items: tuple[Option, ...]


@dataclass(frozen=True)
class Count:
    kind: ClassVar[str] = "count"
    each: Decimal


@dataclass(frozen=True)
class Proportional:
    kind: ClassVar[str] = "proportional"
    better: str
    target: Decimal | None
    floor: Decimal


@dataclass(frozen=True)
class Bands:
    kind: ClassVar[str] = "bands"
    better: str
    of: str
    bands: tuple[Band, ...]


@dataclass(frozen=True)
class Steps:
    kind: ClassVar[str] = "steps"
    better: str
    at_target: Decimal
    gains: Decimal
    loses: Decimal


@dataclass(frozen=True)
class Relative:
    kind: ClassVar[str] = "relative"
    better: str
    targets: bool
    share: Decimal


@dataclass(frozen=True)
class Ladder:
    kind: ClassVar[str] = "ladder"
    steps: tuple[Step, ...]
    due_on: date | None


@dataclass(frozen=True)
class PerDay:
    kind: ClassVar[str] = "per_day"
    loses: Decimal
    due_on: date | None


@dataclass(frozen=True)
class Gate:
    kind: ClassVar[str] = "gate"
    effect: str


Rule = (
    Judged | Choice | Checklist | Count | Proportional | Bands | Steps | Relative | Ladder | PerDay
    | Gate
)  # fmt: skip

Keys = Mapping[str, object]


def read_rule(reader: Reader, value: object, path: str, maximum: Decimal | None) -> Rule | None:
    """The rule at ``path``, for a leaf worth ``maximum`` (None where that could not be read)."""
    found = len(reader.faults)
    if not isinstance(value, Mapping):
        reader.mapping(value, path, ())
        return None
    if "kind" not in value:
        reader.fault(joined(path, "kind"), phrase("Thiếu khóa “kind”."), ", ".join(_READERS))
        return None
    kind = reader.one_of(value["kind"], joined(path, "kind"), tuple(_READERS))
    if not reader.clean_since(found):
        return None
    required, optional, read = _READERS[kind]
    keys = reader.mapping(value, path, ("kind", *required), optional)
    if any(key not in keys for key in required):
        return None
    rule = read(reader, keys, path)
    if maximum is not None and reader.clean_since(found):
        _check_against_maximum(reader, rule, path, maximum)
    return rule


def _judged(reader: Reader, keys: Keys, path: str) -> Rule:
    return Judged(reader.decimal(keys["step"], f"{path}.step", above_zero=True))


def _choice(reader: Reader, keys: Keys, path: str) -> Rule:
    return Choice(_options(reader, keys["options"], f"{path}.options"))


def _checklist(reader: Reader, keys: Keys, path: str) -> Rule:
    return Checklist(_options(reader, keys["items"], f"{path}.items"))


def _options(reader: Reader, value: object, path: str) -> tuple[Option, ...]:
    options: list[Option] = []
    for index, item in enumerate(reader.items(value, path, least=1)):
        where = f"{path}[{index}]"
        keys = reader.mapping(item, where, ("key", "name", "points"))
        if len(keys) < 3:
            continue
        key = reader.text(keys["key"], f"{where}.key", LONGEST_CODE)
        if key in {option.key for option in options}:
            reader.fault(
                f"{where}.key",
                phrase("Khóa “%(key)s” bị trùng.", key=key),
                phrase("mỗi khóa một lần"),
            )
        name = reader.text(keys["name"], f"{where}.name")
        options.append(Option(key, name, reader.decimal(keys["points"], f"{where}.points")))
    return tuple(options)


def _count(reader: Reader, keys: Keys, path: str) -> Rule:
    return Count(reader.decimal(keys["each"], f"{path}.each"))


def _better(reader: Reader, keys: Keys, path: str) -> str:
    return reader.one_of(keys.get("better", "higher"), f"{path}.better", DIRECTIONS)


def _proportional(reader: Reader, keys: Keys, path: str) -> Rule:
    target = None
    if "target" in keys:
        target = reader.decimal(keys["target"], f"{path}.target", above_zero=True)
    floor = reader.decimal(keys.get("floor", "0"), f"{path}.floor")
    if floor > 1:
        reader.warn(
            f"{path}.floor", phrase("Ngưỡng lớn hơn 1: đạt 100%% vẫn 0 điểm."), phrase("tỷ lệ 0…1")
        )
    return Proportional(_better(reader, keys, path), target, floor)


def _bands(reader: Reader, keys: Keys, path: str) -> Rule:
    found = len(reader.faults)
    better = _better(reader, keys, path)
    of = reader.one_of(keys.get("of", "ratio"), f"{path}.of", ("ratio", "value"))
    bands = []
    for index, item in enumerate(reader.items(keys["bands"], f"{path}.bands", least=1)):
        where = f"{path}.bands[{index}]"
        band = reader.mapping(item, where, ("from", "points"), ("open",))
        if "from" in band and "points" in band:
            start = reader.decimal(band["from"], f"{where}.from")
            is_open = reader.flag(band.get("open", False), f"{where}.open")
            bands.append(Band(start, is_open, reader.decimal(band["points"], f"{where}.points")))
    if reader.clean_since(found):
        lowest_first = of == "value" and better == "lower"
        _check_bands_in_order(reader, bands, f"{path}.bands", lowest_first)
    return Bands(better, of, tuple(bands))


def _check_bands_in_order(
    reader: Reader, bands: list[Band], path: str, lowest_first: bool
) -> None:
    for index, (one, next_one) in enumerate(pairwise(bands), start=1):
        if one.start == next_one.start:
            in_order = one.open and not next_one.open
        else:
            in_order = (one.start < next_one.start) == lowest_first
        if not in_order:
            expected = phrase("từ thấp đến cao") if lowest_first else phrase("từ cao xuống thấp")
            reader.fault(f"{path}[{index}].from", phrase("Các mức không theo thứ tự."), expected)


def _steps(reader: Reader, keys: Keys, path: str) -> Rule:
    return Steps(
        _better(reader, keys, path),
        reader.decimal(keys["at_target"], f"{path}.at_target"),
        reader.decimal(keys["gains"], f"{path}.gains"),
        reader.decimal(keys["loses"], f"{path}.loses"),
    )


def _relative(reader: Reader, keys: Keys, path: str) -> Rule:
    better = _better(reader, keys, path)
    targets = reader.flag(keys.get("targets", True), f"{path}.targets")
    share = reader.decimal(keys.get("share", "0.5"), f"{path}.share")
    if share > 1:
        reader.fault(
            f"{path}.share", phrase("Phần điểm khi đạt chỉ tiêu không được quá 1."), "0…1"
        )
    if better == "lower" and not targets:
        message = phrase("Không có chỉ tiêu thì chỉ chấm được loại càng cao càng tốt.")
        reader.fault(f"{path}.better", message, "higher")
    return Relative(better, targets, share)


def _due_on(reader: Reader, keys: Keys, path: str) -> date | None:
    return reader.day(keys["due_on"], f"{path}.due_on") if "due_on" in keys else None


def _ladder(reader: Reader, keys: Keys, path: str) -> Rule:
    found = len(reader.faults)
    steps = []
    for index, item in enumerate(reader.items(keys["steps"], f"{path}.steps", least=1)):
        where = f"{path}.steps[{index}]"
        step = reader.mapping(item, where, ("days_late", "points"))
        if len(step) == 2:
            days = reader.whole(step["days_late"], f"{where}.days_late")
            steps.append(Step(days, reader.decimal(step["points"], f"{where}.points")))
    if reader.clean_since(found):
        for index, (one, next_one) in enumerate(pairwise(steps), start=1):
            if one.days_late >= next_one.days_late:
                where = f"{path}.steps[{index}].days_late"
                reader.fault(
                    where, phrase("Các bậc không theo thứ tự."), phrase("số ngày chậm tăng dần")
                )
    return Ladder(tuple(steps), _due_on(reader, keys, path))


def _per_day(reader: Reader, keys: Keys, path: str) -> Rule:
    return PerDay(reader.decimal(keys["loses"], f"{path}.loses"), _due_on(reader, keys, path))


def _gate(reader: Reader, keys: Keys, path: str) -> Rule:
    return Gate(reader.one_of(keys["effect"], f"{path}.effect", EFFECTS))


def _check_against_maximum(reader: Reader, rule: Rule, path: str, maximum: Decimal) -> None:
    for key, points in _points_named_in(rule):
        if points > maximum:
            where = f"{path}.{key}"
            reader.fault(
                where,
                phrase("Điểm cao hơn điểm tối đa của tiêu chí."),
                phrase("tối đa %(most)s", most=maximum),
            )
    if isinstance(rule, Checklist):
        total = sum((item.points for item in rule.items), Decimal(0))
        if total != maximum:
            message = phrase(
                "Các mục cộng lại %(total)s, khác điểm tối đa %(most)s.",
                total=spoken(total),
                most=spoken(maximum),
            )
            reader.warn(f"{path}.items", message, phrase("tổng %(total)s", total=maximum))


def _points_named_in(rule: Rule) -> Iterable[tuple[str, Decimal]]:
    """Every figure of points a rule names, with its path; ``each`` and ``loses`` are rates."""
    if isinstance(rule, Choice):
        return [(f"options[{at}].points", one.points) for at, one in enumerate(rule.options)]
    if isinstance(rule, Checklist):
        return [(f"items[{at}].points", one.points) for at, one in enumerate(rule.items)]
    if isinstance(rule, Bands):
        return [(f"bands[{at}].points", one.points) for at, one in enumerate(rule.bands)]
    if isinstance(rule, Ladder):
        return [(f"steps[{at}].points", one.points) for at, one in enumerate(rule.steps)]
    if isinstance(rule, Steps):
        return [("at_target", rule.at_target)]
    return []


_READERS: dict[
    str, tuple[tuple[str, ...], tuple[str, ...], Callable[[Reader, Keys, str], Rule]]
] = {
    "judged": (("step",), (), _judged),
    "choice": (("options",), (), _choice),
    "checklist": (("items",), (), _checklist),
    "count": (("each",), (), _count),
    "proportional": ((), ("better", "target", "floor"), _proportional),
    "bands": (("bands",), ("better", "of"), _bands),
    "steps": (("at_target", "gains", "loses"), ("better",), _steps),
    "relative": ((), ("better", "targets", "share"), _relative),
    "ladder": (("steps",), ("due_on",), _ladder),
    "per_day": (("loses",), ("due_on",), _per_day),
    "gate": (("effect",), (), _gate),
}
