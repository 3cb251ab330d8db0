from __future__ import annotations

import datetime
from dataclasses import replace

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from compacts.models import AdHocTask
from compacts.rules import AdHocState
from compacts.services.ad_hoc_tasks import (
    AdHocFacts,
    change_ad_hoc_task,
    confirm_ad_hoc_task,
    enter_ad_hoc_task,
    refuse_ad_hoc_task,
)
from tests.cast import World
from tests.compacts.moves import PDF
from units.access import AccessDenied
from units.models import AuditEntry, Person
from units.rules import EditConflictError, RuleError

GIVEN = AdHocFacts(
    text="Chuẩn bị nhân sự đại hội",
    assigned_by="Thường trực Tỉnh ủy",
    assigned_on=datetime.date(2018, 5, 2),
)
DONE = replace(GIVEN, result="Đã trình đề án", done_on=datetime.date(2018, 6, 1))
REGISTER = "/khoi/hn-dang/2018/dot-xuat/"


def enter(world: World, facts: AdHocFacts = DONE) -> AdHocTask:
    return enter_ad_hoc_task(
        actor=world.representative, season=world.season, unit=world.btc, facts=facts
    )


def page_as(client: Client, person: Person, address: str = REGISTER) -> str:
    client.force_login(person)
    return client.get(address).content.decode()


def test_a_task_with_its_result_waits_to_be_confirmed(world: World) -> None:
    assert enter(world, GIVEN).state == AdHocState.ENTERED
    assert enter(world, DONE).state == AdHocState.DONE


def test_the_leader_who_gave_a_task_confirms_it_once(world: World) -> None:
    task = enter(world)
    confirm_ad_hoc_task(actor=world.leader, task_id=task.pk)
    again = confirm_ad_hoc_task(actor=world.leader, task_id=task.pk)
    assert again.state == AdHocState.CONFIRMED
    assert again.judged_by == world.leader
    assert AuditEntry.objects.filter(action="confirmed_ad_hoc_task").count() == 1


def test_nobody_confirms_a_task_of_the_own_unit(world: World) -> None:
    task = enter(world)
    with pytest.raises(AccessDenied, match="chính đơn vị của mình"):
        confirm_ad_hoc_task(actor=world.representative, task_id=task.pk)


def test_a_task_without_a_result_is_not_confirmed(world: World) -> None:
    task = enter(world, GIVEN)
    with pytest.raises(RuleError, match="Đang thực hiện"):
        confirm_ad_hoc_task(actor=world.leader, task_id=task.pk)


def test_a_refused_task_tells_why_and_may_be_reported_again(world: World) -> None:
    task = enter(world)
    refuse_ad_hoc_task(actor=world.leader, task_id=task.pk, reason="Chưa có quyết định.")
    task.refresh_from_db()
    changed = change_ad_hoc_task(
        actor=world.representative,
        task_id=task.pk,
        version=task.version,
        facts=replace(DONE, document_number="12-QĐ/TU"),
    )
    assert changed.state == AdHocState.DONE
    assert changed.refusal_reason == ""


def test_a_refusal_needs_a_reason(world: World) -> None:
    task = enter(world)
    with pytest.raises(RuleError) as refusal:
        refuse_ad_hoc_task(actor=world.leader, task_id=task.pk, reason="  ")
    assert refusal.value.field == "reason"


def test_a_confirmed_task_is_not_changed_any_more(world: World) -> None:
    task = enter(world)
    confirmed = confirm_ad_hoc_task(actor=world.leader, task_id=task.pk)
    with pytest.raises(RuleError, match="Đã xác nhận"):
        change_ad_hoc_task(
            actor=world.representative, task_id=task.pk, version=confirmed.version, facts=DONE
        )


def test_the_second_of_two_people_who_change_a_task_is_told(world: World) -> None:
    task = enter(world, GIVEN)
    seen = task.version
    change_ad_hoc_task(
        actor=world.representative, task_id=task.pk, version=seen, facts=replace(GIVEN, text="A")
    )
    with pytest.raises(EditConflictError):
        change_ad_hoc_task(
            actor=world.head_of_btc, task_id=task.pk, version=seen, facts=replace(GIVEN, text="B")
        )
    task.refresh_from_db()
    assert task.text == "A"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        (replace(GIVEN, text=" "), "text"),
        (replace(GIVEN, assigned_by=" "), "assigned_by"),
        (replace(GIVEN, assigned_on=datetime.date(2017, 12, 31)), "assigned_on"),
        (replace(GIVEN, due_on=datetime.date(2018, 5, 1)), "due_on"),
        (replace(GIVEN, result="Xong"), "done_on"),
        (replace(GIVEN, done_on=datetime.date(2018, 6, 1)), "result"),
        (replace(DONE, done_on=datetime.date(2018, 5, 1)), "done_on"),
        (replace(DONE, done_on=datetime.date(2999, 1, 1)), "done_on"),
    ],
)
def test_a_task_that_does_not_fit_is_refused_at_its_field(
    world: World, facts: AdHocFacts, field: str
) -> None:
    with pytest.raises(RuleError) as refusal:
        enter(world, facts)
    assert refusal.value.field == field
    assert not AdHocTask.objects.exists()


