"""A person's desk: the units, seasons and deadlines that all questions about their work share."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from django.urls import reverse
from django.utils import timezone

from compacts.models import Milestone, Season
from compacts.rules import Step
from units.models import Person
from units.queries import OpenTask
from units.rules import Capacity, RoleKind

# A step without an opening day is looked at this long before it is due.
AHEAD = datetime.timedelta(days=30)
# A season's id and a step of it.
StepOf = tuple[int, str]
NO_DATES: Mapping[StepOf, datetime.datetime] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class NextStep:
    """The step that is due next, and when."""

    season: Season
    label: str
    deadline: datetime.datetime


@dataclass(frozen=True)
class Desk:
    """What all questions about one person's work share; read once.

    Ids of units: those the person speaks for, is head of, and belongs to in any role. ``served``
    are the seasons the person is secretary of; ``milestones`` are those switched on.
    """

    person: Person
    units: frozenset[int]
    headed: frozenset[int]
    own: frozenset[int]
    seasons: dict[int, Season]
    served: frozenset[int]
    milestones: dict[tuple[int, str], Milestone]
    now: datetime.datetime = field(default_factory=timezone.now)

    @property
    def today(self) -> datetime.date:
        """The day in Hà Nội."""
        return timezone.localdate(self.now)

    @property
    def running(self) -> list[int]:
        """The ids of the seasons whose last day has not passed."""
        return [pk for pk, season in self.seasons.items() if season.ends_on >= self.today]

    def task(
        self,
        season_id: int,
        label: str,
        url: str,
        action: str,
        due_at: datetime.datetime | None = None,
        detail: str = "",
        capacity: Capacity = Capacity.SECRETARY,
    ) -> OpenTask:
        """What waits in one of the seasons, for the secretary unless said otherwise."""
        season = str(self.seasons[season_id])
        return OpenTask(label, url, season, capacity, action, due_at, detail)

    def next_step(
        self,
        seasons: Collection[int],
        done: Collection[StepOf] = (),
        dates: Mapping[StepOf, datetime.datetime] = NO_DATES,
    ) -> NextStep | None:
        """The step of one of the seasons that is due next and not ``done``.

        ``dates`` stand in place of the steps' own deadlines.
        """
        ahead = [
            (dates.get(place, row.deadline), row.pk, row)
            for place, row in self.milestones.items()
            if place[0] in seasons and place not in done
        ]
        dated = [(due, pk, row) for due, pk, row in ahead if due is not None and due > self.now]
        if not dated:
            return None
        due, _pk, row = min(dated)
        return NextStep(self.seasons[row.season_id], row.get_step_display(), due)

    def due(self, season_id: int, step: Step) -> datetime.datetime | None:
        """The step's deadline, None where it has none or is switched off."""
        found = self.milestones.get((season_id, step))
        return found.deadline if found else None

    def has_begun(self, season_id: int, step: Step) -> bool:
        """Is the step switched on, and open or due within a month?"""
        found = self.milestones.get((season_id, step))
        if found is None:
            return False
        if found.opens_at is not None:
            return found.opens_at <= self.now
        return found.due_at is not None and found.due_at - AHEAD <= self.now

    def address(self, name: str, season_id: int, *more: object) -> str:
        """The address of a page of the season."""
        season = self.seasons[season_id]
        return reverse(name, args=[season.bloc.code, season.year, *more])


def desk_of(person: Person) -> Desk:
    """Roles, seasons and deadlines of the person; three queries."""
    roles = person.roles_on(timezone.localdate())
    headed = roles.ids(RoleKind.SIGNATORY, "unit")
    seasons = Season.objects.visible_to(person).select_related("bloc")
    served = Season.objects.served_by(person).values_list("pk", flat=True)
    milestones = Milestone.objects.filter(season__in=seasons.values("pk"), is_on=True)
    return Desk(
        person=person,
        units=roles.ids(RoleKind.REPRESENTATIVE, "unit") | headed,
        headed=headed,
        own=roles.unit_ids,
        seasons={season.pk: season for season in seasons},
        served=frozenset(served),
        milestones={(row.season_id, row.step): row for row in milestones},
    )
