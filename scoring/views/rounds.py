"""Rounds of a season: the list, a new one, the board, who scores whom, what does not apply."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from compacts.models import Season
from compacts.queries import season_tabs
from compacts.views.registrations import show_reminded
from scoring.forms.rounds import (
    AssignmentForm,
    ReasonForm,
    RoundForm,
    RoundTimesForm,
)
from scoring.models import Adoption, Assignment, Criterion, Exemption, Round
from scoring.permissions import can_manage_round, can_manage_tables
from scoring.queries.boards import Board, round_board
from scoring.queries.conflicts import conflicts_of
from scoring.queries.tables import adoptable_tables
from scoring.rules import RoundState, SheetState, Stage
from scoring.services import assignments, rounds
from scoring.services.final_stage import counts_decision, open_final_stage
from scoring.services.notices import remind_scorers
from scoring.services.pairings import assign_cross_checks, most_checkers
from scoring.views.columns import (
    SheetOnBoard,
    assignment_columns,
    board_of,
    round_columns,
    sheet_columns,
    sheets_on,
)
from units.access import require
from units.http import PersonRequest, outcome_told
from units.listing import Filter, Listing
from units.rules import RuleError
from units.vietnamese import whole_number


def season_of(request: PersonRequest, bloc: str, year: int) -> Season:
    """The season that the person sees, or 404."""
    seasons = Season.objects.visible_to(request.user).select_related("bloc__council")
    return get_object_or_404(seasons, bloc__code=bloc, year=year)


def round_of(request: PersonRequest, bloc: str, year: int, code: str) -> Round:
    """The round that the person sees, with its season, or 404."""
    found = Round.objects.visible_to(request.user).select_related("season__bloc__council")
    return get_object_or_404(found, season__bloc__code=bloc, season__year=year, code=code)


def page(season: Season, **context: Any) -> dict[str, Any]:
    """The context that every page of the season's scoring shares."""
    return {"season": season, "season_tabs": season_tabs(season, "scoring"), **context}


def refused(form: forms.Form, refusal: RuleError) -> None:
    """Show a refusal at the field it belongs to, or above the form."""
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))


def criteria_of(season: Season) -> QuerySet[Criterion]:
    """The criteria of the season's scoring table, in its order."""
    adopted = Adoption.objects.filter(season=season)
    return Criterion.objects.filter(table__in=adopted.values("table")).order_by("position")


@require_safe
def round_list(request: PersonRequest, bloc: str, year: int) -> HttpResponseBase:
    """The season's rounds and its scoring table."""
    season = season_of(request, bloc, year)
    rows = Round.objects.filter(season=season)
    states = Filter[Round]("trang-thai", _("Trạng thái"), RoundState.choices, lookup="state")
    shown = Listing(request, round_columns(), rows, filters=[states])
    file = shown.file(f"dot-cham-{bloc}-{year}")
    if file is not None:
        return file
    context = page(
        season,
        **shown.context(),
        adoption=Adoption.objects.select_related("table").filter(season=season).first(),
        exemptions=Exemption.objects.filter(season=season).count(),
        may_manage=can_manage_tables(request.user, season),
    )
    return render(request, "scoring/round_list.html", context)


def round_new(request: PersonRequest, bloc: str, year: int) -> HttpResponse:
    """Make a round."""
    season = season_of(request, bloc, year)
    require(can_manage_tables(request.user, season))
    form = RoundForm(request.POST or None, initial={"name": f"{_('Chấm điểm năm')} {year}"})
    if request.method == "POST" and form.is_valid():
        try:
            made = rounds.create_round(actor=request.user, season_id=season.pk, facts=form.facts())
        except RuleError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, _("Đã tạo đợt chấm điểm."))
            return redirect("scoring:round", bloc, year, made.code)
    return render(request, "scoring/round_form.html", page(season, form=form))


