"""What does not apply to whom: asked for by units, entered or answered by the secretariat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Case, Q, Value, When
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from compacts.models import Season
from compacts.permissions import is_of_unit
from scoring.forms.explanations import ExemptionRequestForm
from scoring.forms.rounds import ExemptionForm
from scoring.models import Exemption
from scoring.permissions import can_manage_tables
from scoring.rules import AnswerState
from scoring.services.assignments import exempt, unexempt
from scoring.services.exemptions import answer_exemption, ask_exemption
from scoring.views.columns import exemption_columns
from scoring.views.rounds import criteria_of, page, refused, season_of
from units.http import PersonRequest, outcome_told
from units.listing import Filter, Listing
from units.models import Unit
from units.rules import RuleError


@dataclass(frozen=True, slots=True)
class RefusedAnswer:
    """An answer to the request ``pk`` that was not taken: why, and what was typed."""

    pk: int
    why: str
    typed: str


def _own_unit(request: PersonRequest, season: Season) -> Unit | None:
    rows = season.participants.select_related("unit")
    return next((row.unit for row in rows if is_of_unit(request.user, row.unit_id)), None)


def exemption_list(request: PersonRequest, bloc: str, year: int) -> HttpResponseBase:
    """What does not apply; the secretariat enters it, a unit asks for it and sees its own."""
    season = season_of(request, bloc, year)
    manages = bool(can_manage_tables(request.user, season))
    own = None if manages else _own_unit(request, season)
    form = _form(request, season, manages=manages, asks=own is not None)
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            _save(request, season, form, own)
        except RuleError as refusal:
            refused(form, refusal)
        else:
            return redirect("scoring:exemptions", bloc, year)
    return _shown(request, season, form, own)


def _shown(
    request: PersonRequest,
    season: Season,
    form: forms.Form | None,
    own: Unit | None,
    refused_answer: RefusedAnswer | None = None,
) -> HttpResponseBase:
    bloc, year = season.bloc.code, season.year
    manages = bool(can_manage_tables(request.user, season))
    rows = Exemption.objects.filter(season=season).select_related(
        "unit", "criterion", "asked_by", "answered_by"
    )
    if not manages:
        mine = Q(unit=own) if own else Q()
        rows = rows.filter(mine | Q(pk__in=Exemption.objects.in_force()))
    units = [(row.unit.code, row.name) for row in season.participants.select_related("unit")]
    filters: list[Filter[Exemption]] = [
        Filter("don-vi", _("Đơn vị"), units, lookup="unit__code"),
        Filter("trang-thai", _("Trạng thái"), AnswerState.choices, lookup="state"),
    ]
    found = rows.order_by("unit__sort_key", "pk")
    if refused_answer is not None:
        # The first page must show it, however many there are.
        first = Case(When(pk=refused_answer.pk, then=Value(0)), default=Value(1))
        found = rows.order_by(first, "unit__sort_key", "pk")
    shown = Listing(request, exemption_columns(), found, filters=filters)
    file = shown.file(f"khong-ap-dung-{bloc}-{year}")
    if file is not None:
        return file
    context = page(
        season,
        form=form,
        **shown.context(),
        manages=manages,
        own=own,
        refused=refused_answer,
    )
    return render(request, "scoring/round_exemptions.html", context)


def _form(
    request: PersonRequest, season: Season, *, manages: bool, asks: bool
) -> forms.Form | None:
    leaves = criteria_of(season).filter(rule__isnull=False, adds="base")
    if manages:
        return ExemptionForm(request.POST or None, season=season, criteria=leaves)
    return ExemptionRequestForm(request.POST or None, criteria=leaves) if asks else None


def _save(request: PersonRequest, season: Season, form: forms.Form, own: Unit | None) -> None:
    given: dict[str, Any] = form.cleaned_data
    facts = {"criterion": given["criterion"], "reason": given["reason"]}
    if own is None:
        exempt(actor=request.user, season_id=season.pk, unit=given["unit"], **facts)
        messages.success(request, _("Đã ghi tiêu chí không áp dụng."))
    else:
        ask_exemption(actor=request.user, season_id=season.pk, unit=own, **facts)
        messages.success(request, _("Đã gửi đề nghị không áp dụng tiêu chí."))


def exemption_answer(request: PersonRequest, bloc: str, year: int, pk: int) -> HttpResponseBase:
    """Accept or decline what a unit asked for."""
    season = season_of(request, bloc, year)
    listed = reverse("scoring:exemptions", args=[bloc, year])
    if request.method != "POST":
        # The list around a refused answer turns its pages by addresses relative to this one.
        return redirect(f"{listed}?{request.GET.urlencode()}")
    found = get_object_or_404(Exemption, season=season, pk=pk)
    answer = request.POST.get("answer", "")
    try:
        answer_exemption(
            actor=request.user,
            exemption_id=found.pk,
            accepted=request.POST.get("accepted") == "yes",
            answer=answer,
        )
    except RuleError as refusal:
        leaves = criteria_of(season).filter(rule__isnull=False, adds="base")
        form = ExemptionForm(season=season, criteria=leaves)
        return _shown(request, season, form, None, RefusedAnswer(pk, str(refusal), answer))
    messages.success(request, _("Đã trả lời đề nghị."))
    return redirect(listed)


@require_POST
def exemption_remove(request: PersonRequest, bloc: str, year: int, pk: int) -> HttpResponse:
    """Let a criterion apply again."""
    season = season_of(request, bloc, year)
    with outcome_told(request):
        unexempt(actor=request.user, season_id=season.pk, exemption_id=pk)
    return redirect("scoring:exemptions", bloc, year)
