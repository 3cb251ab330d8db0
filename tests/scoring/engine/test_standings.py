from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from scoring.engine.combine import ScoredMark, stage_used, stage_values
from scoring.engine.rounds import BallotInput, DecisionInput, RoundInput, SheetInput
from scoring.engine.standings import Standings
from scoring.engine.table import Table
from tests.scoring.engine.making import (
    Json,
    group,
    leaf,
    make_round,
    make_table,
    sheet,
    standings_of,
    unit,
)

GATE_UNRANKED: Json = {"kind": "gate", "effect": "unranked"}
GATE_UNTITLED: Json = {"kind": "gate", "effect": "untitled"}
ONE = make_table(leaf("A", "100"))


def of(table: Table, *sheets: SheetInput, **extra: Any) -> Standings:
    round_input: RoundInput = make_round(*sheets, **extra)
    return standings_of(table, round_input)


def ranks(standings: Standings) -> dict[str, int | None]:
    return {row.unit: row.rank for row in standings.rows}


def ranked(table: Table, totals: dict[str, str], **extra: Any) -> Standings:
    return of(table, *(sheet(code, A=points) for code, points in totals.items()), **extra)


def test_the_total_is_base_and_bonus_less_minus() -> None:
    table = make_table(
        group("I", "10", leaf("I.1", "8"), leaf("I.2", "8")),
        leaf("II", "5"),
        group("T", "3", leaf("T.1", "2"), leaf("T.2", "2"), adds="bonus"),
        leaf("P", "4", adds="minus"),
    )
    row = of(
        table,
        sheet("a", I_1="8", I_2="7", II="4.5", T_1="2", T_2="1.5", P="1"),
    ).row("a")
    assert (row.base, row.bonus, row.minus) == (Decimal("14.5"), 3, 1)
    assert row.total == Decimal("16.5")
    assert row.points["I"] == 10
    assert list(row.points) == ["I", "I.1", "I.2", "II", "T", "T.1", "T.2", "P"]


def test_the_total_is_never_below_zero() -> None:
    table = make_table(leaf("A", "10"), leaf("P", "50", adds="minus"), class_by="base",
                       classes=[{"name": "Kém", "min": "0"}])  # fmt: skip
    row = of(table, sheet("a", A="3", P="20")).row("a")
    assert (row.total, row.class_name) == (0, "Kém")


def test_not_marked_is_not_zero() -> None:
    table = make_table(
        leaf("A", "10"),
        leaf("B", "10"),
        leaf("G", "0", GATE_UNRANKED),
        leaf("T", "5", adds="bonus"),
        leaf("P", "5", adds="minus"),
    )
    standings = of(table, sheet("a", A="0"), sheet("b", A="1", B="2"))
    assert not standings.complete
    assert standings.missing == (("a", "B"),)
    assert standings.row("a").points == {"A": 0, "T": 0, "P": 0}
    document = standings.as_json("k", 2018, "nam", "thu")
    assert document["missing"] == [{"unit": "a", "criterion": "B"}]
    assert document["complete"] is False


def test_a_unit_without_any_sheet_is_missing_everything() -> None:
    standings = of(ONE, sheet("a", A="5"), units=(unit("a"), unit("b")))
    assert standings.missing == (("b", "A"),)
    assert ranks(standings) == {"a": 1, "b": 2}


def test_the_document_is_the_third_format() -> None:
    table = make_table(leaf("A", "10"), classes=[{"name": "Tốt", "min": "8"}])
    document = of(table, sheet("a", A="8.5")).as_json("hn-dang", 2018, "nam", "thu")
    assert document == {
        "format": "giao-uoc/standings/1", "bloc": "hn-dang", "year": 2018, "round": "nam",
        "criteria": "thu", "complete": True, "open_titles": [],
        "standings": [{
            "unit": "a", "division": None, "rank": 1, "total": "8.50", "base": "8.50",
            "bonus": "0.00", "minus": "0.00", "class": "Tốt", "own_max": "10.00",
            "points": {"A": "8.50"}, "struck": None, "parted_by": None, "titles": [],
        }],
    }  # fmt: skip


@pytest.mark.parametrize(("precision", "shown"), [("1", "9"), ("0.1", "8.5"), ("0.5", "8.5")])
def test_decimals_have_as_many_places_as_the_precision(precision: str, shown: str) -> None:
    table = make_table(leaf("A", "10"), precision=precision)
    document = of(table, sheet("a", A="8.5")).as_json("k", 2018, "nam", "thu")
    assert document["standings"][0]["total"] == shown


