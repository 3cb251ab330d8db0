"""A unit over the years."""

from __future__ import annotations

from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from scoring.permissions import can_oversee
from scoring.queries.unit_years import UnitYear, unit_years
from units.charts import Ranks, slope_chart
from units.exports import Column, as_file
from units.http import PersonRequest
from units.models import Unit


def _columns() -> list[Column[UnitYear]]:
    return [
        Column(_("Năm"), lambda one: one.season.year),
        Column(_("Khối"), lambda one: one.season.bloc.name),
        Column(_("Tên trong năm"), lambda one: one.participant.name),
        Column(_("Hạng"), lambda one: one.result.rank if one.result else None),
        Column(_("Số đơn vị"), lambda one: one.ranked or None),
        Column(_("Tổng điểm (%)"), lambda one: one.result.share if one.result else None),
        Column(_("Xếp loại"), lambda one: one.result.class_name if one.result else ""),
        Column(_("Khối đề nghị"), lambda one: "; ".join(one.titles)),
        Column(_("Được tặng"), lambda one: "; ".join(award.title_name for award in one.awards)),
        Column(_("Chỉ tiêu"), lambda one: one.targets),
        Column(_("Chỉ tiêu đạt"), lambda one: one.reached),
        Column(_("Gương điển hình"), lambda one: "; ".join(m.name for m in one.role_models)),
    ]


@require_safe
def unit_profile(request: PersonRequest, pk: int) -> HttpResponseBase:
    """The unit's published years, its titles, targets and exemplary models.

    For everybody in a season it took part in, and for whoever sees the unit itself, be it in no
    season yet.
    """
    unit = get_object_or_404(Unit.objects.select_related("council"), pk=pk)
    years = unit_years(request.user, unit)
    if not years and not Unit.objects.visible_to(request.user).filter(pk=pk).exists():
        raise Http404
    file = as_file(request, f"don-vi-{unit.code}", _columns(), years)
    if file is not None:
        return file
    own = [one for one in reversed(years) if one.participant.unit_id == unit.pk and one.result]
    # Within one bloc a rank means the same from year to year.
    blocs = {one.season.bloc_id for one in own}
    chart = None
    if len(own) > 1 and len(blocs) == 1:
        ranks = tuple(one.result.rank if one.result else None for one in own)
        words = "; ".join(
            _("%(year)d hạng %(rank)d") % {"year": one.season.year, "rank": rank}
            for one, rank in zip(own, ranks, strict=True)
            if rank
        )
        chart = slope_chart(
            "hang-qua-cac-nam",
            _("Thứ hạng qua các năm"),
            words,
            [str(one.season.year) for one in own],
            [Ranks(unit.short_name, ranks, words)],
        )
    newest = years[0].season if years else None
    compared = newest.bloc if newest and can_oversee(request.user, newest) else None
    context = {"unit": unit, "years": years, "chart": chart, "compared": compared}
    return render(request, "scoring/unit_profile.html", context)
