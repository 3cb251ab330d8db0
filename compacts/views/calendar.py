"""The page that tells the address of a person's calendar."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from compacts.models import CalendarFeed
from compacts.services.calendar import calendar_url, renew_calendar
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
