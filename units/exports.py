"""Lists as files: what a page shows, with its filters, as a workbook or as CSV.

A list says once what its columns are (title, value); numbers stay numbers and days stay days.
"""

from __future__ import annotations

import csv
import datetime
import io
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import IO, Generic, TypeVar

import xlsxwriter
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
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
# As many as Excel has.
ROWS_ON_A_SHEET = 1_048_576
A4 = 9
# Rows the database gives at a time, and bytes of a file that stay in memory.
AT_A_TIME = 2_000
IN_MEMORY = 1024 * 1024

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


def _one_by_one(rows: Iterable[Row]) -> Iterator[Row]:
    """The rows, of a queryset never more than some at a time."""
    return rows.iterator(chunk_size=AT_A_TIME) if isinstance(rows, QuerySet) else iter(rows)


def write_csv(file: IO[bytes], columns: list[Column[Row]], rows: Iterable[Row]) -> None:
    """The list for a spreadsheet set to Vietnamese, opened by a double click.

    Such an Excel splits cells at the semicolon, because the comma is its decimal sign, and takes
    a file for UTF-8 only by its mark; a ``sep=;`` line would make it overlook the mark.
    """
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    writer = csv.writer(text, delimiter=";")
    writer.writerow([_csv_text(column.title) for column in columns])
    for row in _one_by_one(rows):
        writer.writerow([_csv_text(column.value(row)) for column in columns])
    # Else the file would be closed with it.
    text.detach()


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


def _formats(book: xlsxwriter.Workbook) -> Formats:
    formats = {
        "heading": book.add_format({"bold": True, "bottom": 1, "text_wrap": True}),
        "text": book.add_format({"text_wrap": True, "valign": "top"}),
        "places-0": book.add_format({"num_format": "0", "valign": "top"}),
        "day": book.add_format({"num_format": "d/m/yyyy", "valign": "top"}),
        "moment": book.add_format({"num_format": "d/m/yyyy hh:mm", "valign": "top"}),
    }
    for places in range(1, MOST_PLACES + 1):
        shape = "#,##0." + "0" * places
        formats[f"places-{places}"] = book.add_format({"num_format": shape, "valign": "top"})
    return formats


def write_workbook(file: IO[bytes], columns: list[Column[Row]], rows: Iterable[Row]) -> None:
    """A sheet with a heading that stays in view; text is stored as text, never as a formula.

    More rows than a sheet holds go on, under the same heading, on the next.
    """
    # Each row goes to a temporary file as soon as the next one begins.
    book = xlsxwriter.Workbook(file, {"constant_memory": True})
    formats = _formats(book)
    widths = [len(column.title) for column in columns]
    sheets = [_sheet(book, columns, formats)]
    line = 0
    for row in _one_by_one(rows):
        line += 1
        if line == ROWS_ON_A_SHEET:
            sheets[-1].autofilter(0, 0, line - 1, len(columns) - 1)
            sheets.append(_sheet(book, columns, formats))
            line = 1
        for position, column in enumerate(columns):
            cell = column.value(row)
            longest = max(map(len, cell_text(cell).splitlines()), default=0)
            widths[position] = max(widths[position], longest)
            _write(sheets[-1], line, position, cell, formats)
    sheets[-1].autofilter(0, 0, line, len(columns) - 1)
    for sheet in sheets:
        for position, width in enumerate(widths):
            sheet.set_column(position, position, min(max(width + 2, NARROWEST), WIDEST))
    book.close()


def _sheet(book: xlsxwriter.Workbook, columns: list[Column[Row]], formats: Formats) -> Worksheet:
    """A new sheet with its heading, to be printed across the page."""
    sheet = book.add_worksheet()
    for position, column in enumerate(columns):
        sheet.write_string(0, position, column.title, formats["heading"])
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    return sheet


WRITERS = {"xlsx": (write_workbook, XLSX_TYPE), "csv": (write_csv, CSV_TYPE)}


def _empty_file() -> IO[bytes]:
    return tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)


def as_file(
    request: HttpRequest, name: str, columns: list[Column[Row]], rows: Iterable[Row]
) -> HttpResponseBase | None:
    """The rows as the file that ``?dang=xlsx`` or ``?dang=csv`` asks for, or None for the page.

    Written to its end before the first byte is sent: what fails is told by a page, not by half a
    file. A large one lies on the disk meanwhile.
    """
    wanted = request.GET.get("dang", "")
    if wanted not in WRITERS:
        return None
    write, content_type = WRITERS[wanted]
    file = _empty_file()
    write(file, columns, rows)
    is_small = file.tell() <= IN_MEMORY
    file.seek(0)
    response: HttpResponseBase
    if is_small:
        with file:
            response = HttpResponse(file.read(), content_type=content_type)
    else:
        response = FileResponse(file, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}.{wanted}"'
    response["Cache-Control"] = "private, no-store"
    return response
