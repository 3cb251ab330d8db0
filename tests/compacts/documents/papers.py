"""Papers to print: one with everything in it, and words read back from both files."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
from typing import Any

from docx import Document

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
