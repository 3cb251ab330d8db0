"""Explanations of a unit to how it was verified, and the answers."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from scoring.forms.explanations import ExplanationAnswerForm, ExplanationForm
from scoring.models import Explanation, Round, Sheet
from scoring.permissions import can_answer_explanation, can_explain, can_see_explanations
from scoring.queries.explanations import Verified, verified_criteria, verified_sheet
from scoring.queries.scopes import scopes_of
from scoring.queries.standings import table_of
from scoring.rules import RoundState, Stage
from scoring.services.explanations import ExplanationText, answer_explanation, explain
from scoring.views.columns import explanation_columns
from scoring.views.rounds import page, refused, round_of
from units.access import require
from units.http import PersonRequest
from units.listing import Filter, Listing
from units.models import Unit
from units.rules import RuleError


def _unit(scored: Round, code: str) -> Unit:
    participants = scored.season.participants.select_related("unit")
    return get_object_or_404(participants, unit__code=code).unit


def _is_open(scored: Round) -> bool:
    due = scored.explanations_due_at
    return scored.state == RoundState.OPEN and (due is None or timezone.now() < due)


@require_safe
def explanations(
    request: PersonRequest, bloc: str, year: int, round: str, unit: str
) -> HttpResponseBase:
    """What was verified of a unit, what it explained, and how that was answered."""
    scored = round_of(request, bloc, year, round)
    found = _unit(scored, unit)
    require(can_see_explanations(request.user, scored, found))
    rows = verified_criteria(scored, found, request.user)
    different = Filter[Verified](
        "chi",
        _("Tiêu chí"),
        [("khac", _("Chỉ chỗ khác điểm tự chấm"))],
        lambda row: "khac" if row.differs or row.explanation else "",
    )
    shown = Listing(request, explanation_columns(), rows, filters=[different], on_a_page=100)
    file = shown.file(f"giai-trinh-{bloc}-{year}-{round}-{unit}")
    if file is not None:
        return file
    context = page(
        scored.season,
        round=scored,
        unit=found,
        **shown.context(),
        may_explain=bool(can_explain(request.user, scored, found)) and _is_open(scored),
        answerable=_answerable(request, scored, found),
    )
    return render(request, "scoring/explanations.html", context)


def _answerable(request: PersonRequest, scored: Round, unit: Unit) -> set[str]:
    """The criteria whose explanations the person may answer: who verified them, nobody else."""
    if scored.state != RoundState.OPEN:
        return set()
    table = table_of(scored)
    sheets = Sheet.objects.filter(round=scored, unit=unit, stage=Stage.VERIFY).select_related(
        "round__season__bloc", "scorer", "unit"
    )
    mine = [one for one in sheets if can_answer_explanation(request.user, one)]
    return {code for codes in scopes_of(mine, table).values() for code in codes}


def explanation_new(
    request: PersonRequest, bloc: str, year: int, round: str, unit: str, criterion: int
) -> HttpResponse:
    """Explain one criterion on behalf of the unit."""
    scored = round_of(request, bloc, year, round)
    found = _unit(scored, unit)
    require(can_explain(request.user, scored, found))
    rows = verified_criteria(scored, found, request.user)
    row = next((one for one in rows if one.criterion.pk == criterion), None)
    if row is None:
        raise Http404
    form = ExplanationForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        given = ExplanationText(
            text=form.cleaned_data["text"],
            link=form.cleaned_data["link"],
            upload=upload,
            upload_name=upload.name if upload else "",
        )
        try:
            explain(
                actor=request.user,
                round_id=scored.pk,
                unit=found,
                criterion=row.criterion,
                given=given,
            )
        except RuleError as refusal:
            refused(form, refusal)
        else:
            text = _("Đã gửi giải trình. Khi có trả lời sẽ có thông báo.")
            messages.success(request, text)
            listed = reverse("scoring:explanations", args=[bloc, year, round, unit])
            return redirect(f"{listed}?chi=khac")
    context = page(scored.season, round=scored, unit=found, row=row, form=form)
    return render(request, "scoring/explanation_form.html", context)


def _explanation(request: PersonRequest, scored: Round, unit: Unit, criterion: int) -> Explanation:
    require(can_see_explanations(request.user, scored, unit))
    rows = verified_criteria(scored, unit, request.user)
    found = next((row.explanation for row in rows if row.criterion.pk == criterion), None)
    if found is None:
        raise Http404
    return found


def explanation_answer(
    request: PersonRequest, bloc: str, year: int, round: str, unit: str, criterion: int
) -> HttpResponse:
    """Answer an explanation."""
    scored = round_of(request, bloc, year, round)
    found = _explanation(request, scored, _unit(scored, unit), criterion)
    verified = verified_sheet(scored, found.unit, found.criterion.code, sent=False)
    if verified is None:
        raise Http404
    require(can_answer_explanation(request.user, verified))
    form = ExplanationAnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            answer_explanation(
                actor=request.user,
                explanation_id=found.pk,
                accepted=form.cleaned_data["accepted"],
                answer=form.cleaned_data["answer"],
            )
        except RuleError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, _("Đã trả lời giải trình."))
            return redirect("scoring:explanations", bloc, year, round, unit)
    context = page(scored.season, round=scored, explanation=found, form=form)
    return render(request, "scoring/explanation_answer.html", context)


@require_safe
def explanation_file(
    request: PersonRequest, bloc: str, year: int, round: str, unit: str, criterion: int
) -> FileResponse:
    """The file that a unit added to its explanation."""
    scored = round_of(request, bloc, year, round)
    found = _explanation(request, scored, _unit(scored, unit), criterion)
    if found.file is None:
        raise Http404
    return FileResponse(found.file.file, as_attachment=True, filename=found.file.name)
