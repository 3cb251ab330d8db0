from __future__ import annotations

import datetime
import io
import tracemalloc
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import World, make_member, make_person, make_unit
from units import exports, listing
from units.exports import Cell, Column, write_csv, write_workbook
from units.models import Person, Unit
from units.rules import UnitSystem

LISTS = ["units:unit_list", "units:person_list"]
MOMENT = datetime.datetime(2018, 3, 20, 1, 30, tzinfo=datetime.UTC)


def column() -> list[Column[Cell]]:
    return [Column("Cột", lambda row: row)]


def csv_file(cells: list[Cell]) -> bytes:
    file = io.BytesIO()
    write_csv(file, column(), cells)
    return file.getvalue()


def csv_cell(cell: Cell) -> str:
    return csv_file([cell]).decode("utf-8-sig").split("\r\n")[1]


def sheet_cell(cell: Cell) -> openpyxl.cell.Cell:
    file = io.BytesIO()
    write_workbook(file, column(), [cell])
    book = openpyxl.load_workbook(file)
    found = book.active["A2"]
    book.close()
    return found


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        (Decimal("1234.50"), "1234,50"),
        (2018, "2018"),
        (-3, "-3"),
        (Decimal("-0.50"), "-0,50"),
        (datetime.date(2018, 3, 20), "20/3/2018"),
        (MOMENT, "20/3/2018 08:30"),
        (None, '""'),
        ("Ủy ban; Kiểm tra", '"Ủy ban; Kiểm tra"'),
    ],
)
def test_csv_is_written_the_vietnamese_way(cell: Cell, written: str) -> None:
    assert csv_cell(cell) == written


def test_csv_says_that_it_is_utf_8() -> None:
    assert csv_file([]).startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@A1", "\t=1", "  =1", "＝1"])
def test_text_never_becomes_a_formula(text: str) -> None:
    assert csv_cell(text).startswith("'")
    cell = sheet_cell(text)
    assert cell.data_type == "s"
    assert cell.value == text


@pytest.mark.parametrize(
    ("cell", "kind", "value"),
    [
        (Decimal("88.25"), "n", "88.25"),
        (datetime.date(2018, 3, 20), "d", "2018-03-20 00:00:00"),
    ],
)
def test_a_workbook_keeps_numbers_and_days(cell: Cell, kind: str, value: str) -> None:
    found = sheet_cell(cell)
    assert found.data_type == kind
    assert str(found.value) == value


def test_more_rows_than_a_sheet_holds_go_on_on_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "ROWS_ON_A_SHEET", 3)
    file = io.BytesIO()
    cells: list[Cell] = ["một", "hai", "ba", None, "năm"]
    write_workbook(file, column(), cells)
    book = openpyxl.load_workbook(file)
    read = [[row[0] for row in sheet.values] for sheet in book.worksheets]
    assert read == [["Cột", "một", "hai"], ["Cột", "ba"], ["Cột", "năm"]]
    assert [sheet.auto_filter.ref for sheet in book.worksheets] == ["A1:A3", "A1:A3", "A1:A2"]
    assert all(sheet.freeze_panes == "A2" for sheet in book.worksheets)


def test_a_file_has_what_was_searched_for_and_no_more(world: World, client: Client) -> None:
    client.force_login(world.secretary)
    make_unit(world.council, "khac", "Đơn vị khác hẳn")
    given = client.get(reverse("units:unit_list"), {"q": "khac han", "dang": "csv"})
    lines = given.content.decode("utf-8-sig").strip().split("\r\n")
    assert len(lines) == 2
    assert "Đơn vị khác hẳn" in lines[1]


@pytest.mark.parametrize(
    ("cell", "shape"), [(2018, "0"), (Decimal("95.50"), "#,##0.00"), (Decimal("-1.5"), "#,##0.0")]
)
def test_a_number_keeps_its_places_in_a_workbook(cell: Cell, shape: str) -> None:
    assert sheet_cell(cell).number_format == shape


def test_a_filter_of_the_address_chooses_the_rows(world: World, client: Client) -> None:
    client.force_login(world.secretary)
    Unit.objects.filter(pk=world.btc.pk).update(system=UnitSystem.ENTERPRISE)
    asked = {"he-thong": UnitSystem.ENTERPRISE, "dang": "csv"}
    given = client.get(reverse("units:unit_list"), asked).content.decode("utf-8-sig")
    assert [line.split(";")[0] for line in given.strip().split("\r\n")[1:]] == ["btc"]
    unknown = client.get(reverse("units:unit_list"), {"hoi-dong": "không phải số"})
    assert unknown.status_code == 200
    assert len(unknown.context["page"]) == Unit.objects.filter(council=world.council).count()


def test_who_may_not_see_a_list_gets_no_file(world: World, client: Client) -> None:
    client.force_login(world.representative)
    assert client.get(reverse("units:unit_list"), {"dang": "xlsx"}).status_code == 403


def questions(client: Client, name: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(reverse(name), {"dang": "xlsx"}).status_code == 200
    return len(captured)


@pytest.mark.parametrize("name", LISTS)
def test_a_file_asks_as_many_questions_for_forty_rows_as_for_three(
    world: World, client: Client, name: str
) -> None:
    client.force_login(world.secretary)
    few = questions(client, name)
    for number in range(40):
        make_member(world.bloc, make_unit(world.council, f"u-{number}", f"Đơn vị {number}"))
        make_person(f"nguoi-{number}", f"Người Thứ {number}")
    assert Person.objects.count() > 40
    assert questions(client, name) == few


@pytest.mark.parametrize("write", [write_csv, write_workbook])
def test_a_long_list_is_never_in_memory_as_a_whole(
    tmp_path: Path, write: Callable[..., None]
) -> None:
    """Ten thousand lines of a kilobyte are ten megabytes."""
    rows = (f"{number} {'x' * 1_000}" for number in range(10_000))
    with (tmp_path / "list").open("wb") as file:
        tracemalloc.start()
        write(file, column(), rows)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 2 * 1024 * 1024


def of_several(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if a list of some units were a long one."""
    monkeypatch.setattr(exports, "IN_MEMORY", 10)
    monkeypatch.setattr(exports, "AT_A_TIME", 2)
    monkeypatch.setattr(listing, "AT_A_TIME", 2)


@pytest.mark.parametrize("shape", ["csv", "xlsx"])
def test_a_large_file_has_the_same_lines_and_comes_from_the_disk(
    world: World, client: Client, monkeypatch: pytest.MonkeyPatch, shape: str
) -> None:
    client.force_login(world.secretary)
    asked = {"dang": shape, "sap-xep": "ten"}
    small = client.get(reverse("units:unit_list"), asked)
    of_several(monkeypatch)
    large = client.get(reverse("units:unit_list"), asked)
    assert large.streaming
    content = b"".join(large)
    assert large["Content-Disposition"] == small["Content-Disposition"]
    assert large["Content-Length"] == str(len(content))
    if shape == "csv":
        assert content == small.content
    else:
        first, second = (
            [
                [cell.value for cell in row]
                for row in openpyxl.load_workbook(io.BytesIO(one)).worksheets[0]
            ]
            for one in (small.content, content)
        )
        assert first == second
