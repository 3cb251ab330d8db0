"""Marks of many units from one file: the template, the preview, all marks or none."""

from __future__ import annotations

import datetime
import io
import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.utils import timezone

from scoring.forms.mark_import import COLUMNS, Judged, judged, open_sheets, read_marks, template_of
from scoring.models import Mark, Round, Sheet
from scoring.permissions import can_mark_sheet
from scoring.services.mark_import import GivenMark, import_marks
from scoring.services.marks import save_mark
from scoring.services.rounds import close_round
from tests.cast import World
from tests.scoring.casting import make_scoring, opened_round, put, sent_self_sheet, sheet_of
from units.access import AccessDenied
from units.models import AuditEntry, Person
from units.rules import RuleError
from units.services.audit import verify

ADDRESS = "/khoi/hn-dang/2018/cham-diem/nam/nhap-diem/"
PLACES = {column.name: place for place, column in enumerate(COLUMNS, start=1)}
Cells = dict[tuple[str, str, str], Any]


@pytest.fixture
def world(db: None) -> World:
    return make_scoring()


@pytest.fixture
def scored(world: World) -> Round:
    return opened_round(world)


def template(person: Person, scored: Round) -> openpyxl.Workbook:
    content = template_of(scored, open_sheets(person, scored))
    return openpyxl.load_workbook(io.BytesIO(content))


def filled(book: openpyxl.Workbook, cells: Cells) -> bytes:
    """The workbook with ``cells`` by unit, criterion and column."""
    sheet = book.worksheets[0]
    for row in range(2, sheet.max_row + 1):
        unit = str(sheet.cell(row, PLACES["unit"]).value)
        criterion = str(sheet.cell(row, PLACES["criterion"]).value)
        for (of_unit, code, name), value in cells.items():
            if (of_unit, code) == (unit, criterion):
                sheet.cell(row, PLACES[name]).value = value
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def read(person: Person, scored: Round, content: bytes) -> Judged:
    return judged(person, scored, read_marks(content))


def faults_of(found: Judged) -> str:
    return "; ".join(f"{title}: {text}" for line in found.lines for title, text in line.faults)


def test_the_template_has_each_criterion_of_each_unit_one_may_mark(
    world: World, scored: Round
) -> None:
    sheet = template(world.secretary, scored).worksheets[0]
    rows = {(row[0].value, row[1].value, row[4].value) for row in sheet.iter_rows(min_row=2)}
    verify = {row for row in rows if row[0] == "Thẩm định"}
    assert {unit for _stage, unit, _code in verify} == {"btc", "duk"}
    assert {code for _stage, unit, code in verify if unit == "btc"} == {"I.1", "I.2", "I.3", "T.1"}
    own = template(world.representative, scored).worksheets[0]
    assert {(row[0].value, row[1].value) for row in own.iter_rows(min_row=2)} == {
        ("Tự chấm", "btc")
    }


def test_the_secretary_brings_the_verified_points_of_all_units(
    world: World, scored: Round
) -> None:
    cells: Cells = {
        ("btc", "I.1", "result"): 95.5,
        ("btc", "I.2", "result"): "28,5",
        ("duk", "I.1", "result"): "100",
        ("duk", "I.3", "result"): "17/12/2018",
    }
    found = read(world.secretary, scored, filled(template(world.secretary, scored), cells))
    assert faults_of(found) == ""
    assert import_marks(actor=world.secretary, given=found.given) == 4
    points = Mark.objects.filter(sheet__stage="verify").values_list(
        "sheet__unit__code", "criterion__code", "points"
    )
    assert set(points) == {
        ("btc", "I.1", Decimal("57.30")),
        ("btc", "I.2", Decimal("28.50")),
        ("duk", "I.1", Decimal("60.00")),
        ("duk", "I.3", Decimal("6.00")),
    }
    assert AuditEntry.objects.filter(action="save_mark").count() == 4


