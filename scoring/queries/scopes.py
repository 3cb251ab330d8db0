"""Which leaves of the scoring table a sheet is about."""

from __future__ import annotations

from collections.abc import Collection

from scoring.engine.table import Table
from scoring.models import Assignment, Exemption, Sheet


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
    if sheet.stage == "self":
        return under(table, ())
    codes = Assignment.objects.filter(
        round=sheet.round_id, stage=sheet.stage, unit=sheet.unit_id, scorer=sheet.scorer_id
    ).values_list("criteria__code", flat=True)
    return under(table, {code for code in codes if code is not None})


def exemptions_of(season_id: int, unit_id: int, table: Table) -> dict[str, str]:
    """The leaves that do not apply to the unit, with the reason; a group exempts its leaves."""
    rows = Exemption.objects.in_force().filter(season=season_id, unit=unit_id)
    return {
        leaf: reason
        for code, reason in rows.values_list("criterion__code", "reason")
        for leaf in under(table, {code})
    }
