"""Which criteria the season's own records fill in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from compacts.models import Season
from scoring.models import CriterionSource, Round
from scoring.permissions import can_manage_tables
from scoring.queries.sheets import sheet_page, sheet_url
from scoring.queries.standings import table_of
from scoring.rules import RecordSource, RoundState
from scoring.services.records import choose_source, fill_from_records, fitting_sources
from scoring.views.rounds import page
from scoring.views.sheets import save_posted, sheet_of, with_faults
from units.access import require
from units.http import PersonRequest, form_of, outcome_told
from units.rules import RuleError


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A criterion, the sources that fit its rule, and the one chosen."""

    code: str
    name: str
    choices: tuple[RecordSource, ...]
    chosen: str


def _rows(season: Season) -> list[SourceRow]:
    chosen = dict(
        CriterionSource.objects.filter(season=season).values_list("criterion__code", "source")
    )
    return [
        SourceRow(leaf.code, leaf.name, tuple(fitting_sources(leaf)), chosen.get(leaf.code, ""))
        for leaf in table_of(Round(season=season)).leaves()
        if fitting_sources(leaf)
    ]


def sources(request: PersonRequest, bloc: str, year: int) -> HttpResponse:
    """Choose for each fitting criterion whether the records fill it in."""
    seasons = Season.objects.visible_to(request.user).select_related("bloc__council")
    season = get_object_or_404(seasons, bloc__code=bloc, year=year)
    require(can_manage_tables(request.user, season))
    try:
        rows = _rows(season)
    except RuleError as refusal:
        messages.error(request, str(refusal))
        return redirect("scoring:round_list", bloc, year)
    if request.method == "POST":
        _save(request, season, rows)
        return redirect("scoring:sources", bloc, year)
    started = Round.objects.filter(season=season).exclude(state=RoundState.DRAFT).exists()
    context: dict[str, Any] = page(season, rows=rows, started=started)
    return render(request, "scoring/sources.html", context)


def _save(request: PersonRequest, season: Season, rows: list[SourceRow]) -> None:
    with outcome_told(request, _("Đã lưu cách lấy số liệu.")):
        for row in rows:
            wanted = request.POST.get(f"nguon-{row.code}", row.chosen)
            source = RecordSource(wanted) if wanted in RecordSource.values else None
            choose_source(
                actor=request.user, season_id=season.pk, criterion=row.code, source=source
            )


@form_of("scoring:sheet")
def fill(
    request: PersonRequest,
    bloc: str,
    year: int,
    round: str,
    unit: str,
    stage: str,
    scorer: str,
) -> HttpResponse:
    """Save what was typed, then take the figures of the records into the sheet."""
    sheet = sheet_of(request, (bloc, year, round, unit, stage, scorer))
    lines, saved = save_posted(request, sheet, sheet_page(sheet, request.user))
    try:
        written = fill_from_records(actor=request.user, sheet_id=sheet.pk)
    except RuleError as refusal:
        messages.error(request, str(refusal))
    else:
        text = ngettext(
            "Đã lấy số liệu từ hồ sơ: %(count)s tiêu chí thay đổi.",
            "Đã lấy số liệu từ hồ sơ: %(count)s tiêu chí thay đổi.",
            len(written),
        )
        messages.success(request, text % {"count": len(written)})
    if any(line.errors for line in lines):
        return with_faults(request, sheet, lines, saved)
    return redirect(sheet_url(sheet))
