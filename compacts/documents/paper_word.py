"""A paper as a Word file with the same words in the same order as its PDF.

Nghị định 152/2025/NĐ-CP, điều 33 khoản 12, asks for both. The office goes on writing in it, so
tables, headings and lists are Word's own.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from typing import Any

import segno
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt

from compacts.documents.column_widths import column_shares
from compacts.documents.compact import AUDIT_LENGTH, place_and_day
from compacts.documents.letterheads import LetterheadRules, rules_on
from compacts.documents.paper import (
    Block,
    Cell,
    Heading,
    Paper,
    Paragraph,
    Signatures,
    Table,
    layout_day,
)
from compacts.documents.paper_layout import (
    closed_bases,
    has_foot,
    has_recipients_beside,
    lines_of_titles,
    number_line,
    signed_cell,
)
from compacts.documents.paper_limits import check_paper
from compacts.documents.snapshot import normalised
from compacts.documents.typography import bound
from compacts.documents.word_elements import (
    CELL_HEAD,
    FONT,
    add_page_number,
    describe_picture,
    draw_rule,
    drop_first_paragraph,
    keep_row_with_next,
    keep_whole,
    repeat_row,
    set_facts,
    set_height,
    set_margins,
    set_script,
    with_fixed_days,
)

LEFT, CENTRE, RIGHT, BOTH = (
    WD_ALIGN_PARAGRAPH.LEFT,
    WD_ALIGN_PARAGRAPH.CENTER,
    WD_ALIGN_PARAGRAPH.RIGHT,
    WD_ALIGN_PARAGRAPH.JUSTIFY,
)
ALIGNS = {"left": LEFT, "centre": CENTRE, "right": RIGHT}
SIGNING_SPACE = Mm(21)
# What keeps figures off the rule on their right.
FIGURE_SIDE = Mm(0.6)
LETTERHEAD_SHARES = (43, 57)
# The rules under a line: some as long as its words, some a third to a half of them.
MOTTO_RULE, PARTY_RULE, ISSUER_RULE, SUBJECT_RULE = Mm(58), Mm(73), Mm(26), Mm(40)


def word_file(paper: Paper) -> bytes:
    """The .docx of ``paper``; equal papers give equal bytes.

    Raises ``RenderError`` where the content cannot be printed as it is.
    """
    shown: Paper = normalised(paper)
    check_paper(shown)
    return with_fixed_days(_Writer(shown).written())


class _Writer:
    """Writes one paper from top to bottom."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.rules: LetterheadRules = rules_on(paper.letterhead, layout_day(paper))
        self.titles = lines_of_titles(paper, self.rules)
        self.file: Any = Document()
        self.is_party = paper.letterhead == "party"
        self.indent = Mm(10 if self.is_party else 12.7)

    def written(self) -> bytes:
        self._set_up()
        if self.paper.issuing_body:
            self._letterhead()
        self._title()
        for basis in closed_bases(self.paper.bases, self.rules):
            self._body(basis, italic=not self.is_party)
        blocks = self.paper.blocks
        for block, following in zip(blocks, (*blocks[1:], None), strict=True):
            self._block(block, following)
        if has_foot(self.paper):
            self._foot()
            self._gap(1, keeps_next=False)
        output = io.BytesIO()
        self.file.save(output)
        return output.getvalue()

    def _set_up(self) -> None:
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
        title = self.paper.name + (f" – {self.paper.subject}" if self.paper.subject else "")
        day = self.paper.day or dt.date(self.paper.year, 1, 1)
        set_facts(self.file, title=title, author=self.paper.issuing_body, day=day)

    def _letterhead(self) -> None:
        table = self._grid_without_lines(2, LETTERHEAD_SHARES)
        left, right = table.rows[0].cells
        narrow, broad = (self._width() * share // 100 for share in LETTERHEAD_SHARES)
        size = 14 if self.is_party else 13
        for line in filter(None, self.titles.parent):
            self._line(left, line, size=size, align=CENTRE)
        for line in self.titles.issuer:
            self._line(left, line, bold=True, size=size, align=CENTRE)
        if self.is_party:
            self._line(left, "*", align=CENTRE)
            self._line(right, "ĐẢNG CỘNG SẢN VIỆT NAM", bold=True, size=15, align=CENTRE)
            draw_rule(right.add_paragraph(), (broad - PARTY_RULE) // 2)
        else:
            draw_rule(left.add_paragraph(), (narrow - ISSUER_RULE) // 2)
            name = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
            self._line(right, name, bold=True, size=12.5, align=CENTRE)
            motto = "Độc lập - Tự do - Hạnh phúc"
            self._line(right, motto, bold=True, size=13.5, align=CENTRE)
            draw_rule(right.add_paragraph(), (broad - MOTTO_RULE) // 2)
        second = table.add_row().cells
        number = number_line(self.paper, self.rules)
        day = place_and_day(self.paper.place, self.paper.day, self.paper.year)
        for line in (
            self._line(second[0], number, size=size, align=CENTRE),
            self._line(second[1], day, italic=True, align=CENTRE),
        ):
            line.paragraph_format.space_before = Pt(6)
        for cell in (left, right, *second):
            drop_first_paragraph(cell)

    def _title(self) -> None:
        if self.paper.is_draft:
            mark = self._line(self.file, "DỰ THẢO", bold=True, align=RIGHT)
            mark.paragraph_format.space_before = Pt(9)
        title = self.file.add_heading(level=1)
        title.add_run(self.paper.name.upper())
        title.alignment = CENTRE
        title.paragraph_format.space_before, title.paragraph_format.space_after = Pt(20), Pt(3)
        for line in self.titles.subject:
            shown = self._line(self.file, line, bold=True, align=CENTRE)
            shown.paragraph_format.space_after = Pt(0)
        rule = SUBJECT_RULE if self.titles.subject else ISSUER_RULE
        drawn = self.file.add_paragraph()
        draw_rule(drawn, (self._width() - rule) // 2)
        drawn.paragraph_format.space_after = Pt(14)
        addressees = self.paper.addressees
        if len(addressees) == 1:
            lines = [f"Kính gửi: {bound(addressees[0])}."]
        else:
            items = [f"- {bound(text)};" for text in addressees[:-1]]
            items += [f"- {bound(text)}." for text in addressees[-1:]]
            lines = ["Kính gửi:", *items] if items else []
        for place, text in enumerate(lines, start=1):
            line = self._line(self.file, text, align=LEFT)
            line.paragraph_format.left_indent = self._width() // 8
            line.paragraph_format.space_after = Pt(10 if place == len(lines) else 6)

    def _block(self, block: Block, following: Block | None) -> None:
        # The last words of a paper never stand alone on a page, and no place to sign does.
        is_last_line = isinstance(following, Paragraph) and following is self.paper.blocks[-1]
        keeps_next = is_last_line or isinstance(following, Signatures)
        if isinstance(block, Heading):
            heading = self.file.add_heading(level=2)
            heading.add_run(f"{block.mark} {bound(block.text)}".strip())
            layout = heading.paragraph_format
            layout.first_line_indent = self.indent
            layout.space_before, layout.space_after = Pt(9), Pt(6)
        elif isinstance(block, Paragraph):
            self._paragraph(block, keeps_next=keeps_next)
        elif isinstance(block, Table):
            self._table(block, keeps_next=keeps_next)
            # A heading brings its own distance.
            self._gap(1 if isinstance(following, Heading) else 10, keeps_next=keeps_next)
        else:
            self._signatures(block)

    def _paragraph(self, block: Paragraph, *, keeps_next: bool) -> None:
        line = self._body("")
        if block.style == "centre":
            line.alignment = CENTRE
            line.paragraph_format.first_line_indent = 0
        if block.mark:
            line.add_run(f"{block.mark} ").bold = True
        run = line.add_run(bound(block.text))
        run.bold = block.style == "bold" or None
        run.italic = block.style == "italic" or None
        line.paragraph_format.keep_with_next = keeps_next or None

    def _table(self, block: Table, *, keeps_next: bool) -> None:
        if block.caption:
            caption = self._line(self.file, bound(block.caption), bold=True, size=12.5)
            caption.paragraph_format.keep_with_next = True
        shares = column_shares(block, is_wide=self.paper.is_wide)
        table = self.file.add_table(rows=1, cols=len(block.columns), style="Table Grid")
        self._set_widths(table, shares, head=CELL_HEAD)
        head = table.rows[0]
        for cell, column in zip(head.cells, block.columns, strict=True):
            self._fill(cell, column.label, bold=True, align=CENTRE)
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        keep_whole(head)
        repeat_row(head)
        keep_row_with_next(head)
        for row in block.rows:
            made = table.add_row()
            keep_whole(made)
            if row.style == "group":
                cells = made.cells
                merged = cells[0].merge(cells[-1])
                self._fill(merged, bound(row.cells[0]), bold=True, align=LEFT)
            else:
                for cell, text, column in zip(made.cells, row.cells, block.columns, strict=True):
                    bold = row.style == "total"
                    self._fill(cell, bound(text), bold=bold, align=ALIGNS[column.align])
            if row.style != "plain":
                keep_row_with_next(made)
        if keeps_next:
            keep_row_with_next(table.rows[-1])

    def _signatures(self, block: Signatures) -> None:
        if block.heading:
            heading = self._line(self.file, block.heading, bold=True, align=CENTRE)
            heading.paragraph_format.space_before = Pt(14)
            heading.paragraph_format.keep_with_next = True
        else:
            self._gap(8, keeps_next=True)
        is_last = block is self.paper.blocks[-1]
        for place, row in enumerate(block.rows, start=1):
            self._signature_row(row, is_end=is_last and place == len(block.rows))

    def _signature_row(self, row: tuple[Cell, ...], *, is_end: bool) -> None:
        table = self._grid_without_lines(len(row), (100 // len(row),) * len(row))
        who, space, name = table.rows[0], table.add_row(), table.add_row()
        cells = list(row)
        if is_end and has_recipients_beside(self.paper):
            beside = who.cells[0].merge(name.cells[0])
            self._recipients(beside)
            drop_first_paragraph(beside)
            cells = cells[1:]
        for column, cell in enumerate(cells, start=len(row) - len(cells)):
            shown = signed_cell(cell, self.rules)
            self._sign([made.cells[column] for made in (who, space, name)], shown)
        for made in table.rows:
            keep_whole(made)
        keep_row_with_next(who)
        keep_row_with_next(space)
        has_more = is_end and has_foot(self.paper)
        if has_more:
            keep_row_with_next(name)
        # Word wants a paragraph after a table; a tall one would begin a page of its own.
        self._gap(1 if is_end and not has_more else 12, keeps_next=has_more)

    def _sign(self, places: list[Any], cell: Cell) -> None:
        who, space, name = places
        self._line(who, cell.title, bold=True, size=12, align=CENTRE)
        if cell.role:
            self._line(who, f"({cell.role})", italic=True, size=12, align=CENTRE)
        if cell.position:
            size = 13 if self.is_party else 12
            bold = not self.is_party
            self._line(space, cell.position, bold=bold, size=size, align=CENTRE)
        if cell.hint:
            self._line(space, f"({cell.hint})", italic=True, size=12, align=CENTRE)
        space.paragraphs[-1].paragraph_format.space_after = SIGNING_SPACE
        if cell.name:
            self._line(name, cell.name, bold=True, size=13.5, align=CENTRE)
        if cell.signed:
            self._line(name, cell.signed, italic=True, size=11, align=CENTRE)
        for place in places:
            drop_first_paragraph(place)

    def _recipients(self, cell: Any) -> None:
        if self.is_party:
            self._line(cell, "Nơi nhận:").runs[0].underline = True
        else:
            self._line(cell, "Nơi nhận:", bold=True, italic=True, size=12)
        for recipient in self.paper.recipients:
            self._line(cell, f"- {recipient}", size=12 if self.is_party else 11)

    def _foot(self) -> None:
        paper = self.paper
        table = self._grid_without_lines(3, (53, 32, 15))
        keep_whole(table.rows[0])
        left, words, code = table.rows[0].cells
        if paper.recipients and not has_recipients_beside(paper):
            self._recipients(left)
        if paper.verify_url:
            facts = ["Kiểm tra văn bản tại:", paper.verify_url]
            facts.append(f"Mã kiểm tra: {paper.verify_code}")
            if paper.audit_head:
                facts.append(f"Nhật ký: {paper.audit_head[:AUDIT_LENGTH]}")
            for fact in facts:
                self._line(words, fact, size=9, align=RIGHT)
            words.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.BOTTOM
            picture = io.BytesIO()
            made = segno.make(paper.verify_url, error="m", micro=False)
            made.save(picture, kind="png", scale=6, border=2)
            run = code.paragraphs[0].add_run()
            run.add_picture(picture, width=Mm(24))
            describe_picture(run, f"Mã QR: {paper.verify_url}")
        for cell in (left, words):
            drop_first_paragraph(cell)

    def _gap(self, points: float, *, keeps_next: bool) -> None:
        gap = self.file.add_paragraph()
        set_height(gap, points)
        gap.paragraph_format.keep_with_next = keeps_next or None

    def _width(self) -> int:
        """What the margins leave of the page."""
        section = self.file.sections[0]
        return int(section.page_width - section.left_margin - section.right_margin)

    def _grid_without_lines(self, columns: int, shares: tuple[int, ...]) -> Any:
        table = self.file.add_table(rows=1, cols=columns)
        self._set_widths(table, shares)
        return table

    def _set_widths(self, table: Any, shares: Sequence[float], *, head: int = 0) -> None:
        table.autofit = False
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        set_margins(table, head=head)
        for column, share in zip(table.columns, shares, strict=True):
            # Word goes by the width of the cells, others by that of the column.
            column.width = column.cells[0].width = int(self._width() * share / sum(shares))

    def _fill(self, cell: Any, text: str, *, bold: bool, align: Any) -> None:
        lines = text.split("\n")
        paragraph = cell.paragraphs[0]
        for place, line in enumerate(lines):
            run = paragraph.add_run(line)
            run.bold = bold or None
            run.font.size = Pt(11 if self.paper.is_wide else 12)
            if place < len(lines) - 1:
                run.add_break()
        paragraph.alignment = align
        if align == RIGHT:
            paragraph.paragraph_format.right_indent = FIGURE_SIDE
        paragraph.paragraph_format.space_after = Pt(0)
        paragraph.paragraph_format.line_spacing = 1.0

    def _body(self, text: str, *, italic: bool = False) -> Any:
        """A paragraph of the page's own text, in the line pitch of the letterhead."""
        paragraph = self._line(self.file, text, italic=italic, align=BOTH)
        paragraph.paragraph_format.first_line_indent = self.indent
        paragraph.paragraph_format.line_spacing = Pt(self.rules.line_pitch)
        return paragraph

    def _line(
        self,
        place: Any,
        text: str,
        *,
        bold: bool = False,
        italic: bool = False,
        size: float = 14,
        align: Any = None,
    ) -> Any:
        paragraph = place.add_paragraph()
        if text:
            run = paragraph.add_run(text)
            run.bold, run.italic, run.font.size = bold or None, italic or None, Pt(size)
        paragraph.alignment = align
        # Cells carry lines close to one another, the text of the page does not.
        paragraph.paragraph_format.space_after = Pt(6 if place is self.file else 0)
        paragraph.paragraph_format.line_spacing = 1.0
        return paragraph
