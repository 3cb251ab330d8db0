"""Pages of exemplary models: all of a season, one to read, the form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from compacts.forms.role_models import RoleModelForm
from compacts.models import Multiplication, RoleModel, Season
from compacts.permissions import can_enter_role_model, is_of_unit
from compacts.queries import season_tabs
from compacts.queries.multiplications import units_to_learn
from compacts.services.role_models import save_role_model
from compacts.views.addressed import participant_of, season_of
from compacts.views.columns import role_model_columns
from units.access import require
from units.http import PersonRequest
from units.listing import Filter, Listing
from units.rules import EditConflictError, RuleError


def _page(season: Season, **context: Any) -> dict[str, Any]:
    return {"season": season, "season_tabs": season_tabs(season, "year"), **context}


@dataclass(frozen=True, slots=True)
class Learned:
    """Who learned from a model, and whether the reader may change what is said of it."""

    entry: Multiplication
    may_edit: bool


def _learned(request: PersonRequest, model: RoleModel, everything: bool) -> list[Learned]:
    return [
        Learned(one, everything or bool(one.unit and is_of_unit(request.user, one.unit.pk)))
        for one in model.multiplications.select_related("unit")
    ]


def _writable(request: PersonRequest, season: Season) -> list[tuple[str, str]]:
    """The units for which the person may enter models, as choices."""
    rows = season.participants.select_related("unit")
    return [
        (row.unit.code, row.name)
        for row in rows
        if can_enter_role_model(request.user, season, row.unit)
    ]


def role_model_of(request: PersonRequest, bloc: str, year: int, pk: int) -> RoleModel:
    """The model with its season and unit; 404 where the person does not see it."""
    found = RoleModel.objects.visible_to(request.user).select_related(
        "season__bloc__council", "unit", "picture", "entered_by"
    )
    return get_object_or_404(found, season__bloc__code=bloc, season__year=year, pk=pk)


@require_safe
def role_model_list(request: PersonRequest, bloc: str, year: int) -> HttpResponseBase:
    """The season's exemplary models, searched with and without diacritics."""
    season = season_of(request, bloc, year)
    models = RoleModel.objects.visible_to(request.user).filter(season=season)
    units = [(row.unit.code, row.name) for row in season.participants.select_related("unit")]
    own = Filter[RoleModel]("don-vi", _("Đơn vị"), units, lookup="unit__code")
    shown = Listing(
        request,
        role_model_columns(),
        models.select_related("unit", "picture").prefetch_related("multiplications__unit"),
        filters=[own],
    )
    file = shown.file(f"guong-dien-hinh-{bloc}-{year}")
    if file is not None:
        return file
    may_enter = bool(_writable(request, season))
    context = _page(season, may_enter=may_enter, **shown.context())
    return render(request, "compacts/role_model_list.html", context)


@require_safe
def role_model(request: PersonRequest, bloc: str, year: int, pk: int) -> HttpResponse:
    """One exemplary model, to be read."""
    found = role_model_of(request, bloc, year, pk)
    may_edit = bool(can_enter_role_model(request.user, found.season, found.unit))
    learned = _learned(request, found, may_edit)
    context = _page(
        found.season,
        model=found,
        may_edit=may_edit,
        learned=learned,
        people=sum(one.entry.people or 0 for one in learned),
        may_tell=bool(units_to_learn(request.user, found)),
    )
    return render(request, "compacts/role_model.html", context)


@require_safe
def role_model_picture(request: PersonRequest, bloc: str, year: int, pk: int) -> FileResponse:
    """The picture."""
    found = role_model_of(request, bloc, year, pk)
    if found.picture is None:
        raise Http404
    return FileResponse(found.picture.file.open("rb"), content_type=found.picture.content_type)


def role_model_new(request: PersonRequest, bloc: str, year: int) -> HttpResponse:
    """Enter an exemplary model."""
    season = season_of(request, bloc, year)
    units = _writable(request, season)
    if not units:
        participant = season.participants.select_related("unit").first()
        if participant is None:
            raise Http404
        require(can_enter_role_model(request.user, season, participant.unit))
    form = RoleModelForm(
        request.POST or None,
        request.FILES or None,
        units=units,
        initial={"found_on": min(timezone.localdate(), season.ends_on)},
    )
    return _save(request, season, form, None)


def role_model_edit(request: PersonRequest, bloc: str, year: int, pk: int) -> HttpResponse:
    """Change an exemplary model."""
    found = role_model_of(request, bloc, year, pk)
    require(can_enter_role_model(request.user, found.season, found.unit))
    names = ("is_collective", "name", "summary", "story", "multiplied", "found_on", "version")
    form = RoleModelForm(
        request.POST or None,
        request.FILES or None,
        units=[(found.unit.code, found.unit.name)],
        initial={name: getattr(found, name) for name in names} | {"unit": found.unit.code},
    )
    return _save(request, found.season, form, found)


def _save(
    request: PersonRequest, season: Season, form: RoleModelForm, found: RoleModel | None
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        picture = form.cleaned_data["picture"]
        try:
            saved = save_role_model(
                actor=request.user,
                season=season,
                unit=participant_of(season, form.cleaned_data["unit"]).unit,
                facts=form.facts(),
                role_model_id=found.pk if found else None,
                version=form.cleaned_data["version"],
                picture=picture or None,
                picture_name=picture.name if picture else "",
            )
        except EditConflictError as conflict:
            form.add_error(None, str(conflict))
            form.take_version(RoleModel.objects.get(pk=found.pk).version if found else 0)
        except RuleError as refusal:
            name = "picture" if refusal.field == "file" else refusal.field
            form.add_error(name if name in form.fields else None, str(refusal))
        else:
            messages.success(request, _("Đã lưu gương điển hình."))
            return redirect("compacts:role_model", season.bloc.code, season.year, saved.pk)
    context = _page(season, form=form, model=found)
    return render(request, "compacts/role_model_form.html", context)
