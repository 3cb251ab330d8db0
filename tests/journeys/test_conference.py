"""A conference in a real browser: planned, attended, opened, and led from a phone in the hall."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from compacts.models import Conference
from compacts.rules import RegistrationState
from tests.cast import make_registration, make_world
from tests.journeys.visitor import PHONE, Visitor

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = "/khoi/hn-dang/2018/hoi-nghi/"
PROJECTOR = {"width": 1920, "height": 1080}


def plan(visitor: Visitor) -> Conference:
    page = visitor.page
    visitor.go(f"{PAGES}moi/")
    page.get_by_label("Tên hội nghị").fill("Hội nghị ký kết giao ước thi đua năm 2018")
    page.get_by_label("Địa điểm").fill("Hội trường Tỉnh ủy")
    page.get_by_label("Thời gian").fill("8:00 20/3/2018")
    visitor.press("Lưu")
    visitor.sees("hãy xem lại chương trình")
    page.get_by_label("Người trình bày").first.fill("Ban Tổ chức")
    page.get_by_role("button", name="Thêm mục").click()
    page.get_by_label("Nội dung", exact=True).last.fill("Văn nghệ chào mừng")
    visitor.picture("hoi-nghi-chuong-trinh")
    visitor.press("Lưu")
    visitor.sees("Văn nghệ chào mừng")
    return Conference.objects.get()


def attend(visitor: Visitor, conference: Conference) -> None:
    visitor.go(f"{PAGES}{conference.pk}/diem-danh/")
    visitor.page.get_by_label("Có mặt: BTC").select_option("excused")
    visitor.press("Lưu điểm danh")
    visitor.sees("Hãy ghi lý do vắng.")
    visitor.page.get_by_label("Lý do vắng: BTC").fill("Đi công tác")
    visitor.press("Các đơn vị chưa điểm danh đều có mặt")
    visitor.sees("Có mặt 2/3 đơn vị")
    visitor.picture("hoi-nghi-diem-danh")


def shows(screen: Page, words: str) -> None:
    """The screen of the hall comes to it by itself."""
    screen.get_by_text(words, exact=False).first.wait_for()


def test_a_phone_leads_the_screen_of_the_hall_through_the_conference(visitor: Visitor) -> None:
    world = make_world()
    registration = make_registration(world.season, world.duk)
    registration.state = RegistrationState.SUBMITTED
    registration.submitted_at = timezone.now()
    registration.save()
    visitor.become("thu-ky")
    conference = plan(visitor)
    attend(visitor, conference)

    screen = visitor.page.context.new_page()
    screen.set_viewport_size(PROJECTOR)
    screen.goto(f"{visitor.url}{PAGES}{conference.pk}/man-hinh/")
    shows(screen, "Kỷ cương, liêm chính")
    screen.screenshot(path=visitor.folder / "hoi-truong-chao-mung.png")

    visitor.page.set_viewport_size(PHONE)
    visitor.go(f"{PAGES}{conference.pk}/dieu-khien/")
    visitor.press("Khai mạc")
    visitor.press("Tiếp")
    shows(screen, "2/3 đơn vị có mặt")
    screen.screenshot(path=visitor.folder / "hoi-truong-co-mat.png")
    visitor.press("Tiếp")
    shows(screen, "Chương trình hội nghị")
    visitor.press("Lùi")
    shows(screen, "2/3 đơn vị có mặt")

    visitor.press("Đăng ký thi đua của các đơn vị")
    shows(screen, "Chưa gửi bản đăng ký.")
    visitor.press("Tiếp")
    shows(screen, "Nhiệm vụ trọng tâm 1 của ĐUK")
    screen.screenshot(path=visitor.folder / "hoi-truong-dang-ky.png")
    visitor.page.get_by_label("Ý kiến thảo luận, kết luận").fill("Nhất trí.")
    visitor.press("Ghi kết luận")
    visitor.sees("Đã ghi kết luận.")
    visitor.picture("hoi-nghi-dieu-khien")

    visitor.press("Phát động phong trào thi đua")
    shows(screen, "Kỷ cương, liêm chính")
    visitor.press("Ký kết giao ước thi đua")
    shows(screen, "Giao ước chưa ban hành.")
    visitor.page.get_by_text("Bế mạc hội nghị").click()
    visitor.press("Bế mạc")
    shows(screen, "Hội nghị đã bế mạc.")
    visitor.picture("hoi-nghi")