@pytest.mark.parametrize(
    ("stage", "expected"),
    [("self", "1"), ("cross", "2"), ("verify", "3"), ("recheck", "3"), ("final", "5")],
)
def test_a_stage_without_a_mark_takes_the_nearest_earlier_one(stage: str, expected: str) -> None:
    standings = of(
        ONE,
        sheet("a", A="1"),
        sheet("a", "cross", "b", A="2"),
        sheet("a", "verify", A="3"),
        sheet("a", "final", A="5"),
        units=(unit("a"), unit("b")),
        stage=stage,
    )
    assert standings.row("a").total == Decimal(expected)


def test_a_mark_of_a_later_stage_alone_does_not_count() -> None:
    standings = of(ONE, sheet("a", "final", A="5"), stage="verify")
    assert standings.missing == (("a", "A"),)


def test_verify_sheets_share_the_criteria_out() -> None:
    table = make_table(leaf("A", "10"), leaf("B", "10"))
    standings = of(
        table,
        sheet("a", A="1", B="2"),
        sheet("a", "verify", "b", A="3"),
        sheet("a", "verify", B="4"),
        units=(unit("a"), unit("b")),
        stage="verify",
    )
    assert standings.row("a").total == 7


def weighted(*sheets: SheetInput, **extra: Any) -> Standings:
    weights = {"self": Decimal("0.2"), "cross": Decimal("0.3"), "verify": Decimal("0.5")}
    units = tuple(unit(code) for code in "abcde")
    return of(ONE, *sheets, units=units, method="weighted", stage=None, weights=weights, **extra)


def test_weighted_points_are_rounded_once_at_the_end() -> None:
    standings = weighted(
        sheet("a", A="90.01"),
        sheet("a", "cross", "b", A="80.02"),
        sheet("a", "cross", "c", A="80.03"),
        sheet("a", "verify", A="70.04"),
    )
    # 18.002 + 24.0075 + 35.02 = 77.0295
    assert standings.row("a").total == Decimal("77.03")


def test_the_weight_of_a_stage_without_a_mark_is_shared_out() -> None:
    standings = weighted(sheet("a", A="90"), sheet("a", "verify", A="70"))
    # (0.2 × 90 + 0.5 × 70) ÷ 0.7 = 75.714…
    assert standings.row("a").total == Decimal("75.71")


def test_a_stage_without_a_weight_does_not_count() -> None:
    standings = weighted(sheet("a", "final", A="90"), sheet("b", A="10"))
    assert ("a", "A") in standings.missing
    assert standings.row("b").total == 10


@pytest.mark.parametrize(
    ("method", "given", "expected"),
    [
        ("mean", ["1", "2", "2"], "1.67"),
        ("median", ["9", "1", "2"], "2"),
        ("median", ["1", "2", "9", "4"], "3"),
        ("median", ["7"], "7"),
        ("trimmed_mean", ["1", "2", "9"], "4"),
        ("trimmed_mean", ["0", "2", "3", "100"], "2.5"),
        ("trimmed_mean", ["5", "5", "5", "5"], "5"),
        ("trimmed_mean", ["0", "1", "1", "3", "100"], "1.67"),
    ],
)
def test_cross_sheets_are_combined(method: str, given: list[str], expected: str) -> None:
    scorers = "bcdef"
    sheets = [sheet("a", "cross", scorers[at], A=one) for at, one in enumerate(given)]
    standings = of(ONE, *sheets, units=tuple(map(unit, "abcdef")), cross=method)
    assert standings.row("a").total == Decimal(expected)


def test_relative_points_are_worked_out_within_each_scorers_sheets() -> None:
    table = make_table(leaf("A", "10", {"kind": "relative"}))

    def reached(value: str) -> Json:
        return {"achieved": value, "target": "100"}

    standings = of(
        table,
        sheet("a", "cross", "c", A=reached("120")),
        sheet("b", "cross", "c", A=reached("140")),
        sheet("a", "cross", "b", A=reached("110")),
        sheet("a", A=reached("100")),
        units=tuple(map(unit, "abc")),
        stage="cross",
    )
    # by c: 5 + 5 × 0.2 ÷ 0.4 = 7.5; by b: alone and above target = 10
    assert standings.row("a").total == Decimal("8.75")
    assert standings.row("b").total == 10


def test_relative_points_compare_only_within_the_division() -> None:
    table = make_table(leaf("A", "10", {"kind": "relative", "targets": False}))
    standings = of(
        table,
        *(sheet(code, A={"achieved": value}) for code, value in zip("abc", "248", strict=True)),
        units=(unit("a", "x"), unit("b", "x"), unit("c", "y")),
    )
    assert [standings.row(code).total for code in "abc"] == [5, 10, 10]


