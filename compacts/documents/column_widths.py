"""How wide the columns of a table are: as its author shared them out, but wide enough.

A figure parted between two lines is read as two figures. PDF and Word set the same letters (those
of the fonts of the PDF are as wide as Times New Roman's), so one reckoning serves both.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from compacts.documents.fonts import letter_widths
from compacts.documents.paper import Table
from compacts.documents.typography import bound

POINTS_PER_MILLIMETRE = 72 / 25.4
# What the margins leave of a page that stands, and of one on its side.
STANDING, LYING = 165 * POINTS_PER_MILLIMETRE, 257 * POINTS_PER_MILLIMETRE
STANDING_LETTERS, LYING_LETTERS = 12, 11
# The sides of a cell with its rules, in points; the wider of PDF and Word and a little more.
SIDES = 9
# Addresses, hashes and the like may be parted: no column is as wide as they are.
LONGEST_WHOLE = 34 * POINTS_PER_MILLIMETRE


class _Word(NamedTuple):
    text: str
    is_bold: bool

    @property
    def has_figure(self) -> bool:
        return any(letter.isdigit() for letter in self.text)


class ColumnWidths(NamedTuple):
    """The part of the width that each column takes, in percent, and whether all words have room.

    The engine is slower where it must look for words to part, and few tables hold one.
    """

    shares: tuple[float, ...]
    parts_words: bool


def column_widths(table: Table, *, is_wide: bool) -> ColumnWidths:
    """The widths of the columns of ``table``.

    The author's own shares where every word has room in them. Else the narrow columns grow at the
    cost of those with room to spare; where even that is not enough, figures come before words.
    """
    room, size = (LYING, LYING_LETTERS) if is_wide else (STANDING, STANDING_LETTERS)
    whole = sum(column.share for column in table.columns)
    shares = [column.share * 100 / whole for column in table.columns]
    words = [_words(table, place) for place in range(len(shares))]
    figures = [{one for one in found if one.has_figure} for found in words]
    has_longest = any(_width(one) * size > LONGEST_WHOLE for found in words for one in found)
    for kept in (words, figures):
        wanted = [_widest(found, size) * 100 / room for found in kept]
        if sum(wanted) <= 100:
            parts_words = kept is not words or has_longest
            return ColumnWidths(tuple(_evened(shares, wanted)), parts_words)
    return ColumnWidths(tuple(shares), parts_words=True)


def has_room(text: str, *, room: float, size: float) -> bool:
    """Has each word of ``text``, in bold letters of ``size`` points, room in ``room`` points?"""
    return all(_width(_Word(word, is_bold=True)) * size <= room for word in text.split(" "))


def _words(table: Table, place: int) -> set[_Word]:
    """The words of a column, each once; what a blank holds together is one word."""
    # A group's one cell has the whole table for itself.
    rows = [row for row in table.rows if row.style != "group"]
    plain = "\n".join(row.cells[place] for row in rows if row.style == "plain")
    strong = "\n".join(row.cells[place] for row in rows if row.style == "total")
    return {
        _Word(word, bold)
        for text, bold in ((plain, False), (strong, True), (table.columns[place].label, True))
        for word in set(re.split(r"[ \n]+", bound(text)))
    }


def _widest(words: Iterable[_Word], size: int) -> float:
    """The width of a cell that holds each of the ``words`` in one line, in points."""
    widths = (_width(one) * size for one in words)
    return max((one for one in widths if one <= LONGEST_WHOLE), default=0.0) + SIDES


def _evened(shares: Sequence[float], wanted: Sequence[float]) -> Iterator[float]:
    """``shares`` with at least what is ``wanted`` in each place, and the same sum."""
    missing = sum(max(0.0, needed - share) for share, needed in zip(shares, wanted, strict=True))
    spare = sum(max(0.0, share - needed) for share, needed in zip(shares, wanted, strict=True))
    given = missing / spare if spare else 0.0
    for share, needed in zip(shares, wanted, strict=True):
        yield round(needed if share < needed else share - (share - needed) * given, 4)


@functools.lru_cache(maxsize=20_000)
def _width(word: _Word) -> float:
    """The width of ``word`` in one line, as a part of the size of its letters."""
    widths = letter_widths(word.is_bold)
    return sum(widths.get(ord(letter), 1.0) for letter in word.text)
