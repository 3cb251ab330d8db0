"""A Word file's page and what is laid on it: lines, text, tables of a set width, gaps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt

from compacts.documents.letterheads import LetterheadRules, rules_on
from compacts.documents.paper import (
    Paper,
    layout_day,
)
from compacts.documents.paper_layout import (
    lines_of_titles,
)
from compacts.documents.word_elements import (
    FONT,
    add_page_number,
    set_facts,
    set_height,
    set_margins,
    set_script,
)

LEFT, CENTRE, RIGHT, BOTH = (
    WD_ALIGN_PARAGRAPH.LEFT,
    WD_ALIGN_PARAGRAPH.CENTER,
    WD_ALIGN_PARAGRAPH.RIGHT,
    WD_ALIGN_PARAGRAPH.JUSTIFY,
)

# An empty cell is as tall as its letters would be; the office may change all cells at once.
CELL_STYLE = "Ô bảng"


class WordPage:
    """The file of one paper, set up for its letterhead."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.rules: LetterheadRules = rules_on(paper.letterhead, layout_day(paper))
        self.titles = lines_of_titles(paper, self.rules)
        self.file: Any = Document()
        self.is_party = paper.letterhead == "party"
        self.indent = Mm(10 if self.is_party else 12.7)

    def set_up(self) -> None:
        """Page, margins, page number, styles; and what the file says of itself."""
        section = self.file.sections[0]
        long, short = Mm(297), Mm(210)
        wide = self.paper.is_wide
        section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = (long, short) if wide else (short, long)
        section.top_margin, section.bottom_margin = Mm(20), Mm(15 if wide else 20)
        section.left_margin, section.right_margin = (Mm(20), Mm(20)) if wide else (Mm(30), Mm(15))
        section.header_distance = Mm(9)
        section.different_first_page_header_footer = True
        number = section.header.paragraphs[0]
        number.alignment = CENTRE
        number.paragraph_format.space_after = Pt(0)
        add_page_number(number.add_run())
        for name, size in [("Normal", 14), ("Heading 1", 14), ("Heading 2", 14)]:
            style = self.file.styles[name]
            style.font.name = FONT
            style.font.size = Pt(16 if self.is_party and name == "Heading 1" else size)
            style.font.bold = name != "Normal"
            style.font.color.rgb = None
            set_script(style)
        self.file.styles["Normal"].paragraph_format.space_after = Pt(6)
        cell = self.file.styles.add_style(CELL_STYLE, WD_STYLE_TYPE.PARAGRAPH)
        cell.base_style = self.file.styles["Normal"]
        cell.font.size = Pt(11 if wide else 12)
        cell.paragraph_format.space_after, cell.paragraph_format.line_spacing = Pt(0), 1.0
        title = self.paper.name + (f" – {self.paper.subject}" if self.paper.subject else "")
        day = self.paper.day or dt.date(self.paper.year, 1, 1)
        set_facts(self.file, title=title, author=self.paper.issuing_body, day=day)

    def gap(self, points: float, *, keeps_next: bool) -> None:
        """An empty paragraph of this height."""
        gap = self.file.add_paragraph()
        set_height(gap, points)
        gap.paragraph_format.keep_with_next = keeps_next or None

    def width(self) -> int:
        """What the margins leave of the page."""
        section = self.file.sections[0]
        return int(section.page_width - section.left_margin - section.right_margin)

    def grid_without_lines(self, columns: int, shares: tuple[int, ...]) -> Any:
        """A table of one row that only holds its cells beside one another."""
        table = self.file.add_table(rows=1, cols=columns)
        self.set_widths(table, shares)
        return table

    def set_widths(self, table: Any, shares: Sequence[float], *, head: int = 0) -> None:
        """Share the width of the page out among the columns, in Word's way and in others'."""
        table.autofit = False
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        set_margins(table, head=head)
        for column, share in zip(table.columns, shares, strict=True):
            # Word goes by the width of the cells, others by that of the column.
            column.width = column.cells[0].width = int(self.width() * share / sum(shares))

    def body(self, text: str, *, italic: bool = False) -> Any:
        """A paragraph of the page's own text, in the line pitch of the letterhead."""
        paragraph = self.line(self.file, text, italic=italic, align=BOTH)
        paragraph.paragraph_format.first_line_indent = self.indent
        paragraph.paragraph_format.line_spacing = Pt(self.rules.line_pitch)
        return paragraph

    def line(
        self,
        place: Any,
        text: str,
        *,
        bold: bool = False,
        italic: bool = False,
        size: float = 14,
        align: Any = None,
    ) -> Any:
        """A paragraph at ``place`` with all its words alike."""
        paragraph = place.add_paragraph()
        if text:
            run = paragraph.add_run(text)
            run.bold, run.italic, run.font.size = bold or None, italic or None, Pt(size)
        paragraph.alignment = align
        # Cells carry lines close to one another, the text of the page does not.
        paragraph.paragraph_format.space_after = Pt(6 if place is self.file else 0)
        paragraph.paragraph_format.line_spacing = 1.0
        return paragraph
