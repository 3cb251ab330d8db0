"""From sheets to points: which stage counts, weights, several scorers, relative rules."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from scoring.engine.combine import ScoredMark, stage_used, stage_values
from scoring.engine.rounds import SheetInput
from scoring.engine.standings import Standings
from tests.scoring.engine.making import (
    ONE,
    Json,
    leaf,
    make_table,
    outcome,
    sheet,
    unit,
)


@pytest.mark.parametrize(
    ("stage", "expected"),
    [("self", "1"), ("cross", "2"), ("verify", "3"), ("recheck", "3"), ("final", "5")],
)
def test_a_stage_without_a_mark_takes_the_nearest_earlier_one(stage: str, expected: str) -> None:
    standings = outcome(
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
    standings = outcome(ONE, sheet("a", "final", A="5"), stage="verify")
    assert standings.missing == (("a", "A"),)


def test_verify_sheets_share_the_criteria_out() -> None:
    table = make_table(leaf("A", "10"), leaf("B", "10"))
    standings = outcome(
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
    return outcome(
        ONE, *sheets, units=units, method="weighted", stage=None, weights=weights, **extra
    )


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
    standings = outcome(ONE, *sheets, units=tuple(map(unit, "abcdef")), cross=method)
    assert standings.row("a").total == Decimal(expected)


def test_relative_points_are_worked_out_within_each_scorers_sheets() -> None:
    table = make_table(leaf("A", "10", {"kind": "relative"}))

    def reached(value: str) -> Json:
        return {"achieved": value, "target": "100"}

    standings = outcome(
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
    standings = outcome(
        table,
        *(sheet(code, A={"achieved": value}) for code, value in zip("abc", "248", strict=True)),
        units=(unit("a", "x"), unit("b", "x"), unit("c", "y")),
    )
    assert [standings.row(code).total for code in "abc"] == [5, 10, 10]


def test_a_stage_nobody_asked_for_is_not_used() -> None:
    assert stage_used({"self": Fraction(1)}, None) is None
    gate_mark = ScoredMark("self", "a", {"met": True}, None)
    assert stage_values([gate_mark], "mean") == {}
