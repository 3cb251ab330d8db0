"""What pages of all apps share when they read."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import QuerySet

from units.models import AuditEntry, Job


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
