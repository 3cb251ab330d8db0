"""Where a season stands, step by step and unit by unit, and who may know it."""

from __future__ import annotations

import csv
import datetime
import io

import pytest
from django.test import Client
from django.utils import timezone

from compacts.models import Compact, Milestone, Registration, Season
from compacts.rules import CompactState, RegistrationState, Step
from scoring.models import Round
from scoring.queries.season_board import (
    SeasonBoard,
    StepColumn,
    StepState,
    season_board,
)
from scoring.queries.season_cells import Cell, CellState
from scoring.services.publications import publish_round
from tests.cast import World, make_milestone, make_registration
from tests.scoring.casting import make_scoring, opened_round, sent_self_sheet
from tests.scoring.year_end import finished_year
from units.models import Person, Unit

pytestmark = pytest.mark.django_db

PAGE = "/khoi/hn-dang/2018/tien-trinh/"
DAYS = datetime.timedelta(days=1)


def board_for(world: World, person: Person) -> SeasonBoard:
    return season_board(Season.objects.select_related("bloc").get(pk=world.season.pk), person)


def step_of(board: SeasonBoard, step: Step) -> StepColumn:
    return next(one for one in board.steps if one.key == step)


def cell_of(board: SeasonBoard, step: Step, unit: Unit) -> Cell:
    participant = next(row for row in board.participants if row.unit_id == unit.pk)
    return board.cell(step_of(board, step), participant)


def accepted(world: World, unit: Unit) -> None:
    registration = make_registration(world.season, unit)
    Registration.objects.filter(pk=registration.pk).update(
        state=RegistrationState.ACCEPTED,
        submitted_at=timezone.now(),
        accepted_at=timezone.now(),
        submitted_by=world.representative,
    )


def test_a_late_step_names_who_is_behind_and_by_how_many_days(world: World) -> None:
    make_milestone(world.season, Step.REGISTRATION, -3 * DAYS)
    accepted(world, world.btc)
    board = board_for(world, world.head_of_ubkt)
    step = step_of(board, Step.REGISTRATION)
    assert (step.state, step.done, step.total) == (StepState.LATE, 1, 3)
    assert [row.short_name for row in step.behind] == ["UBKT", "ĐUK"]
    assert cell_of(board, Step.REGISTRATION, world.duk).words == "Trễ 3 ngày"
    done = cell_of(board, Step.REGISTRATION, world.btc)
    assert (done.state, done.who) == (CellState.DONE, "Trần Thị Đại")
    assert board.current == step


def test_an_extended_deadline_counts_and_a_returned_registration_is_said_to_be(
    world: World,
) -> None:
    milestone = make_milestone(world.season, Step.REGISTRATION, -3 * DAYS)
    registration = make_registration(world.season, world.btc)
    Registration.objects.filter(pk=registration.pk).update(
        state=RegistrationState.RETURNED, submitted_at=timezone.now(), return_reason="Thiếu"
    )
    assert cell_of(board_for(world, world.leader), Step.REGISTRATION, world.btc).words == (
        "Trễ 3 ngày, bị trả lại"
    )
    Milestone.objects.filter(pk=milestone.pk).update(
        extended_to=timezone.now() + DAYS, extension_reason="Bão"
    )
    board = board_for(world, world.leader)
    assert cell_of(board, Step.REGISTRATION, world.btc).state == CellState.RETURNED
    assert step_of(board, Step.REGISTRATION).state == StepState.NOW


def test_what_is_switched_off_done_or_ahead_is_said_in_words(world: World) -> None:
    make_milestone(world.season, Step.REGISTRATION, DAYS)
    make_milestone(world.season, Step.MIDYEAR, -DAYS)
    make_milestone(world.season, Step.YEAREND, 90 * DAYS)
    make_milestone(world.season, Step.CROSS_CHECK, DAYS)
    Milestone.objects.filter(step=Step.CROSS_CHECK).update(is_on=False)
    for unit in (world.ubkt, world.duk, world.btc):
        accepted(world, unit)
    Registration.objects.update(state=RegistrationState.SUBMITTED, accepted_at=None)
    states = {step.key: step.state for step in board_for(world, world.leader).steps}
    assert states[Step.REGISTRATION] == StepState.DONE
    assert states[Step.MIDYEAR] == StepState.PAST
    assert states[Step.CROSS_CHECK] == StepState.OFF
    assert states[Step.YEAREND] == StepState.NEXT
    assert states[Step.HANDOVER] == StepState.OFF


def test_a_unit_accepted_after_the_day_of_a_report_is_asked_for_it_and_is_not_late(
    world: World,
) -> None:
    accepted(world, world.btc)
    for days, cell, state in (
        (-3 * DAYS, CellState.PENDING, StepState.NOW),
        (3 * DAYS, CellState.PENDING, StepState.NOW),
    ):
        Milestone.objects.all().delete()
        make_milestone(world.season, Step.MIDYEAR, days)
        board = board_for(world, world.secretary)
        assert cell_of(board, Step.MIDYEAR, world.btc).state == cell
        assert step_of(board, Step.MIDYEAR).state == state
    Registration.objects.update(accepted_at=timezone.now() - 9 * DAYS)
    Milestone.objects.all().delete()
    make_milestone(world.season, Step.MIDYEAR, -3 * DAYS)
    board = board_for(world, world.secretary)
    assert cell_of(board, Step.MIDYEAR, world.btc).state == CellState.LATE
    assert step_of(board, Step.MIDYEAR).state == StepState.LATE


