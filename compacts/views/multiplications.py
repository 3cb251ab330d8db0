"""Who learned from an exemplary model: its form and taking an entry out."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from compacts.forms.multiplications import MultiplicationForm
from compacts.models import Multiplication, RoleModel
from compacts.permissions import can_enter_multiplication
from compacts.queries import season_tabs
from compacts.queries.multiplications import units_to_learn
from compacts.services.multiplications import remove_multiplication, save_multiplication
from compacts.views.role_models import role_model_of
from units.access import require
from units.http import PersonRequest
from units.rules import EditConflictError, RuleError
from units.vietnamese import whole_number


def _entry(request: PersonRequest, model: RoleModel, pk: int) -> Multiplication:
    found = get_object_or_404(model.multiplications.select_related("unit"), pk=pk)
    require(can_enter_multiplication(request.user, model, found.unit))
    return found


def multiplication_new(request: PersonRequest, bloc: str, year: int, pk: int) -> HttpResponse:
    """Enter who learned from the model."""
    model = role_model_of(request, bloc, year, pk)
    return _save(request, model, None)


def multiplication_edit(
    request: PersonRequest, bloc: str, year: int, pk: int, entry: int
) -> HttpResponse:
    """Change what was entered."""
    model = role_model_of(request, bloc, year, pk)
    return _save(request, model, _entry(request, model, entry))


def _form(
    request: PersonRequest, model: RoleModel, found: Multiplication | None
) -> MultiplicationForm:
    elsewhere = bool(can_enter_multiplication(request.user, model, None))
    units = units_to_learn(request.user, model)
    if not elsewhere and not units:
        require(can_enter_multiplication(request.user, model, None))
    if found is None:
        initial: dict[str, Any] = {"done_on": timezone.localdate()}
        if len(units) == 1 and not elsewhere:
            initial["unit"] = units[0].unit.code
    else:
        initial = {name: getattr(found, name) for name in ("elsewhere", "deed", "done_on")}
        initial |= {"people": found.people, "version": found.version}
        initial["unit"] = found.unit.code if found.unit else ""
    return MultiplicationForm(
        request.POST or None,
        units=[(row.unit.code, row.name) for row in units],
        may_name_elsewhere=elsewhere,
        initial=initial,
    )


def _save(request: PersonRequest, model: RoleModel, found: Multiplication | None) -> HttpResponse:
    form = _form(request, model, found)
    season = model.season
    if request.method == "POST" and form.is_valid():
        try:
            save_multiplication(
                actor=request.user,
                role_model_id=model.pk,
                facts=form.facts(),
                multiplication_id=found.pk if found else None,
                version=form.cleaned_data["version"],
            )
        except EditConflictError as conflict:
            form.add_error(None, str(conflict))
            form.take_version(found.version if found else 0)
        except RuleError as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("Đã ghi việc học tập, nhân rộng."))
            return redirect("compacts:role_model", season.bloc.code, season.year, model.pk)
    context = {
        "season": season,
        "season_tabs": season_tabs(season, "year"),
        "model": model,
        "entry": found,
        "form": form,
    }
    return render(request, "compacts/multiplication_form.html", context)


@require_POST
def multiplication_remove(
    request: PersonRequest, bloc: str, year: int, pk: int, entry: int
) -> HttpResponse:
    """Take out an entry made by mistake."""
    model = role_model_of(request, bloc, year, pk)
    found = _entry(request, model, entry)
    try:
        remove_multiplication(
            actor=request.user,
            role_model_id=model.pk,
            multiplication_id=found.pk,
            version=whole_number(request.POST.get("version", "")),
        )
    except EditConflictError:
        messages.error(request, _("Người khác vừa sửa dòng này; hãy xem lại rồi mới xóa."))
    else:
        messages.success(request, _("Đã xóa."))
    return redirect("compacts:role_model", bloc, year, pk)
