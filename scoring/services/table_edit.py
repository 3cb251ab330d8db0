"""How a drafted table is changed: locked, read again as a whole, written with its rows."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Case, F, Value, When
from django.utils.translation import gettext as _

from compacts.models import Season
from scoring.engine.faults import Fault
from scoring.engine.table import Reading, Table, read_table
from scoring.models import CriteriaTable, TableComment
from scoring.permissions import can_manage_tables
from scoring.sayings import said
from scoring.services import table_tree
from scoring.services.table_rows import write_rows
from scoring.services.table_tree import Node
from units.access import require
from units.models import Person
from units.rules import EditConflictError, RuleError
from units.services.audit import record

SECTIONS = ("classes", "tie_breaks", "titles")


class TableRefusedError(RuleError):
    """The table could not be read with this change; nothing was written.

    The paths of ``faults`` are seen from what was being changed (``rule.bands[1].points``).
    """

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(faults[0].message, field=faults[0].path)
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Change:
    """What a change did, for the audit trail; ``path`` is what faults are told from."""

    action: str
    summary: str
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    path: str = ""
    renamed: Mapping[str, str] = field(default_factory=dict)
    max_total: Decimal | None = None


def read_definition(definition: Node, path: str) -> tuple[Reading, Table]:
    """Read the definition; ``TableRefusedError`` with its faults as seen from ``path``."""
    reading = read_table(definition)
    if reading.table is None:
        raise TableRefusedError([_seen_from(definition, path, one) for one in reading.faults])
    return reading, reading.table


def _seen_from(definition: Node, path: str, fault: Fault) -> Fault:
    if fault.path == "max_total":
        return Fault("", _("Bảng cần ít nhất một nhóm điểm chính có điểm."))
    if path and fault.path.startswith((f"{path}.", f"{path}[")):
        return Fault(fault.path.removeprefix(path).lstrip("."), fault.message, fault.expected)
    if not path and not fault.path.startswith(("criteria", *SECTIONS)):
        return fault
    return Fault("", f"{_place_in_words(definition, fault.path)}: {said(fault.message)}")


def _place_in_words(definition: Node, path: str) -> str:
    node = table_tree.node_at(definition, path)
    if node is not None:
        return _("Tiêu chí %(code)s") % {"code": node["code"]}
    names = {"classes": _("Xếp loại"), "tie_breaks": _("Khi bằng điểm"), "titles": _("Danh hiệu")}
    return names.get(path.partition("[")[0], _("Bảng điểm"))


def warnings_of(definition: Node, reading: Reading) -> list[str]:
    """What may be looked at again, in the reader's language."""
    return [f"{_place_in_words(definition, w.path)}: {said(w.message)}" for w in reading.warnings]


def locked_draft(actor: Person, table_id: int) -> tuple[CriteriaTable, Season]:
    """The draft, locked, with its season; refused to who does not run it or once it is frozen."""
    table = (
        CriteriaTable.objects.select_for_update(of=("self",))
        .select_related("season__bloc__council")
        .get(pk=table_id)
    )
    if table.season is None:
        raise RuleError(_("Bảng điểm trong thư viện không sửa được; hãy sao chép thành bảng mới."))
    require(can_manage_tables(actor, table.season))
    if table.frozen_at is not None:
        raise RuleError(_("Bảng điểm đã khóa, không sửa được nữa; hãy soạn phiên bản mới."))
    return table, table.season


def check_edition(table: CriteriaTable, edition: int) -> None:
    if table.edition != edition:
        raise EditConflictError(
            _("Người khác vừa sửa. Nội dung đồng chí nhập vẫn còn ở dưới; lưu lại sẽ thay.")
        )


def edit(
    actor: Person, table_id: int, edition: int, change: Callable[[Node], Change]
) -> CriteriaTable:
    table, season = locked_draft(actor, table_id)
    check_edition(table, edition)
    definition: Node = copy.deepcopy(table.definition)
    done = change(definition)
    table_tree.fit_total(definition)
    wanted = table.max_total if done.max_total is None else done.max_total
    if definition == table.definition and wanted == table.max_total:
        return table
    reading, read = read_definition(definition, done.path)
    table.title = read.title
    table.year = read.year
    table.max_total = wanted
    table.definition = reading.data
    table.warnings = warnings_of(definition, reading)
    table.edition += 1
    table.save(update_fields=["title", "year", "max_total", "definition", "warnings", "edition"])
    write_rows(table, read)
    _rename_comments(table, done.renamed)
    record(
        chain=season.audit_chain,
        actor=actor,
        action=done.action,
        target=f"criteria_table:{table.pk}",
        summary=done.summary,
        before=done.before,
        after=done.after,
    )
    return table


def _rename_comments(table: CriteriaTable, names: Mapping[str, str]) -> None:
    if names:
        cases = [When(criterion_code=old, then=Value(new)) for old, new in names.items()]
        TableComment.objects.filter(table=table, criterion_code__in=names).update(
            criterion_code=Case(*cases, default=F("criterion_code"))
        )
