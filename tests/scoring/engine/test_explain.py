from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from scoring.engine.explain import (
    Derivation,
    explain_leaf,
    explain_rank,
    explain_total,
)
from scoring.engine.explain_titles import explain_titles
from scoring.engine.rounds import BallotInput, DecisionInput, RoundInput, SheetInput
from scoring.engine.table import Table
from tests.scoring.engine.making import (
    Json,
    group,
    leaf,
    make_round,
    make_table,
    sheet,
    standings_of,
    unit,
)

UNITS = (unit("a", name="Sở A"), unit("b", name="Sở B"), unit("c"), unit("d"), unit("e"))
OPTIONS = [{"key": "a", "name": "Tốt", "points": "10"}, {"key": "b", "name": "Kém", "points": "0"}]
BANDS = [{"from": "0.95", "open": True, "points": "10"}, {"from": "0.75", "points": "7"}]
LOW_BANDS = [{"from": "1", "open": True, "points": "10"}, {"from": "3", "points": "5"}]
STEPS: Json = {"kind": "steps", "at_target": "6", "gains": "0.2", "loses": "0.3"}
LADDER = [{"days_late": 0, "points": "10"}, {"days_late": 2, "points": "7.5"}]


def ratio(achieved: str, target: str = "100") -> Json:
    return {"achieved": achieved, "target": target}


def leaf_of(rule: Json, *sheets: SheetInput, code: str = "X", **extra: Any) -> Derivation:
    maximum = "0" if rule["kind"] == "gate" else "10"
    table = make_table(leaf("A", "90"), leaf("X", maximum, rule))
    given: dict[str, Any] = {"units": UNITS, **extra}
    round_input: RoundInput = make_round(*sheets, **given)
    return explain_leaf(table, round_input, standings_of(table, round_input), "a", code)


@pytest.mark.parametrize(
    ("rule", "entry", "said", "result"),
    [
        ({"kind": "judged", "step": "0.5"}, {"points": "9.5"}, "cho 9,5", "9,5"),
        ({"kind": "choice", "options": OPTIONS}, {"option": "a"}, "chọn “Tốt”", "10"),
        ({"kind": "checklist", "items": OPTIONS}, {"items": ["a", "b"]}, "“Kém”: 10 + 0", "10"),
        ({"kind": "checklist", "items": OPTIONS}, {"items": []}, "chưa làm việc nào", "0"),
        ({"kind": "count", "each": "2.5"}, {"count": "3"}, "3 × 2,5 = 7,5 điểm.", "7,5"),
        ({"kind": "count", "each": "2.5"}, {"count": 5}, "= 12,5, tối đa 10", "10"),
        (
            {"kind": "proportional"},
            ratio("95"),
            "đạt 95/100 = 95% → 10 × 0,95 = 9,5 điểm",
            "9,5",
        ),
        ({"kind": "proportional", "target": "50"}, {"achieved": "60"}, "60/50 = 120%", "10"),
        ({"kind": "proportional", "floor": "0.5"}, ratio("4"), "dưới 50%", "0"),
        ({"kind": "proportional", "better": "lower"}, ratio("0"), "đạt 0", "10"),
        ({"kind": "proportional", "better": "lower"}, ratio("200"), "đạt 200 = 50%", "5"),
        ({"kind": "bands", "bands": BANDS}, ratio("95"), "95%, mức 7 điểm.", "7"),
        ({"kind": "bands", "bands": BANDS}, ratio("1"), "dưới mức thấp nhất", "0"),
        (
            {"kind": "bands", "of": "value", "better": "lower", "bands": LOW_BANDS},
            {"achieved": "3"},
            "đạt 3, mức 5",
            "5",
        ),
        (STEPS, ratio("110"), "6 + 0,2 × 10 → 8 điểm.", "8"),
        (STEPS, ratio("90"), "6 − 0,3 × 10", "3"),
        ({**STEPS, "better": "lower"}, ratio("0"), "6 + 0,2 × 0", "6"),
        ({"kind": "ladder", "steps": LADDER}, {"days_late": 2}, "chậm 2 ngày", "7,5"),
        ({"kind": "ladder", "steps": LADDER}, {"days_late": 0}, "đúng hạn", "10"),
        (
            {"kind": "per_day", "loses": "2", "due_on": "2026-06-15"},
            {"done_on": "2026-06-17"},
            "chậm 2 ngày → 10 − 2 × 2",
            "6",
        ),
    ],
)
def test_a_leaf_says_how_its_points_came_about(
    rule: Json, entry: Json, said: str, result: str
) -> None:
    told = leaf_of(rule, sheet("a", X=entry))
    assert told.heading == "X Mục X"
    assert said in told.lines[1]
    assert told.lines[1].startswith("Tự chấm (Sở A): ")
    assert told.result == f"{result} điểm"


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"kind": "proportional", "floor": "0.5"}, "dưới 50% không có điểm"),
        (
            {"kind": "proportional", "target": "9", "better": "lower"},
            "chỉ tiêu 9 (càng thấp càng tốt)",
        ),
        ({"kind": "bands", "bands": BANDS}, "> 95%: 10 điểm; ≥ 75%: 7 điểm; còn lại 0 điểm"),
        (
            {"kind": "bands", "of": "value", "better": "lower", "bands": LOW_BANDS},
            "< 1: 10 điểm; ≤ 3: 5 điểm",
        ),
        ({"kind": "relative", "targets": False}, "so với kết quả cao nhất"),
        ({"kind": "relative"}, "đạt chỉ tiêu được 50% điểm tối đa"),
        ({"kind": "ladder", "steps": LADDER}, "đúng hạn 10 điểm; chậm đến 2 ngày 7,5 điểm"),
        ({"kind": "gate", "effect": "untitled"}, "không xét danh hiệu"),
    ],
)
def test_a_rule_is_said_in_words(rule: Json, said: str) -> None:
    assert said in leaf_of(rule).lines[0]


