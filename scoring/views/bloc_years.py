"""Years beside each other: a council's blocs, or the units of one of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from compacts.models import Season
from scoring.permissions import can_compare_blocs
from scoring.queries.bloc_charts import ranks_chart, spread_chart
from scoring.queries.blocs import Overseen, overseen, overseen_seasons
from scoring.queries.years import (
    BlocOverYears,
    UnitOverYears,
    blocs_over_years,
    units_over_years,
    years_of_bloc,
)
from scoring.views.leader_columns import bloc_years_columns, unit_years_columns
from units.access import require
from units.charts import RangeChart, Values
from units.http import PersonRequest
from units.listing import Listing
from units.templatetags.vietnamese_format import points

USUAL_YEARS = 5


def _years(request: PersonRequest, years: Sequence[int]) -> tuple[int, int]:
    """The first and last year of ``?tu=`` and ``?den=``, whichever way round they were given.

    ``years`` are those there are, newest first; one that is not among them counts as not given.
    """

    def given(name: str, otherwise: int) -> int:
        wanted = request.GET.get(name, "")
        found = int(wanted) if wanted.isdecimal() else 0
        return found if found in years else otherwise

    first = given("tu", years[:USUAL_YEARS][-1])
    last = given("den", years[0])
    return min(first, last), max(first, last)


def _fields(
    found: Overseen, seasons: Sequence[Season], bloc: str, first: int, last: int
) -> list[dict[str, Any]]:
    """Council, bloc and years as fields of the filter."""
    fields: list[dict[str, Any]] = []
    if len(found.councils) > 1 and found.council:
        councils = [(str(one.pk), one.name) for one in found.councils]
        value = str(found.council.pk)
        fields.append(_field("hoi-dong", _("Hội đồng"), value, councils, needed=True))
    blocs = {one.bloc.sort_key + one.bloc.code: one.bloc for one in seasons}
    named = [(blocs[key].code, blocs[key].name) for key in sorted(blocs)]
    fields.append(_field("khoi", _("Khối"), bloc, named, needed=False))
    years = [(str(one), str(one)) for one in found.years]
    fields.append(_field("tu", _("Từ năm"), str(first), years, needed=True))
    fields.append(_field("den", _("Đến năm"), str(last), years, needed=True))
    return fields


def _field(
    name: str, label: str, value: str, choices: list[tuple[str, str]], *, needed: bool
) -> dict[str, Any]:
    return {"name": name, "label": label, "value": value, "choices": choices, "needed": needed}


def _spreads(rows: Sequence[BlocOverYears]) -> RangeChart | None:
    lines = []
    for row in rows:
        for season, published in row.cells:
            if season and published and published.spread:
                shares = tuple(one.share for one in published.results)
                spread = published.spread
                text = f"{points(spread.worst)}–{points(spread.best)}%"
                lines.append(Values(f"{season.year} · {row.name}", shares, text))
    return spread_chart("cac-nam", lines)


@require_safe
def bloc_years(request: PersonRequest) -> HttpResponse:
    """Blocs over the years; with ``?khoi=`` the units of that bloc. A fixed number of queries."""
    require(can_compare_blocs(request.user))
    found = overseen(request.user, request.GET.get("hoi-dong", ""))
    seasons = list(
        overseen_seasons(request.user)
        .filter(bloc__council=found.council)
        .select_related("bloc__council")
        .order_by("year")
    )
    first, last = _years(request, found.years or (found.year(""),))
    wanted = request.GET.get("khoi", "")
    bloc = next((one.bloc for one in seasons if one.bloc.code == wanted), None)
    shown = [one for one in seasons if first <= one.year <= last]
    context: dict[str, Any] = {"found": found, "bloc": bloc, "first": first, "last": last}
    name = f"cac-nam-{bloc.code if bloc else 'cac-khoi'}-{first}-{last}"
    listing: Listing[UnitOverYears] | Listing[BlocOverYears]
    if bloc is not None:
        own = years_of_bloc([one for one in shown if one.bloc_id == bloc.pk])
        years = own.published_years
        listing = Listing(request, unit_years_columns(years), units_over_years(own))
        context["slope"] = ranks_chart("hang-cac-nam", own)
    else:
        years = tuple(sorted({one.year for one in shown}))
        listing = Listing(request, bloc_years_columns(years), blocs_over_years(shown, years))
    file = listing.file(name)
    if file is not None:
        return file
    context |= listing.context()
    if bloc is None:
        context["spread"] = _spreads(context["page"].object_list)
    context["filters"] = _fields(found, seasons, bloc.code if bloc else "", first, last)
    context["years"] = years
    return render(request, "scoring/bloc_years.html", context)
