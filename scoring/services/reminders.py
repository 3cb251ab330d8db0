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
from scoring.models import Round
from scoring.queries.season_board import SeasonBoard, whole_board
from scoring.rules import RoundState
from scoring.services.step_reminders import facts_of, recipients_of, text_of
from units.models import Notification
from units.rules import Occasion, end_of_day, last_day
from units.services.notifications import Message, notify

# Days from today to the deadline at which people are told; below 0 it has passed.
OCCASIONS: dict[int, str | Promise] = {
    7: _("Còn 7 ngày: %(step)s, %(bloc)s năm %(year)s"),
    1: _("Ngày mai hết hạn: %(step)s, %(bloc)s năm %(year)s"),
    0: _("Hôm nay hết hạn: %(step)s, %(bloc)s năm %(year)s"),
    -1: _("Đã quá hạn: %(step)s, %(bloc)s năm %(year)s"),
    -3: _("Đã quá hạn 3 ngày: %(step)s, %(bloc)s năm %(year)s"),
    -7: _("Đã quá hạn 7 ngày: %(step)s, %(bloc)s năm %(year)s"),
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
    told = 0
    boards: dict[int, SeasonBoard] = {}
    for milestone in _of_today(today):
        season = milestone.season_id
        boards[season] = boards.get(season) or whole_board(milestone.season)
        told += _remind(milestone, boards[season], today)
    return told


def _of_today(today: datetime.date) -> list[Milestone]:
    """The milestones of which people are told today; two queries.

    An open round has a deadline of its own: units score themselves by that.
    """
    since = end_of_day(today + datetime.timedelta(days=min(OCCASIONS) - 1))
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
        if _is_of(today, one.deadline)
        or (one.step == Step.SELF_SCORE and _is_of(today, of_rounds.get(one.season_id)))
    ]


def _is_of(today: datetime.date, deadline: datetime.datetime | None) -> bool:
    return deadline is not None and (last_day(deadline) - today).days in OCCASIONS


def _remind(milestone: Milestone, board: SeasonBoard, today: datetime.date) -> int:
    season = milestone.season
    step = next(one for one in board.steps if one.key == milestone.step)
    if step.deadline is None:
        return 0
    day = last_day(step.deadline)
    days = (day - today).days
    if days not in OCCASIONS:
        return 0
    if days < 0 and not step.cells:
        # No unit is behind with what no unit does by itself.
        step = replace(step, awaits=frozenset())
    key = f"milestone:{milestone.pk}:{day}:{days}"
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
            subject=OCCASIONS[days],
            text=text_of(one, step),
            facts={
                **facts_of(one, step),
                "bloc": season.bloc.name,
                "year": season.year,
            },
            path=one.path,
        )
        told += len(notify(persons=[one.person], message=message, sent_by=None))
    return told