def test_relative_points_do_not_compare_with_an_exempted_unit() -> None:
    table = make_table(leaf("A", "10", {"kind": "relative", "targets": False}), leaf("B", "10"))
    sheets = [
        sheet(code, A={"achieved": value}, B="1") for code, value in [("a", "2"), ("b", "8")]
    ]
    standings = of(table, *sheets, exempt=frozenset({("b", "A")}))
    assert standings.row("a").points["A"] == 10
    assert "A" not in standings.row("b").points


def exempted(not_applicable: str) -> Standings:
    table = make_table(
        group("I", "60", leaf("I.1", "20"), leaf("I.2", "40")),
        leaf("II", "40"),
        leaf("T", "10", adds="bonus"),
        not_applicable=not_applicable,
        classes=[{"name": "Tốt", "min": "75"}],
    )
    return of(
        table,
        sheet("a", I_1="5", I_2="30", II="30", T="1"),
        sheet("b", I_1="5", I_2="30", II="30"),
        exempt=frozenset({("a", "I.1")}),
    )


def test_drop_takes_the_maximum_off_and_scales_only_for_the_class() -> None:
    row = exempted("drop").row("a")
    assert (row.total, row.own_max) == (61, 80)
    assert "I.1" not in row.points
    assert row.points["I"] == 30
    assert row.class_name == "Tốt"  # 61 × 100 ÷ 80 = 76.25


def test_full_gives_the_maximum() -> None:
    row = exempted("full").row("a")
    assert (row.total, row.own_max, row.points["I.1"]) == (81, 100, 20)


def test_scale_stretches_the_base_total_once() -> None:
    row = exempted("scale").row("a")
    assert (row.base, row.total, row.own_max) == (75, 76, 80)
    assert row.points["I"] == 30
    assert exempted("scale").row("b").base == 65


def test_scale_is_rounded_half_up() -> None:
    table = make_table(leaf("A", "30"), leaf("B", "10"), not_applicable="scale", precision="1")
    standings = of(table, sheet("a", A="23"), exempt=frozenset({("a", "B")}))
    assert standings.row("a").total == 31  # 30.67


def test_an_exempted_group_exempts_its_leaves() -> None:
    table = make_table(
        group("I", "30", leaf("I.1", "20"), leaf("I.2", "10"), leaf("I.3", "0", GATE_UNRANKED)),
        leaf("II", "70"),
        not_applicable="full",
    )
    standings = of(table, sheet("a", II="1", I_3={"met": True}), exempt=frozenset({("a", "I")}))
    assert standings.complete
    assert standings.row("a").total == 31
    assert standings.row("a").struck is None


@pytest.mark.parametrize(
    ("class_by", "expected"), [("total", "A"), ("base", "C"), ("capped", "B")]
)
def test_classes_look_at_the_figure_the_table_names(class_by: str, expected: str) -> None:
    table = make_table(
        leaf("X", "100"),
        leaf("T", "30", adds="bonus"),
        leaf("P", "30", adds="minus"),
        class_by=class_by,
        classes=[
            {"name": "A", "min": "105"}, {"name": "B", "min": "100"}, {"name": "C", "min": "80"}
        ],
    )  # fmt: skip
    assert of(table, sheet("a", X="98", T="20", P="10")).row("a").class_name == expected


def test_a_class_begins_exactly_at_its_minimum() -> None:
    table = make_table(leaf("A", "100"), classes=[{"name": "Tốt", "min": "80"}])
    found = {row.unit: row.class_name for row in ranked(table, {"a": "80", "b": "79.99"}).rows}
    assert found == {"a": "Tốt", "b": None}


def test_equal_totals_share_a_rank_and_the_next_one_skips() -> None:
    standings = ranked(ONE, {"d": "1", "c": "5", "b": "5", "a": "9"})
    assert [(row.unit, row.rank, row.parted_by) for row in standings.rows] == [
        ("a", 1, None), ("b", 2, None), ("c", 2, None), ("d", 4, None)
    ]  # fmt: skip


