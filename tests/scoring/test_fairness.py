from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from compacts.models import OfferedTitle
from scoring.models import Publication, Round
from scoring.queries.fairness import (
    Scored,
    YearOfTitles,
    flat_criteria,
    mutual_favours,
    rotating_titles,
    scorer_biases,
    self_against_verified,
    years_of_titles,
)
from scoring.services.imports import import_season
from tests.cast import give_role, make_person, make_season
from units.rules import RoleKind

DEMO = Path(__file__).resolve().parents[2] / "demo" / "ha-nam-2018.json"
TEN = Decimal(10)


def mark(unit: str, stage: str, scorer: str, criterion: str, points: str, sign: int = 1) -> Scored:
    return Scored(unit, stage, scorer, criterion, Decimal(points), TEN, sign)


def crossed(scorer: str, unit: str, points: str, others: str) -> list[Scored]:
    """Six lines of ``unit`` that ``scorer`` and the secretariat marked."""
    return [
        one
        for number in range(6)
        for one in (
            mark(unit, "cross", scorer, f"I.{number}", points),
            mark(unit, "verify", "secretariat", f"I.{number}", others),
        )
    ]


def test_a_unit_that_overrates_itself_is_seen_by_its_lowered_lines() -> None:
    marks = [
        mark("btc", "self", "btc", "I.1", "10"),
        mark("btc", "verify", "secretariat", "I.1", "7.5"),
        mark("btc", "self", "btc", "I.2", "5"),
        mark("btc", "verify", "secretariat", "I.2", "6"),
        mark("btc", "self", "btc", "I.3", "9"),
    ]
    (found,) = self_against_verified(marks)
    assert (found.own, found.verified, found.difference) == (15, Decimal("13.5"), Decimal("-1.5"))
    assert (found.lowered, found.raised) == (1, 1)
    assert (found.own_share, found.verified_share) == (75, Decimal("67.5"))


def test_a_minus_that_was_forgotten_counts_as_lowered() -> None:
    marks = [
        mark("btc", "self", "btc", "P.1", "0", sign=-1),
        mark("btc", "verify", "secretariat", "P.1", "2", sign=-1),
    ]
    (found,) = self_against_verified(marks)
    assert (found.difference, found.lowered) == (-2, 1)


def test_a_mild_and_a_strict_scorer_are_told_apart() -> None:
    marks = crossed("duk", "btc", "9", "8") + crossed("bdv", "ubkt", "5", "8")
    mild, strict = scorer_biases(marks)
    assert (mild.scorer, mild.verdict, mild.deviation) == ("duk", "mild", 10)
    assert (strict.scorer, strict.verdict, strict.deviation) == ("bdv", "strict", -30)


def test_a_few_marks_make_no_verdict() -> None:
    marks = crossed("duk", "btc", "9", "8")[:4]
    (found,) = scorer_biases(marks)
    assert found.verdict == "few"


def test_two_units_that_favour_each_other_are_named_once() -> None:
    marks = crossed("duk", "btc", "10", "8") + crossed("btc", "duk", "9", "8")
    (pair,) = mutual_favours(marks)
    assert (pair.first, pair.second) == ("btc", "duk")
    assert (pair.first_gives, pair.second_gives) == (10, 20)


def test_favour_in_one_direction_only_is_no_pair() -> None:
    marks = crossed("duk", "btc", "10", "8") + crossed("btc", "duk", "7", "8")
    assert mutual_favours(marks) == []


def test_a_criterion_with_equal_points_for_all_separates_nobody() -> None:
    marks = [
        mark("btc", "verify", "secretariat", "I.1", "10"),
        mark("duk", "verify", "secretariat", "I.1", "10"),
        mark("btc", "verify", "secretariat", "I.2", "9"),
        mark("duk", "verify", "secretariat", "I.2", "10"),
    ]
    (found,) = flat_criteria(marks, {"I.1": "Một", "I.2": "Hai"})
    assert (found.code, found.full) == ("I.1", True)


def year(label: int, *winners: str) -> YearOfTitles:
    return YearOfTitles(label, winners, (("co", winners),))


def test_a_flag_that_goes_round_is_noticed_after_three_years() -> None:
    assert rotating_titles([year(2020, "A"), year(2019, "B")]) == []
    assert rotating_titles([year(2020, "A"), year(2019, "B"), year(2018, "C")]) == ["co"]
    assert rotating_titles([year(2020, "A"), year(2019, "B"), year(2018, "A")]) == []


@given(
    st.lists(
        st.builds(
            mark,
            unit=st.sampled_from("abc"),
            stage=st.sampled_from(["self", "cross", "verify"]),
            scorer=st.sampled_from("abc"),
            criterion=st.sampled_from(["I.1", "I.2"]),
            points=st.integers(0, 10).map(str),
        ),
        max_size=30,
    ),
    st.randoms(use_true_random=False),
)
def test_the_order_of_the_marks_changes_nothing(marks: list[Scored], random: Random) -> None:
    unique = list({(m.unit, m.stage, m.scorer, m.criterion): m for m in marks}.values())
    shuffled = list(unique)
    random.shuffle(shuffled)
    assert scorer_biases(shuffled) == scorer_biases(unique)
    assert mutual_favours(shuffled) == mutual_favours(unique)


@pytest.mark.django_db
def test_the_page_shows_the_founding_case_to_leaders_with_a_fixed_number_of_queries(
    client: Client,
) -> None:
    season = import_season(actor=None, data=json.loads(DEMO.read_text(encoding="utf-8")))
    leader = make_person("lanh-dao", "Phạm Sỹ Lợi")
    give_role(leader, RoleKind.LEADER, council=season.bloc.council)
    client.force_login(leader)
    address = "/khoi/hn-dang/2018/xep-hang/nam/cach-cham/"
    with CaptureQueriesContext(connection) as queries:
        text = client.get(address).content.decode()
    assert "Tự chấm và thẩm định" in text
    assert "UBKT" in text
    assert len(queries) < 30


@pytest.mark.django_db
def test_the_years_of_a_bloc_are_read_from_what_was_published() -> None:
    season = import_season(actor=None, data=json.loads(DEMO.read_text(encoding="utf-8")))
    units = [row.unit for row in season.participants.all()]
    for label, winner in ((2019, units[0]), (2020, units[1])):
        scored = Round.objects.create(
            season=make_season(season.bloc, units, label), code="nam", name="Chấm"
        )
        Publication.objects.create(
            round=scored,
            version=1,
            standings={"standings": [{"unit": winner.code, "rank": 1, "titles": ["co-tinh"]}]},
            inputs={"round": {"units": [{"code": one.code, "name": one.name} for one in units]}},
            inputs_hash="0" * 64,
        )
    found = years_of_titles(season)
    assert [one.year for one in found] == [2020, 2019]
    assert found[0].titles == (("co-tinh", (units[1].name,)),)
    OfferedTitle.objects.filter(season__year=2020).update(name="Cờ thi đua của UBND tỉnh")
    named = years_of_titles(season)[0].named_titles
    assert named == [("Cờ thi đua của UBND tỉnh", (units[1].name,))]
