"""What does not apply to a unit: its maximum is dropped, given in full or scaled."""

from __future__ import annotations

from decimal import Decimal

from scoring.engine.standings import Standings
from tests.scoring.engine.making import (
    GATE_UNRANKED,
    group,
    leaf,
    make_table,
    outcome,
    sheet,
)


def test_relative_points_do_not_compare_with_an_exempted_unit() -> None:
    table = make_table(leaf("A", "10", {"kind": "relative", "targets": False}), leaf("B", "10"))
    sheets = [
        sheet(code, A={"achieved": value}, B="1") for code, value in [("a", "2"), ("b", "8")]
    ]
    standings = outcome(table, *sheets, exempt=frozenset({("b", "A")}))
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
    return outcome(
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


def test_the_own_maximum_is_taken_off_exactly_whatever_points_are_rounded_to() -> None:
    table = make_table(leaf("A", "10.2"), leaf("B", "0.4"), leaf("C", "1"), precision="0.5")
    given = outcome(table, sheet("a", A="8.5", C="1"), exempt=frozenset({("a", "B")}))
    assert given.row("a").own_max == Decimal("11.2")
    document = given.as_json("k", 2018, "nam", "thu")
    assert document["standings"][0]["own_max"] == "11.2"


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
    standings = outcome(table, sheet("a", A="23"), exempt=frozenset({("a", "B")}))
    assert standings.row("a").total == 31  # 30.67


def test_an_exempted_group_exempts_its_leaves() -> None:
    table = make_table(
        group("I", "30", leaf("I.1", "20"), leaf("I.2", "10"), leaf("I.3", "0", GATE_UNRANKED)),
        leaf("II", "70"),
        not_applicable="full",
    )
    standings = outcome(
        table, sheet("a", II="1", I_3={"met": True}), exempt=frozenset({("a", "I")})
    )
    assert standings.complete
    assert standings.row("a").total == 31
    assert standings.row("a").struck is None
