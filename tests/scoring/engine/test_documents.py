"""Tables and results of real documents; the sources are named in the data files."""

from __future__ import annotations

from decimal import Decimal

from scoring.engine.rounds import MarkInput, RoundInput, SheetInput
from scoring.engine.rules import points_of
from scoring.engine.standings import Standings
from scoring.engine.table import Table, read_table
from tests.scoring.engine.making import load, make_round, standings_of, unit


def table_of(name: str) -> Table:
    reading = read_table(load(name))
    assert reading.faults == []
    assert reading.table is not None
    return reading.table


def points(standings: Standings, code: str) -> dict[str, str]:
    return {row.unit: str(row.points[code]) for row in standings.rows}


def self_scored(code: str, entries: dict[str, dict[str, object]]) -> RoundInput:
    return make_round(
        *(
            SheetInput(name, "self", name, (MarkInput(code, entry),))
            for name, entry in entries.items()
        ),
        units=tuple(unit(name, "cụm 1") for name in entries),
    )


def test_hung_yen_is_kept_although_group_iv_does_not_add_up() -> None:
    reading = read_table(load("hung-yen-2026"))
    assert reading.table is not None
    assert reading.table.max_total == 1120
    assert [(one.path, one.expected) for one in reading.warnings] == [("criteria[3].max", "260")]
    assert sum(leaf.max for leaf in reading.table.leaves()) == 1170


def test_hung_yen_takes_two_points_a_day_and_caps_the_group() -> None:
    table = table_of("hung-yen-2026")
    marks = tuple(
        MarkInput(leaf.code, {"done_on": "2026-06-18" if leaf.code == "I.1" else "2025-01-01"})
        for leaf in table.leaves()
    )
    standings = standings_of(table, make_round(SheetInput("a", "self", "a", marks)))
    row = standings.row("a")
    assert standings.complete
    assert row.points["I.1"] == 24
    assert row.points["IV"] == 210
    assert str(row.total) == "1114.0"


def test_the_veterans_are_ranked_as_their_cluster_published() -> None:
    table = table_of("cuu-chien-binh")
    given = {"bau-lam": "87", "tan-lam": "87.25", "hoa-binh": "89", "hoa-hung": "88.25"}
    standings = standings_of(
        table, self_scored("TD", {name: {"points": total} for name, total in given.items()})
    )
    assert [(row.unit, row.rank, str(row.total), row.class_name) for row in standings.rows] == [
        ("hoa-binh", 1, "89.00", "TSVM xuất sắc"),
        ("hoa-hung", 2, "88.25", "TSVM xuất sắc"),
        ("tan-lam", 3, "87.25", "TSVM xuất sắc"),
        ("bau-lam", 4, "87.00", "TSVM xuất sắc"),
    ]


def test_quang_tri_worked_examples() -> None:
    table = table_of("quang-tri-2025")
    achieved = ["0", "80", "100", "120", "150"]
    entries: dict[str, dict[str, object]] = {
        f"u{one}": {"achieved": one, "target": "100"} for one in achieved
    }
    found = points(standings_of(table, self_scored("DL", entries)), "DL")
    assert [found[f"u{one}"] for one in achieved] == ["0.00", "4.00", "5.00", "7.00", "10.00"]


def test_quang_tri_without_targets() -> None:
    entries: dict[str, dict[str, object]] = {"a": {"achieved": "30"}, "b": {"achieved": "40"}}
    found = points(standings_of(table_of("quang-tri-2025"), self_scored("DL2", entries)), "DL2")
    assert found == {"a": "7.50", "b": "10.00"}


def test_dong_thap_ladder_of_late_reports() -> None:
    table = table_of("dong-thap-2022")
    leaf = table.criterion("I.1.1")
    ladder = {0: "2", 1: "1.5", 2: "1.5", 3: "1", 5: "1", 6: "0.5", 10: "0.5", 11: "0"}
    for days, expected in ladder.items():
        assert points_of(leaf, {"days_late": days}, table.precision) == Decimal(expected)


def test_dong_thap_bands_have_no_gap_and_no_overlap() -> None:
    table = table_of("dong-thap-2022")
    leaf = table.criterion("VIII.3.a")
    bands = {"95.001": "1.5", "95": "1", "75": "1", "74.99": "0.5", "50": "0.5", "49.99": "0"}
    for achieved, expected in bands.items():
        entry = {"achieved": achieved, "target": "100"}
        assert points_of(leaf, entry, table.precision) == Decimal(expected)
