"""Each import, looked at and confirmed, asks the database as often for 50 lines as for 5."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from compacts.models import KeyTask, RegisteredTitle, Registration, Season
from compacts.services.registration_import import COLUMNS as REGISTRATION_COLUMNS
from scoring.models import Mark, Round, Sheet
from scoring.services.imports import import_season
from tests.cast import give_role, make_person
from tests.generated import season_of_size
from units.models import AuditEntry, Person
from units.rules import RoleKind
from units.services.audit import verify
from units.services.workbook_import import COLUMNS, ImportKind

FEW, MANY = 5, 50
# The lines of a file: of which season, how many, over how many units.
Rows = Callable[[Season, int, int], Sequence[Sequence[object]]]

pytestmark = pytest.mark.django_db


@pytest.fixture
def season() -> Season:
    return import_season(actor=None, data=season_of_size("xem", units=12, leaves=10))


@pytest.fixture
def secretary(season: Season) -> Person:
    person = make_person("tk-xem", "Nguyễn Thị Thư")
    head = season.participants.order_by("pk")[0]
    give_role(person, RoleKind.SECRETARY, unit=head.unit, bloc=season.bloc)
    return person


def units_of(_season: Season, count: int, _units: int) -> Sequence[Sequence[object]]:
    return [[f"moi-{number}", f"Sở {number}", f"S{number}", ""] for number in range(count)]


def people_of(season: Season, count: int, among: int) -> Sequence[Sequence[object]]:
    units = [row.unit.code for row in season.participants.all()]
    return [
        [
            f"Trần Văn {number}",
            f"moi-{number}",
            "",
            "",
            "",
            units[number % among],
            "Đại diện đơn vị",
        ]
        for number in range(count)
    ]


def registrations_of(season: Season, count: int, among: int) -> Sequence[Sequence[object]]:
    units = [row.unit.code for row in season.participants.all()]
    return [
        [units[number % among], "", "", f"Nhiệm vụ {number}", "Tỷ lệ", "%", "95", "1/12/2018", ""]
        for number in range(count)
    ]


ADDRESSES: dict[str, tuple[Callable[[Season], str], Rows]] = {
    "units": (
        lambda season: reverse("units:workbook_import", args=[season.bloc.council_id, "don-vi"]),
        units_of,
    ),
    "people": (
        lambda season: reverse(
            "units:workbook_import", args=[season.bloc.council_id, "nguoi-dung"]
        ),
        people_of,
    ),
    "registrations": (
        lambda season: reverse(
            "compacts:registration_import", args=[season.bloc.code, season.year]
        ),
        registrations_of,
    ),
}


def columns_of(kind: str) -> Sequence[str]:
    columns = {
        "units": COLUMNS[ImportKind.UNITS],
        "people": COLUMNS[ImportKind.PEOPLE],
        "registrations": REGISTRATION_COLUMNS,
    }
    return [one.title for one in columns[kind]]


def packed(book: openpyxl.Workbook) -> SimpleUploadedFile:
    stream = io.BytesIO()
    book.save(stream)
    return SimpleUploadedFile("d.xlsx", stream.getvalue())


def asked(client: Client, address: str, upload: SimpleUploadedFile, lines: int) -> tuple[int, int]:
    """How many statements the preview takes, and the confirmation; nothing stays written."""
    with CaptureQueriesContext(connection) as preview:
        page = client.post(address, {"file": upload})
    assert [len(page.context["lines"]), page.context["faulty"]] == [lines, 0]
    with transaction.atomic():
        before = AuditEntry.objects.count()
        with CaptureQueriesContext(connection) as confirmation:
            assert client.post(address, {"seal": page.context["seal"]}).status_code == 302
        written = AuditEntry.objects.order_by("pk")[before:]
        assert {verify(chain) for chain in {one.chain for one in written}} == {None}
        assert len(written) > 0
        transaction.set_rollback(True)
    return len(preview), len(confirmation)


def asked_for_lists(
    client: Client, season: Season, secretary: Person, kind: str, among: int
) -> list[tuple[int, int]]:
    """The statements for few and for many lines."""
    for model in (RegisteredTitle, KeyTask, Registration):
        model.objects.all().delete()
    client.force_login(secretary)
    address_of, rows_of = ADDRESSES[kind]
    found = []
    # What a process reads once is read with the first.
    for count in (FEW, FEW, MANY):
        book = openpyxl.Workbook()
        assert book.active is not None
        for row in (columns_of(kind), *rows_of(season, count, among)):
            book.active.append(list(row))
        found.append(asked(client, address_of(season), packed(book), count))
    return found[1:]


@pytest.mark.parametrize("kind", list(ADDRESSES))
def test_the_preview_of_a_list_asks_the_same_for_5_and_for_50_lines(
    client: Client, season: Season, secretary: Person, kind: str
) -> None:
    (few, _), (many, _) = asked_for_lists(client, season, secretary, kind, among=12)
    assert few == many


@pytest.mark.parametrize("kind", list(ADDRESSES))
def test_the_confirmation_of_a_list_asks_the_same_for_5_and_for_50_lines(
    client: Client, season: Season, secretary: Person, kind: str
) -> None:
    # Over the same units: each is told of its own registration, and asked for by itself.
    (_, few), (_, many) = asked_for_lists(client, season, secretary, kind, among=FEW)
    assert few == many


@pytest.mark.parametrize("sent", [True, False])
def test_an_import_of_marks_asks_the_same_for_5_and_for_50_lines(
    client: Client, season: Season, secretary: Person, *, sent: bool
) -> None:
    Round.objects.update(state="open")
    verified = Sheet.objects.filter(stage="verify")
    Mark.objects.filter(sheet__in=verified).delete()
    verified.update(state="open", submitted_at=None, scorer=None, scorer_code="secretariat")
    if not sent:
        Mark.objects.all().delete()
        Sheet.objects.update(state="open", submitted_at=None)
    client.force_login(secretary)
    where = [season.bloc.code, season.year, "nam"]
    found = []
    for count in (FEW, FEW, MANY):
        template = client.get(reverse("scoring:mark_template", args=where)).content
        book = openpyxl.load_workbook(io.BytesIO(template))
        (sheet,) = book.worksheets
        titles = [cell.value for cell in sheet[1]]
        filled = 0
        # Every other row, so that the lines are spread over the sheets.
        for number in [*range(2, sheet.max_row + 1, 2)][:count]:
            sheet.cell(number, titles.index("Kết quả *") + 1).value = 7.5
            sheet.cell(number, titles.index("Ghi chú, lý do") + 1).value = "Đã xem"
            filled += 1
        assert filled == count
        found.append(
            asked(client, reverse("scoring:mark_import", args=where), packed(book), count)
        )
    assert found[1] == found[2]


def test_the_template_of_marks_asks_the_same_for_a_larger_season(
    client: Client, season: Season, secretary: Person
) -> None:
    Round.objects.update(state="open")
    sheets = Sheet.objects.filter(stage="verify")
    sheets.update(state="open", submitted_at=None, scorer=None, scorer_code="secretariat")
    client.force_login(secretary)
    address = reverse("scoring:mark_template", args=[season.bloc.code, season.year, "nam"])
    found = []
    for kept in (12, 12, 3):
        few = [row.unit_id for row in season.participants.order_by("pk")[:kept]]
        sheets.exclude(unit__in=few).update(state="locked", submitted_at="2018-12-01T00:00Z")
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        found.append(len(captured))
    assert found[1] == found[2]
