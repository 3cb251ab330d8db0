"""Reminding from the season's board: exactly those behind, seen before, once a day."""

from __future__ import annotations

import datetime

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from compacts.models import Compact, Participant, Registration, Season
from compacts.rules import CompactState, RegistrationState, Step
from scoring.models import Round, Sheet
from scoring.queries.season_board import COMMENTS, SeasonBoard, season_board
from scoring.rules import RoundState, SheetState, Stage
from scoring.services.step_reminders import plan_step_reminder, remind_step
from tests.cast import World, give_role, make_milestone, make_person, make_registration, make_unit
from tests.scoring.casting import make_scoring, opened_round, sent_self_sheet
from units.access import AccessDenied
from units.models import AuditEntry, Notification, Person, Unit
from units.rules import RoleKind, RuleError

BOARD = "/khoi/hn-dang/2018/tien-trinh/"
DAY = datetime.timedelta(days=1)


@pytest.fixture
def world(db: None) -> World:
    return make_scoring()


def submitted(world: World, unit: Unit, state: RegistrationState) -> None:
    registration = make_registration(world.season, unit)
    now = timezone.now()
    accepted_at = now if state == RegistrationState.ACCEPTED else None
    Registration.objects.filter(pk=registration.pk).update(
        state=state, submitted_at=now, accepted_at=accepted_at
    )


def issued(world: World) -> None:
    Compact.objects.create(
        season=world.season,
        state=CompactState.SIGNING,
        number="01",
        issued_at=timezone.now(),
        snapshot={},
    )


def season_of(world: World) -> Season:
    return Season.objects.select_related("bloc__council", "compact").get(pk=world.season.pk)


def would_get(world: World, step: str) -> set[str]:
    plan = plan_step_reminder(actor=world.secretary, season=season_of(world), step=step)
    return {one.person.username for one in plan.recipients}


def behind_on(board: SeasonBoard, step: str) -> set[int]:
    column = next(one for one in board.steps if one.key == step)
    return {row.unit_id for row in column.behind}


def speakers(*units: int) -> set[str]:
    people = Person.objects.filter(
        roles__unit__in=units, roles__kind__in=[RoleKind.REPRESENTATIVE, RoleKind.SIGNATORY]
    )
    return {person.username for person in people}


@pytest.mark.parametrize("step", [Step.REGISTRATION, Step.SIGNING, Step.MIDYEAR, Step.SELF_SCORE])
def test_who_is_reminded_is_who_the_board_shows_as_behind(world: World, step: Step) -> None:
    for one in (Step.REGISTRATION, Step.SIGNING, Step.MIDYEAR, Step.SELF_SCORE):
        make_milestone(world.season, one, DAY)
    submitted(world, world.btc, RegistrationState.ACCEPTED)
    submitted(world, world.ubkt, RegistrationState.ACCEPTED)
    issued(world)
    sent_self_sheet(world, opened_round(world))
    behind = behind_on(season_board(season_of(world), world.secretary), step)
    assert behind
    assert would_get(world, step) == speakers(*behind)


def test_a_registration_that_was_sent_waits_for_the_other_secretaries(world: World) -> None:
    make_milestone(world.season, Step.REGISTRATION, DAY)
    submitted(world, world.btc, RegistrationState.SUBMITTED)
    assert would_get(world, Step.REGISTRATION) == {"chu-nhiem", "thu-ky-pho"}


def test_what_is_verified_waits_for_who_verifies_it_and_only_when_it_can_be(world: World) -> None:
    make_milestone(world.season, Step.VERIFICATION, DAY)
    scored = opened_round(world)
    with pytest.raises(RuleError, match="không còn chờ"):
        would_get(world, Step.VERIFICATION)
    sent_self_sheet(world, scored)
    (sheet,) = Sheet.objects.filter(round=scored, stage=Stage.VERIFY, unit=world.btc)
    if sheet.scorer_id is None:
        assert would_get(world, Step.VERIFICATION) == {"thu-ky-pho"}
    Sheet.objects.filter(pk=sheet.pk).update(scorer=world.duk)
    assert would_get(world, Step.VERIFICATION) == {"cham-diem"}
    Sheet.objects.filter(pk=sheet.pk).update(
        state=SheetState.SUBMITTED, submitted_at=timezone.now()
    )
    with pytest.raises(RuleError, match="không còn chờ"):
        would_get(world, Step.VERIFICATION)


def test_nobody_is_reminded_of_sheets_of_a_closed_round(world: World) -> None:
    make_milestone(world.season, Step.SELF_SCORE, DAY)
    opened_round(world)
    assert "dai-dien" in would_get(world, Step.SELF_SCORE)
    Round.objects.update(state=RoundState.CLOSED)
    with pytest.raises(RuleError, match="không còn chờ"):
        would_get(world, Step.SELF_SCORE)


