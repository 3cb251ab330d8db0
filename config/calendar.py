"""The calendar feed: what a person's calendar program reads, from all apps."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from compacts.services.calendar import calendar_of, person_of_calendar
from scoring.queries.calendar import round_deadlines


@require_safe
@login_not_required
@never_cache
def calendar(request: HttpRequest, key: str) -> HttpResponse:
    """The person's deadlines for a calendar program, which cannot log in: the key is the right."""
    person = person_of_calendar(key)
    if person is None:
        raise Http404
    feed = calendar_of(person, round_deadlines)
    response = HttpResponse(feed, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="thi-dua.ics"'
    return response
