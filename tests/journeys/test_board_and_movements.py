"""A movement is launched and a notice put up; a representative on a phone is told and reads."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone
from pytest_django import Settings

from compacts.models import Announcement, Movement
from compacts.rules import MovementPhase
from tests.cast import World, make_world
from tests.compacts.moves import PDF
from tests.journeys.axe import violations
from tests.journeys.visitor import PhoneVisitor, Visitor
from units.vietnamese import date_text

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
SEASON = "/khoi/hn-dang/2018/"
MOVEMENT = "Thi đua cải cách hành chính, chuyển đổi số"
DRIVE = "Đợt thi đua cao điểm chào mừng ngày thành lập Đảng"
NOTICE = "Lịch kiểm tra chéo và mẫu báo cáo"
DESK = {"width": 1440, "height": 900}


@pytest.fixture
def world(transactional_db: None, settings: Settings, tmp_path: object) -> World:
    settings.MEDIA_ROOT = tmp_path
    return make_world()


def show(visitor: Visitor, name: str) -> None:
    """Keep the page at three sizes; at the last one nobody is shut out."""
    visitor.picture(name)
    assert violations(visitor.page) == [], name


def enter_movement(visitor: Visitor) -> None:
    page = visitor.page
    visitor.go(SEASON)
    page.get_by_role("link", name="Trong năm", exact=True).click()
    page.get_by_role("link", name="Phong trào", exact=True).click()
    page.get_by_role("link", name="Ghi phong trào").click()
    page.get_by_label("Tên", exact=False).first.fill(MOVEMENT)
    page.get_by_label("Chủ đề").fill("Nhanh, gọn, đúng hẹn")
    page.get_by_label("Mục tiêu").fill("Rút ngắn một nửa thời gian xử lý văn bản.")
    page.get_by_label("Chỉ tiêu").fill("100% văn bản đúng hạn\n80% hồ sơ xử lý trên mạng")
    page.get_by_label("Từ ngày").fill("01/03/2018")
    page.get_by_label("Đến ngày").fill("01/02/2018")
    visitor.press("Lưu")
    assert page.get_by_label("Tên", exact=False).first.input_value() == MOVEMENT
    show(visitor, "phong-trao-ghi")
    # Whoever knows the form by heart needs no mouse.
    page.get_by_label("Đến ngày").fill("31/12/2018")
    page.get_by_label("Đến ngày").press("Enter")
    visitor.sees("Đã lưu phong trào.")


def launch(visitor: Visitor) -> None:
    page = visitor.page
    page.get_by_role("link", name="Ghi việc phát động").click()
    page.get_by_label("Người phát động").fill("Phạm Sỹ Lợi, Phó Bí thư Thường trực Tỉnh ủy")
    page.get_by_label("Ngày phát động").fill("20/03/2018")
    visitor.press("Ghi")
    visitor.sees("phát động ngày 20/3/2018")
    page.get_by_role("link", name="Thêm đợt thi đua").click()
    page.get_by_label("Tên", exact=False).first.fill(DRIVE)
    page.get_by_label("Mục tiêu").fill("Lập thành tích chào mừng.")
    page.get_by_label("Từ ngày").fill("03/02/2018")
    page.get_by_label("Đến ngày").fill("30/04/2018")
    visitor.press("Lưu")
    visitor.sees(DRIVE)
    page.get_by_role("link", name=MOVEMENT).click()
    visitor.sees(DRIVE)
    show(visitor, "phong-trao")


def put_up_notice(visitor: Visitor) -> None:
    page = visitor.page
    page.get_by_role("link", name="Bảng tin", exact=True).click()
    page.get_by_role("link", name="Đăng lên bảng tin").click()
    page.get_by_label("Tiêu đề").fill(NOTICE)
    visitor.press("Đăng")
    visitor.sees("Thông báo cần có nội dung")
    show(visitor, "bang-tin-dang")
    page.get_by_label("Nội dung").fill("Các đoàn kiểm tra chéo từ ngày 5/12.\n\nMẫu ở tệp kèm.")
    page.get_by_label("Tệp").set_input_files(
        {"name": "mau-bao-cao.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    next_week = timezone.localdate() + datetime.timedelta(days=7)
    page.get_by_label("Hiệu lực đến hết ngày").fill(date_text(next_week))
    visitor.press("Đăng")
    visitor.sees("Đã đăng lên bảng tin.")
    page.get_by_role("link", name="Cả bảng tin").click()
    visitor.sees(NOTICE)
    show(visitor, "bang-tin")


def read_on_a_phone(phone: PhoneVisitor) -> None:
    phone.become("dai-dien")
    phone.follow("Thông báo")
    phone.sees(NOTICE)
    phone.sees(MOVEMENT)
    phone.reads("thong-bao-moi")
    phone.tap(phone.page.locator("main").get_by_role("link", name=NOTICE).first)
    phone.sees("Các đoàn kiểm tra chéo từ ngày 5/12.")
    phone.reads("bai-tren-bang-tin")
    with phone.page.expect_download() as shared:
        phone.follow("mau-bao-cao.pdf")
    assert shared.value.suggested_filename == "mau-bao-cao.pdf"
    phone.follow("Phong trào")
    phone.sees("Nhanh, gọn, đúng hẹn")
    phone.reads("phong-trao-danh-sach")
    phone.tap(phone.page.get_by_role("link", name=MOVEMENT, exact=True))
    phone.sees("100% văn bản đúng hạn")
    phone.reads("phong-trao-doc")
    assert phone.page.get_by_role("link", name="Sửa").count() == 0
    phone.go(SEASON)
    phone.sees(NOTICE)


def test_a_movement_and_a_notice_reach_the_units(
    visitor: Visitor, phone: PhoneVisitor, world: World
) -> None:
    visitor.page.set_viewport_size(DESK)
    visitor.become("thu-ky")
    enter_movement(visitor)
    launch(visitor)
    put_up_notice(visitor)
    movement = Movement.objects.get(name=MOVEMENT)
    assert movement.phase_on(datetime.date(2018, 4, 1)) == MovementPhase.RUNNING
    assert movement.drives.get().name == DRIVE
    assert Announcement.objects.get().title == NOTICE
    read_on_a_phone(phone)
