"""What changed between two versions of a text, word by word."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any, Literal, cast

Change = Literal["same", "added", "removed"]
# Fewer words than these in a row between two changes are no anchor for the eye.
FEWEST_KEPT = 3
# A mark that ends a word is a word of its own: it may go or stay alone.
_WORDS = re.compile(r"\s+|[.,;:!?](?=\s|$)|(?:(?![.,;:!?](?:\s|$))\S)+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of words that stayed, came or went."""

    change: Change
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A heading or paragraph of either version; wholly new or gone ones have one piece."""

    is_heading: bool
    pieces: tuple[Piece, ...]

    @property
    def changed(self) -> bool:
        """Did anything of the line change?"""
        return any(piece.change != "same" for piece in self.pieces)


def word_pieces(before: str, after: str) -> tuple[Piece, ...]:
    """The words of both texts in one row: without the added ones it is ``before``, and so on.

    A word or two that stayed between two changes is shown as part of the change: a sentence of
    scraps cannot be read.
    """
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    kept = [
        block
        for block in blocks
        if block.a == block.b == 0
        or (block.a + block.size, block.b + block.size) == (len(old), len(new))
        or len("".join(old[block.a : block.a + block.size]).split()) >= FEWEST_KEPT
    ]
    pieces: list[Piece] = []
    a = b = 0
    for block in kept:
        for change, words in (("removed", old[a : block.a]), ("added", new[b : block.b])):
            if words:
                pieces.append(Piece(cast(Change, change), "".join(words)))
        if block.size:
            pieces.append(Piece("same", "".join(old[block.a : block.a + block.size])))
        a, b = block.a + block.size, block.b + block.size
    return tuple(pieces)


def text_differences(
    before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]
) -> list[Line]:
    """Two versions (lists of ``{"heading", "items"}``) as one text with its changes."""
    old, new = _lines(before), _lines(after)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    lines: list[Line] = []
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            lines += [Line(head, (Piece("same", text),)) for head, text in old[a:b]]
        else:
            lines += _replaced(old[a:b], new[c:d])
    return lines


def _lines(sections: Sequence[Mapping[str, Any]]) -> list[tuple[bool, str]]:
    found = []
    for section in sections:
        found.append((True, str(section["heading"])))
        found += [(False, str(item)) for item in section["items"]]
    return found


def _replaced(old: list[tuple[bool, str]], new: list[tuple[bool, str]]) -> list[Line]:
    """Rewritten lines are paired with the likest one still to come, the rest is whole."""
    pairs = _alike(old, new)
    lines: list[Line] = []
    bounds = [(-1, -1), *pairs, (len(old), len(new))]
    for (i, j), (following_i, following_j) in pairwise(bounds):
        if (i, j) != (-1, -1):
            lines.append(Line(new[j][0], word_pieces(old[i][1], new[j][1])))
        lines += [Line(head, (Piece("removed", t),)) for head, t in old[i + 1 : following_i]]
        lines += [Line(head, (Piece("added", t),)) for head, t in new[j + 1 : following_j]]
    return lines


_ALIKE = 0.4
# A line is looked for among so many: in a text rewritten as a whole, all with all takes minutes.
_WITHIN = 20


def _alike(old: list[tuple[bool, str]], new: list[tuple[bool, str]]) -> list[tuple[int, int]]:
    """Pairs of places, rising in both, whose texts have much in common."""
    pairs: list[tuple[int, int]] = []
    start = 0
    for i, (head, text) in enumerate(old):
        candidates = [
            (SequenceMatcher(None, text.split(), new[j][1].split()).ratio(), -j)
            for j in range(start, min(start + _WITHIN, len(new)))
            if new[j][0] == head
        ]
        ratio, place = max(candidates, default=(0.0, 0))
        if ratio >= _ALIKE:
            pairs.append((i, -place))
            start = -place + 1
    return pairs
