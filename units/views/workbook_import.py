"""Importing units and people from a workbook: template, preview, confirmation."""

from __future__ import annotations

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from units.access import require
from units.exports import XLSX_TYPE
from units.forms.workbook_import import WorkbookForm
from units.http import PersonRequest
from units.models import Council
from units.permissions import can_set_up_council
from units.rules import RuleError
from units.services.workbook_import import (
    COLUMNS,
    ImportKind,
    import_lines,
    judged,
    read_workbook,
    template_of,
)
from units.workbooks import Line, sealed, unsealed

_BACK = {ImportKind.UNITS: "units:unit_list", ImportKind.PEOPLE: "units:person_list"}


def _kind(kind: str) -> ImportKind:
    if kind not in ImportKind.values:
        raise Http404
    return ImportKind(kind)


def _preview(lines: list[Line]) -> dict[str, object]:
    return {"lines": lines, "faulty": sum(1 for line in lines if line.faults)}


@require_safe
def import_template(request: PersonRequest, council: int, kind: str) -> HttpResponse:
    """The workbook to fill in."""
    wanted = _kind(kind)
    found = get_object_or_404(Council.objects.visible_to(request.user), pk=council)
    require(can_set_up_council(request.user, found))
    response = HttpResponse(template_of(wanted), content_type=XLSX_TYPE)
    response["Content-Disposition"] = f'attachment; filename="mau-{kind}.xlsx"'
    return response


def workbook_import(request: PersonRequest, council: int, kind: str) -> HttpResponse:
    """Upload, see what was understood and what is wrong, then write it all."""
    wanted = _kind(kind)
    found = get_object_or_404(Council.objects.visible_to(request.user), pk=council)
    require(can_set_up_council(request.user, found))
    form = WorkbookForm(request.POST or None, request.FILES or None)
    context = {
        "council": found,
        "kind": wanted,
        "columns": COLUMNS[wanted],
        "form": form,
        "back": _BACK[wanted],
    }
    seal = request.POST.get("seal", "")
    subject = f"{kind}:{found.pk}"
    try:
        if seal:
            lines = unsealed(subject, seal)
            try:
                count = import_lines(actor=request.user, kind=wanted, council=found, lines=lines)
            except RuleError:
                # What somebody else entered since stands at its line.
                context |= _preview(judged(wanted, found, lines))
                raise
            messages.success(
                request,
                ngettext("Đã nhập %(count)d dòng.", "Đã nhập %(count)d dòng.", count)
                % {"count": count},
            )
            return redirect(_BACK[wanted])
        if request.method == "POST" and form.is_valid():
            upload: UploadedFile[bytes] = form.cleaned_data["file"]
            lines = read_workbook(wanted, upload.read())
            context |= _preview(judged(wanted, found, lines))
            if not context["faulty"]:
                context["seal"] = sealed(subject, lines)
    except RuleError as refusal:
        context["refusal"] = str(refusal)
    return render(request, "units/workbook_import.html", context)
