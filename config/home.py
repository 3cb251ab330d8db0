"""The first page: what waits for the person, and where their seasons stand."""

from __future__ import annotations

import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from compacts import queries as compact_queries
from compacts.models import Season
from compacts.services.calendar import calendar_url
from scoring import queries as scoring_queries
from units.http import PersonRequest
from units.queries import OpenTask

SEASONS_SHOWN = 12


def _due(task: OpenTask) -> tuple[bool, float]:
    due_at: datetime.datetime | None = task.due_at
    return due_at is None, due_at.timestamp() if due_at else 0


@require_safe
def home(request: PersonRequest) -> HttpResponse:
    """Việc của tôi: open tasks by deadline, then the newest seasons."""
    tasks = [
        *compact_queries.open_tasks(request.user),
        *scoring_queries.open_tasks(request.user),
    ]
    seasons = Season.objects.visible_to(request.user).select_related("bloc")[:SEASONS_SHOWN]
    context = {
        "calendar": calendar_url(request.user),
        "tasks": sorted(tasks, key=_due),
        "seasons": seasons,
    }
    return render(request, "home.html", context)
