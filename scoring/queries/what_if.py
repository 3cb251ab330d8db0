"""What the ranking would be if single points were others; nothing of it is ever stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from scoring.engine.standings import compute
from scoring.models import Round
from scoring.queries.standings import standings_input

MOST_ASSUMPTIONS = 20


@dataclass(frozen=True, slots=True)
class Assumption:
    """Points that a unit is assumed to have on a leaf, and those it has."""

    unit: str
    unit_name: str
    code: str
    name: str
    points: Decimal
    now: Decimal | None

    @property
    def address(self) -> str:
        """The assumption as the page's address keeps it, its points without grouping."""
        points = f"{self.points:f}".replace(".", ",")
        return f"{self.unit}:{self.code}:{points}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A unit's place and total now, and under the assumptions."""

    name: str
    rank: int | None
    total: Decimal
    rank_then: int | None
    total_then: Decimal
    titles_then: tuple[str, ...]

    @property
    def moves(self) -> bool:
        """Does the unit's place or total change?"""
        return (self.rank, self.total) != (self.rank_then, self.total_then)


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The outcomes in the order of the assumed ranking, what can be assumed, and what is."""

    outcomes: tuple[Outcome, ...]
    units: tuple[tuple[str, str], ...]
    leaves: tuple[tuple[str, str, Decimal], ...]
    assumptions: tuple[Assumption, ...]


def what_if(scored: Round, wanted: Sequence[tuple[str, str, Decimal]]) -> WhatIf:
    """The ranking as it stands beside the one with ``wanted`` (unit, leaf, points).

    What names no unit or leaf of the round, or more points than the leaf gives, is left out. As
    many queries as the ranking itself.
    """
    table, round_input = standings_input(scored)
    names = {unit.code: unit.name or unit.code for unit in round_input.units}
    leaves = {leaf.code: leaf for leaf in table.leaves() if not leaf.is_gate}
    sound = [
        (unit, code, points)
        for unit, code, points in wanted[:MOST_ASSUMPTIONS]
        if unit in names and code in leaves and 0 <= points <= leaves[code].max
    ]
    assumed: Mapping[tuple[str, str], Decimal] = {(unit, code): p for unit, code, p in sound}
    now, then = compute(table, round_input), compute(table, round_input, assumed)
    titles = {title.code: title.name for title in table.titles}
    before = {row.unit: row for row in now.rows}
    return WhatIf(
        outcomes=tuple(
            Outcome(
                name=names[row.unit],
                rank=before[row.unit].rank,
                total=before[row.unit].total,
                rank_then=row.rank,
                total_then=row.total,
                titles_then=tuple(titles.get(code, code) for code in row.titles),
            )
            for row in then.rows
        ),
        units=tuple(names.items()),
        leaves=tuple((leaf.code, leaf.name, leaf.max) for leaf in leaves.values()),
        assumptions=tuple(
            Assumption(
                unit=unit,
                unit_name=names[unit],
                code=code,
                name=leaves[code].name,
                points=points,
                now=now.scores[unit].points.get(code),
            )
            for (unit, code), points in assumed.items()
        ),
    )
