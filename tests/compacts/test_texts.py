from __future__ import annotations

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from compacts.documents.word_differences import text_differences, word_pieces
from compacts.models import Compact, Draft, DraftVersion, IssuedPaper
from compacts.rules import CommentOutcome, CompactState, DraftKind, DraftState
from compacts.services.compacts import ArticleText
from compacts.services.papers import issued_file, run_paper_job
from compacts.services.text_papers import comments_paper
from compacts.services.texts import (
    answer_comment,
    comment_on_text,
    issue_text,
    newest_version,
    open_text,
    save_text,
    start_text,
)
from tests.cast import World
from tests.compacts.documents.reading import raw_text
from units.access import AccessDenied
from units.models import AuditEntry, Notification
from units.rules import EditConflictError, RuleError

ISSUED_ON = datetime.date(2018, 2, 5)


def make_text(world: World, kind: DraftKind = DraftKind.PROGRAMME) -> Draft:
    return start_text(
        actor=world.secretary, season=world.season, kind=kind, title="Chương trình năm 2018"
    )


def write(world: World, draft: Draft, *items: str, number: int | None = None) -> DraftVersion:
    return save_text(
        actor=world.secretary,
        draft_id=draft.pk,
        number=number or newest_version(draft).number,
        title=draft.title,
        sections=[ArticleText("Nội dung", items)],
    )


def opened(world: World) -> Draft:
    draft = make_text(world)
    due = timezone.now() + datetime.timedelta(days=4)
    return open_text(actor=world.secretary, draft_id=draft.pk, due_at=due)


def issue(world: World, draft: Draft, **more: bool) -> IssuedPaper:
    return issue_text(
        actor=world.secretary,
        draft_id=draft.pk,
        number="02-CTr/KTĐ",
        issued_on=ISSUED_ON,
        **more,
    )


def test_a_text_begins_from_a_template_as_its_first_version(world: World) -> None:
    draft = make_text(world)
    assert draft.state == DraftState.DRAFTING
    version = newest_version(draft)
    assert version.number == 1
    assert version.sections[0]["heading"] == "Mục đích, yêu cầu"


@pytest.mark.parametrize("who", ["representative", "head_of_ubkt", "leader", "operator"])
def test_only_who_runs_the_season_writes_its_texts(world: World, who: str) -> None:
    with pytest.raises(AccessDenied, match="Chỉ thư ký"):
        start_text(
            actor=world.people[who], season=world.season, kind=DraftKind.PROGRAMME, title="Thử"
        )


def test_saving_makes_a_new_version_and_keeps_the_old_one(world: World) -> None:
    draft = make_text(world)
    assert write(world, draft, "Ý một.").number == 2
    assert write(world, draft, "Ý một.", "Ý hai.").number == 3
    assert draft.versions.count() == 3


def test_saving_the_same_text_again_is_no_version(world: World) -> None:
    draft = make_text(world)
    write(world, draft, "Ý một.")
    assert write(world, draft, "Ý một.").number == 2
    assert draft.versions.count() == 2


def test_who_writes_over_a_newer_version_is_told_and_loses_nothing(world: World) -> None:
    draft = make_text(world)
    write(world, draft, "Người thứ nhất.")
    with pytest.raises(EditConflictError, match="phiên bản 2"):
        write(world, draft, "Người thứ hai.", number=1)
    assert draft.versions.count() == 2


def test_a_stored_version_never_changes(world: World) -> None:
    version = newest_version(make_text(world))
    with pytest.raises(IntegrityError), transaction.atomic():
        DraftVersion.objects.filter(pk=version.pk).update(sections=[])


def test_opening_a_text_asks_every_unit_once_for_comments(world: World) -> None:
    draft = opened(world)
    told = Notification.objects.filter(key=f"draft:{draft.pk}:opened")
    assert told.filter(person=world.representative).count() == 1
    open_text(
        actor=world.secretary,
        draft_id=draft.pk,
        due_at=timezone.now() + datetime.timedelta(days=9),
    )
    assert told.filter(person=world.representative).count() == 1


def test_a_comment_is_answered_and_the_unit_told(world: World) -> None:
    draft = opened(world)
    comment = comment_on_text(
        actor=world.representative,
        draft_id=draft.pk,
        unit=world.btc,
        text="Cụ thể hơn.",
        section=2,
    )
    answered = answer_comment(
        actor=world.secretary,
        comment_id=comment.pk,
        outcome=CommentOutcome.PARTLY,
        answer="Đã bổ sung chỉ số.",
    )
    assert answered.outcome == CommentOutcome.PARTLY
    assert Notification.objects.filter(
        person=world.representative, subject__startswith="Đã trả lời góp ý"
    ).exists()


