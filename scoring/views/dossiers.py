"""The papers of whole years as archives: ordered, watched, cancelled, downloaded."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from compacts.models import Season
from scoring.models import Dossier
from scoring.permissions import can_compare_blocs, can_print_dossier
from scoring.queries.blocs import overseen_seasons
from scoring.services.dossiers import cancel_dossier, request_dossier, retry_dossier
from scoring.views.columns import dossier_columns
from units.access import require
from units.http import PersonRequest
from units.listing import Filter, Listing
from units.rules import JobState, RuleError
from units.vietnamese import whole_number


@require_safe
def dossier_list(request: PersonRequest) -> HttpResponseBase:
    """The archives that the person ordered, and the years to be ordered."""
    require(can_compare_blocs(request.user))
    found = Dossier.objects.filter(requested_by=request.user).select_related("job")
    seasons = overseen_seasons(request.user).distinct()
    years: dict[int, int] = {}
    for season in seasons.order_by("-year"):
        if can_print_dossier(request.user, season):
            years[season.year] = years.get(season.year, 0) + 1
    state = Filter[Dossier]("trang-thai", _("Tình trạng"), JobState.choices, lookup="job__state")
    shown = Listing(request, dossier_columns(), found.defer("plan"), filters=[state])
    file = shown.file("ho-so")
    if file is not None:
        return file
    context = {"years": list(years.items()), **shown.context()}
    return render(request, "scoring/dossier_list.html", context)


@require_POST
def dossier_new(request: PersonRequest) -> HttpResponse:
    """Order the papers of all blocs of a year, or of one season."""
    require(can_compare_blocs(request.user))
    seasons = overseen_seasons(request.user).select_related("bloc__council").distinct()
    wanted = whole_number(request.POST.get("season", ""))
    year = whole_number(request.POST.get("year", ""))
    chosen = list(seasons.filter(pk=wanted) if wanted else seasons.filter(year=year))
    allowed: list[Season] = [one for one in chosen if can_print_dossier(request.user, one)]
    try:
        made = request_dossier(actor=request.user, seasons=allowed)
    except RuleError as refusal:
        messages.error(request, str(refusal))
        return redirect("scoring:dossier_list")
    messages.success(request, _("Đang in hồ sơ; có thể đóng trang này và quay lại sau."))
    return redirect("scoring:dossier", made.pk)


def _dossier(request: PersonRequest, pk: int) -> Dossier:
    found = Dossier.objects.select_related("job").filter(requested_by=request.user)
    return get_object_or_404(found, pk=pk)


@require_safe
def dossier(request: PersonRequest, pk: int) -> HttpResponse:
    """How far an archive is, what could not be printed, and the file."""
    found = _dossier(request, pk)
    context = {"dossier": found, "seasons": found.seasons.select_related("bloc")}
    return render(request, "scoring/dossier.html", context)


@require_POST
def dossier_cancel(request: PersonRequest, pk: int) -> HttpResponse:
    """Stop an archive that is being made."""
    found = _dossier(request, pk)
    if cancel_dossier(actor=request.user, dossier=found):
        messages.success(request, _("Đã hủy; các văn bản đã in được giữ lại cho lần sau."))
    else:
        messages.info(request, _("Việc này đã kết thúc."))
    return redirect("scoring:dossier", pk)


@require_POST
def dossier_retry(request: PersonRequest, pk: int) -> HttpResponse:
    """Go on with an archive that failed or was cancelled, behind what is there."""
    found = _dossier(request, pk)
    retry_dossier(actor=request.user, dossier=found)
    messages.success(request, _("Đã xếp lại vào hàng đợi."))
    return redirect("scoring:dossier", pk)


@require_safe
def dossier_file(request: PersonRequest, pk: int) -> FileResponse:
    """The archive."""
    found = _dossier(request, pk)
    if not found.file:
        raise Http404
    return FileResponse(
        found.file.open("rb"),
        content_type="application/zip",
        filename=f"ho-so-thi-dua-{found.year}.zip",
        as_attachment=True,
    )
