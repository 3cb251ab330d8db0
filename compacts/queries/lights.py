"""How key tasks stand, counted for many seasons at once."""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Collection
from decimal import Decimal

from compacts.models import KeyTask, Progress, Season
from compacts.rules import (
    Light,
    Period,
    RegistrationState,
    current_period,
    ended_period,
    light_of,
)

Lights = dict[tuple[int, int], Counter[Light]]


def light_period(season: Season, today: datetime.date) -> Period:
    """The period by which key tasks are judged: the last that is over, else the first."""
    return ended_period(season.year, today) or current_period(season.year, today)


def target_lights(seasons: Collection[Season], today: datetime.date) -> Lights:
    """How the key tasks stand, counted by (season, unit): those of accepted registrations.

    Each season is judged by its ``light_period``. Two queries, whatever the number of seasons.
    """
    periods = {season.pk: light_period(season, today) for season in seasons}
    accepted = {
        "registration__season__in": list(periods),
        "registration__state": RegistrationState.ACCEPTED,
    }
    reports: dict[tuple[int, str], Decimal | None] = {}
    found = Progress.objects.filter(**{f"task__{name}": value for name, value in accepted.items()})
    for report in found:
        reports[report.task_id, report.period] = report.achieved
    lights: Lights = defaultdict(Counter)
    tasks = (
        KeyTask.objects.filter(**accepted)
        .order_by()
        .values_list(
            "pk", "registration__season", "registration__unit", "target", "unit_of_measure"
        )
    )
    for task, season, unit, target, measure in tasks:
        period = periods[season]
        light = light_of(reports.get((task, period)), target, period, measure)
        lights[season, unit][light] += 1
    return lights
