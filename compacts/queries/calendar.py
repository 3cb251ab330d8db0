"""What a person's calendar holds: the deadlines of the seasons they see."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from compacts.models import Milestone, Season
from units.models import Person

# How far back a calendar goes: about a year.
KEPT = datetime.timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A deadline in a calendar: ``name`` is its own for ever, whatever becomes of its date.

    ``changed_at`` is when its date was last set: by it calendar programs tell that it moved.
    """

    name: str
    season: Season
    label: str | Promise
    due_at: datetime.datetime
    changed_at: datetime.datetime
    path: str
    note: str = ""


# Deadlines beside the milestones, and the milestones (ids) in whose place they stand.
MoreDeadlines = Callable[[Person], tuple[Collection[Deadline], Collection[int]]]


def no_more(_person: Person) -> tuple[Collection[Deadline], Collection[int]]:
    """Nothing beside the milestones."""
    return (), ()


def deadlines_of(person: Person, more: MoreDeadlines = no_more) -> Iterable[Deadline]:
    """Every deadline that the person may see from about a year ago on."""
    others, replaced = more(person)
    milestones = Milestone.objects.filter(
        season__in=Season.objects.visible_to(person),
        is_on=True,
        due_at__gte=timezone.now() - KEPT,
    ).exclude(pk__in=replaced)
    for row in milestones.select_related("season__bloc"):
        if row.deadline is not None:
            yield Deadline(
                name=f"milestone-{row.pk}",
                season=row.season,
                label=row.get_step_display(),
                due_at=row.deadline,
                changed_at=row.changed_at,
                path=reverse("compacts:season", args=[row.season.bloc.code, row.season.year]),
                note=_("Gia hạn: %s") % row.extension_reason if row.extended_to else "",
            )
    yield from others
