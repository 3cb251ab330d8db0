"""A paper as a Word file with the same words in the same order as its PDF.

Nghị định 152/2025/NĐ-CP, điều 33 khoản 12, asks for both. The office goes on writing in it, so
tables, headings and lists are Word's own.
"""

from __future__ import annotations

import io
from typing import Any

import segno
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
from docx.shared import Mm, Pt

from compacts.documents.column_widths import column_widths
from compacts.documents.compact import AUDIT_LENGTH, closed_bases, place_and_day
from compacts.documents.paper import (
    Block,
    Cell,
    Heading,
    Paper,
    Paragraph,
    Signatures,
    Table,
)
from compacts.documents.paper_language import in_vietnamese
from compacts.documents.paper_layout import (
    has_foot,
    has_recipients_beside,
    number_line,
    signed_cell,
)
from compacts.documents.paper_limits import check_paper
from compacts.documents.snapshot import normalised
from compacts.documents.typography import bound
from compacts.documents.word_elements import (
    CELL_HEAD,
    CELL_SIDE,
    describe_picture,
    draw_rule,
    drop_first_paragraph,
    keep_row_with_next,
    keep_whole,
    repeat_row,
    with_fixed_days,
)
from compacts.documents.word_page import CELL_STYLE, CENTRE, LEFT, RIGHT, WordPage

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
    return _written(shown)


@in_vietnamese
def _written(paper: Paper) -> bytes:
    return with_fixed_days(_Writer(paper).written())


