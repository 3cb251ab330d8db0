"""Published rankings read back: what they were worked out from, and what a correction changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from scoring.engine.rounds import (
    BallotInput,
    DecisionInput,
    MarkInput,
    RoundInput,
    SheetInput,
    UnitInput,
)
from scoring.engine.table import Table, read_table
from scoring.models import Publication, Round


def published_basis(publication: Publication) -> tuple[Table, RoundInput]:
    """The table and the round's input as they were published: the same numbers come out again.

    Raises ``ValueError`` where the stored table cannot be read.
    """
    inputs = publication.inputs
    table = read_table(inputs["criteria"]).table
    if table is None:
        raise ValueError(f"publication {publication.pk} holds no readable table")
    stored = inputs["round"]
    return table, RoundInput(
        final_method=stored["final_method"],
        stage=stored["stage"],
        weights={stage: Decimal(text) for stage, text in stored["weights"].items()},
        cross=stored["cross"],
        units=tuple(_unit(one) for one in stored["units"]),
        sheets=tuple(_sheet(one) for one in stored["sheets"]),
        exemptions=frozenset((unit, code) for unit, code in stored["exemptions"]),
        ballots=tuple(BallotInput(**one) for one in stored["ballots"]),
        decisions=tuple(_decision(one) for one in stored["decisions"]),
        head=stored["head"],
    )


def is_with_council(scored: Round, publication: Publication) -> bool:
    """Was this publication, and not only an earlier one, sent to the Council?"""
    sent_at = scored.sent_to_council_at
    return sent_at is not None and sent_at >= publication.published_at


def _unit(stored: Mapping[str, Any]) -> UnitInput:
    return UnitInput(
        code=stored["code"],
        name_key=stored["name_key"],
        division=stored["division"],
        registered=frozenset(stored["registered"]),
        name=stored["name"],
    )


def _sheet(stored: Mapping[str, Any]) -> SheetInput:
    return SheetInput(
        unit=stored["unit"],
        stage=stored["stage"],
        scorer=stored["scorer"],
        marks=tuple(MarkInput(one["criterion"], one["entry"]) for one in stored["marks"]),
    )


def _decision(stored: Mapping[str, Any]) -> DecisionInput:
    return DecisionInput(tuple(stored["units"]), tuple(stored["order"]), stored["reason"])


@dataclass(frozen=True, slots=True)
class Change:
    """What a correction changed for a unit: one figure before and after, as text."""

    unit: str
    what: str
    before: str
    after: str


_FIGURES = ("rank", "total", "class", "titles")


def changes(older: Publication, newer: Publication) -> list[Change]:
    """Ranks, totals, classes, titles and points that differ, in the newer ranking's order.

    ``what`` is ``rank``, ``total``, ``class``, ``titles`` or a criterion's code.
    """
    names = {one["code"]: one["name"] for one in newer.inputs["round"]["units"]}
    before = {row["unit"]: row for row in older.standings["standings"]}
    found = []
    for row in newer.standings["standings"]:
        old = before.get(row["unit"], {})
        name = names.get(row["unit"], row["unit"])
        found += [
            Change(name, what, _text(old.get(what)), _text(row[what]))
            for what in _FIGURES
            if old.get(what) != row[what]
        ]
        old_points = old.get("points", {})
        found += [
            Change(name, code, _text(old_points.get(code)), _text(points))
            for code, points in row["points"].items()
            if old_points.get(code) != points
        ]
    return found


def _text(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, list):
        return ", ".join(value) or "–"
    return str(value).replace(".", ",")
