"""No page asks the database more often because there are more units, criteria or stages."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from compacts.models import Season
from scoring.models import CriteriaTable, ImportDraft, Round, Sheet
from scoring.rules import Stage
from scoring.services.imports import import_season
from tests.cast import give_role, make_person
from tests.generated import season_of_size
from units.models import Person
from units.rules import RoleKind

ALL_STAGES = (Stage.SELF, Stage.CROSS, Stage.VERIFY, Stage.RECHECK)

pytestmark = pytest.mark.django_db


@pytest.fixture
def small() -> Season:
    season = season_of_size("nho", units=3, leaves=6, stages=ALL_STAGES)
    return import_season(actor=None, data=season)


@pytest.fixture
def large() -> Season:
    season = season_of_size("lon", units=20, leaves=60, stages=ALL_STAGES)
    return import_season(actor=None, data=season)


def officer_of(season: Season) -> Person:
    person = make_person(f"tt-{season.bloc.code}", "Đỗ Văn Thường")
    give_role(person, RoleKind.OFFICER, council=season.bloc.council)
    return person


def representative_of(season: Season) -> Person:
    person = make_person(f"dd-{season.bloc.code}", "Trần Thị Đại")
    first = season.participants.order_by("pk")[1]
    give_role(person, RoleKind.REPRESENTATIVE, unit=first.unit)
    return person


def secretary_of(season: Season) -> Person:
    person = make_person(f"tk-{season.bloc.code}", "Nguyễn Thị Thư")
    first = season.participants.order_by("pk")[0]
    give_role(person, RoleKind.SECRETARY, unit=first.unit, bloc=season.bloc)
    return person


def of_season(name: str) -> Callable[[Season], str]:
    return lambda season: reverse(name, args=[season.bloc.code, season.year])


def of_round(name: str) -> Callable[[Season], str]:
    return lambda season: reverse(name, args=[season.bloc.code, season.year, "nam"])


def of_unit(name: str) -> Callable[[Season], str]:
    def address(season: Season) -> str:
        unit = season.participants.order_by("pk")[1].unit
        return reverse(name, args=[season.bloc.code, season.year, "nam", unit.code])

    return address


def sheet_of(stage: Stage) -> Callable[[Season], str]:
    def address(season: Season) -> str:
        unit = season.participants.order_by("pk")[1].unit
        sheet = Sheet.objects.get(round__season=season, unit=unit, stage=stage)
        where = [season.bloc.code, season.year, "nam", unit.code, stage.value, sheet.scorer_code]
        return reverse("scoring:sheet", args=where)

    return address


def table_of(season: Season) -> str:
    table = CriteriaTable.objects.get(adoptions__season=season)
    return reverse("scoring:table", args=[table.pk])


def plain(name: str) -> Callable[[Season], str]:
    return lambda _season: reverse(name)


PAGES: dict[str, Callable[[Season], str]] = {
    "home": plain("home"),
    "news": plain("news"),
    "deeds": plain("deeds"),
    "units": plain("units:unit_list"),
    "people": plain("units:person_list"),
    "seasons": plain("compacts:season_list"),
    "tables": plain("scoring:table_list"),
    "table": table_of,
    "overview": of_season("compacts:season"),
    "invitations": of_season("compacts:invitation_list"),
    "season board": of_season("scoring:season_board"),
    "registrations": of_season("compacts:registration_list"),
    "compact": of_season("compacts:compact"),
    "ad hoc tasks": of_season("compacts:ad_hoc_list"),
    "conferences": of_season("compacts:conference_list"),
    "movements": of_season("compacts:movement_list"),
    "exemplary models": of_season("compacts:role_model_list"),
    "announcements": of_season("compacts:announcement_list"),
    "journal": of_season("compacts:journal"),
    "papers": of_season("scoring:paper_list"),
    "rounds": of_season("scoring:round_list"),
    "exemptions": of_season("scoring:exemptions"),
    "sources": of_season("scoring:sources"),
    "ranking": of_season("scoring:ranking"),
    "blocs": plain("scoring:blocs"),
    "years of blocs": plain("scoring:bloc_years"),
    "years of units": lambda season: f"{reverse('scoring:bloc_years')}?khoi={season.bloc.code}",
    "units of blocs": plain("scoring:bloc_units"),
    "summary": of_season("scoring:bloc_summary"),
    "unit's years": lambda season: reverse(
        "scoring:unit_profile", args=[season.participants.order_by("pk")[1].unit_id]
    ),
    "board": of_round("scoring:round"),
    "assignments": of_round("scoring:assignments"),
    "fairness": of_round("scoring:fairness"),
    "publications": of_round("scoring:publications"),
    "publish": of_round("scoring:publish"),
    "why": of_unit("scoring:ranking_why"),
    **{f"{stage} sheet": sheet_of(stage) for stage in ALL_STAGES},
}


def questions(client: Client, person: Person, address: str) -> int:
    client.force_login(person)
    # What a process reads once is read before counting.
    assert client.get(address).status_code == 200
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_no_page_of_the_officer_asks_more_for_a_larger_season(
    client: Client, small: Season, large: Season
) -> None:
    Round.objects.update(state="closed")
    few, many = officer_of(small), officer_of(large)
    asked = {
        name: (questions(client, few, page(small)), questions(client, many, page(large)))
        for name, page in PAGES.items()
    }
    assert {name: pair for name, pair in asked.items() if pair[0] != pair[1]} == {}


@pytest.mark.parametrize("state", ["open", "published"])
def test_no_page_of_a_unit_asks_more_for_a_larger_season(
    client: Client, small: Season, large: Season, state: str
) -> None:
    Round.objects.update(state=state)
    Sheet.objects.filter(stage=Stage.SELF).update(state="returned", return_reason="Xem lại")
    few, many = representative_of(small), representative_of(large)
    names = ["home", "overview", "season board", "registrations", "board", "self sheet"]
    asked = {
        name: (
            questions(client, few, PAGES[name](small)),
            questions(client, many, PAGES[name](large)),
        )
        for name in names
    }
    assert {name: pair for name, pair in asked.items() if pair[0] != pair[1]} == {}


def test_no_page_of_the_secretary_asks_more_while_everything_waits_for_them(
    client: Client, small: Season, large: Season
) -> None:
    Round.objects.update(state="open")
    Sheet.objects.exclude(stage=Stage.SELF).update(state="open", submitted_at=None)
    few, many = secretary_of(small), secretary_of(large)
    names = [
        "home",
        "overview",
        "season board",
        "registrations",
        "board",
        "assignments",
        "verify sheet",
    ]
    asked = {
        name: (
            questions(client, few, PAGES[name](small)),
            questions(client, many, PAGES[name](large)),
        )
        for name in names
    }
    assert {name: pair for name, pair in asked.items() if pair[0] != pair[1]} == {}


def test_the_preview_of_an_import_asks_nothing_about_its_lines(client: Client) -> None:
    person = make_person("thu-ky-moi", "Lê Thị Mới")
    give_role(person, RoleKind.OPERATOR)
    asked = []
    for units, leaves in [(3, 6), (20, 60)]:
        season = season_of_size("xem", units=units, leaves=leaves)
        draft = ImportDraft.objects.create(
            person=person, kind="season", name="mua.json", content=json.dumps(season).encode()
        )
        asked.append(questions(client, person, reverse("scoring:import_preview", args=[draft.pk])))
    assert asked[0] == asked[1]
