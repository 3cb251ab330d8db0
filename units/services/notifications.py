"""What people are told: stored once for a person and key, in the person's own language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.functional import Promise

from units.models import Notification, Person
from units.queries import MailHabits, mail_habits
from units.rules import MailChoice, Occasion
from units.services.letters import post, sends_mail


@dataclass(frozen=True, slots=True)
class Message:
    """What is said, and the page (``path``) where it is done.

    ``key`` names the thing and the occasion, ``about`` the season. ``subject`` and ``text`` are
    filled in with ``facts`` in the language of the person who gets them, so that facts that are
    translated must be lazy; the language the sender reads does not matter.
    """

    key: str
    subject: str | Promise
    path: str
    occasion: Occasion = Occasion.WORK
    about: str = ""
    text: str | Promise = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


def _made(
    person: Person, message: Message, habits: MailHabits, sent_by: Person | None
) -> Notification:
    with translation.override(person.language):
        subject = str(message.subject) % message.facts
        text = str(message.text) % message.facts
    has_mail = sends_mail() and bool(person.email)
    return Notification(
        person=person,
        key=message.key,
        occasion=message.occasion,
        about=message.about,
        subject=subject[:300],
        text=text,
        path=message.path,
        sent_by=sent_by,
        mail=habits.choice(message.occasion) if has_mail else MailChoice.NONE,
    )


@transaction.atomic
def notify(
    *, persons: Iterable[Person], message: Message, sent_by: Person | None
) -> list[Notification]:
    """Tell each of ``persons`` once for the message's key; the new messages come back.

    Whoever has an address gets it by e-mail as they chose: alone once the transaction is
    committed (after their quiet hours), or with the digest of the day.
    """
    wanted = {person.pk: person for person in persons if person.is_active}
    told = Notification.objects.filter(key=message.key, person__in=wanted)
    fresh = sorted(set(wanted) - set(told.values_list("person", flat=True)))
    habits = mail_habits([wanted[pk] for pk in fresh])
    Notification.objects.bulk_create(
        [_made(wanted[pk], message, habits[pk], sent_by) for pk in fresh],
        # Two senders at once store the same message once.
        ignore_conflicts=True,
    )
    made = list(Notification.objects.filter(key=message.key, person__in=fresh))
    for notification in made:
        if notification.mail == MailChoice.AT_ONCE:
            post(notification, habits[notification.person_id], sent_by)
    return made


def mark_read(*, actor: Person, notification_id: int) -> Notification:
    """The actor has opened the message; raises ``Notification.DoesNotExist`` for another's."""
    found = Notification.objects.get(person=actor, pk=notification_id)
    if found.read_at is None:
        found.read_at = timezone.now()
        found.save(update_fields=["read_at"])
    return found


def mark_all_read(*, actor: Person) -> int:
    """The actor has read all; how many were new."""
    unread = Notification.objects.filter(person=actor, read_at__isnull=True)
    return unread.update(read_at=timezone.now())
