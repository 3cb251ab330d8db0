"""The board of a round: units against stages, how far each sheet is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from compacts.models import Participant
from scoring.engine.table import Table
from scoring.models import Assignment, Exemption, Mark, Round, Sheet
from scoring.queries.scopes import under
from scoring.queries.sheets import is_due, sheet_url
from scoring.queries.standings import table_of
from scoring.rules import Stage
from units.models import Person


@dataclass(frozen=True, slots=True)
class BoardCell:
    """One sheet on the board: whose it is, ``done`` of ``due`` base leaves marked, by whom."""

    sheet: Sheet
    scorer: str
    url: str
    done: int
    due: int
    who: str


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A unit's sheets, in the order of the board's stages."""

    participant: Participant
    cells: tuple[tuple[BoardCell, ...], ...]


@dataclass(frozen=True, slots=True)
class Board:
    """The rows a person may see; ``stages`` are those that have sheets."""

    stages: tuple[Stage, ...]
    rows: tuple[BoardRow, ...]
    counts: tuple[tuple[str, int], ...]


def round_board(scored: Round, person: Person) -> Board:
    """The board with what the person may see of it; a fixed number of queries."""
    table = table_of(scored)
    sheets = list(
        Sheet.objects.visible_to(person)
        .filter(round=scored)
        .select_related("unit", "scorer", "submitted_by")
        .order_by("pk")
    )
    marked, who = _marked(sheets)
    scopes = _scopes(scored, table)
    exempt = _exempt(scored, table)
    due = frozenset(leaf.code for leaf in table.leaves() if is_due(leaf))
    cells: dict[tuple[int, str], list[BoardCell]] = defaultdict(list)
    for sheet in sheets:
        sheet.round = scored
        scope = scopes.get((sheet.stage, sheet.unit_id, sheet.scorer_id), due)
        wanted = (scope & due) - exempt.get(sheet.unit_id, frozenset())
        if sheet.stage == Stage.FINAL:
            wanted = frozenset()
        cell = BoardCell(
            sheet=sheet,
            scorer=sheet.scorer.short_name if sheet.scorer else _("tổ thư ký"),
            url=sheet_url(sheet),
            done=len(marked[sheet.pk] & wanted),
            due=len(wanted),
            who=sheet.submitted_by.full_name if sheet.submitted_by else who.get(sheet.pk, ""),
        )
        cells[sheet.unit_id, sheet.stage].append(cell)
    stages = tuple(stage for stage in Stage if any(key[1] == stage for key in cells))
    seen = {unit for unit, _stage in cells}
    participants = [
        row for row in scored.season.participants.select_related("unit") if row.unit_id in seen
    ]
    rows = tuple(
        BoardRow(row, tuple(tuple(cells.get((row.unit_id, stage), ())) for stage in stages))
        for row in participants
    )
    return Board(stages, rows, _counts(sheets))


def _marked(sheets: Iterable[Sheet]) -> tuple[dict[int, set[str]], dict[int, str]]:
    marked: dict[int, set[str]] = defaultdict(set)
    who: dict[int, str] = {}
    rows = Mark.objects.filter(sheet__in=[sheet.pk for sheet in sheets]).order_by("marked_at")
    for sheet, code, name in rows.values_list("sheet", "criterion__code", "marked_by__full_name"):
        marked[sheet].add(code)
        who[sheet] = name or ""
    return marked, who


def _scopes(scored: Round, table: Table) -> dict[tuple[str, int, int | None], frozenset[str]]:
    codes: dict[tuple[str, int, int | None], set[str]] = defaultdict(set)
    rows = Assignment.objects.filter(round=scored)
    for stage, unit, scorer, code in rows.values_list("stage", "unit", "scorer", "criteria__code"):
        codes[stage, unit, scorer].update([code] if code else [])
    return {key: under(table, found) for key, found in codes.items()}


def _exempt(scored: Round, table: Table) -> dict[int, frozenset[str]]:
    codes: dict[int, set[str]] = defaultdict(set)
    rows = Exemption.objects.in_force().filter(season=scored.season_id)
    for unit, code in rows.values_list("unit", "criterion__code"):
        codes[unit].add(code)
    return {unit: under(table, found) for unit, found in codes.items()}


def _counts(sheets: Iterable[Sheet]) -> tuple[tuple[str, int], ...]:
    counts: dict[str, int] = defaultdict(int)
    for sheet in sheets:
        counts[str(sheet.get_state_display())] += 1
    return tuple(counts.items())
