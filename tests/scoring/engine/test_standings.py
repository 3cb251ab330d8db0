"""Totals: what is added, what is missing, and how it is written."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.scoring.engine.making import (
    GATE_UNRANKED,
    ONE,
    group,
    leaf,
    make_table,
    outcome,
    ranked,
    ranks,
    sheet,
    unit,
)


def test_the_total_is_base_and_bonus_less_minus() -> None:
    table = make_table(
        group("I", "10", leaf("I.1", "8"), leaf("I.2", "8")),
        leaf("II", "5"),
        group("T", "3", leaf("T.1", "2"), leaf("T.2", "2"), adds="bonus"),
        leaf("P", "4", adds="minus"),
    )
    row = outcome(
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
    row = outcome(table, sheet("a", A="3", P="20")).row("a")
    assert (row.total, row.class_name) == (0, "Kém")


def test_not_marked_is_not_zero() -> None:
    table = make_table(
        leaf("A", "10"),
        leaf("B", "10"),
        leaf("G", "0", GATE_UNRANKED),
        leaf("T", "5", adds="bonus"),
        leaf("P", "5", adds="minus"),
    )
    standings = outcome(table, sheet("a", A="0"), sheet("b", A="1", B="2"))
    assert not standings.complete
    assert standings.missing == (("a", "B"),)
    assert standings.row("a").points == {"A": 0, "T": 0, "P": 0}
    document = standings.as_json("k", 2018, "nam", "thu")
    assert document["missing"] == [{"unit": "a", "criterion": "B"}]
    assert document["complete"] is False


def test_a_unit_without_any_sheet_is_missing_everything() -> None:
    standings = outcome(ONE, sheet("a", A="5"), units=(unit("a"), unit("b")))
    assert standings.missing == (("b", "A"),)
    assert ranks(standings) == {"a": 1, "b": 2}


def test_the_document_is_the_third_format() -> None:
    table = make_table(leaf("A", "10"), classes=[{"name": "Tốt", "min": "8"}])
    document = outcome(table, sheet("a", A="8.5")).as_json("hn-dang", 2018, "nam", "thu")
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
    document = outcome(table, sheet("a", A="8.5")).as_json("k", 2018, "nam", "thu")
    assert document["standings"][0]["total"] == shown


def test_a_unit_not_in_the_round_has_no_row() -> None:
    with pytest.raises(KeyError):
        ranked(ONE, {"a": "1"}).row("z")
