"""Requests as our views get them: somebody is logged in; and where they come from."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

if TYPE_CHECKING:
    from units.models import Person


class PersonRequest(HttpRequest):
    """A request behind the login: ``user`` is a person."""

    user: Person
    htmx: HtmxDetails


def client_address(request: HttpRequest) -> str:
    """The network address of the reader.

    Each proxy adds whom it heard to the end of ``X-Forwarded-For``; what stands before the
    entries of our own (``TRUSTED_PROXIES`` of them) anybody may have written.
    """
    direct: str = request.META.get("REMOTE_ADDR", "")
    proxies: int = settings.TRUSTED_PROXIES
    told = [one.strip() for one in request.headers.get("X-Forwarded-For", "").split(",")]
    if not 0 < proxies <= len(told):
        return direct
    try:
        return str(ipaddress.ip_address(told[-proxies]))
    except ValueError:
        return direct
