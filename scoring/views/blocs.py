"""Blocs beside each other, for who answers for several of them."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from scoring.permissions import can_compare_blocs
from scoring.queries.blocs import blocs_of_year, overseen_seasons
from units.access import require
from units.http import PersonRequest


@require_safe
def blocs(request: PersonRequest) -> HttpResponse:
    """All blocs that the person answers for, in the newest year or in that of ``?nam=``."""
    require(can_compare_blocs(request.user))
    years = sorted(
        set(overseen_seasons(request.user).values_list("year", flat=True)), reverse=True
    )
    wanted = request.GET.get("nam", "")
    newest = years[0] if years else timezone.localdate().year
    year = int(wanted) if wanted.isdecimal() and int(wanted) in years else newest
    context = {"years": years, "year": year, "rows": blocs_of_year(request.user, year)}
    return render(request, "scoring/blocs.html", context)
