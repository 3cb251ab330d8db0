"""Setting up who takes part: councils, units, blocs, memberships, people and roles."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from units.access import require
from units.models import Bloc, Council, Membership, Person, Role, Unit, UnitEvent
from units.permissions import (
    can_create_council,
    can_give_role,
    can_grant,
    can_set_up,
    can_set_up_bloc,
    can_set_up_council,
)
from units.rules import RuleError, UnitEventKind
from units.seen import check_seen, facts_of, mark_of
from units.services.account_notices import tell_password_set, tell_unit
from units.services.audit import SET_UP_CHAIN, Deed, record_all
from units.services.taken import save_unless_taken
from units.vietnamese import date_text, fold, sort_key

_COUNCIL_FACTS = ("name", "place")
_UNIT_FACTS = ("code", "name", "short_name", "system", "valid_from", "valid_to")
_BLOC_FACTS = ("code", "name", "kind", "letterhead")
_PERSON_FACTS = ("username", "full_name", "position", "email", "phone", "is_active")
_SHOWN: dict[type[models.Model], tuple[str, ...]] = {
    Council: _COUNCIL_FACTS,
    Unit: _UNIT_FACTS,
    Bloc: _BLOC_FACTS,
    Person: _PERSON_FACTS,
}


def mark_shown(row: Council | Unit | Bloc | Person | None) -> str:
    """The mark of what a page shows of the row, empty for one that is yet to be entered."""
    return "" if row is None else mark_of(facts_of(row, _SHOWN[type(row)]))


def _deed(action: str, row: models.Model, summary: str, **facts: Any) -> Deed:
    return Deed(
        action=action,
        target=f"{row._meta.model_name}:{row.pk}",
        summary=summary,
        before=facts.get("before"),
        after=facts.get("after"),
    )


def _note(actor: Person, action: str, row: models.Model, summary: str, **facts: Any) -> None:
    _note_all(actor, [_deed(action, row, summary, **facts)])


def _note_all(actor: Person, deeds: Iterable[Deed]) -> None:
    record_all(chain=SET_UP_CHAIN, actor=actor, deeds=deeds)


@transaction.atomic
def save_council(
    *, actor: Person, council: Council | None, name: str, place: str, seen: str | None = None
) -> Council:
    """Enter a council, or change its name and place.

    This and the others that save here raise ``EditConflictError`` where somebody else changed it
    since ``seen``, and ``RuleError`` where its code or name has been taken meanwhile.
    """
    if council is None:
        require(can_create_council(actor))
        council, before = Council(), None
    else:
        council = Council.objects.select_for_update().get(pk=council.pk)
        require(can_set_up_council(actor, council))
        before = facts_of(council, _COUNCIL_FACTS)
    council.name, council.place = name, place
    after = facts_of(council, _COUNCIL_FACTS)
    check_seen(seen, before=before, after=after)
    save_unless_taken(council, unique="name")
    summary = _("Lưu Hội đồng %(name)s.") % {"name": name}
    _note(actor, "save_council", council, summary, before=before, after=after)
    return council


@transaction.atomic
def save_unit(
    *,
    actor: Person,
    council: Council,
    unit: Unit | None,
    facts: Mapping[str, Any],
    seen: str | None = None,
) -> Unit:
    """Enter a unit of the council, or change it; seasons keep the names they were made with."""
    require(can_set_up_council(actor, council))
    if unit is None:
        unit, before = Unit(council=council), None
    else:
        unit = Unit.objects.select_for_update().get(pk=unit.pk, council=council)
        before = facts_of(unit, _UNIT_FACTS)
    _write_unit(unit, facts)
    check_seen(seen, before=before, after=facts_of(unit, _UNIT_FACTS))
    save_unless_taken(unit, unique="code")
    _note_all(actor, [_unit_deed(unit, before)])
    return unit


@transaction.atomic
def enter_units(
    *, actor: Person, council: Council, given: Iterable[Mapping[str, Any]]
) -> list[Unit]:
    """What ``save_unit`` does for each of many new units; the same few statements."""
    require(can_set_up_council(actor, council))
    units = []
    for facts in given:
        unit = Unit(council=council)
        _write_unit(unit, facts)
        units.append(unit)
    Unit.objects.bulk_create(units)
    _note_all(actor, [_unit_deed(unit, None) for unit in units])
    return units


def _write_unit(unit: Unit, facts: Mapping[str, Any]) -> None:
    for name in _UNIT_FACTS:
        setattr(unit, name, facts[name])
    unit.sort_key = sort_key(unit.name)
    unit.search_key = fold(f"{unit.name} {unit.short_name} {unit.code}")


def _unit_deed(unit: Unit, before: dict[str, object] | None) -> Deed:
    summary = _("Lưu đơn vị %(name)s.") % {"name": unit.name}
    return _deed("save_unit", unit, summary, before=before, after=facts_of(unit, _UNIT_FACTS))


@transaction.atomic
def record_unit_event(
    *,
    actor: Person,
    council: Council,
    kind: UnitEventKind,
    happened_on: datetime.date,
    decision_number: str,
    before: list[Unit],
    after: list[Unit],
) -> UnitEvent:
    """Record a merger, split, renaming or dissolution; the old units end the day before.

    Memberships and achievements follow only by a decision of people, never by themselves.
    """
    require(can_set_up_council(actor, council))
    if any(unit.council_id != council.pk for unit in (*before, *after)):
        raise RuleError(_("Đơn vị phải thuộc Hội đồng này."))
    if any(unit.valid_from and unit.valid_from >= happened_on for unit in before):
        raise RuleError(_("Ngày này phải sau ngày thành lập của đơn vị cũ."), field="happened_on")
    event = UnitEvent.objects.create(
        kind=kind, happened_on=happened_on, decision_number=decision_number
    )
    event.before.set(before)
    event.after.set(after)
    last_day = happened_on - datetime.timedelta(days=1)
    ended = [unit.pk for unit in before if unit not in after]
    Unit.objects.filter(pk__in=ended, valid_to__isnull=True).update(valid_to=last_day)
    names = ", ".join(unit.name for unit in before)
    summary = _("%(kind)s từ %(day)s: %(names)s.") % {
        "kind": kind.label,
        "day": date_text(happened_on),
        "names": names,
    }
    _note(actor, "record_unit_event", event, summary)
    return event


@transaction.atomic
def save_bloc(
    *,
    actor: Person,
    council: Council,
    bloc: Bloc | None,
    facts: Mapping[str, Any],
    seen: str | None = None,
) -> Bloc:
    """Enter a bloc of the council, or change it; its code stays once seasons use its address."""
    if bloc is None:
        require(can_set_up_council(actor, council))
        bloc, before = Bloc(council=council), None
    else:
        bloc = Bloc.objects.select_for_update().get(pk=bloc.pk)
        require(can_set_up_bloc(actor, bloc))
        before = facts_of(bloc, _BLOC_FACTS)
    for name in _BLOC_FACTS:
        setattr(bloc, name, facts[name])
    bloc.sort_key = sort_key(bloc.name)
    bloc.search_key = fold(f"{bloc.name} {bloc.code}")
    after = facts_of(bloc, _BLOC_FACTS)
    check_seen(seen, before=before, after=after)
    save_unless_taken(bloc, unique="code")
    summary = _("Lưu khối %(name)s.") % {"name": bloc.name}
    _note(actor, "save_bloc", bloc, summary, before=before, after=after)
    return bloc


def _others_in(
    bloc: Bloc, unit: Unit, starts_on: datetime.date, ends_on: datetime.date | None
) -> models.QuerySet[Membership]:
    """The unit's memberships in the bloc that share a day with these dates."""
    others = bloc.memberships.filter(unit=unit).filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=starts_on)
    )
    return others if ends_on is None else others.filter(starts_on__lte=ends_on)


