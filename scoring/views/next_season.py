"""Opening a season from the one before, on one page."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from compacts.permissions import can_create_season
from scoring.forms.next_season import NextSeasonForm
from scoring.services.next_season import open_next_season, propose_next_season
from units.access import require
from units.http import PersonRequest
from units.models import Bloc, Unit
from units.rules import RuleError


def next_season(request: PersonRequest, bloc: str) -> HttpResponse:
    """The proposal for the next season, filled in; opened with one button."""
    found = get_object_or_404(Bloc.objects.visible_to(request.user), code=bloc)
    require(can_create_season(request.user, found))
    proposal = propose_next_season(found)
    if proposal is None:
        return redirect("compacts:season_new", bloc)
    units = Unit.objects.filter(memberships__bloc=found).distinct()
    form = NextSeasonForm(request.POST or None, proposal=proposal, units=units)
    if request.method == "POST" and form.is_valid():
        try:
            season = open_next_season(actor=request.user, bloc=found, facts=form.facts())
        except RuleError as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("Đã mở mùa thi đua; các mốc và người ký theo năm trước."))
            return redirect("compacts:season", found.code, season.year)
    context = {"bloc": found, "proposal": proposal, "form": form}
    return render(request, "scoring/next_season.html", context)
