"""What pages of all apps share when they read."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from units.models import AuditEntry, Council, Job, Person, Role


@dataclass(frozen=True, slots=True)
class OpenTask:
    """Something that waits for a person: what, where it is done, until when."""

    label: str
    url: str
    context: str
    due_at: datetime.datetime | None = None
    late: bool = False


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
