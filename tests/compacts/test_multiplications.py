"""Exemplary models are multiplied: who learned from them, told by themselves or for them."""

from __future__ import annotations

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from compacts.models import Multiplication, RoleModel
from compacts.services.multiplications import (
    MultiplicationFacts,
    remove_multiplication,
    save_multiplication,
)
from tests.cast import World, make_role_model
from units.access import AccessDenied
from units.models import AuditEntry, Notification, Person
from units.rules import EditConflictError, RuleError

PAGES = "/khoi/hn-dang/2018/dien-hinh/"


@pytest.fixture
def model(world: World) -> RoleModel:
    return make_role_model(world.season, world.btc)


def enter(actor: Person, model: RoleModel, **changes: object) -> Multiplication:
    given = {
        "unit": "ubkt",
        "elsewhere": "",
        "deed": "Số hóa hồ sơ kiểm tra.",
        "done_on": datetime.date(2018, 6, 1),
        "people": 40,
    }
    facts = MultiplicationFacts(**{**given, **changes})
    return save_multiplication(actor=actor, role_model_id=model.pk, facts=facts)


def test_another_unit_says_of_itself_that_it_learned_and_of_nobody_else(
    world: World, model: RoleModel
) -> None:
    assert enter(world.head_of_ubkt, model).where == world.ubkt.name
    with pytest.raises(AccessDenied, match="Chỉ đơn vị đó"):
        enter(world.head_of_ubkt, model, unit="duk")
    with pytest.raises(AccessDenied, match="được ghi nơi khác"):
        enter(world.head_of_ubkt, model, unit="", elsewhere="Trường Chính trị")
    assert AuditEntry.objects.filter(action="save_multiplication").count() == 1


def test_the_model_s_unit_is_told_once_who_learned_from_it(world: World, model: RoleModel) -> None:
    entry = enter(world.head_of_ubkt, model, deed="Giảm 30% thời gian.")
    facts = MultiplicationFacts("ubkt", "", "Giảm 40%.", datetime.date(2018, 6, 1), None)
    save_multiplication(
        actor=world.head_of_ubkt,
        role_model_id=model.pk,
        facts=facts,
        multiplication_id=entry.pk,
        version=entry.version,
    )
    told = Notification.objects.filter(key__startswith="multiplication:")
    assert {one.person for one in told} == {world.representative, world.head_of_btc}
    message = told[0]
    assert message.subject == (
        "Ủy ban Kiểm tra Tỉnh ủy học tập, nhân rộng gương “Nguyễn Thị Gương” của đơn vị"
    )
    assert (message.text, message.path) == ("Giảm 30% thời gian.", f"{PAGES}{model.pk}/")
    enter(world.representative, model, deed="Đơn vị tự ghi.")
    assert told.count() == 2


