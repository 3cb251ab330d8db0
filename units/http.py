"""Requests as our views get them: somebody is logged in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

if TYPE_CHECKING:
    from units.models import Person


class PersonRequest(HttpRequest):
    """A request behind the login: ``user`` is a person."""

    user: Person
    htmx: HtmxDetails
