"""What a paper may hold, so that it is done within seconds; checked before the layout."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from compacts.documents.errors import RenderError
from compacts.documents.limits import (
    LONGEST_HASH,
    LONGEST_ITEM,
    LONGEST_NAME,
    LONGEST_NUMBER,
    LONGEST_TEXT,
    MOST_BASES,
    Text,
    check_address,
    check_text,
)
from compacts.documents.paper import Heading, Paper, Paragraph, Signatures, Table

LONGEST_CELL = 6_000
LONGEST_WORD = 200
MOST_BLOCKS = 2_000
# What authors may write of them: a form brings an opening, tables and places to sign of its own.
MOST_WRITTEN = MOST_BLOCKS - 50
MOST_ROWS = 2_000
MOST_COLUMNS = 16
MOST_LETTERS = 1_000_000


def check_paper(paper: Paper) -> None:
    """Pass, or raise ``RenderError`` naming the first place that cannot be printed."""
    check_address(paper.verify_url)
    tables = [block for block in paper.blocks if isinstance(block, Table)]
    rows = sum(len(table.rows) for table in tables)
    columns = max((len(table.columns) for table in tables), default=0)
    for what, count, most in [
        (_("đoạn văn"), len(paper.blocks), MOST_BLOCKS),
        (_("dòng trong bảng"), rows, MOST_ROWS),
        (_("cột trong bảng"), columns, MOST_COLUMNS),
        (_("nơi kính gửi"), len(paper.addressees), MOST_BASES),
        (_("căn cứ"), len(paper.bases), MOST_BASES),
        (_("nơi nhận"), len(paper.recipients), MOST_BASES),
    ]:
        if count > most:
            raise RenderError(
                _("Quá nhiều %(what)s: %(count)d, tối đa %(most)d.")
                % {"what": what, "count": count, "most": most}
            )
    letters = 0
    for text in _texts(paper):
        check_text(text)
        letters += len(text.value)
    if letters > MOST_LETTERS:
        raise RenderError(
            _("Văn bản dài %(count)d ký tự, tối đa %(most)d.")
            % {"count": letters, "most": MOST_LETTERS}
        )


def _texts(paper: Paper) -> Iterator[Text]:
    for where, value, longest in [
        (_("tên văn bản"), paper.name, LONGEST_NAME),
        (_("trích yếu"), paper.subject, LONGEST_TEXT),
        (_("cơ quan cấp trên"), paper.parent_body, LONGEST_NAME),
        (_("cơ quan ban hành"), paper.issuing_body, LONGEST_NAME),
        (_("số, ký hiệu"), paper.number, LONGEST_NUMBER),
        (_("địa danh"), paper.place, LONGEST_NUMBER),
        (_("mã kiểm tra"), paper.verify_code, LONGEST_NUMBER),
    ]:
        yield Text(where, value, longest)
    head = paper.audit_head
    yield Text(_("đầu chuỗi nhật ký"), head, LONGEST_HASH, longest_word=LONGEST_HASH)
    for where, values in [
        (_("kính gửi"), paper.addressees),
        (_("căn cứ"), paper.bases),
        (_("nơi nhận"), paper.recipients),
    ]:
        for value in values:
            yield Text(where, value, LONGEST_TEXT)
    where = _("nội dung")
    for block in paper.blocks:
        yield from _block_texts(block, where)
        if isinstance(block, Heading):
            where = _("nội dung mục “%s”") % block.text[:LONGEST_NUMBER]


def _block_texts(block: Heading | Paragraph | Table | Signatures, where: str) -> Iterator[Text]:
    if isinstance(block, Heading):
        yield Text(_("tiêu đề mục"), block.text, LONGEST_TEXT, longest_word=LONGEST_WORD)
    elif isinstance(block, Paragraph):
        yield Text(where, block.text, LONGEST_ITEM, longest_word=LONGEST_WORD)
    elif isinstance(block, Table):
        yield from _table_texts(block)
    else:
        for row in block.rows:
            for cell in row:
                for value in (cell.title, cell.role, cell.position, cell.name, cell.signed):
                    yield Text(_("ô ký"), value, LONGEST_NAME)


def _table_texts(table: Table) -> Iterator[Text]:
    for column in table.columns:
        yield Text(_("tên cột"), column.label, LONGEST_NAME)
    for row in table.rows:
        where = _("bảng “%s”") % (table.caption or row.cells[0])[:LONGEST_NUMBER]
        for cell in row.cells:
            yield Text(where, cell, LONGEST_CELL, lines=True, longest_word=LONGEST_WORD)