def table_adopt(request: PersonRequest, bloc: str, year: int) -> HttpResponse:
    """Choose the season's scoring table, its warnings before one's eyes."""
    season = season_of(request, bloc, year)
    require(can_manage_tables(request.user, season))
    offered = adoptable_tables(request.user, season)
    if request.method == "POST":
        chosen = request.POST.get("table", "")
        table = get_object_or_404(offered, pk=whole_number(chosen))
        try:
            rounds.adopt_table(actor=request.user, season_id=season.pk, table_id=table.pk)
        except RuleError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Đã chọn bảng điểm cho mùa thi đua."))
            return redirect("scoring:round_list", bloc, year)
    context = page(
        season,
        tables=offered.defer("definition").order_by("-year", "code", "-version"),
        adoption=Adoption.objects.select_related("table").filter(season=season).first(),
    )
    return render(request, "scoring/round_table.html", context)


@require_safe
def round_page(request: PersonRequest, bloc: str, year: int, round: str) -> HttpResponseBase:
    """The board: units against stages, as far as the person may see it."""
    scored = round_of(request, bloc, year, round)
    board = round_board(scored, request.user)
    shown = Listing(request, sheet_columns(), sheets_on(board), filters=_board_filters(board))
    file = shown.file(f"phieu-cham-{bloc}-{year}-{round}")
    if file is not None:
        return file
    found = board_of(board, shown.rows)
    context = page(
        scored.season,
        round=scored,
        board=found,
        **shown.context(found.rows),
        may_manage=can_manage_round(request.user, scored),
        counts_decision=counts_decision(scored),
        assignments=scored.assignments.count() if scored.state == RoundState.DRAFT else 0,
    )
    return render(request, "scoring/round.html", context)


def _board_filters(board: Board) -> list[Filter[SheetOnBoard]]:
    units = [(row.participant.unit.code, row.participant.name) for row in board.rows]
    return [
        Filter("don-vi", _("Đơn vị"), units, lambda one: one.participant.unit.code),
        Filter(
            "buoc",
            _("Bước"),
            [(str(stage), stage.label) for stage in board.stages],
            lambda one: one.cell.sheet.stage,
        ),
        Filter(
            "trang-thai", _("Trạng thái"), SheetState.choices, lambda one: one.cell.sheet.state
        ),
    ]


def _act(
    request: PersonRequest, scored: Round, done: str, action: Callable[[], object]
) -> HttpResponse:
    with outcome_told(request, done):
        action()
    season = scored.season
    return redirect("scoring:round", season.bloc.code, season.year, scored.code)


@require_POST
def round_open(request: PersonRequest, bloc: str, year: int, round: str) -> HttpResponse:
    """Open the round."""
    scored = round_of(request, bloc, year, round)
    return _act(
        request,
        scored,
        _("Đã mở đợt chấm; phiếu đã được giao cho các đơn vị."),
        lambda: rounds.open_round(actor=request.user, round_id=scored.pk),
    )


@require_POST
def round_close(request: PersonRequest, bloc: str, year: int, round: str) -> HttpResponse:
    """Lock the round's points."""
    scored = round_of(request, bloc, year, round)
    return _act(
        request,
        scored,
        _("Đã khóa điểm."),
        lambda: rounds.close_round(actor=request.user, round_id=scored.pk),
    )


@require_POST
def round_reopen(request: PersonRequest, bloc: str, year: int, round: str) -> HttpResponse:
    """Open a closed round again, with a reason."""
    scored = round_of(request, bloc, year, round)
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    return _act(
        request,
        scored,
        _("Đã mở lại đợt chấm."),
        lambda: rounds.reopen_round(actor=request.user, round_id=scored.pk, reason=reason),
    )


def round_times(request: PersonRequest, bloc: str, year: int, round: str) -> HttpResponse:
    """Give the round other times."""
    scored = round_of(request, bloc, year, round)
    require(can_manage_round(request.user, scored))
    initial = {name: getattr(scored, name) for name in RoundTimesForm.TIMES}
    form = RoundTimesForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            rounds.reschedule_round(actor=request.user, round_id=scored.pk, **form.cleaned_data)
        except RuleError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, _("Đã ghi thời hạn của đợt chấm."))
            return redirect("scoring:round", bloc, year, round)
    context = page(scored.season, round=scored, form=form)
    return render(request, "scoring/round_times.html", context)


