"""Reading exchange files in the browser: upload, preview of every fault, confirmation."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from compacts.models import Season
from compacts.permissions import can_manage_season
from scoring.engine.faults import Fault
from scoring.engine.table import read_table
from scoring.exchange.export import as_text, export_season
from scoring.exchange.files import load
from scoring.exchange.season import read_season
from scoring.forms.imports import ExchangeFileForm
from scoring.models import CriteriaTable, ImportDraft
from scoring.services.imports import ImportRefusedError, import_criteria, import_season
from units.access import require
from units.http import PersonRequest
from units.permissions import can_set_up
from units.services.uploads import safe_name

FAULTS_SHOWN = 200
KINDS = {"mua": "season", "bang-diem": "criteria"}


def upload(request: PersonRequest, kind: str) -> HttpResponse:
    """Choose the file; it is kept aside until it is confirmed."""
    require(can_set_up(request.user))
    form = ExchangeFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["file"]
        ImportDraft.objects.filter(person=request.user, kind=KINDS[kind]).delete()
        draft = ImportDraft.objects.create(
            person=request.user,
            kind=KINDS[kind],
            name=safe_name(given.name),
            content=given.read(),
        )
        return redirect("scoring:import_preview", draft.pk)
    return render(request, "scoring/import.html", {"form": form, "kind": kind})


def _draft(request: PersonRequest, pk: int) -> ImportDraft:
    return get_object_or_404(ImportDraft, pk=pk, person=request.user)


def _checked(draft: ImportDraft) -> tuple[object, list[Fault], list[Fault]]:
    """The file's value, its faults and its warnings."""
    data, faults = load(bytes(draft.content))
    if faults:
        return None, faults, []
    if draft.kind == "season":
        season = read_season(data)
        return data, season.faults, season.warnings
    table = read_table(data)
    return data, table.faults, table.warnings


@require_safe
def preview(request: PersonRequest, pk: int) -> HttpResponse:
    """Every fault of the file, or what would be written; nothing is written yet."""
    require(can_set_up(request.user))
    draft = _draft(request, pk)
    data, faults, warnings = _checked(draft)
    context = {
        "draft": draft,
        "data": data if not faults else None,
        "faults": faults[:FAULTS_SHOWN],
        "fault_count": len(faults),
        "warnings": warnings,
    }
    return render(request, "scoring/import_preview.html", context)


@require_POST
def confirm(request: PersonRequest, pk: int) -> HttpResponse:
    """Write the file as it was previewed: all or nothing."""
    require(can_set_up(request.user))
    draft = _draft(request, pk)
    data, faults, _warnings = _checked(draft)
    if faults:
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
    except ImportRefusedError as refusal:
        context = {
            "draft": draft,
            "faults": refusal.faults[:FAULTS_SHOWN],
            "fault_count": len(refusal.faults),
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
    text = as_text(export_season(season))
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{bloc}-{year}.json"'
    return response


@require_safe
def table_list(request: PersonRequest) -> HttpResponse:
    """All scoring tables, newest versions first within a code."""
    require(can_set_up(request.user))
    tables = CriteriaTable.objects.defer("definition")
    page = Paginator(tables, 30).get_page(request.GET.get("trang"))
    return render(request, "scoring/table_list.html", {"page": page})


@require_safe
def table(request: PersonRequest, pk: int) -> HttpResponse:
    """A scoring table to read: its criteria, rules in words, warnings."""
    tables = CriteriaTable.objects.all()
    if not can_set_up(request.user):
        tables = tables.visible_to(request.user)
    found = get_object_or_404(tables, pk=pk)
    context = {"table": found, "criteria": found.criteria.all()}
    return render(request, "scoring/table.html", context)
