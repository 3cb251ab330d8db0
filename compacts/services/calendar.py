"""The calendar feed of a person: every deadline of the seasons they see."""

from __future__ import annotations

import datetime
import hashlib
import secrets
from urllib.parse import urlsplit

import icalendar
from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from compacts.models import CalendarFeed
from compacts.queries.calendar import Deadline, MoreDeadlines, deadlines_of, no_more
from units.models import Person
from units.rules import last_day
from units.services.audit import SET_UP_CHAIN, record

_SALT = "compacts.calendar"
# Eight in the morning of the day before: an all-day event begins at midnight.
ALARM = datetime.timedelta(hours=-16)
# How often calendar programs are asked to look again.
REFRESH = datetime.timedelta(hours=6)


def _mark(person: Person) -> str:
    """What changes with the password and with each renewal of the address."""
    feed = CalendarFeed.objects.filter(person=person).first()
    secret = feed.secret if feed is not None else ""
    return hashlib.sha256(f"{person.password}{secret}".encode()).hexdigest()[:16]


def calendar_key(person: Person) -> str:
    """What stands in the feed's address; a new password or a renewal makes it void."""
    return signing.Signer(salt=_SALT).sign_object([person.pk, _mark(person)])


@transaction.atomic
def renew_calendar(*, actor: Person) -> None:
    """Give the actor's feed a new address; the one before opens nothing from now on."""
    CalendarFeed.objects.update_or_create(
        person=actor,
        defaults={"secret": secrets.token_urlsafe(24), "renewed_at": timezone.now()},
    )
    record(
        chain=SET_UP_CHAIN,
        actor=actor,
        action="renew_calendar",
        target=f"person:{actor.pk}",
        summary=_("%(who)s đổi địa chỉ lịch riêng.") % {"who": actor.full_name},
    )


def calendar_url(person: Person) -> str:
    """The address to subscribe to."""
    return settings.PUBLIC_URL + reverse("calendar", args=[calendar_key(person)])


def person_of_calendar(key: str) -> Person | None:
    """Whose feed the address names; None for a key that is void."""
    try:
        pk, mark = signing.Signer(salt=_SALT).unsign_object(key)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    person = Person.objects.filter(pk=pk, is_active=True).first()
    if person is None:
        return None
    return person if constant_time_compare(mark, _mark(person)) else None


def calendar_of(person: Person, more: MoreDeadlines = no_more) -> bytes:
    """The feed (RFC 5545): an all-day event for each deadline, with an alarm the day before.

    Only what the person may see, from about a year ago on, in the person's language: a calendar
    program sends no choice of its own. ``more`` are deadlines that this app does not know.
    """
    with translation.override(person.language):
        return _feed(person, more)


def _feed(person: Person, more: MoreDeadlines) -> bytes:
    host = urlsplit(settings.PUBLIC_URL).hostname
    feed = icalendar.Calendar()
    feed.add("prodid", f"-//Giao ước thi đua//{host}//VI")
    feed.add("version", "2.0")
    feed.add("method", "PUBLISH")
    feed.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    feed.add("x-published-ttl", f"PT{REFRESH // datetime.timedelta(hours=1)}H")
    feed.add("x-wr-calname", _("Giao ước thi đua"))
    feed.add("x-wr-timezone", settings.TIME_ZONE)
    for deadline in deadlines_of(person, more):
        feed.add_component(_event(deadline, str(host)))
    return bytes(feed.to_ical())


def _event(deadline: Deadline, host: str) -> icalendar.Event:
    day = last_day(deadline.due_at)
    event = icalendar.Event()
    event.add("uid", f"{deadline.name}@{host}")
    # Without these a program may keep the day it knows when the deadline is moved.
    event.add("dtstamp", deadline.changed_at)
    event.add("last-modified", deadline.changed_at)
    event.add("sequence", int(deadline.changed_at.timestamp()) // 60)
    event.add("dtstart", day)
    event.add("dtend", day + datetime.timedelta(days=1))
    # A deadline keeps nobody busy for the whole day.
    event.add("transp", "TRANSPARENT")
    event.add("summary", f"{deadline.label}: {deadline.season}")
    event.add("url", settings.PUBLIC_URL + deadline.path)
    if deadline.note:
        event.add("description", deadline.note)
    alarm = icalendar.Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", str(deadline.label))
    alarm.add("trigger", ALARM)
    event.add_component(alarm)
    return event
