"""A paper as tagged PDF/A-3a with its data attached."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from compacts.documents.compact import BLANK, Progress, place_and_day, qr_image
from compacts.documents.letterheads import LetterheadRules, rules_on
from compacts.documents.paper import (
    Block,
    Cell,
    Heading,
    Paper,
    Paragraph,
    Table,
    layout_day,
)
from compacts.documents.paper_limits import check_paper
from compacts.documents.renderer import AttachedFile, renderer
from compacts.documents.snapshot import normalised
from compacts.documents.typography import bound, tied, title_lines

TEMPLATE = "paper"
ATTACHMENT = "du-lieu.json"
SUBJECT_LENGTH = 60
PARENT_LENGTH = 24
ISSUER_LENGTH = 21
AUDIT_LENGTH = 16


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
        return press.pdf(press.html(_values(shown)), attached)


def _values(paper: Paper) -> dict[str, Any]:
    rules = rules_on(paper.letterhead, layout_day(paper))
    return {
        "paper": paper,
        "css_class": f"{rules.css_class}{' wide' if paper.is_wide else ''}",
        "rules_source": rules.source,
        "created": (paper.day or dt.date(paper.year, 1, 1)).isoformat(),
        "parent_lines": title_lines(paper.parent_body.upper(), PARENT_LENGTH),
        "issuer_lines": title_lines(paper.issuing_body.upper(), ISSUER_LENGTH),
        "number_line": number_line(paper, rules),
        "place_and_date": place_and_day(paper.place, paper.day, paper.year),
        "name": paper.name.upper(),
        "subject_lines": title_lines(paper.subject, SUBJECT_LENGTH) if paper.subject else (),
        "addressees": [bound(text) for text in paper.addressees],
        "bases": closed_bases(paper.bases, rules),
        "blocks": [_shown(block, rules) for block in paper.blocks],
        "qr": qr_image(paper.verify_url),
        "audit": paper.audit_head[:AUDIT_LENGTH],
    }


def number_line(paper: Paper, rules: LetterheadRules) -> str:
    """Số, ký hiệu as printed: with dots while open, empty for a paper that has none."""
    return rules.number_prefix + (paper.number or BLANK) if paper.is_numbered else ""


def closed_bases(bases: tuple[str, ...], rules: LetterheadRules) -> list[str]:
    """The legal bases with the marks the letterhead asks for: each ";", the last "."."""
    dash = "- " if rules.dashed_bases else ""
    shown = [dash + bound(basis.strip().rstrip(";.,")) for basis in bases]
    return [f"{basis};" for basis in shown[:-1]] + [f"{basis}." for basis in shown[-1:]]


def _shown(block: Block, rules: LetterheadRules) -> Any:
    if isinstance(block, Heading | Paragraph):
        return replace(block, text=bound(block.text))
    if isinstance(block, Table):
        return _shown_table(block)
    return replace(block, rows=tuple(tuple(signed_cell(c, rules) for c in r) for r in block.rows))


def _shown_table(table: Table) -> dict[str, Any]:
    aligns = [column.align for column in table.columns]
    return {
        "kind": table.kind,
        "caption": bound(table.caption),
        "columns": table.columns,
        "rows": [
            {
                "style": row.style,
                "cells": [(aligns[place], _lines(cell)) for place, cell in enumerate(row.cells)],
            }
            for row in table.rows
        ],
    }


def _lines(cell: str) -> list[str]:
    return bound(cell).split("\n")


def signed_cell(cell: Cell, rules: LetterheadRules) -> Cell:
    """The cell in the letters the letterhead asks for."""
    position = cell.position.upper() if rules.capital_position else cell.position
    return replace(cell, title=tied(cell.title.upper()), position=tied(position))
