"""Marks of many sheets of a round from a file: template, preview, confirmation."""

from __future__ import annotations

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from scoring.forms.mark_import import SHOWN, judged, open_sheets, read_marks, template_of
from scoring.services.mark_import import import_marks
from scoring.views.rounds import page, round_of
from units.exports import XLSX_TYPE
from units.forms.workbook_import import WorkbookForm
from units.http import PersonRequest
from units.rules import RuleError
from units.workbooks import require_faultless, sealed, unsealed


@require_safe
def mark_template(request: PersonRequest, bloc: str, year: int, round: str) -> HttpResponse:
    """The workbook with all sheets of the round that the person may mark now."""
    found = round_of(request, bloc, year, round)
    content = template_of(found, open_sheets(request.user, found))
    response = HttpResponse(content, content_type=XLSX_TYPE)
    name = f"mau-diem-{bloc}-{year}-{round}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def mark_import(request: PersonRequest, bloc: str, year: int, round: str) -> HttpResponse:
    """Upload, see what would change and what is wrong, then write all marks."""
    found = round_of(request, bloc, year, round)
    form = WorkbookForm(request.POST or None, request.FILES or None)
    context = page(
        found.season,
        round=found,
        form=form,
        columns=SHOWN,
        shows_standing=True,
        sheets=open_sheets(request.user, found),
    )
    seal = request.POST.get("seal", "")
    subject = f"marks:{found.pk}:{request.user.pk}"
    try:
        if seal:
            understood = judged(request.user, found, unsealed(subject, seal))
            require_faultless(understood.lines)
            count = import_marks(actor=request.user, given=understood.given)
            text = ngettext("Đã nhập %(count)d điểm.", "Đã nhập %(count)d điểm.", count)
            messages.success(request, text % {"count": count})
            return redirect("scoring:round", bloc, year, round)
        if request.method == "POST" and form.is_valid():
            upload: UploadedFile[bytes] = form.cleaned_data["file"]
            lines = read_marks(upload.read())
            understood = judged(request.user, found, lines)
            if not understood.lines:
                raise RuleError(_("Tệp không thay đổi điểm nào."))
            faulty = sum(1 for line in understood.lines if line.faults)
            context |= {
                "lines": understood.lines,
                "faulty": faulty,
                "unchanged": understood.unchanged,
            }
            if not faulty:
                context["seal"] = sealed(subject, lines)
    except RuleError as refusal:
        context["refusal"] = str(refusal)
    return render(request, "scoring/mark_import.html", context)
