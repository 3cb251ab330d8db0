"""Workbooks and CSV files that people fill in: made, read back as typed, opened safely."""

from __future__ import annotations

import csv
import datetime
import io
import re
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.core import signing
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.cell.cell import ERROR_CODES
from openpyxl.utils import column_index_from_string
from openpyxl.utils.exceptions import InvalidFileException

from units.exports import FORMULA_STARTS
from units.rules import RuleError
from units.vietnamese import date_text, fold, nfc

LARGEST = 5 * 1024 * 1024
LARGEST_UNPACKED = 50 * 1024 * 1024
# What Excel before 2007 wrote, and what it writes of a workbook with a password.
_OLD_OFFICE = bytes.fromhex("d0cf11e0a1b11ae1")
# The titles of the columns are looked for in so many rows; of CSV so many rows are read at most.
_HEAD_WITHIN = 10
_ROWS_READ = 20_000
# Nothing that is asked for stands farther out.
_COLUMNS_READ = 200
# openpyxl makes a cell for each that a merged area or a link spans, whatever is in it.
_MOST_SPANNED = 100_000
_SPANNED = re.compile(
    rb"""<(?:\w+:)?(?:mergeCell|hyperlink)\b[^>]*?\bref\s*=\s*["']"""
    rb"""\$?([A-Za-z]+)\$?(\d+):\$?([A-Za-z]+)\$?(\d+)["']"""
)
# What reading a broken workbook may end in; its parsers of XML raise syntax errors.
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    InvalidFileException,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    SyntaxError,
    RuntimeError,
    OSError,
    EOFError,
)
_PACKED = b"PK"
# Excel holds a list of choices in the cell itself up to so many characters.
_LONGEST_LIST = 255
# What a CSV file of ours puts before a text that a spreadsheet would take for a formula.
_GUARD = "'"
_SALT = "units.workbooks"
# How long a preview may be looked at, in seconds.
_PREVIEW_LIFE = 3600


