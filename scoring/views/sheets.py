"""The sheet: the table of criteria with its marks, saved line by line or as a whole."""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from compacts.models import Milestone
from scoring.forms.sheets import ReturnForm, SheetLine, points_text, sheet_lines
from scoring.forms.typed_values import typed_of
from scoring.models import Sheet
from scoring.permissions import can_mark_sheet, can_return_sheet, can_see_explanations
from scoring.queries.season_cells import STAGES
from scoring.queries.sheets import SheetPage, sheet_page, sheet_url
from scoring.rules import ROUND_MOVES, SHEET_MOVES, RoundAction, RoundState, SheetAction, Stage
from scoring.sayings import said
from scoring.services.marks import MarkConflictError, MarkRefusedError, is_late, save_mark
from scoring.services.sheets import (
    IncompleteSheetError,
    follow_earlier,
    return_sheet,
    submit_sheet,
)
from scoring.views.rounds import page as season_page
from units.http import PersonRequest, form_of
from units.rules import RuleError
from units.templatetags.vietnamese_format import number, points

Address = tuple[str, int, str, str, str, str]


def sheet_of(request: PersonRequest, address: Address) -> Sheet:
    """The sheet at an address, where the person may read it, or 404."""
    bloc, year, round_code, unit, stage, scorer = address
    sheets = Sheet.objects.visible_to(request.user).select_related(
        "round__season__bloc__council", "unit", "scorer"
    )
    return get_object_or_404(
        sheets,
        round__season__bloc__code=bloc,
        round__season__year=year,
        round__code=round_code,
        unit__code=unit,
        stage=stage,
        scorer_code=scorer,
    )


def is_editable(request: PersonRequest, sheet: Sheet) -> bool:
    """May the person write marks on the sheet now?"""
    return (
        sheet.round.state in ROUND_MOVES[RoundAction.SCORE]
        and sheet.state in SHEET_MOVES[SheetAction.MARK]
        and bool(can_mark_sheet(request.user, sheet))
    )


def _shown(
    request: PersonRequest, sheet: Sheet, lines: list[SheetLine], found: SheetPage, **more: Any
) -> HttpResponse:
    late = is_late(sheet.round) and sheet.stage == Stage.SELF
    only_different = request.GET.get("chi") == "khac"
    if only_different:
        lines = [line for line in lines if line.row.difference]
    context = season_page(
        sheet.round.season,
        round=sheet.round,
        sheet=sheet,
        page=found,
        lines=lines,
        editable=is_editable(request, sheet),
        verdict=can_mark_sheet(request.user, sheet),
        may_return=can_return_sheet(request.user, sheet)
        and sheet.state in SHEET_MOVES[SheetAction.RETURN]
        and sheet.round.state in ROUND_MOVES[RoundAction.SCORE],
        is_self=sheet.stage == Stage.SELF,
        late=late,
        due_at=_due_at(sheet),
        total=found.totals.get(sheet.stage),
        columns=[Stage(stage).label for stage in found.stages],
        show_difference=len(set(found.stages) - {Stage.SELF, Stage.CROSS}) > 0,
        only_different=only_different,
        can_follow=found.self_sent and sheet.stage not in {Stage.SELF, Stage.CROSS},
        explaining=_explaining(request, sheet),
        own_url=sheet_url(sheet),
        **more,
    )
    return render(request, "scoring/sheet.html", context)


def _due_at(sheet: Sheet) -> datetime.datetime | None:
    """By when the sheet is to be sent: own sheets by the round's day, where it has one."""
    if sheet.stage == Stage.SELF and sheet.round.due_at:
        return sheet.round.due_at
    steps = [step for step, stage in STAGES.items() if stage == sheet.stage]
    found = Milestone.objects.filter(season=sheet.round.season_id, step__in=steps, is_on=True)
    milestone = found.first()
    return milestone.deadline if milestone else None


def _explaining(request: PersonRequest, sheet: Sheet) -> str:
    """Where the unit explains what was verified, for those who may read it; else empty."""
    if sheet.stage == Stage.SELF or sheet.round.state != RoundState.OPEN:
        return ""
    if not can_see_explanations(request.user, sheet.round, sheet.unit):
        return ""
    season = sheet.round.season
    where = [season.bloc.code, season.year, sheet.round.code, sheet.unit.code]
    return reverse("scoring:explanations", args=where)


