"""What pages of all apps share when they read."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from units.models import AuditEntry, Council, Job, Notification, Person, Role
from units.models.bloc import on_date
from units.rules import Capacity, RoleKind


@dataclass(frozen=True, slots=True)
class OpenTask:
    """Something that waits for a person: what, where it is done, in which season, until when.

    ``capacity`` is as what it waits for them; ``action`` is what the button says.
    """

    label: str
    url: str
    season: str
    capacity: Capacity
    action: str
    due_at: datetime.datetime | None = None
    detail: str = ""


def latest_job(subject: str) -> Job | None:
    """The newest job that works on ``subject`` (``compact:12``), or None."""
    return Job.objects.filter(subject=subject).order_by("-created_at", "-pk").first()


def journal(chain: str) -> QuerySet[AuditEntry]:
    """The entries of a chain, newest first; the caller has asked for the right and paginates."""
    return AuditEntry.objects.filter(chain=chain).order_by("-sequence")


def people_visible_to(person: Person) -> QuerySet[Person]:
    """The people whom the person may set up: those with a role in own councils, or in none yet.

    Roles and their scopes are fetched with them, whatever the number of people.
    """
    roles = Role.objects.select_related("unit", "bloc", "council")
    people = Person.objects.prefetch_related(Prefetch("roles", queryset=roles))
    if person.roles_on(timezone.localdate()).is_operator:
        return people
    councils = Council.objects.visible_to(person)
    return people.filter(
        Q(roles__unit__council__in=councils)
        | Q(roles__bloc__council__in=councils)
        | Q(roles__council__in=councils)
        | Q(roles__isnull=True)
    ).distinct()


def unread_count(person: Person) -> int:
    """How many messages the person has not opened yet."""
    return Notification.objects.filter(person=person, read_at__isnull=True).count()


def people_of_units(
    units: Collection[int], kinds: Collection[RoleKind]
) -> dict[int, list[Person]]:
    """The active people with one of the roles today, by unit id; units without any are left out.

    One query, whatever the number of units.
    """
    roles = (
        Role.objects.filter(
            on_date(timezone.localdate()), unit__in=units, kind__in=kinds, person__is_active=True
        )
        .select_related("person")
        .order_by("person__sort_key", "person")
    )
    found: dict[int, dict[int, Person]] = defaultdict(dict)
    for role in roles:
        if role.unit_id is not None:
            found[role.unit_id][role.person_id] = role.person
    return {unit: list(people.values()) for unit, people in found.items()}
