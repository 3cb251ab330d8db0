"""Preparing the next season step by step: nothing typed is lost, two secretaries share it."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from compacts.models import Milestone, Season
from compacts.rules import OfficeKind, Step
from scoring.models import PlannedStep, SeasonPlan
from scoring.rules import PlanStep
from scoring.services.season_plans import save_step
from tests.cast import World, give_role, make_member, make_person, make_unit
from tests.scoring.casting import make_scoring
from units.models import AuditEntry, Notification, Person
from units.rules import EditConflictError, RoleKind, RuleError

HANOI = timezone.get_default_timezone()
FRAME = {
    "year": "2019",
    "starts_on": "1/1/2019",
    "ends_on": "31/12/2019",
    "theme": "Đoàn kết, kỷ cương",
}


@pytest.fixture
def world(db: None) -> World:
    return make_scoring()


@pytest.fixture
def desk(world: World, client: Client) -> Client:
    client.force_login(world.secretary)
    return client


def address(step: str = "") -> str:
    return f"/mua-thi-dua/tiep/hn-dang/{step}/" if step else "/mua-thi-dua/tiep/hn-dang/"


def frame(world: World, **changes: str) -> dict[str, str]:
    return {"earlier": str(world.season.pk), **FRAME, **changes}


def send(client: Client, step: str, typed: dict[str, Any], **more: Any) -> HttpResponse:
    return client.post(address(step), {"version": "0", "go": "tiep", **typed, **more})


def press(client: Client, edition: int = 0, year: int = 2019) -> HttpResponse:
    """Open the season as the last page showed it."""
    return client.post(address("tom-tat"), {"edition": str(edition), "year": str(year)})


def text(answer: Any) -> str:
    return answer.content.decode()


# --- proposed ---------------------------------------------------------------------------------


def test_the_first_page_is_filled_in_from_the_newest_season(desk: Client) -> None:
    assert desk.get(address())["Location"] == address("mua")
    page = text(desk.get(address("mua")))
    assert 'value="2019"' in page
    assert 'value="1/1/2019"' in page
    assert "Bước này chưa lưu" in page


def test_days_move_on_by_a_year_and_a_weekend_is_hinted(world: World, desk: Client) -> None:
    due = datetime.datetime(2018, 3, 2, 0, 0, tzinfo=HANOI)
    opens = datetime.datetime(2018, 2, 1, 7, 30, tzinfo=HANOI)
    Milestone.objects.create(
        season=world.season, step=Step.REGISTRATION, opens_at=opens, due_at=due
    )
    late = datetime.datetime(2018, 4, 6, 17, 0, tzinfo=HANOI)
    Milestone.objects.create(season=world.season, step=Step.SIGNING, due_at=late, is_on=False)
    page = text(desk.get(address("moc")))
    assert 'value="1/2/2019"' in page
    assert 'value="1/3/2019"' in page
    assert "Đến 17:00, như mùa trước." in page
    sent = {
        "registration-on": "on",
        "registration-opens": "1/2/2019",
        "registration-due": "2/3/2019",
        "signing-due": "6/4/2019",
    }
    send(desk, "moc", sent)
    page = text(desk.get(address("moc")))
    assert "2/3/2019 là thứ Bảy; thứ Hai sau đó là 4/3/2019." in page
    assert "6/4/2019 là thứ Bảy" not in page


def test_the_hour_of_a_deadline_is_kept(world: World, desk: Client) -> None:
    late = datetime.datetime(2018, 4, 6, 17, 0, tzinfo=HANOI)
    Milestone.objects.create(season=world.season, step=Step.SIGNING, due_at=late)
    press(desk)
    season = Season.objects.get(bloc=world.bloc, year=2019)
    assert season.milestones.get(step=Step.SIGNING).due_at == datetime.datetime(
        2019, 4, 6, 17, 0, tzinfo=HANOI
    )
    end_of_march_1 = datetime.datetime(2019, 3, 2, 0, 0, tzinfo=HANOI)
    assert season.milestones.get(step=Step.REGISTRATION).due_at == end_of_march_1


def test_last_years_offices_are_shown_beside_the_proposal(world: World, desk: Client) -> None:
    page = text(desk.get(address("luan-phien")))
    assert "Ủy ban Kiểm tra Tỉnh ủy (trưởng khối năm 2018)" in page
    assert f'<option value="{world.duk.pk}" selected>' in page
    for way in ("Bầu luân phiên", "Giới thiệu luân phiên", "Bầu cử", "Suy tôn", "chỉ định"):
        assert way in page


def test_what_hinders_an_invitation_is_said(world: World, desk: Client) -> None:
    page = text(desk.get(address("loi-moi")))
    assert "thiếu địa chỉ thư" in page
    assert "chưa đăng nhập lần nào" in page
    assert "Chưa có ai giữ vai trò Đại diện đơn vị" in page
    assert f"/thiet-lap/nguoi-dung/{world.representative.pk}/" in page


def test_a_bloc_without_a_season_begins_from_nothing(world: World, client: Client) -> None:
    client.force_login(world.officer)
    Season.objects.filter(bloc=world.bloc).update(bloc=world.other_season.bloc, year=2001)
    assert client.get(address())["Location"] == "/mua-thi-dua/moi/hn-dang/"
    assert client.get(address("moc"))["Location"] == "/mua-thi-dua/moi/hn-dang/"


# --- kept -------------------------------------------------------------------------------------


def test_what_was_typed_is_there_when_one_comes_back(world: World, desk: Client) -> None:
    answer = send(desk, "mua", frame(world))
    assert answer["Location"] == address("moc")
    assert desk.get(address())["Location"] == address("moc")
    page = text(desk.get(address("mua")))
    assert "Đoàn kết, kỷ cương" in page
    assert "Nguyễn Thị Thư" in page
    assert not Season.objects.filter(bloc=world.bloc, year=2019).exists()


def test_what_is_wrong_is_kept_too_and_said_at_its_field(world: World, desk: Client) -> None:
    answer = send(desk, "mua", frame(world, year="2018", ends_on="hôm qua", theme="Giữ lấy"))
    assert answer.status_code == 200
    assert "Đã giữ nháp, nhưng còn những chỗ phải sửa" in text(answer)
    for page in (text(answer), text(desk.get(address("mua")))):
        assert "Khối này đã có mùa thi đua của năm đó." in page
        assert "hôm qua" in page
        assert "Giữ lấy" in page
    summary = text(desk.get(address("tom-tat")))
    assert "Năm: Khối này đã có mùa thi đua của năm đó." in summary
    assert ">Lập mùa thi đua</button>" not in summary
    assert desk.post(address("tom-tat"), {"edition": "1", "year": "2019"}).status_code == 200
    assert Season.objects.filter(bloc=world.bloc).count() == 1


def test_going_back_keeps_what_is_wrong_without_stopping(world: World, desk: Client) -> None:
    answer = send(desk, "moc", {"signing-due": "mai"}, go="lui")
    assert answer["Location"] == address("mua")
    assert "mai" in text(desk.get(address("moc")))


def test_later_pages_follow_the_season_that_was_chosen(world: World, desk: Client) -> None:
    send(desk, "mua", frame(world, year="2021", starts_on="1/9/2021", ends_on="31/5/2022"))
    assert 'value="1/3/2021"' in text(desk.get(address("moc")))


def test_an_unticked_unit_can_hold_no_office(world: World, desk: Client) -> None:
    send(desk, "don-vi", {"units": [str(world.ubkt.pk), str(world.btc.pk)]})
    send(desk, "luan-phien", {"head": str(world.duk.pk), "chosen_by": "election"})
    page = text(desk.get(address("luan-phien")))
    assert "Đơn vị này không nằm trong các đơn vị tham gia mùa thi đua." in page


def test_head_and_deputy_are_two_units_and_deputies_two_at_most(
    world: World, desk: Client
) -> None:
    fourth = make_unit(world.council, "bao", "Báo Hà Nam")
    make_member(world.bloc, fourth, 4)
    same = {"head": str(world.duk.pk), "deputies": [str(world.duk.pk)], "chosen_by": "rotation"}
    assert "không thể đồng thời là phó khối" in text(send(desk, "luan-phien", same))
    three = [str(unit.pk) for unit in (world.ubkt, world.btc, fourth)]
    many = {"head": str(world.duk.pk), "deputies": three, "chosen_by": "rotation"}
    assert "Nhiều nhất hai phó khối." in text(send(desk, "luan-phien", many, version="1"))


def test_a_season_without_units_is_refused_at_the_list(desk: Client) -> None:
    assert "Hãy chọn ít nhất một đơn vị." in text(send(desk, "don-vi", {}))


def test_what_nobody_can_have_typed_is_not_kept(world: World, desk: Client) -> None:
    page = text(send(desk, "mua", frame(world, theme="x" * 5_000)))
    assert "Nội dung quá dài, không lưu được." in page
    assert not PlannedStep.objects.exists()
    send(desk, "mua", frame(world, theme="a\0b", lạ="x"))
    assert "lạ" not in PlannedStep.objects.get().typed
    assert PlannedStep.objects.get().typed["theme"] == ["ab"]


def test_an_unknown_step_is_not_found(desk: Client) -> None:
    assert desk.get(address("khac")).status_code == 404


# --- shared -----------------------------------------------------------------------------------


def test_of_two_secretaries_on_one_page_the_second_sees_what_the_first_stored(
    world: World, desk: Client
) -> None:
    other = Client()
    other.force_login(world.deputy_secretary)
    send(other, "mua", frame(world, theme="Của phó khối"))
    page = text(send(desk, "mua", frame(world, theme="Của trưởng khối")))
    assert "Lê Văn Phó vừa lưu bước này." in page
    assert "Của phó khối" in page
    assert "Của trưởng khối" in page
    assert PlannedStep.objects.get().typed["theme"] == ["Của phó khối"]
    again = send(desk, "mua", frame(world, theme="Của trưởng khối"), version="1")
    assert again["Location"] == address("moc")
    assert PlannedStep.objects.get().typed["theme"] == ["Của trưởng khối"]


def test_two_secretaries_work_on_two_pages_at_once(world: World, desk: Client) -> None:
    other = Client()
    other.force_login(world.deputy_secretary)
    assert send(other, "bang-diem", {"table": "none"}).status_code == 302
    assert send(desk, "mua", frame(world)).status_code == 302
    assert SeasonPlan.objects.get().edition == 2


def test_nobody_opens_what_was_changed_since_they_read_it(world: World, desk: Client) -> None:
    send(desk, "mua", frame(world))
    other = Client()
    other.force_login(world.deputy_secretary)
    send(other, "bang-diem", {"table": "none"})
    page = text(press(desk, edition=1))
    assert "Bản nháp vừa được người khác sửa" in page
    assert not Season.objects.filter(bloc=world.bloc, year=2019).exists()
    assert press(desk, edition=2).status_code == 302


def test_a_page_of_a_discarded_draft_is_not_stored_over_the_new_one(world: World) -> None:
    def save(version: int) -> PlannedStep:
        return save_step(
            actor=world.secretary,
            bloc=world.bloc,
            step=PlanStep.TABLE,
            version=version,
            typed={"table": ["none"]},
        )

    assert save(0).version == 1
    assert save(1).version == 2
    with pytest.raises(EditConflictError):
        save(1)
    SeasonPlan.objects.all().delete()
    with pytest.raises(EditConflictError, match="vừa bị bỏ hoặc đã thành mùa"):
        save(2)


def test_more_values_than_a_page_has_are_refused(world: World) -> None:
    with pytest.raises(RuleError, match="quá dài"):
        save_step(
            actor=world.secretary,
            bloc=world.bloc,
            step=PlanStep.UNITS,
            version=0,
            typed={"units": ["1"] * 3_000},
        )


def test_the_draft_is_thrown_away_and_the_journal_says_by_whom(world: World, desk: Client) -> None:
    send(desk, "mua", frame(world))
    assert desk.post(address("bo-nhap"))["Location"] == address("mua")
    assert not SeasonPlan.objects.exists()
    assert "Đoàn kết" not in text(desk.get(address("mua")))
    entry = AuditEntry.objects.get(action="discard_season_plan")
    assert entry.actor == world.secretary
    desk.post(address("bo-nhap"))
    assert AuditEntry.objects.filter(action="discard_season_plan").count() == 1


# --- opened -----------------------------------------------------------------------------------


def test_last_years_season_is_opened_with_one_press(world: World, desk: Client) -> None:
    summary = text(desk.get(address("tom-tat")))
    assert "Theo đề xuất từ mùa trước, chưa ai sửa." in summary
    answer = press(desk)
    assert answer["Location"] == "/khoi/hn-dang/2019/"
    season = Season.objects.get(bloc=world.bloc, year=2019)
    assert season.offices.get(kind=OfficeKind.HEAD).unit == world.duk
    told = Notification.objects.filter(key=f"season:{season.pk}:invited:1")
    assert {one.person for one in told} == {
        world.representative,
        world.head_of_btc,
        world.head_of_ubkt,
    }


def test_a_second_press_opens_no_season_of_the_year_after(world: World, desk: Client) -> None:
    assert press(desk)["Location"] == "/khoi/hn-dang/2019/"
    assert press(desk)["Location"] == "/khoi/hn-dang/2019/"
    assert list(Season.objects.filter(bloc=world.bloc).values_list("year", flat=True)) == [
        2019,
        2018,
    ]
    assert "Bản nháp vừa được người khác sửa" in text(press(desk, year=2030))


def test_what_was_planned_becomes_the_season_and_the_draft_is_gone(
    world: World, desk: Client
) -> None:
    send(desk, "mua", frame(world))
    send(desk, "don-vi", {"units": [str(world.ubkt.pk), str(world.btc.pk)]})
    send(desk, "luan-phien", {"head": str(world.btc.pk), "chosen_by": "election"})
    send(desk, "bang-diem", {"table": "none"})
    send(desk, "loi-moi", {"invited": [str(world.head_of_btc.pk), str(world.stranger.pk)]})
    plan = SeasonPlan.objects.get()
    answer = press(desk, plan.edition)
    assert answer["Location"] == "/khoi/hn-dang/2019/"
    season = Season.objects.get(bloc=world.bloc, year=2019)
    assert season.theme == "Đoàn kết, kỷ cương"
    head = season.offices.get()
    assert (head.unit, head.chosen_by) == (world.btc, "election")
    assert season.participants.count() == 2
    told = Notification.objects.get(key=f"season:{season.pk}:invited:1")
    assert told.person == world.head_of_btc
    assert not SeasonPlan.objects.exists()


# --- asked of the database --------------------------------------------------------------------


def questions(client: Client, step: PlanStep) -> int:
    client.get(address(step))
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address(step)).status_code == 200
    return len(captured)


def test_more_units_and_people_ask_the_database_no_more(world: World, desk: Client) -> None:
    before = {step: questions(desk, step) for step in PlanStep}
    for place in range(12):
        unit = make_unit(world.council, f"dv-{place}", f"Đơn vị {place}")
        make_member(world.bloc, unit, 10 + place)
        person: Person = make_person(f"nguoi-{place}", f"Nguyễn Văn {place}")
        give_role(person, RoleKind.REPRESENTATIVE, unit=unit)
    assert {step: questions(desk, step) for step in PlanStep} == before