@dataclass(frozen=True, slots=True)
class ImportColumn:
    """A column of a template: its title, an example, and whether a line needs it."""

    name: str
    title: str
    example: str = ""
    needed: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a filled file by its number there, and what is wrong with it by column title."""

    number: int
    values: Mapping[str, str]
    faults: tuple[tuple[str, str], ...]
    columns: Sequence[ImportColumn]

    @property
    def is_right(self) -> bool:
        """Has it no fault? Previews put those that have one first."""
        return not self.faults

    @property
    def cells(self) -> list[tuple[str, str]]:
        """The title and the text of each cell, in the order of the template."""
        return [(column.title, self.values[column.name]) for column in self.columns]


def sealed(subject: str, lines: Sequence[Mapping[str, str]]) -> str:
    """The lines as they go through the preview page: signed, so that nobody slips others in."""
    return signing.dumps({"subject": subject, "lines": list(lines)}, salt=_SALT, compress=True)


def unsealed(subject: str, seal: str) -> list[dict[str, str]]:
    """The lines of ``sealed``; ``RuleError`` where they are older than an hour or not ours."""
    try:
        found = signing.loads(seal, salt=_SALT, max_age=_PREVIEW_LIFE)
    except signing.BadSignature as error:
        raise RuleError(_("Bản xem trước đã hết hạn; hãy tải tệp lên lại.")) from error
    if found["subject"] != subject:
        raise RuleError(_("Bản xem trước thuộc về một lần nhập khác."))
    lines: list[dict[str, str]] = found["lines"]
    return lines


def require_faultless(lines: Iterable[Line]) -> None:
    """Raise ``RuleError`` naming the lines that have a fault."""
    faulty = [line.number for line in lines if not line.is_right]
    if faulty:
        numbers = ", ".join(map(str, faulty[:10]))
        raise RuleError(_("Chưa nhập gì: dòng %(numbers)s có lỗi.") % {"numbers": numbers})


def template_workbook(
    title: str,
    columns: Sequence[ImportColumn],
    rows: Iterable[Mapping[str, str]],
    *,
    choices: Mapping[str, Sequence[str]],
    most: int,
) -> bytes:
    """The workbook to fill in, with ``rows`` in it and lists of ``choices`` by column.

    All cells are text, so that a telephone keeps its zero and a code is no date.
    """
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet(title[:31])
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
    plain = book.add_format({"num_format": "@", "valign": "top", "text_wrap": True})
    widths = [len(column.title) for column in columns]
    for number, row in enumerate(rows, start=1):
        for place, column in enumerate(columns):
            text = row.get(column.name, "")
            sheet.write_string(number, place, text, plain)
            widths[place] = max(widths[place], len(text))
    for place, column in enumerate(columns):
        sheet.write_string(0, place, column.title + (" *" if column.needed else ""), bold)
        sheet.set_column(place, place, min(widths[place], 50) + 4, plain)
        offered = choices.get(column.name, ())
        if offered and len(",".join(offered)) <= _LONGEST_LIST:
            rule = {"validate": "list", "source": list(offered)}
            sheet.data_validation(1, place, most, place, rule)
    sheet.freeze_panes(1, 0)
    book.close()
    return stream.getvalue()


def open_workbook(content: bytes) -> Any:
    """The workbook with its formulas' last results; ``RuleError`` (field ``file``) for damage.

    A small file that unpacks to more than 50 MB is refused before it is unpacked.
    """
    if content.startswith(_OLD_OFFICE):
        raise RuleError(
            _(
                "Đây là tệp Excel kiểu cũ (.xls) hoặc tệp có mật khẩu: hãy bỏ mật khẩu và lưu "
                "lại dưới dạng .xlsx."
            ),
            field="file",
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(one.file_size for one in packed.infolist()) > LARGEST_UNPACKED:
                raise RuleError(_("Tệp quá lớn."), field="file")
            if _spanned(packed) > _MOST_SPANNED:
                raise RuleError(_("Tệp gộp quá nhiều ô: hãy bỏ gộp rồi lưu lại."), field="file")
        return load_workbook(io.BytesIO(content), data_only=True)
    except _UNREADABLE as error:
        raise RuleError(_("Không đọc được tệp Excel này."), field="file") from error


def _spanned(packed: zipfile.ZipFile) -> int:
    """How many cells of the workbook's sheets lie in merged areas and in links."""
    cells = 0
    for name in packed.namelist():
        if name.startswith("xl/worksheets/"):
            for left, top, right, bottom in _SPANNED.findall(packed.read(name)):
                first, last = (column_index_from_string(one.decode()) for one in (left, right))
                cells += (last - first + 1) * (int(bottom) - int(top) + 1)
    return cells


def filled_rows(sheet: Any) -> Iterator[tuple[int, dict[int, str]]]:
    """The rows that hold anything: their number, and the texts by their place (0 is column A).

    A sheet asked for its rows makes every cell up to the farthest one, which may be a stray one a
    million rows down; here only those are looked at that the file has.
    """
    rows: dict[int, dict[int, str]] = defaultdict(dict)
    for (row, column), cell in sheet._cells.items():
        text = cell_text(cell)
        if text:
            rows[row][column - 1] = text
    for number in sorted(rows):
        yield number, rows[number]


def cell_text(cell: Any) -> str:
    """A cell as people would have typed it: ``88,25``, ``20/3/2018``; percent cells in percent."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, datetime.date):
        return date_text(value)
    if isinstance(value, bool):
        return _("Có") if value else _("Không")
    if isinstance(value, int | float):
        exact = Decimal(repr(value))
        if "%" in str(cell.number_format):
            exact *= 100
        text = f"{exact:f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
        return text.replace(".", ",")
    return nfc(str(value)).strip()


def is_error(text: str) -> bool:
    """Is the cell's text what Excel shows for a formula that failed (``#REF!``)?"""
    return text in ERROR_CODES


