"""Classes and ranks: ties, divisions, and units that a gate strikes out."""

from __future__ import annotations

import pytest

from scoring.engine.rounds import BallotInput, DecisionInput, SheetInput
from tests.scoring.engine.making import (
    GATE_UNRANKED,
    GATE_UNTITLED,
    ONE,
    Json,
    group,
    leaf,
    make_table,
    outcome,
    ranked,
    ranks,
    sheet,
    unit,
)


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
    assert outcome(table, sheet("a", X="98", T="20", P="10")).row("a").class_name == expected


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
    standings = outcome(table, *sheets, ballots=(ballot,), decisions=(other, decision))
    assert [(row.unit, row.rank, row.parted_by) for row in standings.rows] == [
        ("a", 1, "criterion:I"), ("b", 2, "least_minus"), ("c", 3, "ballot:first"),
        ("e", 4, "decision"), ("d", 5, "decision"), ("f", 6, "ballot:first"), ("g", 7, None),
    ]  # fmt: skip
    standings = outcome(table, *sheets, ballots=(ballot,), decisions=(other,))
    assert [(row.unit, row.rank, row.parted_by) for row in standings.rows][3:5] == [
        ("d", 4, None), ("e", 4, None)
    ]  # fmt: skip
    assert ranks(outcome(table, *sheets)) == {
        "a": 1,
        "b": 2,
        "c": 3,
        "d": 3,
        "e": 3,
        "f": 3,
        "g": 7,
    }


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
    standings = outcome(
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
        return outcome(GATED, *sheets, units=units, stage="self").row("a").struck

    assert struck(sheet("a", A="1", G=MET)) == "unranked"
    assert struck(sheet("a", A="1", G=MET), sheet("a", "verify", G=NOT_MET)) is None
    assert struck(sheet("a", A="1", G=NOT_MET), sheet("a", "final", G=MET)) == "unranked"
    assert struck(
        sheet("a", "cross", "b", G=NOT_MET), sheet("a", "cross", "c", G=MET)
    ) == "unranked"  # fmt: skip


def title(code: str, quota: int = 1, scope: str = "bloc", **requires: object) -> Json:
    return {"code": code, "name": code, "quota": quota, "scope": scope, "requires": requires}


def test_equals_from_several_divisions_are_listed_by_name() -> None:
    units = (unit("d", "y", "co"), unit("b", "x", "co"), unit("a", "x"), unit("c", "x"))
    table = make_table(leaf("A", "10"), titles=[title("co", registered=True)])
    totals = {"a": "9", "b": "8", "c": "9", "d": "8"}
    standings = ranked(table, totals, units=units)
    assert (standings.row("d").rank, standings.row("b").rank) == (1, 3)
    assert standings.open_titles[0].units == ("b", "d")
