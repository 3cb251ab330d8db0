"""Somebody at the browser, who goes through the pages as people do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from tests.cast import PASSWORD
from tests.journeys.axe import violations

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page, ViewportSize
    from pytest_django.live_server_helper import LiveServer

    from units.models import Person

# Tenths of a second.
PATIENCE = 150
# The least a finger hits without trying, in points.
FINGER = 40
PHONE: ViewportSize = {"width": 360, "height": 740}
SIZES = ((360, 740), (768, 1024), (1440, 900))


def log_in(page: Page, url: str, person: Person) -> None:
    """A session of the person in the browser, without the login page."""
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": str(session.session_key), "url": url}
    page.context.add_cookies([cookie])


class Visitor:
    """Somebody at the browser, by turns one person of the cast and another."""

    def __init__(self, page: Page, server: LiveServer, folder: Path) -> None:
        self.page = page
        self.url = server.url
        self.folder = folder

    def become(self, username: str) -> None:
        self.page.context.clear_cookies()
        self.go("/dang-nhap/")
        self.page.get_by_label("Tên đăng nhập").fill(username)
        self.page.get_by_label("Mật khẩu").first.fill(PASSWORD)
        self.press("Đăng nhập")
        self.page.wait_for_url(f"{self.url}/")

    def go(self, path: str) -> None:
        answer = self.page.goto(self.url + path)
        assert answer is not None
        assert answer.status == 200, (path, answer.status)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).first.click()
        self.page.wait_for_load_state()

    def sees(self, text: str) -> None:
        self.page.get_by_text(text).first.wait_for()

    def until(self, comes_true: Callable[[], bool]) -> None:
        """Wait for what the page does by itself to reach the database."""
        for _turn in range(PATIENCE):
            if comes_true():
                return
            self.page.wait_for_timeout(100)
        raise AssertionError("it never came true")

    def picture(self, name: str) -> None:
        """Keep the page at three sizes; nothing may stick out to the side."""
        for width, height in SIZES:
            self.page.set_viewport_size({"width": width, "height": height})
            wider = self.page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert wider <= 0, f"{name} at {width}: {wider} px too wide"
            self.page.screenshot(path=self.folder / f"{name}-{width}.png", full_page=True)


class PhoneVisitor(Visitor):
    """Somebody with a phone of 360 points, who taps: what is tapped has room for a finger."""

    def press(self, name: str) -> None:
        self.tap(self.page.get_by_role("button", name=name, exact=True).first)

    def follow(self, name: str) -> None:
        """Tap a link whose name has these words."""
        self.tap(self.page.get_by_role("link", name=name).first)

    def tap(self, target: Locator) -> None:
        target.scroll_into_view_if_needed()
        box = target.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= FINGER, (target, box)
        target.tap()
        self.page.wait_for_load_state()

    def reads(self, name: str) -> None:
        """Keep the page as the phone shows it; it fits, and nobody is shut out of it."""
        wider = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wider <= 0, f"{name}: {wider} px too wide"
        self.page.screenshot(path=self.folder / f"{name}-phone.png", full_page=True)
        found = violations(self.page)
        assert found == [], f"{name}: {found}"
