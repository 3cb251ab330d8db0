"""Nobody gets a right in a unit, or into an account, without those concerned learning of it."""

from __future__ import annotations

import pytest
from django.utils import timezone

from tests.cast import World, make_person
from units.models import Notification, Person, Role
from units.rules import RoleKind
from units.services.set_up import enter_people, give_role, save_person

FACTS = {"position": "", "email": "", "phone": "", "is_active": True}


def told(person: Person) -> list[Notification]:
    return list(Notification.objects.filter(person=person))


def role_in(world: World, person: Person, kind: RoleKind = RoleKind.SIGNATORY) -> Role:
    return Role(person=person, kind=kind, unit=world.btc, starts_on=timezone.localdate())


def test_a_secretary_s_second_account_is_told_to_the_unit_whose_role_it_gets(
    world: World,
) -> None:
    second = make_person("thu-ky-2", "Người Thứ Hai")
    give_role(actor=world.secretary, role=role_in(world, second))
    for person in (world.head_of_btc, world.representative):
        (message,) = told(person)
        assert message.subject == "Có người được trao vai trò ở Ban Tổ chức Tỉnh ủy"
        assert "Người Thứ Hai (thu-ky-2): Thủ trưởng đơn vị" in message.text
        assert world.secretary.full_name in message.text
        assert message.sent_by == world.secretary
    assert told(second) == told(world.head_of_ubkt) == told(world.secretary) == []


def test_so_are_the_roles_of_an_import_once_a_unit(world: World) -> None:
    given = {
        line: (
            {**FACTS, "username": f"moi-{line}", "full_name": f"Người Mới {line}"},
            role_in(world, Person(), RoleKind.REPRESENTATIVE),
        )
        for line in (2, 3)
    }
    Person.objects.filter(pk=world.head_of_btc.pk).update(language="en")
    enter_people(actor=world.officer, given=given)
    (message,) = told(world.head_of_btc)
    assert "Người Mới 2 (moi-2): Unit representative; Người Mới 3 (moi-3)" in message.text


@pytest.mark.parametrize("kind", [RoleKind.LEADER, RoleKind.OFFICER])
def test_a_role_beyond_the_units_is_told_to_none_of_them(world: World, kind: RoleKind) -> None:
    role = Role(
        person=world.stranger, kind=kind, council=world.council, starts_on=timezone.localdate()
    )
    give_role(actor=world.officer, role=role)
    assert not Notification.objects.exists()


def test_whose_password_somebody_else_sets_reads_of_it(world: World) -> None:
    facts = {**FACTS, "username": world.representative.username, "full_name": "Lê Văn Đại"}

    def set_password(actor: Person, password: str) -> None:
        save_person(actor=actor, person=world.representative, facts=facts, password=password)

    set_password(world.secretary, "")
    assert told(world.representative) == []
    set_password(world.secretary, "một mật khẩu dài")
    set_password(world.officer, "một mật khẩu khác")
    messages = told(world.representative)
    assert [one.sent_by for one in messages] == [world.officer, world.secretary]
    assert messages[0].path == "/doi-mat-khau/"
    save_person(
        actor=world.secretary,
        person=None,
        facts={**FACTS, "username": "moi", "full_name": "Người Mới"},
        password="một mật khẩu dài",
    )
    assert not Notification.objects.exclude(person=world.representative).exists()
