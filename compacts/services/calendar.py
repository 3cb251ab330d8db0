"""The calendar feed of a person: every deadline of the seasons they see."""

from __future__ import annotations

import datetime
import hashlib
from urllib.parse import urlsplit

import icalendar
from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from compacts.models import Milestone, Season
from units.models import Person

_SALT = "compacts.calendar"
KEPT = datetime.timedelta(days=400)
ALARM = datetime.timedelta(days=-1)


def calendar_key(person: Person) -> str:
    """What stands in the feed's address; a new password makes it void."""
    mark = hashlib.sha256(person.password.encode()).hexdigest()[:16]
    return signing.Signer(salt=_SALT).sign_object([person.pk, mark])


def calendar_url(person: Person) -> str:
    """The address to subscribe to."""
    return settings.PUBLIC_URL + reverse("compacts:calendar", args=[calendar_key(person)])


def person_of_calendar(key: str) -> Person | None:
    """Whose feed the address names; None for a key that is void."""
    try:
        pk, mark = signing.Signer(salt=_SALT).unsign_object(key)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    person = Person.objects.filter(pk=pk, is_active=True).first()
    if person is None:
        return None
    current = hashlib.sha256(person.password.encode()).hexdigest()[:16]
    return person if mark == current else None


def calendar_of(person: Person) -> bytes:
    """The feed (RFC 5545): an all-day event for each deadline, with an alarm the day before.

    Only what the person may see, from about a year ago on.
    """
    host = urlsplit(settings.PUBLIC_URL).hostname
    feed = icalendar.Calendar()
    feed.add("prodid", f"-//Giao ước thi đua//{host}//VI")
    feed.add("version", "2.0")
    feed.add("x-wr-calname", _("Giao ước thi đua"))
    feed.add("x-wr-timezone", settings.TIME_ZONE)
    seasons = Season.objects.visible_to(person)
    milestones = Milestone.objects.filter(
        season__in=seasons, is_on=True, due_at__gte=timezone.now() - KEPT
    ).select_related("season__bloc")
    for milestone in milestones:
        feed.add_component(_event(milestone, str(host)))
    return bytes(feed.to_ical())


def _event(milestone: Milestone, host: str) -> icalendar.Event:
    season, deadline = milestone.season, milestone.deadline or timezone.now()
    # "By the end of the day" is stored as the first moment of the next one.
    day = timezone.localtime(deadline - datetime.timedelta(seconds=1)).date()
    event = icalendar.Event()
    event.add("uid", f"milestone-{milestone.pk}@{host}")
    event.add("dtstamp", deadline)
    event.add("dtstart", day)
    event.add("dtend", day + datetime.timedelta(days=1))
    event.add("summary", f"{milestone.get_step_display()}: {season}")
    address = reverse("compacts:season", args=[season.bloc.code, season.year])
    event.add("url", settings.PUBLIC_URL + address)
    if milestone.extended_to:
        event.add("description", _("Gia hạn: %s") % milestone.extension_reason)
    alarm = icalendar.Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", str(milestone.get_step_display()))
    alarm.add("trigger", ALARM)
    event.add_component(alarm)
    return event
