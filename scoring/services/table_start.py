"""Beginning a draft: empty with the usual groups, from last year's table, from a frozen one."""

from __future__ import annotations

import copy
import datetime
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compacts.models import Season
from scoring.engine.table import FORMAT
from scoring.models import CriteriaTable
from scoring.permissions import can_manage_tables
from scoring.queries.tables import copyable_tables
from scoring.services.table_edit import read_definition, warnings_of
from scoring.services.table_rows import write_rows
from scoring.services.table_tree import Node, spots
from units.access import require
from units.models import Person
from units.rules import RuleError
from units.services.audit import record

_LONGEST_BLOC = 50


def _code_of(season: Season) -> str:
    return f"{season.bloc.code[:_LONGEST_BLOC]}-{season.year}"


def _group(code: str, name: str, points: str, leaf: str, **facts: Any) -> Node:
    rule = {"kind": "judged", "step": "0.5"}
    child = {"code": f"{code}.1", "name": leaf, "max": points, "rule": rule}
    return {"code": code, "name": name, "max": points, **facts, "children": [child]}


def empty_definition(season: Season) -> Node:
    """The three groups that bloc tables have in common, bonus and minus (domain dossier d.2)."""
    new = _("Tiêu chí mới")
    return {
        "format": FORMAT,
        "code": _code_of(season),
        "title": _("Bảng tiêu chí chấm điểm thi đua năm %(year)s") % {"year": season.year},
        "year": season.year,
        "max_total": "1000",
        "precision": "0.01",
        "not_applicable": "drop",
        "class_by": "total",
        "criteria": [
            _group("I", _("Thực hiện nhiệm vụ chính trị"), "600", new),
            _group("II", _("Xây dựng Đảng, xây dựng hệ thống chính trị"), "250", new),
            _group("III", _("Công tác thi đua, khen thưởng"), "150", new),
            _group("T", _("Điểm thưởng"), "30", new, adds="bonus"),
            _group("P", _("Điểm trừ"), "50", new, adds="minus"),
        ],
        "classes": [],
        "tie_breaks": [{"by": "criterion", "code": "I"}, {"by": "decision"}],
        "titles": [],
    }


def copied_definition(source: CriteriaTable, season: Season) -> Node:
    """The table for another season: its own code and year, days due in the new year.

    The document that the old one came from is not the new one's.
    """
    definition: Node = copy.deepcopy(source.definition)
    definition["code"] = _code_of(season)
    definition["title"] = definition["title"].replace(str(source.year), str(season.year))
    definition["year"] = season.year
    for key in ("document_no", "source_url"):
        definition.pop(key, None)
    for spot in spots(definition):
        rule = spot.node.get("rule", {})
        if "due_on" in rule:
            rule["due_on"] = _years_later(rule["due_on"], season.year - source.year)
    return definition


def _years_later(day: str, years: int) -> str:
    due = datetime.date.fromisoformat(day)
    year = min(max(due.year + years, datetime.MINYEAR), datetime.MAXYEAR)
    if (due.month, due.day) == (2, 29):
        due = due.replace(day=28)
    return due.replace(year=year).isoformat()


def locked_season(season_id: int) -> Season:
    """The season, held until the end of the transaction."""
    return (
        Season.objects.select_for_update(of=("self",))
        .select_related("bloc__council")
        .get(pk=season_id)
    )


_STARTED = gettext_lazy("Bắt đầu soạn bảng điểm “%(title)s”.")


@transaction.atomic
def start_table(*, actor: Person, season_id: int, copy_of: int | None = None) -> CriteriaTable:
    """Begin the season's draft: empty, or a copy of a table that the person may copy.

    Days due move on by as many years as the copied table is older. Raises ``RuleError`` where
    there is no such table.
    """
    season = locked_season(season_id)
    require(can_manage_tables(actor, season))
    definition = empty_definition(season)
    if copy_of is not None:
        source = copyable_tables(actor, season).filter(pk=copy_of).first()
        if source is None:
            raise RuleError(_("Không có bảng điểm đó để sao chép."), field="copy_of")
        return start_copy(actor=actor, season=season, source=source)
    return _begin(actor, season, definition, "start_table", _STARTED)


def start_copy(*, actor: Person, season: Season, source: CriteriaTable) -> CriteriaTable:
    """A draft copied from ``source``; the caller has asked for the right."""
    return _begin(actor, season, copied_definition(source, season), "start_table", _STARTED)


@transaction.atomic
def new_version(*, actor: Person, season_id: int, table_id: int) -> CriteriaTable:
    """A draft that continues a table which was frozen; its days due stay as they are."""
    season = locked_season(season_id)
    require(can_manage_tables(actor, season))
    source = copyable_tables(actor, season).filter(pk=table_id).first()
    if source is None or source.frozen_at is None:
        raise RuleError(_("Chỉ soạn phiên bản mới từ bảng điểm đã khóa."))
    summary = _("Soạn phiên bản mới của bảng điểm “%(title)s”.")
    return _begin(actor, season, copy.deepcopy(source.definition), "new_version", summary)


def _begin(
    actor: Person, season: Season, definition: Node, action: str, summary: str | Promise
) -> CriteriaTable:
    reading, table = read_definition(definition, "")
    newest = CriteriaTable.objects.newest(table.code)
    stored = CriteriaTable.objects.create(
        code=table.code,
        version=newest.version + 1 if newest else 1,
        title=table.title,
        year=table.year,
        max_total=table.max_total,
        definition=reading.data,
        warnings=warnings_of(definition, reading),
        season=season,
    )
    write_rows(stored, table)
    record(
        chain=season.audit_chain,
        actor=actor,
        action=action,
        target=f"criteria_table:{stored.pk}",
        summary=str(summary) % {"title": stored.title},
        after={"code": stored.code, "version": stored.version},
    )
    return stored
