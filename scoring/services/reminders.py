"""Reminding of milestones: before and after a deadline, exactly those who are behind."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from compacts.models import Compact, Milestone, Registration, Season
from compacts.rules import CompactState, RegistrationState, Step
from compacts.services.notices import speakers_of
from scoring.models import Round, Sheet
from scoring.rules import RoundState, SheetState, Stage
from units.models import Person, Role
from units.models.bloc import on_date
from units.rules import Occasion, RoleKind
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


@dataclass(frozen=True, slots=True)
class Behind:
    """Whom a milestone still waits for: units, and whether the secretariat itself is behind."""

    units: frozenset[int]
    secretariat: bool
    page: str


def remind_of_milestones(now: datetime.datetime | None = None) -> int:
    """Tell whoever is behind of the deadlines near ``now``; returns how many were told.

    May run any number of times: each person is told once for each deadline and occasion, and a
    deadline that was moved counts anew. Does nothing outside 7 to 19 o'clock in Hà Nội.
    """
    moment = timezone.localtime(now)
    if moment.hour not in AWAKE:
        return 0
    today = moment.date()
    near = Milestone.objects.filter(is_on=True).filter(
        Q(due_at__date__gte=today - datetime.timedelta(days=1))
        | Q(extended_to__date__gte=today - datetime.timedelta(days=1))
    )
    told = 0
    for milestone in near.select_related("season__bloc"):
        deadline = milestone.deadline
        if deadline is None:
            continue
        days = (timezone.localtime(deadline).date() - today).days
        if days in OCCASIONS:
            told += _remind(milestone, deadline, days)
    return told


def _remind(milestone: Milestone, deadline: datetime.datetime, days: int) -> int:
    season = milestone.season
    behind = _BEHIND.get(Step(milestone.step), _everybody)(season)
    persons = speakers_of(behind.units)
    if behind.secretariat:
        persons += _secretaries(season)
    message = Message(
        key=f"milestone:{milestone.pk}:{timezone.localtime(deadline).date()}:{days}",
        occasion=Occasion.DEADLINE,
        about=str(season),
        subject=OCCASIONS[days],
        facts={
            "step": Step(milestone.step).label,
            "bloc": season.bloc.name,
            "year": season.year,
        },
        path=reverse(behind.page, args=[season.bloc.code, season.year]),
    )
    return len(notify(persons=persons, message=message, sent_by=None))


def _secretaries(season: Season) -> list[Person]:
    offices = season.offices.values("unit")
    roles = Role.objects.filter(
        on_date(timezone.localdate()),
        kind=RoleKind.SECRETARY,
        bloc=season.bloc_id,
        unit__in=offices,
        person__is_active=True,
    )
    return [role.person for role in roles.select_related("person")]


def _parties(season: Season) -> frozenset[int]:
    return frozenset(season.participants.values_list("unit", flat=True))


def _unregistered(season: Season) -> Behind:
    sent = Registration.objects.filter(
        season=season, state__in=[RegistrationState.SUBMITTED, RegistrationState.ACCEPTED]
    )
    behind = _parties(season) - set(sent.values_list("unit", flat=True))
    waiting = sent.filter(state=RegistrationState.SUBMITTED).exists()
    return Behind(behind, waiting, "compacts:registration_list")


def _unsigned(season: Season) -> Behind:
    compact = Compact.objects.filter(season=season).first()
    if compact is None or compact.state == CompactState.DRAFTING:
        return Behind(frozenset(), True, "compacts:compact")
    signed = set(compact.signatures.values_list("unit", flat=True))
    return Behind(_parties(season) - signed, False, "compacts:compact")


def _unscored(*stages: Stage) -> Callable[[Season], Behind]:
    def behind(season: Season) -> Behind:
        rounds = Round.objects.filter(season=season, state=RoundState.OPEN)
        waiting = Sheet.objects.filter(
            round__in=rounds,
            stage__in=stages,
            state__in=[SheetState.OPEN, SheetState.RETURNED],
        )
        units: set[int] = set()
        secretariat = False
        for sheet in waiting.only("unit_id", "scorer_id", "stage"):
            if sheet.stage == Stage.SELF:
                units.add(sheet.unit_id)
            elif sheet.scorer_id is not None:
                units.add(sheet.scorer_id)
            else:
                secretariat = True
        return Behind(frozenset(units), secretariat, "scoring:round_list")

    return behind


def _everybody(season: Season) -> Behind:
    return Behind(_parties(season), True, "compacts:season")


_BEHIND: dict[Step, Callable[[Season], Behind]] = {
    Step.REGISTRATION: _unregistered,
    Step.SIGNING: _unsigned,
    Step.SELF_SCORE: _unscored(Stage.SELF),
    Step.CROSS_CHECK: _unscored(Stage.CROSS),
    Step.VERIFICATION: _unscored(Stage.VERIFY),
}
