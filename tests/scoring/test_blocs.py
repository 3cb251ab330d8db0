"""Blocs beside each other: progress, results, spread, and only for who answers for them."""

from __future__ import annotations

import datetime
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from compacts.models import Season
from compacts.rules import Step
from scoring.models import Publication, Round
from scoring.queries.blocs import blocs_of_year
from scoring.queries.results import spread_of
from scoring.services.imports import import_season
from tests.cast import (
    give_role,
    make_bloc,
    make_milestone,
    make_person,
    make_round,
    make_season,
    make_unit,
)
from tests.compacts.documents.papers import word_words
from tests.compacts.documents.reading import raw_text, reader
from units.models import Person
from units.rules import RoleKind

pytestmark = pytest.mark.django_db
DEMO = Path(__file__).resolve().parents[2] / "demo" / "ha-nam-2018.json"


def row(unit: str, rank: int, total: str, class_name: str = "Tốt") -> dict[str, Any]:
    return {"unit": unit, "rank": rank, "total": total, "own_max": "200", "class": class_name}


def published(scored: Round, *rows: dict[str, Any]) -> None:
    Publication.objects.create(
        round=scored,
        version=1,
        published_at=timezone.now(),
        standings={"standings": list(rows)},
        inputs={"round": {"units": [{"code": one["unit"], "name": one["unit"]} for one in rows]}},
        inputs_hash="c" * 64,
    )


@pytest.fixture
def season() -> Season:
    return import_season(actor=None, data=json.loads(DEMO.read_text(encoding="utf-8")))


@pytest.fixture
def leader(season: Season) -> Person:
    person = make_person("lanh-dao", "Phạm Sỹ Lợi")
    give_role(person, RoleKind.LEADER, council=season.bloc.council)
    return person


def test_the_spread_is_told_in_percent_of_each_units_own_maximum() -> None:
    spread = spread_of([row("a", 1, "190", "Xuất sắc"), row("b", 2, "170"), row("c", 3, "150")])
    assert spread is not None
    assert (spread.best, spread.mean, spread.worst) == (95, 85, 75)
    assert spread.deviation == Decimal("8.16")
    assert (spread.excellent, spread.everyone_excellent) == (33, False)


def test_a_bloc_whose_units_are_all_excellent_is_marked() -> None:
    spread = spread_of([row(str(at), at, "190", "Xuất sắc") for at in range(1, 7)])
    assert spread is not None
    assert spread.everyone_excellent


def test_a_leader_sees_how_far_the_bloc_is_and_who_leads(season: Season, leader: Person) -> None:
    (found,) = blocs_of_year(leader, 2018)
    assert (len(found.units), found.accepted) == (10, 10)
    assert found.spread is None
    assert found.first == ()
    scored = Round.objects.get(season=season)
    earlier = make_season(season.bloc, [one.unit for one in season.participants.all()], 2017)
    published(make_round(earlier), row("btc", 2, "180"), row("vptu", 1, "190"))
    published(scored, row("btc", 1, "195"), row("vptu", 2, "190"))
    (found,) = blocs_of_year(leader, 2018)
    assert [(one.code, one.movement.moved) for one in found.ranked] == [("btc", 1), ("vptu", -1)]


@pytest.mark.parametrize("wanted", ["1999", "năm ngoái"])
def test_a_year_that_is_not_there_is_said_and_goes_into_no_file(
    client: Client, leader: Person, wanted: str
) -> None:
    client.force_login(leader)
    for address in ("/cac-khoi/", "/cac-khoi/don-vi/"):
        told = f"Không có mùa thi đua nào của năm “{wanted}”. Đang xem năm 2018."
        assert told in client.get(address, {"nam": wanted}).content.decode()
        assert "Không có mùa thi đua nào" not in client.get(address).content.decode()
        assert client.get(address, {"nam": wanted, "dang": "csv"}).status_code == 404
        assert client.get(address, {"nam": "2018", "dang": "csv"}).status_code == 200
    assert client.get("/cac-khoi/tom-tat.pdf", {"nam": wanted}).status_code == 404


def test_the_figure_of_compacts_in_force_leads_to_those_it_counts(
    client: Client, season: Season, leader: Person
) -> None:
    other = make_bloc(season.bloc.council, "khoi-khac", "Khối khác")
    make_season(other, [make_unit(season.bloc.council, "khac", "Đơn vị khác")])
    client.force_login(leader)
    page = client.get("/cac-khoi/", {"nam": "2018"}).content.decode()
    assert 'tinh-trang=co-hieu-luc#cac-khoi">1</a>' in page
    assert "1 chưa có hiệu lực" in page
    in_force = client.get("/cac-khoi/", {"nam": "2018", "tinh-trang": "co-hieu-luc"})
    assert [one.row.season.bloc for one in in_force.context["blocs"]] == [season.bloc]
    others = client.get("/cac-khoi/", {"nam": "2018", "tinh-trang": "chua-ky"})
    assert [one.row.season.bloc for one in others.context["blocs"]] == [other]


