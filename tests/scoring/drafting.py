"""A scoring table being drafted: where its pages are, and what stands in it."""

from __future__ import annotations

from typing import Any

from scoring.models import CriteriaTable
from scoring.queries.tables import node_of
from tests.cast import World


def page_of(world: World, table: CriteriaTable, rest: str = "") -> str:
    """The address of the table's editor, or of what stands below it."""
    return f"/khoi/{world.bloc.code}/{world.season.year}/cham-diem/soan-bang/{table.pk}/{rest}"


def written(table: CriteriaTable, code: str) -> dict[str, Any]:
    """The criterion as the definition writes it."""
    node = node_of(table, code)
    assert node is not None
    return node
