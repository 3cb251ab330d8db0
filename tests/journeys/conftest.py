"""The visitor of every journey."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.journeys.visitor import Visitor

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from pytest_django.live_server_helper import LiveServer


@pytest.fixture
def visitor(page: Page, live_server: LiveServer, artefacts: Path) -> Visitor:
    return Visitor(page, live_server, artefacts)
