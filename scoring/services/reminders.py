"""Reminding of milestones: before and after a deadline, exactly those who are behind."""

from __future__ import annotations

import datetime
from dataclasses import replace

from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from compacts.models import Milestone
from compacts.rules import Step
from scoring.models import ReminderDay, Round
from scoring.queries.season_board import SeasonBoard, whole_board
from scoring.rules import RoundState
from scoring.services.step_reminders import facts_of, recipients_of, text_of
from units.models import Notification
from units.rules import Occasion, end_of_day, last_day
from units.services.notifications import Message, notify

# Days from today to the deadline at which people are told; below 0 it has passed.
OCCASIONS = (7, 1, 0, -1, -3, -7)
# Where no run came on its day, people are told late, but not of what is this long over.
LONGEST_DELAY = datetime.timedelta(days=14)
# Nobody is written to at night: hours of the day in Hà Nội at which reminders go out.
AWAKE = range(7, 20)


def remind_of_milestones(now: datetime.datetime | None = None) -> int:
    """Tell whoever is behind of the deadlines near ``now``; returns how many were told.

    May run any number of times: each person is told once for each deadline and occasion, and a
    deadline that was moved counts anew. After days on which no run came to its end, the newest
    occasion of those days is made up for, in the words of today. Does nothing outside 7 to 19
    o'clock in Hà Nội.
    """
    moment = timezone.localtime(now)
    if moment.hour not in AWAKE:
        return 0
    today = moment.date()
    reminded_on = ReminderDay.newest()
    days = _days_to_tell_of(today, reminded_on)
    told = 0
    boards: dict[int, SeasonBoard] = {}
    for milestone in _milestones_of(days):
        season = milestone.season_id
        boards[season] = boards.get(season) or whole_board(milestone.season)
        told += _remind(milestone, boards[season], days)
    if reminded_on != today:
        # Only now: a run that broke off half-way is made up for.
        ReminderDay.objects.get_or_create(day=today)
    return told


def _days_to_tell_of(
    today: datetime.date, reminded_on: datetime.date | None
) -> list[datetime.date]:
    """Today, and the days before it on which nobody was reminded; the newest first."""
    since = max(reminded_on or today, today - LONGEST_DELAY)
    missed = range(1, (today - since).days)
    return [today, *(today - datetime.timedelta(days=back) for back in missed)]


def _occasion(deadline: datetime.datetime | None, days: list[datetime.date]) -> int | None:
    """The newest occasion of ``days`` on which to tell of the deadline."""
    if deadline is None:
        return None
    left = ((last_day(deadline) - day).days for day in days)
    return next((one for one in left if one in OCCASIONS), None)


def _subject(days: int) -> Promise:
    """How a deadline is announced this many days before it; below 0 it has passed."""
    if days > 1:
        return _("Còn %(days)s ngày: %(step)s, %(bloc)s năm %(year)s")
    if days == 1:
        return _("Ngày mai hết hạn: %(step)s, %(bloc)s năm %(year)s")
    if days == 0:
        return _("Hôm nay hết hạn: %(step)s, %(bloc)s năm %(year)s")
    if days == -1:
        return _("Đã quá hạn: %(step)s, %(bloc)s năm %(year)s")
    return _("Đã quá hạn %(days)s ngày: %(step)s, %(bloc)s năm %(year)s")


def _milestones_of(days: list[datetime.date]) -> list[Milestone]:
    """The milestones of which people are told on one of ``days``; two queries.

    An open round has a deadline of its own: units score themselves by that.
    """
    since = end_of_day(days[-1] + datetime.timedelta(days=min(OCCASIONS) - 1))
    rounds = Round.objects.exclude(state=RoundState.DRAFT).filter(due_at__gt=since)
    of_rounds = dict(rounds.order_by("pk").values_list("season", "due_at"))
    found = Milestone.objects.filter(is_on=True).filter(
        Q(due_at__gt=since)
        | Q(extended_to__gt=since)
        | Q(step=Step.SELF_SCORE, season__in=of_rounds)
    )
    return [
        one
        for one in found.select_related("season__bloc", "season__compact")
        if _occasion(one.deadline, days) is not None
        or (
            one.step == Step.SELF_SCORE
            and _occasion(of_rounds.get(one.season_id), days) is not None
        )
    ]


def _remind(milestone: Milestone, board: SeasonBoard, days: list[datetime.date]) -> int:
    season, today = milestone.season, days[0]
    step = next(one for one in board.steps if one.key == milestone.step)
    occasion = _occasion(step.deadline, days)
    if step.deadline is None or occasion is None:
        return 0
    day = last_day(step.deadline)
    left = (day - today).days
    if left < 0 and not step.cells:
        # No unit is behind with what no unit does by itself.
        step = replace(step, awaits=frozenset())
    # Named by the occasion, late or not: nobody is told twice of the same.
    key = f"milestone:{milestone.pk}:{day}:{occasion}"
    recipients, _without = recipients_of(board, step, today)
    already = set(Notification.objects.filter(key=key).values_list("person", flat=True))
    told = 0
    for one in recipients:
        # Whom the secretariat has reminded of the step today is not told the same again.
        if one.told_at is not None or one.person.pk in already:
            continue
        message = Message(
            key=key,
            occasion=Occasion.DEADLINE,
            about=str(season),
            subject=_subject(left),
            text=text_of(one, step),
            facts={
                **facts_of(one, step),
                "days": abs(left),
                "bloc": season.bloc.name,
                "year": season.year,
            },
            path=one.path,
        )
        told += len(notify(persons=[one.person], message=message, sent_by=None))
    return told
