"""The log of e-mails: to whom, why, how far each is, and sending one anew."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from units.http import PersonRequest
from units.listing import Filter, Listing
from units.models import Letter
from units.rules import LetterState, RuleError
from units.services.letters import resend_letter, sends_mail
from units.views.columns import letter_columns


@require_safe
def letter_list(request: PersonRequest) -> HttpResponseBase:
    """The letters that the person may know of, newest first; their text is not shown."""
    rows = Letter.objects.visible_to(request.user).select_related("person")
    occasions = [(str(value), label) for value, label in Letter.OCCASIONS]
    shown = Listing(
        request,
        letter_columns(),
        rows,
        filters=[
            Filter("tinh-trang", _("Tình trạng"), LetterState.choices, lookup="state"),
            Filter("dip", _("Dịp"), occasions, lookup="occasion"),
        ],
        key="person__search_key",
    )
    file = shown.file("nhat-ky-thu")
    if file is not None:
        return file
    context = {"sends_mail": sends_mail(), **shown.context()}
    return render(request, "units/letter_list.html", context)


@require_POST
def letter_resend(request: PersonRequest, pk: int) -> HttpResponse:
    """Send a letter once more that did not arrive."""
    try:
        letter = resend_letter(actor=request.user, letter_id=pk)
    except Letter.DoesNotExist:
        raise Http404 from None
    except RuleError as refusal:
        messages.error(request, str(refusal))
    else:
        text = _("Thư cho %(name)s đã xếp lại vào hàng gửi.") % {"name": letter.person.full_name}
        messages.success(request, text)
    return redirect("units:letter_list")
