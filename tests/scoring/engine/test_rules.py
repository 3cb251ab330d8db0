from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from scoring.engine.rules import check_entry, points_of, relative_points
from scoring.engine.words import mark_in_words, rule_in_words
from tests.scoring.engine.making import Json, group, leaf, make_leaf, make_table

CENT = Decimal("0.01")
OPTIONS = [
    {"key": "a", "name": "Tốt", "points": "10"},
    {"key": "b", "name": "Khá", "points": "7.5"},
    {"key": "c", "name": "Kém", "points": "0"},
]
ITEMS = [
    {"key": "a", "name": "Một", "points": "6"},
    {"key": "b", "name": "Hai", "points": "3"},
    {"key": "c", "name": "Ba", "points": "2"},
]
BANDS = [
    {"from": "0.95", "open": True, "points": "10"},
    {"from": "0.75", "points": "7"},
    {"from": "0.5", "open": False, "points": "3"},
]
STEPS = [{"days_late": 0, "points": "10"}, {"days_late": 2, "points": "7.5"}]

JUDGED: Json = {"kind": "judged", "step": "0.5"}
CHOICE: Json = {"kind": "choice", "options": OPTIONS}
CHECKLIST: Json = {"kind": "checklist", "items": ITEMS}
COUNT: Json = {"kind": "count", "each": "2.5"}
FREE: Json = {"kind": "proportional"}
FIXED: Json = {"kind": "proportional", "target": "90", "floor": "0.5"}
LOW: Json = {"kind": "proportional", "better": "lower", "floor": "0.5"}
BY_RATIO: Json = {"kind": "bands", "bands": BANDS}
BY_VALUE: Json = {"kind": "bands", "of": "value", "bands": BANDS}
LOW_RATIO: Json = {"kind": "bands", "better": "lower", "bands": BANDS}
LOW_VALUE: Json = {
    "kind": "bands",
    "of": "value",
    "better": "lower",
    "bands": [{"from": "1", "open": True, "points": "10"}, {"from": "3", "points": "5"}],
}
BY_STEPS: Json = {"kind": "steps", "at_target": "6", "gains": "0.2", "loses": "0.3"}
LOW_STEPS: Json = {**BY_STEPS, "better": "lower"}
LADDER: Json = {"kind": "ladder", "steps": STEPS}
DUE_LADDER: Json = {**LADDER, "due_on": "2026-06-15"}
PER_DAY: Json = {"kind": "per_day", "loses": "2", "due_on": "2026-06-15"}
GATE: Json = {"kind": "gate", "effect": "unranked"}
RELATIVE: Json = {"kind": "relative"}
NO_TARGETS: Json = {"kind": "relative", "targets": False}
LOW_RELATIVE: Json = {"kind": "relative", "better": "lower"}


def ratio(achieved: str, target: str = "100") -> Json:
    return {"achieved": achieved, "target": target}


