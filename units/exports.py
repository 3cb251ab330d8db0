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
MOST_PLACES = 6
A4 = 9

Row = TypeVar("Row")
Formats = dict[str, Format]
Cell = str | int | Decimal | datetime.date | datetime.datetime | None


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """One column of a list: its title and what it shows of a row."""

    title: str
    value: Callable[[Row], Cell]


def cell_text(cell: Cell) -> str:
    """The cell in words, as the page shows it: ``1234,50``, ``20/3/2018``."""
    if cell is None:
        return ""
    if isinstance(cell, datetime.datetime):
        local = timezone.localtime(cell)
        return f"{date_text(local)} {local:%H:%M}"
    if isinstance(cell, datetime.date):
        return date_text(cell)
    if isinstance(cell, int | Decimal):
        return number(cell).replace(".", "")
    return cell


def _csv_text(cell: Cell) -> str:
    # Only text is guarded: the sign of a number below zero is no formula.
    if isinstance(cell, str) and cell.lstrip(" ").startswith(FORMULA_STARTS):
        return f"'{cell}"
    return cell_text(cell)


def csv_file(columns: list[Column[Row]], rows: Iterable[Row]) -> bytes:
    """The list for a spreadsheet set to Vietnamese, opened by a double click.

    Such an Excel splits cells at the semicolon, because the comma is its decimal sign, and takes
    a file for UTF-8 only by its mark; a ``sep=;`` line would make it overlook the mark.
    """
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=";")
    writer.writerow([_csv_text(column.title) for column in columns])
    for row in rows:
        writer.writerow([_csv_text(column.value(row)) for column in columns])
    return stream.getvalue().encode("utf-8-sig")


def _places(cell: int | Decimal) -> str:
    """The name of the number's format: whole numbers (years) plain, others with their places."""
    exponent = cell.as_tuple().exponent if isinstance(cell, Decimal) else 0
    places = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    return f"places-{min(places, MOST_PLACES)}"


def _write(sheet: Worksheet, line: int, position: int, cell: Cell, formats: Formats) -> None:
    if isinstance(cell, datetime.datetime):
        naive = timezone.localtime(cell).replace(tzinfo=None)
        sheet.write_datetime(line, position, naive, formats["moment"])
    elif isinstance(cell, datetime.date):
        sheet.write_datetime(line, position, cell, formats["day"])
    elif isinstance(cell, int | Decimal):
        sheet.write_number(line, position, cell, formats[_places(cell)])
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
        "places-0": book.add_format({"num_format": "0", "valign": "top"}),
        "day": book.add_format({"num_format": "d/m/yyyy", "valign": "top"}),
        "moment": book.add_format({"num_format": "d/m/yyyy hh:mm", "valign": "top"}),
    }
    for places in range(1, MOST_PLACES + 1):
        shape = "#,##0." + "0" * places
        formats[f"places-{places}"] = book.add_format({"num_format": shape, "valign": "top"})
    widths = [len(column.title) for column in columns]
    for position, column in enumerate(columns):
        sheet.write_string(0, position, column.title, heading)
    line = 0
    for line, row in enumerate(rows, start=1):
        for position, column in enumerate(columns):
            cell = column.value(row)
            longest = max(map(len, cell_text(cell).splitlines()), default=0)
            widths[position] = max(widths[position], longest)
            _write(sheet, line, position, cell, formats)
    for position, width in enumerate(widths):
        sheet.set_column(position, position, min(max(width + 2, NARROWEST), WIDEST))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, line, len(columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
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
