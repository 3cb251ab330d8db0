from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from compacts.models import Compact, Document, Participant, Signature
from compacts.rules import CompactState
from compacts.services.documents import run_render_job
from tests.cast import World, make_unit
from tests.compacts.moves import EXE, PDF, save, sign
from units.models import Job


def at(world: World, name: str, *more: object) -> str:
    return reverse(f"compacts:{name}", args=[world.bloc.code, world.season.year, *more])


def text(response: object) -> str:
    content: bytes = getattr(response, "content", b"")
    return content.decode()


@pytest.fixture
def secretary(world: World, client: Client) -> Client:
    client.force_login(world.secretary)
    return client


def editor(compact: Compact, *articles: tuple[str, str], version: int = 0) -> dict[str, str]:
    """What the editor's page sends."""
    sent = {
        "version": str(version or compact.version),
        "place": "Phủ Lý",
        "signed_on": "20/3/2018",
        "articles-TOTAL_FORMS": str(len(articles)),
        "articles-INITIAL_FORMS": "0",
    }
    for place, (heading, items) in enumerate(articles):
        sent[f"articles-{place}-heading"] = heading
        sent[f"articles-{place}-items"] = items
        sent[f"articles-{place}-ORDER"] = str(place + 1)
    return sent


def signature(**changes: object) -> dict[str, object]:
    return {
        "signatory_name": "Phạm Văn Trưởng",
        "signatory_position": "Trưởng ban",
        "signed_on": "20/3/2018",
    } | changes


def test_from_the_template_to_the_editor_by_one_button(world: World, secretary: Client) -> None:
    assert "Soạn giao ước từ mẫu" in text(secretary.get(at(world, "compact")))
    response = secretary.post(at(world, "compact_start"), follow=True)
    assert response.redirect_chain[-1][0] == at(world, "compact_edit")
    assert "Tổ chức thực hiện" in text(response)


def test_a_member_reads_that_there_is_no_compact_yet(world: World, client: Client) -> None:
    client.force_login(world.representative)
    page = text(client.get(at(world, "compact")))
    assert "Mùa này chưa có giao ước." in page
    assert "Soạn giao ước từ mẫu" not in page


def test_the_editor_saves_each_line_as_a_paragraph(
    world: World, secretary: Client, draft: Compact
) -> None:
    sent = editor(draft, ("Mục tiêu", " Một. \n\nHai.\n"), ("Nội dung", "Ba."))
    response = secretary.post(at(world, "compact_edit"), sent, follow=True)
    assert "Đã lưu nội dung giao ước." in text(response)
    assert [article.items for article in draft.articles.all()] == [["Một.", "Hai."], ["Ba."]]


def test_the_editor_orders_and_deletes_articles(
    world: World, secretary: Client, draft: Compact
) -> None:
    sent = editor(draft, ("Một", "1"), ("Hai", "2"), ("Ba", "3"))
    sent |= {"articles-0-ORDER": "9", "articles-1-DELETE": "on"}
    secretary.post(at(world, "compact_edit"), sent)
    assert [article.heading for article in draft.articles.all()] == ["Ba", "Một"]


def test_the_second_writer_is_told_keeps_the_text_and_may_save_it(
    world: World, secretary: Client, draft: Compact
) -> None:
    save(world, draft, draft.version, "Người thứ nhất.")
    sent = editor(draft, ("Mục tiêu", "Người thứ hai."))
    response = secretary.post(at(world, "compact_edit"), sent)
    page = text(response)
    assert "Người khác vừa sửa giao ước này." in page
    assert "Người thứ nhất." in page
    assert "Người thứ hai." in page
    assert draft.articles.get().items == ["Người thứ nhất."]
    again = sent | {"version": response.context["form"]["version"].value()}
    secretary.post(at(world, "compact_edit"), again)
    assert draft.articles.get().items == ["Người thứ hai."]


def test_a_wrong_date_keeps_the_articles_that_were_typed(
    world: World, secretary: Client, draft: Compact
) -> None:
    sent = editor(draft, ("Mục tiêu", "Chưa lưu.")) | {"signed_on": "31/2/2018"}
    page = text(secretary.post(at(world, "compact_edit"), sent))
    assert "Chưa lưu." in page
    assert 'value="31/2/2018"' in page