def test_nobody_comments_for_another_unit_or_after_the_time(world: World) -> None:
    draft = opened(world)
    with pytest.raises(AccessDenied):
        comment_on_text(
            actor=world.representative, draft_id=draft.pk, unit=world.duk, text="Thay người khác"
        )
    Draft.objects.filter(pk=draft.pk).update(comments_due_at=timezone.now())
    with pytest.raises(RuleError, match="hết hạn"):
        comment_on_text(
            actor=world.representative, draft_id=draft.pk, unit=world.btc, text="Muộn rồi"
        )


def test_comments_and_answers_are_printed_as_a_table(world: World) -> None:
    draft = opened(world)
    comment_on_text(
        actor=world.representative,
        draft_id=draft.pk,
        unit=world.btc,
        text="Cụ thể hơn.",
        section=1,
    )
    paper = comments_paper(draft)
    rows = paper.blocks[1].rows
    assert rows[0].cells[1] == world.btc.name
    assert rows[0].cells[3:5] == ("Cụ thể hơn.", "Chưa trả lời")


def test_a_text_is_not_issued_over_open_comments_unknowingly(world: World) -> None:
    draft = opened(world)
    comment_on_text(actor=world.representative, draft_id=draft.pk, unit=world.btc, text="Khoan.")
    with pytest.raises(RuleError, match="Còn 1 ý kiến chưa trả lời"):
        issue(world, draft)
    assert issue(world, draft, despite_open_comments=True).number == "02-CTr/KTĐ"


def test_an_issued_text_is_frozen_with_its_file(world: World) -> None:
    draft = make_text(world)
    write(world, draft, "Ý được ban hành.")
    issued = issue(world, draft)
    assert issued.job is not None
    run_paper_job(issued.job.pk)
    issued.refresh_from_db()
    words = raw_text(issued_file(issued, "pdf"))
    assert "Ý được ban hành." in words
    assert "DỰ THẢO" not in words
    assert f"Mã kiểm tra: {issued.verify_code}" in words
    draft.refresh_from_db()
    with pytest.raises(RuleError, match="Không thể sửa"):
        write(world, draft, "Sửa lén.")
    with pytest.raises(IntegrityError), transaction.atomic():
        IssuedPaper.objects.filter(pk=issued.pk).update(number="99")
    with pytest.raises(IntegrityError), transaction.atomic():
        IssuedPaper.objects.filter(pk=issued.pk).delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        Draft.objects.filter(pk=draft.pk).update(state="drafting", issued_at=None)


def test_the_job_of_an_issued_paper_may_run_twice(world: World) -> None:
    issued = issue(world, make_text(world))
    assert issued.job is not None
    run_paper_job(issued.job.pk)
    issued.refresh_from_db()
    first = (issued.pdf.name, issued.pdf_sha256)
    run_paper_job(issued.job.pk)
    issued.refresh_from_db()
    assert (issued.pdf.name, issued.pdf_sha256) == first


def test_an_amendment_needs_a_compact_in_force_and_is_signed_by_all(world: World) -> None:
    with pytest.raises(RuleError, match="đã có hiệu lực"):
        make_text(world, DraftKind.AMENDMENT)
    Compact.objects.create(
        season=world.season,
        state=CompactState.IN_FORCE,
        number="01-GƯ/KTĐ",
        signed_on=datetime.date(2018, 3, 20),
        snapshot={},
        issued_at=timezone.now(),
        in_force_at=timezone.now(),
    )
    world.season.refresh_from_db()
    amendment = make_text(world, DraftKind.AMENDMENT)
    issued = issue(world, amendment)
    words = raw_text(issued_file(issued, "pdf"))
    assert "Căn cứ Giao ước thi đua số 01-GƯ/KTĐ ký ngày 20/3/2018" in words
    assert all(one.name.upper() in words for one in world.season.participants.all())


def test_a_text_that_amends_another_begins_with_its_words(world: World) -> None:
    first = make_text(world)
    write(world, first, "Nguyên văn.")
    issue(world, first)
    first.refresh_from_db()
    second = start_text(
        actor=world.secretary,
        season=world.season,
        kind=DraftKind.PROGRAMME,
        title="Chương trình sửa đổi",
        amends=first,
    )
    assert newest_version(second).sections == newest_version(first).sections


