"""Pages of movements and drives: the catalogue, one to read, its form, launch and reviews."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from compacts.forms.movements import LaunchForm, MovementForm, ReviewForm
from compacts.models import Movement, MovementReview, Season
from compacts.permissions import can_lead_movements
from compacts.queries import alike_movements, season_tabs
from compacts.rules import MovementKind, MovementPhase, ReviewKind
from compacts.services import movements as services
from compacts.views.addressed import season_of
from compacts.views.columns import MovementLine, movement_columns
from compacts.views.files import download
from units.access import require
from units.http import PersonRequest
from units.listing import Filter, Listing
from units.rules import EditConflictError, RuleError

_FACTS = ("kind", "name", "theme", "aim", "targets", "starts_on", "ends_on", "version", "part_of")


def _page(season: Season, **context: Any) -> dict[str, Any]:
    return {"season": season, "season_tabs": season_tabs(season, "year"), **context}


def _movement(request: PersonRequest, bloc: str, year: int, pk: int) -> Movement:
    found = (
        Movement.objects.visible_to(request.user)
        .select_related("season__bloc__council", "part_of")
        .prefetch_related("reviews__file", "participants__unit", "drives__reviews")
    )
    return get_object_or_404(found, season__bloc__code=bloc, season__year=year, pk=pk)


def _lines(movements: Iterable[Movement]) -> list[MovementLine]:
    today = timezone.localdate()
    return [MovementLine(one, one.phase_on(today)) for one in movements]


@require_safe
def movement_list(request: PersonRequest, bloc: str, year: int) -> HttpResponseBase:
    """The season's movements and drives, by kind and phase, searched without diacritics, too."""
    season = season_of(request, bloc, year)
    movements = Movement.objects.visible_to(request.user).filter(season=season)
    shown = Listing(
        request,
        movement_columns(),
        _lines(movements.select_related("part_of").prefetch_related("reviews", "participants")),
        filters=[
            Filter("loai", _("Loại"), MovementKind.choices, lambda line: line.movement.kind),
            Filter("trang-thai", _("Trạng thái"), MovementPhase.choices, lambda line: line.phase),
        ],
    )
    file = shown.file(f"phong-trao-{bloc}-{year}")
    if file is not None:
        return file
    may_lead = bool(can_lead_movements(request.user, season))
    context = _page(season, may_lead=may_lead, **shown.context())
    return render(request, "compacts/movement_list.html", context)


@require_safe
def movement(request: PersonRequest, bloc: str, year: int, pk: int) -> HttpResponse:
    """One movement: theme, aim, targets, units, drives, reviews."""
    found = _movement(request, bloc, year, pk)
    may_lead = bool(can_lead_movements(request.user, found.season))
    context = _page(
        found.season,
        movement=found,
        phase=found.phase_on(timezone.localdate()),
        drives=_lines(found.drives.all()),
        alike=alike_movements(request.user, found) if may_lead else [],
        may_lead=may_lead,
    )
    return render(request, "compacts/movement.html", context)


def movement_new(request: PersonRequest, bloc: str, year: int) -> HttpResponse:
    """Enter a movement or a drive."""
    season = season_of(request, bloc, year)
    require(can_lead_movements(request.user, season))
    initial: dict[str, Any] = {
        "theme": season.theme,
        "starts_on": season.starts_on,
        "ends_on": season.ends_on,
        "units": list(season.participants.values_list("unit__code", flat=True)),
    }
    parent = request.GET.get("phong-trao", "")
    if parent.isdecimal():
        initial |= {"kind": MovementKind.DRIVE, "part_of": parent, "theme": ""}
    return _save(request, season, None, initial)


def movement_edit(request: PersonRequest, bloc: str, year: int, pk: int) -> HttpResponse:
    """Change a movement or a drive."""
    found = _movement(request, bloc, year, pk)
    require(can_lead_movements(request.user, found.season))
    initial = {name: getattr(found, name) for name in _FACTS}
    initial["units"] = [row.unit.code for row in found.participants.all()]
    return _save(request, found.season, found, initial)


def _save(
    request: PersonRequest, season: Season, found: Movement | None, initial: dict[str, Any]
) -> HttpResponse:
    movements = season.movements.filter(kind=MovementKind.MOVEMENT)
    form = MovementForm(
        request.POST or None,
        units=[(row.unit.code, row.name) for row in season.participants.select_related("unit")],
        movements=movements.exclude(pk=found.pk) if found else movements,
        initial=initial,
    )
    if request.method == "POST" and form.is_valid():
        try:
            saved = services.save_movement(
                actor=request.user,
                season=season,
                facts=form.facts(),
                units=form.cleaned_data["units"],
                part_of=form.cleaned_data["part_of"],
                movement_id=found.pk if found else None,
                version=form.cleaned_data["version"],
            )
        except EditConflictError as conflict:
            form.add_error(None, str(conflict))
            form.take_version(Movement.objects.get(pk=found.pk).version if found else 0)
        except RuleError as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("Đã lưu phong trào."))
            return redirect("compacts:movement", season.bloc.code, season.year, saved.pk)
    context = _page(season, form=form, movement=found)
    return render(request, "compacts/movement_form.html", context)


def movement_launch(request: PersonRequest, bloc: str, year: int, pk: int) -> HttpResponse:
    """Record the launch; the units that take part are told."""
    found = _movement(request, bloc, year, pk)
    require(can_lead_movements(request.user, found.season))
    season = found.season
    leader = ", ".join(filter(None, [season.leader_name, season.leader_position]))
    initial = {"launched_by": leader, "launched_on": timezone.localdate()}
    form = LaunchForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.launch_movement(actor=request.user, movement_id=found.pk, **form.cleaned_data)
        except RuleError as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("Đã ghi việc phát động và báo cho các đơn vị."))
            return redirect("compacts:movement", bloc, year, pk)
    context = _page(season, form=form, movement=found, title=_("Phát động phong trào"))
    return render(request, "compacts/movement_step.html", context)


def movement_review(request: PersonRequest, bloc: str, year: int, pk: int) -> HttpResponse:
    """Record a mid-term or the final review."""
    found = _movement(request, bloc, year, pk)
    require(can_lead_movements(request.user, found.season))
    form = ReviewForm(
        request.POST or None, request.FILES or None, initial={"held_on": timezone.localdate()}
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            services.review_movement(
                actor=request.user,
                movement_id=found.pk,
                kind=ReviewKind(given["kind"]),
                held_on=given["held_on"],
                text=given["text"],
                file=given["file"] or None,
                file_name=given["file"].name if given["file"] else "",
            )
        except RuleError as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("Đã ghi sơ kết, tổng kết."))
            return redirect("compacts:movement", bloc, year, pk)
    context = _page(found.season, form=form, movement=found, title=_("Sơ kết, tổng kết"))
    return render(request, "compacts/movement_step.html", context)


@require_safe
def movement_file(
    request: PersonRequest, bloc: str, year: int, pk: int, review: int
) -> FileResponse:
    """The report of a review."""
    found = _movement(request, bloc, year, pk)
    one = get_object_or_404(MovementReview, movement=found, pk=review)
    if one.file is None:
        raise Http404
    return download(one.file)
