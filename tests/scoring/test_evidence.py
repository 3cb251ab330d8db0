from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from scoring.models import Evidence, Sheet
from scoring.services.evidence import add_evidence, reuse_evidence, withdraw_evidence
from scoring.services.sheet_papers import self_score_paper
from scoring.services.sheets import IncompleteSheetError, submit_sheet
from tests.cast import World
from tests.scoring.casting import (
    fill,
    leaf,
    make_scoring,
    opened_round,
    put,
    sheet_address,
    sheet_of,
)
from units.models import Person
from units.rules import RuleError

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def world() -> World:
    return make_scoring()


@pytest.fixture
def sheet(world: World) -> Sheet:
    """The sheet of ``btc`` with one mark to prove."""
    sheet = sheet_of(opened_round(world), world.btc)
    put(world.representative, sheet, "I.2", {"points": "28.5"})
    return sheet


def log_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def upload(name: str = "Báo cáo số 12.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="text/html")


def test_a_file_is_added_and_downloaded_under_a_safe_name(world: World, sheet: Sheet) -> None:
    client = log_in(world.representative)
    where = reverse("scoring:evidence", args=[*sheet_address(sheet), leaf("I.2").pk])
    data = {"file": upload(), "description": "Số 12-BC/BTC, trang 3"}
    assert client.post(where, data, follow=True).status_code == 200
    found = Evidence.objects.get()
    answer = client.get(reverse("scoring:evidence_file", args=[*sheet_address(sheet), found.pk]))
    assert b"".join(answer) == PDF
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment;")


def test_another_unit_cannot_download_the_file(world: World, sheet: Sheet) -> None:
    found = add_evidence(
        actor=world.representative, sheet_id=sheet.pk, criterion="I.2", upload=upload(),
        upload_name="Báo cáo.pdf",
    )  # fmt: skip
    where = reverse("scoring:evidence_file", args=[*sheet_address(sheet), found.pk])
    for person in (world.scorer_of_duk, world.operator, world.stranger):
        assert log_in(person).get(where).status_code == 404
    assert b"".join(log_in(world.secretary).get(where)) == PDF


def test_a_file_is_not_reached_through_another_sheet(world: World, sheet: Sheet) -> None:
    found = add_evidence(
        actor=world.representative, sheet_id=sheet.pk, criterion="I.2", upload=upload(),
        upload_name="Báo cáo.pdf",
    )  # fmt: skip
    other = sheet_of(sheet.round, world.ubkt)
    where = reverse("scoring:evidence_file", args=[*sheet_address(other), found.pk])
    assert log_in(world.head_of_ubkt).get(where).status_code == 404


def test_a_file_that_is_not_what_it_says_is_refused_at_the_field(
    world: World, sheet: Sheet
) -> None:
    where = reverse("scoring:evidence", args=[*sheet_address(sheet), leaf("I.2").pk])
    data = {"file": upload("bao-cao.pdf", b"<script>alert(1)</script>")}
    html = log_in(world.representative).post(where, data).content.decode()
    assert "Chỉ nhận tệp PDF" in html
    assert not Evidence.objects.exists()


@pytest.mark.parametrize("link", ["javascript:alert(1)", "ftp://x.vn/a", "file:///etc/passwd"])
def test_only_web_links_are_taken(world: World, sheet: Sheet, link: str) -> None:
    with pytest.raises(RuleError, match="https://"):
        add_evidence(actor=world.representative, sheet_id=sheet.pk, criterion="I.2", link=link)


def test_neither_file_nor_link_is_no_evidence(world: World, sheet: Sheet) -> None:
    with pytest.raises(RuleError, match="chọn một tệp"):
        add_evidence(actor=world.representative, sheet_id=sheet.pk, criterion="I.2")


def test_a_line_is_marked_before_it_is_proved(world: World, sheet: Sheet) -> None:
    with pytest.raises(RuleError, match="chấm mục này trước"):
        add_evidence(
            actor=world.representative, sheet_id=sheet.pk, criterion="I.1", link="https://a.vn/"
        )


def test_withdrawn_evidence_is_kept_but_proves_nothing(world: World, sheet: Sheet) -> None:
    fill(world.representative, sheet)
    found = Evidence.objects.get()
    withdraw_evidence(actor=world.representative, sheet_id=sheet.pk, evidence_id=found.pk)
    found.refresh_from_db()
    assert found.withdrawn_at is not None
    with pytest.raises(IncompleteSheetError, match="1 chỗ thiếu"):
        submit_sheet(actor=world.representative, sheet_id=sheet.pk)
    where = reverse("scoring:evidence", args=[*sheet_address(sheet), leaf("I.2").pk])
    assert "đã rút" in log_in(world.representative).get(where).content.decode()


def test_evidence_of_a_sent_sheet_stays(world: World, sheet: Sheet) -> None:
    fill(world.representative, sheet)
    submit_sheet(actor=world.representative, sheet_id=sheet.pk)
    with pytest.raises(RuleError, match="Không thể"):
        withdraw_evidence(
            actor=world.representative, sheet_id=sheet.pk, evidence_id=Evidence.objects.get().pk
        )


def test_a_mark_with_evidence_is_not_cleared(world: World, sheet: Sheet) -> None:
    add_evidence(
        actor=world.representative, sheet_id=sheet.pk, criterion="I.2", link="https://a.vn/"
    )
    with pytest.raises(RuleError, match="đã có minh chứng"):
        put(world.representative, sheet, "I.2", None)


def test_one_file_serves_several_criteria_and_is_stored_once(world: World, sheet: Sheet) -> None:
    put(world.representative, sheet, "I.1", {"achieved": "95"})
    client = log_in(world.representative)
    first = reverse("scoring:evidence", args=[*sheet_address(sheet), leaf("I.2").pk])
    client.post(first, {"file": upload(), "description": "Số 12-BC/BTC"})
    source = Evidence.objects.get()
    other = reverse("scoring:evidence", args=[*sheet_address(sheet), leaf("I.1").pk])
    assert "Dùng cho mục này" in client.get(other).content.decode()
    for _again in range(2):
        client.post(f"{other}dung-lai/", {"evidence": source.pk})
    found = Evidence.objects.exclude(pk=source.pk).get()
    assert (found.file_id, found.description) == (source.file_id, "Số 12-BC/BTC")
    assert found.mark.criterion.code == "I.1"
    withdraw_evidence(actor=world.representative, sheet_id=sheet.pk, evidence_id=source.pk)
    found.refresh_from_db()
    assert found.withdrawn_at is None


def test_evidence_of_another_sheet_is_not_reused(world: World, sheet: Sheet) -> None:
    other = sheet_of(sheet.round, world.ubkt)
    put(world.people["head_of_ubkt"], other, "I.2", {"points": "20"})
    theirs = add_evidence(
        actor=world.people["head_of_ubkt"],
        sheet_id=other.pk,
        criterion="I.2",
        link="https://hanam.gov.vn/1",
    )
    with pytest.raises(RuleError, match="Không có minh chứng này"):
        reuse_evidence(
            actor=world.representative,
            sheet_id=sheet.pk,
            criterion="I.2",
            evidence_id=theirs.pk,
        )


def test_a_pdf_is_shown_in_the_page_only_where_that_is_asked_for(
    world: World, sheet: Sheet
) -> None:
    client = log_in(world.representative)
    where = reverse("scoring:evidence", args=[*sheet_address(sheet), leaf("I.2").pk])
    client.post(where, {"file": upload()})
    file = reverse(
        "scoring:evidence_file", args=[*sheet_address(sheet), Evidence.objects.get().pk]
    )
    assert f"{file}?xem=1" in client.get(where).content.decode()
    for asked, wanted in (("", "attachment"), ("?xem=1", "inline")):
        answer = client.get(f"{file}{asked}")
        assert b"".join(answer) == PDF
        assert answer["Content-Disposition"].startswith(wanted)


def test_withdrawn_evidence_is_not_printed_as_proof(world: World, sheet: Sheet) -> None:
    for link in ("https://hanam.gov.vn/sai", "https://hanam.gov.vn/dung"):
        add_evidence(actor=world.representative, sheet_id=sheet.pk, criterion="I.2", link=link)
    wrong = Evidence.objects.get(link__endswith="sai")
    withdraw_evidence(actor=world.representative, sheet_id=sheet.pk, evidence_id=wrong.pk)
    paper = self_score_paper(sheet, world.representative)
    printed = str(paper.blocks)
    assert "https://hanam.gov.vn/dung" in printed
    assert "https://hanam.gov.vn/sai" not in printed
