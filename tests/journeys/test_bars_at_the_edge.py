"""Bars that stay at the edges of a small window: they cover nothing that is read or focused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cast import World, make_registration, make_world
from tests.journeys.visitor import Visitor

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
REGISTRATION = "/khoi/hn-dang/2018/dang-ky/btc/"
# Where the bar at the foot begins, and where what has the focus ends.
EDGES = """() => {
  const bar = document.querySelector(".save-bar");
  const one = document.activeElement;
  const inside = bar.contains(one) || !one.closest("main form");
  return [one.name || one.tagName, inside, one.getBoundingClientRect().bottom,
          bar.getBoundingClientRect().top];
}"""
# The sides of the bar of tabs and of the entry in it that has the focus.
SIDES = """() => {
  const [bar, one] = [document.querySelector(".season-tabs"), document.activeElement];
  const [outer, inner] = [bar.getBoundingClientRect(), one.getBoundingClientRect()];
  return [outer.left <= inner.left, inner.right <= outer.right];
}"""


@pytest.fixture
def world(transactional_db: None) -> World:
    made = make_world()
    make_registration(made.season, made.btc)
    return made


def calm(page: Page, width: int, height: int) -> None:
    """A window of this size in which nothing glides."""
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": height})


@pytest.mark.parametrize(("width", "height"), [(360, 640), (320, 568)])
def test_what_has_the_focus_lies_clear_of_the_bar_at_the_foot(
    visitor: Visitor, world: World, width: int, height: int
) -> None:
    page = visitor.page
    visitor.become("dai-dien")
    calm(page, width, height)
    visitor.go(REGISTRATION)
    bar = page.locator(".save-bar").bounding_box()
    assert bar is not None
    # Two rows at most, where the window's own font is a wide one.
    assert bar["height"] < height / 4
    page.locator("main form input:not([type=hidden])").first.focus()
    passed = set()
    while True:
        page.wait_for_timeout(50)
        name, inside, bottom, top = page.evaluate(EDGES)
        if inside:
            break
        assert bottom <= top, name
        passed.add(name)
        page.keyboard.press("Tab")
    assert {"tasks-0-text", "tasks-1-due_on"} <= passed


def test_in_a_low_window_the_bar_stays_at_the_end_of_the_form(
    visitor: Visitor, world: World
) -> None:
    page = visitor.page
    visitor.become("dai-dien")
    calm(page, 320, 256)
    visitor.go(REGISTRATION)
    assert not page.evaluate(
        "document.querySelector('.save-bar').getBoundingClientRect().top < innerHeight"
    )


def test_the_page_opens_at_the_field_that_was_refused(visitor: Visitor, world: World) -> None:
    page = visitor.page
    visitor.become("dai-dien")
    calm(page, 360, 640)
    visitor.go(REGISTRATION)
    page.fill("[name=tasks-1-due_on]", "31/02/2018")
    visitor.press("Trình thủ trưởng duyệt")
    visitor.sees("Hãy ghi ngày, tháng, năm")
    page.wait_for_timeout(100)
    name, _inside, bottom, top = page.evaluate(EDGES)
    assert (name, 0 < bottom <= top) == ("tasks-1-due_on", True)


def test_a_tab_comes_out_of_the_edge_for_the_keyboard_and_stays_under_the_finger(
    visitor: Visitor, world: World
) -> None:
    page = visitor.page
    visitor.become("dai-dien")
    calm(page, 360, 640)
    visitor.go(REGISTRATION)
    tabs = page.locator(".season-tabs a")
    tabs.first.focus()
    for _tab in range(tabs.count()):
        page.wait_for_timeout(50)
        assert page.evaluate(SIDES) == [True, True]
        page.keyboard.press("Tab")
    visitor.go(REGISTRATION)
    page.get_by_role("link", name="Giao ước", exact=True).click()
    page.wait_for_url("**/giao-uoc/")
