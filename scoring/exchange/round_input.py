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


def round_input(data: Data, row: Data) -> RoundInput:
    """The engine's input for one round of a season file whose types were checked."""
    registered = {
        one["unit"]: frozenset(one.get("titles", ()))
        for one in data.get("registrations", ())
        if isinstance(one, Mapping) and isinstance(one.get("unit"), str)
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
                registered=registered.get(unit.get("code"), frozenset()),
                name=str(unit.get("name")),
            )
            for unit in data["units"]
            if isinstance(unit, Mapping)
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
            (one["unit"], one["criterion"])
            for one in data.get("exemptions", ())
            if isinstance(one, Mapping) and "unit" in one and "criterion" in one
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