def test_a_representative_brings_the_own_points_and_no_others(world: World, scored: Round) -> None:
    book = template(world.representative, scored)
    cells: Cells = {("btc", "I.1", "result"): "95"}
    found = read(world.representative, scored, filled(book, cells))
    assert import_marks(actor=world.representative, given=found.given) == 1
    book.worksheets[0].cell(2, PLACES["unit"]).value = "duk"
    book.worksheets[0].cell(2, PLACES["scorer"]).value = "duk"
    found = read(world.representative, scored, filled(book, {("duk", "I.1", "result"): "95"}))
    assert "không có phiếu nào đang mở của đơn vị này" in faults_of(found)


@pytest.mark.parametrize(
    ("cells", "title", "why"),
    [
        ({("btc", "I.2", "result"): "31"}, "Kết quả", "30"),
        ({("btc", "I.2", "result"): "28,3"}, "Kết quả", "0,5"),
        ({("btc", "I.1", "result"): "nhiều"}, "Kết quả", "không phải là số"),
        ({("btc", "I.1", "result"): "1.234"}, "Kết quả", "hiểu được hai cách"),
        ({("btc", "I.1", "result"): "#DIV/0!"}, "Kết quả", "công thức bị lỗi"),
        ({("btc", "I.3", "result"): "40/12/2018"}, "Kết quả", "không phải là ngày"),
        ({("btc", "I.1", "comment"): "Tốt"}, "Kết quả", "Hãy ghi ô này"),
        (
            {("btc", "I.1", "result"): "9", ("btc", "I.1", "comment"): "a" * 2001},
            "Ghi chú",
            "2000",
        ),
    ],
)
def test_each_fault_is_said_at_its_line(
    world: World, scored: Round, cells: Cells, title: str, why: str
) -> None:
    book = template(world.secretary, scored)
    found = read(world.secretary, scored, filled(book, cells))
    (line,) = found.lines
    assert [text for where, text in line.faults if title in where and why in text]
    assert not Mark.objects.exists()


def test_a_result_of_nothing_but_separators_takes_no_mark_away(
    world: World, scored: Round
) -> None:
    put(world.secretary, sheet_of(scored, world.btc, "verify"), "I.1", {"achieved": "80"})
    book = template(world.secretary, scored)
    cells: Cells = {("btc", "I.1", "result"): None, ("btc", "I.1", "comment"): "Bỏ"}
    assert "Hãy ghi ô này." in faults_of(read(world.secretary, scored, filled(book, cells)))
    assert Mark.objects.count() == 1


@pytest.mark.parametrize("who", ["secretary", "deputy_secretary", "representative"])
def test_the_sheets_one_may_mark_are_the_same_one_by_one_and_all_at_once(
    world: World, scored: Round, who: str
) -> None:
    person: Person = getattr(world, who)
    # A sheet of the secretariat for the head unit, as an import may bring it.
    Sheet.objects.filter(round=scored, stage="verify", unit=world.ubkt).update(
        scorer=None, scorer_code="secretariat"
    )
    one_by_one = {one.pk for one in Sheet.objects.all() if can_mark_sheet(person, one)}
    assert {one.pk for one in open_sheets(person, scored)} == one_by_one
    assert one_by_one


def test_the_preview_refuses_before_the_round_s_time(world: World, scored: Round) -> None:
    content = filled(template(world.secretary, scored), {("btc", "I.1", "result"): "95"})
    Round.objects.update(opens_at=timezone.now() + datetime.timedelta(days=1))
    later = Round.objects.get(pk=scored.pk)
    assert "Chưa đến giờ mở" in faults_of(read(world.secretary, later, content))


def test_another_figure_than_the_unit_s_own_needs_a_reason(world: World, scored: Round) -> None:
    sent_self_sheet(world, scored)
    book = template(world.secretary, scored)
    cells: Cells = {("btc", "I.2", "result"): "20"}
    found = read(world.secretary, scored, filled(book, cells))
    assert "Ghi chú, lý do: Khác với điểm tự chấm: hãy ghi lý do." in faults_of(found)
    cells[("btc", "I.2", "comment")] = "Thiếu hai đề án."
    found = read(world.secretary, scored, filled(book, cells))
    assert import_marks(actor=world.secretary, given=found.given) == 1


