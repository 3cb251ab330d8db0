from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from scoring.engine.rounds import BallotInput, DecisionInput, MarkInput, RoundInput, SheetInput
from scoring.engine.standings import check_round
from tests.scoring.engine.making import group, leaf, make_round, make_table, sheet, unit

TABLE = make_table(
    group("I", "20", leaf("I.1", "10"), leaf("I.2", "10")),
    leaf("T", "5", adds="bonus"),
    titles=[{"code": "co", "name": "Cờ", "quota": 1, "scope": "bloc", "requires": {}}],
)
UNITS = (unit("a"), unit("b"), unit("c"))


def paths(*sheets: SheetInput, **extra: Any) -> list[str]:
    given: dict[str, Any] = {"units": UNITS, **extra}
    round_input: RoundInput = make_round(*sheets, **given)
    faults = check_round(TABLE, round_input)
    assert all(fault.message for fault in faults)
    return [fault.path for fault in faults]


def test_a_sound_round_has_no_fault() -> None:
    assert (
        paths(
            sheet("a", I_1="1", I_2="2"),
            sheet("a", "cross", "b", I_1="1"),
            sheet("a", "cross", "c", I_1="1"),
            sheet("a", "verify", "b", I_1="1"),
            sheet("a", "verify", "c", I_2="1"),
            sheet("b", "verify", I_2="1"),
            units=(unit("a", None, "co"), unit("b"), unit("c")),
            exempt=frozenset({("b", "I.1")}),
            ballots=(BallotInput("x", 5, 4, 3, "valid", {"a": 3}),),
            decisions=(DecisionInput(("a", "b"), ("b", "a")),),
            head="a",
        )
        == []
    )


def test_units_are_there_once_and_register_titles_that_exist() -> None:
    assert paths(units=()) == ["units"]
    assert paths(units=(unit("a"), unit("a"))) == ["units"]
    assert paths(units=(unit("a"), unit("b", None, "co", "xx"))) == ["units[1].registered"]


def test_the_way_of_combining_is_known() -> None:
    assert paths(method="guess") == ["final.method"]
    assert paths(stage="third") == ["final.stage"]
    assert paths(stage=None) == ["final.stage"]
    assert paths(cross="best") == ["cross"]
    assert paths(method="weighted") == ["final.weights"]


@pytest.mark.parametrize(
    ("stage", "weight"),
    [("self", "0"), ("self", "-1"), ("third", "1"), ("self", "NaN"), ("self", "1E+3")],
)
def test_a_weight_is_a_positive_number_of_a_known_stage(stage: str, weight: str) -> None:
    weights = {stage: Decimal(weight), "verify": Decimal("0.5")}
    assert paths(method="weighted", stage=None, weights=weights) == [f"final.weights.{stage}"]


def test_sheets_name_units_stages_and_scorers_that_exist() -> None:
    assert paths(sheet("z", "verify")) == ["sheets[0].unit"]
    assert paths(sheet("a", "third")) == ["sheets[0].stage"]
    assert paths(sheet("a", "verify", "z")) == ["sheets[0].scorer"]
    assert paths(sheet("a"), sheet("a")) == ["sheets[1]"]


@pytest.mark.parametrize(
    ("stage", "scorer"),
    [("self", "b"), ("self", "secretariat"), ("cross", "a"), ("cross", "secretariat")],
)
def test_a_scorer_who_may_not_score_there_is_refused(stage: str, scorer: str) -> None:
    assert paths(sheet("a", stage, scorer)) == ["sheets[0].scorer"]


def test_the_secretariat_never_verifies_the_head_unit() -> None:
    assert paths(sheet("a", "verify"), sheet("b", "verify"), head="a") == ["sheets[0].scorer"]
    assert paths(sheet("a", "verify", "b"), sheet("a", "final"), head="a") == []


