from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction

import pytest

from scoring.engine.numbers import printed, round_down, round_half_up, spoken, spoken_percent


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (Decimal("88.25"), "88,25"),
        (Decimal("100.00"), "100"),
        (Decimal("1234567.5"), "1.234.567,5"),
        (Fraction(1, 3), "≈ 0,3333"),
        (Fraction(-5, 2), "−2,5"),
        (Fraction(-1, 3), "≈ −0,3333"),
        (0, "0"),
    ],
)
def test_numbers_are_written_the_vietnamese_way(number: Fraction, expected: str) -> None:
    assert spoken(number) == expected


def test_percentages_are_written_the_vietnamese_way() -> None:
    assert spoken_percent(Fraction(955, 1000)) == "95,5%"


def test_rounding_is_half_up_and_exact_whatever_the_decimal_context() -> None:
    with localcontext() as context:
        context.prec = 2
        assert str(round_half_up(Fraction("1234567.125"), Decimal("0.01"))) == "1234567.13"
        assert str(round_down(Fraction("1234567.129"), Decimal("0.01"))) == "1234567.12"
        assert printed(Decimal("1234567.1"), Decimal("0.01")) == "1234567.10"
    assert str(round_half_up(Fraction(0), Decimal("0.01"))) == "0.00"
