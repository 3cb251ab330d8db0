"""The set-up pages: councils, units, blocs, members, people, roles."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.forms import BaseForm
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from units.access import require
from units.forms.seen import SeenForm
from units.forms.set_up import (
    BlocForm,
    CouncilForm,
    EndForm,
    MemberForm,
    PersonForm,
    RoleForm,
    UnitEventForm,
    UnitForm,
)
from units.http import PersonRequest
from units.listing import Filter, Listing
from units.models import Bloc, Council, Membership, Person, Role, Unit, UnitEvent
from units.permissions import (
    can_create_council,
    can_give_role,
    can_grant,
    can_set_up,
    can_set_up_bloc,
    can_set_up_council,
)
from units.queries import people_visible_to
from units.rules import (
    BlocKind,
    EditConflictError,
    RoleKind,
    RuleError,
    UnitEventKind,
    UnitSystem,
)
from units.services import set_up as services
from units.views.columns import (
    bloc_columns,
    membership_columns,
    person_columns,
    unit_columns,
)


def _refuse(form: BaseForm, refusal: RuleError) -> None:
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))


def _refuse_row(
    form: SeenForm, refusal: RuleError, row: Council | Unit | Bloc | Person | None
) -> None:
    """Show why ``row`` was not saved; where somebody else changed it, over what stands now."""
    _refuse(form, refusal)
    if row is not None and isinstance(refusal, EditConflictError):
        row.refresh_from_db()
        form.take_seen(services.mark_shown(row))


def _form_page(request: PersonRequest, form: BaseForm, title: str, back: str) -> HttpResponse:
    context = {"form": form, "title": title, "back": back}
    return render(request, "units/form.html", context)


@require_safe
def setup(request: PersonRequest) -> HttpResponse:
    """The start of setting up: councils with their blocs, and what can be done."""
    require(can_set_up(request.user))
    blocs = Bloc.objects.visible_to(request.user)
    councils = Council.objects.visible_to(request.user).prefetch_related(
        Prefetch("blocs", queryset=blocs)
    )
    context = {"councils": councils, "may_create": can_create_council(request.user)}
    return render(request, "units/setup.html", context)


def council_edit(request: PersonRequest, pk: int | None = None) -> HttpResponse:
    """Enter a council or change it."""
    require(can_set_up(request.user))
    councils = Council.objects.visible_to(request.user)
    council = get_object_or_404(councils, pk=pk) if pk is not None else None
    form = CouncilForm(
        request.POST or None, instance=council, initial={"seen": services.mark_shown(council)}
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.save_council(actor=request.user, council=council, **form.cleaned_data)
        except RuleError as refusal:
            _refuse_row(form, refusal, council)
        else:
            messages.success(request, _("Đã lưu Hội đồng."))
            return redirect("units:setup")
    return _form_page(request, form, _("Hội đồng Thi đua - Khen thưởng"), "units:setup")


@require_safe
def unit_list(request: PersonRequest) -> HttpResponseBase:
    """All units that the person sees, with search in and without diacritics."""
    require(can_set_up(request.user))
    units = Unit.objects.visible_to(request.user).select_related("council")
    councils = Council.objects.visible_to(request.user)
    systems = Filter[Unit]("he-thong", _("Hệ thống"), UnitSystem.choices, lookup="system")
    shown = Listing(
        request,
        unit_columns(),
        units,
        filters=[systems, _council_filter(councils)],
        key="search_key",
    )
    file = shown.file("don-vi")
    if file is not None:
        return file
    events = UnitEvent.objects.filter(before__in=units).distinct()[:20]
    context = {"councils": councils, "events": events, **shown.context()}
    return render(request, "units/unit_list.html", context)


def _council_filter(councils: Iterable[Council]) -> Filter[Any]:
    choices = [(str(council.pk), council.name) for council in councils]
    return Filter("hoi-dong", _("Hội đồng"), choices, lookup="council")


@require_safe
def bloc_list(request: PersonRequest) -> HttpResponseBase:
    """The blocs that the person sees."""
    require(can_set_up(request.user))
    councils = Council.objects.visible_to(request.user)
    kinds = Filter[Bloc]("loai", _("Loại"), BlocKind.choices, lookup="kind")
    shown = Listing(
        request,
        bloc_columns(),
        Bloc.objects.visible_to(request.user).select_related("council"),
        filters=[kinds, _council_filter(councils)],
        key="search_key",
    )
    file = shown.file("khoi")
    if file is not None:
        return file
    return render(request, "units/bloc_list.html", {"councils": councils, **shown.context()})


def unit_edit(request: PersonRequest, council: int, pk: int | None = None) -> HttpResponse:
    """Enter a unit of a council or change it."""
    owner = get_object_or_404(Council.objects.visible_to(request.user), pk=council)
    require(can_set_up_council(request.user, owner))
    unit = get_object_or_404(Unit, pk=pk, council=owner) if pk is not None else None
    form = UnitForm(
        request.POST or None,
        instance=unit or Unit(council=owner),
        initial={"seen": services.mark_shown(unit)},
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.save_unit(
                actor=request.user,
                council=owner,
                unit=unit,
                facts=form.cleaned_data,
                seen=form.cleaned_data["seen"],
            )
        except RuleError as refusal:
            _refuse_row(form, refusal, unit)
        else:
            messages.success(request, _("Đã lưu đơn vị."))
            return redirect("units:unit_list")
    return _form_page(request, form, _("Đơn vị"), "units:unit_list")


def unit_event_new(request: PersonRequest, council: int) -> HttpResponse:
    """Record a merger, split, renaming or dissolution."""
    owner = get_object_or_404(Council.objects.visible_to(request.user), pk=council)
    require(can_set_up_council(request.user, owner))
    form = UnitEventForm(request.POST or None, council=owner)
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        try:
            services.record_unit_event(
                actor=request.user,
                council=owner,
                kind=UnitEventKind(facts["kind"]),
                happened_on=facts["happened_on"],
                decision_number=facts["decision_number"],
                before=list(facts["before"]),
                after=list(facts["after"]),
            )
        except RuleError as refusal:
            _refuse(form, refusal)
        else:
            messages.success(request, _("Đã ghi nhận biến động đơn vị."))
            return redirect("units:unit_list")
    return _form_page(request, form, _("Biến động đơn vị"), "units:unit_list")


def bloc_edit(
    request: PersonRequest, council: int | None = None, bloc: str | None = None
) -> HttpResponse:
    """Enter a bloc of a council (``council``) or change one (``bloc``)."""
    if bloc is not None:
        found = get_object_or_404(Bloc.objects.visible_to(request.user), code=bloc)
        require(can_set_up_bloc(request.user, found))
        owner = found.council
    else:
        found = None
        owner = get_object_or_404(Council.objects.visible_to(request.user), pk=council)
        require(can_set_up_council(request.user, owner))
    form = BlocForm(
        request.POST or None,
        instance=found or Bloc(council=owner),
        initial={"seen": services.mark_shown(found)},
    )
    if request.method == "POST" and form.is_valid():
        try:
            saved = services.save_bloc(
                actor=request.user,
                council=owner,
                bloc=found,
                facts=form.cleaned_data,
                seen=form.cleaned_data["seen"],
            )
        except RuleError as refusal:
            _refuse_row(form, refusal, found)
        else:
            messages.success(request, _("Đã lưu khối."))
            return redirect("units:bloc", saved.code)
    return _form_page(request, form, _("Khối, cụm thi đua"), "units:setup")


@require_safe
def bloc(request: PersonRequest, bloc: str) -> HttpResponseBase:
    """A bloc with its members over time."""
    blocs = Bloc.objects.visible_to(request.user).select_related("council")
    found = get_object_or_404(blocs, code=bloc)
    today = timezone.localdate()
    times = Filter[Membership](
        "khi",
        _("Tư cách"),
        [("nay", _("Đang là thành viên")), ("truoc", _("Đã kết thúc"))],
        lambda member: "truoc" if member.ends_on and member.ends_on < today else "nay",
    )
    members = found.memberships.select_related("unit")
    shown = Listing(request, membership_columns(), members, filters=[times])
    file = shown.file(f"thanh-vien-{bloc}")
    if file is not None:
        return file
    may_set_up = can_set_up_bloc(request.user, found)
    context = {"bloc": found, "may_set_up": may_set_up, **shown.context()}
    return render(request, "units/bloc.html", context)


def membership_new(request: PersonRequest, bloc: str) -> HttpResponse:
    """Make a unit a member of the bloc."""
    found = get_object_or_404(Bloc.objects.visible_to(request.user), code=bloc)
    require(can_set_up_bloc(request.user, found))
    form = MemberForm(request.POST or None, bloc=found)
    if request.method == "POST" and form.is_valid():
        try:
            services.add_member(actor=request.user, bloc=found, **form.cleaned_data)
        except RuleError as refusal:
            _refuse(form, refusal)
        else:
            messages.success(request, _("Đã thêm đơn vị thành viên."))
            return redirect("units:bloc", found.code)
    context = {"form": form, "title": _("Thêm đơn vị thành viên"), "bloc": found}
    return render(request, "units/member_form.html", context)


def membership_end(request: PersonRequest, pk: int) -> HttpResponse:
    """End a membership with a day."""
    blocs = Bloc.objects.visible_to(request.user)
    members = Membership.objects.filter(bloc__in=blocs).select_related("bloc", "unit")
    member = get_object_or_404(members, pk=pk)
    require(can_set_up_bloc(request.user, member.bloc))
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.end_membership(
                actor=request.user, membership_id=member.pk, ends_on=form.cleaned_data["ends_on"]
            )
        except RuleError as refusal:
            _refuse(form, refusal)
        else:
            messages.success(request, _("Đã kết thúc tư cách thành viên."))
            return redirect("units:bloc", member.bloc.code)
    title = _("Kết thúc tư cách thành viên: %(unit)s") % {"unit": member.unit.name}
    context = {"form": form, "title": title, "bloc": member.bloc}
    return render(request, "units/member_form.html", context)


@require_safe
def person_list(request: PersonRequest) -> HttpResponseBase:
    """The people of the councils that the person sets up, with their roles."""
    require(can_set_up(request.user))
    roles = Filter[Person]("vai-tro", _("Vai trò"), RoleKind.choices, lookup="roles__kind")
    people = people_visible_to(request.user)
    shown = Listing(request, person_columns(), people, filters=[roles], key="search_key")
    file = shown.file("nguoi-dung")
    if file is not None:
        return file
    context = {"councils": Council.objects.visible_to(request.user), **shown.context()}
    return render(request, "units/person_list.html", context)


def person_edit(request: PersonRequest, pk: int | None = None) -> HttpResponse:
    """Enter somebody or change their details; their roles stand below."""
    require(can_set_up(request.user))
    person = get_object_or_404(people_visible_to(request.user), pk=pk) if pk else None
    if person is not None:
        require(can_give_role(request.user, person))
    form = PersonForm(
        request.POST or None, instance=person, initial={"seen": services.mark_shown(person)}
    )
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        password = facts.pop("password")
        try:
            saved = services.save_person(
                actor=request.user,
                person=person,
                password=password,
                facts=facts,
                seen=facts["seen"],
            )
        except RuleError as refusal:
            _refuse_row(form, refusal, person)
            if password:
                # A page never shows a password again: the next press would leave it as it was.
                form.add_error("password", _("Hãy nhập lại mật khẩu mới."))
        else:
            messages.success(request, _("Đã lưu người dùng."))
            return redirect("units:person_edit", saved.pk)
    roles = person.roles.select_related("unit", "bloc", "council") if person else []
    context = {"form": form, "person": person, "roles": roles, "today": timezone.localdate()}
    return render(request, "units/person_edit.html", context)


def role_new(request: PersonRequest, pk: int) -> HttpResponse:
    """Give somebody a dated role."""
    require(can_set_up(request.user))
    person = get_object_or_404(people_visible_to(request.user), pk=pk)
    form = RoleForm(request.POST or None, giver=request.user, instance=Role(person=person))
    if request.method == "POST" and form.is_valid():
        role = Role(person=person, **form.cleaned_data)
        verdict = can_grant(request.user, role)
        if not verdict:
            form.add_error(None, str(verdict.reason))
        else:
            try:
                services.give_role(actor=request.user, role=role)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, _("Đã trao vai trò."))
                return redirect("units:person_edit", person.pk)
    context = {"form": form, "person": person}
    return render(request, "units/role_form.html", context)


def role_end(request: PersonRequest, pk: int) -> HttpResponse:
    """End a role with a day."""
    require(can_set_up(request.user))
    roles = Role.objects.filter(person__in=people_visible_to(request.user))
    role = get_object_or_404(
        roles.select_related("person", "unit__council", "bloc", "council"), pk=pk
    )
    require(can_grant(request.user, role))
    form = EndForm(request.POST or None, initial={"ends_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            services.end_role(
                actor=request.user, role_id=role.pk, ends_on=form.cleaned_data["ends_on"]
            )
        except RuleError as refusal:
            _refuse(form, refusal)
        else:
            messages.success(request, _("Đã kết thúc vai trò."))
            return redirect("units:person_edit", role.person_id)
    context = {"form": form, "person": role.person, "role": role}
    return render(request, "units/role_form.html", context)
