"""A sheet as a workbook: filled in without a connection, read back as if it had been typed."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import xlsxwriter
from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from scoring.engine.kinds import Checklist, Choice, Gate, Ladder, PerDay
from scoring.forms.sheets import SheetLine
from scoring.forms.typed_values import NOTHING_DONE, canonical_number
from scoring.models import Sheet
from scoring.sayings import said
from units.rules import RuleError
from units.vietnamese import fold
from units.workbooks import LARGEST, cell_text, filled_rows, open_workbook

FORMAT = "giao-uoc/phieu/1"
MOST_ROWS = 2000
_FIRST_ROW = 5
_COLUMNS = (
    (gettext_lazy("Mã"), 9),
    (gettext_lazy("Tiêu chí"), 50),
    (gettext_lazy("Điểm chuẩn"), 11),
    (gettext_lazy("Cách chấm"), 42),
    (gettext_lazy("Điền gì"), 26),
    (gettext_lazy("Kết quả"), 22),
    (gettext_lazy("Chỉ tiêu"), 14),
    (gettext_lazy("Ghi chú, lý do"), 40),
)
_RESULT, _TARGET, _COMMENT, _BASE = 5, 6, 7, 8
_HINTS = {
    "points": gettext_lazy("Số điểm"),
    "count": gettext_lazy("Số lượng"),
    "achieved": gettext_lazy("Số thực hiện"),
    "days_late": gettext_lazy("Số ngày chậm"),
}


def hint_of(line: SheetLine) -> str:
    """What goes into the line's result cell, in words."""
    rule = line.row.leaf.rule
    if isinstance(rule, Choice):
        return _("Chọn một mức trong danh sách")
    if isinstance(rule, Checklist):
        keys = "; ".join(f"{one.key} = {one.name}" for one in rule.items)
        return _("Mã việc đã làm, cách nhau bằng dấu chấm phẩy; 0 nếu chưa có việc nào") + (
            f" ({keys})"
        )
    if isinstance(rule, Gate):
        return _("Có (vướng) hoặc Không")
    if isinstance(rule, Ladder | PerDay) and rule.due_on:
        return _("Ngày xong (20/3/2018) hoặc số ngày chậm")
    return str(_HINTS[line.keys[0]])


def choices_of(line: SheetLine) -> list[str]:
    """What the line's result cell can be chosen from; empty where it is typed."""
    rule = line.row.leaf.rule
    if isinstance(rule, Choice):
        return [f"{one.key} – {one.name}"[:250] for one in rule.options]
    return [_("Không"), _("Có")] if isinstance(rule, Gate) else []


def value_of(line: SheetLine) -> str:
    """What stands in the line's result cell, as people type it."""
    rule = line.row.leaf.rule
    key = "days_late" if isinstance(rule, Ladder | PerDay) else line.keys[0]
    typed = line.typed.get(key) or line.typed.get("done_on", [])
    if not typed:
        return ""
    if isinstance(rule, Checklist):
        return "0" if typed == [NOTHING_DONE] else "; ".join(typed)
    if isinstance(rule, Gate):
        return _("Có") if typed[0] == "yes" else _("Không")
    if isinstance(rule, Choice):
        return next(
            (text for text in choices_of(line) if text.partition(" – ")[0] == typed[0]), typed[0]
        )
    return typed[0]


def _write(sheet: Any, row: int, column: int, text: str, style: Any) -> None:
    """A number as a number, everything else as text that never becomes a formula."""
    try:
        sheet.write_number(row, column, Decimal(canonical_number(text)), style)
    except ValueError:
        sheet.write_string(row, column, text, style)