def read_lines(
    content: bytes, columns: Sequence[tuple[str, str]], *, most: int
) -> list[dict[str, str]]:
    """The filled rows of a CSV file, or of a workbook's first sheet that is not hidden.

    ``columns`` are (name, title); under ``line`` stands the row's number in the file. Titles
    are found in any of the first rows, in any order, with or without diacritics and a star. Lines
    of a text are kept, other white space is made single. Raises ``RuleError`` (field ``file``)
    for what is neither or a large one, lacks a column or has one twice, has merged cells
    among its rows, has none filled, or more than ``most``.
    """
    if len(content) > LARGEST:
        raise RuleError(_("Tệp lớn hơn 5 MB."), field="file")
    packed = content.startswith((_PACKED, _OLD_OFFICE))
    sheet = _first_sheet(content) if packed else None
    rows = list(_csv_rows(content) if sheet is None else filled_rows(sheet))
    head, places = _head([one for one in rows if one[0] <= _HEAD_WITHIN], columns)
    if sheet is not None:
        _refuse_merged(sheet, head)
    lines: list[dict[str, str]] = []
    for number, row in rows:
        if number <= head:
            continue
        values = {name: _single_spaced(row.get(place, "")) for name, place in places.items()}
        if any(values.values()):
            lines.append({"line": str(number), **values})
        if len(lines) > most:
            raise RuleError(_("Nhiều nhất %(most)d dòng.") % {"most": most}, field="file")
    if not lines:
        raise RuleError(_("Tệp không có dòng nào."), field="file")
    return lines


def _first_sheet(content: bytes) -> Any:
    book = open_workbook(content)
    sheet = next((one for one in book.worksheets if one.sheet_state == "visible"), None)
    if sheet is None:
        raise RuleError(_("Tệp không có trang tính nào nhìn thấy được."), field="file")
    return sheet


def _csv_rows(content: bytes) -> Iterator[tuple[int, dict[int, str]]]:
    """The rows of a CSV file as ``filled_rows`` gives them; whatever parts their cells.

    In UTF-8, or as Excel's "Unicode text".
    """
    unreadable = RuleError(
        _("Không đọc được tệp này: hãy lưu dưới dạng .xlsx, hoặc CSV UTF-8."), field="file"
    )
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise unreadable from error
    if "\0" in text:
        raise unreadable
    delimiter = max(";\t,", key=text.partition("\n")[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for number, row in enumerate(reader, start=1):
            if number > _ROWS_READ:
                raise RuleError(_("Tệp có quá nhiều dòng."), field="file")
            yield number, {place: nfc(_unguarded(text)).strip() for place, text in enumerate(row)}
    except csv.Error as error:
        raise unreadable from error


def _unguarded(cell: str) -> str:
    guarded = cell.startswith(_GUARD) and cell[1:].lstrip(" ").startswith(FORMULA_STARTS)
    return cell[1:] if guarded else cell


def _single_spaced(text: str) -> str:
    return "\n".join(" ".join(line.split()) for line in text.splitlines()).strip()


def _head(
    rows: Sequence[tuple[int, Mapping[int, str]]], columns: Sequence[tuple[str, str]]
) -> tuple[int, dict[str, int]]:
    """The number of the row of titles, and the place of each column in it."""
    names = {fold(title): name for name, title in columns}
    best: tuple[int, list[str]] = (1, [])
    for number, row in rows:
        titles = [fold(row.get(place, "").rstrip(" *")) for place in range(_COLUMNS_READ)]
        if sum(title in names for title in titles) > sum(title in names for title in best[1]):
            best = (number, titles)
    found = best[1]
    missing = [title for _name, title in columns if fold(title) not in found]
    if missing:
        raise RuleError(
            _("Thiếu cột: %(columns)s. Hãy dùng tệp mẫu.") % {"columns": "; ".join(missing)},
            field="file",
        )
    twice = [title for _name, title in columns if found.count(fold(title)) > 1]
    if twice:
        raise RuleError(
            _("Cột có hai lần: %(columns)s.") % {"columns": "; ".join(twice)}, field="file"
        )
    return best[0], {name: found.index(title) for title, name in names.items()}


def _refuse_merged(sheet: Any, head: int) -> None:
    merged = [str(area) for area in sheet.merged_cells.ranges if area.max_row > head]
    if merged:
        raise RuleError(
            _("Hãy bỏ gộp ô ở %(areas)s: mỗi dòng cần đủ ô của mình.")
            % {"areas": ", ".join(sorted(merged)[:10])},
            field="file",
        )
