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
from bench.documents import more_places_to_sign, plain_html, signing_only
from compacts.documents.compact import render_compact
from compacts.documents.paper_pdf import render_paper
from compacts.documents.snapshot import CompactSnapshot
from compacts.services.document_files import file_of
from tests.compacts.documents.examples import make_compact
from tests.compacts.documents.papers import make_paper

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
TICKS = os.sysconf("SC_CLK_TCK")
REQUESTS = 50


def cases() -> list[Case]:
    """Growth with units and rows, the store, and Chromium where it is installed."""
    make_database()
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    settings.MEDIA_ROOT = Path(folder.name)
    wanted = [
        *(_more_places_to_sign(units, goal) for units, goal in ((50, 0.45), (200, 0.2))),
        _more_units(200, goal=0.12),
        *(_more_rows(rows, goal) for rows, goal in ((10, 0.1), (100, 0.11))),
        *_again(),
    ]
    if Path(CHROMIUM).exists():
        wanted.append(
            Case(
                name="compact PDF by warm Chromium, 10 units of 1 target",
                plain=lambda index: print_by_chromium(_compact(index)),
                ours=lambda index: render_compact(_compact(index)),
                goal=0.4,
                rounds=7,
                plain_clock=_tree_seconds,
                documents=1,
            )
        )
    return wanted


def _again() -> list[Case]:
    """The same request again. One is over too soon to be measured: ``REQUESTS`` of them are."""
    compact, paper = _compact(0), make_paper(rows=100)
    goal = 1000 / REQUESTS
    return [
        Case(
            name=f"a paper of 100 rows made, against the same {REQUESTS} times again",
            plain=lambda _index: render_paper(paper),
            ours=lambda _index: [file_of(paper, "pdf") for _ in range(REQUESTS)],
            goal=goal,
            rounds=5,
        ),
        Case(
            name=f"a compact of 10 units made, against the same {REQUESTS} times again",
            plain=lambda _index: render_compact(compact),
            ours=lambda _index: [file_of(compact, "pdf") for _ in range(REQUESTS)],
            goal=goal,
            rounds=5,
        ),
    ]


def _more_places_to_sign(units: int, goal: float) -> Case:
    """The same ten rows of targets and of titles, and more places to sign."""
    return Case(
        name=f"growth: ten rows, 10 places to sign against {units}",
        plain=lambda index: render_compact(more_places_to_sign(10, index)),
        ours=lambda index: render_compact(more_places_to_sign(units, index)),
        goal=goal,
        rounds=3,
    )


def _more_units(units: int, goal: float) -> Case:
    return Case(
        name=f"growth: nothing but places to sign, 10 against {units}",
        plain=lambda index: render_compact(signing_only(10, index)),
        ours=lambda index: render_compact(signing_only(units, index)),
        goal=goal,
        rounds=3,
    )


def _more_rows(rows: int, goal: float) -> Case:
    return Case(
        name=f"growth: paper of {rows} rows against {10 * rows}",
        plain=lambda index: render_paper(make_paper(rows=rows, number=f"{index}")),
        ours=lambda index: render_paper(make_paper(rows=10 * rows, number=f"{index}")),
        goal=goal,
        rounds=3,
    )


def _compact(index: int) -> CompactSnapshot:
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


def print_by_chromium(compact: Any) -> bytes:
    """The plain page of the compact, printed by a Chromium that stays open."""
    page = _chromium_page()
    page.set_content(plain_html(compact))
    return page.pdf(format="A4", prefer_css_page_size=True)


def _tree_seconds() -> float:
    """CPU seconds of this process and everything it started that still lives."""
    return sum(_seconds(process) for process in [os.getpid(), *descendants()])


def _seconds(process: int) -> float:
    fields = _stat(process)
    return (int(fields[11]) + int(fields[12])) / TICKS if fields else 0


def descendants() -> list[int]:
    """The processes which this one started, and those which they started."""
    parents = {
        int(entry.name): int(fields[1])
        for entry in Path("/proc").iterdir()
        if entry.name.isdigit() and (fields := _stat(int(entry.name)))
    }
    own = os.getpid()
    found = []
    for process in parents:
        ancestor = parents[process]
        while ancestor not in (own, 0):
            ancestor = parents.get(ancestor, 0)
        if ancestor == own:
            found.append(process)
    return found


def _stat(process: int) -> list[str]:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
