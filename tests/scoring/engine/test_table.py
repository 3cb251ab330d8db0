from __future__ import annotations

import unicodedata
from copy import deepcopy
from decimal import Decimal

import pytest

from scoring.engine.table import read_table
from tests.scoring.engine.making import Json, document, group, leaf, make_table

RATIO: Json = {"kind": "proportional"}
TITLE: Json = {"code": "co", "name": "Cờ", "quota": 1, "scope": "bloc", "requires": {}}


def paths(data: object) -> list[str]:
    reading = read_table(data)
    assert reading.table is None
    assert reading.data is None
    assert all(fault.message for fault in reading.faults)
    return [fault.path for fault in reading.faults]


def with_rule(rule: object, maximum: str = "10") -> Json:
    return document(leaf("A", maximum), {"code": "X", "name": "X", "max": maximum, "rule": rule})


def rule_paths(rule: object, maximum: str = "10") -> list[str]:
    return [
        path.removeprefix("criteria[1].rule").lstrip(".")
        for path in paths(with_rule(rule, maximum))
    ]


def test_the_example_of_the_format_is_read_whole() -> None:
    table = make_table(
        group(
            "I",
            "120",
            leaf("I.1", "100", {**RATIO, "better": "higher", "target": "90", "floor": "0.5"}),
            leaf("I.2", "20", {"kind": "judged", "step": "0.5"}, note="xem", evidence=True),
        ),
        leaf("T", "30", adds="bonus"),
        group("P", "50", leaf("P.1", "50"), adds="minus"),
        classes=[{"name": "Xuất sắc", "min": "110"}, {"name": "Tốt", "min": "80"}],
        tie_breaks=[
            {"by": "criterion", "code": "I"},
            {"by": "least_minus"},
            {"by": "ballot", "code": "first"},
            {"by": "decision"},
        ],
        titles=[
            {**TITLE, "requires": {
                "registered": True, "rank_max": 1, "min_total": "90", "class": "Tốt",
                "ballot": {"code": "co", "min_share": "0.7"}, "not_with": ["bk"]}},
            {**TITLE, "code": "bk"},
        ],
    )  # fmt: skip
    assert [(one.code, depth) for one, depth in table.walk()] == [
        ("I", 0), ("I.1", 1), ("I.2", 1), ("T", 0), ("P", 0), ("P.1", 1)
    ]  # fmt: skip
    assert [one.code for one in table.leaves()] == ["I.1", "I.2", "T", "P.1"]
    assert [one.code for one in table.top_level()] == ["I", "T", "P"]
    assert [one.code for one in table.ancestors("P.1")] == ["P"]
    assert table.criterion("P.1").adds == "minus"
    assert table.criterion("I.2").evidence
    assert table.criterion("I.2").note == "xem"
    assert [step.name for step in table.tie_breaks] == [
        "criterion:I", "least_minus", "ballot:first", "decision"
    ]  # fmt: skip
    assert (table.not_applicable, table.class_by) == ("drop", "total")
    with pytest.raises(KeyError):
        table.criterion("Z")


def test_what_is_about_the_document_may_be_null_or_left_out() -> None:
    data = document(leaf("A", "1"), issuer=None, document_no="12/QĐ")
    assert read_table(data).data == data


def test_every_fault_is_listed_with_its_path_not_only_the_first() -> None:
    data = document(
        group("I", "10", leaf("I.1", "10", {"kind": "proportional", "target": 90, "goal": "1"})),
        leaf("I", "NaN"),
        colour="red",
    )
    del data["title"]
    assert sorted(paths(data)) == [
        "colour",
        "criteria[0].children[0].rule.goal",
        "criteria[0].children[0].rule.target",
        "criteria[1].code",
        "criteria[1].max",
        "title",
    ]


