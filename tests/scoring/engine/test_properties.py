from __future__ import annotations

import json
import os
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from scoring.engine.rounds import MarkInput, RoundInput, SheetInput
from scoring.engine.standings import Row, Standings, check_round, compute
from scoring.engine.table import Table, read_table
from tests.scoring.engine.making import Json
from tests.scoring.engine.oracle import Oracle
from tests.scoring.engine.seasons import documents, entries, rounds, rules_of

EXAMPLES = settings(
    max_examples=int(os.environ.get("ENGINE_EXAMPLES", "60")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def table_of(document: Json) -> Table:
    reading = read_table(document)
    assert reading.table is not None
    return reading.table


def written(standings: Standings) -> str:
    return json.dumps(standings.as_json("k", 2018, "nam", "thu"), ensure_ascii=False)


def by_unit(standings: Standings) -> dict[str, Row]:
    return {row.unit: row for row in standings.rows}


def with_mark(round_input: RoundInput, at: int, code: str, entry: Json) -> RoundInput:
    sheet = round_input.sheets[at]
    marks = tuple(
        MarkInput(code, entry) if mark.criterion == code else mark for mark in sheet.marks
    )
    sheets = list(round_input.sheets)
    sheets[at] = replace(sheet, marks=marks)
    return replace(round_input, sheets=tuple(sheets))


@EXAMPLES
@given(st.data())
def test_the_engine_agrees_with_a_second_reading_of_the_format(data: st.DataObject) -> None:
    document = data.draw(documents())
    round_input = data.draw(rounds(document))
    table = table_of(document)
    assert check_round(table, round_input) == []
    standings = compute(table, round_input)
    oracle = Oracle(document, round_input)
    ranks = oracle.ranks()
    for row in standings.rows:
        sums = oracle.sums(row.unit)
        for kind in ("base", "bonus", "minus", "total"):
            assert Fraction(getattr(row, kind)) == sums[kind]
        for code, points in row.points.items():
            assert Fraction(points) == oracle.points(row.unit, oracle.find(code))
        assert row.rank == ranks[row.unit]
    assert set(standings.missing) == oracle.missing()


@EXAMPLES
@given(st.data())
def test_the_order_things_are_given_in_changes_no_byte(data: st.DataObject) -> None:
    document = data.draw(documents())
    one = data.draw(rounds(document))
    shuffled = replace(
        one,
        units=tuple(data.draw(st.permutations(one.units))),
        sheets=tuple(
            SheetInput(
                sheet.unit, sheet.stage, sheet.scorer,
                tuple(data.draw(st.permutations(sheet.marks))),
            )
            for sheet in data.draw(st.permutations(one.sheets))
        ),
    )  # fmt: skip
    table = table_of(document)
    assert written(compute(table, one)) == written(compute(table, shuffled))
    assert written(compute(table, one)) == written(compute(table, one))


@EXAMPLES
@given(st.data())
def test_points_and_totals_stay_in_their_bounds_and_add_up(data: st.DataObject) -> None:
    document = data.draw(documents())
    table = table_of(document)
    standings = compute(table, data.draw(rounds(document)))
    step = Fraction(table.precision)
    for row in standings.rows:
        for code, points in row.points.items():
            criterion = table.criterion(code)
            assert 0 <= points <= criterion.max
            assert Fraction(points) % step == 0
            if not criterion.is_leaf:
                parts = sum(row.points.get(one.code, Decimal(0)) for one in criterion.children)
                assert points == min(parts, criterion.max)
        assert row.total == max(Decimal(0), row.base + row.bonus - row.minus)
        assert not str(row.total).startswith("-")
        assert row.own_max <= table.max_total


@EXAMPLES
@given(st.data())
def test_ranks_follow_totals_and_count_those_before(data: st.DataObject) -> None:
    document = data.draw(documents())
    standings = compute(table_of(document), data.draw(rounds(document)))
    for row in standings.rows:
        peers = [one for one in standings.rows if one.division == row.division]
        before = [one for one in peers if (one.rank or 0) < (row.rank or 0)]
        assert row.rank == len(before) + 1
        assert all(one.total >= row.total for one in before)
        equals = [one for one in peers if one.total == row.total]
        sharing = [one for one in peers if one.rank == row.rank]
        assert (row.parted_by is not None) == (len(equals) > 1 and len(sharing) == 1)


@EXAMPLES
@given(st.data())
def test_titles_stay_within_their_quota(data: st.DataObject) -> None:
    document = data.draw(documents())
    table = table_of(document)
    standings = compute(table, data.draw(rounds(document)))
    for division in {row.division for row in standings.rows}:
        mine = [row for row in standings.rows if row.division == division]
        assert sum("co" in row.titles for row in mine) <= 1
    assert sum("bk" in row.titles for row in standings.rows) <= 2
    assert not any({"co", "bk"} <= set(row.titles) for row in standings.rows)
    for one in standings.open_titles:
        assert len(one.units) > 1
        assert not any(one.title in standings.row(unit).titles for unit in one.units)


@EXAMPLES
@given(st.data())
def test_another_units_marks_change_no_total_but_where_the_rule_compares(
    data: st.DataObject,
) -> None:
    document = data.draw(documents())
    rules = rules_of(document)
    assume(all(rule["kind"] != "relative" for rule in rules.values()))
    round_input = data.draw(rounds(document, complete=True))
    table = table_of(document)
    at = data.draw(st.integers(0, len(round_input.sheets) - 1))
    changed = round_input.sheets[at]
    assume(changed.marks)
    code = data.draw(st.sampled_from([mark.criterion for mark in changed.marks]))
    entry = data.draw(entries(rules[code]))
    before = by_unit(compute(table, round_input))
    after = by_unit(compute(table, with_mark(round_input, at, code, entry)))
    for name, row in before.items():
        if name != changed.unit:
            assert after[name].total == row.total
            assert after[name].points == row.points


@EXAMPLES
@given(st.data())
def test_a_better_judged_mark_never_lowers_total_or_rank(data: st.DataObject) -> None:
    document = data.draw(documents())
    rules = {code: rule for code, rule in rules_of(document).items() if code != "P"}
    round_input = data.draw(rounds(document, complete=True))
    table = table_of(document)
    found = [
        (at, mark.criterion, mark.entry)
        for at, sheet in enumerate(round_input.sheets)
        for mark in sheet.marks
        if mark.criterion in rules and rules[mark.criterion]["kind"] in ("judged", "count")
    ]
    assume(found)
    at, code, entry = data.draw(st.sampled_from(found))
    key = next(iter(entry))
    highest = 40 if key == "points" else 12
    given_now = Decimal(str(entry[key]))
    lowest = int(given_now * 4) if key == "points" else int(given_now)
    better = data.draw(st.integers(lowest, highest))
    raised = str(Decimal(better) / 4) if key == "points" else str(better)
    before = by_unit(compute(table, round_input))
    after = by_unit(compute(table, with_mark(round_input, at, code, {key: raised})))
    name = round_input.sheets[at].unit
    assert after[name].total >= before[name].total
    assert (after[name].rank or 0) <= (before[name].rank or 0)
    for other in before:
        if other != name:
            assert (after[other].rank or 0) >= (before[other].rank or 0)


def doubled(document: Any) -> Any:
    """The same table with every figure of points twice as large."""
    if isinstance(document, list):
        return [doubled(one) for one in document]
    if not isinstance(document, dict):
        return document
    keys = ("max", "max_total", "points", "each", "at_target", "gains", "loses", "min", "step")
    return {
        key: str(Decimal(value) * 2) if key in keys else doubled(value)
        for key, value in document.items()
    }


@EXAMPLES
@given(st.data())
def test_doubling_all_maxima_and_points_doubles_totals_and_keeps_ranks(
    data: st.DataObject,
) -> None:
    document = data.draw(documents())
    round_input = data.draw(rounds(document))
    twice = replace(
        round_input,
        sheets=tuple(
            replace(
                sheet,
                marks=tuple(
                    MarkInput(
                        mark.criterion,
                        {"points": str(Decimal(str(mark.entry["points"])) * 2)}
                        if "points" in mark.entry
                        else mark.entry,
                    )
                    for mark in sheet.marks
                ),
            )
            for sheet in round_input.sheets
        ),
    )
    double = doubled(document)
    double["precision"] = str(Decimal(str(document["precision"])) * 2)
    before = by_unit(compute(table_of(document), round_input))
    after = by_unit(compute(table_of(double), twice))
    for name, row in before.items():
        assert after[name].total == row.total * 2
        assert (after[name].rank, after[name].class_name) == (row.rank, row.class_name)


@EXAMPLES
@given(st.data())
def test_a_criterion_in_which_all_are_equal_keeps_the_ranks(data: st.DataObject) -> None:
    document: Any = data.draw(documents())
    assume(document["not_applicable"] != "scale")
    round_input = data.draw(rounds(document, complete=True))
    more = dict(document)
    extra = {"code": "Z", "name": "Z", "max": "10", "rule": {"kind": "judged", "step": "1"}}
    more["criteria"] = [*document["criteria"], extra]
    more["max_total"] = str(Decimal(document["max_total"]) + 10)
    same = tuple(
        replace(sheet, marks=(*sheet.marks, MarkInput("Z", {"points": "7"})))
        for sheet in round_input.sheets
    )
    raw = {row.unit: row for row in compute(table_of(document), round_input).rows}
    assume(all(row.base + row.bonus >= row.minus for row in raw.values()))
    method: dict[str, Any] = {"final_method": "stage", "stage": "self", "weights": {}}
    before = by_unit(compute(table_of(document), replace(round_input, **method)))
    assume(all(row.base + row.bonus >= row.minus for row in before.values()))
    changed = replace(round_input, sheets=same, **method)
    after = by_unit(compute(table_of(more), changed))
    for name, row in before.items():
        assert after[name].rank == row.rank
        assert after[name].total == row.total + 7


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)


@EXAMPLES
@given(st.data())
def test_reading_a_table_with_anything_anywhere_never_raises(data: st.DataObject) -> None:
    document: Any = json.loads(json.dumps(data.draw(documents())))
    spots: list[tuple[Any, Any]] = []
    waiting = [document]
    while waiting:
        one = waiting.pop()
        keys: Any = list(one) if isinstance(one, dict) else range(len(one))
        for key in keys:
            spots.append((one, key))
            if isinstance(one[key], dict | list):
                waiting.append(one[key])
    place, key = data.draw(st.sampled_from(spots))
    place[key] = data.draw(json_values)
    reading = read_table(document)
    assert (reading.table is None) == bool(reading.faults)