@require_POST
def final_stage(request: PersonRequest, bloc: str, year: int, round: str) -> HttpResponse:
    """Give out the sheets of the bloc's decision."""
    scored = round_of(request, bloc, year, round)
    return _act(
        request,
        scored,
        _("Đã mở bước khối quyết định; chỉ ghi những mục khối thay đổi."),
        lambda: open_final_stage(actor=request.user, round_id=scored.pk),
    )


@require_POST
def round_remind(request: PersonRequest, bloc: str, year: int, round: str) -> HttpResponse:
    """Remind those whose sheets are not sent."""
    scored = round_of(request, bloc, year, round)
    try:
        reminded = remind_scorers(actor=request.user, round_id=scored.pk)
    except RuleError as refusal:
        messages.error(request, str(refusal))
    else:
        show_reminded(request, reminded)
    return redirect("scoring:round", bloc, year, round)


def assignment_list(request: PersonRequest, bloc: str, year: int, round: str) -> HttpResponseBase:
    """Who scores whom in the round; a new assignment."""
    scored = round_of(request, bloc, year, round)
    require(can_manage_round(request.user, scored))
    season = scored.season
    form = AssignmentForm(request.POST or None, season=season, criteria=criteria_of(season))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            assignments.assign(
                actor=request.user,
                round_id=scored.pk,
                stage=Stage(given["stage"]),
                unit=given["unit"],
                scorer=given["scorer"],
                criteria=list(given["criteria"]),
            )
        except RuleError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, _("Đã phân công."))
            return redirect("scoring:assignments", bloc, year, round)
    rows = list(
        scored.assignments.select_related("unit", "scorer")
        .prefetch_related("criteria")
        .order_by("stage", "unit__sort_key", "pk")
    )
    shown = Listing(request, assignment_columns(), rows, filters=_assignment_filters(rows))
    file = shown.file(f"phan-cong-{bloc}-{year}-{round}")
    if file is not None:
        return file
    conflicts = conflicts_of(scored, rows)
    most = most_checkers(season.participants.count())
    context = page(
        season,
        round=scored,
        form=form,
        **shown.context(),
        conflicts=conflicts,
        suspect={pk for one in conflicts for pk in one.assignments},
        most_checkers=range(1, most + 1),
    )
    return render(request, "scoring/round_assignments.html", context)


def _assignment_filters(rows: list[Assignment]) -> list[Filter[Assignment]]:
    units = {one.unit.code: one.unit.name for one in rows}
    return [
        Filter("buoc", _("Bước"), Stage.choices, lambda one: one.stage),
        Filter("don-vi", _("Đơn vị"), list(units.items()), lambda one: one.unit.code),
    ]


@require_POST
def assignment_propose(request: PersonRequest, bloc: str, year: int, round: str) -> HttpResponse:
    """Replace the cross-checks by a proposal."""
    scored = round_of(request, bloc, year, round)
    wanted = request.POST.get("checkers", "")
    try:
        count = assign_cross_checks(
            actor=request.user,
            round_id=scored.pk,
            checkers=whole_number(wanted),
        )
    except RuleError as refusal:
        messages.error(request, str(refusal))
    else:
        text = ngettext(
            "Đã phân công %(count)s lượt kiểm tra chéo; xem lại và sửa nếu cần.",
            "Đã phân công %(count)s lượt kiểm tra chéo; xem lại và sửa nếu cần.",
            count,
        )
        messages.success(request, text % {"count": count})
    return redirect("scoring:assignments", bloc, year, round)


@require_POST
def assignment_remove(
    request: PersonRequest, bloc: str, year: int, round: str, pk: int
) -> HttpResponse:
    """Take an assignment back."""
    scored = round_of(request, bloc, year, round)
    with outcome_told(request):
        assignments.unassign(actor=request.user, round_id=scored.pk, assignment_id=pk)
    return redirect("scoring:assignments", bloc, year, round)
