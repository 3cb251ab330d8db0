"""Writing seasons and scoring tables as exchange files."""

from __future__ import annotations

import datetime
import json
from collections import defaultdict
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from compacts.models import Compact, Participant, Registration, Season
from compacts.rules import OfficeKind
from scoring.exchange.season import FORMAT
from scoring.exchange.shape import respelled
from scoring.models import (
    Adoption,
    Ballot,
    BallotVote,
    Decision,
    DecisionPlace,
    Exemption,
    Mark,
    Round,
    Sheet,
)
from scoring.rules import FinalMethod
from units.rules import RuleError
from units.vietnamese import written


def as_text(document: object) -> str:
    """The document as the JSON text of a file."""
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def export_season(season: Season) -> dict[str, Any]:
    """The whole season as ``giao-uoc/season/1``; one query a table.

    Raises ``RuleError`` where it has no scoring table, without which no file of it can be read.
    """
    bloc = season.bloc
    offices = list(season.offices.select_related("unit").order_by("pk"))
    heads = [office.unit.code for office in offices if office.kind == OfficeKind.HEAD]
    deputies = [office.unit.code for office in offices if office.kind == OfficeKind.DEPUTY]
    adoption = Adoption.objects.select_related("table").filter(season=season).first()
    if adoption is None:
        raise RuleError(_("Mùa thi đua này chưa có bảng điểm."))
    document: dict[str, Any] = {
        "format": FORMAT,
        "bloc": {
            "code": bloc.code,
            "name": bloc.name,
            "kind": bloc.kind,
            "style": bloc.letterhead,
        },
        "year": season.year,
        "starts_on": season.starts_on.isoformat(),
        "ends_on": season.ends_on.isoformat(),
        "theme": written(season.theme),
        "council": {"name": bloc.council.name, "place": bloc.council.place},
        "units": [_unit(row) for row in season.participants.select_related("unit")],
        "head": heads[0] if heads else None,
        "deputy": deputies if len(deputies) > 1 else (deputies[0] if deputies else None),
        "criteria": adoption.table.definition,
        "registrations": _registrations(season, adoption),
        "exemptions": [
            {
                "unit": row.unit.code,
                "criterion": row.criterion.code,
                "reason": written(row.reason),
            }
            for row in Exemption.objects.in_force()
            .filter(season=season)
            .select_related("unit", "criterion")
        ],
        "rounds": _rounds(season),
    }
    compact = Compact.objects.filter(season=season).first()
    if compact is not None:
        document["compact"] = _compact(compact)
    return respelled(document, season.exchange_shape)


def _moment(value: datetime.datetime | None) -> str | None:
    return None if value is None else timezone.localtime(value).isoformat()


def _unit(row: Participant) -> dict[str, Any]:
    return {
        "code": row.unit.code,
        "name": row.name,
        "short_name": row.short_name,
        "division": row.division or None,
        # Nobody signs for a unit whose signatory was not named yet.
        "signatory": {"name": row.signatory_name, "position": row.signatory_position}
        if row.signatory_name
        else None,
    }


def _registrations(season: Season, adoption: Adoption) -> list[dict[str, Any]]:
    given = {title["code"] for title in adoption.table.definition.get("titles", ())}
    rows = (
        Registration.objects.filter(season=season)
        .select_related("unit")
        .prefetch_related("tasks", "titles__title")
        .order_by("pk")
    )
    return [
        {
            "unit": row.unit.code,
            "submitted_at": _moment(row.submitted_at),
            # What another table gave before can't be said in the file of this one.
            "titles": [one.title.code for one in row.titles.all() if one.title.code in given],
            "tasks": [
                {
                    "text": written(task.text),
                    "measure": task.measure,
                    "unit_of_measure": task.unit_of_measure,
                    "target": f"{task.target:f}",
                    "due_on": task.due_on.isoformat(),
                    "ad_hoc": task.ad_hoc,
                }
                for task in row.tasks.all()
                # A draft's task that lacks a part can't be said in the format.
                if task.target is not None and task.due_on is not None
                if task.text and task.measure and task.unit_of_measure
            ],
        }
        for row in rows
    ]


def _compact(compact: Compact) -> dict[str, Any]:
    return {
        "number": compact.number,
        "place": compact.place,
        "signed_on": compact.signed_on.isoformat() if compact.signed_on else None,
        "articles": [
            {"heading": row.heading, "items": row.items} for row in compact.articles.all()
        ],
        "signed_by": list(compact.signatures.values_list("unit__code", flat=True)),
    }


def _rounds(season: Season) -> list[dict[str, Any]]:
    rounds = list(Round.objects.filter(season=season))
    sheets: dict[int, list[dict[str, Any]]] = defaultdict(list)
    marks = _marks(season)
    for sheet in Sheet.objects.filter(round__season=season).select_related("unit"):
        sheets[sheet.round_id].append(
            {
                "unit": sheet.unit.code,
                "stage": sheet.stage,
                "scorer": sheet.scorer_code,
                "submitted_at": _moment(sheet.submitted_at),
                "marks": marks[sheet.pk],
            }
        )
    ballots, decisions = _ballots(season), _decisions(season)
    return [
        {
            "code": row.code,
            "name": row.name,
            "final": (
                {"method": row.final_method, "weights": row.weights}
                if row.final_method == FinalMethod.WEIGHTED
                else {"method": row.final_method, "stage": row.final_stage}
            ),
            "cross": row.cross_method,
            "sheets": sheets[row.pk],
            "ballots": ballots[row.pk],
            "decisions": decisions[row.pk],
        }
        for row in rounds
    ]


def _marks(season: Season) -> dict[int, list[dict[str, Any]]]:
    marks: dict[int, list[dict[str, Any]]] = defaultdict(list)
    rows = Mark.objects.filter(sheet__round__season=season).order_by("pk")
    for sheet, criterion, entry, comment in rows.values_list(
        "sheet", "criterion__code", "entry", "comment"
    ):
        said = {"comment": written(comment)} if comment else {}
        marks[sheet].append({"criterion": criterion, **entry, **said})
    return marks


def _ballots(season: Season) -> dict[int, list[dict[str, Any]]]:
    votes: dict[int, dict[str, int]] = defaultdict(dict)
    for vote in BallotVote.objects.filter(ballot__round__season=season).select_related("unit"):
        votes[vote.ballot_id][vote.unit.code] = vote.yes
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in Ballot.objects.filter(round__season=season):
        found[row.round_id].append(
            {
                "code": row.code,
                "name": row.name,
                "voters": row.voters,
                "present": row.present,
                "valid": row.valid,
                "base": row.base,
                "yes": votes[row.pk],
            }
        )
    return found


def _decisions(season: Season) -> dict[int, list[dict[str, Any]]]:
    places: dict[int, list[DecisionPlace]] = defaultdict(list)
    rows = DecisionPlace.objects.filter(decision__round__season=season).select_related("unit")
    for place in rows:
        places[place.decision_id].append(place)
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in Decision.objects.filter(round__season=season):
        listed = sorted(places[row.pk], key=lambda one: one.listed)
        found[row.round_id].append(
            {
                "units": [one.unit.code for one in listed],
                "order": [one.unit.code for one in sorted(listed, key=lambda o: o.place)],
                "reason": written(row.reason),
            }
        )
    return found
