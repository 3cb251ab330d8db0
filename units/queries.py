"""What pages of all apps share when they read."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from units.models import (
    AuditEntry,
    Council,
    Invitation,
    Job,
    Letter,
    MailRule,
    MailSettings,
    Notification,
    Person,
    Role,
)
from units.models.bloc import on_date
from units.rules import (
    ALWAYS_AT_ONCE,
    LOGIN_DAYS,
    MAIL_DEFAULTS,
    STANDING_OF_LETTER,
    Capacity,
    InvitationStanding,
    LetterState,
    MailChoice,
    Occasion,
    RoleKind,
    quiet_until,
)


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
    """The entries of a chain as people read them, newest first; the caller asks for the right."""
    return AuditEntry.objects.filter(chain=chain).defer("canonical").order_by("-sequence")


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


@dataclass(frozen=True, slots=True)
class MailHabits:
    """How one person gets e-mails: what they chose, and the defaults for the rest.

    Who has no password yet gets everything at once and at any hour: the letter brings their first
    login, without which they could choose nothing.
    """

    settings: MailSettings
    choices: Mapping[Occasion, MailChoice]
    is_new: bool

    @property
    def digest_hour(self) -> int:
        """The hour in Hà Nội from which the daily letter may go out."""
        return 0 if self.is_new else self.settings.digest_hour

    def choice(self, occasion: Occasion) -> MailChoice:
        """How a message of the occasion comes."""
        if occasion in ALWAYS_AT_ONCE or self.is_new:
            return MailChoice.AT_ONCE
        return self.choices[occasion]

    def held_until(self, moment: datetime.datetime, occasion: str) -> datetime.datetime | None:
        """Until when a letter of ``moment`` has to wait; None where it may go out."""
        if occasion in ALWAYS_AT_ONCE or self.is_new:
            return None
        return quiet_until(moment, self.settings.quiet_from, self.settings.quiet_until)


def mail_habits(persons: Iterable[Person]) -> dict[int, MailHabits]:
    """How each of the persons gets e-mails, by their id; two queries for any number of them."""
    people = list(persons)
    ids = [person.pk for person in people]
    known = {row.person_id: row for row in MailSettings.objects.filter(person__in=ids)}
    rules: dict[int, dict[Occasion, MailChoice]] = defaultdict(dict)
    for row in MailRule.objects.filter(person__in=ids):
        rules[row.person_id][Occasion(row.occasion)] = MailChoice(row.choice)
    return {
        person.pk: MailHabits(
            settings=known.get(person.pk) or MailSettings(person=person),
            choices={one: rules[person.pk].get(one, way) for one, way in MAIL_DEFAULTS.items()},
            is_new=not person.has_usable_password(),
        )
        for person in people
    }


def latest_invitations(occasion: str, persons: Iterable[int]) -> dict[int, Invitation]:
    """The last invitation of each person (ids) to the occasion, with its letter; one query."""
    rows = Invitation.objects.filter(occasion=occasion, person__in=list(persons))
    rows = rows.select_related("notification__letter", "sent_by")
    return {row.person_id: row for row in rows.order_by("number")}


def letter_of(invitation: Invitation) -> Letter | None:
    """The e-mail of the invitation; None where the person is asked in the page alone."""
    return getattr(invitation.notification, "letter", None)


def login_expires_at(invitation: Invitation) -> datetime.datetime | None:
    """Until when the first login in the letter can be used; None where there is none."""
    letter = letter_of(invitation)
    if letter is None or letter.sent_at is None or not invitation.brings_login:
        return None
    return letter.sent_at + datetime.timedelta(days=LOGIN_DAYS)


def invitation_standing(person: Person, invitation: Invitation | None) -> InvitationStanding:
    """Where the last invitation of the person stands; no query.

    A letter that did not arrive counts more than that the person logged in once; that counts more
    than what is missing.
    """
    letter = letter_of(invitation) if invitation else None
    if letter is not None and letter.state in STANDING_OF_LETTER:
        return STANDING_OF_LETTER[LetterState(letter.state)]
    if person.last_login is not None:
        return InvitationStanding.LOGGED_IN
    if not person.email:
        return InvitationStanding.NO_ADDRESS
    if invitation is None or letter is None:
        return InvitationStanding.NOT_INVITED
    expires_at = login_expires_at(invitation)
    if expires_at is not None and expires_at < timezone.now():
        return InvitationStanding.EXPIRED
    return InvitationStanding.INVITED
