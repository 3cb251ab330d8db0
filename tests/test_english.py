"""Every page, read in English: nothing is Vietnamese but what people wrote themselves."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from compacts.models import Season
from scoring.models import Round, Sheet
from scoring.queries.sheets import sheet_url
from scoring.services.imports import import_season
from tests.access import pages_of_compacts, pages_of_scoring, pages_of_units
from tests.access.scene import make_scene
from tests.cast import World, give_role, make_person
from tests.english import data_of_everybody, read_english, vietnamese_in
from units.models import Person, Unit
from units.rules import RoleKind

ROWS = pages_of_units.ROWS + pages_of_compacts.ROWS + pages_of_scoring.ROWS
DEMO = Path(__file__).resolve().parents[1] / "demo" / "ha-nam-2018.json"


def test_every_page_speaks_english_to_a_reader_of_english(
    world: World, client: Client, settings: Settings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    scene = make_scene(world)
    data = data_of_everybody()
    faults: dict[str, str] = {}
    for row in ROWS:
        if row.method != "get" or row.ok != 200:
            continue
        address = reverse(row.name, args=[scene[key] for key in row.at])
        for who in sorted({row.may.split()[0], row.may.split()[-1]}):
            client.logout()
            if who != "anonymous":
                client.force_login(world.people[who])
            read_english(client)
            page = client.get(address)
            if page.streaming:
                list(page)
            elif page["Content-Type"].startswith("text/html"):
                for said in vietnamese_in(page.content, data):
                    faults.setdefault(said, f"{row.name} {who}")
    assert not faults, "\n".join(f"{page}: {said}" for said, page in sorted(faults.items()))


@pytest.fixture
def season() -> Season:
    return import_season(actor=None, data=json.loads(DEMO.read_text(encoding="utf-8")))


@pytest.fixture
def secretary(season: Season) -> Person:
    person = make_person("thu-ky", "Nguyễn Thị Thư")
    give_role(person, RoleKind.SECRETARY, unit=Unit.objects.get(code="ubkt"), bloc=season.bloc)
    return person


@pytest.mark.django_db
def test_a_whole_year_explains_its_figures_in_english(
    season: Season, secretary: Person, client: Client
) -> None:
    scored = Round.objects.get(season=season)
    where = [season.bloc.code, season.year, scored.code]
    addresses = [reverse("scoring:ranking", args=where[:2]), reverse("scoring:titles", args=where)]
    units = [one.unit.code for one in season.participants.select_related("unit")]
    addresses += [reverse("scoring:ranking_why", args=[*where, unit]) for unit in units]
    sheets = Sheet.objects.filter(round=scored).select_related("unit", "round__season__bloc")
    addresses += [sheet_url(one) for one in sheets]
    client.force_login(secretary)
    read_english(client)
    data = data_of_everybody()
    faults: dict[str, str] = {}
    for address in addresses:
        page = client.get(address)
        assert page.status_code == 200, address
        for said in vietnamese_in(page.content, data):
            faults.setdefault(said, address)
    assert not faults, "\n".join(f"{page}: {said}" for said, page in sorted(faults.items()))
    why = client.get(reverse("scoring:ranking_why", args=[*where, units[0]])).content.decode()
    assert "Total points of" in why
    assert "Ranked by total points: " in why
