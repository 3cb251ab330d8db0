"""Exact numbers: reading decimal strings, rounding half up, writing the Vietnamese way."""

from __future__ import annotations

import re
from decimal import Context, Decimal
from fractions import Fraction

# 15 whole digits hold any sum in đồng a unit can report; more is a mistake or an attack.
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,10})?")
# Wide enough for every sum of such numbers, and independent of the caller's decimal context.
_EXACT = Context(prec=120)
_HALF = Fraction(1, 2)


def parsed_decimal(text: str) -> Decimal | None:
    """The decimal a string holds, or None: no exponent, no NaN, at most 15 + 10 digits."""
    return Decimal(text) if _DECIMAL.fullmatch(text) else None


def places_of(precision: Decimal) -> int:
    """How many decimal places numbers of this precision are printed with."""
    return max(0, -int(precision.as_tuple().exponent))


def round_half_up(number: Fraction, precision: Decimal) -> Decimal:
    """The multiple of ``precision`` nearest to a number that is not negative, halves upward."""
    steps = (number / Fraction(precision) + _HALF) // 1
    return _times(steps, precision)


def round_down(number: Fraction, precision: Decimal) -> Decimal:
    """The largest multiple of ``precision`` not above ``number``."""
    return _times(number / Fraction(precision) // 1, precision)


def _times(steps: int, precision: Decimal) -> Decimal:
    return _EXACT.multiply(Decimal(steps), precision)


def printed(number: Decimal, precision: Decimal) -> str:
    """A number with as many places as ``precision``, as the standings format writes it."""
    unit = Decimal(1).scaleb(-places_of(precision))
    return format(round_half_up(Fraction(number), unit), "f")


def spoken(number: Decimal | Fraction | int, places: int = 4) -> str:
    """A number as Vietnamese readers write it (1.234,5); ``≈`` before one that had to be cut."""
    exact = Fraction(number)
    unit = Decimal(1).scaleb(-places)
    cut = round_half_up(abs(exact), unit)
    whole, _, rest = format(cut, ",f").partition(".")
    rest = rest.rstrip("0")
    text = whole.replace(",", ".") + ("," + rest if rest else "")
    sign = "−" if exact < 0 else ""
    return sign + text if Fraction(cut) == abs(exact) else f"≈ {sign}{text}"


def equation(left: str, right: str) -> str:
    """``left = right``; with one ``≈`` between them where a number of either was cut."""
    sign = "≈" if "≈" in left or "≈" in right else "="
    return f"{left.replace('≈ ', '')} {sign} {right.replace('≈ ', '')}"


def spoken_percent(ratio: Fraction) -> str:
    """A ratio as a Vietnamese percentage, 0.955 as ``95,5%``."""
    return f"{spoken(ratio * 100, 2)}%"
