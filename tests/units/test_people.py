from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from tests.cast import LONG_AGO, World, give_role, make_person
from units.access import AccessDenied
from units.models import AuditEntry, Bloc, Person, Role, Unit
from units.rules import RoleKind, RuleError
from units.services import set_up


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def person_facts(**changes: Any) -> dict[str, Any]:
    facts = {
        "username": "moi",
        "full_name": "Đặng Thị Mới",
        "position": "Chuyên viên",
        "email": "",
        "phone": "",
        "is_active": True,
    }
    return facts | changes


def test_somebody_entered_without_a_password_can_not_log_in(world: World) -> None:
    person = set_up.save_person(actor=world.secretary, person=None, facts=person_facts())
    assert not person.has_usable_password()
    set_up.save_person(
        actor=world.secretary, person=person, facts=person_facts(), password="một câu rất dài"
    )
    person.refresh_from_db()
    assert person.check_password("một câu rất dài")
    assert "một câu" not in "".join(AuditEntry.objects.values_list("canonical", flat=True))


def test_an_empty_password_changes_none(world: World) -> None:
    set_up.save_person(
        actor=world.secretary,
        person=world.representative,
        facts=person_facts(username="dai-dien"),
    )
    world.representative.refresh_from_db()
    assert world.representative.full_name == "Đặng Thị Mới"
    assert world.representative.search_key.startswith("dang thi moi")
    assert world.representative.has_usable_password()


@pytest.mark.parametrize("other", ["officer", "leader", "operator", "stranger"])
def test_a_secretary_can_not_take_over_an_account_with_more_rights(
    world: World, other: str
) -> None:
    with pytest.raises(AccessDenied, match="nơi khác quản lý"):
        set_up.save_person(
            actor=world.secretary,
            person=world.people[other],
            facts=person_facts(),
            password="của tôi rồi nhé",
        )


def test_nobody_but_an_operator_touches_who_may_open_the_administration_site(
    world: World,
) -> None:
    root = Person.objects.create_superuser("goc", "mật khẩu gốc")
    for actor in (world.secretary, world.officer):
        with pytest.raises(AccessDenied):
            set_up.save_person(actor=actor, person=root, facts=person_facts(username="goc"))
    set_up.save_person(actor=world.operator, person=root, facts=person_facts(username="goc"))


@pytest.mark.parametrize("who", ["secretary", "deputy_secretary", "representative", "leader"])
@pytest.mark.parametrize("kind", [RoleKind.OFFICER, RoleKind.OPERATOR, RoleKind.LEADER])
def test_nobody_makes_themselves_officer_operator_or_leader(
    world: World, who: str, kind: RoleKind
) -> None:
    person = world.people[who]
    council = None if kind == RoleKind.OPERATOR else world.council
    with pytest.raises(AccessDenied, match="tự trao"):
        set_up.give_role(
            actor=person,
            role=Role(person=person, kind=kind, council=council, starts_on=LONG_AGO),
        )
    assert not Role.objects.filter(person=person, kind=kind, unit=None).exclude(
        person=world.leader
    )


def test_an_officer_can_not_make_an_operator_but_an_operator_can(world: World) -> None:
    person = make_person("moi", "Người Mới")

    def role() -> Role:
        return Role(person=person, kind=RoleKind.OPERATOR, starts_on=LONG_AGO)

    with pytest.raises(AccessDenied):
        set_up.give_role(actor=world.officer, role=role())
    set_up.give_role(actor=world.operator, role=role())
    assert person.roles.get().kind == RoleKind.OPERATOR


def test_a_secretary_gives_roles_in_the_own_bloc_and_not_in_another_council(world: World) -> None:
    person = make_person("moi", "Người Mới")
    set_up.give_role(
        actor=world.secretary,
        role=Role(person=person, kind=RoleKind.REPRESENTATIVE, unit=world.btc, starts_on=LONG_AGO),
    )
    far = Unit.objects.get(code="xa")
    with pytest.raises(AccessDenied):
        set_up.give_role(
            actor=world.secretary,
            role=Role(person=person, kind=RoleKind.REPRESENTATIVE, unit=far, starts_on=LONG_AGO),
        )
    with pytest.raises(AccessDenied, match="hai Hội đồng khác nhau"):
        set_up.give_role(
            actor=world.secretary,
            role=Role(
                person=person,
                kind=RoleKind.SECRETARY,
                unit=far,
                bloc=world.bloc,
                starts_on=LONG_AGO,
            ),
        )


