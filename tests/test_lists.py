"""Every list: searched and filtered in its address, by pages, and as XLSX and CSV as it is seen.

A new page with a table is either in ``LISTS`` or says in ``NO_LISTS`` why it is none.
"""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import openpyxl
import pytest
from django.core.paginator import Page
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from compacts.models import KeyTask, Participant, Season
from tests.access import pages_of_compacts, pages_of_scoring, pages_of_units
from tests.access.row import Row
from tests.access.scene import make_scene
from tests.cast import World
from units.exports import FORMULA_STARTS, NARROWEST, WIDEST
from units.models import Person, Unit

LISTS = {
    "compacts:ad_hoc_list",
    "compacts:announcement_list",
    "compacts:conference_list",
    "compacts:invitation_list",
    "compacts:journal",
    "compacts:movement_list",
    "compacts:progress_list",
    "compacts:registration_list",
    "compacts:role_model_list",
    "compacts:season_list",
    "compacts:text",
    "scoring:assignments",
    "scoring:bloc_units",
    "scoring:bloc_years",
    "scoring:blocs",
    "scoring:dossier_list",
    "scoring:exemptions",
    "scoring:explanations",
    "scoring:paper_list",
    "scoring:poll_list",
    "scoring:publications",
    "scoring:ranking",
    "scoring:round",
    "scoring:round_list",
    "scoring:season_board",
    "scoring:table_drafts",
    "scoring:table_list",
    "scoring:titles",
    "units:bloc",
    "units:bloc_list",
    "units:letter_list",
    "units:notification_list",
    "units:person_list",
    "units:unit_list",
}
NO_LISTS = {
    "compacts:compact": "one document; its signing board has papers of its own",
    "compacts:conference": "one conference; its agenda and attendance leave with its minutes",
    "compacts:conference_attendance": "a form; who was there leaves with the minutes",
    "compacts:registration": "one document; its tasks leave with the list of registrations",
    "scoring:bloc_summary": "one bloc; its units leave with the list of units",
    "scoring:criterion_edit": "the form of one criterion",
    "scoring:fairness": "figures about a round, each with its own chart",
    "scoring:import_preview": "what one uploaded file would change",
    "scoring:sheet": "one document; has a workbook to fill in",
    "scoring:sources": "a form with a line for each criterion",
    "scoring:table": "one document; has a workbook in the exchange format",
    "scoring:table_edit": "the editor of one document",
    "scoring:unit_profile": "one unit over the years, beside its charts",
    "scoring:what_if": "a form that works out a ranking nobody has",
}
# Pages that are no list, and whose table leaves as a file all the same.
FILES_OF_PAGES = {"scoring:bloc_summary", "scoring:unit_profile"}
NUMBER = re.compile(r"-?\d+([.,]\d+)*%?")
DAY = re.compile(r"\d{1,2}/\d{1,2}/\d{4}\b.*", re.DOTALL)
ROWS = pages_of_units.ROWS + pages_of_compacts.ROWS + pages_of_scoring.ROWS
NOWHERE = "zzkhôngcóởđâuzz"
FIRST_SHEET = 0


@pytest.fixture
def scene(world: World, settings: Settings, tmp_path: Path) -> dict[str, object]:
    settings.MEDIA_ROOT = tmp_path
    return make_scene(world)


def row_of(name: str) -> Row:
    return next(row for row in ROWS if row.name == name and row.method == "get")


def visit(client: Client, world: World, row: Row, scene: dict[str, object]) -> str:
    """Log somebody in who may open the page; its address."""
    client.force_login(world.people[row.may.split()[-1]])
    return reverse(row.name, args=[scene[key] for key in row.at])


def lines(client: Client, address: str, **asked: str) -> list[list[str]]:
    given = client.get(address, {"dang": "csv", **asked})
    assert given["Content-Type"].startswith("text/csv"), address
    return list(csv.reader(io.StringIO(given.content.decode("utf-8-sig")), delimiter=";"))


