"""Worked examples of a rule: what somebody could achieve, and the points it would give."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
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
from scoring.engine.numbers import round_down, spoken
from scoring.engine.phrases import phrase, series
from scoring.engine.rules import Entry, check_entry, points_of, relative_points
from scoring.engine.table import Criterion
from scoring.engine.words import mark_in_words

MOST = 6
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Example:
    """An achievement in words and its points; None where it gives no points but an effect."""

    words: str
    points: Decimal | None


def examples_of(criterion: Criterion, precision: Decimal) -> tuple[Example, ...]:
    """Up to six worked examples of a leaf, computed as its marks are; none for a group."""
    rule = criterion.rule
    if rule is None:
        return ()
    entries = _usable(criterion, _entries(rule, criterion.max))
    if isinstance(rule, Relative):
        compared = {str(at): entry for at, entry in enumerate(entries)}
        points = relative_points(criterion, compared, precision)
        return tuple(
            Example(mark_in_words(rule, criterion.max, entry), points[at])
            for at, entry in compared.items()
        )
    return tuple(
        Example(mark_in_words(rule, criterion.max, entry), points_of(criterion, entry, precision))
        for entry in entries
    )


def _usable(criterion: Criterion, entries: Iterable[Entry]) -> list[Entry]:
    found: list[Entry] = []
    for entry in entries:
        if entry not in found and not check_entry(criterion, entry):
            found.append(entry)
    return found[:MOST]


def _text(value: Decimal) -> str:
    return f"{value.normalize():f}"


@singledispatch
def _entries(rule: Rule, maximum: Decimal) -> Iterator[Entry]:
    raise TypeError(f"unknown rule {rule!r}")


@_entries.register
def _(rule: Judged, maximum: Decimal) -> Iterator[Entry]:
    for part in (Fraction(1), Fraction(19, 20), Fraction(1, 2)):
        yield {"points": _text(round_down(Fraction(maximum) * part, rule.step))}


@_entries.register
def _(rule: Choice, maximum: Decimal) -> Iterator[Entry]:
    for option in rule.options:
        yield {"option": option.key}


@_entries.register
def _(rule: Checklist, maximum: Decimal) -> Iterator[Entry]:
    yield {"items": [item.key for item in rule.items]}
    yield {"items": [rule.items[0].key]}
    yield {"items": []}


@_entries.register
def _(rule: Count, maximum: Decimal) -> Iterator[Entry]:
    enough = int(maximum / rule.each) + 1 if rule.each else 5
    for count in (1, 3, enough):
        yield {"count": str(count)}


@_entries.register
def _(rule: Proportional, maximum: Decimal) -> Iterator[Entry]:
    yield from _around(rule.target or _HUNDRED, named=rule.target is None)
    if rule.floor and rule.better == "higher":
        below = max(Fraction(rule.floor) - Fraction(1, 100), Fraction(0))
        target = rule.target or _HUNDRED
        achieved = round_down(Fraction(target) * below, Decimal("0.01"))
        entry = {"achieved": _text(achieved)}
        yield entry if rule.target else {**entry, "target": _text(target)}


@_entries.register
def _(rule: Bands, maximum: Decimal) -> Iterator[Entry]:
    for band in rule.bands:
        if rule.of == "value":
            yield {"achieved": _text(band.start)}
        elif rule.better == "higher":
            yield {"achieved": _text(band.start * 100), "target": "100"}
        else:
            yield {"achieved": "100", "target": _text(band.start * 100)}
    if rule.of == "ratio" and rule.better == "higher":
        yield {"achieved": "0", "target": "100"}


@_entries.register
def _(rule: Steps, maximum: Decimal) -> Iterator[Entry]:
    yield from _around(_HUNDRED, named=True)
    yield {"achieved": "105", "target": "100"}


@_entries.register
def _(rule: Relative, maximum: Decimal) -> Iterator[Entry]:
    if rule.targets:
        for achieved in ("120", "110", "100", "80"):
            yield {"achieved": achieved, "target": "100"}
    else:
        for achieved in ("40", "30", "10"):
            yield {"achieved": achieved}


@_entries.register(Ladder)
def _(rule: Ladder, maximum: Decimal) -> Iterator[Entry]:
    yield {"days_late": 0}
    for step in rule.steps:
        yield {"days_late": step.days_late}
    yield {"days_late": rule.steps[-1].days_late + 1}


@_entries.register(PerDay)
def _(rule: PerDay, maximum: Decimal) -> Iterator[Entry]:
    for days in (0, 1, 3):
        yield {"days_late": days}


@_entries.register
def _(rule: Gate, maximum: Decimal) -> Iterator[Entry]:
    yield {"met": False}
    yield {"met": True}


def _around(target: Decimal, *, named: bool) -> Iterator[Entry]:
    """The target reached, missed by a twentieth, missed by a half."""
    for share in (Decimal(1), Decimal("0.95"), Decimal("0.5")):
        entry = {"achieved": _text(target * share)}
        yield {**entry, "target": _text(target)} if named else entry


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch between two bounds of a rule by bands, the lowest figures first.

    ``has_start`` tells whether the lower bound itself belongs to it, ``has_end`` the upper one.
    A missing bound is empty.
    """

    start: str
    end: str
    has_start: bool
    has_end: bool
    points: Decimal

    @property
    def words(self) -> str:
        """The stretch in words: “từ 90% đến dưới 100%”."""
        if self.start and self.start == self.end:
            return phrase("đúng %(figure)s", figure=self.start)
        return series(" ", [one for one in (self._lower, self._upper) if one])

    @property
    def _lower(self) -> str:
        if not self.start:
            return ""
        if self.has_start:
            return phrase("từ %(figure)s", figure=self.start)
        return phrase("trên %(figure)s", figure=self.start)

    @property
    def _upper(self) -> str:
        if not self.end:
            return ""
        if self.has_end:
            return phrase("đến %(figure)s", figure=self.end)
        if self.start:
            return phrase("đến dưới %(figure)s", figure=self.end)
        return phrase("dưới %(figure)s", figure=self.end)


def stretches_of(rule: Bands) -> tuple[Stretch, ...]:
    """The whole line of figures cut at the bounds of the bands: no gap and no overlap."""
    ascending = rule.of == "value" and rule.better == "lower"
    bands = rule.bands if ascending else rule.bands[::-1]
    named = [
        spoken(band.start) if rule.of == "value" else f"{spoken(band.start * 100)}%"
        for band in bands
    ]
    found: list[Stretch] = []
    nothing = Decimal(0)
    for at in range(len(bands) + 1):
        start = named[at - 1] if at else ""
        end = named[at] if at < len(bands) else ""
        if ascending:
            # A band of these reaches down from its bound, which it has unless it is open.
            has_start = bool(at) and bands[at - 1].open
            has_end = at < len(bands) and not bands[at].open
            points = bands[at].points if at < len(bands) else nothing
        else:
            has_start = bool(at) and not bands[at - 1].open
            has_end = at < len(bands) and bands[at].open
            points = bands[at - 1].points if at else nothing
        if start and start == end and not (has_start and has_end):
            continue
        found.append(Stretch(start, end, has_start, has_end, points))
    return tuple(found)
