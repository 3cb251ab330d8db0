"""The standings of a round: the one entry point of the engine.

Call ``check_round`` first; ``compute`` relies on what it checks. Where the format leaves
something open, this is how it is read (see also the other modules' docstrings):

- Rows come by rank, then by name; with divisions the first of each division come first. Units
  struck ``unranked`` are last, by name; those struck ``untitled`` stand at their rank.
- ``struck`` is the effect ("unranked" or "untitled"), the harder one where both are met.
- ``missing`` is in the order of the rows, then of the table; it is there only when incomplete.
- ``titles`` are worked out from provisional standings too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from scoring.engine.checks import check_round
from scoring.engine.combine import (
    Score,
    ScoredMark,
    ScoredMarks,
    exempt_leaves,
    score_marks,
    score_unit,
)
from scoring.engine.numbers import printed
from scoring.engine.ranking import (
    Placing,
    class_of,
    place_by_division,
    place_in_bloc,
)
from scoring.engine.rounds import (
    STAGES,
    BallotInput,
    DecisionInput,
    MarkInput,
    RoundInput,
    SheetInput,
    UnitInput,
)
from scoring.engine.table import Table
from scoring.engine.titles import OpenTitle, award

FORMAT = "giao-uoc/standings/1"


@dataclass(frozen=True)
class Row:
    """One unit in the standings; ``rank`` is None where it is struck ``unranked``.

    ``points`` holds groups and leaves in the table's order, and only those that have points;
    ``struck`` is the effect of the gates met, ``struck_by`` their codes.
    """

    unit: str
    division: str | None
    rank: int | None
    total: Decimal
    base: Decimal
    bonus: Decimal
    minus: Decimal
    class_name: str | None
    own_max: Decimal
    points: Mapping[str, Decimal]
    struck: str | None
    struck_by: tuple[str, ...]
    parted_by: str | None
    titles: tuple[str, ...]


@dataclass(frozen=True)
class Standings:
    """The rows in the order they are printed, and what is not settled yet."""

    rows: tuple[Row, ...]
    complete: bool
    missing: tuple[tuple[str, str], ...]
    open_titles: tuple[OpenTitle, ...]
    precision: Decimal
    # What the rows were worked out from, kept so that explanations need not compute it again.
    scores: Mapping[str, Score] = field(repr=False, compare=False)
    marks: ScoredMarks = field(repr=False, compare=False)
    division_placings: Mapping[str, Placing] = field(repr=False, compare=False)
    bloc_placings: Mapping[str, Placing] = field(repr=False, compare=False)

    def row(self, unit: str) -> Row:
        """The unit's row; ``KeyError`` where it is not in the round."""
        for row in self.rows:
            if row.unit == unit:
                return row
        raise KeyError(unit)

    def placing(self, row: Row, scope: str) -> Placing | None:
        """The unit's place in a title's scope (``division`` or ``bloc``); None where unranked."""
        placings = self.bloc_placings if scope == "bloc" else self.division_placings
        return placings.get(row.unit)

    def as_json(
        self, bloc: str, year: int, round_code: str, criteria_code: str
    ) -> dict[str, object]:
        """The ``giao-uoc/standings/1`` document; ``missing`` only where incomplete."""
        document: dict[str, object] = {
            "format": FORMAT,
            "bloc": bloc,
            "year": year,
            "round": round_code,
            "criteria": criteria_code,
            "complete": self.complete,
            "standings": [self._row_as_json(row) for row in self.rows],
            "open_titles": [
                {"title": one.title, "units": list(one.units), "why": one.why}
                for one in self.open_titles
            ],
        }
        if not self.complete:
            document["missing"] = [
                {"unit": unit, "criterion": criterion} for unit, criterion in self.missing
            ]
        return document

    def _row_as_json(self, row: Row) -> dict[str, object]:
        def decimal(number: Decimal) -> str:
            return printed(number, self.precision)

        return {
            "unit": row.unit,
            "division": row.division,
            "rank": row.rank,
            "total": decimal(row.total),
            "base": decimal(row.base),
            "bonus": decimal(row.bonus),
            "minus": decimal(row.minus),
            "class": row.class_name,
            "own_max": decimal(row.own_max),
            "points": {code: decimal(points) for code, points in row.points.items()},
            "struck": row.struck,
            "parted_by": row.parted_by,
            "titles": list(row.titles),
        }


def compute(
    table: Table,
    round_input: RoundInput,
    assumed: Mapping[tuple[str, str], Decimal] | None = None,
) -> Standings:
    """The standings of a round that ``check_round`` finds no fault with.

    The order in which units, sheets, marks, ballots and decisions are given changes nothing.
    ``assumed`` are points by unit and leaf (no gate) that take the place of all marks there: what
    would be if. What other units get by a ``relative`` rule stays as it is.
    """
    marks = dict(score_marks(table, round_input))
    for key, points in (assumed or {}).items():
        marks[key] = tuple(ScoredMark(stage, "", {}, points) for stage in STAGES)
    exempt = exempt_leaves(table, round_input)
    scores = {
        unit.code: score_unit(table, round_input, unit.code, marks, exempt)
        for unit in round_input.units
    }
    by_division = place_by_division(table, round_input, scores)
    in_bloc = place_in_bloc(table, round_input, scores)

    def printing_order(unit: UnitInput) -> tuple[bool, int, object, str]:
        placing = by_division.get(unit.code)
        return placing is None, placing.rank if placing else 0, unit.name_key, unit.code

    units = sorted(round_input.units, key=printing_order)
    awarded = award(table, round_input, scores, by_division, in_bloc, units)
    rows = tuple(
        _row(table, unit, scores[unit.code], by_division.get(unit.code), awarded.given[unit.code])
        for unit in units
    )
    missing = tuple((unit.code, code) for unit in units for code in scores[unit.code].missing)
    return Standings(
        rows=rows,
        complete=not missing,
        missing=missing,
        open_titles=awarded.open_titles,
        precision=table.precision,
        scores=scores,
        marks=marks,
        division_placings=by_division,
        bloc_placings=in_bloc,
    )


def _row(
    table: Table, unit: UnitInput, score: Score, placing: Placing | None, titles: tuple[str, ...]
) -> Row:
    own_class = class_of(table.classes, score.class_figure)
    return Row(
        unit=unit.code,
        division=unit.division,
        rank=placing.rank if placing else None,
        total=score.total,
        base=score.base,
        bonus=score.bonus,
        minus=score.minus,
        class_name=own_class.name if own_class else None,
        own_max=score.own_max,
        points=score.points,
        struck=score.struck,
        struck_by=score.struck_by,
        parted_by=placing.parted_by if placing else None,
        titles=titles,
    )


__all__ = [
    "BallotInput",
    "DecisionInput",
    "MarkInput",
    "RoundInput",
    "Row",
    "SheetInput",
    "Standings",
    "UnitInput",
    "check_round",
    "compute",
]