@pytest.mark.parametrize(
    ("rule", "own", "other", "said"),
    [
        ({"kind": "relative"}, ratio("120"), ratio("150"),
         "dẫn đầu 150% → 0,5 × 10 + 0,5 × 10 × (1,2 − 1) ÷ (1,5 − 1) → 7 điểm"),
        ({"kind": "relative"}, ratio("80"), ratio("150"), "→ 0,5 × 10 × 0,8 → 4 điểm"),
        ({"kind": "relative", "targets": False}, {"achieved": "3"}, {"achieved": "4"},
         "đạt 3, cao nhất 4 → 10 × 3 ÷ 4 → 7,5 điểm"),
        ({"kind": "relative", "targets": False}, {"achieved": "0"}, {"achieved": "0"},
         "đạt 0 → 0 điểm"),
    ],
)  # fmt: skip
def test_a_relative_leaf_names_the_leader(rule: Json, own: Json, other: Json, said: str) -> None:
    told = leaf_of(rule, sheet("a", "cross", "c", X=own), sheet("b", "cross", "c", X=other))
    assert said in told.lines[1]


def test_a_leaf_says_which_stage_counts() -> None:
    rule: Json = {"kind": "judged", "step": "0.5"}
    both = (sheet("a", X="9"), sheet("a", "verify", X="8"))
    assert leaf_of(rule, *both, stage="verify").lines[-1] == "Lấy điểm bước thẩm định."
    assert leaf_of(rule, *both, stage="final").lines[-1].endswith("trước đó: thẩm định.")
    assert leaf_of(rule).result == "chưa chấm"


def test_a_leaf_says_how_stages_are_weighed_and_cross_marks_combined() -> None:
    told = leaf_of(
        {"kind": "judged", "step": "0.5"},
        sheet("a", X="9"),
        sheet("a", "cross", "b", X="8"),
        sheet("a", "cross", "c", X="7"),
        method="weighted",
        stage=None,
        weights={"self": Decimal("0.25"), "cross": Decimal("0.75"), "final": Decimal(1)},
    )
    assert told.lines[-2] == "Chấm chéo, trung bình cộng của 8; 7 = 7,5."
    assert "0,25 × 9 (tự chấm) + 0,75 × 7,5 (chấm chéo)" in told.lines[-1]
    assert told.result == "7,88 điểm"


def test_a_weighted_leaf_nobody_marked_says_so() -> None:
    weights = {"self": Decimal(1)}
    told = leaf_of({"kind": "judged", "step": "1"}, method="weighted", stage=None, weights=weights)
    assert len(told.lines) == 1
    assert told.result == "chưa chấm"


def test_a_gate_says_whether_it_is_met() -> None:
    gate: Json = {"kind": "gate", "effect": "unranked"}
    assert leaf_of(gate, sheet("a", X={"met": True})).result == "vướng"
    told = leaf_of(gate, sheet("a", X={"met": False}))
    assert (told.lines[1], told.result) == ("Tự chấm (Sở A): không vướng.", "không vướng")


