"""Registrations of many units from one file: the template, the preview, all units or none."""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Sequence
from decimal import Decimal

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from compacts.forms.registration_import import COLUMNS, judged, read_registrations, template_of
from compacts.models import Registration
from compacts.rules import RegistrationState
from compacts.services.registration_import import import_registrations
from compacts.services.registrations import submit_registration
from tests.cast import World, make_registration
from units.access import AccessDenied
from units.models import AuditEntry, Notification
from units.rules import RuleError
from units.workbooks import Line

HEAD = [column.title for column in COLUMNS]
GOOD = [
    "btc", "", "Cờ thi đua của UBND tỉnh", "Số hóa hồ sơ", "Tỷ lệ số hóa", "%", "98,5",
    "20/11/2018", "",
]  # fmt: skip
ADDRESS = "/khoi/hn-dang/2018/nhap-dang-ky/"


def workbook(*rows: Sequence[object]) -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (HEAD, *rows):
        book.active.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def lines_of(world: World, *rows: Sequence[object]) -> list[Line]:
    return judged(world.season, read_registrations(workbook(*rows)))[0]


def bring(world: World, *rows: Sequence[object]) -> int:
    _lines, given = judged(world.season, read_registrations(workbook(*rows)))
    return import_registrations(actor=world.secretary, season=world.season, given=given)


def test_drafts_of_many_units_come_in_from_one_file(world: World) -> None:
    second = ["BTC", "", "", "Tinh gọn bộ máy", "Số đầu mối", "đầu mối", 12, "1/12/2018", "Có"]
    third = ["duk", "", "", "Kết nạp đảng viên", "Số đảng viên mới", "người", 45.5, None, ""]
    assert bring(world, GOOD, second, third) == 2
    registration = Registration.objects.get(season=world.season, unit=world.btc)
    assert registration.state == RegistrationState.DRAFT
    assert [title.title.code for title in registration.titles.all()] == ["co-tinh"]
    first, other = registration.tasks.all()
    assert (first.text, first.target, first.due_on) == (
        "Số hóa hồ sơ", Decimal("98.5"), datetime.date(2018, 11, 20),
    )  # fmt: skip
    assert (other.position, other.target, other.ad_hoc) == (2, Decimal(12), True)
    assert AuditEntry.objects.filter(action="import_registration").count() == 2


def test_days_and_numbers_of_the_workbook_are_read_as_they_show(world: World) -> None:
    row: list[object] = list(GOOD)
    row[6], row[7] = 0.25, datetime.date(2018, 3, 20)
    assert bring(world, row) == 1
    task = Registration.objects.get(season=world.season, unit=world.btc).tasks.get()
    assert (task.target, task.due_on) == (Decimal("0.25"), datetime.date(2018, 3, 20))


def test_the_unit_itself_approves_and_sends_what_was_imported(world: World) -> None:
    bring(world, GOOD)
    registration = Registration.objects.get(season=world.season, unit=world.btc)
    with pytest.raises(AccessDenied):
        submit_registration(actor=world.secretary, registration_id=registration.pk)
    sent = submit_registration(actor=world.head_of_btc, registration_id=registration.pk)
    assert sent.state == RegistrationState.SUBMITTED


def test_the_unit_is_told_that_its_draft_was_filled_in(world: World) -> None:
    bring(world, GOOD, GOOD, ["duk", *GOOD[1:]])
    told = Notification.objects.filter(key__contains=":imported:")
    assert {one.person for one in told.filter(path__endswith="/btc/")} == {
        world.representative,
        world.head_of_btc,
    }
    message = told.get(person=world.representative)
    assert message.subject.startswith("Đã nhập hộ đăng ký thi đua của đơn vị: ")
    assert f"{world.secretary.full_name} nhập 2 nhiệm vụ" in message.text
    assert message.path == "/khoi/hn-dang/2018/dang-ky/btc/"
    assert not told.filter(person=world.secretary).exists()


