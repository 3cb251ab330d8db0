"""One bloc's year in a real browser: registered, signed, scored, published, explained."""

from __future__ import annotations

import subprocess

import pytest
from django.utils import timezone

from compacts.models import Compact, Registration
from compacts.rules import CompactState, RegistrationState
from scoring.models import Round, Sheet
from scoring.rules import RoundState, SheetState
from scoring.services.rounds import RoundFacts, create_round
from tests.cast import (
    World,
    adopt,
    give_role,
    make_person,
    make_registration,
    make_table,
    make_world,
    table_definition,
)
from tests.journeys.visitor import Visitor
from units.rules import RoleKind

pytestmark = pytest.mark.django_db(transaction=True)
LINK = "https://hanam.gov.vn/van-ban/12"


@pytest.fixture
def world(transactional_db: None) -> World:
    made = make_world()
    give_role(make_person("dai-dien-duk", "Ngô Đại Diện"), RoleKind.REPRESENTATIVE, unit=made.duk)
    adopt(made.season, make_table(table_definition()))
    for unit in (made.ubkt, made.duk):
        registration = make_registration(made.season, unit, tasks=3)
        registration.state = RegistrationState.ACCEPTED
        registration.submitted_at = registration.accepted_at = timezone.now()
        registration.save()
    return made


SEASON = "/khoi/hn-dang/2018/"


def register(visitor: Visitor) -> None:
    visitor.become("dai-dien")
    visitor.go(f"{SEASON}dang-ky/btc/")
    page = visitor.page
    page.get_by_label("Cờ thi đua của UBND tỉnh").check()
    page.get_by_label("Nhiệm vụ", exact=True).first.fill("Thẩm định hồ sơ cán bộ đúng hạn")
    page.get_by_label("Chỉ số đo").first.fill("Tỷ lệ hồ sơ đúng hạn")
    page.get_by_label("Chỉ tiêu").first.fill("98,5 %")
    visitor.press("Trình thủ trưởng duyệt")
    visitor.sees("Hãy nhập một số, ví dụ 98,5.")
    assert page.get_by_label("Chỉ số đo").first.input_value() == "Tỷ lệ hồ sơ đúng hạn"
    page.get_by_label("Chỉ tiêu").first.fill("98,5")
    page.get_by_label("Đơn vị tính").first.fill("%")
    page.get_by_label("Hạn", exact=True).first.fill("15/12/2018")
    visitor.press("Trình thủ trưởng duyệt")
    visitor.sees("Đã trình thủ trưởng duyệt.")
    visitor.picture("dang-ky")
    visitor.become("thu-truong")
    visitor.go(f"{SEASON}dang-ky/btc/")
    visitor.press("Duyệt và gửi")
    visitor.sees("Đã gửi bản đăng ký.")
    visitor.become("thu-ky")
    visitor.go(f"{SEASON}dang-ky/btc/")
    visitor.press("Chấp nhận")
    visitor.sees("Đã chấp nhận bản đăng ký.")
    visitor.picture("danh-sach-dang-ky")


def sign(visitor: Visitor) -> None:
    page = visitor.page
    visitor.go(f"{SEASON}giao-uoc/")
    visitor.press("Soạn giao ước từ mẫu")
    page.get_by_label("Tiêu đề mục").first.fill("Mục tiêu chung")
    visitor.press("Lưu")
    visitor.sees("Đã lưu nội dung giao ước.")
    visitor.picture("soan-giao-uoc")
    visitor.go(f"{SEASON}giao-uoc/ban-hanh/")
    page.get_by_label("Ngày ký kết").fill("20/3/2018")
    visitor.press("Ban hành")
    visitor.sees("Tải PDF")
    for unit in ("ubkt", "duk", "btc"):
        visitor.go(f"{SEASON}giao-uoc/ky/{unit}/")
        page.get_by_label("Ngày ký").fill("20/3/2018")
        visitor.press("Ghi nhận")
        visitor.sees("Đã ghi nhận chữ ký")
    visitor.sees("Có hiệu lực")
    visitor.go(f"{SEASON}giao-uoc/")
    page.get_by_role("link", name="bản 2").wait_for(timeout=30_000)
    visitor.picture("giao-uoc")
    code = Compact.objects.get().verify_code
    page.context.clear_cookies()
    visitor.go(f"/xac-thuc/{code}/")
    visitor.sees("Ban Tổ chức Tỉnh ủy: Thủ trưởng BTC")


