"""Published results beside each other: shares, spread, and movement from year to year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from scoring.models import Publication
from units.models import UnitEvent
from units.rules import UnitEventKind

_HUNDRED = Decimal(100)
_HUNDREDTH = Decimal("0.01")
MOST_EXCELLENT = 90


def hundredths(number: Decimal) -> Decimal:
    """The number with two decimals, halves up."""
    return number.quantize(_HUNDREDTH, rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Spread:
    """How the published totals of a bloc spread, each in percent of the unit's own maximum.

    ``deviation`` is the standard deviation over all units; ``excellent`` the share (0…100) of
    units in the best class that anybody has.
    """

    best: Decimal
    mean: Decimal
    worst: Decimal
    deviation: Decimal
    excellent: int
    top_class: str

    @property
    def gap(self) -> Decimal:
        """How far the first is from the last, in points of percent."""
        return self.best - self.worst

    @property
    def everyone_excellent(self) -> bool:
        """Is nearly every unit in the best class?"""
        return bool(self.top_class) and self.excellent >= MOST_EXCELLENT


@dataclass(frozen=True, slots=True)
class Result:
    """A unit's line of a published ranking; ``share`` is its total in percent of its maximum."""

    unit: str
    rank: int | None
    total: Decimal
    share: Decimal
    bonus: Decimal
    minus: Decimal
    class_name: str
    titles: tuple[str, ...]
    struck: str
    division: str


@dataclass(frozen=True, slots=True)
class Published:
    """The ranking that counts for a season: of its last published round, the newest version."""

    round: int
    results: tuple[Result, ...]
    spread: Spread | None
    by_unit: Mapping[str, Result]


def published_of(seasons: Collection[int]) -> dict[int, Published]:
    """The ranking of each season that has a published one; one query."""
    rows = (
        Publication.objects.filter(round__season__in=seasons)
        .order_by("round", "version")
        .values_list("round__season", "round", "standings")
    )
    newest = {season: (scored, standings) for season, scored, standings in rows}
    return {season: _published(*found) for season, found in newest.items()}


def _published(scored: int, standings: Mapping[str, Any]) -> Published:
    rows = standings["standings"]
    results = tuple(_result(row) for row in rows)
    return Published(scored, results, spread_of(rows), {one.unit: one for one in results})


def _result(row: Mapping[str, Any]) -> Result:
    total, maximum = Decimal(row["total"]), Decimal(row["own_max"])
    return Result(
        unit=row["unit"],
        rank=row["rank"],
        total=total,
        share=hundredths(_HUNDRED * total / maximum) if maximum else Decimal(0),
        bonus=Decimal(row.get("bonus") or 0),
        minus=Decimal(row.get("minus") or 0),
        class_name=row["class"] or "",
        titles=tuple(row.get("titles") or ()),
        struck=row.get("struck") or "",
        division=row.get("division") or "",
    )


def spread_of(rows: Iterable[Mapping[str, Any]]) -> Spread | None:
    """The spread of a published ranking's rows, None where there are none."""
    found = [row for row in rows if Decimal(row["own_max"])]
    if not found:
        return None
    shares = [_HUNDRED * Decimal(row["total"]) / Decimal(row["own_max"]) for row in found]
    mean = sum(shares, Decimal(0)) / len(shares)
    variance = sum(((one - mean) ** 2 for one in shares), Decimal(0)) / len(shares)
    best = max(found, key=lambda row: Decimal(row["total"]))
    top = best["class"] or ""
    excellent = sum(1 for row in found if top and row["class"] == top)
    return Spread(
        best=hundredths(max(shares)),
        mean=hundredths(mean),
        worst=hundredths(min(shares)),
        deviation=hundredths(variance.sqrt()),
        excellent=100 * excellent // len(found),
        top_class=top,
    )


@dataclass(frozen=True)
class Lineage:
    """Which units came of which, by recorded decisions only."""

    origins: Mapping[int, tuple[tuple[str, int], ...]] = field(default_factory=dict)

    def same_before(self, unit: int, known: Collection[int]) -> int | None:
        """The unit, or what it was called before, that is among the ``known``; else None.

        Only a renaming goes on as the same unit: what was merged or split is another one.
        """
        seen: set[int] = set()
        current: int | None = unit
        while current is not None and current not in seen:
            if current in known:
                return current
            seen.add(current)
            renamed = [
                one for kind, one in self.origins.get(current, ()) if kind == UnitEventKind.RENAME
            ]
            current = renamed[0] if len(renamed) == 1 else None
        return None

    def all_before(self, unit: int) -> set[int]:
        """Every unit that the unit came of, itself left out."""
        found: set[int] = set()
        waiting = [unit]
        while waiting:
            for _kind, one in self.origins.get(waiting.pop(), ()):
                if one not in found and one != unit:
                    found.add(one)
                    waiting.append(one)
        return found


def lineage_of(councils: Collection[int]) -> Lineage:
    """The recorded events of the councils' units; one query."""
    rows = (
        UnitEvent.objects.filter(after__council__in=councils)
        .order_by()
        .values_list("kind", "after", "before")
        .distinct()
    )
    origins: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for kind, after, before in rows:
        if after != before:
            origins[after].append((kind, before))
    return Lineage({unit: tuple(found) for unit, found in origins.items()})


@dataclass(frozen=True, slots=True)
class Movement:
    """Where a unit stood in the year before: its rank, or the units it came of with theirs."""

    before: int | None = None
    moved: int | None = None
    heirs_of: tuple[tuple[str, int | None], ...] = ()

    @property
    def places(self) -> int:
        """How many places the unit moved, whichever way."""
        return abs(self.moved or 0)


def movement(
    unit: int, rank: int | None, earlier: Mapping[int, tuple[str, int | None]], lineage: Lineage
) -> Movement:
    """The unit's movement; ``earlier`` has name and rank of last year's units by their ids."""
    same = lineage.same_before(unit, earlier)
    if same is None:
        found = sorted(lineage.all_before(unit) & set(earlier))
        return Movement(heirs_of=tuple(earlier[one] for one in found))
    before = earlier[same][1]
    moved = None if rank is None or before is None else before - rank
    return Movement(before, moved)