def sheet(
    request: PersonRequest, bloc: str, year: int, round: str, unit: str, stage: str, scorer: str
) -> HttpResponse:
    """The sheet's page; sent as a form, it saves every line that was changed."""
    found = sheet_of(request, (bloc, year, round, unit, stage, scorer))
    shown = sheet_page(found, request.user)
    editable = is_editable(request, found)
    if request.method != "POST":
        return _shown(request, found, sheet_lines(shown, editable=editable), shown)
    lines, saved = save_posted(request, found, shown)
    if any(line.errors for line in lines):
        return with_faults(request, found, lines, saved)
    text = ngettext("Đã lưu %(count)s dòng.", "Đã lưu %(count)s dòng.", saved) % {"count": saved}
    messages.success(request, text if saved else _("Không có gì thay đổi."))
    return redirect(sheet_url(found))


def with_faults(
    request: PersonRequest,
    found: Sheet,
    lines: list[SheetLine],
    saved: int,
    *,
    sending: bool = False,
) -> HttpResponse:
    """The page again: what could be saved is, what could not keeps what was typed.

    ``sending`` has the page say that the sheet, which was to be sent, was not.
    """
    wrong = {line.row.leaf.code: line for line in lines if line.errors}
    fresh = sheet_page(found, request.user)
    again = sheet_lines(fresh, editable=is_editable(request, found))
    for line in again:
        faulty = wrong.get(line.row.leaf.code)
        if faulty is not None:
            line.typed, line.comment = faulty.typed, faulty.comment
            line.errors, line.theirs = faulty.errors, faulty.theirs
            line.conflict = faulty.conflict
            # After a conflict the next saving is meant: it goes on the newest version.
            if not faulty.conflict:
                line.base, line.version = faulty.base, faulty.version
    text = _("Đã lưu %(saved)s dòng; còn %(wrong)s dòng chưa lưu được, xem chỗ báo đỏ.")
    if sending:
        text = _("Chưa gửi phiếu. Đã lưu %(saved)s dòng; còn %(wrong)s dòng phải sửa, có báo đỏ.")
    messages.error(request, text % {"saved": saved, "wrong": len(wrong)})
    places = [(line.row, " ".join(line.errors.values())) for line in again if line.errors]
    return _shown(request, found, again, fresh, wrong=places)


def save_posted(
    request: PersonRequest, found: Sheet, shown: SheetPage
) -> tuple[list[SheetLine], int]:
    """Save every changed line by itself; the lines with their faults, and how many were saved."""
    posted: QueryDict = request.POST
    lines = sheet_lines(shown, editable=True, posted=posted)
    saved = 0
    for line in lines:
        if line.editable and f"{line.prefix}-base" in posted and line.changed:
            saved += save_line(request, found, line) is None
    return lines, saved


def save_line(request: PersonRequest, found: Sheet, line: SheetLine) -> str | None:
    """Save one line; None when it stands now, else the kind of what is wrong, noted on it."""
    entry, errors = line.read()
    if errors:
        line.errors = errors
        return "refused"
    try:
        save_mark(
            actor=request.user,
            sheet_id=found.pk,
            criterion=line.row.leaf.code,
            entry=entry,
            comment=line.comment,
            version=line.version,
        )
    except MarkConflictError as conflict:
        line.errors = {"conflict": str(conflict)}
        line.theirs = conflict.theirs
        line.conflict = True
        return "conflict"
    except MarkRefusedError as refusal:
        line.errors = refusal.faults
        return "refused"
    except RuleError as refusal:
        line.errors = {"line": str(refusal)}
        return "refused"
    return None


@require_POST
def mark(
    request: PersonRequest,
    bloc: str,
    year: int,
    round: str,
    unit: str,
    stage: str,
    scorer: str,
    criterion: int,
) -> JsonResponse:
    """Save one line (autosave): 200 with what stands now, 409 with both values, 422 with faults.

    The fields are named as in the whole form.
    """
    found = sheet_of(request, (bloc, year, round, unit, stage, scorer))
    shown = sheet_page(found, request.user)
    lines = sheet_lines(shown, editable=True, posted=request.POST)
    line = next((one for one in lines if one.row.criterion.pk == criterion), None)
    if line is None or not line.editable or f"{line.prefix}-base" not in request.POST:
        raise Http404
    outcome = save_line(request, found, line)
    if outcome == "conflict":
        theirs = line.theirs
        rule = line.row.leaf.rule
        typed = typed_of(rule, theirs.entry if theirs else None) if rule else {}
        values = {f"{line.prefix}-{key}": ", ".join(typed.get(key, [""])) for key in line.keys}
        values[f"{line.prefix}-comment"] = theirs.comment if theirs else ""
        facts = {"message": line.errors["conflict"], "theirs": values}
        return JsonResponse({**facts, "version": theirs.version if theirs else 0}, status=409)
    if outcome == "refused":
        message = " ".join(line.errors.values())
        return JsonResponse({"message": message, "errors": line.errors}, status=422)
    return JsonResponse(_saved(request, found, line))


