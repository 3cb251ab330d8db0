"""Pages of publication: publishing, objections, corrections, the way to the Council."""

from __future__ import annotations

import datetime
from itertools import pairwise
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from compacts.permissions import is_of_unit
from compacts.queries import season_tabs
from scoring.forms.publications import AnswerForm, CorrectionForm, ObjectionForm, PublishForm
from scoring.models import Objection, Publication, Round
from scoring.permissions import can_answer_objection, can_manage_round, can_object_to
from scoring.queries.publications import Change, changes, is_with_council
from scoring.rules import AnswerState, RoundState
from scoring.services.objections import answer_objection, object_to
from scoring.services.publications import publish_round, send_to_council, start_correction
from scoring.views.columns import objection_columns
from scoring.views.rounds import refused
from units.access import require
from units.http import PersonRequest, outcome_told
from units.listing import Filter, Listing
from units.models import Unit
from units.rules import RuleError

USUAL_WINDOW = datetime.timedelta(days=5)
ON_A_PAGE = 20


def _round(request: PersonRequest, bloc: str, year: int, code: str) -> Round:
    rounds = Round.objects.visible_to(request.user).select_related("season__bloc__council")
    return get_object_or_404(rounds, season__bloc__code=bloc, season__year=year, code=code)


def _page(scored: Round, **context: Any) -> dict[str, Any]:
    tabs = season_tabs(scored.season, "ranking")
    return {"season": scored.season, "season_tabs": tabs, "round": scored, **context}


def _usual_due() -> datetime.datetime:
    due = timezone.localtime(timezone.now() + USUAL_WINDOW)
    return due.replace(hour=17, minute=0, second=0, microsecond=0)


def publish(request: PersonRequest, bloc: str, year: int, round: str) -> HttpResponse:
    """Freeze the ranking and show it to the bloc, with the window for objections."""
    scored = _round(request, bloc, year, round)
    require(can_manage_round(request.user, scored))
    correction = scored.publications.exists()
    form = PublishForm(
        request.POST or None,
        correction=correction,
        initial={"objections_due_at": _usual_due()},
    )
    if request.method == "POST" and form.is_valid():
        try:
            publish_round(
                actor=request.user,
                round_id=scored.pk,
                objections_due_at=form.cleaned_data["objections_due_at"],
                reason=form.cleaned_data.get("reason", ""),
            )
        except RuleError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, _("Đã công bố bảng xếp hạng."))
            return redirect("scoring:ranking", bloc, year)
    context = _page(scored, form=form, correction=correction)
    return render(request, "scoring/publish.html", context)


def correct(request: PersonRequest, bloc: str, year: int, round: str) -> HttpResponse:
    """Take a published ranking back to be corrected, with the reason."""
    scored = _round(request, bloc, year, round)
    require(can_manage_round(request.user, scored))
    form = CorrectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            start_correction(
                actor=request.user, round_id=scored.pk, reason=form.cleaned_data["reason"]
            )
        except RuleError as refusal:
            refused(form, refusal)
        else:
            text = _("Đợt chấm đã trở về “Đã khóa điểm”: mở lại để sửa, khóa, rồi công bố lại.")
            messages.success(request, text)
            return redirect("scoring:round", bloc, year, round)
    return render(request, "scoring/correct.html", _page(scored, form=form))


@require_POST
def to_council(request: PersonRequest, bloc: str, year: int, round: str) -> HttpResponse:
    """Show the published ranking to the Council."""
    scored = _round(request, bloc, year, round)
    with outcome_told(request, _("Đã trình Hội đồng.")):
        send_to_council(actor=request.user, round_id=scored.pk)
    return redirect("scoring:publications", bloc, year, round)


def _versions(found: list[Publication]) -> list[tuple[Publication, list[Change]]]:
    pairs = pairwise(found)
    return [*((new, changes(old, new)) for new, old in pairs), *((one, []) for one in found[-1:])]


@require_safe
def publications(request: PersonRequest, bloc: str, year: int, round: str) -> HttpResponseBase:
    """All versions that were published, with what each correction changed, and objections."""
    scored = _round(request, bloc, year, round)
    found = list(scored.publications.select_related("published_by"))
    visible = Objection.objects.visible_to(request.user).filter(round=scored)
    rows = visible.select_related("unit", "publication", "written_by", "answered_by")
    states = Filter[Objection]("trang-thai", _("Trạng thái"), AnswerState.choices, lookup="state")
    shown = Listing(request, objection_columns(), rows, filters=[states])
    file = shown.file(f"kien-nghi-{bloc}-{year}-{round}")
    if file is not None:
        return file
    own = _own_unit(request, scored)
    context = _page(
        scored,
        versions=_versions(found),
        **shown.context(),
        own=own,
        window_open=_window_open(scored),
        with_council=bool(found) and is_with_council(scored, found[0]),
        may_manage=can_manage_round(request.user, scored),
    )
    return render(request, "scoring/publications.html", context)


def _own_unit(request: PersonRequest, scored: Round) -> Unit | None:
    rows = scored.season.participants.select_related("unit")
    return next((row.unit for row in rows if is_of_unit(request.user, row.unit_id)), None)


def _window_open(scored: Round) -> bool:
    return (
        scored.state == RoundState.PUBLISHED
        and scored.objections_due_at is not None
        and timezone.now() < scored.objections_due_at
    )


def objection_new(
    request: PersonRequest, bloc: str, year: int, round: str, unit: str
) -> HttpResponse:
    """Object to the published ranking on behalf of a unit."""
    scored = _round(request, bloc, year, round)
    participants = scored.season.participants.select_related("unit")
    found = get_object_or_404(participants, unit__code=unit).unit
    require(can_object_to(request.user, scored, found))
    form = ObjectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            object_to(
                actor=request.user,
                round_id=scored.pk,
                unit=found,
                text=form.cleaned_data["text"],
            )
        except RuleError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, _("Đã gửi kiến nghị."))
            return redirect("scoring:publications", bloc, year, round)
    context = _page(scored, form=form, unit=found)
    return render(request, "scoring/objection_form.html", context)


def objection_answer(
    request: PersonRequest, bloc: str, year: int, round: str, pk: int
) -> HttpResponse:
    """Answer an objection."""
    scored = _round(request, bloc, year, round)
    visible = Objection.objects.visible_to(request.user).select_related("unit", "written_by")
    found = get_object_or_404(visible, round=scored, pk=pk)
    require(can_answer_objection(request.user, scored, found.unit))
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            answer_objection(
                actor=request.user,
                objection_id=found.pk,
                accepted=form.cleaned_data["accepted"],
                answer=form.cleaned_data["answer"],
            )
        except RuleError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, _("Đã trả lời kiến nghị."))
            return redirect("scoring:publications", bloc, year, round)
    context = _page(scored, form=form, objection=found)
    return render(request, "scoring/objection_answer.html", context)
