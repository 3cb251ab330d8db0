"""A paper of the bloc's year as plain content: one structure, printed as PDF and as Word.

Whoever makes a paper writes figures into it as text, ready for print; from then on nothing is
computed. The same paper gives the same bytes on any day.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from compacts.documents.fingerprint import renderer_fingerprint
from compacts.documents.snapshot import Letterhead, canonical, plain

Align = Literal["left", "centre", "right"]
ParagraphStyle = Literal["body", "left", "bold", "italic", "theme", "centre"]
RowStyle = Literal["plain", "group", "total"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A numbered heading; ``mark`` is its number as printed, with its point or dash."""

    text: str
    mark: str = ""
    kind: Literal["heading"] = "heading"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A paragraph, with its number in front or without one."""

    text: str
    mark: str = ""
    style: ParagraphStyle = "body"
    kind: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table; ``share`` is its part of the width, in percent of the table."""

    label: str
    share: int
    align: Align = "left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row with a cell for each column; a ``group`` has one cell across the whole table."""

    cells: tuple[str, ...]
    style: RowStyle = "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A ruled table whose head is repeated on each page."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    caption: str = ""
    kind: Literal["table"] = "table"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """The place of one signature: in whose name, as what, by whom; empty parts stay open."""

    title: str
    role: str = ""
    position: str = ""
    name: str = ""
    signed: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signatures:
    """Places to sign, in rows of one to three."""

    rows: tuple[tuple[Cell, ...], ...]
    heading: str = ""
    kind: Literal["signatures"] = "signatures"


Block = Heading | Paragraph | Table | Signatures
_BLOCKS: dict[str, type[Any]] = {
    "heading": Heading,
    "paragraph": Paragraph,
    "table": Table,
    "signatures": Signatures,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A paper as it is printed.

    ``name`` is the kind in words (tên loại: BIÊN BẢN), ``subject`` what it is about (trích yếu).
    ``day`` is empty while the date is open: dots are printed, and the layout rules are those of
    31 December of ``year``. ``issuing_body`` may be empty for a paper without letterhead (a secret
    ballot paper). ``data`` is attached to the PDF for machines, decimals as text.
    """

    letterhead: Letterhead
    year: int
    name: str
    subject: str = ""
    parent_body: str = ""
    issuing_body: str = ""
    number: str = ""
    is_numbered: bool = True
    place: str = ""
    day: dt.date | None = None
    addressees: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()
    recipients: tuple[str, ...] = ()
    is_wide: bool = False
    is_draft: bool = False
    verify_url: str = ""
    verify_code: str = ""
    audit_head: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)

    def canonical_json(self) -> str:
        """NFC, sorted keys, no spaces, decimals and dates as text: the file inside the PDF."""
        return canonical(self)

    def input_hash(self) -> str:
        """SHA-256 over the content, the layout, the engine and the fonts: equal means equal bytes.

        Raises ``RenderError`` where the fonts are missing.
        """
        whole = json.dumps(renderer_fingerprint(), sort_keys=True) + "\n" + self.canonical_json()
        return hashlib.sha256(whole.encode()).hexdigest()


def as_plain(paper: Paper) -> dict[str, Any]:
    """The paper in the types of JSON; ``read_paper`` gives it back."""
    values: dict[str, Any] = plain(paper)
    return values


def read_paper(values: Mapping[str, Any]) -> Paper:
    """The paper that ``as_plain`` wrote."""
    day = values["day"]
    return Paper(
        **{
            **values,
            "day": None if day is None else dt.date.fromisoformat(day),
            "addressees": tuple(values["addressees"]),
            "bases": tuple(values["bases"]),
            "recipients": tuple(values["recipients"]),
            "blocks": tuple(_block(block) for block in values["blocks"]),
        }
    )


def _block(values: Mapping[str, Any]) -> Block:
    made = dict(values)
    if made["kind"] == "table":
        made["columns"] = tuple(Column(**column) for column in made["columns"])
        made["rows"] = tuple(Row(cells=tuple(r["cells"]), style=r["style"]) for r in made["rows"])
    elif made["kind"] == "signatures":
        made["rows"] = tuple(tuple(Cell(**cell) for cell in row) for row in made["rows"])
    block: Block = _BLOCKS[made["kind"]](**made)
    return block


def paragraphs(text: str, *, style: ParagraphStyle = "body") -> tuple[Paragraph, ...]:
    """A paragraph for each line of ``text`` that is not empty."""
    lines = (line.strip() for line in text.split("\n"))
    return tuple(Paragraph(text=line, style=style) for line in lines if line)


def layout_day(paper: Paper) -> dt.date:
    """The day whose layout rules the paper follows; the clock must not matter."""
    return paper.day or dt.date(paper.year, 12, 31)
