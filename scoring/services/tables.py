"""Drafting a season's scoring table: changed step by step, opened for comments, adopted.

A draft may be imperfect (sums that differ are warnings), but what is stored can always be read
by ``read_table``. Every change names the ``edition`` it was made upon and is kept in the season's
audit trail.
"""

from __future__ import annotations

import copy
import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from scoring.models import Adoption, CriteriaTable
from scoring.services import rounds, table_tree
from scoring.services.notices import tell_comments_open
from scoring.services.table_edit import SECTIONS, Change, check_edition, edit, locked_draft
from scoring.services.table_start import locked_season
from scoring.services.table_tree import Move, Node
from units.models import Person
from units.rules import RuleError
from units.services.audit import record


@dataclass(frozen=True, slots=True)
class CriterionFacts:
    """A criterion as the editor sends it; ``rule`` is None for a group, ``max`` a decimal string.

    ``adds`` counts at the top level only.
    """

    code: str
    name: str
    max: str
    rule: Mapping[str, Any] | None = None
    note: str = ""
    evidence: bool = False
    adds: str = "base"


@dataclass(frozen=True, slots=True)
class TableFacts:
    """What stands above the criteria; ``max_total`` is the total that the table is to have."""

    title: str
    issuer: str
    document_no: str
    year: int
    max_total: Decimal
    precision: str
    not_applicable: str
    class_by: str


# --- changed --------------------------------------------------------------------------------


def _node_of(facts: CriterionFacts, *, top: bool, children: list[Node] | None) -> Node:
    """The criterion as the format writes it, without what the format takes for granted."""
    node: Node = {"code": facts.code, "name": facts.name, "max": facts.max}
    if top and facts.adds != "base":
        node["adds"] = facts.adds
    if facts.note:
        node["note"] = facts.note
    if facts.evidence:
        node["evidence"] = True
    if children is None:
        node["rule"] = dict(facts.rule or {})
    else:
        node["children"] = children
    return node


@transaction.atomic
def add_criterion(
    *, actor: Person, table_id: int, edition: int, group: str, facts: CriterionFacts
) -> CriteriaTable:
    """Add a criterion at the end of ``group`` (empty: at the top level).

    A group (``facts.rule`` is None) begins with one judged criterion of the same points.
    """

    def change(definition: Node) -> Change:
        siblings, path = definition["criteria"], "criteria"
        if group:
            spot = table_tree.spot_of(definition, group)
            if "children" not in spot.node:
                raise RuleError(_("Chỉ thêm được vào một nhóm."))
            siblings, path = spot.node["children"], f"{spot.path}.children"
        first: list[Node] | None = None
        if facts.rule is None:
            rule = {"kind": "judged", "step": definition["precision"]}
            first = [
                {"code": f"{facts.code}.1", "name": _("Tiêu chí mới"), "max": facts.max,
                 "rule": rule}
            ]  # fmt: skip
        node = _node_of(facts, top=not group, children=first)
        siblings.append(node)
        return Change(
            "add_criterion",
            _("Thêm tiêu chí %(code)s. %(name)s.") % {"code": facts.code, "name": facts.name},
            after=copy.deepcopy(node),
            path=f"{path}[{len(siblings) - 1}]",
        )

    return edit(actor, table_id, edition, change)


@transaction.atomic
def save_criterion(
    *, actor: Person, table_id: int, edition: int, code: str, facts: CriterionFacts
) -> CriteriaTable:
    """Store the criterion ``code`` anew; a group keeps what stands below it.

    A new code is taken over where tie breaks and comments name the old one.
    """

    def change(definition: Node) -> Change:
        spot = table_tree.spot_of(definition, code)
        before = copy.deepcopy(spot.node)
        node = _node_of(facts, top=not spot.groups, children=spot.node.get("children"))
        spot.siblings[spot.index] = node
        names = {code: facts.code} if facts.code != code else {}
        if names:
            table_tree.rename_in_tie_breaks(definition, names)
        return Change(
            "save_criterion",
            _("Sửa tiêu chí %(code)s. %(name)s.") % {"code": facts.code, "name": facts.name},
            before={key: value for key, value in before.items() if key != "children"},
            after={key: copy.deepcopy(node[key]) for key in node if key != "children"},
            path=spot.path,
            renamed=names,
        )

    return edit(actor, table_id, edition, change)


@transaction.atomic
def remove_criterion(
    *,
    actor: Person,
    table_id: int,
    edition: int,
    code: str,
    points: Mapping[str, str] | None = None,
) -> CriteriaTable:
    """Take the criterion and all below it out, and store the maxima typed meanwhile."""

    def change(definition: Node) -> Change:
        _before, after = _set_points(definition, points or {})
        node = table_tree.remove(definition, code)
        return Change(
            "remove_criterion",
            _("Xóa tiêu chí %(code)s. %(name)s.") % {"code": code, "name": node["name"]},
            before=node,
            after=after or None,
        )

    return edit(actor, table_id, edition, change)


def _set_points(definition: Node, points: Mapping[str, str]) -> tuple[Node, Node]:
    """Give criteria other maxima; what changed, before and after."""
    before: Node = {}
    after: Node = {}
    for spot in table_tree.spots(definition):
        code = spot.node["code"]
        wanted = points.get(code, spot.node["max"])
        if wanted != spot.node["max"]:
            before[code], after[code] = spot.node["max"], wanted
            spot.node["max"] = wanted
    return before, after