def _saved(request: PersonRequest, found: Sheet, line: SheetLine) -> dict[str, Any]:
    """What the page shows anew after a line was saved."""
    fresh = sheet_page(found, request.user)
    again = next(
        one
        for one in sheet_lines(fresh, editable=True)
        if one.row.criterion.pk == line.row.criterion.pk
    )
    live = {
        f"p{one.criterion.pk}": points(one.points.get(found.stage))
        for one in fresh.rows
        if not one.leaf.is_leaf
    }
    pk = again.row.criterion.pk
    difference = again.row.difference
    live[f"p{pk}"] = points_text(again)
    live[f"why{pk}"] = said(again.standing.why) if again.standing else ""
    live[f"d{pk}"] = "" if difference is None else number(difference)
    live["total"] = points(fresh.totals.get(found.stage))
    live["done"] = str(fresh.done)
    late = found.stage == Stage.SELF and is_late(found.round)
    return {
        "version": again.version,
        "points": points_text(again),
        "live": live,
        "saved_at": f"{timezone.localtime():%H:%M}",
        "late": late,
    }


@form_of("scoring:sheet")
def follow(
    request: PersonRequest, bloc: str, year: int, round: str, unit: str, stage: str, scorer: str
) -> HttpResponse:
    """Mark as the unit proposed: the line of the button, or all with evidence not marked yet."""
    found = sheet_of(request, (bloc, year, round, unit, stage, scorer))
    shown = sheet_page(found, request.user)
    wanted = request.POST.get("criterion", "")
    row = next((one for one in shown.rows if str(one.criterion.pk) == wanted), None)
    if wanted and row is None:
        raise Http404
    lines, saved = save_posted(request, found, shown)
    lines = [line for line in lines if row is None or line.row.leaf.code != row.leaf.code]
    try:
        code = row.leaf.code if row else None
        count = follow_earlier(actor=request.user, sheet_id=found.pk, criterion=code)
    except RuleError as refusal:
        messages.error(request, str(refusal))
    else:
        text = ngettext(
            "Đã chấm theo đề xuất %(count)s mục.", "Đã chấm theo đề xuất %(count)s mục.", count
        )
        messages.success(request, text % {"count": count})
    if any(line.errors for line in lines):
        return with_faults(request, found, lines, saved)
    return redirect(sheet_url(found) + (f"#tc-{wanted}" if wanted else ""))


@form_of("scoring:sheet")
def submit(
    request: PersonRequest, bloc: str, year: int, round: str, unit: str, stage: str, scorer: str
) -> HttpResponse:
    """Save what was typed, then send the sheet; where something lacks, every place is named."""
    found = sheet_of(request, (bloc, year, round, unit, stage, scorer))
    lines, saved = save_posted(request, found, sheet_page(found, request.user))
    if any(line.errors for line in lines):
        return with_faults(request, found, lines, saved, sending=True)
    try:
        sent = submit_sheet(actor=request.user, sheet_id=found.pk)
    except IncompleteSheetError as incomplete:
        messages.error(request, str(incomplete))
        shown = sheet_page(found, request.user)
        rows = {row.leaf.code: row for row in shown.rows}
        lacks = [(rows[lack.code], lack.what) for lack in incomplete.lacks]
        lines = sheet_lines(shown, editable=is_editable(request, found))
        return _shown(request, found, lines, shown, lacks=lacks)
    except RuleError as refusal:
        messages.error(request, str(refusal))
    else:
        done = _("Đã gửi phiếu (muộn).") if sent.submitted_late else _("Đã gửi phiếu.")
        after = _(
            "Điểm không sửa được nữa, trừ khi thư ký khối trả lại phiếu; khi đó có thông báo."
        )
        messages.success(request, f"{done} {after}")
    return redirect(sheet_url(found))


@form_of("scoring:sheet")
def give_back(
    request: PersonRequest, bloc: str, year: int, round: str, unit: str, stage: str, scorer: str
) -> HttpResponse:
    """Return a sent sheet with a reason."""
    found = sheet_of(request, (bloc, year, round, unit, stage, scorer))
    form = ReturnForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    try:
        return_sheet(actor=request.user, sheet_id=found.pk, reason=reason)
    except RuleError as refusal:
        if form.is_valid():
            form.add_error(None, str(refusal))
        messages.error(request, str(refusal))
        found.refresh_from_db()
        shown = sheet_page(found, request.user)
        lines = sheet_lines(shown, editable=is_editable(request, found))
        return _shown(request, found, lines, shown, returning=form)
    messages.success(request, _("Đã trả lại phiếu cho người chấm."))
    return redirect(sheet_url(found))