def test_the_preview_is_a_pdf_or_says_why_not(
    world: World, secretary: Client, draft: Compact
) -> None:
    preview = secretary.get(at(world, "compact_preview"))
    assert preview["Content-Type"] == "application/pdf"
    assert preview.content.startswith(b"%PDF-")
    save(world, draft, draft.version, "a" * 90)
    refused = secretary.get(at(world, "compact_preview"))
    assert refused.status_code == 422
    assert "Mục “Mục tiêu”" in text(refused)


def test_issuing_asks_to_tick_that_registrations_are_missing(
    world: World, secretary: Client, draft: Compact
) -> None:
    sent = {"number": "07-GƯ/KTĐ", "signed_on": "20/3/2018"}
    response = secretary.post(at(world, "compact_issue"), sent)
    assert "Chưa chấp nhận đăng ký của" in response.context["form"].errors["despite_missing"][0]
    assert 'value="07-GƯ/KTĐ"' in text(response)
    secretary.post(at(world, "compact_issue"), sent | {"despite_missing": "on"})
    draft.refresh_from_db()
    assert (draft.state, draft.number) == (CompactState.SIGNING, "07-GƯ/KTĐ")


def test_issuing_twice_is_refused_in_words(
    world: World, secretary: Client, issued: Compact
) -> None:
    sent = {"number": "08", "signed_on": "20/3/2018", "despite_missing": "on"}
    assert "Không thể ban hành giao ước" in text(secretary.post(at(world, "compact_issue"), sent))


def test_a_unit_signs_and_the_board_shows_it(
    world: World, client: Client, issued: Compact
) -> None:
    client.force_login(world.representative)
    scan = SimpleUploadedFile("Trang ký.pdf", PDF, "application/pdf")
    address = at(world, "signature_new", "btc")
    page = text(client.post(address, signature(file=scan), follow=True))
    assert "Đã ghi nhận chữ ký của Ban Tổ chức Tỉnh ủy." in page
    assert "Phạm Văn Trưởng, Trưởng ban" in page
    assert "Trang ký.pdf" in page
    stored = client.get(at(world, "scan_file", "btc"))
    assert stored["Content-Disposition"].startswith("attachment")
    assert b"".join(stored) == PDF


@pytest.mark.parametrize("content", [EXE, b""])
def test_a_scan_that_is_none_is_refused_at_its_field_and_the_name_stays(
    world: World, client: Client, issued: Compact, content: bytes
) -> None:
    client.force_login(world.representative)
    scan = SimpleUploadedFile("trang ký.pdf", content, "application/pdf")
    response = client.post(at(world, "signature_new", "btc"), signature(file=scan))
    assert response.status_code == 200
    assert response.context["form"].errors["file"]
    assert 'value="Phạm Văn Trưởng"' in text(response)
    assert not Signature.objects.exists()


def test_a_scan_is_added_later(world: World, secretary: Client, issued: Compact) -> None:
    sign(world, issued, world.btc)
    address = at(world, "signature_scan", "btc")
    wrong = secretary.post(address, {"file": SimpleUploadedFile("x.pdf", EXE)})
    assert wrong.context["form"].errors["file"]
    secretary.post(address, {"file": SimpleUploadedFile("x.pdf", PDF)})
    scan = Signature.objects.get().scan
    assert scan is not None
    assert scan.content_type == "application/pdf"


def test_a_scan_that_is_not_there_is_not_found(
    world: World, secretary: Client, issued: Compact
) -> None:
    sign(world, issued, world.btc)
    assert secretary.get(at(world, "scan_file", "btc")).status_code == 404


def test_the_pdf_is_offered_once_it_is_made(
    world: World, secretary: Client, issued: Compact
) -> None:
    assert "Tải PDF" not in text(secretary.get(at(world, "compact")))
    run_render_job(Job.objects.get().pk)
    assert at(world, "compact_pdf", 1) in text(secretary.get(at(world, "compact")))
    stored = secretary.get(at(world, "compact_pdf", 1))
    assert stored["Content-Type"] == "application/pdf"
    assert b"".join(stored).startswith(b"%PDF-")


