"""Every page of the application for everyone: WCAG 2.2 AA as far as axe sees it, and 320 px."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from tests.access import pages_of_compacts, pages_of_scoring, pages_of_units
from tests.access.row import PEOPLE, Row
from tests.access.scene import make_scene
from tests.cast import make_world
from tests.journeys.axe import CONTRAST, violations
from tests.journeys.visitor import Visitor, log_in
from units.models import Person

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)
KEYBOARD = (Path(__file__).parent / "keyboard.js").read_text()
ROWS = pages_of_units.ROWS + pages_of_compacts.ROWS + pages_of_scoring.ROWS
# Addresses that answer in HTML and yet are no page to look at.
NO_PAGES = {
    "guides": "leads to the guide of the reader's role",
    "scoring:next_season": "leads to the first step",
    "units:notification": "leads to where the thing is done",
    "units:job_progress": "a part of the pages that show it",
}
PREFERRED = ("secretary", "officer", "representative", "scorer_of_duk", "leader", "operator")


def reader_of(row: Row) -> str | None:
    """Somebody who gets this page, the busiest first."""
    if row.method != "get" or row.ok != 200:
        return None
    may = row.may.split()
    return next((who for who in (*PREFERRED, *PEOPLE) if who in may), None)


def pages(people: dict[str, Person], scene: dict[str, object]) -> dict[str, tuple[str, str]]:
    """Address and reader of every page that is HTML, by name."""
    found: dict[str, tuple[str, str]] = {}
    for row in ROWS:
        who = reader_of(row)
        if who is None or row.name in found:
            continue
        address = reverse(row.name, args=[scene[key] for key in row.at])
        client = Client()
        if who != "anonymous":
            client.force_login(people[who])
        answer = client.get(address)
        is_page = answer.get("Content-Type", "").startswith("text/html")
        if answer.streaming:
            list(answer)
        if answer.status_code == 200 and is_page and b"<html" in answer.content[:500]:
            found[row.name] = (address, who)
    return found


@pytest.mark.django_db
def test_no_page_is_left_out(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    world = make_world()
    scene = make_scene(world)
    people = {name: Person.objects.get(pk=one.pk) for name, one in world.people.items()}
    opened = pages(people, scene)
    left_out = set()
    for row in ROWS:
        if row.method != "get" or row.name in opened:
            continue
        client = Client()
        client.force_login(people[row.may.split()[0].replace("anonymous", "stranger")])
        answer = client.get(reverse(row.name, args=[scene[key] for key in row.at]))
        if answer.streaming:
            list(answer)
        if answer["Content-Type"].startswith("text/html"):
            left_out.add(row.name)
    assert left_out == set(NO_PAGES)


def keyboard_faults(page: Page) -> list[str]:
    """What a person without a mouse cannot reach, or cannot see that they have reached."""
    page.evaluate(KEYBOARD)
    left = set(range(page.evaluate("keyboard.count")))
    faults: set[str] = set()
    # A date takes several presses to pass.
    for _press in range(2 * len(left) + 20):
        page.keyboard.press("Tab")
        there = page.evaluate("keyboard.where()")
        left.discard(there["place"])
        if there["fault"]:
            faults.add(there["fault"])
        if not left:
            break
    unreached = page.evaluate("(places) => places.map(keyboard.describe)", sorted(left))
    return [*sorted(faults), *(f"not reached: {one}" for one in unreached)]


@pytest.mark.timeout(600)
def test_every_page_is_passed_by_keyboard_at_twice_the_size(
    visitor: Visitor, transactional_db: None, settings: Settings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    world = make_world()
    scene = make_scene(world)
    people = {name: Person.objects.get(pk=one.pk) for name, one in world.people.items()}
    faults: dict[str, list[str]] = {}
    reader = ""
    # A screen of 1280 points, enlarged to 200 %.
    visitor.page.set_viewport_size({"width": 640, "height": 400})
    visitor.page.emulate_media(reduced_motion="reduce")
    for name, (address, who) in sorted(pages(people, scene).items(), key=lambda one: one[1][1]):
        if who != reader:
            visitor.page.context.clear_cookies()
            if who != "anonymous":
                log_in(visitor.page, visitor.url, people[who])
            reader = who
        visitor.go(address)
        found = keyboard_faults(visitor.page)
        if found:
            faults[name] = found
    assert faults == {}


@pytest.mark.timeout(600)
def test_every_page_is_for_everyone_and_fits_the_smallest_screen(
    visitor: Visitor, transactional_db: None, settings: Settings, tmp_path: Path, artefacts: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    world = make_world()
    scene = make_scene(world)
    people = {name: Person.objects.get(pk=one.pk) for name, one in world.people.items()}
    faults: dict[str, list[str]] = {}
    reader = ""
    visitor.page.set_viewport_size({"width": 320, "height": 640})
    # A colour that is still changing has no contrast of its own.
    visitor.page.emulate_media(reduced_motion="reduce")
    for name, (address, who) in sorted(pages(people, scene).items(), key=lambda one: one[1][1]):
        if who != reader:
            visitor.page.context.clear_cookies()
            if who != "anonymous":
                log_in(visitor.page, visitor.url, people[who])
            reader = who
        visitor.go(address)
        wider = visitor.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        if wider > 0:
            faults.setdefault(name, []).append(f"{wider} px wider than 320")
        found = violations(visitor.page)
        visitor.page.emulate_media(color_scheme="dark")
        found += [f"dark {fault}" for fault in violations(visitor.page, CONTRAST)]
        visitor.page.emulate_media(color_scheme="light")
        if found:
            faults.setdefault(name, []).extend(found)
    (artefacts / "every-page.json").write_text(json.dumps(faults, ensure_ascii=False, indent=1))
    assert faults == {}