def fill_self_sheet(visitor: Visitor, username: str, unit: str, achieved: str) -> None:
    page = visitor.page
    visitor.become(username)
    visitor.go(f"{SEASON}cham-diem/nam/{unit}/self/{unit}/")
    page.locator('[name$="-achieved"]').first.fill(achieved)
    page.locator('[name$="-points"]').first.fill("28,5")
    page.locator('[name$="-days_late"]').first.fill("0")
    visitor.press("Lưu tất cả")
    visitor.sees("Đã lưu 3 dòng.")
    page.get_by_role("link", name="Minh chứng của phiếu này").nth(1).click()
    page.get_by_label("Đường dẫn").fill(LINK)
    visitor.press("Thêm")
    visitor.sees(LINK)
    visitor.go(f"{SEASON}cham-diem/nam/{unit}/self/{unit}/")
    visitor.press("Gửi phiếu")
    visitor.sees("Đã gửi phiếu.")


def verify_sheet(visitor: Visitor, unit: str, scorer: str) -> None:
    visitor.go(f"{SEASON}cham-diem/nam/{unit}/verify/{scorer}/")
    for row in range(3):
        follow = visitor.page.get_by_role("button", name="Chấm theo đề xuất", exact=True)
        follow.nth(row).click()
        visitor.page.wait_for_load_state()
    visitor.press("Gửi phiếu")
    visitor.sees("Đã gửi phiếu.")


def score(visitor: Visitor) -> None:
    page = visitor.page
    visitor.become("thu-ky")
    visitor.go(f"{SEASON}cham-diem/nam/")
    visitor.press("Mở đợt chấm")
    fill_self_sheet(visitor, "dai-dien", "btc", "95")
    visitor.picture("tu-cham")
    fill_self_sheet(visitor, "dai-dien-duk", "duk", "90")
    fill_self_sheet(visitor, "chu-nhiem", "ubkt", "92,5")
    visitor.become("cham-diem")
    verify_sheet(visitor, "ubkt", "duk")
    visitor.become("thu-ky")
    verify_sheet(visitor, "duk", "secretariat")
    visitor.go(f"{SEASON}cham-diem/nam/btc/verify/secretariat/")
    page.get_by_role("button", name="Chấm theo đề xuất", exact=True).nth(0).click()
    page.get_by_role("button", name="Chấm theo đề xuất", exact=True).nth(2).click()
    page.locator('[name$="-points"]').first.fill("27")
    visitor.press("Lưu tất cả")
    visitor.sees("lý do")
    page.locator('details:has([name$="-comment"])').nth(1).evaluate("box => box.open = true")
    page.locator('[name$="-comment"]').nth(1).fill("Hai văn bản gửi lại nhiều lần")
    visitor.press("Gửi phiếu")
    visitor.sees("Đã gửi phiếu.")
    visitor.picture("cham-diem")
    visitor.go(f"{SEASON}cham-diem/nam/")
    visitor.press("Khóa điểm")
    visitor.go(f"{SEASON}xep-hang/")
    visitor.page.get_by_role("link", name="Công bố", exact=True).click()
    visitor.press("Công bố")
    visitor.sees("Đã công bố")


def understand(visitor: Visitor) -> None:
    visitor.become("lanh-dao")
    visitor.picture("viec-cua-toi")
    visitor.go(f"{SEASON}xep-hang/")
    visitor.picture("xep-hang")
    visitor.page.get_by_role("link", name="Ban Tổ chức Tỉnh ủy").click()
    visitor.sees("Tổng điểm của Ban Tổ chức Tỉnh ủy")
    visitor.page.get_by_text("I.2 Chất lượng tham mưu").click()
    opened = visitor.page.locator("details[open]")
    opened.get_by_text("Lấy điểm bước thẩm định.").wait_for()
    visitor.picture("vi-sao")


def test_a_bloc_goes_from_registration_to_a_published_ranking_that_explains_itself(
    visitor: Visitor, world: World, worker: subprocess.Popen[bytes]
) -> None:
    register(visitor)
    assert Registration.objects.get(unit=world.btc).state == RegistrationState.ACCEPTED
    sign(visitor)
    compact = Compact.objects.get()
    assert compact.state == CompactState.IN_FORCE
    assert compact.documents.count() == 2
    create_round(
        actor=world.secretary,
        season_id=world.season.pk,
        facts=RoundFacts(code="nam", name="Chấm điểm năm 2018"),
    )
    score(visitor)
    assert Round.objects.get().state == RoundState.PUBLISHED
    assert {sheet.state for sheet in Sheet.objects.all()} == {SheetState.LOCKED}
    understand(visitor)