@pytest.mark.parametrize("name", sorted(LISTS))
def test_the_list_can_be_searched_and_leaves_as_it_is_seen(
    world: World, client: Client, scene: dict[str, object], name: str
) -> None:
    address = visit(client, world, row_of(name), scene)
    page = client.get(address)
    text = page.content.decode()
    assert isinstance(page.context["page"], Page)
    for needed in ("dang=xlsx", "dang=csv", 'name="q"'):
        assert needed in text
    book = openpyxl.load_workbook(io.BytesIO(client.get(address, {"dang": "xlsx"}).content))
    sheet = book.worksheets[FIRST_SHEET]
    found = lines(client, address)
    assert [cell.value for cell in sheet[1]] == found[0]
    assert sheet.max_row == len(found)
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d"}
    assert lines(client, address, q=NOWHERE) == found[:1]
    assert len(lines(client, address, trang="2")) == len(found)
    for one in page.context["filters"]:
        for value, _label in one["choices"]:
            assert len(lines(client, address, **{one["name"]: str(value)})) <= len(found)
            assert client.get(address, {one["name"]: str(value)}).status_code == 200


def disguised(text: str) -> bool:
    """Is the text a number or a day that a spreadsheet could not add up or sort?"""
    return bool(NUMBER.fullmatch(text) or DAY.fullmatch(text))


@pytest.mark.parametrize("name", sorted(LISTS | FILES_OF_PAGES))
def test_a_file_has_numbers_days_and_text_that_nobody_can_make_a_formula(
    world: World, client: Client, scene: dict[str, object], name: str
) -> None:
    for model in (Unit, Participant):
        model.objects.update(name="=1+1", short_name="@SUM(A1)")
    Season.objects.update(theme="-2+3")
    KeyTask.objects.update(text="+cmd", measure="\t=1")
    Person.objects.update(full_name="=1+1", position="@x")
    address = visit(client, world, row_of(name), scene)
    content = client.get(address, {"dang": "xlsx"}).content
    (sheet,) = openpyxl.load_workbook(io.BytesIO(content)).worksheets
    titles = [str(cell.value) for cell in sheet[1]]
    assert len(titles) == len(set(titles))
    for row in sheet.iter_rows(min_row=2):
        for title, cell in zip(titles, row, strict=True):
            assert cell.data_type in {"s", "n", "d"}, (title, cell.value)
            if cell.data_type == "s":
                assert not disguised(str(cell.value)), (title, cell.value)
    widths = [one.width for one in sheet.column_dimensions.values()]
    assert NARROWEST <= min(widths) <= max(widths) <= WIDEST + 1
    csv_content = client.get(address, {"dang": "csv"}).content
    assert csv_content.startswith(b"\xef\xbb\xbf")
    for cells in lines(client, address)[1:]:
        starts = [text for text in cells if text.lstrip(" ").startswith(FORMULA_STARTS)]
        assert [text for text in starts if not NUMBER.fullmatch(text)] == []


def test_every_page_with_a_table_is_a_list_or_says_why_not(
    world: World, client: Client, scene: dict[str, object]
) -> None:
    unknown = []
    for row in ROWS:
        if row.method != "get" or row.ok != 200 or row.name in LISTS | NO_LISTS.keys():
            continue
        page = client.get(visit(client, world, row, scene))
        if page.streaming:
            # Read to its end, the file behind it is closed.
            list(page)
        elif page["Content-Type"].startswith("text/html") and "<table" in page.content.decode():
            unknown.append(row.name)
    assert sorted(set(unknown)) == [], (
        "Give the list search, filters and files (units.listing.Listing) and put it in LISTS, or "
        f"say in NO_LISTS why it is none: {', '.join(sorted(set(unknown)))}"
    )


def test_the_tables_of_lists_name_only_pages_that_exist() -> None:
    assert (LISTS | NO_LISTS.keys()) - {row.name for row in ROWS} == set()
    assert LISTS & NO_LISTS.keys() == set()
