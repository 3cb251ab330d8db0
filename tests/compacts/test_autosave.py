from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from compacts.models import KeyTask
from tests.cast import PASSWORD, make_registration, make_world

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
    from pytest_django.live_server_helper import LiveServer

ADDRESS = "/khoi/hn-dang/2018/dang-ky/btc/"
FIRST_TASK = "[name=tasks-0-text]"
STATUS = "[data-autosave-status]"


@pytest.fixture
def editor(page: Page, live_server: LiveServer, transactional_db: None) -> Page:
    """The representative of btc before the unit's draft."""
    world = make_world()
    make_registration(world.season, world.btc)
    page.goto(f"{live_server.url}/dang-nhap/")
    page.get_by_label("Tên đăng nhập").fill("dai-dien")
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    page.goto(live_server.url + ADDRESS)
    return page


def says(page: Page, text: str) -> None:
    page.locator(STATUS).filter(has_text=text).wait_for()


def first_task() -> str:
    return KeyTask.objects.order_by("position").values_list("text", flat=True)[0]


def test_what_is_typed_is_saved_without_a_button(editor: Page) -> None:
    editor.fill(FIRST_TASK, "Xây dựng nghị quyết chuyên đề")
    says(editor, "Đã lưu lúc")
    assert first_task() == "Xây dựng nghị quyết chuyên đề"


def test_a_day_that_does_not_exist_is_told_at_its_field_while_one_types(editor: Page) -> None:
    editor.fill("[name=tasks-0-due_on]", "31/02/2018")
    says(editor, "Có ô chưa đúng, chưa lưu.")
    assert editor.locator("[name=tasks-0-due_on].is-invalid").count() == 1
    editor.get_by_text("Hãy ghi ngày, tháng, năm").wait_for()
    editor.fill("[name=tasks-0-due_on]", "28/02/2018")
    says(editor, "Đã lưu lúc")
    assert editor.locator(".is-invalid").count() == 0


def test_leaving_a_field_does_not_save_it_again(editor: Page) -> None:
    posts: list[str] = []
    editor.on("request", lambda sent: posts.append(sent.url) if sent.method == "POST" else None)
    editor.fill(FIRST_TASK, "Một lần")
    says(editor, "Đã lưu lúc")
    editor.locator(FIRST_TASK).blur()
    editor.wait_for_timeout(1200)
    assert len(posts) == 1


def test_what_is_typed_without_a_connection_is_sent_when_it_is_back(editor: Page) -> None:
    editor.context.set_offline(True)
    editor.fill(FIRST_TASK, "Viết khi mất mạng")
    says(editor, "Mất kết nối")
    editor.context.set_offline(False)
    says(editor, "Đã lưu lúc")
    assert first_task() == "Viết khi mất mạng"


def test_what_was_never_sent_is_offered_when_one_comes_back(
    editor: Page, browser: Browser
) -> None:
    editor.context.set_offline(True)
    editor.fill(FIRST_TASK, "Chưa kịp gửi")
    says(editor, "Mất kết nối")
    # The first browser stays offline for good, so that nothing it still does can arrive.
    later = browser.new_context(locale="vi-VN", storage_state=editor.context.storage_state())
    again = later.new_page()
    again.goto(editor.url)
    assert again.input_value(FIRST_TASK) != "Chưa kịp gửi"
    again.get_by_role("button", name="Dùng lại").click()
    says(again, "Đã lưu lúc")
    later.close()
    assert first_task() == "Chưa kịp gửi"


def test_the_second_of_two_writers_is_told_and_sees_both(editor: Page) -> None:
    second = editor.context.new_page()
    second.goto(editor.url)
    editor.fill(FIRST_TASK, "Người thứ nhất viết")
    says(editor, "Đã lưu lúc")
    second.fill(FIRST_TASK, "Người thứ hai viết")
    second.get_by_role("button", name="Xem cả hai nội dung").click()
    second.get_by_text("Nội dung người khác vừa lưu").wait_for()
    assert "Người thứ nhất viết" in second.locator("main").inner_text()
    assert second.input_value(FIRST_TASK) == "Người thứ hai viết"
    assert first_task() == "Người thứ nhất viết"