@pytest.mark.parametrize(
    ("rule", "entry", "points"),
    [
        (JUDGED, {"points": "9.5"}, "9.5"),
        (JUDGED, {"points": "10"}, "10"),
        (JUDGED, {"points": "0"}, "0"),
        (CHOICE, {"option": "b"}, "7.5"),
        (CHOICE, {"option": "c"}, "0"),
        (CHECKLIST, {"items": []}, "0"),
        (CHECKLIST, {"items": ["c", "b"]}, "5"),
        (CHECKLIST, {"items": ["a", "b", "c"]}, "10"),
        (COUNT, {"count": "3"}, "7.5"),
        (COUNT, {"count": 3}, "7.5"),
        (COUNT, {"count": 0}, "0"),
        (COUNT, {"count": 5}, "10"),
        (FREE, ratio("95"), "9.5"),
        (FREE, ratio("1", "3"), "3.33"),
        (FREE, ratio("2", "3"), "6.67"),
        (FREE, ratio("0.05", "100"), "0.01"),
        (FREE, ratio("0.049", "100"), "0"),
        (FREE, ratio("150"), "10"),
        (FREE, ratio("0"), "0"),
        (FIXED, {"achieved": "90"}, "10"),
        (FIXED, {"achieved": "45"}, "5"),
        (FIXED, {"achieved": "44.999"}, "0"),
        (FIXED, ratio("81", "90.0"), "9"),
        (LOW, ratio("100", "50"), "5"),
        (LOW, ratio("101", "50"), "0"),
        (LOW, ratio("40", "50"), "10"),
        (LOW, ratio("0", "50"), "10"),
        (BY_RATIO, ratio("95"), "7"),
        (BY_RATIO, ratio("95.0000000001"), "10"),
        (BY_RATIO, ratio("75"), "7"),
        (BY_RATIO, ratio("74.99"), "3"),
        (BY_RATIO, ratio("49.99"), "0"),
        (BY_VALUE, {"achieved": "0.96"}, "10"),
        (BY_VALUE, {"achieved": "0.95"}, "7"),
        (BY_VALUE, {"achieved": "0"}, "0"),
        (LOW_RATIO, ratio("100", "95"), "7"),
        (LOW_RATIO, ratio("95", "95"), "10"),
        (LOW_RATIO, ratio("0", "95"), "10"),
        (LOW_RATIO, ratio("200", "95"), "0"),
        (LOW_VALUE, {"achieved": "0"}, "10"),
        (LOW_VALUE, {"achieved": "0.99"}, "10"),
        (LOW_VALUE, {"achieved": "1"}, "5"),
        (LOW_VALUE, {"achieved": "3"}, "5"),
        (LOW_VALUE, {"achieved": "3.01"}, "0"),
        (BY_STEPS, ratio("100"), "6"),
        (BY_STEPS, ratio("110"), "8"),
        (BY_STEPS, ratio("100.5"), "6.1"),
        (BY_STEPS, ratio("150"), "10"),
        (BY_STEPS, ratio("99.5"), "5.85"),
        (BY_STEPS, ratio("0"), "0"),
        (LOW_STEPS, ratio("0"), "6"),
        (LOW_STEPS, ratio("80"), "10"),
        (LOW_STEPS, ratio("125"), "0"),
        (LOW_STEPS, ratio("100"), "6"),
        (LADDER, {"days_late": 0}, "10"),
        (LADDER, {"days_late": 1}, "7.5"),
        (LADDER, {"days_late": 2}, "7.5"),
        (LADDER, {"days_late": 3}, "0"),
        (DUE_LADDER, {"done_on": "2026-06-17"}, "7.5"),
        (DUE_LADDER, {"done_on": "2026-06-01"}, "10"),
        (DUE_LADDER, {"done_on": "2026-06-15"}, "10"),
        (DUE_LADDER, {"done_on": "2026-06-18"}, "0"),
        (DUE_LADDER, {"days_late": 2}, "7.5"),
        (PER_DAY, {"done_on": "2026-06-17"}, "6"),
        (PER_DAY, {"days_late": 0}, "10"),
        (PER_DAY, {"days_late": 6}, "0"),
    ],
)
def test_a_mark_gives_the_points_its_rule_says(rule: Json, entry: Json, points: str) -> None:
    criterion = make_leaf("10", rule)
    assert check_entry(criterion, entry) == []
    found = points_of(criterion, entry, CENT)
    assert found == Decimal(points)
    assert str(found) == format(Decimal(points), ".2f")


def test_a_gate_gives_no_points() -> None:
    criterion = make_leaf("0", GATE)
    assert check_entry(criterion, {"met": True}) == []
    assert points_of(criterion, {"met": True}, CENT) is None


