"""Who is told what, and that reminders reach exactly those behind."""

from __future__ import annotations

import datetime

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from compacts.rules import Step
from compacts.services.registrations import (
    accept_registration,
    return_registration,
    submit_registration,
)
from scoring.models import Round
from scoring.rules import RoundState
from scoring.services.notices import remind_scorers
from scoring.services.rounds import open_round
from scoring.services.sheets import return_sheet
from tests.cast import World, make_milestone, make_registration
from tests.scoring.casting import draft_round, make_scoring, opened_round, sent_self_sheet
from units.access import AccessDenied
from units.models import Notification, Person
from units.rules import RuleError

ROUND = "/khoi/hn-dang/2018/cham-diem/nam/"


@pytest.fixture
def scoring_world(db: None) -> World:
    return make_scoring()


@pytest.fixture
def scored(scoring_world: World) -> Round:
    return opened_round(scoring_world)


def told(person: Person) -> list[str]:
    return list(Notification.objects.filter(person=person).values_list("subject", flat=True))


def forget() -> None:
    Notification.objects.all().delete()


def test_opening_a_round_tells_every_unit_to_score_itself(scoring_world: World) -> None:
    open_round(actor=scoring_world.secretary, round_id=draft_round(scoring_world).pk)
    assert told(scoring_world.representative) == ["Mở Chấm điểm năm 2018: mời đơn vị tự chấm điểm"]
    assert told(scoring_world.head_of_ubkt) == told(scoring_world.representative)
    assert told(scoring_world.stranger) == []


def test_a_returned_registration_leads_the_unit_to_the_reason(world: World) -> None:
    registration = make_registration(world.season, world.btc)
    submit_registration(actor=world.head_of_btc, registration_id=registration.pk)
    return_registration(
        actor=world.secretary, registration_id=registration.pk, reason="Chỉ tiêu 100% chưa rõ"
    )
    message = Notification.objects.get(person=world.representative)
    assert message.text == "Chỉ tiêu 100% chưa rõ"
    assert message.path == "/khoi/hn-dang/2018/dang-ky/btc/"


def test_an_accepted_registration_is_told_once(world: World) -> None:
    registration = make_registration(world.season, world.btc)
    submit_registration(actor=world.head_of_btc, registration_id=registration.pk)
    for _again in range(2):
        accept_registration(actor=world.secretary, registration_id=registration.pk)
    assert len(told(world.representative)) == 1


def test_a_returned_sheet_is_told_to_those_who_filled_it_in(
    scoring_world: World, scored: Round
) -> None:
    sheet = sent_self_sheet(scoring_world, scored)
    forget()
    return_sheet(actor=scoring_world.secretary, sheet_id=sheet.pk, reason="Thiếu minh chứng")
    message = Notification.objects.get(person=scoring_world.representative)
    assert message.text == "Thiếu minh chứng"
    assert message.path.endswith("/btc/self/btc/")
    assert told(scoring_world.head_of_ubkt) == []


def test_only_who_has_not_sent_a_sheet_is_reminded(scoring_world: World, scored: Round) -> None:
    sent_self_sheet(scoring_world, scored)
    forget()
    reminded = remind_scorers(actor=scoring_world.secretary, round_id=scored.pk)
    assert told(scoring_world.representative) == []
    assert told(scoring_world.head_of_ubkt) == ["Nhắc: còn 1 phiếu chưa gửi, Chấm điểm năm 2018"]
    # The secretariat can verify BTC now; DUK has nobody who speaks for it.
    assert len(told(scoring_world.secretary)) == 1
    assert reminded.people == Notification.objects.count()
    assert reminded.without_people == (scoring_world.duk.name,)


def test_a_reminder_goes_out_once_a_day(scoring_world: World, scored: Round) -> None:
    forget()
    now = timezone.now()
    for days, people in [(0, True), (0, False), (1, True)]:
        with time_machine.travel(now + datetime.timedelta(days=days), tick=False):
            reminded = remind_scorers(actor=scoring_world.secretary, round_id=scored.pk)
        assert bool(reminded.people) is people


def test_nobody_is_reminded_of_a_closed_round(scoring_world: World, scored: Round) -> None:
    Round.objects.filter(pk=scored.pk).update(state=RoundState.CLOSED)
    with pytest.raises(RuleError):
        remind_scorers(actor=scoring_world.secretary, round_id=scored.pk)


def test_a_unit_cannot_remind_the_others(scoring_world: World, scored: Round) -> None:
    with pytest.raises(AccessDenied):
        remind_scorers(actor=scoring_world.representative, round_id=scored.pk)


def test_the_button_on_the_board_says_how_many_were_reminded(
    client: Client, scoring_world: World, scored: Round
) -> None:
    client.force_login(scoring_world.secretary)
    assert "Nhắc những nơi chưa gửi" in client.get(ROUND).content.decode()
    answer = client.post(f"{ROUND}nhac/", follow=True).content.decode()
    assert "Đã nhắc" in answer
    assert "Chưa có tài khoản để nhắc" in answer


def test_units_behind_with_their_registration_are_reminded(client: Client, world: World) -> None:
    registration = make_registration(world.season, world.btc)
    submit_registration(actor=world.head_of_btc, registration_id=registration.pk)
    client.force_login(world.secretary)
    remind = "/khoi/hn-dang/2018/tien-trinh/registration/nhac/"
    make_milestone(world.season, Step.REGISTRATION, datetime.timedelta(days=1))
    page = client.get("/khoi/hn-dang/2018/dang-ky/").content.decode()
    assert f'href="{remind}">Nhắc 2 đơn vị chưa gửi' in page
    client.post(remind)
    assert told(world.representative) == []
    assert len(told(world.head_of_ubkt)) == 1
