"""Titles: quotas, requirements, ballots, and whose ranks count."""

from __future__ import annotations

from typing import Any

import pytest

from scoring.engine.rounds import BallotInput, DecisionInput
from scoring.engine.table import Table
from tests.scoring.engine.making import (
    Json,
    leaf,
    make_table,
    ranked,
    unit,
)


def title(code: str, quota: int = 1, scope: str = "bloc", **requires: object) -> Json:
    return {"code": code, "name": code, "quota": quota, "scope": scope, "requires": requires}


def given(table: Table, totals: dict[str, str], **extra: Any) -> dict[str, tuple[str, ...]]:
    return {row.unit: row.titles for row in ranked(table, totals, **extra).rows if row.titles}


def test_titles_go_to_the_first_candidates_within_the_quota() -> None:
    table = make_table(leaf("A", "10"), titles=[title("co", 2)])
    assert given(table, {"a": "9", "b": "8", "c": "7"}) == {"a": ("co",), "b": ("co",)}


def test_a_quota_used_up_leaves_nothing_open() -> None:
    table = make_table(leaf("A", "10"), titles=[title("co", 1)])
    standings = ranked(table, {"a": "9", "b": "8", "c": "8"})
    assert standings.row("a").titles == ("co",)
    assert standings.open_titles == ()


def test_equals_beyond_the_quota_leave_the_title_open_and_nobody_after_them_gets_it() -> None:
    table = make_table(leaf("A", "10"), titles=[title("co", 2)])
    standings = ranked(table, {"a": "9", "c": "8", "b": "8", "d": "7"})
    assert {row.unit: row.titles for row in standings.rows if row.titles} == {"a": ("co",)}
    assert [(one.title, one.units) for one in standings.open_titles] == [("co", ("b", "c"))]
    why = "2 đơn vị cùng hạng 2, chỉ còn 1 danh hiệu."
    document = standings.as_json("k", 2018, "nam", "thu")
    assert document["open_titles"] == [{"title": "co", "units": ["b", "c"], "why": why}]


def test_only_candidates_compete_for_a_quota() -> None:
    table = make_table(leaf("A", "10"), titles=[title("co", registered=True)])
    units = (unit("a"), unit("b", None, "co"), unit("c", None, "co"))
    assert given(table, {"a": "9", "b": "9", "c": "8"}, units=units) == {"b": ("co",)}


def test_each_requirement_can_keep_a_unit_out() -> None:
    table = make_table(
        leaf("A", "10"),
        classes=[{"name": "X", "min": "9"}, {"name": "Y", "min": "7"}, {"name": "Z", "min": "5"}],
        titles=[
            title("rank", 9, rank_max=2),
            title("total", 9, min_total="8"),
            title("class", 9, **{"class": "Y"}),
            title("ballot", 9, ballot={"code": "b", "min_share": "0.7"}),
            title("alone", 9, not_with=["rank", "ballot"]),
        ],
    )
    ballot = BallotInput("b", 10, 9, 8, "all", {"a": 7, "b": 6, "d": 8})
    found = given(table, {"a": "9", "b": "8", "c": "7", "d": "2"}, ballots=(ballot,))
    assert found == {
        "a": ("rank", "total", "class", "ballot"),
        "b": ("rank", "total", "class"),
        "c": ("class", "alone"),
        "d": ("ballot",),
    }


@pytest.mark.parametrize(("base", "got"), [("all", False), ("present", False), ("valid", True)])
def test_a_ballots_share_is_of_its_base(base: str, got: bool) -> None:
    table = make_table(
        leaf("A", "10"), titles=[title("co", ballot={"code": "b", "min_share": "0.7"})]
    )
    ballot = BallotInput("b", 12, 11, 10, base, {"a": 7})
    assert bool(given(table, {"a": "9"}, ballots=(ballot,))) == got


def test_a_ballot_that_was_not_held_gives_no_title() -> None:
    table = make_table(
        leaf("A", "10"), titles=[title("co", ballot={"code": "b", "min_share": "0"})]
    )
    assert given(table, {"a": "9"}) == {}
    assert given(table, {"a": "9"}, ballots=(BallotInput("b", 0, 0, 0),)) == {}
    assert given(table, {"a": "9"}, ballots=(BallotInput("b", 1, 1, 1),)) == {"a": ("co",)}


def test_a_unit_nobody_voted_for_has_no_votes() -> None:
    table = make_table(
        leaf("A", "10"), titles=[title("co", 2, ballot={"code": "b", "min_share": "0.5"})]
    )
    ballot = BallotInput("b", 2, 2, 2, "all", {"b": 1})
    assert given(table, {"a": "9", "b": "8"}, ballots=(ballot,)) == {"b": ("co",)}


def test_the_scope_of_a_title_decides_whose_ranks_count() -> None:
    units = (unit("a", "x"), unit("b", "x"), unit("c", "y"), unit("d", "y"))
    totals = {"a": "9", "b": "8", "c": "7", "d": "6"}
    table = make_table(
        leaf("A", "10"),
        titles=[title("div", scope="division", rank_max=1), title("bloc", 2, rank_max=2)],
    )
    assert given(table, totals, units=units) == {
        "a": ("div", "bloc"), "b": ("bloc",), "c": ("div",)
    }  # fmt: skip


def test_a_title_of_the_bloc_breaks_ties_between_divisions_again() -> None:
    units = (unit("a", "x"), unit("b", "y"))
    table = make_table(leaf("A", "10"), titles=[title("co")], tie_breaks=[{"by": "decision"}])
    decision = DecisionInput(("a", "b"), ("b", "a"), "biểu quyết")
    assert given(table, {"a": "9", "b": "9"}, units=units) == {}
    found = given(table, {"a": "9", "b": "9"}, units=units, decisions=(decision,))
    assert found == {"b": ("co",)}


def test_a_title_with_no_quota_is_given_to_nobody() -> None:
    table = make_table(leaf("A", "10"), titles=[title("co", 0)])
    assert ranked(table, {"a": "9", "b": "9"}).open_titles == ()
