"""A file that is not taken: the browser shows why, beside the frame it was dropped on."""

from __future__ import annotations

import pytest

from compacts.services.compacts import start_compact
from tests.cast import make_world
from tests.compacts.moves import EXE, issue
from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_is_wrong_with_a_file_is_shown_beside_it(visitor: Visitor) -> None:
    world = make_world()
    issue(world, start_compact(actor=world.secretary, season=world.season), despite_missing=True)
    visitor.become(world.secretary.username)
    visitor.go(f"/khoi/hn-dang/2018/giao-uoc/ky/{world.btc.code}/")
    page = visitor.page
    page.set_input_files("[name=file]", {"name": "ky.pdf", "mimeType": "x/y", "buffer": EXE})
    visitor.press("Ghi nhận")
    page.locator(".file-drop").wait_for()
    assert page.locator(".invalid-feedback", has_text="Chỉ nhận tệp PDF").is_visible()
    assert page.locator(".error-summary", has_text="Chỉ nhận tệp PDF").is_visible()