def test_points_between_two_steps_of_the_precision_are_rounded_half_up() -> None:
    criterion = make_leaf("10", {"kind": "judged", "step": "0.05"})
    assert points_of(criterion, {"points": "8.25"}, Decimal("0.1")) == Decimal("8.3")
    assert points_of(criterion, {"points": "8.25"}, Decimal("0.5")) == Decimal("8.5")
    assert points_of(criterion, {"points": "8.2"}, Decimal("0.5")) == Decimal("8.0")


def test_rounding_never_goes_over_a_maximum_between_two_steps() -> None:
    criterion = make_leaf("2.25", JUDGED | {"step": "0.25"})
    assert points_of(criterion, {"points": "2.25"}, Decimal("0.1")) == Decimal("2.2")


def relative(rule: Json, maximum: str = "10", **entries: Json) -> dict[str, str]:
    criterion = make_leaf(maximum, rule)
    assert all(check_entry(criterion, entry) == [] for entry in entries.values())
    found = relative_points(criterion, entries, CENT)
    return {unit: format(points.normalize(), "f") for unit, points in found.items()}


def test_relative_points_are_measured_against_the_leader() -> None:
    achieved = {"a": "0", "b": "80", "c": "100", "d": "120", "e": "150"}
    entries = {unit: ratio(value) for unit, value in achieved.items()}
    assert relative(RELATIVE, **entries) == {"a": "0", "b": "4", "c": "5", "d": "7", "e": "10"}


def test_nobody_above_target_divides_by_nothing() -> None:
    assert relative(RELATIVE, a=ratio("100"), b=ratio("50")) == {"a": "5", "b": "2.5"}


def test_two_leaders_both_have_the_maximum() -> None:
    assert relative(RELATIVE, a=ratio("150"), b=ratio("15", "10")) == {"a": "10", "b": "10"}


def test_relative_with_another_share() -> None:
    rule = {**RELATIVE, "share": "0.8"}
    assert relative(rule, a=ratio("110"), b=ratio("120")) == {"a": "9", "b": "10"}


def test_relative_where_lower_is_better() -> None:
    found = relative(LOW_RELATIVE, a=ratio("50"), b=ratio("80"), c=ratio("200"))
    assert found == {"a": "10", "b": "6.25", "c": "2.5"}


def test_relative_without_targets_is_a_share_of_the_best() -> None:
    found = relative(NO_TARGETS, a={"achieved": "3"}, b={"achieved": "4"}, c={"achieved": "0"})
    assert found == {"a": "7.5", "b": "10", "c": "0"}
    assert relative(NO_TARGETS, a={"achieved": "0"}) == {"a": "0"}
    assert relative(NO_TARGETS) == {}