def test_the_public_page_says_that_a_text_was_amended(world: World, client: Client) -> None:
    draft = opened(world)
    paper = issue(world, draft)
    assert paper.job is not None
    run_paper_job(paper.job.pk)
    page = reverse("compacts:verify", args=[paper.verify_code])
    assert "bản hiện hành" in client.get(page).content.decode()

    change = start_text(
        actor=world.secretary,
        season=world.season,
        kind=DraftKind.PROGRAMME,
        title="Chương trình năm 2018 (sửa đổi)",
        amends=Draft.objects.get(pk=draft.pk),
    )
    newer = issue_text(
        actor=world.secretary, draft_id=change.pk, number="09-CTr/KTĐ", issued_on=ISSUED_ON
    )
    shown = client.get(page).content.decode()
    assert "Đã được sửa đổi bởi văn bản: 09-CTr/KTĐ (5/2/2018)" in shown
    assert "bản hiện hành" not in shown
    newer_page = reverse("compacts:verify", args=[newer.verify_code])
    assert "bản hiện hành" in client.get(newer_page).content.decode()

    paper.refresh_from_db()
    file = SimpleUploadedFile("chuong-trinh.pdf", issued_file(paper, "pdf"))
    checked = client.post(reverse("compacts:check"), {"file": file}).content.decode()
    assert "Đúng là tệp do hệ thống phát hành" in checked
    assert "Đã được sửa đổi bởi văn bản: 09-CTr/KTĐ" in checked


def test_an_answer_without_an_outcome_is_refused_at_its_field_and_kept(
    world: World, client: Client
) -> None:
    draft = opened(world)
    for text in ("Ý kiến thứ nhất.", "Ý kiến thứ hai."):
        made = comment_on_text(
            actor=world.representative, draft_id=draft.pk, unit=world.btc, text=text, section=1
        )
    client.force_login(world.secretary)
    address = reverse("compacts:text_answer", args=["hn-dang", 2018, draft.pk, made.pk])
    page = client.post(address, {"answer": "Sẽ bổ sung."}).content.decode()
    row = page.partition(f'id="y-kien-{made.pk}"')[2].partition("</tr>")[0]
    assert "Hãy chọn tiếp thu hay không." in row
    assert ">Sẽ bổ sung.</textarea>" in row
    answered = client.post(address, {"answer": "Sẽ bổ sung.", "outcome": "accepted"})
    assert answered["Location"].endswith(f"#y-kien-{made.pk}")


def test_every_step_is_in_the_audit_trail(world: World) -> None:
    draft = opened(world)
    write(world, draft, "Ý.")
    issue(world, draft)
    actions = AuditEntry.objects.filter(chain=world.season.audit_chain).order_by("sequence")
    assert list(actions.values_list("action", flat=True)) == [
        "start_text",
        "open_text",
        "save_text",
        "issue_paper",
        "issue_text",
    ]


def test_a_text_being_written_is_seen_by_its_authors_alone(world: World, client: Client) -> None:
    draft = make_text(world)
    address = reverse("compacts:text", args=["hn-dang", 2018, draft.pk])
    client.force_login(world.representative)
    assert client.get(address).status_code == 404
    client.force_login(world.secretary)
    assert client.get(address).status_code == 200


def test_the_page_walks_from_draft_to_issue(world: World, client: Client) -> None:
    client.force_login(world.secretary)
    base = "/khoi/hn-dang/2018/du-thao/"
    answer = client.post(f"{base}moi/", {"kind": "regulation", "title": "Quy chế hoạt động"})
    draft = Draft.objects.get()
    assert answer["Location"] == f"{base}{draft.pk}/sua/"
    page = client.get(f"{base}{draft.pk}/sua/")
    data = {
        "number": "1",
        "title": "Quy chế hoạt động của Khối",
        "note": "Sửa tên",
        "articles-TOTAL_FORMS": "1",
        "articles-INITIAL_FORMS": "1",
        "articles-0-heading": "Nguyên tắc",
        "articles-0-items": "Công khai.\nMinh bạch.",
        "articles-0-ORDER": "1",
    }
    assert page.status_code == 200
    assert client.post(f"{base}{draft.pk}/sua/", data).status_code == 302
    differences = client.get(f"{base}{draft.pk}/so-sanh/")
    assert "<ins>" in differences.content.decode()
    issued = client.post(
        f"{base}{draft.pk}/ban-hanh/", {"number": "03-QC/KTĐ", "issued_on": "5/2/2018"}
    )
    assert issued.status_code == 302
    pdf = client.get(f"{base}{draft.pk}/van-ban.pdf")
    assert pdf["Content-Type"] == "application/pdf"
    assert "QUY CHẾ HOẠT ĐỘNG" in raw_text(pdf.content)
    word = client.get(f"{base}{draft.pk}/van-ban.docx")
    assert word.content.startswith(b"PK")


