"""A paper as tagged PDF/A-3a with its data attached."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from compacts.documents.column_widths import column_widths
from compacts.documents.compact import (
    AUDIT_LENGTH,
    Progress,
    closed_bases,
    place_and_day,
)
from compacts.documents.letterheads import LetterheadRules, rules_on
from compacts.documents.paper import Block, Heading, Paper, Paragraph, Row, Table, layout_day
from compacts.documents.paper_layout import (
    has_foot,
    has_recipients_beside,
    lines_of_titles,
    number_line,
    signed_cell,
)
from compacts.documents.paper_limits import check_paper
from compacts.documents.qr_code import PICTURE
from compacts.documents.renderer import AttachedFile, renderer
from compacts.documents.snapshot import normalised
from compacts.documents.typography import bound

TEMPLATE = "paper"
ATTACHMENT = "du-lieu.json"
# Letters in a line of a cell for each percent of the table's width, and lines of two low rows.
LETTERS = 0.8
LOW = 16


def render_paper(paper: Paper, progress: Progress | None = None) -> bytes:
    """The PDF of ``paper``; equal papers give equal bytes.

    ``progress`` is called with percent and a Vietnamese phrase. Raises ``RenderError`` with a text
    for the author when the content cannot be printed as it is.
    """
    shown: Paper = normalised(paper)
    check_paper(shown)
    attached = AttachedFile(
        name=ATTACHMENT,
        description=f"{shown.name}, dữ liệu cho máy đọc",
        text=shown.canonical_json(),
        made_on=shown.day or dt.date(shown.year, 1, 1),
    )
    with renderer(TEMPLATE) as press:
        if progress is not None:
            progress(20, shown.name)
        return press.pdf(press.html(_values(shown)), attached, shown.verify_url)


def _values(paper: Paper) -> dict[str, Any]:
    rules = rules_on(paper.letterhead, layout_day(paper))
    titles = lines_of_titles(paper, rules)
    return {
        "paper": paper,
        "css_class": f"{rules.css_class}{' wide' if paper.is_wide else ''}",
        "rules_source": rules.source,
        "created": (paper.day or dt.date(paper.year, 1, 1)).isoformat(),
        "parent_lines": titles.parent,
        "issuer_lines": titles.issuer,
        "number_line": number_line(paper, rules),
        "place_and_date": place_and_day(paper.place, paper.day, paper.year),
        "name_lines": titles.name,
        "subject_lines": titles.subject,
        "addressees": [bound(text) for text in paper.addressees],
        "bases": closed_bases(paper.bases, rules),
        "blocks": _shown_blocks(paper, rules),
        "foot_recipients": not has_recipients_beside(paper) and paper.recipients,
        "has_foot": has_foot(paper),
        "picture": PICTURE,
        "audit": paper.audit_head[:AUDIT_LENGTH],
    }


def _shown_blocks(paper: Paper, rules: LetterheadRules) -> list[Any]:
    blocks = [_shown(block, rules, is_wide=paper.is_wide) for block in paper.blocks]
    if has_recipients_beside(paper):
        last = blocks[-1]["rows"][-1]
        last["beside"] = True
        del last["cells"][0]
    return blocks


def _shown(block: Block, rules: LetterheadRules, *, is_wide: bool) -> Any:
    if isinstance(block, Heading | Paragraph):
        return replace(block, text=bound(block.text))
    if isinstance(block, Table):
        return _shown_table(block, is_wide=is_wide)
    rows = [{"cells": [signed_cell(cell, rules) for cell in row]} for row in block.rows]
    return {"kind": block.kind, "heading": block.heading, "rows": rows}


def _shown_table(table: Table, *, is_wide: bool) -> dict[str, Any]:
    aligns = [column.align for column in table.columns]
    widths = column_widths(table, is_wide=is_wide)
    return {
        "kind": table.kind,
        "caption": bound(table.caption),
        "labels": [column.label for column in table.columns],
        "shares": widths.shares,
        "parts_words": widths.parts_words,
        "has_low_end": sum(_height(row, widths.shares) for row in table.rows[-2:]) <= LOW,
        "rows": [
            {
                "style": row.style,
                "cells": [(aligns[place], _lines(cell)) for place, cell in enumerate(row.cells)],
            }
            for row in table.rows
        ],
    }


def _height(row: Row, shares: Sequence[float]) -> float:
    """About how many lines the row takes; a group has the whole width."""
    if row.style == "group":
        shares = (100,)
    return max(
        sum(1 + len(line) // (LETTERS * share) for line in cell.split("\n"))
        for cell, share in zip(row.cells, shares, strict=True)
    )


def _lines(cell: str) -> list[str]:
    return bound(cell).split("\n")