@transaction.atomic
def add_member(
    *,
    actor: Person,
    bloc: Bloc,
    unit: Unit,
    starts_on: datetime.date,
    ends_on: datetime.date | None = None,
    division: str = "",
) -> Membership:
    """Make the unit a member of the bloc over dates.

    Raises ``RuleError`` for a unit of another council and for one that is already a member in
    any of these days.
    """
    bloc = Bloc.objects.select_for_update().get(pk=bloc.pk)
    require(can_set_up_bloc(actor, bloc))
    if unit.council_id != bloc.council_id:
        raise RuleError(_("Đơn vị này thuộc Hội đồng khác."), field="unit")
    if ends_on is not None and ends_on < starts_on:
        raise RuleError(_("Ngày kết thúc phải sau ngày bắt đầu."), field="ends_on")
    if _others_in(bloc, unit, starts_on, ends_on).exists():
        raise RuleError(_("Đơn vị đã là thành viên của khối trong thời gian đó."), field="unit")
    last = bloc.memberships.order_by("-position").first()
    member = Membership.objects.create(
        bloc=bloc,
        unit=unit,
        division=division,
        position=last.position + 1 if last else 1,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    summary = _("%(unit)s là thành viên của %(bloc)s từ %(day)s.") % {
        "unit": unit.name,
        "bloc": bloc.name,
        "day": date_text(starts_on),
    }
    _note(actor, "add_member", member, summary)
    return member


@transaction.atomic
def end_membership(*, actor: Person, membership_id: int, ends_on: datetime.date) -> Membership:
    """The membership ends with that day.

    Raises ``RuleError`` for a day before its start or within a later membership of the unit.
    """
    bloc = Bloc.objects.select_for_update().get(memberships=membership_id)
    require(can_set_up_bloc(actor, bloc))
    member = bloc.memberships.select_related("bloc", "unit").get(pk=membership_id)
    if ends_on < member.starts_on:
        raise RuleError(_("Ngày kết thúc phải sau ngày bắt đầu."), field="ends_on")
    others = _others_in(bloc, member.unit, member.starts_on, ends_on)
    if others.exclude(pk=member.pk).exists():
        raise RuleError(_("Đơn vị đã là thành viên của khối trong thời gian đó."), field="ends_on")
    member.ends_on = ends_on
    member.save(update_fields=["ends_on"])
    summary = _("%(unit)s thôi là thành viên của %(bloc)s sau %(day)s.") % {
        "unit": member.unit.name,
        "bloc": member.bloc.name,
        "day": date_text(ends_on),
    }
    _note(actor, "end_membership", member, summary)
    return member


@transaction.atomic
def save_person(
    *,
    actor: Person,
    person: Person | None,
    facts: Mapping[str, Any],
    password: str = "",
    seen: str | None = None,
) -> Person:
    """Enter somebody who can log in, or change their details; an empty password changes none."""
    require(can_set_up(actor))
    if person is None:
        person, before = Person(), None
        person.set_unusable_password()
    else:
        person = Person.objects.select_for_update().get(pk=person.pk)
        require(can_give_role(actor, person))
        before = facts_of(person, _PERSON_FACTS)
    for name in _PERSON_FACTS:
        setattr(person, name, facts[name])
    check_seen(seen, before=before, after=facts_of(person, _PERSON_FACTS))
    if password:
        person.set_password(password)
    person.fill_keys()
    save_unless_taken(person, unique="username")
    _note_all(actor, [_person_deed(person, before)])
    if password and before is not None and person != actor:
        tell_password_set(actor=actor, person=person)
    return person


def _person_deed(person: Person, before: dict[str, object] | None) -> Deed:
    summary = _("Lưu người dùng %(name)s.") % {"name": person.full_name}
    after = facts_of(person, _PERSON_FACTS)
    return _deed("save_person", person, summary, before=before, after=after)


@transaction.atomic
def enter_people(*, actor: Person, given: Mapping[int, tuple[Mapping[str, Any], Role]]) -> None:
    """What ``save_person`` and ``give_role`` do for many new people, each with a role in a unit.

    ``given`` are their facts and roles by the line they stand in. The same few statements, but
    for the right to give roles, asked once a unit. Raises ``RuleError`` naming the line of a role
    that is not the actor's to give.
    """
    require(can_set_up(actor))
    asked: set[Unit | None] = set()
    for number, (facts, role) in given.items():
        role.person = Person(**{name: facts[name] for name in _PERSON_FACTS})
        role.person.set_unusable_password()
        role.person.fill_keys()
        if role.unit not in asked:
            verdict = can_grant(actor, role)
            if not verdict:
                why = {"number": number, "why": verdict.reason}
                raise RuleError(_("Dòng %(number)d: %(why)s") % why)
            asked.add(role.unit)
    roles = [role for _one, role in given.values()]
    Person.objects.bulk_create([role.person for role in roles])
    Role.objects.bulk_create(roles)
    deeds = [
        deed for role in roles for deed in (_person_deed(role.person, None), _role_deed(role))
    ]
    _note_all(actor, deeds)
    tell_unit(actor=actor, given=roles)


def _role_deed(role: Role) -> Deed:
    summary = _("%(person)s: %(role)s từ %(day)s.") % {
        "person": role.person.full_name,
        "role": role.get_kind_display(),
        "day": date_text(role.starts_on),
    }
    return _deed("give_role", role, summary)


@transaction.atomic
def give_role(*, actor: Person, role: Role) -> Role:
    """Give a person a dated role; ``role`` is unsaved and names its scope.

    The actor must be allowed to set up the scope: the unit's council, the bloc or the council.
    """
    require(can_grant(actor, role))
    role.full_clean()
    role.save()
    _note_all(actor, [_role_deed(role)])
    tell_unit(actor=actor, given=[role])
    return role


@transaction.atomic
def end_role(*, actor: Person, role_id: int, ends_on: datetime.date) -> Role:
    """The role ends with that day; rights go with it at the next request."""
    role = (
        Role.objects.select_for_update(of=("self",))
        .select_related("person", "unit__council", "bloc", "council")
        .get(pk=role_id)
    )
    require(can_grant(actor, role))
    if ends_on < role.starts_on:
        raise RuleError(_("Ngày kết thúc phải sau ngày bắt đầu."), field="ends_on")
    role.ends_on = ends_on
    role.save(update_fields=["ends_on"])
    summary = _("%(person)s thôi %(role)s sau %(day)s.") % {
        "person": role.person.full_name,
        "role": role.get_kind_display(),
        "day": date_text(ends_on),
    }
    _note(actor, "end_role", role, summary)
    return role
