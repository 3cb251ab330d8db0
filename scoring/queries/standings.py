"""What the engine needs of a round, read with one query a table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Set
from decimal import Decimal

from django.utils.translation import gettext as _

from compacts.models import Office, RegisteredTitle
from compacts.rules import OfficeKind
from scoring.engine.rounds import (
    BallotInput,
    DecisionInput,
    MarkInput,
    RoundInput,
    SheetInput,
    UnitInput,
)
from scoring.engine.standings import Standings, compute
from scoring.engine.table import Table, read_table
from scoring.models import (
    Adoption,
    Ballot,
    BallotVote,
    DecisionPlace,
    Exemption,
    Mark,
    Round,
    Sheet,
)
from scoring.rules import FinalMethod
from units.rules import RuleError
from units.vietnamese import sort_key


def table_of(scored: Round) -> Table:
    """The scoring table that the round's season adopted; raises ``RuleError`` for none."""
    adoption = Adoption.objects.select_related("table").filter(season=scored.season_id).first()
    if adoption is None:
        raise RuleError(_("Mùa thi đua này chưa có bảng điểm."))
    table = read_table(adoption.table.definition).table
    if table is None:
        raise RuleError(_("Bảng điểm của mùa này không đọc được."))
    return table


def standings_input(scored: Round) -> tuple[Table, RoundInput]:
    """The table and the input of the round, whatever the number of units and criteria.

    Raises ``RuleError`` where the season adopted no table.
    """
    weighted = scored.final_method == FinalMethod.WEIGHTED
    head = Office.objects.filter(season=scored.season_id, kind=OfficeKind.HEAD).first()
    exemptions = Exemption.objects.in_force().filter(season=scored.season_id)
    table = table_of(scored)
    return table, RoundInput(
        final_method=scored.final_method,
        stage=None if weighted else scored.final_stage,
        weights={stage: Decimal(text) for stage, text in scored.weights.items()},
        cross=scored.cross_method,
        units=_units(scored, {title.code for title in table.titles}),
        sheets=_sheets(scored),
        exemptions=frozenset(exemptions.values_list("unit__code", "criterion__code")),
        ballots=_ballots(scored),
        decisions=_decisions(scored),
        head=head.unit.code if head else None,
    )


def compute_standings(scored: Round) -> Standings:
    """The standings of this moment; nothing is stored."""
    return compute(*standings_input(scored))


def _units(scored: Round, titles_of_table: Set[str]) -> tuple[UnitInput, ...]:
    """The units; titles that only an earlier table of the season gave are left out."""
    registered: dict[int, set[str]] = defaultdict(set)
    titles = RegisteredTitle.objects.filter(registration__season=scored.season_id)
    for unit, code in titles.values_list("registration__unit", "title__code"):
        registered[unit].add(code)
    return tuple(
        UnitInput(
            code=row.unit.code,
            name_key=sort_key(row.name),
            division=row.division or None,
            registered=frozenset(registered[row.unit_id] & titles_of_table),
            name=row.name,
        )
        for row in scored.season.participants.select_related("unit")
    )


def _sheets(scored: Round) -> tuple[SheetInput, ...]:
    marks: dict[int, list[MarkInput]] = defaultdict(list)
    rows = Mark.objects.filter(sheet__round=scored).order_by("pk")
    for sheet, criterion, entry in rows.values_list("sheet", "criterion__code", "entry"):
        marks[sheet].append(MarkInput(criterion, entry))
    sheets = Sheet.objects.filter(round=scored).select_related("unit")
    return tuple(
        SheetInput(sheet.unit.code, sheet.stage, sheet.scorer_code, tuple(marks[sheet.pk]))
        for sheet in sheets
    )


def _ballots(scored: Round) -> tuple[BallotInput, ...]:
    yes: dict[int, dict[str, int]] = defaultdict(dict)
    votes = BallotVote.objects.filter(ballot__round=scored)
    for ballot, unit, count in votes.values_list("ballot", "unit__code", "yes"):
        yes[ballot][unit] = count
    return tuple(
        BallotInput(
            code=ballot.code,
            voters=ballot.voters,
            present=ballot.present,
            valid=ballot.valid,
            base=ballot.base,
            yes=yes[ballot.pk],
        )
        for ballot in Ballot.objects.filter(round=scored)
    )


def _decisions(scored: Round) -> tuple[DecisionInput, ...]:
    places = DecisionPlace.objects.filter(decision__round=scored).select_related(
        "unit", "decision"
    )
    by_decision: dict[int, list[DecisionPlace]] = defaultdict(list)
    for place in places:
        by_decision[place.decision_id].append(place)
    return tuple(
        DecisionInput(
            units=tuple(p.unit.code for p in sorted(rows, key=lambda one: one.listed)),
            order=tuple(p.unit.code for p in sorted(rows, key=lambda one: one.place)),
            reason=rows[0].decision.reason,
        )
        for rows in by_decision.values()
    )
