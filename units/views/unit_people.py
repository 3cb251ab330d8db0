"""Entering somebody who speaks for a unit, from wherever they were found missing."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from units.access import require
from units.forms.set_up import UnitPersonForm
from units.http import PersonRequest
from units.models import Role, Unit
from units.permissions import can_grant
from units.rules import SPEAKERS, RuleError
from units.services.unit_people import add_unit_person


def _back(request: PersonRequest) -> str:
    """The page of ours that one came from (``ve``), else the list of people."""
    asked = request.GET.get("ve", "")
    if asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None):
        return asked
    return reverse("units:person_list")


def unit_person_new(request: PersonRequest, pk: int, word: str) -> HttpResponse:
    """Enter the unit's representative or head."""
    unit = get_object_or_404(Unit.objects.visible_to(request.user), pk=pk)
    kind = SPEAKERS.get(word)
    if kind is None:
        raise Http404
    require(can_grant(request.user, Role(kind=kind, unit=unit)))
    form = UnitPersonForm(request.POST or None)
    back = _back(request)
    if request.method == "POST" and form.is_valid():
        try:
            person = add_unit_person(
                actor=request.user, unit=unit, kind=kind, facts=form.cleaned_data
            )
        except RuleError as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            words = _("Đã thêm %(name)s, tên đăng nhập: %(username)s.")
            facts = {"name": person.full_name, "username": person.username}
            messages.success(request, words % facts)
            return redirect(back)
    context = {"form": form, "unit": unit, "kind": kind, "back": back}
    return render(request, "units/unit_person.html", context)
