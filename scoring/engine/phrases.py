"""Sentences that remember what they were made of.

What the engine says is Vietnamese, for papers and files as for pages. A ``Phrase`` is that
sentence and keeps its words and values beside it, so that whoever shows it to a reader of another
language can say it anew; nothing of that is known here.

``phrase`` and ``counted`` also mark their words: the command that collects the sentences to
translate looks for both names, so the words are written in the call itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction

Number = Decimal | Fraction | int
Value = str | int | Decimal


class Phrase(str):
    """A sentence in Vietnamese; ``words`` with ``values`` in them make it.

    A value may be a phrase or a series itself. ``number`` is what a language with plurals bends
    the words by, None where nothing is counted.
    """

    __slots__ = ("number", "values", "words")

    words: str
    values: Mapping[str, Value]
    number: Number | None

    def __new__(
        cls, words: str, values: Mapping[str, Value], number: Number | None = None
    ) -> Phrase:
        sentence = super().__new__(cls, words % values)
        sentence.words = words
        sentence.values = values
        sentence.number = number
        return sentence


class Series(str):
    """Texts one after the other, each of which may be a phrase, with ``between`` between them."""

    __slots__ = ("between", "parts")

    between: str
    parts: tuple[str, ...]

    def __new__(cls, between: str, parts: tuple[str, ...]) -> Series:
        whole = super().__new__(cls, between.join(parts))
        whole.between = between
        whole.parts = parts
        return whole


def phrase(words: str, /, **values: Value) -> Phrase:
    """The sentence of these words; every ``%(name)s`` in them is one of the values."""
    return Phrase(words, values)


def counted(words: str, number: Number, /, **values: Value) -> Phrase:
    """A sentence about so many of something; the number itself is shown by one of the values."""
    return Phrase(words, values, number)


def series(between: str, parts: Iterable[str]) -> Series:
    return Series(between, tuple(parts))
