"""Reminding of milestones: before and after a deadline, exactly those who are behind."""

from __future__ import annotations

import datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from compacts.models import Milestone
from compacts.rules import Step
from scoring.queries.season_board import SeasonBoard, whole_board
from scoring.services.step_reminders import people_awaited
from units.rules import Occasion, end_of_day, last_day
from units.services.notifications import Message, notify

# Days from today to the deadline at which people are told; below 0 it has passed.
OCCASIONS: dict[int, str | Promise] = {
    7: _("Còn 7 ngày: %(step)s, %(bloc)s năm %(year)s"),
    1: _("Ngày mai hết hạn: %(step)s, %(bloc)s năm %(year)s"),
    0: _("Hôm nay hết hạn: %(step)s, %(bloc)s năm %(year)s"),
    -1: _("Đã quá hạn: %(step)s, %(bloc)s năm %(year)s"),
}
# Nobody is written to at night: hours of the day in Hà Nội at which reminders go out.
AWAKE = range(7, 20)


def remind_of_milestones(now: datetime.datetime | None = None) -> int:
    """Tell whoever is behind of the deadlines near ``now``; returns how many were told.

    May run any number of times: each person is told once for each deadline and occasion, and a
    deadline that was moved counts anew. Does nothing outside 7 to 19 o'clock in Hà Nội.
    """
    moment = timezone.localtime(now)
    if moment.hour not in AWAKE:
        return 0
    today = moment.date()
    since = end_of_day(today - datetime.timedelta(days=2))
    near = Milestone.objects.filter(is_on=True).filter(
        Q(due_at__gt=since) | Q(extended_to__gt=since)
    )
    told = 0
    boards: dict[int, SeasonBoard] = {}
    for milestone in near.select_related("season__bloc", "season__compact"):
        deadline = milestone.deadline
        if deadline is None:
            continue
        days = (last_day(deadline) - today).days
        if days in OCCASIONS:
            season = milestone.season_id
            boards[season] = boards.get(season) or whole_board(milestone.season)
            told += _remind(milestone, boards[season], deadline, days)
    return told


def _remind(
    milestone: Milestone, board: SeasonBoard, deadline: datetime.datetime, days: int
) -> int:
    season = milestone.season
    step = next(one for one in board.steps if one.key == milestone.step)
    people, _without = people_awaited(season, step)
    message = Message(
        key=f"milestone:{milestone.pk}:{last_day(deadline)}:{days}",
        occasion=Occasion.DEADLINE,
        about=str(season),
        subject=OCCASIONS[days],
        facts={
            "step": Step(milestone.step).label,
            "bloc": season.bloc.name,
            "year": season.year,
        },
        path=step.url,
    )
    return len(notify(persons=people, message=message, sent_by=None))
