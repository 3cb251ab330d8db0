"""Reminding those who are behind with a step: who would get it, a note, and off it goes."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from compacts.models import Season
from compacts.permissions import can_manage_season
from compacts.queries import season_tabs
from compacts.views.registrations import show_reminded
from scoring.forms.step_reminders import StepReminderForm
from scoring.services.step_reminders import plan_step_reminder, remind_step
from units.access import require
from units.http import PersonRequest
from units.rules import RuleError


@require_http_methods(["GET", "HEAD", "POST"])
def step_remind(request: PersonRequest, bloc: str, year: int, step: str) -> HttpResponse:
    """Who is behind with the step and would be reminded; POST reminds them."""
    seasons = Season.objects.visible_to(request.user).select_related("bloc__council", "compact")
    season = get_object_or_404(seasons, bloc__code=bloc, year=year)
    require(can_manage_season(request.user, season))
    form = StepReminderForm(request.POST if request.method == "POST" else None)
    try:
        if request.method == "POST" and form.is_valid():
            note = form.cleaned_data["note"]
            reminded = remind_step(actor=request.user, season_id=season.pk, step=step, note=note)
            show_reminded(request, reminded)
            return redirect("scoring:season_board", bloc, year)
        plan = plan_step_reminder(actor=request.user, season=season, step=step)
    except RuleError as refusal:
        messages.error(request, str(refusal))
        return redirect("scoring:season_board", bloc, year)
    context = {
        "season": season,
        "season_tabs": season_tabs(season, "overview"),
        "plan": plan,
        "form": form,
    }
    return render(request, "scoring/step_remind.html", context)
