"""Lists as files: what a page shows, with its filters, as a workbook or as CSV.

A list says once what its columns are (title, value); numbers stay numbers and days stay days.
"""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, TypeVar

import xlsxwriter
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from units.vietnamese import date_text, number

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV_TYPE = "text/csv; charset=utf-8"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
LONGEST_CELL = 32_767
NARROWEST, WIDEST = 8, 60

Row = TypeVar("Row")
Formats = dict[str, Format]
Cell = str | int | Decimal | datetime.date | datetime.datetime | None


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """One column of a list: its title and what it shows of a row."""

    title: str
    value: Callable[[Row], Cell]


def _csv_text(cell: Cell) -> str:
    """The cell as a Vietnamese spreadsheet reads it from CSV; text never starts a formula."""
    if cell is None:
        return ""
    if isinstance(cell, datetime.datetime):
        local = timezone.localtime(cell)
        return f"{date_text(local)} {local:%H:%M}"
    if isinstance(cell, datetime.date):
        return date_text(cell)
    if isinstance(cell, int | Decimal):
        return number(cell).replace(".", "")
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA_STARTS) else cell


def csv_file(columns: list[Column[Row]], rows: Iterable[Row]) -> bytes:
    """UTF-8 with its mark, semicolons between cells because the comma is the decimal sign."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=";")
    writer.writerow([_csv_text(column.title) for column in columns])
    for row in rows:
        writer.writerow([_csv_text(column.value(row)) for column in columns])
    return stream.getvalue().encode("utf-8-sig")


def _write(sheet: Worksheet, line: int, position: int, cell: Cell, formats: Formats) -> None:
    if isinstance(cell, datetime.datetime):
        naive = timezone.localtime(cell).replace(tzinfo=None)
        sheet.write_datetime(line, position, naive, formats["moment"])
    elif isinstance(cell, datetime.date):
        sheet.write_datetime(line, position, cell, formats["day"])
    elif isinstance(cell, int | Decimal):
        sheet.write_number(line, position, cell, formats["number"])
    elif cell:
        sheet.write_string(line, position, cell[:LONGEST_CELL], formats["text"])


def workbook(columns: list[Column[Row]], rows: Iterable[Row]) -> bytes:
    """One sheet with a heading that stays in view; text is stored as text, never as a formula."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet()
    heading = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
    formats = {
        "text": book.add_format({"text_wrap": True, "valign": "top"}),
        "number": book.add_format({"valign": "top"}),
        "day": book.add_format({"num_format": "d/m/yyyy", "valign": "top"}),
        "moment": book.add_format({"num_format": "d/m/yyyy hh:mm", "valign": "top"}),
    }
    widths = [len(column.title) for column in columns]
    for position, column in enumerate(columns):
        sheet.write_string(0, position, column.title, heading)
    for line, row in enumerate(rows, start=1):
        for position, column in enumerate(columns):
            cell = column.value(row)
            widths[position] = max(widths[position], len(_csv_text(cell)))
            _write(sheet, line, position, cell, formats)
    for position, width in enumerate(widths):
        sheet.set_column(position, position, min(max(width + 2, NARROWEST), WIDEST))
    sheet.freeze_panes(1, 0)
    book.close()
    return stream.getvalue()


def as_file(
    request: HttpRequest, name: str, columns: list[Column[Row]], rows: Iterable[Row]
) -> HttpResponse | None:
    """The rows as the file that ``?dang=xlsx`` or ``?dang=csv`` asks for, or None for the page."""
    wanted = request.GET.get("dang")
    if wanted == "xlsx":
        response = HttpResponse(workbook(columns, rows), content_type=XLSX_TYPE)
    elif wanted == "csv":
        response = HttpResponse(csv_file(columns, rows), content_type=CSV_TYPE)
    else:
        return None
    response["Content-Disposition"] = f'attachment; filename="{name}.{wanted}"'
    response["Cache-Control"] = "private, no-store"
    return response