def sheet_workbook(found: Sheet, unit_name: str, lines: Sequence[SheetLine]) -> bytes:
    """The sheet as an .xlsx file; only the cells to fill in can be changed."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False})
    page = book.add_worksheet(_("Phiếu chấm"))
    head = book.add_format(
        {"bold": True, "text_wrap": True, "border": 1, "bg_color": "#f3e9ea", "valign": "vcenter"}
    )
    locked = book.add_format({"text_wrap": True, "valign": "top", "border": 1})
    group = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "border": 1})
    open_cell = book.add_format(
        {"locked": False, "text_wrap": True, "valign": "top", "border": 1, "bg_color": "#fffbe6"}
    )
    page.write_string(
        0,
        0,
        f"{found.get_stage_display()}: {unit_name}",
        book.add_format({"bold": True, "font_size": 14}),
    )
    page.write_string(1, 0, str(found.round.name))
    page.write_string(
        2,
        0,
        _("Chỉ điền các ô màu vàng, rồi nộp lại tệp này; xem trước mọi thay đổi trước khi lưu."),
    )
    for column, (title, width) in enumerate(_COLUMNS):
        page.write_string(_FIRST_ROW - 1, column, str(title), head)
        page.set_column(column, column, width)
    page.set_column(_BASE, _BASE, None, None, {"hidden": True})
    page.freeze_panes(_FIRST_ROW, 2)
    for row, line in enumerate(lines, start=_FIRST_ROW):
        _write_line(page, row, line, locked if line.row.leaf.is_leaf else group, open_cell)
    page.protect("", {"format_columns": True, "format_rows": True, "select_locked_cells": True})
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(_FIRST_ROW - 1)
    facts = book.add_worksheet("_")
    facts.write_string(0, 0, FORMAT)
    facts.write_string(1, 0, str(found.pk))
    facts.very_hidden()
    book.close()
    return stream.getvalue()


def _write_line(page: Any, row: int, line: SheetLine, locked: Any, open_cell: Any) -> None:
    criterion = line.row.criterion
    page.write_string(row, 0, criterion.code, locked)
    page.write_string(row, 1, criterion.name, locked)
    page.write_number(row, 2, criterion.max_points, locked)
    words = said(line.row.rule)
    words = f"{words}. {line.row.leaf.note}" if line.row.leaf.note else words
    page.write_string(row, 3, words if line.row.leaf.is_leaf else "", locked)
    if not line.editable or line.row.exempt is not None or not line.keys:
        for column in range(4, _BASE):
            page.write_string(row, column, "", locked)
        return
    page.write_string(row, 4, hint_of(line), locked)
    _write(page, row, _RESULT, value_of(line), open_cell)
    target = line.typed.get("target", [""])[0] if "target" in line.keys else ""
    _write(page, row, _TARGET, target, open_cell if "target" in line.keys else locked)
    page.write_string(row, _COMMENT, line.comment, open_cell)
    page.write_string(row, _BASE, line.base)
    choices = choices_of(line)
    # Excel holds a list of choices of at most 255 characters in the cell itself.
    if choices and sum(len(one) + 1 for one in choices) <= 255 and "," not in "".join(choices):
        page.data_validation(row, _RESULT, row, _RESULT, {"validate": "list", "source": choices})


def _rows(page: Any) -> Iterator[tuple[str, Mapping[int, str]]]:
    """The code of each row that was made for a line, and its texts."""
    rows = [row for number, row in filled_rows(page) if number > _FIRST_ROW]
    if len(rows) > MOST_ROWS:
        raise RuleError(_("Tệp có quá nhiều dòng."), field="file")
    for row in rows:
        if 0 in row and _BASE in row:
            yield row[0], row


def typed_by(line: SheetLine, result: str) -> tuple[str, list[str]]:
    """Which field of the line the result cell fills in, and with what."""
    rule = line.row.leaf.rule
    if isinstance(rule, Checklist):
        keys = [part.strip() for part in result.replace(",", ";").split(";") if part.strip()]
        return "items", [NOTHING_DONE] if keys == ["0"] else keys
    if isinstance(rule, Gate):
        known = {fold(_("Có")): "yes", fold(_("Không")): "no", "": ""}
        return "met", [known.get(fold(result), result)]
    if isinstance(rule, Choice):
        return "option", [_option(rule, result)]
    if isinstance(rule, Ladder | PerDay):
        return ("done_on" if "/" in result else "days_late"), [result]
    return line.keys[0], [result]


def _option(rule: Choice, result: str) -> str:
    key = result.partition(" – ")[0].strip()
    by_name = {fold(one.name): one.key for one in rule.options}
    if key in {one.key for one in rule.options}:
        return key
    return by_name.get(fold(result), result)


def read_sheet_workbook(found: Sheet, lines: Sequence[SheetLine], content: bytes) -> QueryDict:
    """What was typed into the workbook, named as in the form of the sheet's page.

    Raises ``RuleError`` (field ``file``) where it is no such workbook, one of another sheet, or
    names a line twice.
    """
    book = open_workbook(content)
    facts = book["_"] if "_" in book.sheetnames else None
    if facts is None or cell_text(facts["A1"]) != FORMAT:
        raise RuleError(_("Đây không phải tệp phiếu chấm tải từ hệ thống."), field="file")
    if cell_text(facts["A2"]) != str(found.pk):
        raise RuleError(_("Tệp này là của phiếu khác."), field="file")
    by_code = {line.row.criterion.code: line for line in lines if line.editable and line.keys}
    posted = QueryDict(mutable=True)
    for code, row in _rows(book.worksheets[0]):
        line = by_code.get(code)
        if line is None:
            continue
        if f"{line.prefix}-base" in posted:
            raise RuleError(_("Dòng %(code)s có hai lần.") % {"code": code}, field="file")
        _post(posted, line, row)
    return posted


def _post(posted: QueryDict, line: SheetLine, row: Mapping[int, str]) -> None:
    key, values = typed_by(line, row.get(_RESULT, ""))
    posted.setlist(f"{line.prefix}-{key}", values)
    if "target" in line.keys:
        posted[f"{line.prefix}-target"] = row.get(_TARGET, "")
    posted[f"{line.prefix}-comment"] = row.get(_COMMENT, "")
    base = row[_BASE]
    posted[f"{line.prefix}-base"] = base
    posted[f"{line.prefix}-version"] = _version(base)


def _version(base: str) -> str:
    try:
        return str(json.loads(base)["version"])
    except (ValueError, KeyError, TypeError) as error:
        raise RuleError(_("Cột ẩn của tệp đã bị sửa; hãy tải lại tệp."), field="file") from error


class SheetWorkbookForm(forms.Form):
    """The filled workbook."""

    file = forms.FileField(
        label=gettext_lazy("Tệp Excel đã điền"),
        help_text=gettext_lazy("Tệp .xlsx tải từ trang phiếu chấm này; tối đa 5 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
    )

    def clean_file(self) -> Any:
        """The upload, refused where it is too large."""
        upload = self.cleaned_data["file"]
        if upload.size > LARGEST:
            raise forms.ValidationError(_("Tệp lớn hơn 5 MB."))
        return upload
