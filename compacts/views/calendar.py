"""The calendar feed, and the page that tells its address."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from compacts.models import CalendarFeed
from compacts.services.calendar import (
    calendar_of,
    calendar_url,
    person_of_calendar,
    renew_calendar,
)
from units.http import PersonRequest


@require_safe
@never_cache
def calendar_page(request: PersonRequest) -> HttpResponse:
    """The address of the person's feed, and how calendars are told of it."""
    address = calendar_url(request.user)
    context = {
        "address": address,
        "webcal": "webcal://" + address.partition("://")[2],
        "feed": CalendarFeed.objects.filter(person=request.user).first(),
    }
    return render(request, "compacts/calendar.html", context)


@require_POST
def calendar_renew(request: PersonRequest) -> HttpResponse:
    """Give the feed a new address; the one before is void."""
    renew_calendar(actor=request.user)
    messages.success(
        request, _("Đã đổi địa chỉ lịch. Địa chỉ cũ không còn dùng được: hãy thêm địa chỉ mới.")
    )
    return redirect("compacts:calendar_page")


@require_safe
@login_not_required
def calendar(request: HttpRequest, key: str) -> HttpResponse:
    """The person's deadlines for a calendar program, which cannot log in: the key is the right."""
    person = person_of_calendar(key)
    if person is None:
        raise Http404
    response = HttpResponse(calendar_of(person), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="thi-dua.ics"'
    return response