def test_units_and_other_places_count_once_each(world: World, model: RoleModel) -> None:
    enter(world.representative, model)
    enter(world.representative, model, deed="Làm thêm đợt hai.")
    enter(world.representative, model, unit="", elsewhere="Trường Chính trị")
    enter(world.secretary, model, unit="", elsewhere="Truong chinh tri")
    assert model.multiplied_in() == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"deed": " "}, "deed"),
        ({"unit": ""}, "elsewhere"),
        ({"elsewhere": "Trường Chính trị"}, "elsewhere"),
        ({"unit": "btc"}, "unit"),
        ({"unit": "xa"}, "unit"),
        ({"done_on": datetime.date(2018, 5, 18)}, "done_on"),
        ({"done_on": datetime.date(2999, 1, 1)}, "done_on"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    world: World, model: RoleModel, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(RuleError) as refusal:
        enter(world.secretary, model, **changes)
    assert refusal.value.field == field


def test_who_changes_an_entry_may_not_hand_it_to_another_unit(
    world: World, model: RoleModel
) -> None:
    entry = enter(world.head_of_ubkt, model)
    with pytest.raises(AccessDenied):
        save_multiplication(
            actor=world.head_of_ubkt,
            role_model_id=model.pk,
            facts=MultiplicationFacts("duk", "", "Khác", datetime.date(2018, 6, 1), None),
            multiplication_id=entry.pk,
            version=entry.version,
        )


def test_an_entry_that_was_changed_since_is_neither_overwritten_nor_removed(
    world: World, model: RoleModel
) -> None:
    entry = enter(world.head_of_ubkt, model)
    Multiplication.objects.update(version=2)
    with pytest.raises(EditConflictError):
        save_multiplication(
            actor=world.secretary,
            role_model_id=model.pk,
            facts=MultiplicationFacts("ubkt", "", "Khác", datetime.date(2018, 6, 1), None),
            multiplication_id=entry.pk,
            version=1,
        )
    with pytest.raises(EditConflictError):
        remove_multiplication(
            actor=world.secretary, role_model_id=model.pk, multiplication_id=entry.pk, version=1
        )
    assert Multiplication.objects.get().deed == "Số hóa hồ sơ kiểm tra."


def test_the_journal_keeps_what_a_removed_entry_said(world: World, model: RoleModel) -> None:
    entry = enter(world.head_of_ubkt, model)
    remove_multiplication(
        actor=world.head_of_ubkt, role_model_id=model.pk, multiplication_id=entry.pk, version=1
    )
    assert not model.multiplications.exists()
    kept = AuditEntry.objects.get(action="remove_multiplication")
    assert "Số hóa hồ sơ kiểm tra." in kept.canonical


def test_the_pages_enter_count_show_search_and_export(
    world: World, model: RoleModel, client: Client
) -> None:
    client.force_login(world.head_of_ubkt)
    form = client.get(f"{PAGES}{model.pk}/nhan-rong/moi/").content.decode()
    assert "Ủy ban Kiểm tra" in form
    assert "Nơi khác" not in form
    sent = {"version": "0", "unit": "ubkt", "deed": "Số hóa hồ sơ kiểm tra.", "people": "40"}
    wrong = client.post(f"{PAGES}{model.pk}/nhan-rong/moi/", {**sent, "done_on": "1/1/2018"})
    assert "từ ngày phát hiện gương đến hôm nay" in wrong.content.decode()
    assert "Số hóa hồ sơ kiểm tra." in wrong.content.decode()
    client.post(f"{PAGES}{model.pk}/nhan-rong/moi/", {**sent, "done_on": "1/6/2018"})
    page = client.get(f"{PAGES}{model.pk}/").content.decode()
    assert "<strong>Ủy ban Kiểm tra Tỉnh ủy</strong>" in page
    assert "40 người" in page
    client.force_login(world.leader)
    found = client.get(PAGES, {"q": "ho so kiem tra"}).content.decode()
    assert "đã nhân rộng ở 1 nơi" in found
    csv = client.get(PAGES, {"dang": "csv"}).content.decode("utf-8-sig")
    assert "Ủy ban Kiểm tra Tỉnh ủy (1/6/2018): Số hóa hồ sơ kiểm tra." in csv


def test_the_list_asks_no_more_for_more_entries(
    world: World, model: RoleModel, client: Client
) -> None:
    def questions() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(PAGES).status_code == 200
        return len(captured)

    client.force_login(world.leader)
    enter(world.secretary, model)
    questions()
    few = questions()
    enter(world.secretary, make_role_model(world.season, world.duk))
    enter(world.secretary, model, unit="duk")
    assert questions() == few


def test_a_version_that_is_no_number_of_ours_takes_nothing_out(
    world: World, model: RoleModel, client: Client
) -> None:
    entry = enter(world.secretary, model)
    client.force_login(world.secretary)
    address = f"{PAGES}{model.pk}/nhan-rong/{entry.pk}/xoa/"
    assert client.post(address, {"version": "9" * 5000}).status_code == 302
    assert Multiplication.objects.filter(pk=entry.pk).exists()
