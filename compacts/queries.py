"""Reads that the season's pages share."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from compacts.models import Season


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
