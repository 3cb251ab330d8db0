from __future__ import annotations

import datetime
import io
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from openpyxl import Workbook, load_workbook

from scoring.models import ImportDraft, Mark, Round, Sheet
from scoring.services.sheets import submit_sheet
from tests.cast import World
from tests.scoring.casting import fill, make_scoring, opened_round, put, sheet_of

SHEET = "/khoi/hn-dang/2018/cham-diem/nam/btc/self/btc/"
RESULT, TARGET, COMMENT = 6, 7, 8


@pytest.fixture
def scoring_world(db: None) -> World:
    return make_scoring()


@pytest.fixture
def scored(scoring_world: World) -> Round:
    return opened_round(scoring_world)


@pytest.fixture
def own(scoring_world: World, scored: Round) -> Sheet:
    return sheet_of(scored, scoring_world.btc)


@pytest.fixture
def browser_of_btc(client: Client, scoring_world: World, own: Sheet) -> Client:
    client.force_login(scoring_world.representative)
    return client


def downloaded(client: Client) -> Workbook:
    answer = client.get(f"{SHEET}phieu.xlsx")
    assert answer.status_code == 200
    return load_workbook(io.BytesIO(answer.content))


def rows_of(book: Workbook) -> dict[str, int]:
    return {
        str(row[0].value): row[0].row
        for row in book.worksheets[0].iter_rows(min_row=6)
        if row[0].value
    }


def filled(book: Workbook, cells: dict[tuple[str, int], Any]) -> bytes:
    page = book.worksheets[0]
    rows = rows_of(book)
    for (code, column), value in cells.items():
        cell = page.cell(rows[code], column)
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def hand_in(client: Client, content: bytes, name: str = "phieu.xlsx") -> str:
    sent = {"file": ContentFile(content, name=name)}
    return client.post(f"{SHEET}nop-tep/", sent, follow=True).content.decode()


def accept(client: Client) -> str:
    return client.post(f"{SHEET}nop-tep/xem/", follow=True).content.decode()


def test_a_sheet_filled_in_without_a_connection_is_looked_at_and_then_saved(
    browser_of_btc: Client, own: Sheet
) -> None:
    content = filled(
        downloaded(browser_of_btc),
        {
            ("I.1", RESULT): 88.25,
            ("I.2", RESULT): "28,5",
            ("I.2", COMMENT): "=1+1 theo báo cáo",
            ("I.3", RESULT): datetime.date(2018, 12, 16),
            ("T.1", RESULT): 2,
        },
    )
    preview = hand_in(browser_of_btc, content)
    assert "88,25" in preview
    assert not Mark.objects.exists()
    text = accept(browser_of_btc)
    assert "Đã lưu 4 dòng từ tệp." in text
    entries = dict(Mark.objects.values_list("criterion__code", "entry"))
    assert entries == {
        "I.1": {"achieved": "88.25"},
        "I.2": {"points": "28.5"},
        "I.3": {"done_on": "2018-12-16"},
        "T.1": {"count": "2"},
    }
    assert Mark.objects.get(criterion__code="I.2").comment == "=1+1 theo báo cáo"
    assert not ImportDraft.objects.exists()
    again = downloaded(browser_of_btc)
    cell = again.worksheets[0].cell(rows_of(again)["I.2"], COMMENT)
    assert (cell.data_type, cell.value) == ("s", "=1+1 theo báo cáo")


def test_a_workbook_that_was_not_changed_changes_nothing(
    browser_of_btc: Client, scoring_world: World, own: Sheet
) -> None:
    fill(scoring_world.representative, own)
    content = filled(downloaded(browser_of_btc), {})
    assert "Tệp không thay đổi gì" in hand_in(browser_of_btc, content)


def test_percent_cells_are_read_as_percent(browser_of_btc: Client, own: Sheet) -> None:
    book = downloaded(browser_of_btc)
    cell = book.worksheets[0].cell(rows_of(book)["I.1"], RESULT)
    cell.number_format = "0%"
    hand_in(browser_of_btc, filled(book, {("I.1", RESULT): 0.95}))
    accept(browser_of_btc)
    assert Mark.objects.get().entry == {"achieved": "95"}


def test_a_wrong_line_is_told_and_the_others_are_saved(browser_of_btc: Client, own: Sheet) -> None:
    content = filled(
        downloaded(browser_of_btc), {("I.1", RESULT): "nhiều lắm", ("I.2", RESULT): 20}
    )
    assert "không phải là số" in hand_in(browser_of_btc, content)
    text = accept(browser_of_btc)
    assert "nhiều lắm" in text
    assert Mark.objects.get().criterion.code == "I.2"


def test_a_line_changed_by_somebody_else_meanwhile_is_not_overwritten(
    browser_of_btc: Client, scoring_world: World, own: Sheet
) -> None:
    book = downloaded(browser_of_btc)
    put(scoring_world.head_of_btc, own, "I.2", {"points": "30"})
    preview = hand_in(browser_of_btc, filled(book, {("I.2", RESULT): 20}))
    assert "Người khác đã sửa dòng này" in preview
    accept(browser_of_btc)
    assert Mark.objects.get().entry == {"points": "30"}


def test_a_workbook_of_another_sheet_is_refused(
    browser_of_btc: Client, scoring_world: World, scored: Round
) -> None:
    browser_of_btc.force_login(scoring_world.head_of_ubkt)
    other = browser_of_btc.get(SHEET.replace("btc/self/btc", "ubkt/self/ubkt") + "phieu.xlsx")
    browser_of_btc.force_login(scoring_world.representative)
    assert "Tệp này là của phiếu khác." in hand_in(browser_of_btc, other.content)


@pytest.mark.parametrize("content", [b"", b"khong phai excel", b"PK\x03\x04hong"])
def test_what_is_no_workbook_is_refused_at_the_field(
    browser_of_btc: Client, content: bytes
) -> None:
    text = hand_in(browser_of_btc, content)
    assert "Không đọc được tệp Excel này." in text or "rỗng" in text


def test_a_workbook_not_made_by_the_system_is_refused(browser_of_btc: Client) -> None:
    stream = io.BytesIO()
    Workbook().save(stream)
    text = hand_in(browser_of_btc, stream.getvalue())
    assert "không phải tệp phiếu chấm" in text


def test_a_sent_sheet_takes_no_workbook(
    browser_of_btc: Client, scoring_world: World, own: Sheet
) -> None:
    book = downloaded(browser_of_btc)
    fill(scoring_world.representative, own)
    submit_sheet(actor=scoring_world.representative, sheet_id=own.pk)
    before = dict(Mark.objects.values_list("criterion__code", "entry"))
    hand_in(browser_of_btc, filled(book, {("I.1", RESULT): 1}))
    accept(browser_of_btc)
    assert dict(Mark.objects.values_list("criterion__code", "entry")) == before


def test_of_a_file_handed_in_twice_at_once_the_last_is_looked_at_and_none_is_left(
    browser_of_btc: Client, own: Sheet
) -> None:
    content = filled(downloaded(browser_of_btc), {("I.1", RESULT): "90"})
    hand_in(browser_of_btc, content)
    first = ImportDraft.objects.get()
    ImportDraft.objects.create(
        person=first.person, kind="sheet", subject=first.subject, name="sau.xlsx",
        content=first.content,
    )  # fmt: skip
    assert "sau.xlsx" in browser_of_btc.get(f"{SHEET}nop-tep/xem/").content.decode()
    accept(browser_of_btc)
    assert not ImportDraft.objects.exists()