def test_tie_breaks_part_equals_step_by_step() -> None:
    table = make_table(
        group("I", "20", leaf("A", "10"), leaf("B", "10")),
        leaf("T", "20", adds="bonus"),
        leaf("P", "10", adds="minus"),
        tie_breaks=[
            {"by": "criterion", "code": "I"}, {"by": "least_minus"},
            {"by": "ballot", "code": "first"}, {"by": "decision"},
        ],
    )  # fmt: skip
    marks = {
        "a": ("10", "10", "0", "0"),
        "b": ("10", "5", "5", "0"),
        "c": ("10", "5", "6", "1"),
        "d": ("10", "5", "6", "1"),
        "e": ("10", "5", "6", "1"),
        "f": ("10", "5", "6", "1"),
        "g": ("10", "1", "0", "0"),
    }
    sheets = [sheet(code, A=a, B=b, T=t, P=p) for code, (a, b, t, p) in marks.items()]
    ballot = BallotInput("first", 10, 10, 10, "all", {"c": 9, "d": 5, "e": 5})
    other = DecisionInput(("c", "d"), ("d", "c"), "không phải nhóm này")
    decision = DecisionInput(("d", "e"), ("e", "d"), "khối quyết định")
    standings = of(table, *sheets, ballots=(ballot,), decisions=(other, decision))
    assert [(row.unit, row.rank, row.parted_by) for row in standings.rows] == [
        ("a", 1, "criterion:I"), ("b", 2, "least_minus"), ("c", 3, "ballot:first"),
        ("e", 4, "decision"), ("d", 5, "decision"), ("f", 6, "ballot:first"), ("g", 7, None),
    ]  # fmt: skip
    standings = of(table, *sheets, ballots=(ballot,), decisions=(other,))
    assert [(row.unit, row.rank, row.parted_by) for row in standings.rows][3:5] == [
        ("d", 4, None), ("e", 4, None)
    ]  # fmt: skip
    assert ranks(of(table, *sheets)) == {"a": 1, "b": 2, "c": 3, "d": 3, "e": 3, "f": 3, "g": 7}


def test_divisions_are_ranked_apart() -> None:
    units = (unit("a", "x"), unit("b", "y"), unit("c", "x"), unit("d"), unit("e"))
    standings = ranked(ONE, {"a": "1", "b": "2", "c": "3", "d": "4", "e": "5"}, units=units)
    assert [(row.unit, row.rank) for row in standings.rows] == [
        ("b", 1), ("c", 1), ("e", 1), ("a", 2), ("d", 2)
    ]  # fmt: skip


GATED = make_table(
    leaf("A", "10"), leaf("G", "0", GATE_UNRANKED), leaf("H", "0", GATE_UNTITLED),
    titles=[{"code": "co", "name": "Cờ", "quota": 9, "scope": "bloc", "requires": {}}],
)  # fmt: skip
MET: Json = {"met": True}
NOT_MET: Json = {"met": False}


def test_a_struck_unit_is_listed_last_without_a_rank() -> None:
    standings = of(
        GATED,
        sheet("z", A="10", G=MET),
        sheet("y", A="2", G=MET, H=MET),
        sheet("a", A="9", H=MET),
        sheet("b", A="8", G=NOT_MET),
    )
    assert [(row.unit, row.rank, row.struck, row.titles) for row in standings.rows] == [
        ("a", 1, "untitled", ()), ("b", 2, None, ("co",)),
        ("y", None, "unranked", ()), ("z", None, "unranked", ()),
    ]  # fmt: skip
    assert standings.row("y").struck_by == ("G", "H")
    assert "G" not in standings.row("z").points


def test_the_latest_stage_that_marks_a_gate_decides() -> None:
    def struck(*sheets: SheetInput) -> str | None:
        units = tuple(map(unit, "abc"))
        return of(GATED, *sheets, units=units, stage="self").row("a").struck

    assert struck(sheet("a", A="1", G=MET)) == "unranked"
    assert struck(sheet("a", A="1", G=MET), sheet("a", "verify", G=NOT_MET)) is None
    assert struck(sheet("a", A="1", G=NOT_MET), sheet("a", "final", G=MET)) == "unranked"
    assert struck(
        sheet("a", "cross", "b", G=NOT_MET), sheet("a", "cross", "c", G=MET)
    ) == "unranked"  # fmt: skip


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


def test_a_unit_not_in_the_round_has_no_row() -> None:
    with pytest.raises(KeyError):
        ranked(ONE, {"a": "1"}).row("z")


def test_equals_from_several_divisions_are_listed_by_name() -> None:
    units = (unit("d", "y", "co"), unit("b", "x", "co"), unit("a", "x"), unit("c", "x"))
    table = make_table(leaf("A", "10"), titles=[title("co", registered=True)])
    totals = {"a": "9", "b": "8", "c": "9", "d": "8"}
    standings = ranked(table, totals, units=units)
    assert (standings.row("d").rank, standings.row("b").rank) == (1, 3)
    assert standings.open_titles[0].units == ("b", "d")


def test_a_stage_nobody_asked_for_is_not_used() -> None:
    assert stage_used({"self": Fraction(1)}, None) is None
    gate_mark = ScoredMark("self", "a", {"met": True}, None)
    assert stage_values([gate_mark], "mean") == {}
