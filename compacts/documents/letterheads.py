"""Layout rules of official papers as dated data: which ones a document of a given day follows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LetterheadRules:
    """One set of rules; ``css_class`` carries its sizes, the marks are formats of a number.

    ``on_behalf`` stands before the body in whose name is signed, ``line_pitch`` is in points.
    ``parent_length`` and ``issuer_length`` are the letters that a line of the letterhead takes.
    """

    letterhead: str
    valid_from: dt.date
    source: str
    css_class: str
    number_prefix: str
    section_mark: str
    item_mark: str
    on_behalf: str
    line_pitch: float
    parent_length: int
    issuer_length: int
    dashed_bases: bool
    capital_position: bool


RULES = (
    LetterheadRules(
        letterhead="state",
        valid_from=dt.date(2020, 3, 5),
        source="Nghị định 30/2020/NĐ-CP",
        css_class="state",
        number_prefix="Số: ",
        section_mark="{}.",
        item_mark="{}.",
        on_behalf="TM.",
        line_pitch=17.5,
        parent_length=24,
        issuer_length=21,
        dashed_bases=False,
        capital_position=True,
    ),
    LetterheadRules(
        letterhead="party",
        valid_from=dt.date(2018, 4, 3),
        source="Hướng dẫn 36-HD/VPTW",
        css_class="party party-2018",
        number_prefix="Số ",
        section_mark="{}-",
        item_mark="{}-",
        on_behalf="T/M",
        line_pitch=18,
        parent_length=20,
        issuer_length=18,
        dashed_bases=True,
        capital_position=False,
    ),
    LetterheadRules(
        letterhead="party",
        valid_from=dt.date(2026, 5, 27),
        source="Hướng dẫn 05-HD/VPTW",
        css_class="party party-2026",
        number_prefix="Số ",
        section_mark="{}-",
        item_mark="{}-",
        on_behalf="T/M",
        line_pitch=19.5,
        parent_length=20,
        issuer_length=18,
        dashed_bases=True,
        capital_position=False,
    ),
)


def rules_on(letterhead: str, day: dt.date) -> LetterheadRules:
    """Rules in force on ``day``; the oldest known ones also stand for the time before them."""
    candidates = sorted(
        (rules for rules in RULES if rules.letterhead == letterhead),
        key=lambda rules: rules.valid_from,
    )
    in_force = [rules for rules in candidates if rules.valid_from <= day]
    return in_force[-1] if in_force else candidates[0]
