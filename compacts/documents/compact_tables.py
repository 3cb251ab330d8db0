"""The two tables of the compact: what is to be reached, and which titles are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from compacts.documents.paper import Column, Row, Table

TARGETS = (
    Column(label="STT", share=7, align="centre"),
    Column(label="Chỉ tiêu, nhiệm vụ", share=33),
    Column(label="Chỉ số đánh giá", share=21),
    Column(label="Đơn vị tính", share=12, align="centre"),
    Column(label="Mức giao ước", share=12, align="centre"),
    Column(label="Thời hạn", share=15, align="centre"),
)
TITLES = (
    Column(label="STT", share=7, align="centre"),
    Column(label="Đơn vị", share=37),
    Column(label="Danh hiệu, hình thức khen thưởng đăng ký", share=56),
)


def targets_table(groups: Sequence[dict[str, Any]]) -> Table:
    """The targets as printed, unit by unit."""
    rows: list[Row] = []
    for group in groups:
        rows.append(Row(cells=(group["unit_name"],), style="group"))
        rows += [
            Row(cells=(str(place), *line.values()))
            for place, line in enumerate(group["rows"], start=1)
        ]
    return Table(columns=TARGETS, rows=tuple(rows))


def titles_table(rows: Sequence[dict[str, Any]]) -> Table:
    """The titles that each unit asks for, one a line."""
    lines = tuple(
        Row(cells=(str(place), row["unit_name"], "\n".join(f"- {t}" for t in row["titles"])))
        for place, row in enumerate(rows, start=1)
    )
    return Table(columns=TITLES, rows=lines)
