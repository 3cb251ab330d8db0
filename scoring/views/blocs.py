"""Blocs beside each other, for who answers for several of them."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from compacts.services.papers import CONTENT_TYPES, file_of
from scoring.permissions import can_compare_blocs
from scoring.queries.blocs import blocs_of_year, overseen_seasons
from scoring.services.brief import brief_paper
from scoring.views.columns import bloc_columns
from units.access import require
from units.http import PersonRequest
from units.listing import Listing


@require_safe
def blocs(request: PersonRequest) -> HttpResponse:
    """All blocs that the person answers for, in the newest year or in that of ``?nam=``."""
    require(can_compare_blocs(request.user))
    years, year = _years(request)
    rows = blocs_of_year(request.user, year)
    shown = Listing(request, bloc_columns(), rows, kept=["nam"])
    file = shown.file(f"cac-khoi-{year}")
    if file is not None:
        return file
    context = {"years": years, "year": year, **shown.context()}
    return render(request, "scoring/blocs.html", context)


def _years(request: PersonRequest) -> tuple[list[int], int]:
    """The years that the person oversees, newest first, and the one that is asked for."""
    years = sorted(
        set(overseen_seasons(request.user).values_list("year", flat=True)), reverse=True
    )
    wanted = request.GET.get("nam", "")
    newest = years[0] if years else timezone.localdate().year
    return years, int(wanted) if wanted.isdecimal() and int(wanted) in years else newest


@require_safe
def brief(request: PersonRequest, ending: str) -> HttpResponse:
    """All blocs of a year on one page, as PDF or Word."""
    require(can_compare_blocs(request.user))
    _all, year = _years(request)
    rows = blocs_of_year(request.user, year)
    if ending not in CONTENT_TYPES or not rows:
        raise Http404
    content = file_of(brief_paper(rows, year, rows[0].season.bloc.council), ending)
    response = HttpResponse(content, content_type=CONTENT_TYPES[ending])
    how = "inline" if ending == "pdf" else "attachment"
    response["Content-Disposition"] = f'{how}; filename="tom-tat-{year}.{ending}"'
    return response
