"""Worked examples of a rule, and the line of figures that its bands cut."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.engine.examples import examples_of, stretches_of
from scoring.engine.kinds import Bands, read_rule
from scoring.engine.reader import Reader
from scoring.engine.rules import points_of
from scoring.engine.table import Criterion

PRECISION = Decimal("0.01")


def leaf(rule: dict[str, object], maximum: str = "10") -> Criterion:
    read = read_rule(Reader(), rule, "rule", Decimal(maximum))
    assert read is not None
    return Criterion("I.1", "Mục", Decimal(maximum), rule=read)


def test_ninety_five_of_a_hundred_are_worth_nine_and_a_half_points() -> None:
    (_full, example, _half) = examples_of(leaf({"kind": "proportional"}), PRECISION)
    assert example.words.startswith("đạt 95/100")
    assert example.points == Decimal("9.50")


def test_the_leader_of_a_relative_rule_gets_all_points_in_the_example() -> None:
    first, *rest = examples_of(leaf({"kind": "relative"}), PRECISION)
    assert first.points == 10
    assert all(one.points is not None and one.points < 10 for one in rest)


def test_a_gate_gives_an_effect_and_no_points() -> None:
    found = examples_of(leaf({"kind": "gate", "effect": "unranked"}, "0"), PRECISION)
    assert [(one.words, one.points) for one in found] == [("không vướng", None), ("vướng", None)]


@pytest.mark.parametrize(("lowest_first", "better"), [(False, "higher"), (True, "lower")])
@given(
    bounds=st.lists(st.integers(1, 40), min_size=1, max_size=5, unique=True),
    opens=st.lists(st.booleans(), min_size=5, max_size=5),
    figure=st.integers(1, 82),
)
def test_every_figure_falls_in_exactly_one_stretch_with_the_points_that_the_engine_gives(
    lowest_first: bool, better: str, bounds: list[int], opens: list[bool], figure: int
) -> None:
    # Bounds are even and figures both even and odd, so that bounds themselves are met.
    ordered = sorted(bounds, reverse=not lowest_first)
    bands = [
        {"from": str(2 * bound), "points": str(9 - at), **({"open": True} if is_open else {})}
        for at, (bound, is_open) in enumerate(zip(ordered, opens, strict=False))
    ]
    criterion = leaf({"kind": "bands", "of": "value", "better": better, "bands": bands})
    assert isinstance(criterion.rule, Bands)
    falls_in = [
        stretch
        for stretch in stretches_of(criterion.rule)
        if (not stretch.start or figure > int(stretch.start)
            or (figure == int(stretch.start) and stretch.has_start))
        and (not stretch.end or figure < int(stretch.end)
             or (figure == int(stretch.end) and stretch.has_end))
    ]  # fmt: skip
    assert len(falls_in) == 1
    assert falls_in[0].points == points_of(criterion, {"achieved": str(figure)}, PRECISION)
