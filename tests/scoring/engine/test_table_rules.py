"""The rules of a table's criteria are read, or refused where they are wrong."""

from __future__ import annotations

import pytest

from scoring.engine.table import read_table
from tests.scoring.engine.making import (
    Json,
    fault_paths,
    with_rule,
)


def rule_paths(rule: object, maximum: str = "10") -> list[str]:
    return [
        path.removeprefix("criteria[1].rule").lstrip(".")
        for path in fault_paths(with_rule(rule, maximum))
    ]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (None, [""]),
        ({}, ["kind"]),
        ({"kind": "guess"}, ["kind"]),
        ({"kind": ["judged"]}, ["kind"]),
        ({"kind": "judged"}, ["step"]),
        ({"kind": "judged", "step": "0"}, ["step"]),
        ({"kind": "judged", "step": 1}, ["step"]),
        ({"kind": "judged", "step": "1", "each": "1"}, ["each"]),
        ({"kind": "choice", "options": []}, ["options"]),
        ({"kind": "choice", "options": [{"key": "a"}]}, ["options[0].name", "options[0].points"]),
        (
            {"kind": "choice", "options": [{"key": "a", "name": "A", "points": "11"}]},
            ["options[0].points"],
        ),
        (
            {
                "kind": "checklist",
                "items": [
                    {"key": "a", "name": "A", "points": "5"},
                    {"key": "a", "name": "B", "points": "5"},
                ],
            },
            ["items[1].key"],
        ),
        (
            {"kind": "checklist", "items": [{"key": "a", "name": "A", "points": "11"}]},
            ["items[0].points"],
        ),
        ({"kind": "count", "each": "-1"}, ["each"]),
        ({"kind": "proportional", "better": "more"}, ["better"]),
        ({"kind": "proportional", "target": "0"}, ["target"]),
        ({"kind": "proportional", "floor": 0.5}, ["floor"]),
        ({"kind": "bands", "bands": []}, ["bands"]),
        ({"kind": "bands", "bands": [{"from": "1"}]}, ["bands[0].points"]),
        ({"kind": "bands", "bands": [{"from": "1", "points": "11"}]}, ["bands[0].points"]),
        (
            {"kind": "bands", "bands": [{"from": "1", "open": "no", "points": "1"}]},
            ["bands[0].open"],
        ),
        ({"kind": "bands", "of": "share", "bands": [{"from": "1", "points": "1"}]}, ["of"]),
        ({"kind": "bands", "target": "1", "bands": [{"from": "1", "points": "1"}]}, ["target"]),
        ({"kind": "steps", "at_target": "5", "gains": "1"}, ["loses"]),
        ({"kind": "steps", "at_target": "11", "gains": "1", "loses": "1"}, ["at_target"]),
        ({"kind": "relative", "share": "1.5"}, ["share"]),
        ({"kind": "relative", "targets": "false"}, ["targets"]),
        ({"kind": "relative", "targets": False, "better": "lower"}, ["better"]),
        ({"kind": "ladder", "steps": []}, ["steps"]),
        ({"kind": "ladder", "steps": [{"days_late": 0}]}, ["steps[0].points"]),
        ({"kind": "ladder", "steps": [{"days_late": "0", "points": "1"}]}, ["steps[0].days_late"]),
        ({"kind": "ladder", "steps": [{"days_late": 0, "points": "11"}]}, ["steps[0].points"]),
        (
            {
                "kind": "ladder",
                "steps": [{"days_late": 2, "points": "2"}, {"days_late": 2, "points": "1"}],
            },
            ["steps[1].days_late"],
        ),
        ({"kind": "per_day", "loses": "2", "due_on": "15/6/2026"}, ["due_on"]),
        ({"kind": "per_day", "loses": "2", "due_on": "2026-02-30"}, ["due_on"]),
        ({"kind": "per_day", "loses": "2", "due_on": "20260615"}, ["due_on"]),
        ({"kind": "gate", "effect": "fine"}, ["effect"]),
    ],
)
def test_a_faulty_rule_is_refused_where_it_is_wrong(rule: object, expected: list[str]) -> None:
    assert rule_paths(rule) == expected


@pytest.mark.parametrize(
    ("keys", "borders", "good"),
    [
        ({}, [("0.9", False), ("0.5", False)], True),
        ({}, [("0.5", False), ("0.9", False)], False),
        ({}, [("0.9", True), ("0.9", False)], True),
        ({}, [("0.9", False), ("0.9", True)], False),
        ({}, [("0.9", False), ("0.9", False)], False),
        ({"better": "lower"}, [("0.9", False), ("0.5", False)], True),
        ({"better": "lower", "of": "value"}, [("1", False), ("2", False)], True),
        ({"better": "lower", "of": "value"}, [("2", False), ("1", False)], False),
        ({"better": "lower", "of": "value"}, [("1", True), ("1", False)], True),
    ],
)
def test_bands_stand_in_the_order_they_are_tried(
    keys: Json, borders: list[tuple[str, bool]], good: bool
) -> None:
    bands = [{"from": start, "open": is_open, "points": "1"} for start, is_open in borders]
    faults = read_table(with_rule({"kind": "bands", **keys, "bands": bands})).faults
    assert [one.path for one in faults] == ([] if good else ["criteria[1].rule.bands[1].from"])


def test_a_rule_is_read_even_where_its_maximum_is_faulty() -> None:
    data = with_rule({"kind": "judged", "step": 3})
    data["criteria"][1]["max"] = "ten"
    assert fault_paths(data) == ["criteria[1].max", "criteria[1].rule.step"]


def test_a_sound_rule_under_a_faulty_maximum_is_not_blamed() -> None:
    data = with_rule({"kind": "steps", "at_target": "11", "gains": "1", "loses": "1"})
    data["criteria"][1]["max"] = "-10"
    assert fault_paths(data) == ["criteria[1].max"]


def test_a_fault_of_order_says_which_order_is_expected() -> None:
    bands = [{"from": one, "points": "1"} for one in ("1", "2", "1")]
    upward: Json = {"kind": "bands", "of": "value", "better": "lower", "bands": bands}
    for rule, expected in [
        (upward, "từ thấp đến cao"),
        ({"kind": "bands", "bands": bands}, "từ cao xuống thấp"),
    ]:
        assert [one.expected for one in read_table(with_rule(rule)).faults] == [expected]


def test_a_checklist_and_a_floor_that_look_wrong_are_warned_of() -> None:
    items = [{"key": "a", "name": "A", "points": "4"}]
    reading = read_table(with_rule({"kind": "checklist", "items": items}))
    assert [one.path for one in reading.warnings] == ["criteria[1].rule.items"]
    reading = read_table(with_rule({"kind": "proportional", "floor": "50"}))
    assert [one.path for one in reading.warnings] == ["criteria[1].rule.floor"]
    items = [{"key": "a", "name": "A", "points": "10"}]
    assert read_table(with_rule({"kind": "checklist", "items": items})).warnings == []