def test_the_database_keeps_no_confirmed_task_without_a_result(world: World) -> None:
    task = enter(world, GIVEN)
    with pytest.raises(IntegrityError):
        AdHocTask.objects.filter(pk=task.pk).update(
            state=AdHocState.CONFIRMED, judged_at="2018-07-01T00:00Z"
        )


def test_other_units_see_a_task_once_it_is_confirmed(world: World, client: Client) -> None:
    task = enter(world)
    assert "nhân sự đại hội" in page_as(client, world.secretary)
    assert "nhân sự đại hội" in page_as(client, world.representative)
    other = Person.objects.get(pk=world.stranger.pk)
    assert not AdHocTask.objects.visible_to(other).exists()
    confirm_ad_hoc_task(actor=world.leader, task_id=task.pk)
    assert "nhân sự đại hội" in page_as(client, world.head_of_ubkt)


def test_the_register_is_searched_without_diacritics_and_filtered(
    world: World, client: Client
) -> None:
    enter(world)
    enter(world, replace(GIVEN, text="Đón đoàn kiểm tra"))
    client.force_login(world.secretary)
    found = client.get(REGISTER, {"q": "don doan"}).content.decode()
    assert "Đón đoàn kiểm tra" in found
    assert "nhân sự đại hội" not in found
    done = client.get(REGISTER, {"trang-thai": "done"}).content.decode()
    assert "nhân sự đại hội" in done
    assert "Đón đoàn" not in done


def test_the_register_takes_the_same_number_of_queries_however_long_it_is(
    world: World, client: Client
) -> None:
    client.force_login(world.secretary)
    enter(world)
    with CaptureQueriesContext(connection) as few:
        client.get(REGISTER)
    for number in range(12):
        enter(world, replace(DONE, text=f"Việc {number}"))
    with CaptureQueriesContext(connection) as many:
        client.get(REGISTER)
    assert len(many) == len(few)


def test_a_representative_enters_a_task_with_its_evidence_in_the_page(
    world: World, client: Client
) -> None:
    client.force_login(world.representative)
    sent = {
        "unit": "btc",
        "text": "Chuẩn bị nhân sự đại hội",
        "assigned_by": "Thường trực Tỉnh ủy",
        "assigned_on": "2/5/2018",
        "result": "Đã trình đề án",
        "done_on": "1/6/2018",
        "file": ContentFile(PDF, name="đề án.pdf"),
    }
    answer = client.post(f"{REGISTER}moi/", sent, follow=True)
    text = answer.content.decode()
    assert "Đã báo hoàn thành" in text
    assert "đề án.pdf" in text
    task = AdHocTask.objects.get()
    file = client.get(f"{REGISTER}{task.pk}/tep/")
    assert b"".join(file) == PDF
    assert file.headers["Content-Disposition"].startswith("attachment")


def test_what_was_typed_is_kept_where_something_is_wrong(world: World, client: Client) -> None:
    client.force_login(world.representative)
    sent = {
        "unit": "btc",
        "text": "Đón đoàn",
        "assigned_by": "Tỉnh ủy",
        "assigned_on": "2/5/2019",
    }
    text = client.post(f"{REGISTER}moi/", sent).content.decode()
    assert "Ngày giao phải trong mùa thi đua." in text
    assert "Đón đoàn" in text


def test_a_conflict_in_the_page_keeps_what_was_typed(world: World, client: Client) -> None:
    task = enter(world, GIVEN)
    client.force_login(world.representative)
    seen = task.version
    change_ad_hoc_task(
        actor=world.head_of_btc,
        task_id=task.pk,
        version=seen,
        facts=replace(GIVEN, text="Của thủ trưởng"),
    )
    sent = {
        "unit": "btc",
        "version": str(seen),
        "text": "Của đại diện",
        "assigned_by": "Tỉnh ủy",
        "assigned_on": "2/5/2018",
    }
    text = client.post(f"{REGISTER}{task.pk}/sua/", sent).content.decode()
    assert "Người khác vừa sửa" in text
    assert "Của đại diện" in text
    task.refresh_from_db()
    assert task.text == "Của thủ trưởng"


@pytest.mark.parametrize("step", ["xac-nhan", "tu-choi"])
def test_nobody_judges_a_result_other_than_the_one_they_read(
    world: World, client: Client, step: str
) -> None:
    task = enter(world)
    page = page_as(client, world.leader, f"{REGISTER}{task.pk}/")
    assert page.count(f'name="version" value="{task.version}"') == 2
    change_ad_hoc_task(
        actor=world.representative,
        task_id=task.pk,
        version=task.version,
        facts=replace(DONE, result="Đã trình đề án và được duyệt"),
    )
    sent = {"version": str(task.version), "reason": "Chưa được duyệt."}
    answer = client.post(f"{REGISTER}{task.pk}/{step}/", sent, follow=True)
    assert "Nhiệm vụ vừa được sửa; hãy đọc lại" in answer.content.decode()
    task.refresh_from_db()
    assert task.state == AdHocState.DONE
    client.post(f"{REGISTER}{task.pk}/{step}/", {**sent, "version": str(task.version)})
    task.refresh_from_db()
    assert task.state != AdHocState.DONE
