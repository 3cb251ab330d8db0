"""Filling in a sheet without a connection: download, fill, hand in, look at it, accept."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from scoring.engine.words import mark_in_words
from scoring.forms.sheets import SheetLine, sheet_lines
from scoring.forms.workbooks import SheetWorkbookForm, read_sheet_workbook, sheet_workbook
from scoring.models import ImportDraft, Sheet
from scoring.permissions import can_mark_sheet
from scoring.queries.sheets import sheet_page, sheet_url
from scoring.views.rounds import page, refused
from scoring.views.sheets import is_editable, save_line, sheet_of, with_faults
from units.access import require
from units.http import PersonRequest
from units.rules import RuleError
from units.services.uploads import safe_name

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def download(
    request: PersonRequest, bloc: str, year: int, round: str, unit: str, stage: str, scorer: str
) -> HttpResponse:
    """The sheet as a workbook to fill in."""
    found = sheet_of(request, (bloc, year, round, unit, stage, scorer))
    require(can_mark_sheet(request.user, found))
    shown = sheet_page(found, request.user)
    lines = sheet_lines(shown, editable=is_editable(request, found))
    response = HttpResponse(sheet_workbook(found, shown.unit_name, lines), content_type=XLSX)
    name = f"phieu-{bloc}-{year}-{round}-{unit}-{stage}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def upload(
    request: PersonRequest, bloc: str, year: int, round: str, unit: str, stage: str, scorer: str
) -> HttpResponse:
    """Hand in the filled workbook; nothing is saved before its changes were looked at."""
    found = sheet_of(request, (bloc, year, round, unit, stage, scorer))
    require(can_mark_sheet(request.user, found))
    form = SheetWorkbookForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["file"]
        try:
            lines = sheet_lines(sheet_page(found, request.user), editable=True)
            posted = read_sheet_workbook(found, lines, given.read())
        except RuleError as refusal:
            refused(form, refusal)
        else:
            subject = f"sheet:{found.pk}"
            ImportDraft.objects.filter(person=request.user, subject=subject).delete()
            ImportDraft.objects.create(
                person=request.user,
                kind="sheet",
                subject=subject,
                name=safe_name(given.name),
                content=posted.urlencode().encode(),
            )
            return redirect(f"{sheet_url(found)}nop-tep/xem/")
    context = page(found.round.season, round=found.round, sheet=found, form=form)
    context |= {"own_url": sheet_url(found), "editable": is_editable(request, found)}
    return render(request, "scoring/sheet_upload.html", context)


@dataclass(frozen=True, slots=True)
class Difference:
    """A line that the workbook changes: what stands, what it would become, what is wrong."""

    line: SheetLine
    standing: str
    wanted: str
    errors: tuple[str, ...]
    conflict: bool


def _differences(lines: list[SheetLine], posted: QueryDict) -> list[Difference]:
    found = []
    for line in lines:
        if not line.editable or f"{line.prefix}-base" not in posted or not line.changed:
            continue
        entry, errors = line.read()
        rule = line.row.leaf.rule
        mark = line.standing.mark if line.standing else None
        wanted = ""
        if entry is not None and rule is not None and not errors:
            wanted = mark_in_words(rule, line.row.leaf.max, entry)
        found.append(
            Difference(
                line=line,
                standing=line.standing.why if line.standing else "",
                wanted=wanted,
                errors=tuple(errors.values()),
                conflict=(mark.version if mark else 0) != line.version,
            )
        )
    return found


def preview(
    request: PersonRequest, bloc: str, year: int, round: str, unit: str, stage: str, scorer: str
) -> HttpResponse:
    """What the workbook would change, line by line; sent, it is saved."""
    found = sheet_of(request, (bloc, year, round, unit, stage, scorer))
    require(can_mark_sheet(request.user, found))
    drafts = ImportDraft.objects.filter(person=request.user, subject=f"sheet:{found.pk}")
    draft = drafts.order_by("-pk").first()
    if draft is None:
        raise Http404
    posted = QueryDict(bytes(draft.content))
    shown = sheet_page(found, request.user)
    lines = sheet_lines(shown, editable=is_editable(request, found), posted=posted)
    if request.method == "POST":
        return _accept(request, found, draft, lines, posted)
    differences = _differences(lines, posted)
    context = page(
        found.round.season,
        round=found.round,
        sheet=found,
        draft=draft,
        differences=differences,
        faults=sum(1 for one in differences if one.errors),
        conflicts=sum(1 for one in differences if one.conflict),
        own_url=sheet_url(found),
        unit_name=shown.unit_name,
    )
    return render(request, "scoring/sheet_preview.html", context)


def _accept(
    request: PersonRequest,
    found: Sheet,
    draft: ImportDraft,
    lines: list[SheetLine],
    posted: QueryDict,
) -> HttpResponse:
    saved = 0
    for line in lines:
        if line.editable and f"{line.prefix}-base" in posted and line.changed:
            saved += save_line(request, found, line) is None
    ImportDraft.objects.filter(person=draft.person, subject=draft.subject).delete()
    if any(line.errors for line in lines):
        return with_faults(request, found, lines, saved)
    messages.success(
        request,
        ngettext("Đã lưu %(count)s dòng từ tệp.", "Đã lưu %(count)s dòng từ tệp.", saved)
        % {"count": saved},
    )
    return redirect(sheet_url(found))
