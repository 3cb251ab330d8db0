"""What the ranking would be with other points, never stored."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from scoring.models import Mark, Round
from scoring.queries.what_if import Assumption, what_if
from scoring.services.imports import import_season
from tests.cast import give_role, make_person
from units.models import Unit
from units.rules import RoleKind

pytestmark = pytest.mark.django_db
DEMO = Path(__file__).resolve().parents[2] / "demo" / "ha-nam-2018.json"
PAGE = "/khoi/hn-dang/2018/xep-hang/nam/gia-dinh/"


@pytest.fixture
def scored() -> Round:
    season = import_season(actor=None, data=json.loads(DEMO.read_text(encoding="utf-8")))
    return Round.objects.select_related("season__bloc__council").get(season=season)


def test_without_an_assumption_nothing_moves(scored: Round) -> None:
    assert not any(row.moves for row in what_if(scored, []).outcomes)


def test_an_assumed_point_moves_the_total_by_exactly_its_difference(scored: Round) -> None:
    found = what_if(scored, [("btc", "I.1.2", Decimal(0))])
    (one,) = found.assumptions
    assert one.now is not None
    (moved,) = [row for row in found.outcomes if row.total != row.total_then]
    assert moved.total - moved.total_then == one.now


def test_points_above_the_maximum_and_unknown_units_are_left_out(scored: Round) -> None:
    wanted = [("btc", "I.1.2", Decimal(10**6)), ("xa", "I.1.2", Decimal(1))]
    assert what_if(scored, wanted).assumptions == ()


def test_the_panel_writes_nothing_and_keeps_the_assumptions_in_its_address(
    client: Client, scored: Round
) -> None:
    leader = make_person("lanh-dao-tinh", "Phạm Sỹ Lợi")
    give_role(leader, RoleKind.LEADER, bloc=scored.season.bloc)
    client.force_login(leader)
    marks = list(Mark.objects.order_by("pk").values())
    with CaptureQueriesContext(connection) as captured:
        page = client.get(PAGE, {"don-vi": "btc", "tieu-chi": "I.1.2", "diem": "0,5"})
    assert 'value="btc:I.1.2:0,5"' in page.content.decode()
    assert list(Mark.objects.order_by("pk").values()) == marks
    written = ("INSERT", "UPDATE", "DELETE")
    assert not [one for one in captured if one["sql"].startswith(written)]
    wrong = client.get(PAGE, {"don-vi": "btc", "tieu-chi": "I.1.2", "diem": "nhiều"})
    assert "chưa tính được" in wrong.content.decode()
    assert 'value="nhiều"' in wrong.content.decode()


def test_a_unit_does_not_play_with_the_provisional_ranking(client: Client, scored: Round) -> None:
    person = make_person("dai-dien-btc", "Trần Thị Đại")
    give_role(person, RoleKind.REPRESENTATIVE, unit=Unit.objects.get(code="btc"))
    client.force_login(person)
    assert client.get(PAGE).status_code == 403


def test_assumed_thousands_come_back_as_the_number_that_was_typed() -> None:
    one = Assumption("btc", "BTC", "I.1.2", "Chỉ tiêu", Decimal("1200.5"), None)
    assert one.address == "btc:I.1.2:1200,5"
