"""Who speaks for the units of a season, and how their invitations stand."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from compacts.models import Season
from units.models import Invitation, Letter, Person, Unit
from units.queries import (
    invitation_standing,
    latest_invitations,
    letter_of,
    login_expires_at,
    people_of_units,
)
from units.rules import SPEAKERS, InvitationStanding, RoleKind


@dataclass(frozen=True, slots=True)
class MissingRole:
    """A role of a unit that nobody holds, and the page on which somebody is entered with it."""

    kind: RoleKind
    url: str


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody who speaks for a unit, and what matters for inviting them."""

    person: Person
    kinds: tuple[RoleKind, ...]
    has_address: bool
    has_logged_in: bool


@dataclass(frozen=True, slots=True)
class UnitSpeakers:
    """Who speaks for a unit, and the roles that nobody holds."""

    unit: Unit
    speakers: tuple[Speaker, ...]
    missing: tuple[MissingRole, ...]


@dataclass(frozen=True, slots=True)
class InvitationLine:
    """One person of a unit (or a role that nobody holds) and the last invitation.

    ``value`` is what the page sends for the person: who, and the how-manieth invitation it is to
    be; empty where there is nobody, or no address, or a letter on its way. ``add_url`` is where
    somebody is entered where nobody is.
    """

    unit_name: str
    kind: RoleKind
    roles: str
    person: Person | None
    standing: InvitationStanding
    last: Invitation | None = None
    letter: Letter | None = None
    expires_at: datetime.datetime | None = None
    times: int = 0
    value: str = ""
    add_url: str = ""


def occasion_of(season: Season) -> str:
    """What invitations to the season are filed under."""
    return f"season:{season.pk}"


def speakers_by_unit(units: Sequence[Unit]) -> list[UnitSpeakers]:
    """Who speaks for each of the units today, in their order; two queries."""
    ids = [unit.pk for unit in units]
    holders = {kind: people_of_units(ids, (kind,)) for kind in SPEAKERS.values()}
    found = []
    for unit in units:
        by_person: dict[int, tuple[Person, list[RoleKind]]] = {}
        for kind in SPEAKERS.values():
            for person in holders[kind].get(unit.pk, []):
                by_person.setdefault(person.pk, (person, []))[1].append(kind)
        found.append(
            UnitSpeakers(
                unit=unit,
                speakers=tuple(
                    Speaker(
                        person=person,
                        kinds=tuple(kinds),
                        has_address=bool(person.email),
                        has_logged_in=person.last_login is not None,
                    )
                    for person, kinds in by_person.values()
                ),
                missing=tuple(
                    MissingRole(kind, reverse("units:unit_person_new", args=[unit.pk, word]))
                    for word, kind in SPEAKERS.items()
                    if unit.pk not in holders[kind]
                ),
            )
        )
    return found


def invitation_lines(season: Season) -> list[InvitationLine]:
    """Everybody who speaks for a unit of the season, unit by unit; a fixed number of queries."""
    participants = list(season.participants.select_related("unit"))
    names = {row.unit_id: row.name for row in participants}
    units = speakers_by_unit([row.unit for row in participants])
    people = {one.person.pk for unit in units for one in unit.speakers}
    last = latest_invitations(occasion_of(season), people)
    lines = []
    for unit in units:
        name = names[unit.unit.pk]
        lines += [_line(name, one, last.get(one.person.pk)) for one in unit.speakers]
        lines += [
            InvitationLine(
                unit_name=name,
                kind=missing.kind,
                roles=str(missing.kind.label),
                person=None,
                standing=InvitationStanding.NO_PERSON,
                add_url=missing.url,
            )
            for missing in unit.missing
        ]
    return lines


def _line(unit_name: str, one: Speaker, last: Invitation | None) -> InvitationLine:
    standing = invitation_standing(one.person, last)
    times = last.number if last else 0
    may_be_sent = one.has_address and standing != InvitationStanding.WAITING
    return InvitationLine(
        unit_name=unit_name,
        kind=one.kinds[0],
        roles=", ".join(str(kind.label) for kind in one.kinds),
        person=one.person,
        standing=standing,
        last=last,
        letter=letter_of(last) if last else None,
        expires_at=login_expires_at(last) if last else None,
        times=times,
        value=f"{one.person.pk}:{times + 1}" if may_be_sent else "",
    )
