"""Many sheets of one round as their scorers mark them: the same few queries for any number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from scoring.engine.table import Table
from scoring.engine.words import rule_in_words
from scoring.models import Adoption, Criterion, Mark, Round, Sheet
from scoring.queries.earlier import nearest_earlier
from scoring.queries.scopes import exemptions_by_unit, scopes_of
from scoring.queries.sheets import SheetRow, StageMark, recorded_sources, why_of
from scoring.queries.standings import table_of
from scoring.rules import SheetState, Stage


@dataclass(frozen=True, slots=True)
class Marking:
    """A sheet with the leaves of its table, and what its marks are judged by.

    ``rows`` show this sheet's own marks alone. ``scope`` are the leaves that the sheet is about,
    ``exempt`` those that do not apply, ``recorded`` those that records fill in. ``earlier`` is
    what ``earlier_marks`` says; ``own_sent`` whether the unit has sent its own sheet.
    """

    sheet: Sheet
    unit_name: str
    table: Table
    rows: tuple[SheetRow, ...]
    scope: Collection[str]
    exempt: Collection[str]
    recorded: Collection[str]
    marks: Mapping[str, Mark]
    earlier: Mapping[str, Mark]
    own_sent: bool


def markings_of(scored: Round, sheets: Collection[Sheet]) -> list[Marking]:
    """The sheets, all of the round ``scored``, in their order.

    Raises ``RuleError`` where the season adopted no table.
    """
    if not sheets:
        return []
    table = table_of(scored)
    adopted = Adoption.objects.filter(season=scored.season_id)
    criteria = Criterion.objects.filter(table__in=adopted.values("table")).order_by("position")
    leaves = [one for one in criteria if table.criterion(one.code).is_leaf]
    units = {sheet.unit_id for sheet in sheets}
    marks: dict[int, list[Mark]] = defaultdict(list)
    for mark in Mark.objects.filter(sheet__round=scored, sheet__unit__in=units).select_related(
        "criterion", "marked_by", "sheet"
    ):
        marks[mark.sheet.unit_id].append(mark)
    own = Sheet.objects.filter(round=scored, stage=Stage.SELF, unit__in=units)
    sent = set(own.exclude(state=SheetState.OPEN).values_list("unit", flat=True))
    names = {one.unit_id: one.name for one in scored.season.participants.filter(unit__in=units)}
    exempt = exemptions_by_unit(scored.season_id, units, table)
    scopes = scopes_of(sheets, table)
    recorded = recorded_sources(scored.season_id)
    found = []
    for sheet in sheets:
        standing = {
            mark.criterion.code: mark for mark in marks[sheet.unit_id] if mark.sheet_id == sheet.pk
        }
        sources = recorded if sheet.stage == Stage.SELF else {}
        found.append(
            Marking(
                sheet=sheet,
                unit_name=names.get(sheet.unit_id, sheet.unit.name),
                table=table,
                rows=tuple(
                    _row(one, sheet, table, standing, scopes[sheet.pk], exempt, sources)
                    for one in leaves
                ),
                scope=scopes[sheet.pk],
                exempt=exempt[sheet.unit_id],
                recorded=sources,
                marks=standing,
                earlier=nearest_earlier(sheet, marks[sheet.unit_id]),
                own_sent=sheet.unit_id in sent,
            )
        )
    return found


def _row(
    criterion: Criterion,
    sheet: Sheet,
    table: Table,
    standing: Mapping[str, Mark],
    scope: Collection[str],
    exempt: Mapping[int, Mapping[str, str]],
    recorded: Mapping[str, str],
) -> SheetRow:
    code = criterion.code
    leaf = table.criterion(code)
    mark = standing.get(code)
    shown = (StageMark(mark, "", why_of(leaf, mark), ()),) if mark else ()
    return SheetRow(
        criterion=criterion,
        leaf=leaf,
        rule=rule_in_words(leaf.rule) if leaf.rule else "",
        mine=code in scope and code not in exempt[sheet.unit_id],
        recorded=recorded.get(code, ""),
        exempt=exempt[sheet.unit_id].get(code),
        marks={sheet.stage: shown} if shown else {},
        points={},
    )
