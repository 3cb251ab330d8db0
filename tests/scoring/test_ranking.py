from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from compacts.models import Season
from scoring.models import Mark, Publication, Round
from scoring.queries.standings import compute_standings
from scoring.rules import BallotBase, RoundState
from scoring.services.decisions import record_ballot, record_decision
from scoring.services.imports import import_season
from scoring.services.publications import publish_round
from tests.cast import give_role, make_person, make_season
from units.access import AccessDenied
from units.models import Person, Unit
from units.rules import RoleKind, RuleError

pytestmark = pytest.mark.django_db
DEMO = Path(__file__).resolve().parents[2] / "demo" / "ha-nam-2018.json"
PAGE = "/khoi/hn-dang/2018/xep-hang/"


@pytest.fixture
def season() -> Season:
    return import_season(actor=None, data=json.loads(DEMO.read_text(encoding="utf-8")))


@pytest.fixture
def scored(season: Season) -> Round:
    return Round.objects.select_related("season__bloc__council").get(season=season)


def unit(code: str) -> Unit:
    return Unit.objects.get(code=code)


@pytest.fixture
def secretary(season: Season) -> Person:
    person = make_person("thu-ky", "Nguyễn Thị Thư")
    give_role(person, RoleKind.SECRETARY, unit=unit("ubkt"), bloc=season.bloc)
    return person


@pytest.fixture
def leader(season: Season) -> Person:
    person = make_person("lanh-dao", "Phạm Sỹ Lợi")
    give_role(person, RoleKind.LEADER, council=season.bloc.council)
    return person


@pytest.fixture
def representative(season: Season) -> Person:
    person = make_person("dai-dien", "Trần Thị Đại")
    give_role(person, RoleKind.REPRESENTATIVE, unit=unit("btc"))
    return person


def test_a_leader_sees_the_ranking_before_publication_and_a_unit_does_not(
    client, leader, representative, scored
):
    client.force_login(leader)
    assert "1.040,09" in client.get(PAGE).content.decode()
    client.force_login(representative)
    page = client.get(PAGE).content.decode()
    assert "chưa được công bố" in page
    assert "1.040,09" not in page
    assert client.get(f"{PAGE}nam/btc/").status_code == 403
    assert "1.040,09" not in client.get(f"{PAGE}?dang=csv").content.decode()


def test_publishing_shows_it_to_the_bloc_and_keeps_all_it_was_made_of(
    client, secretary, representative, scored
):
    publication = publish_round(actor=secretary, round_id=scored.pk)
    assert publication.standings["standings"][0]["unit"] == "ubkt"
    assert publication.inputs["criteria"]["code"] == "dbsh-2018"
    assert publish_round(actor=secretary, round_id=scored.pk).pk == publication.pk
    client.force_login(representative)
    assert "1.040,09" in client.get(PAGE).content.decode()


def test_a_published_ranking_cannot_be_changed_by_the_database_either(secretary, scored):
    publication = publish_round(actor=secretary, round_id=scored.pk)
    rows = Publication.objects.filter(pk=publication.pk)
    for change in (lambda: rows.update(inputs_hash="0"), rows.delete):
        with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
            change()


def test_a_ranking_with_missing_marks_is_not_published_and_says_which(secretary, scored):
    Mark.objects.filter(
        sheet__round=scored, sheet__unit__code="btc", criterion__code="I.1.1"
    ).delete()
    assert not compute_standings(scored).complete
    with pytest.raises(RuleError, match=r"Ban Tổ chức Tỉnh ủy – I\.1\.1"):
        publish_round(actor=secretary, round_id=scored.pk)
    scored.refresh_from_db()
    assert scored.state == RoundState.CLOSED


def test_only_the_secretariat_publishes(representative, leader, scored):
    for person in (representative, leader):
        with pytest.raises(AccessDenied):
            publish_round(actor=person, round_id=scored.pk)


def test_a_decision_parts_two_units_with_equal_totals(secretary, scored):
    before = {row.unit: row.rank for row in compute_standings(scored).rows}
    assert before["bdv"] == before["bnc"] == 6
    record_decision(
        actor=secretary, round_id=scored.pk, order=["bnc", "bdv"], reason="Nhiều mô hình mới hơn"
    )
    after = {row.unit: row for row in compute_standings(scored).rows}
    assert (after["bnc"].rank, after["bdv"].rank) == (6, 7)
    assert after["bnc"].parted_by == "decision"


def test_a_decision_about_units_with_different_totals_is_refused(secretary, scored):
    with pytest.raises(RuleError, match="bằng điểm"):
        record_decision(actor=secretary, round_id=scored.pk, order=["btc", "ubkt"], reason="x")


def test_a_ballot_whose_counts_contradict_each_other_is_refused(secretary, scored):
    facts = {"code": "moi", "name": "Bỏ phiếu mới", "base": BallotBase.ALL}
    with pytest.raises(RuleError, match="có mặt"):
        record_ballot(
            actor=secretary, round_id=scored.pk, voters=10, present=11, valid=10, yes={}, **facts
        )
    with pytest.raises(RuleError, match="đồng ý"):
        record_ballot(
            actor=secretary,
            round_id=scored.pk,
            voters=10,
            present=10,
            valid=9,
            yes={"btc": 10},
            **facts,
        )


def test_every_number_opens_to_its_rule_and_marks(client, leader, scored):
    client.force_login(leader)
    page = client.get(f"{PAGE}nam/btc/").content.decode()
    assert "so với hạng 1" in page
    assert "Lấy điểm bước thẩm định." in page
    assert client.get(f"{PAGE}nam/khong-co/").status_code == 404


def test_the_table_is_exported_with_vietnamese_numbers(client, leader, scored):
    client.force_login(leader)
    text = client.get(f"{PAGE}?dot=nam&dang=csv").content.decode("utf-8-sig")
    assert "1040,09" in text
    assert len(text.splitlines()) == 11


def test_the_ranking_takes_a_fixed_number_of_queries(
    client, leader, scored, django_assert_max_num_queries
):
    client.force_login(leader)
    with django_assert_max_num_queries(30):
        client.get(PAGE)


def test_who_waits_for_the_ranking_is_led_to_the_scoring_and_to_the_year_before(
    client: Client, scored: Round, representative: Person
) -> None:
    units = [row.unit for row in scored.season.participants.select_related("unit")]
    make_season(scored.season.bloc, units, 2017)
    Round.objects.update(state=RoundState.OPEN)
    client.force_login(representative)
    page = client.get(PAGE).content.decode()
    assert "Khi thư ký khối công bố, các đơn vị được thông báo." in page
    assert 'href="/khoi/hn-dang/2018/cham-diem/"' in page
    assert 'href="/khoi/hn-dang/2017/xep-hang/"' in page


def test_a_round_that_is_not_open_ranks_nobody(
    client: Client, scored: Round, secretary: Person
) -> None:
    Round.objects.update(state=RoundState.DRAFT)
    client.force_login(secretary)
    page = client.get(PAGE).content.decode()
    assert "Đợt chấm chưa mở, chưa có điểm để xếp hạng." in page
    assert "đồng hạng" not in page
