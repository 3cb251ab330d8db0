"""The browser, the worker and the folder of pictures that the tests share."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
import time_machine
from django.conf import settings as site
from django.db import connection
from django.utils import translation
from playwright.sync_api import sync_playwright

from tests.cast import World, make_world
from tests.postman import Postman, mail_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, ConsoleMessage, Page
    from pytest_django import Settings

# Playwright's synchronous interface runs an event loop in the thread of the test.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

ROOT = Path(__file__).resolve().parent.parent
ARTEFACTS = ROOT / "var" / "artefacts"
TURN = os.environ.get("PYTEST_XDIST_WORKER", "")
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
WORKER_SECONDS = 60

# A slow moment of a shared machine is no fault of the code.
hypothesis.settings.register_profile("suite", deadline=None)
hypothesis.settings.load_profile("suite")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--keep-pictures",
        action="store_true",
        help="put the pictures of the guides into docs/pictures (tests/journeys)",
    )


@pytest.fixture(autouse=True)
def vietnamese() -> None:
    """Each test begins in Vietnamese, whichever language the page before was read in."""
    translation.activate(site.LANGUAGE_CODE)


@pytest.fixture
def world(db: None) -> World:
    """The named cast in the database of the test."""
    return make_world()


@pytest.fixture
def postman(settings: Settings) -> Iterator[Postman]:
    """A real SMTP server to which letters are sent, at ten in the morning in Hà Nội."""
    with mail_server() as (kept, port), time_machine.travel("2018-03-01T03:00:00Z", tick=True):
        settings.SENDS_EMAIL = True
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        settings.PUBLIC_URL = "https://thidua.example.vn"
        yield kept


@pytest.fixture(scope="session")
def artefacts() -> Path:
    """The folder where pictures and logs of the tests are kept."""
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    return ARTEFACTS


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium without a window."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()


@contextlib.contextmanager
def fresh_page(browser: Browser, **options: Any) -> Iterator[Page]:
    """A fresh browser page; a script error or a breach of the content policy fails the test."""
    context = browser.new_context(locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", **options)
    context.set_default_timeout(15_000)
    faults: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            faults.append(message.text)

    fresh = context.new_page()
    fresh.on("pageerror", lambda error: faults.append(str(error)))
    fresh.on("console", note)
    yield fresh
    context.close()
    assert faults == []


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """The browser page of somebody at a desk."""
    with fresh_page(browser) as fresh:
        yield fresh


def database_url() -> str:
    """The address of the database the test itself uses, for a process of its own."""
    named = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{named['NAME']}"
    return f"postgres://{named['USER']}@{named['HOST']}:{named['PORT']}/{named['NAME']}"


@pytest.fixture
def worker(transactional_db: None, artefacts: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A real worker process on the real broker and the test database, ready for tasks."""
    log = artefacts / f"worker{TURN}.log"
    environment = dict(
        os.environ, DATABASE_URL=database_url(), DJANGO_SETTINGS_MODULE="tests.settings"
    )
    command = [sys.executable, "-m", "celery", "-A", "config", "worker", "--concurrency", "1"]
    command += ["--loglevel", "INFO", "--purge", "--without-gossip", "--without-mingle"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
    limit = time.monotonic() + WORKER_SECONDS
    while " ready." not in log.read_text(encoding="utf-8"):
        assert process.poll() is None, log.read_text(encoding="utf-8")
        assert time.monotonic() < limit, log.read_text(encoding="utf-8")
        time.sleep(0.1)
    yield process
    process.terminate()
    process.wait(30)
