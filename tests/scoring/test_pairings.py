"""Who cross-checks whom, proposed and looked through."""

from __future__ import annotations

from collections import Counter

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from scoring.models import Assignment, Round
from scoring.queries.conflicts import conflicts_of
from scoring.rules import Stage
from scoring.services.assignments import assign
from scoring.services.pairings import (
    assign_cross_checks,
    best_pairings,
    most_checkers,
    propose_pairings,
    repeats,
)
from scoring.services.rounds import open_round
from tests.cast import World, give_role
from tests.scoring.casting import draft_round, make_scoring
from units.rules import RoleKind, RuleError

PAGE = "/khoi/hn-dang/2018/cham-diem/nam/phan-cong/"


@st.composite
def blocs(draw: st.DrawFn) -> tuple[list[int], int]:
    units = draw(st.lists(st.integers(1, 1000), min_size=3, max_size=20, unique=True))
    return units, draw(st.integers(1, most_checkers(len(units))))


@given(blocs(), st.text(max_size=5))
def test_nobody_checks_themselves_no_two_each_other_and_the_load_is_even(
    bloc: tuple[list[int], int], seed: str
) -> None:
    units, checkers = bloc
    pairs = propose_pairings(units, checkers, seed)
    assert len(set(pairs)) == len(pairs) == len(units) * checkers
    assert all(unit != scorer for unit, scorer in pairs)
    assert not {(scorer, unit) for unit, scorer in pairs} & set(pairs)
    assert set(Counter(scorer for _unit, scorer in pairs).values()) == {checkers}
    assert set(Counter(unit for unit, _scorer in pairs).values()) == {checkers}


@given(blocs())
def test_the_same_bloc_gets_the_same_proposal_in_whatever_order_its_units_come(
    bloc: tuple[list[int], int],
) -> None:
    units, checkers = bloc
    assert propose_pairings(units, checkers, "a") == propose_pairings(
        list(reversed(units)), checkers, "a"
    )


def test_pairs_of_last_year_are_avoided() -> None:
    units = list(range(1, 8))
    last_year = set(propose_pairings(units, 1, "x:0"))
    assert repeats(best_pairings(units, 1, "x", last_year), last_year) == 0


@pytest.mark.parametrize(("units", "checkers"), [(2, 1), (4, 2), (5, 0)])
def test_what_cannot_be_is_refused_in_words(units: int, checkers: int) -> None:
    with pytest.raises(RuleError, match="nhiều nhất"):
        propose_pairings(list(range(units)), checkers, "a")


@pytest.fixture
def world(db: None) -> World:
    return make_scoring()


@pytest.fixture
def draft(world: World) -> Round:
    return draft_round(world)


def rows(scored: Round) -> list[Assignment]:
    return list(scored.assignments.select_related("unit", "scorer"))


def test_a_proposal_replaces_the_cross_checks_and_leaves_the_verification(
    world: World, draft: Round
) -> None:
    for _again in range(2):
        assert assign_cross_checks(actor=world.secretary, round_id=draft.pk, checkers=1) == 3
    stages = Counter(draft.assignments.values_list("stage", flat=True))
    assert stages == {Stage.CROSS: 3, Stage.VERIFY: 1}
    assert conflicts_of(draft, rows(draft)) == []


def test_an_open_round_keeps_who_checks_whom(world: World, draft: Round) -> None:
    open_round(actor=world.secretary, round_id=draft.pk)
    with pytest.raises(RuleError):
        assign_cross_checks(actor=world.secretary, round_id=draft.pk, checkers=1)


def test_units_that_check_each_other_are_shown(world: World, draft: Round) -> None:
    for unit, scorer in [(world.btc, world.duk), (world.duk, world.btc)]:
        assign(
            actor=world.secretary,
            round_id=draft.pk,
            stage=Stage.CROSS,
            unit=unit,
            scorer=scorer,
        )
    (found,) = conflicts_of(draft, rows(draft))
    assert "lẫn nhau" in found.text
    assert len(found.assignments) == 2


def test_a_person_on_both_sides_is_named(world: World, draft: Round) -> None:
    give_role(world.representative, RoleKind.SCORER, unit=world.duk)
    assign(
        actor=world.secretary,
        round_id=draft.pk,
        stage=Stage.CROSS,
        unit=world.btc,
        scorer=world.duk,
    )
    (found,) = conflicts_of(draft, rows(draft))
    assert world.representative.full_name in found.text


def test_the_secretary_proposes_in_the_browser(client: Client, world: World, draft: Round) -> None:
    client.force_login(world.secretary)
    page = client.post(f"{PAGE}de-xuat/", {"checkers": "1"}, follow=True).content.decode()
    assert "Đã phân công 3 lượt" in page
    wrong = client.post(f"{PAGE}de-xuat/", {"checkers": "nhiều"}, follow=True)
    assert "nhiều nhất 1 nơi" in wrong.content.decode()