class _Writer(WordPage):
    """Writes one paper from top to bottom."""

    def written(self) -> bytes:
        self.set_up()
        if self.paper.issuing_body:
            self._letterhead()
        self._title()
        for basis in closed_bases(self.paper.bases, self.rules):
            self.body(basis, italic=not self.is_party)
        blocks = self.paper.blocks
        for block, following in zip(blocks, (*blocks[1:], None), strict=True):
            self._block(block, following)
        if has_foot(self.paper):
            self._foot()
            self.gap(1, keeps_next=False)
        output = io.BytesIO()
        self.file.save(output)
        return output.getvalue()

    def _letterhead(self) -> None:
        table = self.grid_without_lines(2, LETTERHEAD_SHARES)
        left, right = table.rows[0].cells
        narrow, broad = (self.width() * share // 100 for share in LETTERHEAD_SHARES)
        size = 14 if self.is_party else 13
        for line in filter(None, self.titles.parent):
            self.line(left, line, size=size, align=CENTRE)
        for line in self.titles.issuer:
            self.line(left, line, bold=True, size=size, align=CENTRE)
        if self.is_party:
            self.line(left, "*", align=CENTRE)
            self.line(right, "ĐẢNG CỘNG SẢN VIỆT NAM", bold=True, size=15, align=CENTRE)
            draw_rule(right.add_paragraph(), (broad - PARTY_RULE) // 2)
        else:
            draw_rule(left.add_paragraph(), (narrow - ISSUER_RULE) // 2)
            name = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
            self.line(right, name, bold=True, size=12.5, align=CENTRE)
            motto = "Độc lập - Tự do - Hạnh phúc"
            self.line(right, motto, bold=True, size=13.5, align=CENTRE)
            draw_rule(right.add_paragraph(), (broad - MOTTO_RULE) // 2)
        second = table.add_row().cells
        number = number_line(self.paper, self.rules)
        day = place_and_day(self.paper.place, self.paper.day, self.paper.year)
        for line in (
            self.line(second[0], number, size=size, align=CENTRE),
            self.line(second[1], day, italic=True, align=CENTRE),
        ):
            line.paragraph_format.space_before = Pt(6)
        for cell in (left, right, *second):
            drop_first_paragraph(cell)

    def _title(self) -> None:
        if self.paper.is_draft:
            mark = self.line(self.file, "DỰ THẢO", bold=True, align=RIGHT)
            mark.paragraph_format.space_before = Pt(9)
        title = self.file.add_heading(level=1)
        for place, text in enumerate(self.titles.name):
            run = title.add_run()
            if place:
                run.add_break()
            run.add_text(text)
        title.alignment = CENTRE
        layout = title.paragraph_format
        layout.space_before, layout.space_after, layout.line_spacing = Pt(20), Pt(3), 1.0
        for line in self.titles.subject:
            shown = self.line(self.file, line, bold=True, align=CENTRE)
            shown.paragraph_format.space_after = Pt(0)
        rule = SUBJECT_RULE if self.titles.subject else ISSUER_RULE
        drawn = self.file.add_paragraph()
        draw_rule(drawn, (self.width() - rule) // 2)
        drawn.paragraph_format.space_after = Pt(14)
        addressees = self.paper.addressees
        if len(addressees) == 1:
            lines = [f"Kính gửi: {bound(addressees[0])}."]
        else:
            items = [f"- {bound(text)};" for text in addressees[:-1]]
            items += [f"- {bound(text)}." for text in addressees[-1:]]
            lines = ["Kính gửi:", *items] if items else []
        for place, text in enumerate(lines, start=1):
            line = self.line(self.file, text, align=LEFT)
            line.paragraph_format.left_indent = self.width() // 8
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
            self.gap(1 if isinstance(following, Heading) else 10, keeps_next=keeps_next)
        else:
            self._signatures(block)

    def _paragraph(self, block: Paragraph, *, keeps_next: bool) -> None:
        line = self.body("")
        if block.style == "centre":
            line.alignment = CENTRE
            line.paragraph_format.first_line_indent = 0
        elif block.style == "left":
            line.alignment = LEFT
        if block.mark:
            line.add_run(f"{block.mark} ").bold = True
        run = line.add_run(bound(block.text))
        run.bold = block.style in ("bold", "theme") or None
        run.italic = block.style in ("italic", "theme") or None
        line.paragraph_format.keep_with_next = keeps_next or None

    def _table(self, block: Table, *, keeps_next: bool) -> None:
        if block.caption:
            caption = self.line(self.file, bound(block.caption), bold=True, size=12.5)
            caption.paragraph_format.keep_with_next = True
        shares = column_widths(block, is_wide=self.paper.is_wide).shares
        table = self.file.add_table(rows=1, cols=len(block.columns), style="Table Grid")
        self.set_widths(table, shares, head=CELL_HEAD)
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
            heading = self.line(self.file, block.heading, bold=True, align=CENTRE)
            heading.paragraph_format.space_before = Pt(14)
            heading.paragraph_format.keep_with_next = True
        else:
            self.gap(8, keeps_next=True)
        is_last = block is self.paper.blocks[-1]
        for place, row in enumerate(block.rows, start=1):
            self._signature_row(row, is_end=is_last and place == len(block.rows))

    def _signature_row(self, row: tuple[Cell, ...], *, is_end: bool) -> None:
        table = self.grid_without_lines(len(row), (100 // len(row),) * len(row))
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
        if is_end:
            # Word wants a paragraph after a table; alone it would begin a page of its own.
            keep_row_with_next(name)
        self.gap(1 if is_end and not has_more else 20, keeps_next=has_more)

    def _sign(self, places: list[Any], cell: Cell) -> None:
        who, space, name = places
        self.line(who, cell.title, bold=True, size=12, align=CENTRE)
        if cell.role:
            self.line(who, f"({cell.role})", italic=True, size=12, align=CENTRE)
        if cell.position:
            size = 13 if self.is_party else 12
            bold = not self.is_party
            self.line(space, cell.position, bold=bold, size=size, align=CENTRE)
        if cell.hint:
            self.line(space, f"({cell.hint})", italic=True, size=12, align=CENTRE)
        space.paragraphs[-1].paragraph_format.space_after = SIGNING_SPACE
        if cell.name:
            self.line(name, cell.name, bold=True, size=13.5, align=CENTRE)
        if cell.signed:
            self.line(name, cell.signed, italic=True, size=11, align=CENTRE)
        for place in places:
            drop_first_paragraph(place)

    def _recipients(self, cell: Any) -> None:
        if self.is_party:
            label = self.line(cell, "Nơi nhận:")
            label.runs[0].underline = True
        else:
            label = self.line(cell, "Nơi nhận:", bold=True, italic=True, size=12)
        size = 12 if self.is_party else 11
        lines = [self.line(cell, f"- {one}", size=size) for one in self.paper.recipients]
        for line in (label, *lines):
            # They begin where the text of the page does.
            line.paragraph_format.left_indent = line.paragraph_format.right_indent = -CELL_SIDE

    def _foot(self) -> None:
        paper = self.paper
        table = self.grid_without_lines(3, (53, 32, 15))
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
                self.line(words, fact, size=9, align=RIGHT)
            words.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.BOTTOM
            picture = io.BytesIO()
            made = segno.make(paper.verify_url, error="m", micro=False)
            made.save(picture, kind="png", scale=6, border=2)
            run = code.paragraphs[0].add_run()
            run.add_picture(picture, width=Mm(24))
            describe_picture(run, f"Mã QR: {paper.verify_url}")
        keep_row_with_next(table.rows[0])
        for cell in (left, words):
            drop_first_paragraph(cell)

    def _fill(self, cell: Any, text: str, *, bold: bool, align: Any) -> None:
        lines = text.split("\n")
        paragraph = cell.paragraphs[0]
        paragraph.style = self.file.styles[CELL_STYLE]
        for place, line in enumerate(lines):
            run = paragraph.add_run(line)
            run.bold = bold or None
            if place < len(lines) - 1:
                run.add_break()
        paragraph.alignment = align
        if align == RIGHT:
            paragraph.paragraph_format.right_indent = FIGURE_SIDE
