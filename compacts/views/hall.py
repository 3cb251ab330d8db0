"""The hall of a conference: its large screen, and the remote control in somebody's hand."""

from __future__ import annotations

import hashlib
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from compacts.forms.conferences import ConclusionForm, PlaceForm
from compacts.models import Conference
from compacts.permissions import can_run_conference
from compacts.queries.conferences import attendance_of, remote_of, screen_of
from compacts.rules import ConferenceState
from compacts.services import conferences as services
from compacts.views.conferences import conference_of
from units.access import require
from units.http import PersonRequest, outcome_told

# htmx leaves the page as it is: nobody hears again what has not changed.
UNCHANGED = 204


def _live(request: PersonRequest, part: str, whole: str, context: dict[str, Any]) -> HttpResponse:
    """``part`` inside the page ``whole``, alone for htmx, nothing where htmx has it already.

    The part asks again with the mark of what it shows; it holds no token, which never repeats.
    """
    shown = render_to_string(part, context, request)
    mark = hashlib.sha256(shown.encode()).hexdigest()[:16]
    if request.htmx and request.GET.get("dang-co") == mark:
        return HttpResponse(status=UNCHANGED)
    template = "compacts/_hall_live.html" if request.htmx else whole
    return render(request, template, {**context, "shown": shown, "mark": mark})


@require_safe
@never_cache
def conference_screen(request: PersonRequest, bloc: str, year: int, pk: int) -> HttpResponse:
    """The screen of the hall: large, without navigation, following the current item by itself."""
    found = conference_of(request, bloc, year, pk)
    context = {
        "season": found.season,
        "conference": found,
        "screen": screen_of(found),
        "live": found.state != ConferenceState.CLOSED,
    }
    return _live(request, "compacts/_hall_screen.html", "compacts/conference_screen.html", context)


@require_safe
@never_cache
def conference_remote(request: PersonRequest, bloc: str, year: int, pk: int) -> HttpResponse:
    """The remote control of the screen, for a phone."""
    found = conference_of(request, bloc, year, pk)
    require(can_run_conference(request.user, found.season))
    remote = remote_of(found)
    context: dict[str, Any] = {
        "season": found.season,
        "conference": found,
        "remote": remote,
        "attendance": attendance_of(found),
        "live": found.state == ConferenceState.RUNNING,
    }
    if remote.current is not None and not request.htmx:
        item = remote.current
        context["form"] = ConclusionForm(
            initial={"text": item.conclusion, "version": item.conclusion_version}
        )
    return _live(request, "compacts/_hall_remote.html", "compacts/conference_remote.html", context)


@require_POST
def conference_show(request: PersonRequest, bloc: str, year: int, pk: int) -> HttpResponse:
    """Put an item, at one of its pages, on the screen of the hall."""
    found: Conference = conference_of(request, bloc, year, pk)
    require(can_run_conference(request.user, found.season))
    form = PlaceForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Hãy chọn một mục của chương trình."))
        return redirect("compacts:conference_remote", bloc, year, pk)
    item, page = form.item_and_page()
    with outcome_told(request):
        services.show_item(actor=request.user, conference_id=found.pk, item_id=item, page=page)
    return redirect("compacts:conference_remote", bloc, year, pk)
