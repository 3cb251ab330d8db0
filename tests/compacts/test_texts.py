"""A text is written in versions, commented on and answered."""

from __future__ import annotations

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from compacts.documents.paper_word import word_file
from compacts.models import Comment, Draft, DraftVersion
from compacts.rules import CommentOutcome, DraftKind, DraftState
from compacts.services.text_papers import comments_paper
from compacts.services.texts import (
    answer_comment,
    comment_on_text,
    newest_version,
    open_text,
    start_text,
)
from tests.cast import World
from tests.compacts.documents.papers import word_words
from tests.compacts.documents.reading import raw_text
from tests.compacts.writing import issue, make_text, opened, write
from units.access import AccessDenied
from units.listing import ON_A_PAGE
from units.models import AuditEntry, Notification, Unit
from units.rules import EditConflictError, RuleError


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


def test_a_round_of_comments_opened_again_after_it_ended_is_told_again(world: World) -> None:
    draft = opened(world)
    told = Notification.objects.filter(person=world.representative, key__contains=":opened")
    Draft.objects.filter(pk=draft.pk).update(comments_due_at=timezone.now())
    due = timezone.now() + datetime.timedelta(days=9)
    for _again in range(2):
        open_text(actor=world.secretary, draft_id=draft.pk, due_at=due)
        assert told.count() == 2


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


def test_the_second_press_of_the_button_is_no_second_comment(world: World) -> None:
    draft = opened(world)

    def comment(text: str, section: int = 1) -> Comment:
        return comment_on_text(
            actor=world.representative,
            draft_id=draft.pk,
            unit=world.btc,
            text=text,
            section=section,
        )

    first = comment("Cụ thể hơn.")
    assert comment(" Cụ thể hơn.") == first
    assert comment("Cụ thể hơn.", section=2) != first
    assert comment("Cụ thể hơn nữa.") != first
    Comment.objects.update(written_at=timezone.now() - datetime.timedelta(minutes=2))
    assert comment("Cụ thể hơn.") != first


def test_who_answers_a_comment_that_another_has_just_answered_is_told_and_loses_nothing(
    world: World, client: Client
) -> None:
    draft = opened(world)
    made = comment_on_text(
        actor=world.representative, draft_id=draft.pk, unit=world.btc, text="Cụ thể hơn."
    )
    client.force_login(world.secretary)
    address = reverse("compacts:text_answer", args=["hn-dang", 2018, draft.pk, made.pk])
    first = {"seen": "", "answer": "Sẽ bổ sung.", "outcome": "accepted"}
    for _press in range(2):
        assert client.post(address, first).status_code == 302
    second = first | {"answer": "Không bổ sung.", "outcome": "declined"}
    page = client.post(address, second).content.decode()
    assert "Người khác vừa trả lời ý kiến này." in page
    assert ">Không bổ sung.</textarea>" in page
    made.refresh_from_db()
    assert made.answer == "Sẽ bổ sung."
    assert f'name="seen" value="{made.answer_mark}"' in page
    assert client.post(address, second | {"seen": made.answer_mark}).status_code == 302


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
    assert paper.subject == "Dự thảo Chương trình công tác “Chương trình năm 2018”"
    assert rows[0].cells[1:3] == (world.btc.name, "I- Mục đích, yêu cầu (bản 1)")
    assert rows[0].cells[3:5] == ("Cụ thể hơn.", "Chưa trả lời")


def test_comments_are_printed_under_the_names_of_the_season(world: World) -> None:
    draft = opened(world)
    comment_on_text(
        actor=world.representative, draft_id=draft.pk, unit=world.btc, text="Cụ thể hơn."
    )
    name = world.season.participants.get(unit=world.btc).name
    Unit.objects.filter(pk=world.btc.pk).update(name="Ban Tổ chức và Nội vụ")
    assert comments_paper(draft).blocks[1].rows[0].cells[1] == name


def test_the_page_numbers_the_sections_as_the_paper_does(world: World, client: Client) -> None:
    draft = opened(world)
    comment_on_text(
        actor=world.representative, draft_id=draft.pk, unit=world.btc, text="Bổ sung.", section=2
    )
    client.force_login(world.representative)
    address = reverse("compacts:text", args=["hn-dang", 2018, draft.pk])
    page = " ".join(client.get(address).content.decode().split())
    for mark, text in [("I-", "MỤC ĐÍCH, YÊU CẦU"), ("II-", "NỘI DUNG HOẠT ĐỘNG")]:
        assert f">{mark} {text}</h2>" in page
    assert "<p>1- Tổ chức ký kết giao ước" in page
    about = "II- Nội dung hoạt động"
    assert page.count(about) == 2, "of the comment and of the form for the next one"
    assert about in client.get(address, {"dang": "csv"}).content.decode("utf-8-sig")
    draft.season.bloc.letterhead = "state"
    draft.season.bloc.save()
    assert ">II. NỘI DUNG HOẠT ĐỘNG</h2>" in client.get(address).content.decode()


def test_a_comment_of_two_lines_can_be_printed(world: World, client: Client) -> None:
    draft = opened(world)
    client.force_login(world.representative)
    address = reverse("compacts:text_comment", args=["hn-dang", 2018, draft.pk])
    client.post(address, {"section": "0", "text": "Bỏ mục này.\r\nGộp vào mục sau."})
    printed = " ".join(word_words(word_file(comments_paper(draft))))
    assert "Bỏ mục này. Gộp vào mục sau." in printed


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


def test_the_links_of_a_refused_form_lead_to_the_text_s_page(world: World, client: Client) -> None:
    draft = opened(world)
    of_unit = {"actor": world.representative, "draft_id": draft.pk, "unit": world.btc}
    for place in range(ON_A_PAGE + 1):
        made = comment_on_text(**of_unit, text=f"Ý kiến {place}.")
    client.force_login(world.secretary)
    place = ["hn-dang", 2018, draft.pk]
    address = reverse("compacts:text_answer", args=[*place, made.pk])
    assert 'href="?trang=2"' in client.post(address, {"answer": "Sẽ bổ sung."}).content.decode()
    page = reverse("compacts:text", args=place)
    following = client.get(f"{address}?trang=2")
    assert following["Location"] == f"{page}?trang=2"
    assert client.get(following["Location"]).status_code == 200
    for form in ("text_open", "text_comment"):
        answer = client.get(reverse(f"compacts:{form}", args=place), {"dang": "csv"})
        assert answer["Location"] == f"{page}?dang=csv"


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


def test_a_comment_that_came_too_late_is_refused_and_shown_again(
    world: World, client: Client
) -> None:
    draft = opened(world)
    Draft.objects.filter(pk=draft.pk).update(comments_due_at=timezone.now())
    client.force_login(world.representative)
    address = reverse("compacts:text_comment", args=["hn-dang", 2018, draft.pk])
    page = client.post(address, {"section": "0", "text": "Mục II cần chỉ tiêu cụ thể."})
    shown = page.content.decode()
    assert "Đã hết hạn góp ý." in shown
    assert "Mục II cần chỉ tiêu cụ thể." in shown
    assert not Comment.objects.exists()