@pytest.mark.parametrize(
    ("kind", "scope"),
    [
        (RoleKind.REPRESENTATIVE, ()),
        (RoleKind.REPRESENTATIVE, ("bloc",)),
        (RoleKind.SIGNATORY, ("unit", "council")),
        (RoleKind.SCORER, ("unit", "bloc")),
        (RoleKind.SECRETARY, ("bloc",)),
        (RoleKind.SECRETARY, ("unit",)),
        (RoleKind.LEADER, ("unit",)),
        (RoleKind.LEADER, ("bloc", "council")),
        (RoleKind.LEADER, ()),
        (RoleKind.OFFICER, ("bloc",)),
        (RoleKind.OFFICER, ()),
        (RoleKind.OPERATOR, ("council",)),
    ],
)
def test_a_role_with_the_wrong_scope_is_refused_by_service_and_database(
    world: World, kind: RoleKind, scope: tuple[str, ...]
) -> None:
    areas = {"unit": world.btc, "bloc": world.bloc, "council": world.council}
    chosen = {name: areas[name] for name in scope}
    person = make_person("moi", "Người Mới")
    with pytest.raises(ValidationError, match="đúng phạm vi"):
        set_up.give_role(
            actor=world.operator,
            role=Role(person=person, kind=kind, starts_on=LONG_AGO, **chosen),
        )
    with (
        pytest.raises(IntegrityError, match="role_scope_fits_its_kind"),
        transaction.atomic(),
    ):
        give_role(person, kind, **chosen)


def test_an_ended_role_gives_no_rights_any_more(world: World) -> None:
    role = world.secretary.roles.get()
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    set_up.end_role(actor=world.officer, role_id=role.pk, ends_on=yesterday)
    again = Person.objects.get(pk=world.secretary.pk)
    with pytest.raises(AccessDenied):
        set_up.save_unit(actor=again, council=world.council, unit=None, facts={})
    assert not Bloc.objects.visible_to(again).exists()


def test_a_role_holds_on_its_last_day_and_not_before_its_first(world: World) -> None:
    person = make_person("moi", "Người Mới")
    role = give_role(person, RoleKind.REPRESENTATIVE, unit=world.btc)
    today = timezone.localdate()
    Role.objects.filter(pk=role.pk).update(starts_on=today, ends_on=today)
    assert person.roles_on(today).unit_ids == {world.btc.pk}
    assert not person.roles_on(today + datetime.timedelta(days=1)).unit_ids
    assert not person.roles_on(today - datetime.timedelta(days=1)).unit_ids


def test_a_locked_account_has_no_rights_whatever_its_roles(world: World) -> None:
    Person.objects.filter(pk=world.officer.pk).update(is_active=False)
    world.officer.refresh_from_db()
    with pytest.raises(AccessDenied):
        set_up.save_council(actor=world.officer, council=None, name="X", place="Y")


def test_a_role_does_not_end_before_it_starts(world: World) -> None:
    with pytest.raises(RuleError, match="phải sau ngày bắt đầu"):
        set_up.end_role(
            actor=world.officer,
            role_id=world.secretary.roles.get().pk,
            ends_on=day("2014-12-31"),
        )


def test_nobody_ends_a_role_they_could_not_give(world: World) -> None:
    for role in (world.officer.roles.get(), world.operator.roles.get()):
        with pytest.raises(AccessDenied):
            set_up.end_role(actor=world.secretary, role_id=role.pk, ends_on=timezone.localdate())


def test_people_are_sorted_by_given_name_as_lists_of_people_are(world: World) -> None:
    names = [
        person.full_name
        for person in Person.objects.filter(
            pk__in=[world.secretary.pk, world.deputy_secretary.pk, world.representative.pk]
        )
    ]
    assert names == ["Trần Thị Đại", "Lê Văn Phó", "Nguyễn Thị Thư"]