@transaction.atomic
def save_points(
    *, actor: Person, table_id: int, edition: int, points: Mapping[str, str]
) -> CriteriaTable:
    """Store the maxima (decimal strings) of the criteria that ``points`` names by code."""

    def change(definition: Node) -> Change:
        before, after = _set_points(definition, points)
        summary = _("Sửa điểm chuẩn của %(count)s tiêu chí.") % {"count": len(after)}
        return Change("save_points", summary, before, after)

    return edit(actor, table_id, edition, change)


@transaction.atomic
def move_criterion(
    *,
    actor: Person,
    table_id: int,
    edition: int,
    code: str,
    move: Move,
    target: str = "",
    points: Mapping[str, str] | None = None,
) -> CriteriaTable:
    """Move the criterion with all below it, and store the maxima typed meanwhile.

    Raises ``RuleError`` where there is no such place, or a group would be left empty.
    """

    def change(definition: Node) -> Change:
        before, after = _set_points(definition, points or {})
        table_tree.place(definition, code, move, target)
        words = {"code": code, "move": Move(move).label, "target": target}
        return Change(
            "move_criterion",
            (_("Chuyển tiêu chí %(code)s: %(move)s %(target)s") % words).strip() + ".",
            before or None,
            after or None,
        )

    return edit(actor, table_id, edition, change)


@transaction.atomic
def renumber(
    *, actor: Person, table_id: int, edition: int, points: Mapping[str, str] | None = None
) -> CriteriaTable:
    """Number what stands below each top-level criterion anew; store the maxima typed meanwhile."""

    def change(definition: Node) -> Change:
        before, after = _set_points(definition, points or {})
        names = table_tree.numbers_in_order(definition)
        table_tree.rename(definition, names)
        return Change(
            "renumber",
            _("Đánh lại mã các tiêu chí theo thứ tự."),
            before or None,
            {**names, "points": after} if after else names,
            renamed=names,
        )

    return edit(actor, table_id, edition, change)


@transaction.atomic
def save_table_facts(
    *, actor: Person, table_id: int, edition: int, facts: TableFacts
) -> CriteriaTable:
    """Store what stands above the criteria.

    The total wanted is kept beside the table and compared with the sums; it forces nothing.
    """
    if facts.max_total <= 0:
        raise RuleError(_("Tổng điểm phải lớn hơn 0."), field="max_total")

    def change(definition: Node) -> Change:
        given: Node = {
            "title": facts.title,
            "issuer": facts.issuer,
            "document_no": facts.document_no,
            "year": facts.year,
            "precision": facts.precision,
            "not_applicable": facts.not_applicable,
            "class_by": facts.class_by,
        }
        before = {key: definition.get(key, "") for key in given}
        definition.update(given)
        for key in ("issuer", "document_no"):
            if not given[key]:
                del definition[key]
        return Change(
            "save_table_facts",
            _("Sửa thông tin chung của bảng điểm."),
            before,
            {**given, "max_total": f"{facts.max_total:f}"},
            max_total=facts.max_total,
        )

    return edit(actor, table_id, edition, change)


@transaction.atomic
def save_section(
    *, actor: Person, table_id: int, edition: int, section: str, rows: Sequence[Mapping[str, Any]]
) -> CriteriaTable:
    """Store the ``classes``, ``tie_breaks`` or ``titles`` anew, as the format writes them."""
    if section not in SECTIONS:
        raise ValueError(f"no section {section} in a table")

    def change(definition: Node) -> Change:
        before = definition.get(section, [])
        definition[section] = [dict(row) for row in rows]
        summaries = {
            "classes": _("Sửa các mức xếp loại."),
            "tie_breaks": _("Sửa thứ tự xét khi bằng điểm."),
            "titles": _("Sửa các danh hiệu và điều kiện."),
        }
        after = {section: definition[section]}
        return Change(f"save_{section}", summaries[section], {section: before}, after, section)

    return edit(actor, table_id, edition, change)


# --- opened and adopted ---------------------------------------------------------------------


@transaction.atomic
def open_for_comments(
    *, actor: Person, table_id: int, edition: int, due_at: datetime.datetime
) -> CriteriaTable:
    """Let the season's units read the draft and comment on it until ``due_at``."""
    table, season = locked_draft(actor, table_id)
    check_edition(table, edition)
    if due_at <= timezone.now():
        raise RuleError(_("Hạn góp ý phải ở sau bây giờ."), field="due_at")
    table.comments_due_at = due_at
    table.edition += 1
    table.save(update_fields=["comments_due_at", "edition"])
    record(
        chain=season.audit_chain,
        actor=actor,
        action="open_for_comments",
        target=f"criteria_table:{table.pk}",
        summary=_("Mở góp ý cho bảng điểm “%(title)s”.") % {"title": table.title},
        after={"comments_due_at": due_at.isoformat()},
    )
    tell_comments_open(table, actor)
    return table


@transaction.atomic
def adopt_draft(*, actor: Person, table_id: int, edition: int) -> Adoption:
    """Adopt the draft for its season as it was last read; it is frozen by that.

    From now on its total is what its groups add up to.
    """
    drafted_for = CriteriaTable.objects.values_list("season_id", flat=True).get(pk=table_id)
    if drafted_for is not None:
        # As every other adoption: the season is locked before its table.
        locked_season(drafted_for)
    table, season = locked_draft(actor, table_id)
    check_edition(table, edition)
    table.max_total = Decimal(table.definition["max_total"])
    table.save(update_fields=["max_total"])
    return rounds.adopt_table(actor=actor, season_id=season.pk, table_id=table.pk)
