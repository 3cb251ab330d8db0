"""A unit's year on a phone of 360 points, from each task on the first page to its end."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone
from pytest_django import Settings

from compacts.models import Progress, Registration, Season
from compacts.rules import Period, RegistrationState, Step
from compacts.services.registrations import accept_registration
from scoring.models import Evidence, Sheet
from scoring.rules import SheetState
from tests.cast import (
    World,
    adopt,
    make_milestone,
    make_season,
    make_table,
    make_world,
    table_definition,
)
from tests.compacts.moves import PNG
from tests.journeys.visitor import PhoneVisitor
from tests.scoring.casting import opened_round

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
UNIT = "Ban Tổ chức Tỉnh ủy"


@pytest.fixture
def world(transactional_db: None, settings: Settings, tmp_path: object) -> World:
    """The cast in a season of this year, whose steps are due within a month."""
    settings.MEDIA_ROOT = tmp_path
    made = make_world()
    year = timezone.localdate().year
    made.season = make_season(made.bloc, [made.ubkt, made.duk, made.btc], year)
    # On the last days of a year, too, the season goes on.
    Season.objects.filter(pk=made.season.pk).update(ends_on=datetime.date(year + 1, 2, 1))
    adopt(made.season, make_table(table_definition()))
    for days, step in enumerate((Step.REGISTRATION, Step.SELF_SCORE, Step.YEAREND), start=5):
        make_milestone(made.season, step, datetime.timedelta(days=days))
    return made


def take_up(phone: PhoneVisitor, task: str) -> None:
    """From the first page to the place where a task is done."""
    phone.go("/")
    phone.sees(task)
    phone.follow(task)


def register(phone: PhoneVisitor, world: World) -> None:
    page = phone.page
    phone.become("dai-dien")
    phone.reads("viec-cua-toi")
    take_up(phone, f"Đăng ký thi đua: {UNIT}")
    phone.tap(page.get_by_text("Cờ thi đua của UBND tỉnh"))
    page.get_by_label("Nhiệm vụ", exact=True).first.fill("Thẩm định hồ sơ cán bộ đúng hạn")
    page.get_by_label("Chỉ số đo").first.fill("Tỷ lệ hồ sơ đúng hạn")
    page.get_by_label("Chỉ tiêu").first.fill("98,5")
    page.get_by_label("Đơn vị tính").first.fill("%")
    page.get_by_label("Hạn", exact=True).first.fill(f"15/12/{world.season.year}")
    phone.press("Trình thủ trưởng duyệt")
    phone.sees("Đã trình thủ trưởng duyệt.")
    phone.reads("dang-ky")
    phone.become("thu-truong")
    take_up(phone, f"Duyệt và gửi bản đăng ký: {UNIT}")
    phone.press("Duyệt và gửi")
    phone.sees("Đã gửi bản đăng ký.")
    phone.reads("dang-ky-da-gui")


def report(phone: PhoneVisitor) -> None:
    page = phone.page
    phone.become("dai-dien")
    take_up(phone, f"Báo cáo cả năm: {UNIT}")
    page.get_by_label("Thực hiện").fill("99,25")
    phone.tap(page.get_by_text("Kèm minh chứng"))
    photograph = {"name": "bien-ban.png", "mimeType": "image/png", "buffer": PNG}
    page.get_by_label("Tệp minh chứng").set_input_files(photograph)
    phone.press("Ghi báo cáo")
    phone.sees("Đã ghi báo cáo của 1 nhiệm vụ.")
    phone.reads("bao-cao-tien-do")


def score_oneself(phone: PhoneVisitor) -> None:
    page = phone.page
    take_up(phone, f"Tự chấm: {UNIT}")
    page.locator('[name$="-achieved"]').first.fill("95")
    page.locator('[name$="-points"]').first.fill("28,5")
    page.locator('[name$="-days_late"]').first.fill("0")
    phone.press("Gửi phiếu")
    # Evidence is missing: the place is named, and what was typed is kept.
    phone.sees("minh chứng")
    phone.reads("tu-cham-con-thieu")
    phone.tap(page.get_by_role("link", name="Minh chứng của phiếu này").nth(1))
    photograph = {"name": "bao-cao.png", "mimeType": "image/png", "buffer": PNG}
    page.locator("input[type=file]").set_input_files(photograph)
    phone.press("Thêm")
    phone.sees("bao-cao.png")
    phone.reads("minh-chung")
    take_up(phone, f"Tự chấm: {UNIT}")
    phone.press("Gửi phiếu")
    phone.sees("Đã gửi phiếu.")
    phone.reads("tu-cham-da-gui")


def test_a_unit_goes_through_its_year_by_taps_alone(phone: PhoneVisitor, world: World) -> None:
    register(phone, world)
    registration = Registration.objects.get(unit=world.btc, season=world.season)
    assert registration.state == RegistrationState.SUBMITTED
    accept_registration(actor=world.secretary, registration_id=registration.pk)
    report(phone)
    told = Progress.objects.get(task__registration=registration)
    assert (told.period, str(told.achieved), told.file is not None) == (Period.YEAR, "99.25", True)
    scored = opened_round(world)
    score_oneself(phone)
    sheet = Sheet.objects.get(round=scored, unit=world.btc, stage="self")
    assert sheet.state == SheetState.SUBMITTED
    assert Evidence.objects.filter(mark__sheet=sheet).count() == 1
    phone.go("/")
    phone.sees("Hiện không có việc nào chờ đồng chí.")
    phone.reads("viec-cua-toi-da-xong")
