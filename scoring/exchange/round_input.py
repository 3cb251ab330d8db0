"""A round of a season file as the engine reads it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from scoring.engine.rounds import (
    BallotInput,
    DecisionInput,
    MarkInput,
    RoundInput,
    SheetInput,
    UnitInput,
)
from units.vietnamese import sort_key

Data = Mapping[str, Any]
MARK_FACTS = (
    "achieved", "target", "points", "option", "items", "count", "days_late", "done_on", "met",
)  # fmt: skip


def _decimal(text: object) -> Decimal:
    try:
        return Decimal(str(text))
    except InvalidOperation:
        return Decimal(0)


def _rows(data: Data, key: str) -> list[Data]:
    """The objects in a list of the file; what is none was told as a fault."""
    found = data.get(key)
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def _codes(value: object) -> frozenset[str]:
    found = value if isinstance(value, list) else []
    return frozenset(one for one in found if isinstance(one, str))


def round_input(data: Data, row: Data) -> RoundInput:
    """The engine's input for one round of a season file; the types of ``row`` were checked.

    Of the rest of the file what has another type than it should have is left out.
    """
    registered = {
        str(one.get("unit")): _codes(one.get("titles")) for one in _rows(data, "registrations")
    }
    final = row["final"]
    return RoundInput(
        final_method=final["method"],
        stage=final.get("stage"),
        weights={stage: _decimal(text) for stage, text in final.get("weights", {}).items()},
        cross=row.get("cross", "mean"),
        units=tuple(
            UnitInput(
                code=str(unit.get("code")),
                name_key=sort_key(str(unit.get("name"))),
                division=unit.get("division"),
                registered=registered.get(str(unit.get("code")), frozenset()),
                name=str(unit.get("name")),
            )
            for unit in _rows(data, "units")
        ),
        sheets=tuple(
            SheetInput(
                sheet["unit"],
                sheet["stage"],
                sheet["scorer"],
                tuple(MarkInput(mark["criterion"], entry_of(mark)) for mark in sheet["marks"]),
            )
            for sheet in row.get("sheets", ())
        ),
        exemptions=frozenset(
            (str(one.get("unit")), str(one.get("criterion"))) for one in _rows(data, "exemptions")
        ),
        ballots=tuple(
            BallotInput(
                ballot["code"],
                ballot["voters"],
                ballot["present"],
                ballot["valid"],
                ballot.get("base", "all"),
                dict(ballot["yes"]),
            )
            for ballot in row.get("ballots", ())
        ),
        decisions=tuple(
            DecisionInput(tuple(one["units"]), tuple(one["order"]), one["reason"])
            for one in row.get("decisions", ())
        ),
        head=data.get("head") if isinstance(data.get("head"), str) else None,
    )


def entry_of(mark: Data) -> dict[str, Any]:
    """What the mark holds for its rule: all but the criterion and the comment."""
    return {key: mark[key] for key in MARK_FACTS if key in mark}
