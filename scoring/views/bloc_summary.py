"""One bloc's season for leaders: every figure leads to what it is made of."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from compacts.models import Season
from compacts.queries import season_tabs
from compacts.services.document_files import CONTENT_TYPES, file_of
from scoring.permissions import can_oversee
from scoring.queries.bloc_charts import (
    groups_chart,
    lights_chart,
    ranks_chart,
    spread_chart,
    spread_line,
    step_words,
    steps_strip,
)
from scoring.queries.bloc_rows import BlocRow
from scoring.queries.blocs import bloc_rows
from scoring.queries.ranking import ranking
from scoring.queries.years import years_of_bloc
from scoring.services.brief import bloc_brief_paper
from scoring.views.leader_columns import unit_columns
from units.access import require
from units.exports import as_file
from units.http import PersonRequest


def _row(request: PersonRequest, bloc: str, year: int) -> BlocRow:
    seasons = Season.objects.visible_to(request.user).select_related("bloc__council")
    season = get_object_or_404(seasons, bloc__code=bloc, year=year)
    require(can_oversee(request.user, season))
    return bloc_rows(request.user, [season])[0]


@require_safe
def bloc_summary(request: PersonRequest, bloc: str, year: int) -> HttpResponseBase:
    """The bloc's steps, units, ranking, spread, targets, and whom to look at."""
    row = _row(request, bloc, year)
    listed = [(row, unit) for unit in row.units]
    file = as_file(request, f"khoi-{bloc}-{year}", unit_columns(), listed)
    if file is not None:
        return file
    season = row.season
    around = Season.objects.filter(bloc=season.bloc, year__in=[year - 1, year])
    context = {
        "season": season,
        "season_tabs": season_tabs(season, "ranking"),
        "row": row,
        "strip": steps_strip("buoc", season, row.steps, timezone.localdate()),
        "steps": [step_words(one) for one in row.steps],
        "spread": spread_chart("khoang", [spread_line(season.bloc.name, row)]),
        "targets": lights_chart(
            "muc",
            _("Chỉ tiêu của từng đơn vị đang ở mức nào"),
            [(one.participant.short_name, [one]) for one in row.units if one.targets],
        ),
    }
    if row.ranked_round is not None:
        row.ranked_round.season = season
        found = ranking(row.ranked_round, provisional=False)
        years = years_of_bloc(around.select_related("bloc"))
        points = {one.code: one for one in found.rows}
        context["ranked"] = [(unit, points[unit.code]) for unit in row.ranked]
        context["ranking"] = found
        context["slope"] = ranks_chart("hang", years)
        context["groups"] = groups_chart("nhom", row, found)
    return render(request, "scoring/bloc_summary.html", context)


@require_safe
def bloc_brief(request: PersonRequest, bloc: str, year: int, ending: str) -> HttpResponse:
    """The bloc's season on one page, as PDF or Word."""
    row = _row(request, bloc, year)
    if ending not in CONTENT_TYPES:
        raise Http404
    response = HttpResponse(file_of(bloc_brief_paper(row), ending))
    response["Content-Type"] = CONTENT_TYPES[ending]
    how = "inline" if ending == "pdf" else "attachment"
    response["Content-Disposition"] = f'{how}; filename="tom-tat-{bloc}-{year}.{ending}"'
    return response