@pytest.mark.parametrize("step", [Step.HANDOVER, COMMENTS, "khong-co"])
def test_a_step_that_is_off_is_refused(world: World, step: str) -> None:
    with pytest.raises(RuleError, match="không còn chờ"):
        would_get(world, step)


def test_a_person_is_reminded_once_a_day_for_a_step_and_somebody_new_still_is(
    world: World,
) -> None:
    make_milestone(world.season, Step.REGISTRATION, DAY)

    def remind() -> int:
        return remind_step(
            actor=world.secretary, season_id=world.season.pk, step=Step.REGISTRATION
        ).people

    assert remind() == 3
    with pytest.raises(RuleError, match="Hôm nay đã nhắc"):
        remind()
    give_role(make_person("moi", "Lê Thị Mới"), RoleKind.REPRESENTATIVE, unit=world.duk)
    assert remind() == 1
    with time_machine.travel(timezone.now() + DAY):
        assert remind() == 4
    assert AuditEntry.objects.filter(action="remind_step").count() == 3


def test_the_reminder_brings_the_note_the_deadline_and_the_way_to_the_units_own_page(
    client: Client, world: World
) -> None:
    make_milestone(world.season, Step.REGISTRATION, DAY)
    client.force_login(world.secretary)
    page = client.get(f"{BOARD}registration/nhac/").content.decode()
    assert "Trần Thị Đại" in page
    assert "Chưa có tài khoản để nhắc: Đảng ủy Khối các cơ quan tỉnh." in page
    assert 'href="/khoi/hn-dang/2018/loi-moi/"' in page
    answer = client.post(
        f"{BOARD}registration/nhac/", {"note": "Chỉ còn 100% thời gian họp."}, follow=True
    ).content.decode()
    assert "Đã nhắc 3 người." in answer
    assert "nhắc lần cuối" in answer
    told = Notification.objects.get(person=world.representative)
    assert told.subject == "Nhắc: Đăng ký thi đua, Khối các Ban Đảng 2018"
    assert told.text.startswith("Còn chờ: Ban Tổ chức Tỉnh ủy.\nHạn: ")
    assert told.text.endswith("\nChỉ còn 100% thời gian họp.")
    client.force_login(world.representative)
    opened = client.get(f"/thong-bao/{told.pk}/", follow=True)
    assert opened.status_code == 200
    assert opened.request["PATH_INFO"] == "/khoi/hn-dang/2018/dang-ky/btc/"
    client.force_login(world.secretary)
    again = client.get(f"{BOARD}registration/nhac/").content.decode()
    assert "Hôm nay đã nhắc tất cả những người này" in again
    assert "<textarea" not in again
    refused = client.post(f"{BOARD}registration/nhac/", follow=True).content.decode()
    assert "mai có thể nhắc lại" in refused


def test_a_note_that_is_too_long_is_refused_and_kept(client: Client, world: World) -> None:
    make_milestone(world.season, Step.REGISTRATION, DAY)
    client.force_login(world.secretary)
    page = client.post(f"{BOARD}registration/nhac/", {"note": "a" * 1001})
    assert page.status_code == 200
    assert page.context["form"]["note"].value() == "a" * 1001
    assert not Notification.objects.exists()


def test_a_unit_cannot_remind_the_others(world: World) -> None:
    make_milestone(world.season, Step.REGISTRATION, DAY)
    with pytest.raises(AccessDenied):
        remind_step(actor=world.representative, season_id=world.season.pk, step=Step.REGISTRATION)


def test_the_board_says_that_a_check_waits_for_the_units_own_sheet(
    client: Client, world: World
) -> None:
    make_milestone(world.season, Step.VERIFICATION, -DAY)
    opened_round(world)
    client.force_login(world.secretary)
    assert "Chờ đơn vị tự chấm" in client.get(BOARD).content.decode()


def test_the_preview_costs_the_same_for_few_units_and_for_many(
    client: Client, world: World
) -> None:
    make_milestone(world.season, Step.REGISTRATION, DAY)
    client.force_login(world.secretary)
    address = f"{BOARD}registration/nhac/"
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for number in range(10):
        unit = make_unit(world.council, f"them-{number}", f"Đơn vị thêm {number}")
        give_role(make_person(f"them-{number}", "Lê Thị Thêm"), RoleKind.SIGNATORY, unit=unit)
        Participant.objects.create(
            season=world.season, unit=unit, position=10 + number, name=unit.name,
            short_name=unit.short_name, sort_key=unit.sort_key,
        )  # fmt: skip
    with CaptureQueriesContext(connection) as many:
        page = client.get(address)
    assert len(page.context["plan"].recipients) == 13
    assert len(few) == len(many)
