"""Papers to print: one with everything in it, and words read back from both files."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import io
import re
from collections import Counter
from typing import Any

from docx import Document
from PIL import ImageFont

from compacts.documents.fonts import FACES, font_folder
from compacts.documents.paper import (
    Cell,
    Column,
    Heading,
    Paper,
    Paragraph,
    Row,
    Signatures,
    Table,
    paragraphs,
)
from tests.compacts.documents.reading import raw_text

# A figure or date of any length, or one syllable.
WHOLE = re.compile(r"[\d.,/:%+−-]+|[^\W\d_]{1,8}[.,;:]?")
# Points that the sides of a Word cell take, a figure's distance from the rule included.
CELL_SIDES = 7
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def make_paper(*, rows: int = 3, **changes: Any) -> Paper:
    """Minutes of a cross-check with every kind of block."""
    lines = tuple(
        Row(cells=(str(place), f"Tiêu chí {place} đạt 98,5 %", "88,25"))
        for place in range(1, rows + 1)
    )
    paper = Paper(
        letterhead="state",
        year=2018,
        name="Biên bản kiểm tra chéo",
        subject="Kết quả kiểm tra chéo năm 2018 tại Ban Tổ chức Tỉnh ủy",
        parent_body="Ủy ban nhân dân tỉnh Hà Nam",
        issuing_body="Sở Nội vụ",
        number="12/BB-KTĐ",
        place="Hà Nam",
        day=dt.date(2018, 11, 20),
        addressees=("Thường trực Hội đồng Thi đua - Khen thưởng tỉnh", "Các đơn vị trong khối"),
        bases=("Căn cứ Quy chế hoạt động của Khối", "Căn cứ Kế hoạch kiểm tra chéo"),
        blocks=(
            Heading(mark="I.", text="THÀNH PHẦN"),
            Paragraph(mark="1.", text="Ông Nguyễn Văn Ưởng, Trưởng đoàn."),
            *paragraphs("Đoàn đã xem hồ sơ.\n\nĐơn vị đã giải trình.", style="italic"),
            Table(
                caption="Bảng điểm",
                columns=(
                    Column(label="STT", share=10, align="centre"),
                    Column(label="Tiêu chí", share=60),
                    Column(label="Điểm", share=30, align="right"),
                ),
                rows=(
                    Row(cells=("I. Nhiệm vụ chính trị",), style="group"),
                    *lines,
                    Row(cells=("", "Tổng", "264,75"), style="total"),
                ),
            ),
            Signatures(
                rows=(
                    (
                        Cell(title="Đại diện đơn vị", position="Trưởng ban", hint="Ký tên"),
                        Cell(title="Trưởng đoàn", name="Nguyễn Văn Ưởng"),
                    ),
                )
            ),
        ),
        recipients=("Như trên;", "Lưu: Hồ sơ thi đua."),
        verify_url="https://td.vn/xac-thuc/7f3a9c2e51",
        verify_code="7f3a9c2e51",
        audit_head="9f2c1e7ab04d6635c8e1aa0b",
        data={"total": "264.75"},
    )
    return dataclasses.replace(paper, **changes)


def word_words(content: bytes) -> list[str]:
    """All words of a Word file in the order of its body."""
    file = Document(io.BytesIO(content))
    lines = []
    for paragraph in file.element.body.iter(f"{W}p"):
        pieces = [
            " " if node.tag == f"{W}br" else node.text or ""
            for node in paragraph.iter(f"{W}t", f"{W}br")
        ]
        lines.append("".join(pieces))
    return " ".join(lines).split()


def letters(texts: list[str]) -> Counter[str]:
    """How often each letter stands in ``texts``: a word that was parted between lines is whole."""
    return Counter("".join("".join(texts).split()))


def repeated(paper: Paper, pages: int) -> Counter[str]:
    """What stands on further pages again: page numbers, heads of tables, the mark of a draft."""
    again = letters([str(page) for page in range(2, pages + 1)])
    for block in paper.blocks:
        if isinstance(block, Table):
            again += letters([column.label for column in block.columns] * (pages - 1))
    return again + letters(["DỰ THẢO"] * (pages - 1) * paper.is_draft)


def words_apart(paper: Paper, printed: str, written: str, pages: int) -> str:
    """What the PDF's text has and the Word file's has not, or the other way; empty for nothing."""
    pdf, word = letters([printed]), letters([written])
    more, less = pdf - word - repeated(paper, pages), word - pdf
    return f"+{''.join(sorted(more))} -{''.join(sorted(less))}" if more or less else ""


def words_in_cells(paper: Paper) -> list[str]:
    """The words in cells that a line may not part: figures, dates, syllables; no addresses."""
    cells = [
        cell
        for block in paper.blocks
        if isinstance(block, Table)
        for cells in ([column.label for column in block.columns], *(r.cells for r in block.rows))
        for cell in cells
    ]
    words = " ".join(cells).split()
    return [word for word in words if WHOLE.fullmatch(word)]


def words_parted(paper: Paper, pdf: bytes) -> list[str]:
    """The words in cells that the PDF parts between two lines."""
    return sorted((Counter(words_in_cells(paper)) - Counter(raw_text(pdf).split())).elements())


def words_too_wide(word: bytes) -> list[str]:
    """The words of a Word file's ruled tables that have no room in their cell in one line."""
    found = []
    for table in Document(io.BytesIO(word)).tables:
        if table.style is None or table.style.name != "Table Grid":
            continue
        for cell in (cell for row in table.rows for cell in row.cells):
            room = cell.width.pt - CELL_SIDES
            for paragraph in cell.paragraphs:
                size = paragraph.style.font.size.pt
                found += [
                    one
                    for run in paragraph.runs
                    for one in run.text.split()
                    if WHOLE.fullmatch(one)
                    and _drawn(bool(run.bold)).getlength(one) * size / 1000 > room
                ]
    return found


@functools.cache
def _drawn(bold: bool) -> Any:
    face = FACES[2 if bold else 0][0]
    return ImageFont.truetype(str(font_folder() / face), 1000)
