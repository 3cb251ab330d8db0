"""Reads that the season's pages share."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from compacts.models import Compact, Office, Season, Signature
from compacts.rules import OfficeKind
from units.models import Unit


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
    ("registrations", _("Đăng ký"), "compacts:registration_list"),
    ("compact", _("Giao ước"), "compacts:compact"),
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
