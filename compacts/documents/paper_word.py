"""A paper as a Word file with the same words in the same order as its PDF.

Nghị định 152/2025/NĐ-CP, điều 33 khoản 12, asks for both. The office goes on writing in it, so
tables, headings and lists are Word's own.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import Any

import segno
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from compacts.documents.compact import place_and_day
from compacts.documents.letterheads import LetterheadRules, rules_on
from compacts.documents.paper import (
    Cell,
    Heading,
    Paper,
    Paragraph,
    Signatures,
    Table,
    layout_day,
)
from compacts.documents.paper_limits import check_paper
from compacts.documents.paper_pdf import (
    AUDIT_LENGTH,
    ISSUER_LENGTH,
    PARENT_LENGTH,
    SUBJECT_LENGTH,
    closed_bases,
    number_line,
    signed_cell,
)
from compacts.documents.snapshot import normalised
from compacts.documents.typography import bound, title_lines

FONT = "Times New Roman"
# Zip files hold no earlier day; a fixed one keeps the bytes the same.
ZIP_DAY = (1980, 1, 1, 0, 0, 0)
CENTRE = WD_ALIGN_PARAGRAPH.CENTER
ALIGNS = {"left": WD_ALIGN_PARAGRAPH.LEFT, "centre": CENTRE, "right": WD_ALIGN_PARAGRAPH.RIGHT}
SIGNING_SPACE = Mm(21)
CELL_MARGIN = Mm(0.9)


def word_file(paper: Paper) -> bytes:
    """The .docx of ``paper``; equal papers give equal bytes.

    Raises ``RenderError`` where the content cannot be printed as it is.
    """
    shown: Paper = normalised(paper)
    check_paper(shown)
    return _fixed(_Writer(shown).written())


class _Writer:
    """Writes one paper from top to bottom."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.rules: LetterheadRules = rules_on(paper.letterhead, layout_day(paper))
        self.file: Any = Document()
        self.is_party = paper.letterhead == "party"

    def written(self) -> bytes:
        self._set_up()
        if self.paper.issuing_body:
            self._letterhead()
        self._title()
        for basis in closed_bases(self.paper.bases, self.rules):
            self._line(self.file, basis, italic=not self.is_party, indent=True)
        for block in self.paper.blocks:
            if isinstance(block, Heading):
                heading = self.file.add_heading(level=2)
                heading.add_run(f"{block.mark} {bound(block.text)}".strip())
            elif isinstance(block, Paragraph):
                self._paragraph(block)
            elif isinstance(block, Table):
                self._table(block)
            else:
                self._signatures(block)
        self._foot()
        output = io.BytesIO()
        self.file.save(output)
        return output.getvalue()

    def _set_up(self) -> None:
        section = self.file.sections[0]
        long, short = Mm(297), Mm(210)
        wide = self.paper.is_wide
        section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = (long, short) if wide else (short, long)
        section.top_margin = section.bottom_margin = Mm(20)
        section.left_margin, section.right_margin = (Mm(20), Mm(20)) if wide else (Mm(30), Mm(15))
        section.different_first_page_header_footer = True
        number = section.header.paragraphs[0]
        number.alignment = CENTRE
        _page_number(number.add_run())
        for name, size in [("Normal", 14), ("Heading 1", 14), ("Heading 2", 14)]:
            style = self.file.styles[name]
            style.font.name = FONT
            style.font.size = Pt(16 if self.is_party and name == "Heading 1" else size)
            style.font.bold = name != "Normal"
            style.font.color.rgb = None
            _every_script(style)
        self.file.styles["Normal"].paragraph_format.space_after = Pt(6)
        title = self.paper.name + (f" – {self.paper.subject}" if self.paper.subject else "")
        facts = self.file.core_properties
        facts.title = title[:255]
        facts.author = self.paper.issuing_body[:255]
        facts.language = "vi-VN"
        facts.comments = ""
        facts.created = facts.modified = dt.datetime.combine(
            self.paper.day or dt.date(self.paper.year, 1, 1), dt.time()
        )

    def _letterhead(self) -> None:
        paper = self.paper
        table = self._grid_without_lines(2, (43, 57))
        left, right = table.rows[0].cells
        lines = [(line, False) for line in title_lines(paper.parent_body.upper(), PARENT_LENGTH)]
        lines += [(line, True) for line in title_lines(paper.issuing_body.upper(), ISSUER_LENGTH)]
        for line, bold in lines:
            if line:
                self._line(left, line, bold=bold, size=14 if self.is_party else 13, align=CENTRE)
        if self.is_party:
            self._line(left, "*", align=CENTRE)
            self._line(right, "ĐẢNG CỘNG SẢN VIỆT NAM", bold=True, size=15, align=CENTRE)
        else:
            name = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
            self._line(right, name, bold=True, size=12.5, align=CENTRE)
            self._line(right, "Độc lập - Tự do - Hạnh phúc", bold=True, align=CENTRE)
        second = table.add_row().cells
        self._line(second[0], number_line(paper, self.rules), size=13, align=CENTRE)
        day = place_and_day(paper.place, paper.day, paper.year)
        self._line(second[1], day, italic=True, align=CENTRE)
        for cell in (left, right, *second):
            _drop_first_paragraph(cell)

    def _title(self) -> None:
        if self.paper.is_draft:
            self._line(self.file, "DỰ THẢO", bold=True, align=ALIGNS["right"])
        title = self.file.add_heading(level=1)
        title.add_run(self.paper.name.upper())
        title.alignment = CENTRE
        if self.paper.subject:
            for line in title_lines(self.paper.subject, SUBJECT_LENGTH):
                self._line(self.file, line, bold=True, align=CENTRE)
        addressees = self.paper.addressees
        if len(addressees) == 1:
            self._line(self.file, f"Kính gửi: {bound(addressees[0])}.", align=CENTRE)
        elif addressees:
            self._line(self.file, "Kính gửi:", indent=True)
            for text in addressees[:-1]:
                self._line(self.file, f"- {bound(text)};", indent=True)
            self._line(self.file, f"- {bound(addressees[-1])}.", indent=True)

    def _paragraph(self, block: Paragraph) -> None:
        is_centred = block.style == "centre"
        line = self._line(
            self.file,
            "",
            align=CENTRE if is_centred else WD_ALIGN_PARAGRAPH.JUSTIFY,
            indent=not is_centred,
        )
        if block.mark:
            line.add_run(f"{block.mark} ").bold = True
        run = line.add_run(bound(block.text))
        run.bold = block.style == "bold" or None
        run.italic = block.style == "italic" or None

    def _table(self, block: Table) -> None:
        if block.caption:
            caption = self._line(self.file, bound(block.caption), bold=True, size=12.5)
            caption.paragraph_format.keep_with_next = True
        shares = tuple(column.share for column in block.columns)
        table = self.file.add_table(rows=1, cols=len(block.columns), style="Table Grid")
        self._set_widths(table, shares)
        for cell, column in zip(table.rows[0].cells, block.columns, strict=True):
            self._fill(cell, column.label, bold=True, align=CENTRE)
        _repeat(table.rows[0])
        for row in block.rows:
            made = table.add_row()
            _keep_whole(made)
            if row.style == "group":
                merged = made.cells[0].merge(made.cells[-1])
                self._fill(merged, bound(row.cells[0]), bold=True, align=ALIGNS["left"])
                continue
            for cell, text, column in zip(made.cells, row.cells, block.columns, strict=True):
                bold = row.style == "total"
                self._fill(cell, bound(text), bold=bold, align=ALIGNS[column.align])
        self._line(self.file, "")

    def _signatures(self, block: Signatures) -> None:
        if block.heading:
            self._line(self.file, block.heading, bold=True, align=CENTRE)
        for row in block.rows:
            table = self._grid_without_lines(len(row), (100 // len(row),) * len(row))
            _keep_whole(table.rows[0])
            for place, cell in zip(table.rows[0].cells, row, strict=True):
                self._sign(place, signed_cell(cell, self.rules))

    def _sign(self, place: Any, cell: Cell) -> None:
        self._line(place, cell.title, bold=True, size=12, align=CENTRE)
        if cell.role:
            self._line(place, f"({cell.role})", italic=True, size=12, align=CENTRE)
        if cell.position:
            bold = not self.is_party
            self._line(place, cell.position, bold=bold, size=12, align=CENTRE)
        if cell.hint:
            self._line(place, f"({cell.hint})", italic=True, size=12, align=CENTRE)
        place.paragraphs[-1].paragraph_format.space_after = SIGNING_SPACE
        if cell.name:
            self._line(place, cell.name, bold=True, align=CENTRE)
        if cell.signed:
            self._line(place, cell.signed, italic=True, size=11, align=CENTRE)
        _drop_first_paragraph(place)

    def _foot(self) -> None:
        paper = self.paper
        if not paper.recipients and not paper.verify_url:
            return
        table = self._grid_without_lines(3, (53, 32, 15))
        left, words, code = table.rows[0].cells
        if paper.recipients:
            self._line(
                left, "Nơi nhận:", bold=not self.is_party, italic=not self.is_party, size=12
            )
            for recipient in paper.recipients:
                self._line(left, f"- {recipient}", size=12 if self.is_party else 11)
        if paper.verify_url:
            facts = ["Kiểm tra văn bản tại:", paper.verify_url]
            facts.append(f"Mã kiểm tra: {paper.verify_code}")
            if paper.audit_head:
                facts.append(f"Nhật ký: {paper.audit_head[:AUDIT_LENGTH]}")
            for fact in facts:
                self._line(words, fact, size=9, align=ALIGNS["right"])
            picture = io.BytesIO()
            made = segno.make(paper.verify_url, error="m", micro=False)
            made.save(picture, kind="png", scale=6, border=2)
            code.paragraphs[0].add_run().add_picture(picture, width=Mm(24))
        for cell in (left, words):
            _drop_first_paragraph(cell)

    def _grid_without_lines(self, columns: int, shares: tuple[int, ...]) -> Any:
        table = self.file.add_table(rows=1, cols=columns)
        self._set_widths(table, shares)
        return table

    def _set_widths(self, table: Any, shares: tuple[int, ...]) -> None:
        section = self.file.sections[0]
        whole = section.page_width - section.left_margin - section.right_margin
        table.autofit = False
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        _narrow_margins(table)
        for column, share in zip(table.columns, shares, strict=True):
            column.width = whole * share // sum(shares)

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
        paragraph.paragraph_format.space_after = Pt(2)

    def _line(
        self,
        place: Any,
        text: str,
        *,
        bold: bool = False,
        italic: bool = False,
        size: float = 14,
        align: Any = None,
        indent: bool = False,
    ) -> Any:
        paragraph = place.add_paragraph()
        if text:
            run = paragraph.add_run(text)
            run.bold, run.italic, run.font.size = bold or None, italic or None, Pt(size)
        paragraph.alignment = align
        # Cells carry lines close to one another, the text of the page does not.
        paragraph.paragraph_format.space_after = Pt(6 if place is self.file else 0)
        if indent:
            paragraph.paragraph_format.first_line_indent = Mm(10 if self.is_party else 12.7)
        return paragraph


def _page_number(run: Any) -> None:
    for kind, text in [("begin", ""), ("", "PAGE"), ("end", "")]:
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._r.append(element)
    run.font.size = Pt(13)


def _every_script(style: Any) -> None:
    """The font for the letters of every script, or Word takes another one for ơ and ư."""
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(script), FONT)
    for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:cstheme", "w:eastAsiaTheme"):
        if fonts.get(qn(theme)) is not None:
            del fonts.attrib[qn(theme)]


def _drop_first_paragraph(cell: Any) -> None:
    """A cell is born with an empty paragraph; it goes once the cell has others."""
    first = cell.paragraphs[0]
    if len(cell.paragraphs) > 1 and not first.text:
        first._p.getparent().remove(first._p)


def _narrow_margins(table: Any) -> None:
    """Cells with the margins that the PDF has: Word's own break “Chênh lệch” inside a syllable."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(CELL_MARGIN.twips))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    properties = table._tbl.tblPr
    look = properties.find(qn("w:tblLook"))
    if look is None:
        properties.append(margins)
    else:
        look.addprevious(margins)


def _repeat(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _keep_whole(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _fixed(content: bytes) -> bytes:
    """The file with every member dated alike."""
    output = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as made,
        zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for member in made.infolist():
            fresh = zipfile.ZipInfo(member.filename, ZIP_DAY)
            fresh.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(fresh, made.read(member.filename))
    return output.getvalue()