def test_the_public_check_shows_what_it_may_and_nothing_else(
    world: World, client: Client, issued: Compact
) -> None:
    sign(world, issued, world.btc)
    run_render_job(Job.objects.latest("pk").pk)
    response = client.get(reverse("compacts:verify", args=[issued.verify_code]))
    page = text(response)
    assert response.status_code == 200
    for shown in (
        "01-GƯ/KTĐ",
        issued.snapshot_hash,
        Document.objects.get().sha256,
        "Ban Tổ chức Tỉnh ủy",
        "20/3/2018",
        "chưa ký",
    ):
        assert shown in page
    for hidden in (
        world.representative.full_name,
        world.secretary.full_name,
        "Nội dung thi đua",
        at(world, "compact"),
        "dai-dien",
    ):
        assert hidden not in page
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("code", ["abcdefghjkmn", "0"])
def test_an_unknown_code_is_not_found(
    world: World, client: Client, issued: Compact, code: str
) -> None:
    response = client.get(reverse("compacts:verify", args=[code]))
    assert response.status_code == 404


def test_a_draft_has_no_public_page(world: World, client: Client, draft: Compact) -> None:
    Compact.objects.filter(pk=draft.pk).update(verify_code="23456789abcd")
    response = client.get(reverse("compacts:verify", args=["23456789abcd"]))
    assert response.status_code == 404


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize("who", ["secretary", "representative", "leader"])
def test_the_signing_board_asks_no_more_questions_for_more_units(
    world: World, client: Client, issued: Compact, who: str
) -> None:
    client.force_login(world.people[who])
    few = queries(client, at(world, "compact"))
    for number in range(20):
        unit = make_unit(world.council, f"them-{number}", f"Đơn vị thêm {number}")
        Participant.objects.create(
            season=world.season,
            unit=unit,
            position=10 + number,
            name=unit.name,
            short_name=unit.short_name,
            sort_key=unit.sort_key,
        )
    assert queries(client, at(world, "compact")) == few


def named(world: World) -> dict[str, str]:
    return {row.short_name: row.signatory_name for row in world.season.participants.all()}


def sent_for(world: World, formset: Any, names: dict[str, str]) -> dict[str, str]:
    """What the page of signatories sends along, with these names typed."""
    values = {"form-TOTAL_FORMS": "3", "form-INITIAL_FORMS": "3"}
    values |= {field.html_name: str(field.value() or "") for row in formset for field in row}
    units = list(named(world))
    return values | {
        f"form-{units.index(unit)}-signatory_name": name for unit, name in names.items()
    }


def test_two_who_name_signatories_at_once_both_find_what_they_wrote(
    world: World, secretary: Client
) -> None:
    """Both pages show all units; each person writes about one of them."""
    address = at(world, "signatories")
    rows = list(secretary.get(address).context["formset"])
    secretary.post(address, sent_for(world, rows, {"UBKT": "Trần Quốc Hùng"}))
    secretary.post(address, sent_for(world, rows, {"BTC": "Phạm Văn Trưởng"}))
    assert named(world) == {
        "UBKT": "Trần Quốc Hùng",
        "ĐUK": "Thủ trưởng ĐUK",
        "BTC": "Phạm Văn Trưởng",
    }


def test_who_names_another_for_the_same_unit_is_told_and_may_insist(
    world: World, secretary: Client
) -> None:
    address = at(world, "signatories")
    rows = list(secretary.get(address).context["formset"])
    # The same again is the second press of the button.
    for _press in range(2):
        answer = secretary.post(address, sent_for(world, rows, {"BTC": "Phạm Văn Trưởng"}))
        assert answer.status_code == 302
    second = {"BTC": "Lê Thị Khác", "UBKT": "Trần Quốc Hùng"}
    refused = secretary.post(address, sent_for(world, rows, second))
    page = refused.content.decode()
    assert "Người khác vừa sửa nội dung này nên chưa lưu." in page
    assert "Bản đang lưu: Phạm Văn Trưởng" in page
    assert page.count("Bản đang lưu") == 1
    assert 'value="Lê Thị Khác"' in page
    assert named(world)["BTC"] == "Phạm Văn Trưởng"
    assert named(world)["UBKT"] != "Trần Quốc Hùng"
    again = sent_for(world, refused.context["formset"], {})
    assert secretary.post(address, again).status_code == 302
    assert named(world) == {**second, "ĐUK": "Thủ trưởng ĐUK"}