def test_a_compact_is_late_by_its_last_signature_and_not_by_its_printed_date(
    season: Season, leader: Person
) -> None:
    signing = make_milestone(season, Step.SIGNING, datetime.timedelta(days=-30))
    last = season.compact.signatures.order_by("pk")[0]
    last.signed_on = timezone.localdate(signing.due_at) + datetime.timedelta(days=16)
    last.save(update_fields=["signed_on"])
    (found,) = blocs_of_year(leader, 2018)
    assert (found.in_force_on, found.signed_late) == (last.signed_on, 16)


def test_a_leader_of_one_bloc_sees_no_other(client: Client, season: Season) -> None:
    other = make_bloc(season.bloc.council, "khoi-khac", "Khối khác")
    make_season(other, [make_unit(season.bloc.council, "khac", "Đơn vị khác")])
    person = make_person("lanh-dao-khoi", "Lê Lãnh Đạo")
    give_role(person, RoleKind.LEADER, bloc=other)
    client.force_login(person)
    text = client.get("/cac-khoi/?nam=2018").content.decode()
    assert "Khối khác" in text
    assert season.bloc.name not in text


def test_the_page_asks_no_more_for_more_blocs(
    client: Client, season: Season, leader: Person
) -> None:
    client.force_login(leader)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/cac-khoi/?nam=2018").status_code == 200
        return len(captured)

    few = queries()
    for at in range(6):
        bloc = make_bloc(season.bloc.council, f"khoi-{at}", f"Khối {at}")
        unit = make_unit(season.bloc.council, f"dv-{at}", f"Đơn vị {at}")
        published(make_round(make_season(bloc, [unit])), row(f"dv-{at}", 1, "190"))
    assert queries() == few


@pytest.mark.parametrize("ending", ["pdf", "docx"])
def test_the_brief_is_one_page_with_what_a_leader_would_ask(client: Client, ending: str) -> None:
    season = import_season(actor=None, data=json.loads(DEMO.read_text(encoding="utf-8")))
    officer = make_person("thuong-truc-2", "Đỗ Văn Trực")
    give_role(officer, RoleKind.OFFICER, council=season.bloc.council)
    client.force_login(officer)
    content = client.get(f"/cac-khoi/tom-tat.{ending}", {"nam": "2018"}).content
    if ending == "pdf":
        assert len(reader(content).pages) == 1
        words = raw_text(content)
    else:
        words = " ".join(word_words(content))
    assert "TÓM TẮT TÌNH HÌNH THI ĐUA" in words
    assert "10/10" in words
    assert client.get("/cac-khoi/tom-tat.exe").status_code == 404


def test_the_brief_names_the_units_it_counts_as_ones_to_look_at_and_says_why(
    client: Client,
) -> None:
    season = import_season(actor=None, data=json.loads(DEMO.read_text(encoding="utf-8")))
    officer = make_person("thuong-truc-2", "Đỗ Văn Trực")
    give_role(officer, RoleKind.OFFICER, council=season.bloc.council)
    client.force_login(officer)
    (line,) = client.get("/cac-khoi/", {"nam": "2018"}).context["blocs"]
    words = " ".join(word_words(client.get("/cac-khoi/tom-tat.docx?nam=2018").content))
    assert line.row.watched
    for unit in line.row.watched:
        reasons = "; ".join(one.text for one in unit.reasons)
        assert f"{unit.participant.name}: {reasons}." in words


def test_the_brief_holds_the_blocs_that_its_page_shows_and_says_which(client: Client) -> None:
    season = import_season(actor=None, data=json.loads(DEMO.read_text(encoding="utf-8")))
    council = season.bloc.council
    other = make_bloc(council, "so-nganh", "Khối các sở, ngành")
    make_season(other, [make_unit(council, "dv", "Đơn vị")], season.year)
    officer = make_person("thuong-truc-2", "Đỗ Văn Trực")
    give_role(officer, RoleKind.OFFICER, council=council)
    client.force_login(officer)
    asked = {"nam": str(season.year), "tinh-trang": "co-hieu-luc"}
    page = client.get("/cac-khoi/", asked).content.decode()
    assert "/cac-khoi/tom-tat.pdf?nam=2018&amp;tinh-trang=co-hieu-luc&amp;hoi-dong=" in page
    words = " ".join(word_words(client.get("/cac-khoi/tom-tat.docx", asked).content))
    assert "Khối các sở, ngành" not in words
    assert "năm 2018 (giao ước có hiệu lực)" in words


def test_the_briefs_stay_on_one_page_however_much_there_is_to_note(client: Client) -> None:
    season = import_season(actor=None, data=json.loads(DEMO.read_text(encoding="utf-8")))
    council = season.bloc.council
    for at in range(7):
        bloc = make_bloc(council, f"khoi-{at}", f"Khối thi đua các sở, ban, ngành tỉnh số {at}")
        make_season(bloc, [make_unit(council, f"dv-{at}", f"Đơn vị {at}")])
    officer = make_person("thuong-truc-2", "Đỗ Văn Trực")
    give_role(officer, RoleKind.OFFICER, council=council)
    client.force_login(officer)
    of_bloc = reverse("scoring:bloc_brief", args=[season.bloc.code, season.year, "pdf"])
    for address in (f"/cac-khoi/tom-tat.pdf?nam={season.year}", of_bloc):
        assert len(reader(client.get(address).content).pages) == 1, address