def test_a_conflict_on_the_page_shows_both_texts(world: World, client: Client) -> None:
    draft = make_text(world)
    write(world, draft, "Của người thứ nhất.")
    client.force_login(world.secretary)
    page = client.post(
        f"/khoi/hn-dang/2018/du-thao/{draft.pk}/sua/",
        {
            "number": "1",
            "title": draft.title,
            "articles-TOTAL_FORMS": "1",
            "articles-INITIAL_FORMS": "1",
            "articles-0-heading": "Nội dung",
            "articles-0-items": "Của người thứ hai.",
            "articles-0-ORDER": "1",
        },
    ).content.decode()
    assert "Của người thứ nhất." in page
    assert "Của người thứ hai." in page
    assert 'name="number" value="2"' in page


def test_a_changed_sentence_shows_only_its_words() -> None:
    before = [{"heading": "Mục tiêu", "items": ["Đạt 95% chỉ tiêu.", "Giữ nguyên."]}]
    after = [{"heading": "Mục tiêu", "items": ["Đạt 98% chỉ tiêu.", "Giữ nguyên.", "Thêm."]}]
    lines = [[(p.change, p.text) for p in line.pieces] for line in text_differences(before, after)]
    assert lines == [
        [("same", "Mục tiêu")],
        [("same", "Đạt "), ("removed", "95%"), ("added", "98%"), ("same", " chỉ tiêu.")],
        [("same", "Giữ nguyên.")],
        [("added", "Thêm.")],
    ]


def test_a_sentence_that_was_rewritten_is_not_shown_in_scraps() -> None:
    before = "Đẩy mạnh phong trào thi đua với chỉ tiêu cụ thể, tiêu chí rõ ràng."
    after = "Đẩy mạnh phong trào thi đua, đạt 98,5% chỉ tiêu đã đăng ký."
    assert [(one.change, one.text) for one in word_pieces(before, after)] == [
        ("same", "Đẩy mạnh phong trào thi đua"),
        ("removed", " với chỉ tiêu cụ thể, tiêu chí rõ ràng"),
        ("added", ", đạt 98,5% chỉ tiêu đã đăng ký"),
        ("same", "."),
    ]


def test_a_mark_at_the_end_of_a_word_stays_while_the_word_goes() -> None:
    assert [(one.change, one.text) for one in word_pieces("Các đơn vị.", "Các khối.")] == [
        ("same", "Các "),
        ("removed", "đơn vị"),
        ("added", "khối"),
        ("same", "."),
    ]


@given(st.text(max_size=80), st.text(max_size=80))
def test_both_texts_can_be_read_from_their_differences(before: str, after: str) -> None:
    pieces = word_pieces(before, after)
    assert "".join(one.text for one in pieces if one.change != "added") == before
    assert "".join(one.text for one in pieces if one.change != "removed") == after


SECTIONS = st.lists(
    st.fixed_dictionaries(
        {
            "heading": st.sampled_from(["Mục tiêu", "Nội dung", "Tổ chức"]),
            "items": st.lists(st.sampled_from(["a b c", "a b d", "x", "y z"]), max_size=4),
        }
    ),
    max_size=4,
)


@given(SECTIONS, SECTIONS)
def test_no_line_of_either_version_is_lost(
    before: list[dict[str, object]], after: list[dict[str, object]]
) -> None:
    lines = text_differences(before, after)
    old = [
        "".join(p.text for p in line.pieces if p.change != "added")
        for line in lines
        if any(p.change != "added" for p in line.pieces)
    ]
    new = [
        "".join(p.text for p in line.pieces if p.change != "removed")
        for line in lines
        if any(p.change != "removed" for p in line.pieces)
    ]

    def flat(sections: list[dict[str, object]]) -> list[str]:
        return [t for one in sections for t in [str(one["heading"]), *one["items"]]]

    assert old == flat(before)
    assert new == flat(after)
