"""Registrations of many units from a file: template, preview, confirmation."""

from __future__ import annotations

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from compacts.forms.registration_import import judged, read_registrations, template_of
from compacts.models import Season
from compacts.permissions import can_import_registrations
from compacts.queries import season_tabs
from compacts.services.registration_import import COLUMNS, import_registrations
from units.access import require
from units.exports import XLSX_TYPE
from units.forms.workbook_import import WorkbookForm
from units.http import PersonRequest
from units.rules import RuleError
from units.workbooks import require_faultless, sealed, unsealed


def _season(request: PersonRequest, bloc: str, year: int) -> Season:
    seasons = Season.objects.visible_to(request.user).select_related("bloc__council")
    season = get_object_or_404(seasons, bloc__code=bloc, year=year)
    require(can_import_registrations(request.user, season))
    return season


@require_safe
def registration_template(request: PersonRequest, bloc: str, year: int) -> HttpResponse:
    """The workbook to fill in, with the season's units that have not begun."""
    season = _season(request, bloc, year)
    response = HttpResponse(template_of(season), content_type=XLSX_TYPE)
    response["Content-Disposition"] = f'attachment; filename="mau-dang-ky-{bloc}-{year}.xlsx"'
    response["Cache-Control"] = "private, no-store"
    return response


def registration_import(request: PersonRequest, bloc: str, year: int) -> HttpResponse:
    """Upload, see what was understood and what is wrong, then fill in all drafts."""
    season = _season(request, bloc, year)
    form = WorkbookForm(request.POST or None, request.FILES or None)
    context = {
        "season": season,
        "season_tabs": season_tabs(season, "registrations"),
        "columns": COLUMNS,
        "form": form,
    }
    seal = request.POST.get("seal", "")
    subject = f"registrations:{season.pk}"
    try:
        if seal:
            shown, given = judged(season, unsealed(subject, seal))
            require_faultless(shown)
            count = import_registrations(actor=request.user, season=season, given=given)
            text = ngettext(
                "Đã nhập đăng ký của %(count)d đơn vị; các đơn vị xem lại, duyệt và gửi.",
                "Đã nhập đăng ký của %(count)d đơn vị; các đơn vị xem lại, duyệt và gửi.",
                count,
            )
            messages.success(request, text % {"count": count})
            return redirect("compacts:registration_list", bloc, year)
        if request.method == "POST" and form.is_valid():
            upload: UploadedFile[bytes] = form.cleaned_data["file"]
            lines = read_registrations(upload.read())
            if not lines:
                raise RuleError(_("Tệp không có dòng nào."))
            shown, _given = judged(season, lines)
            faulty = sum(1 for line in shown if line.faults)
            context |= {"lines": shown, "faulty": faulty}
            if not faulty:
                context["seal"] = sealed(subject, lines)
    except RuleError as refusal:
        context["refusal"] = str(refusal)
    return render(request, "compacts/registration_import.html", context)
