"""Who reads what was verified beside an explanation, and whom it waits for."""

from __future__ import annotations

import datetime

import pytest
from django.test import Client

from compacts.queries.desk import desk_of
from scoring.models import Round, Sheet
from scoring.queries.explanations import verified_criteria
from scoring.queries.waiting import open_tasks
from scoring.rules import RoundState, Stage
from scoring.services.assignments import assign
from scoring.services.explanations import ExplanationText, explain
from scoring.services.rounds import open_round
from scoring.services.sheets import follow_earlier, return_sheet, submit_sheet
from tests.cast import World
from tests.scoring.casting import (
    draft_round,
    leaf,
    make_scoring,
    put,
    sent_self_sheet,
)
from units.models import Notification, Person, Unit
from units.rules import Occasion, end_of_day

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_scoring()


def verified_by_two_bodies(world: World) -> Round:
    """``btc`` verified by ``duk`` (I.1 and I.3) and by ``ubkt`` (I.2), both sent."""
    draft = draft_round(world)
    shares: list[tuple[Unit, Person, list[str]]] = [
        (world.duk, world.scorer_of_duk, ["I.1", "I.3"]),
        (world.ubkt, world.head_of_ubkt, ["I.2"]),
    ]
    for scorer, _person, codes in shares:
        assign(
            actor=world.secretary,
            round_id=draft.pk,
            stage=Stage.VERIFY,
            unit=world.btc,
            scorer=scorer,
            criteria=[leaf(code) for code in codes],
        )
    scored = open_round(actor=world.secretary, round_id=draft.pk)
    sent_self_sheet(world, scored)
    for scorer, person, codes in shares:
        sheet = Sheet.objects.get(round=scored, unit=world.btc, stage=Stage.VERIFY, scorer=scorer)
        for code in codes:
            if code == "I.2":
                put(person, sheet, code, {"points": "20"}, "Thiếu báo cáo quý")
            else:
                follow_earlier(actor=person, sheet_id=sheet.pk, criterion=code)
        submit_sheet(actor=person, sheet_id=sheet.pk)
    return scored


def test_a_unit_learns_that_it_was_verified_of_each_body_and_each_time(
    world: World, client: Client
) -> None:
    scored = verified_by_two_bodies(world)
    subject = "Đã thẩm định Ban Tổ chức Tỉnh ủy: mời xem, giải trình nếu cần"
    told = Notification.objects.filter(subject=subject).order_by("pk")
    assert {one.person for one in told} == {world.representative, world.head_of_btc}
    first, second = told.filter(person=world.representative)
    page = f"/khoi/hn-dang/2018/cham-diem/{scored.code}/btc/giai-trinh/"
    assert (first.path, second.path) == (page, f"{page}?chi=khac"), "the second gave other points"
    assert first.occasion == Occasion.WORK
    client.force_login(world.representative)
    assert client.get(first.path).status_code == 200
    scored.explanations_due_at = end_of_day(datetime.date(2018, 12, 28))
    scored.save(update_fields=["explanations_due_at"])
    sheet = Sheet.objects.get(stage=Stage.VERIFY, scorer=world.ubkt, unit=world.btc)
    return_sheet(actor=world.secretary, sheet_id=sheet.pk, reason="Xem lại")
    submit_sheet(actor=world.head_of_ubkt, sheet_id=sheet.pk)
    third = told.filter(person=world.representative).last()
    assert third is not None
    assert third.text == f"{scored.name}. Hạn giải trình: 28/12/2018."


def explained_after_two_bodies(world: World) -> Round:
    scored = verified_by_two_bodies(world)
    explain(
        actor=world.representative,
        round_id=scored.pk,
        unit=world.btc,
        criterion=leaf("I.2"),
        given=ExplanationText("Đã nộp báo cáo quý bổ sung"),
    )
    return scored


def codes_shown_to(person: Person, scored: Round, unit: Unit) -> set[str]:
    return {row.criterion.code for row in verified_criteria(scored, unit, person)}


def test_a_verifying_unit_sees_beside_explanations_only_what_it_verified_itself(
    world: World, client: Client
) -> None:
    scored = explained_after_two_bodies(world)
    assert codes_shown_to(world.scorer_of_duk, scored, world.btc) == {"I.1", "I.3"}
    assert codes_shown_to(world.representative, scored, world.btc) == {"I.1", "I.2", "I.3"}
    address = "/khoi/hn-dang/2018/cham-diem/nam/btc/giai-trinh/"
    client.force_login(world.scorer_of_duk)
    page = client.get(address).content.decode()
    assert "Thiếu báo cáo quý" not in page
    assert "Đã nộp báo cáo quý bổ sung" not in page
    assert client.get(f"{address}{leaf('I.2').pk}/tra-loi/").status_code == 404
    client.force_login(world.head_of_ubkt)
    assert f"{leaf('I.2').pk}/tra-loi/" in client.get(address).content.decode()


def test_an_explanation_waits_for_the_unit_that_verified_it_and_for_no_other(
    world: World,
) -> None:
    explained_after_two_bodies(world)
    what = "Trả lời giải trình tiêu chí I.2: Ban Tổ chức Tỉnh ủy"
    waits_for = {
        person.username
        for person in (world.head_of_ubkt, world.scorer_of_duk, world.secretary)
        if what in {task.label for task in open_tasks(desk_of(person))}
    }
    told = Notification.objects.filter(subject__contains="giải trình tiêu chí I.2")
    assert waits_for == {"chu-nhiem"}
    assert set(told.values_list("person__username", flat=True)) == {"chu-nhiem"}


def test_verifying_units_see_each_others_points_once_the_ranking_is_published(
    world: World,
) -> None:
    scored = verified_by_two_bodies(world)
    Round.objects.filter(pk=scored.pk).update(state=RoundState.PUBLISHED)
    scored.refresh_from_db()
    assert codes_shown_to(world.scorer_of_duk, scored, world.btc) == {"I.1", "I.2", "I.3"}


def test_an_explanation_without_a_last_day_waits_for_the_unit_without_one(world: World) -> None:
    scored = verified_by_two_bodies(world)
    assert scored.explanations_due_at is None
    waiting = [
        task for task in open_tasks(desk_of(world.representative)) if "giai-trinh" in task.url
    ]
    assert [task.url.partition("?")[2] for task in waiting] == ["chi=khac"]
    assert [(task.due_at, task.detail) for task in waiting] == [
        (None, "1 tiêu chí khác điểm tự chấm")
    ]
