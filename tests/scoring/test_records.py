from __future__ import annotations

import datetime
from dataclasses import replace

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from compacts.rules import Step
from compacts.services.ad_hoc_tasks import confirm_ad_hoc_task, enter_ad_hoc_task
from scoring.models import CriterionSource, Mark, Round, Sheet
from scoring.rules import RecordSource, Stage
from scoring.services.records import choose_source, fill_from_records
from scoring.services.sheets import submit_sheet
from tests.cast import World, make_milestone
from tests.compacts.test_ad_hoc_tasks import DONE
from tests.scoring.casting import (
    draft_round,
    fill,
    make_scoring,
    opened_round,
    put,
    sheet_of,
)
from units.access import AccessDenied
from units.rules import RuleError, end_of_day

SOURCES = "/khoi/hn-dang/2018/cham-diem/so-lieu/"


@pytest.fixture
def scoring_world(db: None) -> World:
    return make_scoring()


def choose(world: World, code: str, source: RecordSource | None) -> None:
    choose_source(actor=world.secretary, season_id=world.season.pk, criterion=code, source=source)


def confirmed_task(world: World, text: str = "Việc được giao") -> None:
    task = enter_ad_hoc_task(
        actor=world.representative,
        season=world.season,
        unit=world.btc,
        facts=replace(DONE, text=text),
    )
    confirm_ad_hoc_task(actor=world.leader, task_id=task.pk)


def own_sheet(world: World, **facts: datetime.datetime) -> Sheet:
    return sheet_of(opened_round(world, **facts), world.btc)


def test_confirmed_ad_hoc_tasks_are_counted_into_the_bonus(scoring_world: World) -> None:
    choose(scoring_world, "T.1", RecordSource.AD_HOC_TASKS)
    sheet = own_sheet(scoring_world)
    confirmed_task(scoring_world)
    confirmed_task(scoring_world, "Việc thứ hai")
    enter_ad_hoc_task(
        actor=scoring_world.representative,
        season=scoring_world.season,
        unit=scoring_world.btc,
        facts=DONE,
    )
    (mark,) = fill_from_records(actor=scoring_world.representative, sheet_id=sheet.pk)
    assert mark.entry == {"count": "2"}
    assert mark.points == 10
    assert mark.from_records
    assert "2 việc đã xác nhận" in mark.comment


def test_sending_a_sheet_takes_the_newest_figures(scoring_world: World) -> None:
    choose(scoring_world, "T.1", RecordSource.AD_HOC_TASKS)
    sheet = own_sheet(scoring_world)
    fill(scoring_world.representative, sheet)
    fill_from_records(actor=scoring_world.representative, sheet_id=sheet.pk)
    confirmed_task(scoring_world)
    submit_sheet(actor=scoring_world.representative, sheet_id=sheet.pk)
    assert Mark.objects.get(sheet=sheet, criterion__code="T.1").entry == {"count": "1"}


def test_filling_in_twice_changes_nothing(scoring_world: World) -> None:
    choose(scoring_world, "T.1", RecordSource.AD_HOC_TASKS)
    sheet = own_sheet(scoring_world)
    assert len(fill_from_records(actor=scoring_world.representative, sheet_id=sheet.pk)) == 1
    assert fill_from_records(actor=scoring_world.representative, sheet_id=sheet.pk) == []


def test_a_unit_does_not_type_over_what_the_records_say(scoring_world: World) -> None:
    choose(scoring_world, "T.1", RecordSource.AD_HOC_TASKS)
    sheet = own_sheet(scoring_world)
    with pytest.raises(RuleError, match="tự lấy số liệu"):
        put(scoring_world.representative, sheet, "T.1", {"count": "4"})


def test_a_verifier_may_differ_from_the_records_with_a_reason(scoring_world: World) -> None:
    choose(scoring_world, "T.1", RecordSource.AD_HOC_TASKS)
    scored = opened_round(scoring_world)
    own = sheet_of(scored, scoring_world.btc)
    fill(scoring_world.representative, own)
    confirmed_task(scoring_world)
    submit_sheet(actor=scoring_world.representative, sheet_id=own.pk)
    verify = sheet_of(scored, scoring_world.btc, "verify")
    put(scoring_world.secretary, verify, "T.1", {"count": "0"}, "Trùng nhiệm vụ thường xuyên.")
    fill_from_records(actor=scoring_world.secretary, sheet_id=verify.pk)
    assert Mark.objects.get(sheet=verify, criterion__code="T.1").entry == {"count": "0"}