def test_a_group_is_not_a_leaf() -> None:
    table = make_table(group("I", "1", leaf("I.1", "1")))
    round_input = make_round(units=UNITS)
    with pytest.raises(ValueError, match="group"):
        explain_leaf(table, round_input, standings_of(table, round_input), "a", "I")


@pytest.mark.parametrize(
    ("way", "said", "result"),
    [("full", "điểm tối đa", "20 điểm"), ("drop", "giảm 20", "không tính"),
     ("scale", "quy đổi", "không tính")],
)  # fmt: skip
def test_an_exemption_is_said(way: str, said: str, result: str) -> None:
    table = make_table(
        leaf("A", "80"), leaf("B", "20"), not_applicable=way,
        classes=[{"name": "Tốt", "min": "50"}],
    )  # fmt: skip
    round_input = make_round(sheet("a", A="40"), exempt=frozenset({("a", "B")}))
    standings = standings_of(table, round_input)
    told = explain_leaf(table, round_input, standings, "a", "B")
    assert said in told.lines[1]
    assert told.result == result
    lines = explain_total(table, round_input, standings, "a").lines
    assert "Được miễn: B." in lines
    assert ("Điểm chính quy đổi: 40 × 100 ÷ 80 = 50." in lines) == (way == "scale")
    assert ("quy về 100: 50 → “Tốt”" in lines[-1]) == (way == "drop")


FULL = make_table(
    group("I", "20", leaf("A", "10"), leaf("B", "15")),
    leaf("T", "20", adds="bonus"),
    leaf("P", "10", adds="minus"),
    classes=[{"name": "Tốt", "min": "15"}],
    tie_breaks=[
        {"by": "criterion", "code": "I"}, {"by": "least_minus"},
        {"by": "ballot", "code": "first"}, {"by": "decision"},
    ],
    titles=[
        {"code": "co", "name": "Cờ", "quota": 1, "scope": "division", "requires": {
            "registered": True, "rank_max": 1, "min_total": "20", "class": "Tốt",
            "ballot": {"code": "first", "min_share": "0.5"}}},
        {"code": "bk", "name": "Bằng khen", "quota": 1, "scope": "bloc",
         "requires": {"not_with": ["co"]}},
    ],
)  # fmt: skip


def round_of(table: Table, marks: dict[str, tuple[str, ...]], **extra: Any) -> RoundInput:
    sheets = [
        sheet(code, **dict(zip(("A", "B", "T", "P"), given, strict=False)))
        for code, given in marks.items()
    ]
    given: dict[str, Any] = {"units": UNITS[: len(marks)], **extra}
    round_input: RoundInput = make_round(*sheets, **given)
    return round_input


def test_the_total_is_explained_with_its_cap_and_class() -> None:
    round_input = round_of(FULL, {"a": ("10", "15", "2", "1"), "b": ("1",)})
    standings = standings_of(FULL, round_input)
    told = explain_total(FULL, round_input, standings, "a")
    assert told == Derivation(
        "Tổng điểm của Sở A",
        (
            "I Nhóm I: 10 + 15 = 25, tối đa 20 → 20 điểm.",
            "Tổng = 20 (điểm chính) + 2 (thưởng) − 1 (trừ) = 21.",
            "Xếp loại theo tổng điểm: 21 → “Tốt”.",
        ),
        "21 điểm",
    )
    lines = explain_total(FULL, round_input, standings, "b").lines
    assert "Chưa chấm, chưa có điểm: B." in lines
    assert lines[-1].endswith("không đạt mức nào.")
    assert "tạm thời" in explain_rank(FULL, round_input, standings, "b").lines[-1]


def test_a_group_without_any_points_says_so() -> None:
    table = make_table(group("I", "1", leaf("A", "1")))
    round_input = make_round(units=UNITS)
    lines = explain_total(table, round_input, standings_of(table, round_input), "a").lines
    assert "chưa có điểm nào → 0 điểm" in lines[0]


def test_a_rank_says_who_is_before_and_after_and_by_how_much() -> None:
    marks = {"a": ("10", "8"), "b": ("10", "5.5"), "c": ("10", "5")}
    round_input = round_of(FULL, marks)
    told = explain_rank(FULL, round_input, standings_of(FULL, round_input), "b")
    assert told == Derivation(
        "Hạng của Sở B",
        (
            "Xếp theo tổng điểm: 15,5 điểm, trong 3 đơn vị.",
            "Thiếu 2,5 điểm so với hạng 1 (Sở A).",
            "Hơn 0,5 điểm so với hạng 3 (c).",
        ),
        "hạng 2",
    )


