"""Workbooks that people filled in: opened safely, cells read as they would have been typed."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.cell.cell import ERROR_CODES
from openpyxl.utils.exceptions import InvalidFileException

from units.rules import RuleError
from units.vietnamese import date_text, fold, nfc

LARGEST = 5 * 1024 * 1024
LARGEST_UNPACKED = 50 * 1024 * 1024
# What Excel before 2007 wrote, and what it writes of a workbook with a password.
_OLD_OFFICE = bytes.fromhex("d0cf11e0a1b11ae1")
# The titles of the columns are looked for in so many rows; so many rows are read at most.
_HEAD_WITHIN = 10
_ROWS_READ = 20_000


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
        return load_workbook(io.BytesIO(content), data_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as error:
        raise RuleError(_("Không đọc được tệp Excel này."), field="file") from error


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
    """The filled rows of the first sheet that is not hidden, by the names of their columns.

    ``columns`` are (name, title); under ``line`` stands the row's number in the workbook. Titles
    are found in any of the first rows, in any order, with or without diacritics and a star. Lines
    of a text are kept, other white space is made single. Raises ``RuleError`` (field ``file``)
    for what is no workbook or a large one, lacks a column or has one twice, has merged cells
    among its rows, has none filled, or more than ``most``.
    """
    if len(content) > LARGEST:
        raise RuleError(_("Tệp lớn hơn 5 MB."), field="file")
    book = open_workbook(content)
    sheet = next((one for one in book.worksheets if one.sheet_state == "visible"), None)
    if sheet is None:
        raise RuleError(_("Tệp không có trang tính nào nhìn thấy được."), field="file")
    head, places = _head(sheet, columns)
    _refuse_merged(sheet, head)
    lines: list[dict[str, str]] = []
    rows = sheet.iter_rows(min_row=head + 1, max_row=min(sheet.max_row, _ROWS_READ))
    for number, row in enumerate(rows, start=head + 1):
        values = {name: _single_spaced(cell_text(row[place])) for name, place in places.items()}
        if any(values.values()):
            lines.append({"line": str(number), **values})
        if len(lines) > most:
            raise RuleError(_("Nhiều nhất %(most)d dòng.") % {"most": most}, field="file")
    if not lines:
        raise RuleError(_("Tệp không có dòng nào."), field="file")
    return lines


def _single_spaced(text: str) -> str:
    return "\n".join(" ".join(line.split()) for line in text.splitlines()).strip()


def _head(sheet: Any, columns: Sequence[tuple[str, str]]) -> tuple[int, dict[str, int]]:
    """The number of the row of titles, and the place of each column in it."""
    names = {fold(title): name for name, title in columns}
    best: tuple[int, list[str]] = (1, [])
    rows = sheet.iter_rows(max_row=min(sheet.max_row, _HEAD_WITHIN))
    for number, row in enumerate(rows, start=1):
        titles = [fold(cell_text(cell).rstrip(" *")) for cell in row]
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