@pytest.mark.parametrize(
    ("rule", "entry", "expected"),
    [
        (JUDGED, {}, ["points"]),
        (JUDGED, {"points": 9.5}, ["points"]),
        (JUDGED, {"points": 9}, ["points"]),
        (JUDGED, {"points": None}, ["points"]),
        (JUDGED, {"points": "10.5"}, ["points"]),
        (JUDGED, {"points": "9.25"}, ["points"]),
        (JUDGED, {"points": "-0.5"}, ["points"]),
        (JUDGED, {"points": "NaN"}, ["points"]),
        (JUDGED, {"points": "9", "option": "a"}, ["option"]),
        (JUDGED, [], [""]),
        (CHOICE, {}, ["option"]),
        (CHOICE, {"option": "z"}, ["option"]),
        (CHOICE, {"option": 1}, ["option"]),
        (CHECKLIST, {}, ["items"]),
        (CHECKLIST, {"items": "ab"}, ["items"]),
        (CHECKLIST, {"items": ["a", "z", "a", 1]}, ["items[1]", "items[2]", "items[3]"]),
        (COUNT, {}, ["count"]),
        (COUNT, {"count": "2.5"}, ["count"]),
        (COUNT, {"count": 2.0}, ["count"]),
        (COUNT, {"count": True}, ["count"]),
        (COUNT, {"count": -1}, ["count"]),
        (COUNT, {"count": "-1"}, ["count"]),
        (FREE, {"achieved": "95"}, ["target"]),
        (FREE, {"target": "95"}, ["achieved"]),
        (FREE, ratio("95", "0"), ["target"]),
        (FREE, {"achieved": "95", "target": "100", "percent": "95"}, ["percent"]),
        (FIXED, {}, ["achieved"]),
        (FIXED, ratio("81", "100"), ["target"]),
        (FIXED, {"achieved": "81", "target": 90}, ["target"]),
        (LOW, ratio("1", "0"), ["target"]),
        (BY_RATIO, {"achieved": "1"}, ["target"]),
        (BY_VALUE, ratio("1"), ["target"]),
        (BY_VALUE, {}, ["achieved"]),
        (BY_STEPS, ratio("1", "0.0"), ["target"]),
        (RELATIVE, ratio("1", "0"), ["target"]),
        (LOW_RELATIVE, ratio("0", "5"), ["achieved"]),
        (LOW_RELATIVE, ratio("x", "5"), ["achieved"]),
        (NO_TARGETS, ratio("1"), ["target"]),
        (LADDER, {}, ["days_late"]),
        (LADDER, {"days_late": "0"}, ["days_late"]),
        (LADDER, {"days_late": -1}, ["days_late"]),
        (LADDER, {"days_late": 1.0}, ["days_late"]),
        (LADDER, {"done_on": "2026-06-17"}, ["done_on"]),
        (DUE_LADDER, {"done_on": "17/6/2026"}, ["done_on"]),
        (DUE_LADDER, {"done_on": 20260617}, ["done_on"]),
        (PER_DAY, {"done_on": "2026-06-17", "days_late": 2}, ["days_late"]),
        (GATE, {}, ["met"]),
        (GATE, {"met": "true"}, ["met"]),
    ],
)
def test_a_faulty_mark_is_refused_with_the_key(
    rule: Json, entry: Any, expected: list[str]
) -> None:
    criterion = make_leaf("0" if rule is GATE else "10", rule)
    faults = check_entry(criterion, entry)
    assert [fault.path for fault in faults] == expected
    assert all(fault.message for fault in faults)


def test_a_group_takes_no_mark() -> None:
    criterion = make_table(group("I", "5", leaf("I.1", "5"))).criterion("I")
    assert [fault.path for fault in check_entry(criterion, {"points": "1"})] == [""]
    with pytest.raises(ValueError, match="I"):
        points_of(criterion, {"points": "1"}, CENT)


def test_relative_points_cannot_be_had_from_one_mark_alone() -> None:
    criterion = make_leaf("10", RELATIVE)
    with pytest.raises(ValueError, match="X"):
        points_of(criterion, ratio("1"), CENT)
    with pytest.raises(ValueError, match="X"):
        relative_points(make_leaf("10", JUDGED), {}, CENT)


def test_what_check_entry_refuses_raises_where_it_is_used_all_the_same() -> None:
    with pytest.raises(ValueError, match="lower"):
        relative_points(make_leaf("10", LOW_RELATIVE), {"a": ratio("0")}, CENT)
    with pytest.raises(ValueError, match="due"):
        points_of(make_leaf("10", LADDER), {"done_on": "2026-06-17"}, CENT)
    with pytest.raises(TypeError, match="list"):
        points_of(make_leaf("10", CHECKLIST), {"items": "a"}, CENT)


def test_a_rule_the_engine_does_not_know_is_an_error_everywhere() -> None:
    unknown: Any = "luck"
    criterion = replace(make_leaf("10", JUDGED), rule=unknown)
    for ask in (
        lambda: check_entry(criterion, {}),
        lambda: points_of(criterion, {}, CENT),
        lambda: rule_in_words(unknown),
        lambda: mark_in_words(unknown, CENT, {}),
    ):
        with pytest.raises(TypeError, match="luck"):
            ask()
