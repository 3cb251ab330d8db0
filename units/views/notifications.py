"""The page of what a person was told; opening a message leads to where it is done."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from units.http import PersonRequest
from units.listing import Listing
from units.models import Notification
from units.queries import unread_count
from units.services import notifications as services
from units.views.columns import notification_columns

UNREAD = "chua-doc"


@require_safe
def notification_list(request: PersonRequest) -> HttpResponseBase:
    """What the person was told, new ones first; ``?loc=chua-doc`` leaves out what was read."""
    rows = Notification.objects.filter(person=request.user).select_related(
        "sent_by", "letter", "digest"
    )
    only_unread = request.GET.get("loc") == UNREAD
    if only_unread:
        rows = rows.filter(read_at__isnull=True)
    newest = rows.annotate(is_read=Q(read_at__isnull=False)).order_by(
        "is_read", "-created_at", "-pk"
    )
    shown = Listing(request, notification_columns(), newest, kept=["loc"])
    file = shown.file("thong-bao")
    if file is not None:
        return file
    context = {"only_unread": only_unread, "new": unread_count(request.user), **shown.context()}
    return render(request, "units/notification_list.html", context)


@require_safe
def notification(request: PersonRequest, pk: int) -> HttpResponse:
    """Open a message: it is read from now on, and the page it is about opens."""
    try:
        found = services.mark_read(actor=request.user, notification_id=pk)
    except Notification.DoesNotExist:
        raise Http404 from None
    return redirect(found.path)


@require_POST
def read_all(request: PersonRequest) -> HttpResponse:
    """Mark everything as read."""
    services.mark_all_read(actor=request.user)
    messages.success(request, _("Đã đánh dấu đọc hết."))
    return redirect("units:notification_list")