def test_a_rank_says_what_parted_equals() -> None:
    marks = {"a": ("10", "5", "1", "1"), "b": ("10", "5", "1", "1"), "c": ("10", "5"),
             "d": ("10", "5", "1", "1"), "e": ("9", "5", "1")}  # fmt: skip
    ballot = BallotInput("first", 9, 9, 9, "all", {"d": 7})
    decision = DecisionInput(("a", "b"), ("b", "a"), "biểu quyết 9/9")
    round_input = round_of(FULL, marks, ballots=(ballot,), decisions=(decision,))
    standings = standings_of(FULL, round_input)

    def said(code: str) -> str:
        return "\n".join(explain_rank(FULL, round_input, standings, code).lines)

    assert "Bằng tổng điểm với c, d, Sở B, e." in said("a")
    assert "Sở B > Sở A (biểu quyết 9/9)" in said("a")
    assert "Tách được nhờ: quyết định của khối." in said("a")
    assert "Tách được nhờ: ít điểm trừ hơn." in said("c")
    assert "Tách được nhờ: phiếu đồng ý của lần bỏ phiếu first." in said("d")
    assert "Tách được nhờ: điểm tiêu chí I." in said("e")
    round_input = round_of(FULL, marks)
    standings = standings_of(FULL, round_input)
    assert "chưa có" in said("a")
    assert said("a").endswith("đồng hạng.")


def test_a_struck_unit_hears_why_it_has_no_rank() -> None:
    gate = leaf("G", "0", {"kind": "gate", "effect": "unranked"})
    table = make_table(leaf("A", "9"), gate, titles=[
        {"code": "co", "name": "Cờ", "quota": 1, "scope": "bloc", "requires": {"rank_max": 1}},
    ])  # fmt: skip
    round_input = make_round(sheet("a", A="1", G={"met": True}))
    standings = standings_of(table, round_input)
    told = explain_rank(table, round_input, standings, "a")
    assert told.result == "không xếp hạng"
    assert "(G)" in told.lines[0]
    titles = explain_titles(table, round_input, standings, "a")
    assert titles.lines == ("Cờ: không đủ điều kiện.", "Chưa đạt: vướng điều kiện loại (G).")
    assert titles.result == "không có danh hiệu"


def test_titles_say_each_requirement_met_or_missing() -> None:
    marks = {"a": ("10", "9", "5"), "b": ("10", "9"), "c": ("1", "1")}
    units = (unit("a", None, "co", name="Sở A"), unit("b", name="Sở B"), unit("c"))
    ballot = BallotInput("first", 10, 10, 10, "all", {"a": 9, "b": 3})
    round_input = round_of(FULL, marks, units=units, ballots=(ballot,))
    standings = standings_of(FULL, round_input)

    def lines(code: str) -> tuple[str, ...]:
        return explain_titles(FULL, round_input, standings, code).lines

    assert lines("a") == (
        "Cờ: được đề nghị.",
        "Đạt: đã đăng ký danh hiệu này.",
        "Đạt: xếp hạng 1, yêu cầu từ hạng 1 trở lên.",
        "Đạt: tổng 24 điểm, yêu cầu từ 20 điểm.",
        "Đạt: xếp loại “Tốt”, yêu cầu từ “Tốt” trở lên.",
        "Đạt: 9/10 phiếu đồng ý = 90%, yêu cầu từ 50%.",
        "Bằng khen: không đủ điều kiện.",
        "Chưa đạt: đã có danh hiệu “Cờ”, không được kiêm.",
    )
    assert lines("b")[1] == "Chưa đạt: chưa đăng ký danh hiệu này."
    assert lines("b")[6] == "Bằng khen: được đề nghị."
    assert "chưa được xếp loại" in lines("c")[4]
    assert lines("c")[6] == "Bằng khen: đủ điều kiện nhưng đã hết số lượng."
    assert explain_titles(FULL, round_input, standings, "a").result == "Cờ"


def test_an_open_title_says_why() -> None:
    marks = {"a": ("1", "1"), "b": ("1", "1")}
    round_input = round_of(FULL, marks)
    lines = explain_titles(FULL, round_input, standings_of(FULL, round_input), "a").lines
    assert "còn để ngỏ, 2 đơn vị cùng hạng 1" in "\n".join(lines)
    assert "chưa có kết quả bỏ phiếu “first”" in "\n".join(lines)
