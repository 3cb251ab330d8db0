"""Writing the rounds of a season file: sheets, marks, ballots, decisions."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from compacts.models import Season
from scoring.engine.kinds import Relative
from scoring.engine.rules import points_of
from scoring.engine.table import Table
from scoring.exchange.round_input import entry_of
from scoring.models import (
    Assignment,
    Ballot,
    BallotVote,
    Criterion,
    Decision,
    DecisionPlace,
    Mark,
    Round,
    Sheet,
)
from scoring.rules import SECRETARIAT, CrossMethod, FinalMethod, RoundState, SheetState, Stage
from units.models import Unit

Data = Mapping[str, Any]


def write_round(
    season: Season,
    row: Data,
    units: Mapping[str, Unit],
    criteria: Mapping[str, Criterion],
    table: Table,
) -> Round:
    """A round of a checked file; closed where it brings marks, else still to be opened."""
    final = row["final"]
    weighted = final["method"] == FinalMethod.WEIGHTED
    sheets = row.get("sheets", ())
    scored = Round.objects.create(
        season=season,
        code=row["code"],
        name=row["name"],
        state=RoundState.CLOSED if sheets else RoundState.DRAFT,
        final_method=final["method"],
        final_stage="" if weighted else final["stage"],
        weights=dict(final["weights"]) if weighted else {},
        cross_method=row.get("cross", CrossMethod.MEAN),
    )
    for sheet in sheets:
        _write_sheet(scored, sheet, units, criteria, table)
    for ballot in row.get("ballots", ()):
        _write_ballot(scored, ballot, units)
    for decision in row.get("decisions", ()):
        _write_decision(scored, decision, units)
    return scored


def _write_sheet(
    scored: Round,
    row: Data,
    units: Mapping[str, Unit],
    criteria: Mapping[str, Criterion],
    table: Table,
) -> None:
    scorer = None if row["scorer"] == SECRETARIAT else units[row["scorer"]]
    text = row.get("submitted_at")
    sent = datetime.datetime.fromisoformat(text) if text else None
    sheet = Sheet.objects.create(
        round=scored,
        unit=units[row["unit"]],
        stage=row["stage"],
        scorer=scorer,
        scorer_code=row["scorer"],
        state=SheetState.LOCKED if sent else SheetState.OPEN,
        submitted_at=sent,
        first_submitted_at=sent,
    )
    Mark.objects.bulk_create(
        Mark(
            sheet=sheet,
            criterion=criteria[mark["criterion"]],
            entry=entry_of(mark),
            points=stored_points(table, mark["criterion"], entry_of(mark)),
            comment=mark.get("comment", ""),
        )
        for mark in row["marks"]
    )
    if row["stage"] != Stage.SELF:
        assignment, _made = Assignment.objects.get_or_create(
            round=scored, stage=row["stage"], unit=sheet.unit, scorer=scorer
        )
        assignment.criteria.set([criteria[mark["criterion"]] for mark in row["marks"]])


def stored_points(table: Table, code: str, entry: Data) -> Decimal | None:
    """The points of a checked mark as they are stored; None for gates and ``relative`` rules."""
    criterion = table.criterion(code)
    if isinstance(criterion.rule, Relative):
        return None
    return points_of(criterion, entry, table.precision)


def _write_ballot(scored: Round, row: Data, units: Mapping[str, Unit]) -> None:
    ballot = Ballot.objects.create(
        round=scored,
        code=row["code"],
        name=row["name"],
        voters=row["voters"],
        present=row["present"],
        valid=row["valid"],
        base=row.get("base", "all"),
    )
    BallotVote.objects.bulk_create(
        BallotVote(ballot=ballot, unit=units[code], yes=votes)
        for code, votes in row["yes"].items()
    )


def _write_decision(scored: Round, row: Data, units: Mapping[str, Unit]) -> None:
    decision = Decision.objects.create(round=scored, reason=row["reason"])
    DecisionPlace.objects.bulk_create(
        DecisionPlace(
            decision=decision,
            unit=units[code],
            place=place,
            listed=row["units"].index(code) + 1,
        )
        for place, code in enumerate(row["order"], start=1)
    )
