"""Units and people from a workbook: the template, the preview, all lines or none."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

import openpyxl
import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cast import World
from tests.races import race
from units.access import AccessDenied
from units.models import AuditEntry, Person, Unit
from units.rules import RoleKind, RuleError
from units.services.workbook_import import (
    COLUMNS,
    ImportKind,
    import_lines,
    judged,
    read_workbook,
    template_of,
)
from units.workbooks import Line, sealed

UNIT_HEAD = [column.title for column in COLUMNS[ImportKind.UNITS]]
PERSON_HEAD = [column.title for column in COLUMNS[ImportKind.PEOPLE]]
GOOD_UNIT = ["stttt", "Sở Thông tin và Truyền thông", "Sở TTTT", "Cơ quan nhà nước"]
GOOD_PERSON = [
    "Nguyễn Văn An", "an-btc", "an@example.vn", "0912", "Chuyên viên", "btc", "Đại diện đơn vị",
]  # fmt: skip


def workbook(*rows: Sequence[object]) -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def lines_of(world: World, kind: ImportKind, *rows: Sequence[object]) -> list[Line]:
    head = UNIT_HEAD if kind == ImportKind.UNITS else PERSON_HEAD
    return judged(kind, world.council, read_workbook(kind, workbook(head, *rows)))


def bring(world: World, kind: ImportKind, *rows: Sequence[object]) -> int:
    head = UNIT_HEAD if kind == ImportKind.UNITS else PERSON_HEAD
    lines = read_workbook(kind, workbook(head, *rows))
    return import_lines(actor=world.officer, kind=kind, council=world.council, lines=lines)


@pytest.mark.parametrize("kind", list(ImportKind))
def test_the_template_is_read_back_with_its_example(world: World, kind: ImportKind) -> None:
    (line,) = read_workbook(kind, template_of(kind))
    assert {column.name: line[column.name] for column in COLUMNS[kind]} == {
        column.name: column.example for column in COLUMNS[kind]
    }


def test_units_come_in_with_an_audit_entry_each(world: World) -> None:
    assert bring(world, ImportKind.UNITS, GOOD_UNIT, ["bao2", "Báo Nhân Dân", "Báo ND", ""]) == 2
    unit = Unit.objects.get(code="stttt")
    assert (unit.name, unit.system) == ("Sở Thông tin và Truyền thông", "state")
    assert AuditEntry.objects.filter(action="save_unit").count() == 2


def test_people_come_in_with_their_role_and_without_a_password(world: World) -> None:
    bring(world, ImportKind.PEOPLE, GOOD_PERSON)
    person = Person.objects.get(username="an-btc")
    assert not person.has_usable_password()
    role = person.roles.get()
    assert (role.kind, role.unit) == (RoleKind.REPRESENTATIVE, world.btc)


@pytest.mark.parametrize(
    ("place", "value", "title", "why"),
    [
        (0, "", "Mã đơn vị", "Hãy ghi ô này"),
        (0, "mã có dấu", "Mã đơn vị", "Chỉ dùng chữ không dấu"),
        (0, "BTC", "Mã đơn vị", "Đã có đơn vị"),
        (1, "a" * 301, "Tên đơn vị", "Dài quá 300"),
        (3, "Hệ khác", "Hệ thống", "Một trong"),
    ],
)
def test_each_fault_of_a_unit_is_said_at_its_cell(
    world: World, place: int, value: str, title: str, why: str
) -> None:
    row: list[object] = list(GOOD_UNIT)
    row[place] = value
    (line,) = lines_of(world, ImportKind.UNITS, row)
    assert [(where, text) for where, text in line.faults if where == title and why in text]


@pytest.mark.parametrize(
    ("place", "value", "title", "why"),
    [
        (1, "dai-dien", "Tên đăng nhập", "Đã có người dùng"),
        (2, "không phải thư", "Thư điện tử", "Không phải địa chỉ thư"),
        (5, "khong-co", "Mã đơn vị", "Không có đơn vị"),
        (6, "Chủ tịch", "Vai trò", "Một trong"),
        (6, "Lãnh đạo", "Vai trò", "Một trong"),
    ],
)
def test_each_fault_of_a_person_is_said_at_its_cell(
    world: World, place: int, value: str, title: str, why: str
) -> None:
    row: list[object] = list(GOOD_PERSON)
    row[place] = value
    (line,) = lines_of(world, ImportKind.PEOPLE, row)
    assert [(where, text) for where, text in line.faults if where == title and why in text]


def test_one_faulty_line_keeps_all_out(world: World) -> None:
    before = Unit.objects.count()
    with pytest.raises(RuleError, match="Chưa nhập gì: dòng 3 có lỗi"):
        bring(world, ImportKind.UNITS, GOOD_UNIT, ["", "Không mã", "KM", ""])
    assert Unit.objects.count() == before
    (first, second) = lines_of(world, ImportKind.UNITS, GOOD_UNIT, GOOD_UNIT)
    assert "lặp trong tệp" in str(first.faults)
    assert "lặp trong tệp" in str(second.faults)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"khong phai tep", "Thiếu cột"),
        (b"\x00\x01\xff\xfe", "Không đọc được"),
        ("Mã đơn vị".encode("cp1258", "replace") + b"\xff", "Không đọc được"),
        (b"PK\x03\x04 hong", "Không đọc được"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"cu", "kiểu cũ"),
        (b"PK" + bytes(5 * 1024 * 1024), "lớn hơn 5 MB"),
        (workbook(["Mã đơn vị"]), "Thiếu cột"),
        (workbook([*UNIT_HEAD, "Mã đơn vị"], [*GOOD_UNIT, "x"]), "Cột có hai lần: Mã đơn vị"),
        (workbook(UNIT_HEAD), "không có dòng nào"),
        (workbook(UNIT_HEAD, *([GOOD_UNIT] * 1001)), "Nhiều nhất 1000 dòng"),
    ],
)
def test_what_cannot_be_read_is_refused_as_a_whole(world: World, content: bytes, why: str) -> None:
    with pytest.raises(RuleError, match=why):
        read_workbook(ImportKind.UNITS, content)


def test_numbers_and_blank_lines_are_read_as_people_mean_them(world: World) -> None:
    rows = [[], ["a1", "Tên", 2018.0, None], ["", "", "", ""]]
    (line,) = lines_of(world, ImportKind.UNITS, *rows)
    assert (line.number, line.values["short_name"]) == (3, "2018")


def test_titles_are_found_below_a_heading_and_on_the_first_sheet_that_shows(world: World) -> None:
    book = openpyxl.load_workbook(
        io.BytesIO(workbook(["Danh sách đơn vị"], [], UNIT_HEAD, GOOD_UNIT))
    )
    book.create_sheet("Ẩn", 0).sheet_state = "hidden"
    stream = io.BytesIO()
    book.save(stream)
    (line,) = read_workbook(ImportKind.UNITS, stream.getvalue())
    assert (line["line"], line["code"]) == ("4", "stttt")


def test_merged_cells_among_the_lines_are_refused_by_their_place(world: World) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(UNIT_HEAD, GOOD_UNIT, GOOD_UNIT)))
    book.worksheets[0].merge_cells("D2:D3")
    stream = io.BytesIO()
    book.save(stream)
    with pytest.raises(RuleError, match="bỏ gộp ô ở D2:D3"):
        read_workbook(ImportKind.UNITS, stream.getvalue())


def with_stray(*cells: str) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(workbook(UNIT_HEAD, GOOD_UNIT)))
    for cell in cells:
        book.worksheets[0][cell] = "x"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_a_stray_cell_far_out_is_a_line_where_it_is_asked_for_and_nothing_elsewhere() -> None:
    lines = read_workbook(ImportKind.UNITS, with_stray("XFD1048576"))
    assert [line["code"] for line in lines] == ["stttt"]
    _unit, stray = read_workbook(ImportKind.UNITS, with_stray("GR20000", "A1048576"))
    assert (stray["line"], stray["code"]) == ("1048576", "x")


@pytest.mark.parametrize(
    "spanning",
    [
        b'<mergeCells count="1"><mergeCell ref="D5:XFD1048576"/></mergeCells>',
        b'<hyperlinks><hyperlink location="A1" ref="D5:XFD1048576"/></hyperlinks>',
    ],
)
def test_an_area_of_a_billion_cells_is_refused_before_they_are_made(spanning: bytes) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(with_stray())) as given, zipfile.ZipFile(stream, "w") as made:
        for name in given.namelist():
            content = given.read(name)
            if name.startswith("xl/worksheets/"):
                content = content.replace(b"</sheetData>", b"</sheetData>" + spanning)
            made.writestr(name, content)
    with pytest.raises(RuleError, match="gộp quá nhiều ô"):
        read_workbook(ImportKind.UNITS, stream.getvalue())


def test_a_csv_file_of_more_rows_than_are_read_is_refused() -> None:
    rows = ["\t".join(UNIT_HEAD), "\t".join(GOOD_UNIT)]
    (line,) = read_workbook(ImportKind.UNITS, "\n".join([*rows, *[""] * 19_000]).encode())
    assert line["code"] == "stttt"
    with pytest.raises(RuleError, match="quá nhiều dòng"):
        read_workbook(ImportKind.UNITS, "\n".join([*rows, *[""] * 20_000, "a"]).encode())


def test_a_failed_formula_is_a_fault_of_its_cell(world: World) -> None:
    (line,) = lines_of(world, ImportKind.UNITS, ["a1", "#REF!", "A1", ""])
    assert line.faults == (("Tên đơn vị", "Ô này là công thức bị lỗi của Excel: #REF!."),)


def test_a_telephone_that_excel_took_for_a_number_gets_its_zero_back(world: World) -> None:
    row: list[object] = list(GOOD_PERSON)
    row[3] = 912345678
    (line,) = lines_of(world, ImportKind.PEOPLE, row)
    assert line.values["phone"] == "0912345678"


def test_the_template_offers_the_choices_of_its_columns() -> None:
    book = openpyxl.load_workbook(io.BytesIO(template_of(ImportKind.PEOPLE)))
    (choice,) = book.worksheets[0].data_validations.dataValidation
    assert str(choice.sqref).startswith("G2:")
    assert "Đại diện đơn vị" in choice.formula1


def test_who_may_not_set_up_imports_nothing(world: World) -> None:
    lines = read_workbook(ImportKind.UNITS, workbook(UNIT_HEAD, GOOD_UNIT))
    with pytest.raises((RuleError, AccessDenied), match="Chỉ"):
        import_lines(
            actor=world.representative, kind=ImportKind.UNITS, council=world.council, lines=lines
        )
    assert not Unit.objects.filter(code="stttt").exists()


def test_the_page_shows_faults_then_imports_what_was_shown(world: World, client: Client) -> None:
    client.force_login(world.officer)
    address = f"/thiet-lap/hoi-dong/{world.council.pk}/nhap/don-vi/"
    bad = SimpleUploadedFile("u.xlsx", workbook(UNIT_HEAD, ["BTC", "Trùng", "T", ""]))
    page = client.post(address, {"file": bad}).content.decode()
    assert "Đã có đơn vị mang mã này." in page
    assert 'name="seal"' not in page
    good = SimpleUploadedFile("u.xlsx", workbook(UNIT_HEAD, GOOD_UNIT))
    page = client.post(address, {"file": good})
    seal = page.context["seal"]
    assert not Unit.objects.filter(code="stttt").exists()
    assert client.post(address, {"seal": seal}).status_code == 302
    assert Unit.objects.filter(code="stttt").exists()
    again = client.post(address, {"seal": seal}).content.decode()
    assert "Chưa nhập gì: dòng 2 có lỗi" in again


def test_lines_that_were_not_previewed_are_not_taken(world: World, client: Client) -> None:
    client.force_login(world.officer)
    address = f"/thiet-lap/hoi-dong/{world.council.pk}/nhap/don-vi/"
    subject = f"don-vi:{world.council.pk}"
    forged = signing.dumps({"subject": subject, "lines": []}, salt="x")
    page = client.post(address, {"seal": forged}).content.decode()
    assert "Bản xem trước đã hết hạn" in page
    other = sealed(f"nguoi-dung:{world.council.pk}", [])
    page = client.post(address, {"seal": other}).content.decode()
    assert "Bản xem trước thuộc về một lần nhập khác." in page
    assert client.get(f"/thiet-lap/hoi-dong/{world.council.pk}/nhap/khac/").status_code == 404


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_a_csv_file_is_read_as_a_workbook_is(world: World, encoding: str, delimiter: str) -> None:
    text = "".join(f"{delimiter.join(row)}\r\n" for row in (UNIT_HEAD, GOOD_UNIT, [""] * 4))
    (line,) = judged(
        ImportKind.UNITS, world.council, read_workbook(ImportKind.UNITS, text.encode(encoding))
    )
    assert (line.number, line.faults) == (2, ())
    assert line.cells == list(zip(UNIT_HEAD, GOOD_UNIT, strict=True))


def test_a_csv_file_keeps_quoted_lines_and_loses_our_guard_against_formulas(world: World) -> None:
    text = f'{";".join(UNIT_HEAD)}\nmoi;"Sở; Nội\nvụ";\'=1+1;\n'
    (line,) = read_workbook(ImportKind.UNITS, text.encode())
    assert (line["name"], line["short_name"]) == ("Sở; Nội\nvụ", "=1+1")


@pytest.mark.parametrize(
    "part", ["[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"]
)
def test_a_workbook_broken_inside_is_refused_not_a_fault_of_ours(
    world: World, client: Client, part: str
) -> None:
    stream = io.BytesIO()
    whole = zipfile.ZipFile(io.BytesIO(workbook(UNIT_HEAD, GOOD_UNIT)))
    with zipfile.ZipFile(stream, "w") as broken:
        for name in whole.namelist():
            broken.writestr(name, b"<hong" if name == part else whole.read(name))
    client.force_login(world.officer)
    page = client.post(
        f"/thiet-lap/hoi-dong/{world.council.pk}/nhap/don-vi/",
        {"file": SimpleUploadedFile("don-vi.xlsx", stream.getvalue())},
    )
    assert "Không đọc được tệp Excel này." in page.content.decode()


def test_one_cell_far_out_does_not_make_millions(world: World) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(UNIT_HEAD, GOOD_UNIT)))
    assert book.active is not None
    book.active["XFD19000"] = "lạc"
    stream = io.BytesIO()
    book.save(stream)
    # Three hundred million cells would not be read before the suite's own time is up.
    (line,) = read_workbook(ImportKind.UNITS, stream.getvalue())
    assert line["code"] == "stttt"


TWICE = {
    ImportKind.UNITS: ('INSERT INTO "units_unit"', UNIT_HEAD, GOOD_UNIT),
    ImportKind.PEOPLE: ('INSERT INTO "units_person"', PERSON_HEAD, GOOD_PERSON),
}


@pytest.mark.parametrize("kind", list(ImportKind))
@pytest.mark.parametrize("without_locks", [False, True])
@pytest.mark.django_db(transaction=True)
def test_of_two_imports_at_once_the_second_is_told_its_lines_and_writes_nothing(
    world: World, kind: ImportKind, without_locks: bool
) -> None:
    """Without the lock both find the name free, and the database alone refuses the second."""
    statement, head, same = TWICE[kind]
    moves = []
    for other in ("mot", "hai"):
        own = [other if cell in ("stttt", "an-btc") else cell for cell in same]
        lines = read_workbook(kind, workbook(head, own, same))

        def move(lines: list[dict[str, str]] = lines) -> int:
            return import_lines(actor=world.officer, kind=kind, council=world.council, lines=lines)

        moves.append(move)
    outcomes = race(*moves, meet_at=statement, without_locks=without_locks)
    (refused,) = [one for one in outcomes if one != 2]
    assert isinstance(refused, RuleError)
    assert str(refused) == "Chưa nhập gì: dòng 3 có lỗi."
    found = {*Unit.objects.values_list("code", flat=True)}
    found |= {*Person.objects.values_list("username", flat=True)}
    assert len(found & {"mot", "hai"}) == 1


def test_what_was_entered_since_the_preview_is_shown_at_its_line(
    world: World, client: Client
) -> None:
    client.force_login(world.officer)
    address = f"/thiet-lap/hoi-dong/{world.council.pk}/nhap/don-vi/"
    file = SimpleUploadedFile("u.xlsx", workbook(UNIT_HEAD, GOOD_UNIT))
    seal = client.post(address, {"file": file}).context["seal"]
    bring(world, ImportKind.UNITS, GOOD_UNIT)
    page = client.post(address, {"seal": seal}).content.decode()
    assert "Chưa nhập gì: dòng 2 có lỗi." in page
    assert "Đã có đơn vị mang mã này." in page
    assert 'name="seal"' not in page
