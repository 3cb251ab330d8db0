"""Preparing the next season: one page a step, all kept until the season is opened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from compacts.permissions import can_create_season
from compacts.rules import Step
from scoring.forms.plan_milestones import MilestonesForm
from scoring.forms.season_plan import ASKING, PlanReading, typed_of
from scoring.queries.season_plan import ground_of, years_of_offices
from scoring.rules import PlanStep
from scoring.services.next_season import open_next_season
from scoring.services.season_plans import discard_plan, save_step
from units.access import require
from units.http import PersonRequest
from units.models import Bloc
from units.rules import EditConflictError, RuleError
from units.services.letters import sends_mail
from units.vietnamese import whole_number

YEARS_SHOWN = 6
# What the buttons of a page are called in what they send.
NEXT, BACK = "tiep", "lui"


@dataclass(frozen=True, slots=True)
class StepLink:
    """One sign of the stepper: ``state`` is done, now, faulty or next."""

    label: str
    state: str
    url: str


def _bloc(request: PersonRequest, code: str) -> Bloc:
    blocs = Bloc.objects.visible_to(request.user).select_related("council")
    bloc = get_object_or_404(blocs, code=code)
    require(can_create_season(request.user, bloc))
    return bloc


def _address(bloc: Bloc, step: PlanStep) -> str:
    return reverse("scoring:season_plan", args=[bloc.code, step])


@require_safe
def next_season(request: PersonRequest, bloc: str) -> HttpResponse:
    """The door: to the first page that nobody has seen, or to the last where all have been."""
    found = _bloc(request, bloc)
    ground = ground_of(found)
    if not ground.seasons:
        return redirect("compacts:season_new", bloc)
    first = next((step for step in ASKING if step not in ground.steps), PlanStep.SUMMARY)
    return redirect(_address(found, first))


def season_plan(request: PersonRequest, bloc: str, step: str) -> HttpResponse:
    """One page of the plan; whatever is sent is kept, right or wrong."""
    found = _bloc(request, bloc)
    if step not in PlanStep.values:
        raise Http404
    if not ground_of(found).seasons:
        return redirect("compacts:season_new", bloc)
    if step == PlanStep.SUMMARY:
        return _summary(request, found)
    return _asked(request, found, PlanStep(step))


def _asked(request: PersonRequest, bloc: Bloc, step: PlanStep) -> HttpResponse:
    ground = ground_of(bloc)
    if request.method != "POST":
        return _page(request, PlanReading(ground), step)
    reading = PlanReading(ground, (step, request.POST))
    form = reading.checked(step)
    try:
        save_step(
            actor=request.user,
            bloc=bloc,
            step=step,
            version=_number(request, "version"),
            typed=typed_of(form, request.POST),
        )
    except EditConflictError as conflict:
        theirs = PlanReading(ground).page(step)
        return _page(request, reading, step, conflict=conflict, theirs=theirs, kept=False)
    except RuleError as refusal:
        form.add_error(None, str(refusal))
        return _page(request, reading, step, kept=False)
    go = request.POST.get("go")
    if go == BACK:
        return redirect(_address(bloc, _neighbour(step, -1)))
    if go == NEXT and not form.errors:
        return redirect(_address(bloc, _neighbour(step, 1)))
    if not form.errors:
        messages.success(request, _("Đã lưu nháp; có thể rời trang và quay lại bất cứ lúc nào."))
        return redirect(_address(bloc, step))
    return _page(request, PlanReading(ground_of(bloc)), step)


def _number(request: HttpRequest, name: str) -> int:
    return whole_number(request.POST.get(name, ""), -1)


def _neighbour(step: PlanStep, by: int) -> PlanStep:
    steps = list(PlanStep)
    return steps[max(steps.index(step) + by, 0)]


def _stepper(reading: PlanReading, now: PlanStep) -> list[StepLink]:
    found = []
    for step in PlanStep:
        state = "next"
        if step == now:
            state = "now"
        elif step in ASKING and reading.was_typed(step):
            state = "faulty" if reading.checked(step).errors else "done"
        found.append(StepLink(str(step.label), state, _address(reading.ground.bloc, step)))
    return found


def _shared(reading: PlanReading, step: PlanStep) -> dict[str, Any]:
    row = reading.ground.steps.get(step)
    return {
        "bloc": reading.ground.bloc,
        "reading": reading,
        "step": step,
        "steps": _stepper(reading, step),
        "place": list(PlanStep).index(step) + 1,
        "count": len(PlanStep),
        "saved": row,
        "kept": row is not None,
        "version": row.version if row else 0,
        "plan": reading.ground.plan,
        "back": _address(reading.ground.bloc, _neighbour(step, -1)),
    }


def _page(
    request: PersonRequest, reading: PlanReading, step: PlanStep, **more: Any
) -> HttpResponse:
    form = reading.shown(step)
    context = {**_shared(reading, step), "form": form, "is_first": step == PlanStep.FRAME, **more}
    checked = reading.checked(step)
    if step == PlanStep.MILESTONES and isinstance(checked, MilestonesForm):
        context["rows"] = [
            {
                "step": one,
                "is_on": form[f"{one}-on"],
                "opens": form[f"{one}-opens"],
                "due": form[f"{one}-due"],
                "hints": checked.hints(one),
            }
            for one in Step
        ]
    elif step == PlanStep.OFFICES:
        context["years"] = years_of_offices(reading.ground.seasons[:YEARS_SHOWN])
    elif step in (PlanStep.UNITS, PlanStep.INVITATIONS):
        name = "units" if step == PlanStep.UNITS else "invited"
        context |= {"ticked": set(form[name].value() or ()), "sends_mail": sends_mail()}
    return render(request, f"scoring/plan/{step.name.lower()}.html", context)


def _summary(request: PersonRequest, bloc: Bloc) -> HttpResponse:
    reading = PlanReading(ground_of(bloc))
    refusal = ""
    if request.method == "POST":
        year = _number(request, "year")
        if any(season.year == year for season in reading.ground.seasons):
            # Pressed twice: the proposal is by now for the year after.
            messages.info(request, _("Mùa thi đua này đã được lập."))
            return redirect("compacts:season", bloc.code, year)
        refusal = _open(request, reading, year)
        if not refusal:
            messages.success(request, _("Đã lập mùa thi đua theo bản chuẩn bị."))
            return redirect("compacts:season", bloc.code, year)
    pages = [(reading.page(step), _address(bloc, step)) for step in ASKING]
    context = {
        **_shared(reading, PlanStep.SUMMARY),
        "pages": pages,
        "has_faults": any(page.faults for page, _url in pages),
        "refusal": refusal,
        "edition": reading.ground.plan.edition if reading.ground.plan else 0,
    }
    return render(request, "scoring/plan/summary.html", context)


def _open(request: PersonRequest, reading: PlanReading, year: int) -> str:
    """Open the season as it was read; why not, or nothing."""
    facts = reading.facts()
    if facts is None:
        return _("Chưa lập được: hãy sửa các bước còn lỗi.")
    if facts.year != year:
        return _("Bản nháp vừa được người khác sửa; hãy xem lại rồi lập mùa.")
    try:
        open_next_season(
            actor=request.user,
            bloc=reading.ground.bloc,
            facts=facts,
            edition=_number(request, "edition"),
        )
    except RuleError as refused:
        return str(refused)
    return ""


@require_POST
def season_plan_discard(request: PersonRequest, bloc: str) -> HttpResponse:
    """Throw the draft away."""
    found = _bloc(request, bloc)
    if discard_plan(actor=request.user, bloc=found):
        messages.success(request, _("Đã bỏ bản nháp; mọi ô lại theo đề xuất từ mùa trước."))
    return redirect(_address(found, PlanStep.FRAME))
