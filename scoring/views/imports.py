"""Reading exchange files in the browser: upload, preview of every fault, confirmation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from compacts.models import Season
from compacts.permissions import can_manage_season
from scoring.engine.faults import Fault
from scoring.engine.table import read_table
from scoring.exchange.export import as_text, export_season
from scoring.exchange.files import load
from scoring.exchange.lengths import read_kept_table
from scoring.exchange.season import read_season
from scoring.exchange.table_workbook import Understood, read_table_workbook, table_workbook
from scoring.forms.imports import ExchangeFileForm
from scoring.models import CriteriaTable, ImportDraft
from scoring.queries.tables import readable_tables
from scoring.services.imports import ImportRefusedError, import_criteria, import_season
from scoring.views.columns import table_columns
from units.access import require
from units.http import PersonRequest, form_of
from units.listing import Filter, Listing
from units.permissions import can_set_up
from units.rules import RuleError
from units.services.uploads import safe_name

FAULTS_SHOWN = 200
PACKED = b"PK"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KINDS = {"mua": "season", "bang-diem": "criteria"}


def upload(request: PersonRequest, kind: str) -> HttpResponse:
    """Choose the file; it is kept aside until it is confirmed."""
    require(can_set_up(request.user))
    form = ExchangeFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["file"]
        content = given.read()
        draft_kind = KINDS[kind]
        if draft_kind == "criteria" and content.startswith(PACKED):
            draft_kind = "table"
        ImportDraft.objects.filter(person=request.user, kind=draft_kind).delete()
        draft = ImportDraft.objects.create(
            person=request.user, kind=draft_kind, name=safe_name(given.name), content=content
        )
        return redirect("scoring:import_preview", draft.pk)
    return render(request, "scoring/import.html", {"form": form, "kind": kind})


def _draft(request: PersonRequest, pk: int) -> ImportDraft:
    return get_object_or_404(ImportDraft, pk=pk, person=request.user)


@dataclass(frozen=True, slots=True)
class Checked:
    """An uploaded file as it was understood: its value, faults, warnings, and lines of a table."""

    data: Any
    faults: list[Fault]
    warnings: list[Fault]
    lines: Sequence[Understood] = ()


def _checked(draft: ImportDraft) -> Checked:
    if draft.kind == "table":
        return _checked_workbook(bytes(draft.content))
    data, faults = load(bytes(draft.content))
    if faults:
        return Checked(None, faults, [])
    if draft.kind == "season":
        season = read_season(data)
        return Checked(data, season.faults, season.warnings)
    table = read_kept_table(data)
    return Checked(data, table.faults, table.warnings)


def _checked_workbook(content: bytes) -> Checked:
    try:
        reading = read_table_workbook(content)
    except RuleError as refusal:
        return Checked(None, [Fault("", str(refusal))], [])
    if reading.table is None:
        return Checked(None, reading.faults, [])
    return Checked(reading.definition, reading.table.faults, reading.table.warnings, reading.lines)


@require_safe
def preview(request: PersonRequest, pk: int) -> HttpResponse:
    """Every fault of the file, or what would be written; nothing is written yet."""
    require(can_set_up(request.user))
    draft = _draft(request, pk)
    checked = _checked(draft)
    context = {
        "draft": draft,
        "data": checked.data if not checked.faults else None,
        "faults": checked.faults[:FAULTS_SHOWN],
        "fault_count": len(checked.faults),
        "warnings": checked.warnings,
        "lines": checked.lines,
        "unsure": sum(1 for line in checked.lines if not line.sure),
    }
    return render(request, "scoring/import_preview.html", context)


@form_of("scoring:import_preview")
def confirm(request: PersonRequest, pk: int) -> HttpResponse:
    """Write the file as it was previewed: all or nothing."""
    require(can_set_up(request.user))
    draft = _draft(request, pk)
    checked = _checked(draft)
    data = checked.data
    if checked.faults:
        return redirect("scoring:import_preview", draft.pk)
    try:
        if draft.kind == "season":
            season = import_season(actor=request.user, data=data)
            target = redirect("compacts:season", season.bloc.code, season.year)
            messages.success(request, _("Đã nhập mùa thi đua."))
        else:
            table = import_criteria(actor=request.user, data=data)
            target = redirect("scoring:table", table.pk)
            messages.success(request, _("Đã nhập bảng điểm."))
    except RuleError as refusal:
        # Refused by the file's own faults, or by what a service behind it says.
        alone = [Fault("", str(refusal))]
        faults = refusal.faults if isinstance(refusal, ImportRefusedError) else alone
        context = {
            "draft": draft,
            "faults": faults[:FAULTS_SHOWN],
            "fault_count": len(faults),
            "warnings": [],
        }
        return render(request, "scoring/import_preview.html", context, status=409)
    draft.delete()
    return target


@require_safe
def export(request: PersonRequest, bloc: str, year: int) -> HttpResponse:
    """The whole season as a file, for the next secretariat."""
    seasons = Season.objects.visible_to(request.user).select_related("bloc__council")
    season = get_object_or_404(seasons, bloc__code=bloc, year=year)
    require(can_manage_season(request.user, season))
    try:
        text = as_text(export_season(season))
    except RuleError as refusal:
        messages.error(request, str(refusal))
        return redirect("compacts:season", bloc, year)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{bloc}-{year}.json"'
    return response


@require_safe
def table_workbook_file(request: PersonRequest, pk: int) -> HttpResponse:
    """A scoring table as a workbook with the columns officials use."""
    found = get_object_or_404(readable_tables(request.user), pk=pk)
    reading = read_table(found.definition)
    if reading.table is None:
        raise Http404
    content = table_workbook(found.definition, reading.table)
    response = HttpResponse(content, content_type=XLSX)
    name = f"bang-diem-{found.code}-{found.version}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_safe
def table_list(request: PersonRequest) -> HttpResponseBase:
    """All scoring tables, newest versions first within a code, but for other blocs' drafts."""
    require(can_set_up(request.user))
    tables = readable_tables(request.user).defer("definition")
    years = tables.order_by("-year").values_list("year", flat=True).distinct()
    year = Filter[CriteriaTable](
        "nam", _("Năm"), [(str(one), str(one)) for one in years], lookup="year"
    )
    shown = Listing(request, table_columns(), tables, filters=[year])
    file = shown.file("bang-diem")
    if file is not None:
        return file
    return render(request, "scoring/table_list.html", shown.context())
