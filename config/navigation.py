"""The main navigation, the same on every page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from scoring.permissions import can_compare_blocs
from units.models import Person
from units.permissions import can_set_up
from units.queries import unread_count


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """A link of the main navigation."""

    label: str | Promise
    url: str
    active: bool


# What lies below a page of the navigation, beside its own address.
_WITHIN = {
    "compacts:season_list": ("/khoi/",),
    "units:setup": ("/bang-diem/", "/nhap-mua-thi-dua/", "/nhap-tep/"),
}


def _is_within(path: str, name: str) -> bool:
    address = reverse(name)
    if name == "home":
        return path == address
    return path.startswith((address, *_WITHIN.get(name, ())))


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``navigation`` for who is logged in, nothing for strangers.

    ``unread`` counts the person's new messages when the template asks, so that fragments of a
    page pay nothing for it.
    """
    person = getattr(request, "user", None)
    if not isinstance(person, Person):
        return {"navigation": [], "unread": lambda: 0}
    seasons = pgettext_lazy("nhiều", "Mùa thi đua")
    pages = [(_("Việc của tôi"), "home"), (seasons, "compacts:season_list")]
    if can_compare_blocs(person):
        pages.append((_("Các khối"), "scoring:blocs"))
    if can_set_up(person):
        pages.append((_("Thiết lập"), "units:setup"))
    return {
        "navigation": [
            NavigationItem(label, reverse(name), _is_within(request.path, name))
            for label, name in pages
        ],
        "unread": lambda: unread_count(person),
    }
