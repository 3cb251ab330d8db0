"""Reads that the season's pages share."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from compacts.models import (
    Compact,
    Conference,
    Movement,
    Office,
    Participant,
    Registration,
    Season,
    Signature,
)
from compacts.rules import OfficeKind, are_alike
from units.models import Person, Unit
from units.vietnamese import fold


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab of a season's pages."""

    key: str
    label: str | Promise
    url: str
    active: bool


# The scoring app's pages are named, not imported: a lower app links upwards by URL name only.
_TABS = (
    ("overview", _("Tổng quan"), "compacts:season"),
    ("papers", _("Văn bản"), "scoring:paper_list"),
    ("registrations", _("Đăng ký"), "compacts:registration_list"),
    ("compact", _("Giao ước"), "compacts:compact"),
    ("year", _("Trong năm"), "compacts:ad_hoc_list"),
    ("scoring", _("Chấm điểm"), "scoring:round_list"),
    ("ranking", _("Xếp hạng"), "scoring:ranking"),
    ("journal", _("Nhật ký"), "compacts:journal"),
)


def season_tabs(season: Season, active: str) -> list[Tab]:
    """The season's tabs, ``active`` being the key of the page that shows them."""
    return [
        Tab(key, label, reverse(name, args=[season.bloc.code, season.year]), key == active)
        for key, label, name in _TABS
    ]


@dataclass(frozen=True, slots=True)
class SigningRow:
    """A party to the compact and its signature, if any."""

    unit: Unit
    code: str
    name: str
    office: str
    signature: Signature | None


def signing_board(compact: Compact) -> list[SigningRow]:
    """Who has signed and who has not, head and deputies first; three queries for any size."""
    offices = {office.unit_id: office for office in compact.season.offices.all()}
    signatures = {row.unit_id: row for row in compact.signatures.select_related("scan")}
    participants = sorted(
        compact.season.participants.select_related("unit"),
        key=lambda participant: _office_rank(offices.get(participant.unit_id)),
    )
    return [
        SigningRow(
            participant.unit,
            participant.unit.code,
            participant.name,
            str(offices[participant.unit_id].get_kind_display())
            if participant.unit_id in offices
            else "",
            signatures.get(participant.unit_id),
        )
        for participant in participants
    ]


def _office_rank(office: Office | None) -> int:
    if office is None:
        return 2
    return 0 if office.kind == OfficeKind.HEAD else 1


@dataclass(frozen=True, slots=True)
class Overview:
    """Where a season stands."""

    offices: tuple[Office, ...]
    participants: tuple[Participant, ...]
    registrations: dict[str, int]
    compact: Compact | None
    signed: int
    conferences: tuple[Conference, ...]


def season_overview(season: Season) -> Overview:
    """Offices and counts of a season; a fixed number of queries."""
    states = Registration.objects.filter(season=season).values_list("state", flat=True)
    compact = Compact.objects.filter(season=season).first()
    return Overview(
        offices=tuple(season.offices.select_related("unit")),
        participants=tuple(season.participants.all()),
        registrations=dict(Counter(states)),
        compact=compact,
        signed=compact.signatures.count() if compact else 0,
        conferences=tuple(season.conferences.all()),
    )


def alike_movements(person: Person, movement: Movement) -> list[Movement]:
    """Other movements at the same time with nearly the same name or theme (R9), as far as seen.

    One query; a drive and the movement it is part of are not told to be alike.
    """
    at_the_same_time = (
        Movement.objects.visible_to(person)
        .filter(starts_on__lte=movement.ends_on, ends_on__gte=movement.starts_on)
        .exclude(pk__in=[movement.pk, movement.part_of_id or movement.pk])
        .exclude(part_of=movement)
        .select_related("season__bloc")
    )
    return [one for one in at_the_same_time if _says_the_same(one, movement)]


def _says_the_same(one: Movement, other: Movement) -> bool:
    return are_alike(fold(one.name), fold(other.name)) or (
        bool(one.theme)
        and one.season_id == other.season_id
        and fold(one.theme) == fold(other.theme)
    )