def test_the_days_by_which_a_self_score_is_late_come_from_its_sending(
    scoring_world: World,
) -> None:
    choose(scoring_world, "I.3", RecordSource.LATE_SELF_SCORE)
    due = timezone.now() + datetime.timedelta(days=1)
    sheet = own_sheet(scoring_world, due_at=due)
    with time_machine.travel(due + datetime.timedelta(days=3), tick=False):
        put(scoring_world.representative, sheet, "I.1", {"achieved": "95"})
        put(scoring_world.representative, sheet, "I.2", {"points": "0"})
        fill_from_records(actor=scoring_world.representative, sheet_id=sheet.pk)
    mark = Mark.objects.get(sheet=sheet, criterion__code="I.3")
    assert mark.entry == {"days_late": 3}
    assert mark.points == 4


@pytest.mark.parametrize(("hours", "late"), [(-2, 0), (10, 1)])
def test_what_is_due_by_the_end_of_a_day_is_late_from_the_next_day_on(
    scoring_world: World, hours: int, late: int
) -> None:
    choose(scoring_world, "I.3", RecordSource.LATE_SELF_SCORE)
    due = end_of_day(timezone.localdate() + datetime.timedelta(days=1))
    sheet = own_sheet(scoring_world, due_at=due)
    with time_machine.travel(due + datetime.timedelta(hours=hours), tick=False):
        fill_from_records(actor=scoring_world.representative, sheet_id=sheet.pk)
    assert Mark.objects.get(sheet=sheet, criterion__code="I.3").entry == {"days_late": late}


def test_the_days_by_which_a_registration_is_late_count_hanoi_dates(
    scoring_world: World,
) -> None:
    choose(scoring_world, "I.3", RecordSource.LATE_REGISTRATION)
    make_milestone(scoring_world.season, Step.REGISTRATION, -datetime.timedelta(days=2))
    sheet = own_sheet(scoring_world)
    fill_from_records(actor=scoring_world.representative, sheet_id=sheet.pk)
    assert Mark.objects.get(sheet=sheet, criterion__code="I.3").entry == {"days_late": 2}


@pytest.mark.parametrize(
    ("code", "source"),
    [
        ("I.1", RecordSource.AD_HOC_TASKS),
        ("T.1", RecordSource.LATE_REGISTRATION),
        ("I.2", RecordSource.LATE_SELF_SCORE),
    ],
)
def test_a_source_that_does_not_fit_the_rule_is_refused(
    scoring_world: World, code: str, source: RecordSource
) -> None:
    with pytest.raises(RuleError, match=code):
        choose(scoring_world, code, source)


def test_sources_are_fixed_once_scoring_has_begun(scoring_world: World) -> None:
    choose(scoring_world, "T.1", RecordSource.AD_HOC_TASKS)
    opened_round(scoring_world)
    with pytest.raises(RuleError, match="Đã bắt đầu chấm"):
        choose(scoring_world, "T.1", None)


def test_a_unit_chooses_no_sources(scoring_world: World) -> None:
    with pytest.raises(AccessDenied):
        choose_source(
            actor=scoring_world.representative,
            season_id=scoring_world.season.pk,
            criterion="T.1",
            source=RecordSource.AD_HOC_TASKS,
        )


def test_a_secretary_chooses_the_sources_in_the_page(scoring_world: World, client: Client) -> None:
    draft_round(scoring_world)
    client.force_login(scoring_world.secretary)
    sent = {"nguon-T.1": "ad_hoc_tasks", "nguon-I.3": "late_self_score"}
    client.post(SOURCES, sent)
    chosen = dict(CriterionSource.objects.values_list("criterion__code", "source"))
    assert chosen == {"T.1": "ad_hoc_tasks", "I.3": "late_self_score"}
    client.post(SOURCES, {**sent, "nguon-I.3": "none"})
    assert CriterionSource.objects.get().criterion.code == "T.1"
    assert Round.objects.count() == 1


def test_the_page_of_a_sheet_takes_the_figures_over(scoring_world: World, client: Client) -> None:
    choose(scoring_world, "T.1", RecordSource.AD_HOC_TASKS)
    sheet = own_sheet(scoring_world)
    assert sheet.stage == Stage.SELF
    confirmed_task(scoring_world)
    client.force_login(scoring_world.representative)
    address = "/khoi/hn-dang/2018/cham-diem/nam/btc/self/btc/"
    shown = client.post(f"{address}lay-so-lieu/", follow=True).content.decode()
    assert "1 tiêu chí thay đổi" in shown
    assert "1 việc đã xác nhận" in shown
