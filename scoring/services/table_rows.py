"""A table's criteria as rows: an index rebuilt from the definition, for marks to point at."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from scoring.engine.table import Table
from scoring.models import CriteriaTable, Criterion


def write_rows(stored: CriteriaTable, table: Table) -> None:
    """Replace the criteria rows of ``stored`` by those of its definition, read as ``table``.

    One statement for each level of the tree, whatever the number of criteria.
    """
    stored.criteria.all().delete()
    rules = _rules_by_code(stored.definition)
    levels: dict[int, list[Criterion]] = defaultdict(list)
    rows: dict[str, Criterion] = {}
    for position, (criterion, depth) in enumerate(table.walk(), start=1):
        ancestors = table.ancestors(criterion.code)
        row = Criterion(
            table=stored,
            parent=rows[ancestors[-1].code] if ancestors else None,
            code=criterion.code,
            name=criterion.name,
            position=position,
            depth=depth,
            max_points=criterion.max,
            adds=criterion.adds,
            rule=rules.get(criterion.code),
            note=criterion.note,
            evidence_required=criterion.evidence,
        )
        rows[criterion.code] = row
        levels[depth].append(row)
    for depth in sorted(levels):
        Criterion.objects.bulk_create(levels[depth])


def _rules_by_code(definition: Any) -> dict[str, object]:
    found: dict[str, object] = {}
    waiting = list(definition["criteria"])
    while waiting:
        node = waiting.pop()
        if "rule" in node:
            found[node["code"]] = node["rule"]
        waiting += node.get("children", ())
    return found