def test_one_faulty_line_keeps_all_out(world: World, scored: Round) -> None:
    cells: Cells = {("duk", "I.1", "result"): "95", ("btc", "I.2", "result"): "28"}
    found = read(world.secretary, scored, filled(template(world.secretary, scored), cells))
    put(world.deputy_secretary, sheet_of(scored, world.btc, "verify"), "I.2", {"points": "20"})
    with pytest.raises(RuleError, match="Chưa nhập gì: dòng"):
        import_marks(actor=world.secretary, given=found.given)
    assert Mark.objects.get().entry == {"points": "20"}


def test_nothing_comes_in_once_the_round_is_closed(world: World, scored: Round) -> None:
    cells: Cells = {("btc", "I.1", "result"): "95", ("duk", "I.2", "result"): "28"}
    content = filled(template(world.secretary, scored), cells)
    found = read(world.secretary, scored, content)
    close_round(actor=world.secretary, round_id=scored.pk)
    with pytest.raises(RuleError, match="Chưa nhập gì: dòng"):
        import_marks(actor=world.secretary, given=found.given)
    closed = Round.objects.get(pk=scored.pk)
    assert "không có phiếu nào đang mở" in faults_of(read(world.secretary, closed, content))
    assert not Mark.objects.exists()


def test_what_somebody_else_wrote_meanwhile_is_not_overwritten(
    world: World, scored: Round
) -> None:
    book = template(world.secretary, scored)
    put(world.deputy_secretary, sheet_of(scored, world.btc, "verify"), "I.1", {"achieved": "80"})
    cells: Cells = {("btc", "I.1", "result"): "95", ("duk", "I.1", "result"): "90"}
    found = read(world.secretary, scored, filled(book, cells))
    assert "vừa sửa dòng này" in faults_of(found)
    mark = Mark.objects.get()
    assert mark.entry == {"achieved": "80"}
    cells = {("btc", "I.1", "result"): "95"}
    anew = read(world.secretary, scored, filled(template(world.secretary, scored), cells))
    assert "80" in anew.lines[0].standing
    assert import_marks(actor=world.secretary, given=anew.given) == 1


def test_an_empty_result_leaves_the_mark_and_the_same_again_changes_nothing(
    world: World, scored: Round
) -> None:
    sheet = sheet_of(scored, world.btc, "verify")
    put(world.secretary, sheet, "I.1", {"achieved": "80"})
    put(world.secretary, sheet, "I.2", {"points": "20"})
    book = template(world.secretary, scored)
    found = read(world.secretary, scored, filled(book, {("btc", "I.1", "result"): None}))
    assert (found.lines, found.unchanged) == ((), 1)
    assert Mark.objects.count() == 2


def test_a_criterion_twice_or_not_of_the_sheet_is_a_fault(world: World, scored: Round) -> None:
    book = template(world.secretary, scored)
    sheet = book.worksheets[0]
    sheet.append([cell.value for cell in sheet[2]])
    sheet.append([cell.value for cell in sheet[2]])
    sheet.cell(sheet.max_row, PLACES["criterion"]).value = "X.9"
    sheet.cell(sheet.max_row, PLACES["result"]).value = "1"
    unit, code = (str(sheet.cell(2, PLACES[name]).value) for name in ("unit", "criterion"))
    text = faults_of(read(world.secretary, scored, filled(book, {(unit, code, "result"): "90"})))
    assert "Mã tiêu chí: Tiêu chí này có hai dòng trong tệp." in text
    assert "Mã tiêu chí: Phiếu của đơn vị này không chấm tiêu chí này." in text


