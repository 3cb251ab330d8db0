"""What grows with a document, what a document costs the second time, and another engine.

In the cases of growth the plain side is the small document and ours the large one: a ratio of 0.2
means that the large one costs five times as much.
"""

from __future__ import annotations

import atexit
import functools
import os
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from playwright.sync_api import Page, sync_playwright

from bench.case import Case
from bench.database import make_database
from bench.documents import plain_html
from compacts.documents.compact import render_compact
from compacts.documents.paper_pdf import render_paper
from compacts.services.papers import file_of
from tests.compacts.documents.examples import make_compact
from tests.compacts.documents.papers import make_paper

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
TICKS = os.sysconf("SC_CLK_TCK")


def cases() -> list[Case]:
    """Growth with units and rows, the store, and Chromium where it is installed."""
    make_database()
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    settings.MEDIA_ROOT = Path(folder.name)
    wanted = [
        Case(
            name="growth: compact of 10 units against 200",
            plain=lambda index: render_compact(_signing_only(10, index)),
            ours=lambda index: render_compact(_signing_only(200, index)),
            goal=0.2,
            rounds=3,
        ),
        Case(
            name="growth: paper of 100 rows against 1000",
            plain=lambda index: render_paper(make_paper(rows=100, number=f"{index}")),
            ours=lambda index: render_paper(make_paper(rows=1000, number=f"{index}")),
            goal=0.11,
            rounds=3,
        ),
        Case(
            name="the same paper again from the store, 100 rows",
            plain=lambda _index: render_paper(make_paper(rows=100)),
            ours=lambda _index: file_of(make_paper(rows=100), "pdf"),
            goal=20,
            rounds=5,
        ),
    ]
    if Path(CHROMIUM).exists():
        wanted.append(
            Case(
                name="compact PDF by warm Chromium, 10 units of 1 target",
                plain=lambda index: _printed(_chromium_page(), index),
                ours=lambda index: render_compact(_compact(index)),
                goal=0.4,
                rounds=7,
                clock=_tree_seconds,
            )
        )
    return wanted


def _signing_only(units: int, index: int) -> Any:
    return make_compact(units=units, tasks=0, number=f"{index}-GƯ", targets=(), titles=())


def _compact(index: int) -> Any:
    return make_compact(units=10, tasks=1, number=f"{index}-GƯ")


@functools.cache
def _chromium_page() -> Page:
    # Playwright's loop runs in this thread, where the other cases ask the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    manager = sync_playwright()
    playwright = manager.start()
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
    atexit.register(playwright.stop)
    atexit.register(browser.close)
    return browser.new_page()


def _printed(page: Page, index: int) -> bytes:
    page.set_content(plain_html(_compact(index)))
    return page.pdf(format="A4", prefer_css_page_size=True)


def _tree_seconds() -> float:
    """CPU seconds of this process and everything it started that still lives."""
    parents: dict[int, int] = {}
    spent: dict[int, float] = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(entry.name)] = int(fields[1])
        spent[int(entry.name)] = (int(fields[11]) + int(fields[12])) / TICKS
    own, total = os.getpid(), 0.0
    for process, seconds in spent.items():
        ancestor = process
        while ancestor not in (own, 0):
            ancestor = parents.get(ancestor, 0)
        total += seconds if ancestor == own else 0
    return total