def test_marks_name_leaves_that_exist_once() -> None:
    assert paths(sheet("a", Z="1", I="1")) == [
        "sheets[0].marks[0].criterion", "sheets[0].marks[1].criterion"
    ]  # fmt: skip
    mark = MarkInput("I.1", {"points": "1"})
    assert paths(SheetInput("a", "cross", "b", (mark, mark))) == ["sheets[0].marks[1].criterion"]
    assert paths(SheetInput("a", "self", "a", (mark, mark))) == ["sheets[0].marks[1].criterion"]


def test_a_mark_over_its_maximum_is_refused_with_its_place() -> None:
    assert paths(sheet("a", I_1="1"), sheet("b", I_1="1", I_2="11")) == [
        "sheets[1].marks[1].points"
    ]


@pytest.mark.parametrize("stage", ["verify", "recheck", "final"])
def test_two_sheets_of_one_stage_never_overlap(stage: str) -> None:
    found = paths(sheet("a", stage, "b", I_1="1"), sheet("a", stage, I_2="1", I_1="1"))
    assert found == ["sheets[1].marks[1].criterion"]


def test_only_base_criteria_of_units_there_are_can_be_exempted() -> None:
    exempt = frozenset({("z", "I.1"), ("a", "Z"), ("a", "T"), ("b", "I.1")})
    assert paths(exempt=exempt) == [
        "exemptions[a/T].criterion", "exemptions[a/Z].criterion", "exemptions[z/I.1].unit"
    ]  # fmt: skip


def test_an_exemption_from_nothing_there_is_stands_alone() -> None:
    assert paths(exempt=frozenset({("a", "Z")})) == ["exemptions[a/Z].criterion"]


def test_a_unit_may_get_no_vote_at_all() -> None:
    assert paths(ballots=(BallotInput("x", 0, 0, 0, "all", {"a": 0}),)) == []


def test_a_unit_is_not_exempted_from_everything() -> None:
    assert paths(exempt=frozenset({("a", "I")})) == ["exemptions"]
    full = make_table(leaf("A", "1"), not_applicable="full")
    round_input = make_round(units=UNITS, exempt=frozenset({("a", "A")}))
    assert check_round(full, round_input) == []


@pytest.mark.parametrize(
    ("ballot", "expected"),
    [
        (BallotInput("x", 5, 4, 3, "most"), ["base"]),
        (BallotInput("x", -1, 0, 0), ["voters", "present"]),
        (BallotInput("x", 5, 6, 3), ["present"]),
        (BallotInput("x", 5, 4, 5), ["valid"]),
        (BallotInput("x", 5, 4, 3, "all", {"a": 4}), ["yes.a"]),
        (BallotInput("x", 5, 4, 3, "all", {"a": -1}), ["yes.a"]),
        (BallotInput("x", 5, 4, 3, "all", {"z": 1}), ["yes.z"]),
    ],
)
def test_a_ballots_figures_fit_each_other(ballot: BallotInput, expected: list[str]) -> None:
    assert paths(ballots=(ballot,)) == [f"ballots[0].{key}" for key in expected]


def test_a_ballot_is_counted_once() -> None:
    assert paths(ballots=(BallotInput("x", 1, 1, 1), BallotInput("x", 1, 1, 1))) == ["ballots"]


@pytest.mark.parametrize(
    ("units", "order", "expected"),
    [
        (("a",), ("a",), ["units"]),
        (("a", "z"), ("z", "a"), ["units[1]"]),
        (("a", "b", "b"), ("b", "a", "b"), ["units"]),
        (("a", "b"), ("a",), ["order"]),
        (("a", "b"), ("a", "c"), ["order"]),
    ],
)
def test_a_decision_orders_its_own_units(
    units: tuple[str, ...], order: tuple[str, ...], expected: list[str]
) -> None:
    found = paths(decisions=(DecisionInput(units, order),))
    assert found == [f"decisions[0].{key}" for key in expected]


def test_two_decisions_never_name_the_same_units() -> None:
    decisions = (DecisionInput(("a", "b"), ("a", "b")), DecisionInput(("b", "a"), ("b", "a")))
    assert paths(decisions=decisions) == ["decisions[1].units"]
