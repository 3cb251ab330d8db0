"""Which leaves of the scoring table a sheet is about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from scoring.engine.table import Table
from scoring.models import Assignment, Exemption, Sheet
from scoring.rules import Stage


def under(table: Table, codes: Collection[str]) -> frozenset[str]:
    """The leaves that the codes name, themselves or through a group; no codes name them all."""
    leaves = (leaf.code for leaf in table.leaves())
    if not codes:
        return frozenset(leaves)
    return frozenset(
        code
        for code in leaves
        if code in codes or any(group.code in codes for group in table.ancestors(code))
    )


def scope_of(sheet: Sheet, table: Table) -> frozenset[str]:
    """The leaves that the sheet's scorer is to mark, exempted ones included."""
    return scopes_of([sheet], table)[sheet.pk]


def scopes_of(sheets: Collection[Sheet], table: Table) -> dict[int, frozenset[str]]:
    """What ``scope_of`` says of each sheet, by its id; one query, none where all are own ones."""
    assigned = [sheet for sheet in sheets if sheet.stage != Stage.SELF]
    codes: dict[tuple[int, str, int, int | None], set[str]] = defaultdict(set)
    if assigned:
        rows = Assignment.objects.filter(
            round__in={sheet.round_id for sheet in assigned},
            unit__in={sheet.unit_id for sheet in assigned},
        )
        places = rows.values_list("round", "stage", "unit", "scorer", "criteria__code")
        for scored, stage, unit, scorer, code in places:
            if code is not None:
                codes[scored, stage, unit, scorer].add(code)
    every = under(table, ())
    return {sheet.pk: every for sheet in sheets if sheet.stage == Stage.SELF} | {
        sheet.pk: under(table, codes[sheet.round_id, sheet.stage, sheet.unit_id, sheet.scorer_id])
        for sheet in assigned
    }


def exemptions_of(season_id: int, unit_id: int, table: Table) -> dict[str, str]:
    """The leaves that do not apply to the unit, with the reason; a group exempts its leaves."""
    return exemptions_by_unit(season_id, [unit_id], table)[unit_id]


def exemptions_by_unit(
    season_id: int, units: Iterable[int], table: Table
) -> dict[int, dict[str, str]]:
    """What ``exemptions_of`` says of each of the units; one query."""
    found: dict[int, dict[str, str]] = {unit: {} for unit in units}
    rows = Exemption.objects.in_force().filter(season=season_id, unit__in=found)
    for unit, code, reason in rows.values_list("unit", "criterion__code", "reason"):
        found[unit] |= dict.fromkeys(under(table, {code}), reason)
    return found
