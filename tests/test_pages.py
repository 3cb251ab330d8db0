"""What holds of every page: light on a slow line, as it is sent, and with one title."""

from __future__ import annotations

import gzip
import re
from collections import Counter
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from tests.access import pages_of_compacts, pages_of_scoring, pages_of_units
from tests.access.scene import make_scene
from tests.cast import World

ROWS = pages_of_units.ROWS + pages_of_compacts.ROWS + pages_of_scoring.ROWS
FIRST_VISIT, LATER = 150_000, 40_000
IDS = re.compile(rb'\sid="([^"]+)"')
ASSET = re.compile(rb'(?:href|src)="/static/([^"?#]+)')


def weight_of(asset: str) -> int:
    """Bytes on the line of a static file, which the browser then keeps for a year."""
    path = finders.find(re.sub(r"\.[0-9a-f]{12}(\.\w+)$", r"\1", asset))
    assert path, asset
    return len(gzip.compress(Path(path).read_bytes(), 6))


def ids_given_twice(text: bytes) -> list[str]:
    """The ids that several places share: a label leads to the first, and axe does not mind."""
    return [one.decode() for one, count in Counter(IDS.findall(text)).items() if count > 1]


def test_every_page_is_light_and_has_one_title_and_no_id_twice(
    world: World, client: Client, settings: Settings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    scene = make_scene(world)
    heavy, untitled, doubled = {}, [], {}
    seen = 0
    for row in ROWS:
        if row.method != "get" or row.ok != 200:
            continue
        client.logout()
        who = row.may.split()[-1]
        if who != "anonymous":
            client.force_login(world.people[who])
        address = reverse(row.name, args=[scene[key] for key in row.at])
        page = client.get(address, headers={"accept-encoding": "gzip"})
        if page.streaming:
            list(page)
            continue
        if not page["Content-Type"].startswith("text/html"):
            continue
        seen += 1
        later = len(page.content)
        text = (
            gzip.decompress(page.content) if page.has_header("Content-Encoding") else page.content
        )
        if b"<html" in text and text.count(b"<h1") != 1:
            untitled.append(row.name)
        doubled[row.name] = ids_given_twice(text)
        first = later + sum(weight_of(one.decode()) for one in set(ASSET.findall(text)))
        if later > LATER or first > FIRST_VISIT:
            heavy[row.name] = (first, later)
    assert seen
    assert heavy == {}
    assert untitled == []
    assert {name: ids for name, ids in doubled.items() if ids} == {}


@pytest.mark.django_db
def test_text_travels_compressed_and_files_as_they_are(client: Client) -> None:
    page = client.get("/dang-nhap/", headers={"accept-encoding": "gzip"})
    assert page["Content-Encoding"] == "gzip"
    plain = client.get("/dang-nhap/")
    assert not plain.has_header("Content-Encoding")
