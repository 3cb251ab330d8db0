"""The first page: what waits for the person, what is new, and where their seasons stand."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import TextChoices
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from compacts.queries import waiting as compacts_waiting
from compacts.queries.desk import Desk, desk_of
from config.news import as_news, news_entries, own_deeds
from scoring.queries import waiting as scoring_waiting
from scoring.queries.known_steps import KnownSteps, known_steps
from units.form_fields import within_years
from units.http import PersonRequest
from units.queries import OpenTask
from units.rules import LONG_LATE, Capacity, last_day
from units.services.visits import note_visit
from units.vietnamese import date_text

SEASONS_SHOWN = 12
NEWS_SHOWN = 8
PAGE_SIZE = 30
# From this many open tasks on the page offers filters.
FILTERED_FROM = 6


class Urgency(TextChoices):
    """How soon something is due."""

    LATE = "late", gettext_lazy("Quá hạn")
    TODAY = "today", gettext_lazy("Hôm nay")
    WEEK = "week", gettext_lazy("Trong 7 ngày tới")
    LATER = "later", gettext_lazy("Sau đó")
    UNDATED = "undated", gettext_lazy("Chưa có hạn")


@dataclass(frozen=True, slots=True)
class Line:
    """A task as the page shows it: ``day`` is its last day, ``left`` how far off that is."""

    task: OpenTask
    urgency: Urgency
    day: str
    left: str

    @property
    def capacity(self) -> str:
        """As what the task waits, in words."""
        return str(Capacity(self.task.capacity).label)


@dataclass(frozen=True, slots=True)
class Group:
    """The tasks of one urgency, the soonest first."""

    urgency: Urgency
    lines: tuple[Line, ...]


def _line(task: OpenTask, now: datetime.datetime) -> Line:
    if task.due_at is None:
        return Line(task, Urgency.UNDATED, "", "")
    day = last_day(task.due_at)
    days = (day - timezone.localdate(now)).days
    if task.due_at <= now:
        count = max(-days, 1)
        left = ngettext("quá hạn %(count)s ngày", "quá hạn %(count)s ngày", count)
        # The day itself stands beside it.
        left = _("quá hạn") if count >= LONG_LATE else left % {"count": count}
        return Line(task, Urgency.LATE, date_text(day), left)
    if days <= 0:
        return Line(task, Urgency.TODAY, date_text(day), _("hạn hôm nay"))
    left = ngettext("còn %(count)s ngày", "còn %(count)s ngày", days) % {"count": days}
    urgency = Urgency.WEEK if days <= 7 else Urgency.LATER
    return Line(task, urgency, date_text(day), left)


def grouped(tasks: Iterable[OpenTask], now: datetime.datetime) -> list[Group]:
    """The tasks by urgency, each group by deadline; empty groups are left out."""

    def due(line: Line) -> tuple[float, str]:
        return (line.task.due_at.timestamp() if line.task.due_at else 0, line.task.label)

    lines = sorted((_line(task, now) for task in tasks), key=due)
    groups = [
        Group(urgency, tuple(line for line in lines if line.urgency == urgency))
        for urgency in Urgency
    ]
    return [group for group in groups if group.lines]


def tasks_of(desk: Desk) -> list[OpenTask]:
    """Everything that waits for the person."""
    return [*compacts_waiting.open_tasks(desk), *scoring_waiting.open_tasks(desk)]


def _filters(request: PersonRequest, tasks: list[OpenTask]) -> list[dict[str, Any]]:
    seasons = sorted({task.season for task in tasks}, reverse=True)
    capacities = [one for one in Capacity if any(task.capacity == one for task in tasks)]
    return [
        {
            "name": "mua",
            "label": _("Mùa thi đua"),
            "value": request.GET.get("mua", ""),
            "choices": [(season, season) for season in seasons],
        },
        {
            "name": "vai-tro",
            "label": _("Vai trò"),
            "value": request.GET.get("vai-tro", ""),
            "choices": [(one.value, one.label) for one in capacities],
        },
    ]


@require_safe
def home(request: PersonRequest) -> HttpResponse:
    """Việc của tôi: open tasks by urgency, what is new since the last visit, the seasons."""
    since = note_visit(person=request.user)
    desk = desk_of(request.user)
    tasks = tasks_of(desk)
    filters = _filters(request, tasks)
    shown_seasons = list(desk.seasons.values())[:SEASONS_SHOWN]
    asked = {*desk.running, *(one.pk for one in shown_seasons)}
    steps = known_steps(request.user, asked)
    season, capacity = (one["value"] for one in filters)
    shown = [
        task for task in tasks if season in ("", task.season) and capacity in ("", task.capacity)
    ]
    news = list(news_entries(desk, since)[: NEWS_SHOWN + 1])
    context = {
        "groups": grouped(shown, desk.now),
        "count": len(tasks),
        "filters": filters if len(tasks) >= FILTERED_FROM or season or capacity else [],
        "next": _next(desk, steps),
        "news": as_news(desk, news[:NEWS_SHOWN]),
        "more_news": len(news) > NEWS_SHOWN,
        "since": since,
        "seasons": [
            (one, desk.next_step({one.pk}, steps.done, steps.dates)) for one in shown_seasons
        ],
        "today": desk.today,
    }
    return render(request, "home.html", context)


def _next(desk: Desk, steps: KnownSteps) -> dict[str, Any] | None:
    found = desk.next_step(desk.running, steps.done, steps.dates)
    if found is None:
        return None
    return {"step": found.label, "season": found.season, "day": last_day(found.deadline)}


@require_safe
def news(request: PersonRequest) -> HttpResponse:
    """Everything new since the last visit, or since the day that ``?tu=`` names."""
    since = note_visit(person=request.user)
    wanted = request.GET.get("tu", "")
    try:
        day = datetime.date.fromisoformat(wanted)
        within_years(day)
    except (ValueError, ValidationError):
        pass
    else:
        since = datetime.datetime.combine(
            day, datetime.time(), tzinfo=timezone.get_default_timezone()
        )
    desk = desk_of(request.user)
    page = Paginator(news_entries(desk, since), PAGE_SIZE).get_page(request.GET.get("trang"))
    context = {
        "page": page,
        "news": as_news(desk, list(page.object_list)),
        "since": since,
        "week_ago": desk.today - datetime.timedelta(days=7),
        "month_ago": desk.today - datetime.timedelta(days=30),
    }
    return render(request, "news.html", context)


@require_safe
def deeds(request: PersonRequest) -> HttpResponse:
    """Việc tôi đã làm: the person's own entries of the audit trail, newest first."""
    page = Paginator(own_deeds(request.user), PAGE_SIZE).get_page(request.GET.get("trang"))
    return render(request, "deeds.html", {"page": page})