@pytest.mark.parametrize(
    "key", ["format", "code", "title", "year", "max_total", "precision", "criteria"]
)
def test_a_required_key_that_is_missing_is_named(key: str) -> None:
    data = document(leaf("A", "10"))
    del data[key]
    assert key in paths(data)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("format", "giao-uoc/criteria/2"),
        ("format", ["giao-uoc/criteria/1"]),
        ("code", ""),
        ("code", "a b"),
        ("code", "x" * 65),
        ("title", "  "),
        ("title", "a\x00b"),
        ("title", "\ud800"),
        ("title", "x" * 4001),
        ("title", 5),
        ("year", "2018"),
        ("year", True),
        ("year", 2018.0),
        ("year", 0),
        ("max_total", 10),
        ("max_total", 10.0),
        ("max_total", None),
        ("max_total", "11"),
        ("max_total", "0"),
        ("max_total", "-10"),
        ("max_total", "1e1"),
        ("max_total", "Infinity"),
        ("max_total", " 10"),
        ("max_total", "+10"),
        ("max_total", "010"),
        ("max_total", "10."),
        ("max_total", "10,0"),
        ("max_total", "1_0"),
        ("max_total", "１０"),
        ("max_total", "1" + "0" * 15),
        ("precision", "0"),
        ("precision", "0.01\n"),
        ("not_applicable", "skip"),
        ("class_by", "bonus"),
        ("criteria", []),
        ("criteria", {}),
        ("criteria", "A"),
        ("criteria", [leaf(f"A{at}", "1") for at in range(501)]),
        ("classes", {}),
        ("titles", None),
        ("issuer", 3),
    ],
)
def test_a_wrong_value_is_refused_at_its_key(key: str, value: object) -> None:
    data = document(leaf("A", "10"))
    data[key] = value
    assert paths(data) == [key]


@pytest.mark.parametrize("data", [None, [], "x", 3, 1.5, True])
def test_what_is_not_an_object_is_refused(data: object) -> None:
    assert "" in paths(data)


def test_a_criterion_is_a_group_or_a_leaf_and_not_both() -> None:
    both = {**leaf("A", "10"), "children": [leaf("A.1", "10")]}
    neither = {"code": "B", "name": "B", "max": "0"}
    assert paths(document(both, neither)) == ["criteria[0]", "criteria[1]"]
    assert paths({**document(leaf("A", "1")), "criteria": ["I"]})[0] == "criteria[0]"


def test_an_empty_group_is_refused() -> None:
    assert paths(document(group("I", "10"))) == ["criteria[0].children"]


def test_only_top_level_criteria_say_what_they_add_to() -> None:
    data = document(leaf("A", "10"), group("T", "5", leaf("T.1", "5", adds="bonus"), adds="bonus"))
    assert paths(data) == ["criteria[1].children[0].adds"]
    assert paths(document(leaf("A", "10"), leaf("B", "1", adds="plus"))) == ["criteria[1].adds"]


def test_nesting_without_end_is_refused() -> None:
    deep = leaf("L", "1")
    for level in range(400):
        deep = group(f"G{level}", "1", deep)
    assert any("children" in path for path in paths(document(deep)))


def test_too_many_criteria_are_refused() -> None:
    groups = [
        group(f"G{at}", "500", *(leaf(f"G{at}.{one}", "1") for one in range(500)))
        for at in range(5)
    ]
    assert any("nhiều" in fault.message for fault in read_table(document(*groups)).faults)


def test_text_is_put_into_nfc_before_codes_are_compared() -> None:
    composed, decomposed = "Đ.ế", unicodedata.normalize("NFD", "Đ.ế")
    assert composed != decomposed
    assert paths(document(leaf(composed, "1"), leaf(decomposed, "1"))) == ["criteria[1].code"]
    data = document(leaf(decomposed, "1"))
    reading = read_table(data)
    assert reading.table is not None
    assert reading.table.leaves()[0].code == composed
    assert reading.data == document(leaf(composed, "1", name=f"Mục {composed}"))


def test_the_document_is_kept_as_it_was_written() -> None:
    data = document(leaf("A", "10.0"), issuer=None)
    before = deepcopy(data)
    assert read_table(data).data == before == data


def test_a_group_that_does_not_add_up_is_kept_and_warned_of() -> None:
    reading = read_table(document(group("IV", "210", leaf("IV.1", "200"), leaf("IV.2", "60"))))
    assert reading.table is not None
    assert [(one.path, one.expected) for one in reading.warnings] == [("criteria[0].max", "260")]
    assert "210" in reading.warnings[0].message