@pytest.mark.parametrize(
    ("place", "value", "title", "why"),
    [
        (0, "", "Mã đơn vị", "Hãy ghi ô này"),
        (0, "xa", "Mã đơn vị", "Không có đơn vị mang mã này trong mùa thi đua"),
        (2, "Cờ lạ", "Danh hiệu đăng ký", "không có danh hiệu “Cờ lạ”"),
        (3, "", "Nhiệm vụ", "Hãy ghi ô này"),
        (4, "a" * 301, "Chỉ số đo", "300"),
        (6, "nhiều", "Chỉ tiêu", "Hãy nhập một số"),
        (6, "1.234", "Chỉ tiêu", "phần nghìn hay phần lẻ"),
        (6, "-5", "Chỉ tiêu", "Hãy nhập một số"),
        (7, "31/2/2018", "Hạn", ""),
        (7, "#REF!", "Hạn", "công thức bị lỗi"),
        (8, "đúng", "Đột xuất", "Ghi Có hoặc Không"),
    ],
)
def test_each_fault_is_said_at_its_cell(
    world: World, place: int, value: str, title: str, why: str
) -> None:
    row: list[object] = list(GOOD)
    row[place] = value
    (line,) = lines_of(world, row)
    assert [(where, text) for where, text in line.faults if where == title and why in text]


def test_what_a_unit_wrote_itself_is_never_overwritten(world: World) -> None:
    registration = make_registration(world.season, world.btc)
    (line,) = lines_of(world, GOOD)
    assert "chỉ đơn vị được sửa" in str(line.faults)
    assert registration.tasks.count() == 2


def test_a_unit_that_begins_between_preview_and_confirmation_keeps_its_text(
    world: World,
) -> None:
    other = ["duk", *GOOD[1:]]
    _lines, given = judged(world.season, read_registrations(workbook(other, GOOD)))
    make_registration(world.season, world.btc)
    with pytest.raises(RuleError, match="đã ghi bản đăng ký"):
        import_registrations(actor=world.secretary, season=world.season, given=given)
    assert not Registration.objects.filter(season=world.season, unit=world.duk).exists()


def test_more_tasks_than_a_registration_holds_are_a_fault(world: World) -> None:
    lines = lines_of(world, *([GOOD] * 41))
    assert [line.number for line in lines if line.faults] == [42]


def test_who_does_not_run_the_season_imports_nothing(world: World) -> None:
    _lines, given = judged(world.season, read_registrations(workbook(GOOD)))
    with pytest.raises(AccessDenied):
        import_registrations(actor=world.representative, season=world.season, given=given)


def test_the_template_holds_the_units_that_have_not_begun(world: World) -> None:
    make_registration(world.season, world.btc)
    sheet = openpyxl.load_workbook(io.BytesIO(template_of(world.season))).worksheets[0]
    rows = [[cell.value for cell in row][:2] for row in sheet.iter_rows(min_row=2)]
    assert {row[0] for row in rows} == {"ubkt", "duk"}
    assert ["duk", world.duk.name] in rows
    assert read_registrations(template_of(world.season)) == []


def test_the_preview_puts_the_lines_with_faults_first(world: World, client: Client) -> None:
    client.force_login(world.secretary)
    rows = [GOOD, ["xa", *GOOD[1:]], ["duk", *GOOD[1:]], ["xb", *GOOD[1:]]]
    page = client.post(ADDRESS, {"file": SimpleUploadedFile("d.xlsx", workbook(*rows))})
    numbers = re.findall(r'<th scope="row" data-label="Dòng">(\d+)</th>', page.content.decode())
    assert numbers == ["3", "5", "2", "4"]


def test_the_page_shows_faults_then_imports_what_was_shown(world: World, client: Client) -> None:
    client.force_login(world.secretary)
    bad = SimpleUploadedFile("d.xlsx", workbook(["xa", *GOOD[1:]]))
    page = client.post(ADDRESS, {"file": bad}).content.decode()
    assert "Không có đơn vị mang mã này trong mùa thi đua." in page
    assert 'name="seal"' not in page
    text = f"{';'.join(HEAD)}\r\n{';'.join(map(str, GOOD))}\r\n"
    good = SimpleUploadedFile("d.csv", text.encode("utf-8-sig"))
    page = client.post(ADDRESS, {"file": good})
    assert not Registration.objects.filter(season=world.season).exists()
    assert client.post(ADDRESS, {"seal": page.context["seal"]}).status_code == 302
    assert Registration.objects.get(season=world.season).tasks.count() == 1
    again = client.post(ADDRESS, {"seal": page.context["seal"]}).content.decode()
    assert "Chưa nhập gì: dòng 2 có lỗi" in again
