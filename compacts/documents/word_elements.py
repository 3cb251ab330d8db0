"""What Word has and its library does not offer: rules, margins, page numbers, repeated rows."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import Any

from docx.enum.text import WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

FONT = "Times New Roman"
LANGUAGE = "vi-VN"
LONGEST_FACT = 255
# Zip files hold no earlier day; a fixed one keeps the bytes the same.
ZIP_DAY = (1980, 1, 1, 0, 0, 0)
# Word's own sides of a cell break “Chênh lệch” inside a syllable.
CELL_SIDE = Mm(0.9)
CELL_HEAD = Pt(2.5)
RULE_EIGHTHS = 6


def add_page_number(run: Any) -> None:
    """Let ``run`` show the number of its page."""
    for kind, text in [("begin", ""), ("", "PAGE"), ("end", "")]:
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._r.append(element)
    run.font.size = Pt(13)


def set_script(style: Any) -> None:
    """The font for the letters of every script, or Word takes another one for ơ and ư."""
    properties = style.element.get_or_add_rPr()
    fonts = properties.get_or_add_rFonts()
    for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(script), FONT)
    for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:cstheme", "w:eastAsiaTheme"):
        if fonts.get(qn(theme)) is not None:
            del fonts.attrib[qn(theme)]


def set_facts(file: Any, *, title: str, author: str, day: dt.date) -> None:
    """What the file says of itself; its language keeps Word from a red line under each word."""
    for language in file.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), LANGUAGE)
    facts = file.core_properties
    facts.title, facts.author = title[:LONGEST_FACT], author[:LONGEST_FACT]
    facts.language, facts.comments = LANGUAGE, ""
    facts.created = facts.modified = dt.datetime.combine(day, dt.time())


def draw_rule(paragraph: Any, indent: Any) -> None:
    """Make the empty ``paragraph`` a thin line that stays ``indent`` away from both sides."""
    layout = paragraph.paragraph_format
    layout.left_indent = layout.right_indent = indent
    layout.first_line_indent = 0
    set_height(paragraph, 4)
    border = OxmlElement("w:pBdr")
    bottom = OxmlElement("w:bottom")
    for name, value in [("val", "single"), ("sz", str(RULE_EIGHTHS)), ("space", "0")]:
        bottom.set(qn(f"w:{name}"), value)
    bottom.set(qn("w:color"), "000000")
    border.append(bottom)
    # In the order of the schema: borders stand before spacing and indents.
    paragraph._p.get_or_add_pPr().insert_element_before(
        border, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


def set_height(paragraph: Any, points: float) -> None:
    """Give a paragraph exactly this height, whatever its letters would take."""
    layout = paragraph.paragraph_format
    layout.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    layout.line_spacing = Pt(points)
    layout.space_before = layout.space_after = Pt(0)


def drop_first_paragraph(cell: Any) -> None:
    """A cell is born with an empty paragraph; it goes once the cell has others."""
    first = cell.paragraphs[0]
    if len(cell.paragraphs) > 1 and not first.text:
        first._p.getparent().remove(first._p)


def set_margins(table: Any, *, head: int) -> None:
    """Cells with the margins that the PDF has; ``head`` is the one above and below."""
    margins = OxmlElement("w:tblCellMar")
    # In the order of the schema.
    for side, width in [
        ("top", head),
        ("left", CELL_SIDE),
        ("bottom", head),
        ("right", CELL_SIDE),
    ]:
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(round(width / Pt(1) * 20)))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    properties = table._tbl.tblPr
    look = properties.find(qn("w:tblLook"))
    if look is None:
        properties.append(margins)
    else:
        look.addprevious(margins)


def repeat_row(row: Any) -> None:
    """Print the row again on each page that its table goes on over."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def keep_whole(row: Any) -> None:
    """Never part the row between two pages."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def keep_row_with_next(row: Any) -> None:
    """Keep the row on the page of what follows it."""
    for paragraph in row._tr.iter(qn("w:p")):
        properties = paragraph.get_or_add_pPr()
        properties.get_or_add_keepNext()


def describe_picture(run: Any, text: str) -> None:
    """What a reader is told who does not see the picture in ``run``."""
    for facts in run._r.iter(qn("wp:docPr")):
        facts.set("descr", text)


def with_fixed_days(content: bytes) -> bytes:
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