def test_odd_maxima_are_warned_of() -> None:
    data = document(
        leaf("A", "2.25"),
        leaf("G", "1", {"kind": "gate", "effect": "untitled"}),
        precision="0.1",
    )
    assert [one.path for one in read_table(data).warnings] == [
        "criteria[0].max",
        "criteria[1].max",
    ]


def test_the_path_of_a_table_inside_a_season_begins_every_path() -> None:
    data = document(leaf("A", "x"), tie_breaks=[{"by": "criterion", "code": "Z"}])
    found = [fault.path for fault in read_table(data, "criteria").faults]
    assert found == ["criteria.criteria[0].max", "criteria.tie_breaks[0].code"]


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
    assert paths(data) == ["criteria[1].max", "criteria[1].rule.step"]


def test_a_sound_rule_under_a_faulty_maximum_is_not_blamed() -> None:
    data = with_rule({"kind": "steps", "at_target": "11", "gains": "1", "loses": "1"})
    data["criteria"][1]["max"] = "-10"
    assert paths(data) == ["criteria[1].max"]


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


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("classes", [{"name": "A"}], ["classes[0].min"]),
        ("classes", [{"name": "A", "min": "1"}, {"name": "A", "min": "0"}], ["classes[1].name"]),
        ("classes", [{"name": "A", "min": "1"}, {"name": "B", "min": "1"}], ["classes[1].min"]),
        ("tie_breaks", ["decision"], ["tie_breaks[0]"]),
        ("tie_breaks", [{}], ["tie_breaks[0].by"]),
        ("tie_breaks", [{"by": "luck"}], ["tie_breaks[0].by"]),
        ("tie_breaks", [{"by": "decision", "code": "x"}], ["tie_breaks[0].code"]),
        ("tie_breaks", [{"by": "ballot"}], ["tie_breaks[0].code"]),
        ("tie_breaks", [{"by": "criterion", "code": "Z"}], ["tie_breaks[0].code"]),
        ("titles", [{}], [f"titles[0].{key}" for key in TITLE]),
        ("titles", [TITLE, TITLE], ["titles[1].code"]),
        ("titles", [{**TITLE, "quota": "1"}], ["titles[0].quota"]),
        ("titles", [{**TITLE, "quota": -1}], ["titles[0].quota"]),
        ("titles", [{**TITLE, "scope": "province"}], ["titles[0].scope"]),
    ],
)
def test_classes_tie_breaks_and_titles_are_checked(
    key: str, value: object, expected: list[str]
) -> None:
    assert paths(document(leaf("A", "10"), **{key: value})) == expected


@pytest.mark.parametrize(
    ("requires", "expected"),
    [
        ({"luck": True}, "luck"),
        ({"registered": 1}, "registered"),
        ({"rank_max": 0}, "rank_max"),
        ({"min_total": 900}, "min_total"),
        ({"class": "Z"}, "class"),
        ({"not_with": ["zz"]}, "not_with[0]"),
        ({"not_with": "zz"}, "not_with"),
        ({"ballot": {"code": "b"}}, "ballot.min_share"),
        ({"ballot": {"code": "b", "min_share": "70"}}, "ballot.min_share"),
    ],
)
def test_a_faulty_requirement_is_refused(requires: Json, expected: str) -> None:
    data = document(leaf("A", "10"), titles=[{**TITLE, "requires": requires}])
    assert paths(data) == [f"titles[0].requires.{expected}"]


def test_numbers_keep_the_places_they_were_given_with() -> None:
    assert make_table(leaf("A", "88.250")).criterion("A").max == Decimal("88.25")


def test_limits_belong_to_what_is_allowed() -> None:
    title = {**TITLE, "requires": {"ballot": {"code": "b", "min_share": "1"}, "rank_max": 1}}
    make_table(
        leaf("A", "999999999999999.0123456789", {"kind": "relative", "share": "1"}),
        leaf("x" * 64, "0", note=""),
        titles=[title],
        year=9999,
    )
    reading = read_table(with_rule({"kind": "proportional", "floor": "1"}))
    assert reading.warnings == []