def test_the_page_shows_what_would_change_then_writes_what_was_shown(
    world: World, scored: Round, client: Client
) -> None:
    client.force_login(world.secretary)
    answer = client.get(f"{ADDRESS}mau.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    upload = SimpleUploadedFile("d.xlsx", filled(book, {("btc", "I.1", "result"): "95"}))
    page = client.post(ADDRESS, {"file": upload})
    assert "Sẽ là" in page.content.decode()
    assert not Mark.objects.exists()
    assert client.post(ADDRESS, {"seal": page.context["seal"]}).status_code == 302
    assert Mark.objects.get().points == Decimal("57.00")
    client.force_login(world.deputy_secretary)
    stolen = client.post(ADDRESS, {"seal": page.context["seal"]}).content.decode()
    assert "Bản xem trước thuộc về một lần nhập khác." in stolen
    untouched = SimpleUploadedFile("d.xlsx", template_of(scored, []))
    assert "Tệp không có dòng nào." in client.post(ADDRESS, {"file": untouched}).content.decode()


def test_somebody_without_a_sheet_is_told_so(world: World, scored: Round, client: Client) -> None:
    client.force_login(world.leader)
    page = client.get(ADDRESS).content.decode()
    assert "không có phiếu chấm nào đang mở" in page
    assert 'type="file"' not in page


def written(world: World) -> list[tuple[object, ...]]:
    """Everything that a mark leaves behind: itself, its sheet's version, the trail."""
    marks = Mark.objects.order_by("sheet", "criterion__code").values_list(
        "sheet", "criterion__code", "entry", "points", "comment", "version", "marked_by"
    )
    trail = AuditEntry.objects.filter(action="save_mark").order_by("sequence")
    said = [(one.target, one.summary, json.loads(one.canonical)["after"]) for one in trail]
    versions = Sheet.objects.order_by("pk").values_list("pk", "version")
    assert verify(world.season.audit_chain) is None
    return [*marks, *said, *versions]


def test_marks_leave_behind_the_same_from_a_file_and_one_by_one(
    world: World, scored: Round
) -> None:
    sent_self_sheet(world, scored)
    put(world.deputy_secretary, sheet_of(scored, world.btc, "verify"), "I.2", {"points": "28.5"})
    cells: Cells = {
        ("btc", "I.1", "result"): "90",
        ("btc", "I.1", "comment"): "Thiếu hồ sơ của hai cơ sở.",
        ("btc", "I.2", "result"): "20",
        ("btc", "I.2", "comment"): "Thiếu hai đề án.",
        ("duk", "I.1", "result"): "100",
    }
    content = filled(template(world.secretary, scored), cells)
    given = read(world.secretary, scored, content).given
    found = []
    with transaction.atomic():
        before = Mark.objects.get(sheet__stage="verify").marked_at
        assert import_marks(actor=world.secretary, given=given) == 3
        found.append(written(world))
        assert Mark.objects.get(sheet__stage="verify", criterion__code="I.2").marked_at > before
        transaction.set_rollback(True)
    for one in sorted(given, key=lambda one: (one.sheet_id, one.number)):
        save_mark(
            actor=world.secretary,
            sheet_id=one.sheet_id,
            criterion=one.criterion,
            entry=one.entry,
            comment=one.comment,
            version=one.version,
        )
    found.append(written(world))
    assert found[0] == found[1]


def test_a_mark_of_somebody_else_s_sheet_or_criterion_is_refused_on_confirmation(
    world: World, scored: Round
) -> None:
    verify_sheet = sheet_of(scored, world.btc, "verify")
    one = GivenMark(2, verify_sheet.pk, "I.1", {"achieved": "95"}, "", 0)
    with pytest.raises(AccessDenied, match="Chỉ thư ký khối được thẩm định"):
        import_marks(actor=world.people["stranger"], given=[one])
    for refused in (
        replace(one, criterion="I"),
        replace(one, entry={"achieved": "nhiều"}),
        replace(one, version=7),
    ):
        with pytest.raises(RuleError, match="dòng 2 có lỗi"):
            import_marks(actor=world.secretary, given=[refused])
    # The second of two lines for one criterion finds another version than it was made from.
    again = replace(one, number=3, entry={"achieved": "96"})
    with pytest.raises(RuleError, match="dòng 3 có lỗi"):
        import_marks(actor=world.secretary, given=[one, again])
    assert not Mark.objects.exists()