def test_a_year_whose_result_is_out_waits_for_no_report_on_its_first_half() -> None:
    season = finished_year()
    officer = Person.objects.get(username="thuong-truc")
    Milestone.objects.create(season=season, step=Step.MIDYEAR, due_at=timezone.now() - DAYS)
    assert step_of(season_board(season, officer), Step.MIDYEAR).state == StepState.LATE
    publish_round(actor=officer, round_id=Round.objects.get(season=season).pk)
    step = step_of(season_board(season, officer), Step.MIDYEAR)
    assert (step.state, step.behind, step.is_awaited) == (StepState.PAST, (), False)
    assert {cell.words for cell in step.cells.values() if cell.state != CellState.DONE} == {
        "Không có việc, không báo cáo"
    }


def test_a_compact_entered_afterwards_was_signed_on_its_own_day() -> None:
    season = finished_year()
    officer = Person.objects.get(username="thuong-truc")
    Milestone.objects.update_or_create(
        season=season, step=Step.SIGNING, defaults={"due_at": timezone.now()}
    )
    known = Season.objects.select_related("bloc").get(pk=season.pk)
    step = step_of(season_board(known, officer), Step.SIGNING)
    assert {cell.done_on for cell in step.cells.values()} == {datetime.date(2018, 3, 20)}


def test_a_compact_that_is_not_issued_in_time_is_late_for_the_season_not_for_a_unit(
    world: World,
) -> None:
    make_milestone(world.season, Step.SIGNING, -DAYS)
    step = step_of(board_for(world, world.leader), Step.SIGNING)
    assert (step.state, step.behind) == (StepState.LATE, ())
    Compact.objects.create(
        season=world.season,
        state=CompactState.SIGNING,
        number="01",
        issued_at=timezone.now(),
        snapshot={},
    )
    assert len(step_of(board_for(world, world.leader), Step.SIGNING).behind) == 3


def test_units_do_not_learn_how_far_others_are_with_scoring_before_publication() -> None:
    world = make_scoring()
    make_milestone(world.season, Step.SELF_SCORE, DAYS)
    sent_self_sheet(world, opened_round(world))
    Round.objects.update(due_at=timezone.now() - DAYS)
    board = board_for(world, world.head_of_ubkt)
    assert cell_of(board, Step.SELF_SCORE, world.btc).state == CellState.HIDDEN
    assert cell_of(board, Step.SELF_SCORE, world.ubkt).state == CellState.LATE
    assert not step_of(board, Step.SELF_SCORE).counted
    for knows in (world.secretary, world.leader, world.officer):
        board = board_for(world, knows)
        assert cell_of(board, Step.SELF_SCORE, world.btc).state == CellState.DONE
        assert step_of(board, Step.SELF_SCORE).done == 1


def test_the_page_keeps_who_is_behind_and_gives_the_same_as_a_file(
    client: Client, world: World
) -> None:
    make_milestone(world.season, Step.REGISTRATION, -2 * DAYS)
    accepted(world, world.btc)
    client.force_login(world.secretary)
    page = client.get(PAGE + "?buoc=registration&tinh=chua").content.decode()
    assert "Ủy ban Kiểm tra Tỉnh ủy</th>" in page
    assert "Ban Tổ chức Tỉnh ủy</th>" not in page
    assert f"{PAGE}registration/nhac/" in page
    file = client.get(PAGE + "?buoc=registration&tinh=chua&dang=csv").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(file), delimiter=";"))
    assert [row[:2] for row in rows] == [
        ["Đơn vị", "Đăng ký thi đua"],
        ["Ủy ban Kiểm tra Tỉnh ủy", "Trễ 2 ngày"],
        ["Đảng ủy Khối các cơ quan tỉnh", "Trễ 2 ngày"],
    ]


def test_only_who_runs_the_season_is_offered_to_remind(client: Client, world: World) -> None:
    make_milestone(world.season, Step.REGISTRATION, -2 * DAYS)
    client.force_login(world.representative)
    page = client.get(PAGE).content.decode()
    assert "chưa xong: 3 đơn vị" in page
    assert f"{PAGE}registration/nhac/" not in page


def test_the_season_page_tells_at_which_step_it_is(client: Client, world: World) -> None:
    make_milestone(world.season, Step.REGISTRATION, -2 * DAYS)
    client.force_login(world.leader)
    page = client.get("/khoi/hn-dang/2018/").content.decode()
    assert "đang ở bước “Đăng ký thi đua”" in page
    assert "trễ hạn" in page


def test_the_deadline_of_the_open_round_is_that_of_self_scoring() -> None:
    world = make_scoring()
    make_milestone(world.season, Step.SELF_SCORE, -5 * DAYS)
    sent_self_sheet(world, opened_round(world))
    Round.objects.update(due_at=timezone.now() + DAYS)
    step = step_of(board_for(world, world.secretary), Step.SELF_SCORE)
    assert step.state == StepState.NOW
    assert cell_of(board_for(world, world.secretary), Step.SELF_SCORE, world.ubkt).state == (
        CellState.PENDING
    )
