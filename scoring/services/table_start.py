"""What a new draft begins with: the usual groups, or last year's table brought up to date."""

from __future__ import annotations

import copy
import datetime
from typing import Any

from django.utils.translation import gettext as _

from compacts.models import Season
from scoring.engine.table import FORMAT
from scoring.models import CriteriaTable
from scoring.services.table_tree import Node, spots

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
