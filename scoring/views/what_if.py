"""The what-if panel: assumptions live in the address, nothing is stored."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from scoring.permissions import can_see_provisional
from scoring.queries.what_if import what_if
from scoring.views.rounds import page, round_of
from units.access import require
from units.http import PersonRequest

_SEPARATOR = ":"


def _points(text: str) -> Decimal | None:
    try:
        found = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _assumptions(request: PersonRequest) -> tuple[list[tuple[str, str, Decimal]], bool]:
    """What the address assumes, the newest last, and whether something typed was no number."""
    given = [tuple(text.split(_SEPARATOR, 2)) for text in request.GET.getlist("g")]
    typed = request.GET.get("diem", "")
    if typed:
        given.append((request.GET.get("don-vi", ""), request.GET.get("tieu-chi", ""), typed))
    found = []
    wrong = False
    for one in given:
        points = _points(one[2]) if len(one) == 3 else None
        if points is None:
            wrong = True
        else:
            found.append((one[0], one[1], points))
    return found, wrong


@require_safe
def what_if_page(request: PersonRequest, bloc: str, year: int, round: str) -> HttpResponse:
    """What the ranking would be with other points, for who may see the provisional one."""
    scored = round_of(request, bloc, year, round)
    require(can_see_provisional(request.user, scored))
    wanted, wrong = _assumptions(request)
    found = what_if(scored, wanted)
    context = page(
        scored.season,
        round=scored,
        found=found,
        typed=request.GET.get("diem", ""),
        unit_chosen=request.GET.get("don-vi", ""),
        leaf_chosen=request.GET.get("tieu-chi", ""),
        refused=wrong or len(found.assumptions) < len({one[:2] for one in wanted}),
    )
    return render(request, "scoring/what_if.html", context)
