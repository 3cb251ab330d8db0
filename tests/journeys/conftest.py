"""The visitor of every journey: at a desk, or with a phone in the hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.conftest import fresh_page
from tests.journeys.visitor import PHONE, PhoneVisitor, Visitor

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
    from pytest_django.live_server_helper import LiveServer


@pytest.fixture
def visitor(page: Page, live_server: LiveServer, artefacts: Path) -> Visitor:
    return Visitor(page, live_server, artefacts)


@pytest.fixture
def phone(browser: Browser, live_server: LiveServer, artefacts: Path) -> Iterator[PhoneVisitor]:
    with fresh_page(browser, viewport=PHONE, has_touch=True, is_mobile=True) as page:
        yield PhoneVisitor(page, live_server, artefacts)
