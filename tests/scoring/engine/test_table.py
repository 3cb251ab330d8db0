"""A table is read whole, or every fault is named with its path."""

from __future__ import annotations

import unicodedata
from copy import deepcopy
from decimal import Decimal

import pytest

from scoring.engine.table import read_table
from tests.scoring.engine.making import (
    Json,
    document,
    fault_paths,
    group,
    leaf,
    make_table,
    with_rule,
)

RATIO: Json = {"kind": "proportional"}


TITLE: Json = {"code": "co", "name": "Cờ", "quota": 1, "scope": "bloc", "requires": {}}


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
    assert sorted(fault_paths(data)) == [
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
    assert key in fault_paths(data)


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
    assert fault_paths(data) == [key]


@pytest.mark.parametrize("data", [None, [], "x", 3, 1.5, True])
def test_what_is_not_an_object_is_refused(data: object) -> None:
    assert "" in fault_paths(data)


def test_a_criterion_is_a_group_or_a_leaf_and_not_both() -> None:
    both = {**leaf("A", "10"), "children": [leaf("A.1", "10")]}
    neither = {"code": "B", "name": "B", "max": "0"}
    assert fault_paths(document(both, neither)) == ["criteria[0]", "criteria[1]"]
    assert fault_paths({**document(leaf("A", "1")), "criteria": ["I"]})[0] == "criteria[0]"


def test_an_empty_group_is_refused() -> None:
    assert fault_paths(document(group("I", "10"))) == ["criteria[0].children"]


def test_only_top_level_criteria_say_what_they_add_to() -> None:
    data = document(leaf("A", "10"), group("T", "5", leaf("T.1", "5", adds="bonus"), adds="bonus"))
    assert fault_paths(data) == ["criteria[1].children[0].adds"]
    assert fault_paths(document(leaf("A", "10"), leaf("B", "1", adds="plus"))) == [
        "criteria[1].adds"
    ]


def test_nesting_without_end_is_refused() -> None:
    deep = leaf("L", "1")
    for level in range(400):
        deep = group(f"G{level}", "1", deep)
    assert any("children" in path for path in fault_paths(document(deep)))


def test_too_many_criteria_are_refused() -> None:
    groups = [
        group(f"G{at}", "500", *(leaf(f"G{at}.{one}", "1") for one in range(500)))
        for at in range(5)
    ]
    assert any("nhiều" in fault.message for fault in read_table(document(*groups)).faults)


def test_text_is_put_into_nfc_before_codes_are_compared() -> None:
    composed, decomposed = "Đ.ế", unicodedata.normalize("NFD", "Đ.ế")
    assert composed != decomposed
    assert fault_paths(document(leaf(composed, "1"), leaf(decomposed, "1"))) == [
        "criteria[1].code"
    ]
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
    assert fault_paths(document(leaf("A", "10"), **{key: value})) == expected


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
    assert fault_paths(data) == [f"titles[0].requires.{expected}"]


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
