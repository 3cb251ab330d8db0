"""Entering somebody of a unit with account and role at once."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from tests.cast import World
from units.access import AccessDenied
from units.models import AuditEntry, Person, Role
from units.rules import RoleKind
from units.services.unit_people import add_unit_person, free_username

FACTS = {"full_name": "Đặng Thị Ước", "position": "Chuyên viên", "email": "uoc@example.vn"}


def address(world: World, word: str = "dai-dien") -> str:
    return f"/thiet-lap/don-vi/{world.duk.pk}/them-nguoi/{word}/"


def test_account_and_role_are_made_at_once_and_one_comes_back(
    world: World, client: Client
) -> None:
    client.force_login(world.secretary)
    back = "/khoi/hn-dang/2018/loi-moi/"
    answer = client.post(f"{address(world)}?ve={back}", FACTS, follow=True)
    assert answer.redirect_chain == [(back, 302)]
    assert "Đã thêm Đặng Thị Ước, tên đăng nhập: dang-thi-uoc." in answer.content.decode()
    person = Person.objects.get(username="dang-thi-uoc")
    assert not person.has_usable_password()
    role = Role.objects.get(person=person)
    assert (role.kind, role.unit, role.starts_on) == (
        RoleKind.REPRESENTATIVE,
        world.duk,
        timezone.localdate(),
    )
    actions = AuditEntry.objects.order_by("-pk").values_list("action", flat=True)[:2]
    assert set(actions) == {"save_person", "give_role"}


def test_one_goes_back_to_no_foreign_page(world: World, client: Client) -> None:
    client.force_login(world.secretary)
    for foreign in ("https://la.example/", "//la.example/", "javascript:alert(1)"):
        page = client.get(address(world), {"ve": foreign}).content.decode()
        assert f'href="{foreign}"' not in page
        assert 'href="/thiet-lap/nguoi-dung/"' in page


def test_what_is_wrong_is_said_at_its_field(world: World, client: Client) -> None:
    client.force_login(world.secretary)
    sent = {**FACTS, "email": "khong-phai-thu", "username": "thu-ky", "position": "Phó ban"}
    page = client.post(address(world), sent).content.decode()
    assert "khong-phai-thu" in page
    assert "Phó ban" in page
    assert page.count("invalid-feedback") == 2
    assert not Role.objects.filter(unit=world.duk, kind=RoleKind.REPRESENTATIVE).exists()


def test_a_role_that_speaks_for_no_unit_has_no_such_page(world: World, client: Client) -> None:
    client.force_login(world.secretary)
    assert client.get(address(world, "thu-ky")).status_code == 404


def test_nobody_enters_people_into_units_of_others(world: World) -> None:
    for person in (world.representative, world.leader, world.stranger):
        with pytest.raises(AccessDenied):
            add_unit_person(
                actor=person,
                unit=world.duk,
                kind=RoleKind.REPRESENTATIVE,
                facts={**FACTS, "username": ""},
            )
    assert not Person.objects.filter(email="uoc@example.vn").exists()


@pytest.mark.django_db
def test_a_name_that_is_taken_gets_a_number() -> None:
    assert free_username("Trần Văn Á") == "tran-van-a"
    Person.objects.create_user("tran-van-a", full_name="Trần Văn Á")
    Person.objects.create_user("tran-van-a-2", full_name="Trần Văn Ả")
    assert free_username("Trần Văn Ạ") == "tran-van-a-3"
    assert free_username("???") == "nguoi-dung"
