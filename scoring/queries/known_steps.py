"""What is known of the steps of several seasons; without reading the board of each."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from compacts.models import Compact, KeyTask, Participant, Progress, Registration, Season
from compacts.queries.desk import StepOf
from compacts.rules import CompactState, Period, RegistrationState, Step
from scoring.models import Round, Sheet
from scoring.permissions import seasons_before_publication
from scoring.queries.season_cells import STAGES
from scoring.rules import RoundState, SheetState
from units.models import Person

_ARRIVED = (RegistrationState.SUBMITTED, RegistrationState.ACCEPTED)
_SENT = (SheetState.SUBMITTED, SheetState.LOCKED)


@dataclass(frozen=True, slots=True)
class KnownSteps:
    """By season and step: what is ``done``, and the deadlines that rounds give their steps."""

    done: frozenset[StepOf]
    dates: dict[StepOf, datetime.datetime]


def known_steps(person: Person, seasons: Collection[int]) -> KnownSteps:
    """What the person may know of the steps: as the season's board says it to its reader.

    Three queries. How far the others are with scoring is told only to those who may see it before
    publication.
    """
    rows = _facts(seasons)
    done = {
        (row["pk"], step.value)
        for row in rows
        for step, is_done in (
            (Step.REGISTRATION, row["has_units"] and not row["has_unregistered"]),
            (Step.SIGNING, row["is_in_force"]),
            (Step.MIDYEAR, row["has_tasks"] and not row["has_unreported"]),
            (Step.YEAREND, row["round_state"] == RoundState.PUBLISHED),
            (Step.HANDOVER, row["is_followed"]),
        )
        if is_done
    }
    may_see = seasons_before_publication(person, seasons)
    known = [
        row["round"]
        for row in rows
        if row["pk"] in may_see or row["round_state"] == RoundState.PUBLISHED
    ]
    dates = {
        (row["pk"], Step.SELF_SCORE.value): row["round_due"] for row in rows if row["round_due"]
    }
    return KnownSteps(frozenset(done | _scored(known)), dates)


def _facts(seasons: Collection[int]) -> QuerySet[Season, Any]:
    """The seasons with what tells of each step; a step of which there is nothing is not done."""
    units = Participant.objects.filter(season=OuterRef("pk"))
    arrived = Registration.objects.filter(
        season=OuterRef("season"), unit=OuterRef("unit"), state__in=_ARRIVED
    )
    tasks = KeyTask.objects.filter(
        registration__season=OuterRef("pk"), registration__state=RegistrationState.ACCEPTED
    )
    reports = Progress.objects.filter(task=OuterRef("pk"), period=Period.HALF)
    in_force = Compact.objects.filter(season=OuterRef("pk"), state=CompactState.IN_FORCE)
    later = Season.objects.filter(bloc=OuterRef("bloc"), year__gt=OuterRef("year"))
    begun = Round.objects.filter(~Q(state=RoundState.DRAFT), season=OuterRef("pk"))
    newest = begun.order_by("-pk")
    return Season.objects.filter(pk__in=seasons).values(
        "pk",
        has_units=Exists(units),
        has_unregistered=Exists(units.filter(~Exists(arrived))),
        is_in_force=Exists(in_force),
        has_tasks=Exists(tasks),
        has_unreported=Exists(tasks.filter(~Exists(reports))),
        is_followed=Exists(later),
        round=Subquery(newest.values("pk")[:1]),
        round_state=Subquery(newest.values("state")[:1]),
        round_due=Subquery(newest.values("due_at")[:1]),
    )


def _scored(rounds: Collection[int]) -> set[StepOf]:
    """The steps of which every sheet of the rounds was sent, by season."""
    steps = {stage.value: step.value for step, stage in STAGES.items()}
    rows = Sheet.objects.filter(round__in=rounds, stage__in=steps).order_by()
    states = set(rows.values_list("round__season", "stage", "state").distinct())
    unsent = {(pk, stage) for pk, stage, state in states if state not in _SENT}
    return {(pk, steps[stage]) for pk, stage, _state in states if (pk, stage) not in unsent}
