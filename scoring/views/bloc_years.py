"""Years beside each other: blocs of a council, or the units of one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from compacts.models import Season
from compacts.services.document_files import CONTENT_TYPES, file_of
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
from scoring.services.years_brief import blocs_paper, units_paper, years_in_words
from scoring.views.leader_columns import bloc_years_columns, unit_years_columns
from units.access import require
from units.charts import RangeChart, Values
from units.http import PersonRequest
from units.listing import Listing
from units.models import Bloc
from units.templatetags.vietnamese_format import points
from units.vietnamese import whole_number

USUAL_YEARS = 5
# Up to so many choices are named in the filter, more are counted.
NAMED = 3


@dataclass(frozen=True, slots=True)
class Compared:
    """What the address puts beside each other: ``years`` oldest first, ``blocs`` none for all."""

    found: Overseen
    seasons: tuple[Season, ...]
    years: tuple[int, ...]
    blocs: tuple[Bloc, ...]

    @property
    def bloc(self) -> Bloc | None:
        """The only bloc chosen: its units are compared."""
        return self.blocs[0] if len(self.blocs) == 1 else None

    @property
    def shown(self) -> list[Season]:
        """The seasons of the chosen years and blocs."""
        chosen = {one.pk for one in self.blocs}
        return [
            one
            for one in self.seasons
            if one.year in self.years and (not chosen or one.bloc_id in chosen)
        ]

    def address(self, blocs: Sequence[str]) -> str:
        """The parameters by which ``blocs`` (codes) are compared in the same years."""
        council = [("hoi-dong", self.found.council.pk)] if self.found.council else []
        named = [("khoi", code) for code in blocs]
        return urlencode([*council, *named, *(("nam", year) for year in self.years)])


def _compared(request: PersonRequest) -> Compared:
    """What ``?hoi-dong=``, ``?khoi=`` and ``?nam=`` ask for, the latter two more than once."""
    require(can_compare_blocs(request.user))
    found = overseen(request.user, request.GET.get("hoi-dong", ""))
    seasons = tuple(
        overseen_seasons(request.user)
        .filter(bloc__council=found.council)
        .select_related("bloc__council")
        .order_by("year")
    )
    wanted = set(request.GET.getlist("khoi"))
    blocs = tuple(one for one in _blocs_of(seasons) if one.code in wanted)
    return Compared(found, seasons, _years(request, found.years or (found.year(""),)), blocs)


def _blocs_of(seasons: Sequence[Season]) -> list[Bloc]:
    blocs = {one.bloc.sort_key + one.bloc.code: one.bloc for one in seasons}
    return [blocs[key] for key in sorted(blocs)]


def _years(request: PersonRequest, years: Sequence[int]) -> tuple[int, ...]:
    """The years of ``?nam=``, or from ``?tu=`` to ``?den=``, else the newest few; oldest first.

    ``years`` are those there are, newest first; one that is not among them counts as not given.
    """
    chosen = set(map(whole_number, request.GET.getlist("nam"))) & set(years)
    if chosen:
        return tuple(sorted(chosen))

    def given(name: str, otherwise: int) -> int:
        found = whole_number(request.GET.get(name, ""))
        return found if found in years else otherwise

    ends = sorted((given("tu", years[:USUAL_YEARS][-1]), given("den", years[0])))
    return tuple(one for one in reversed(years) if ends[0] <= one <= ends[1])


def _fields(compared: Compared) -> list[dict[str, Any]]:
    """Council, blocs and years as fields of the filter."""
    found = compared.found
    fields: list[dict[str, Any]] = []
    if len(found.councils) > 1 and found.council:
        fields.append(
            {
                "name": "hoi-dong",
                "label": _("Hội đồng"),
                "value": str(found.council.pk),
                "choices": [(str(one.pk), one.name) for one in found.councils],
                "needed": True,
            }
        )
    blocs = [(one.code, one.name) for one in _blocs_of(compared.seasons)]
    counted = ngettext("%(count)d khối", "%(count)d khối", len(compared.blocs))
    named = compared.bloc.name if compared.bloc else counted % {"count": len(compared.blocs)}
    fields.append(
        {
            "name": "khoi",
            "label": _("Khối"),
            "chosen": [one.code for one in compared.blocs],
            "words": named if compared.blocs else _("Tất cả"),
            "choices": blocs,
            "many": True,
        }
    )
    years = compared.years
    counted = ngettext("%(count)d năm", "%(count)d năm", len(years)) % {"count": len(years)}
    fields.append(
        {
            "name": "nam",
            "label": _("Năm"),
            "chosen": [str(one) for one in years],
            "words": counted if len(years) > NAMED else ", ".join(map(str, years)),
            "choices": [(str(one), str(one)) for one in found.years],
            "many": True,
        }
    )
    return fields


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
def bloc_years(request: PersonRequest) -> HttpResponseBase:
    """Blocs over years; where one is chosen, its units. A fixed number of queries."""
    compared = _compared(request)
    bloc, shown = compared.bloc, compared.shown
    context: dict[str, Any] = {"compared": compared, "found": compared.found, "bloc": bloc}
    name = f"cac-nam-{bloc.code if bloc else 'cac-khoi'}-{'-'.join(map(str, compared.years))}"
    listing: Listing[UnitOverYears] | Listing[BlocOverYears]
    if bloc is not None:
        own = years_of_bloc(shown)
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
        rows = context["page"].object_list
        context["spread"] = _spreads(rows)
        context["rows"] = [(row, compared.address([row.code])) for row in rows]
    codes = [one.code for one in compared.blocs]
    context |= {
        "filters": _fields(compared),
        "years": years,
        "years_in_words": years_in_words(compared.years),
        "address": compared.address(codes),
        "all_blocs": compared.address([]),
    }
    return render(request, "scoring/bloc_years.html", context)


@require_safe
def years_brief(request: PersonRequest, ending: str) -> HttpResponse:
    """What the page of the same address compares, as PDF or Word."""
    compared = _compared(request)
    council, bloc, shown = compared.found.council, compared.bloc, compared.shown
    if ending not in CONTENT_TYPES or council is None or not shown:
        raise Http404
    if bloc is not None:
        own = years_of_bloc(shown)
        if not own.published_years:
            raise Http404(_("Chưa có kết quả nào được công bố trong những năm này."))
        paper = units_paper(units_over_years(own), bloc, own.published_years, council)
    else:
        years = tuple(sorted({one.year for one in shown}))
        paper = blocs_paper(blocs_over_years(shown, years), years, council)
    response = HttpResponse(file_of(paper, ending), content_type=CONTENT_TYPES[ending])
    how = "inline" if ending == "pdf" else "attachment"
    name = "-".join(map(str, compared.years))
    response["Content-Disposition"] = f'{how}; filename="so-sanh-{name}.{ending}"'
    return response
