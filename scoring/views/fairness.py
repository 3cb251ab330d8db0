"""How a round was judged, for those who answer for its being fair."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from compacts.queries import season_tabs
from scoring.models import Round
from scoring.permissions import can_see_provisional
from scoring.queries.fairness import fairness as find_fairness
from scoring.queries.ranking import ranking
from scoring.queries.standings import table_of
from units.access import require
from units.http import PersonRequest
from units.rules import RuleError


@require_safe
def fairness(request: PersonRequest, bloc: str, year: int, round: str) -> HttpResponse:
    """Self against verified, strict and mild scorers, flat criteria, titles that only rotate."""
    rounds = Round.objects.visible_to(request.user).select_related("season__bloc__council")
    scored = get_object_or_404(rounds, season__bloc__code=bloc, season__year=year, code=round)
    require(can_see_provisional(request.user, scored))
    try:
        classes = table_of(scored).classes
        rows = ranking(scored).rows
    except RuleError as refusal:
        messages.error(request, str(refusal))
        return redirect("scoring:ranking", bloc, year)
    top = classes[0].name if classes else ""
    found = find_fairness(scored, top, [row.class_name for row in rows])
    context = {
        "season": scored.season,
        "season_tabs": season_tabs(scored.season, "ranking"),
        "round": scored,
        "fairness": found,
    }
    return render(request, "scoring/fairness.html", context)
