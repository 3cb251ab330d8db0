"""Requests as our views get them: somebody is logged in; and where they come from."""

from __future__ import annotations

import contextlib
import functools
import ipaddress
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods
from django_htmx.middleware import HtmxDetails

from units.rules import RuleError

if TYPE_CHECKING:
    from units.models import Person


class PersonRequest(HttpRequest):
    """A request behind the login: ``user`` is a person."""

    user: Person
    htmx: HtmxDetails


View = Callable[..., HttpResponseBase]


def form_of(page: str, *, but: str = "") -> Callable[[View], View]:
    """Let a view take a form of ``page``, and lead whoever opens its address to that page.

    A refused form is shown again at the address it was sent to, so what the page's own links ask
    for (its search, its next page, the other language) is asked for here. ``but`` names the part
    of the address that the page's own has not.
    """

    def taker(view: View) -> View:
        @require_http_methods(["GET", "HEAD", "POST"])
        @functools.wraps(view)
        def taken(request: PersonRequest, **place: Any) -> HttpResponseBase:
            if request.method == "POST":
                return view(request, **place)
            place.pop(but, None)
            return redirect(reverse(page, kwargs=place, query=request.GET))

        return taken

    return taker


@contextlib.contextmanager
def outcome_told(request: HttpRequest, done: str = "") -> Iterator[None]:
    """Tell the reader that it is ``done`` once the block has gone through, or why a rule refused.

    What follows the block follows either way.
    """
    try:
        yield
    except RuleError as refusal:
        messages.error(request, str(refusal))
    else:
        if done:
            messages.success(request, done)


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
