"""Noting that a person was here."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils import timezone

from units.models import Person, Visit

# Whoever comes back later than this begins a new visit.
AWAY = datetime.timedelta(hours=4)


@transaction.atomic
def note_visit(*, person: Person, now: datetime.datetime | None = None) -> datetime.datetime:
    """Note that the person is here, and return since when changes are new to them.

    Looks within four hours are one visit: what is new stays new until the visit after it. At the
    very first visit nothing is new.
    """
    moment = now or timezone.now()
    found, made = Visit.objects.select_for_update().get_or_create(
        person=person, defaults={"last_at": moment, "news_since": moment}
    )
    if made:
        return moment
    if moment - found.last_at > AWAY:
        found.news_since = found.last_at
    found.last_at = moment
    found.save(update_fields=["last_at", "news_since"])
    return found.news_since
