"""Vietnamese text: order, search, numbers and dates, the same on every database and page."""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from operator import itemgetter

_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_FIRST_DIGIT_RANK = 20
_FIRST_LETTER_RANK = 40
_PUNCTUATION_RANK = 10
_OTHER_RANK = 100
_SPACE_RANK = 1
MOST_DIGITS = 9


def nfc(text: str) -> str:
    """The text in Unicode NFC, as everything stored and compared here is."""
    return unicodedata.normalize("NFC", text)


def written(text: str) -> str:
    """Text of several lines as it is stored: in NFC, its lines ended by one sign.

    Browsers send two, of which neither a season's file nor paper takes the other.
    """
    return nfc(text.replace("\r\n", "\n"))


def _weight(rank: int) -> str:
    return _DIGITS[rank // 36] + _DIGITS[rank % 36]


def _rank(letter: str) -> tuple[int, int]:
    """Primary rank of one lower-case letter, and its tone (0 level … 5 nặng)."""
    tone = 0
    bare = []
    for mark in unicodedata.normalize("NFD", letter):
        tone = _TONES.get(mark, tone)
        if mark not in _TONES:
            bare.append(mark)
    base = unicodedata.normalize("NFC", "".join(bare))
    if base in _ALPHABET and len(base) == 1:
        return _FIRST_LETTER_RANK + _ALPHABET.index(base), tone
    if base.isspace():
        return _SPACE_RANK, 0
    if base.isascii() and base.isdigit():
        return _FIRST_DIGIT_RANK + int(base), 0
    return (_OTHER_RANK if base.isalpha() else _PUNCTUATION_RANK), 0


def sort_key(text: str) -> str:
    """A key of ASCII digits and small letters whose plain order is Vietnamese dictionary order.

    Letters first (a ă â b c d đ …), then tones (level, huyền, hỏi, ngã, sắc, nặng), then case;
    the same order under the binary and the ICU collations, so one stored column serves
    PostgreSQL and SQLite.
    """
    primary, tones, cases = [], [], []
    for letter in nfc(text):
        lower = letter.lower()
        rank, tone = _rank(lower)
        primary.append(_weight(rank))
        tones.append(_DIGITS[tone + 1])
        cases.append("2" if letter != lower else "1")
    return "".join(primary) + "00" + "".join(tones) + "0" + "".join(cases)


def fold(text: str) -> str:
    """The text as it is searched: small letters without any mark, đ as d, single spaces."""
    decomposed = unicodedata.normalize("NFD", text.casefold()).replace("đ", "d")
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(bare.split())


def whole_number(text: str, otherwise: int = 0) -> int:
    """The whole number that an address or a field holds; ``otherwise`` for anything else.

    Nothing here has ten digits, and of thousands of them Python makes no number at all.
    """
    plain = text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS
    return int(text) if plain else otherwise


def number(value: Decimal | int) -> str:
    """The number with a decimal comma, dots between thousands, its places kept: ``1.234,50``.

    What was rounded to nothing has no sign.
    """
    exact = Decimal(value)
    return f"{exact or abs(exact):,f}".translate(str.maketrans(",.", ".,"))


def date_text(day: datetime.date) -> str:
    """The date as officials write it: ``20/3/2018``."""
    return f"{day.day}/{day.month}/{day.year}"


def long_date(day: datetime.date) -> str:
    """The date as documents carry it: ``ngày 05 tháng 02 năm 2018`` (Nghị định 30/2020).

    Days below 10 and the months 1 and 2 have a leading zero.
    """
    month = f"{day.month:02d}" if day.month <= 2 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text: is it one of the words looked for?"""

    text: str
    is_hit: bool


def _places(text: str, words: Collection[str]) -> list[tuple[int, int, str]]:
    """Where a folded word stands in the text (in NFC), however accented: first, last, word."""
    folded: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        bare = " " if letter.isspace() else fold(letter)
        if bare == " " and (not folded or folded[-1] == " "):
            continue
        folded.extend(bare)
        places.extend([place] * len(bare))
    line = "".join(folded)
    found = []
    for word in words:
        start = line.find(word) if word else -1
        while start >= 0:
            last = start + len(word) - 1
            found.append((places[start], places[last], word))
            start = line.find(word, last + 1)
    return sorted(found)


def _hits(text: str, words: Collection[str]) -> list[bool]:
    """Which letters of the text (in NFC) belong to a folded word."""
    hit = [False] * len(text)
    for first, last, _word in _places(text, words):
        hit[first : last + 1] = [True] * (last + 1 - first)
    return hit


def marked(text: str, words: Collection[str]) -> list[Piece]:
    """The text cut into pieces, those with one of the folded words marked."""
    text = nfc(text)
    pieces: list[Piece] = []
    for is_hit, run in groupby(zip(_hits(text, words), text, strict=True), key=itemgetter(0)):
        pieces.append(Piece("".join(letter for _hit, letter in run), is_hit))
    return pieces


def _richest(places: Sequence[tuple[int, int, str]], within: int) -> int:
    """Where so many letters begin that hold the most different words."""

    if len({word for _first, _last, word in places}) == 1:
        return places[0][0]

    def words_from(start: int) -> int:
        end = start + within
        return len({word for first, last, word in places if start <= first and last <= end})

    # Of equals the first is the greatest.
    return max((first for first, _last, _word in places), key=words_from)


def excerpt(text: str, words: Collection[str], around: int = 70) -> list[Piece]:
    """The place with the most of the words, ``around`` letters on both sides, marked.

    The first such place; empty where the text has none of the words.
    """
    text = " ".join(nfc(text).split())
    places = _places(text, words)
    if not places:
        return []
    first = _richest(places, around)
    start, end = max(first - around, 0), min(first + around * 2, len(text))
    if start:
        start = text.find(" ", start, first) + 1 or start
    if end < len(text):
        end = max(text.rfind(" ", first, end), first) if " " in text[first:end] else end
    lead, trail = ("… " if start else ""), (" …" if end < len(text) else "")
    pieces = marked(text[start:end], words)
    return [
        *([Piece(lead, is_hit=False)] if lead else []),
        *pieces,
        *([Piece(trail, is_hit=False)] if trail else []),
    ]
