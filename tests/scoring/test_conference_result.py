"""The result on the screen of a conference: the published ranking, and nothing before it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.test import Client

from compacts.models import Conference, Season
from compacts.rules import ConferenceKind, ScreenKind
from compacts.services.conferences import open_conference, plan_conference, show_item
from scoring.models import Mark, Round
from scoring.services.imports import import_season
from scoring.services.publications import publish_round, start_correction
from tests.cast import give_role, make_person
from tests.compacts.conferences import facts
from units.models import Person
from units.rules import RoleKind

pytestmark = pytest.mark.django_db
DEMO = Path(__file__).resolve().parents[2] / "demo" / "ha-nam-2018.json"


@pytest.fixture
def season() -> Season:
    return import_season(actor=None, data=json.loads(DEMO.read_text(encoding="utf-8")))


@pytest.fixture
def scored(season: Season) -> Round:
    return Round.objects.select_related("season__bloc__council").get(season=season)


@pytest.fixture
def secretary(season: Season) -> Person:
    person = make_person("thu-ky", "Nguyễn Thị Thư")
    head = season.offices.get(kind="head").unit
    give_role(person, RoleKind.SECRETARY, unit=head, bloc=season.bloc)
    return person


@pytest.fixture
def conference(season: Season, secretary: Person) -> Conference:
    """The year-end conference, at the item that announces the result."""
    made = plan_conference(
        actor=secretary, season=season, kind=ConferenceKind.YEAREND, facts=facts()
    )
    open_conference(actor=secretary, conference_id=made.pk)
    item = made.items.get(screen=ScreenKind.RESULT)
    show_item(actor=secretary, conference_id=made.pk, item_id=item.pk, page=0)
    return made


def screen(client: Client, conference: Conference) -> str:
    return client.get(f"/khoi/hn-dang/2018/hoi-nghi/{conference.pk}/man-hinh/").content.decode()


def test_the_screen_shows_no_result_before_it_is_published_to_the_secretary_either(
    scored: Round, secretary: Person, conference: Conference, client: Client
) -> None:
    client.force_login(secretary)
    before = screen(client, conference)
    assert "Kết quả chưa được công bố." in before
    assert "hall-result" not in before
    publish_round(actor=secretary, round_id=scored.pk)
    after = screen(client, conference)
    assert "hall-result" in after
    for participant in scored.season.participants.all():
        assert participant.name in after


def test_while_a_correction_is_under_way_the_screen_keeps_the_published_result(
    scored: Round, secretary: Person, conference: Conference, client: Client
) -> None:
    publish_round(actor=secretary, round_id=scored.pk)
    client.force_login(secretary)
    published = screen(client, conference)
    start_correction(actor=secretary, round_id=scored.pk, reason="Cộng nhầm điểm.")
    Mark.objects.filter(sheet__round=scored).update(points=0)
    assert screen(client, conference) == published
