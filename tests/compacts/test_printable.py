"""Whatever is typed can be printed, or is refused at its field when it is typed."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from compacts.documents.compact import render_compact
from compacts.documents.limits import MOST_BASES, MOST_ITEMS
from compacts.documents.paper_limits import MOST_WRITTEN, check_paper
from compacts.forms.printable import Printable, lines_of
from compacts.models import Compact, Draft, KeyTask, Registration
from compacts.rules import RegistrationState
from compacts.services.registrations import missing_parts
from compacts.services.snapshots import draft_snapshot
from compacts.services.text_papers import draft_paper
from tests.cast import World, make_registration
from tests.compacts.documents.reading import raw_text
from tests.compacts.writing import make_text

HOSTILE = {
    "word": ("a" * 20_000, "ký tự"),
    "giant": ("a" * 100_000, "ký tự"),
    "breaks": ("x\n" * 200_000, "ký tự"),
    "lines": ("\n".join(f"dòng {place}" for place in range(10_000)), "ký tự"),
    "control": ("a\x07b", "có ký tự không in được (U+0007)"),
    "direction": ("a\u202eb", "có ký tự không in được (U+202E)"),
    "hidden": ("a\u200bb", "có ký tự không in được (U+200B)"),
    "picture": ("Thi đua 🎉", "có ký tự không in được (U+1F389 “🎉”)"),
    "accents": ("z" + "\u0301" * 200, "có ký tự không in được (U+0301)"),
    "nothing": ("a\x00b", "ký tự rỗng"),
    "address": ("https://example.vn/" + "a" * 200, "hãy thêm dấu cách"),
}
# What is text and nothing else.
HARMLESS = (
    '<img src="file:///etc/passwd"> <style>* { display: none }</style> <script>alert(1)</script>',
    "<div> " * 60,
    '<div style="display: flex"> ' * 9,
    "@import url( http://169.254.169.254/ )",
)


def sent(task: str) -> dict[str, str]:
    return {
        "version": "1",
        "tasks-TOTAL_FORMS": "1",
        "tasks-INITIAL_FORMS": "0",
        "tasks-0-text": task,
        "tasks-0-measure": "Tỷ lệ",
        "tasks-0-unit_of_measure": "%",
        "tasks-0-target": "100",
        "tasks-0-due_on": "15/12/2018",
    }


def articles(text: str, **more: str) -> dict[str, str]:
    return {
        "articles-TOTAL_FORMS": "1",
        "articles-INITIAL_FORMS": "0",
        "articles-0-heading": "Mục",
        "articles-0-items": text,
        "articles-0-ORDER": "1",
        **more,
    }


def assert_says(reason: str, answer: Any, field: str = "items") -> None:
    faults = answer.context["formset"].errors[0][field]
    assert reason.casefold() in " ".join(faults).casefold()


@pytest.mark.parametrize("what", HOSTILE)
def test_a_task_that_no_paper_can_hold_is_refused_where_it_is_typed(
    world: World, client: Client, what: str
) -> None:
    text, reason = HOSTILE[what]
    client.force_login(world.representative)
    answer = client.post("/khoi/hn-dang/2018/dang-ky/btc/", sent(text))
    assert answer.status_code == 200
    assert_says(reason, answer, "text")
    assert not KeyTask.objects.exists()


@pytest.mark.parametrize("what", HOSTILE)
def test_so_is_a_paragraph_of_the_compact_and_of_a_text(
    world: World, client: Client, draft: Compact, what: str
) -> None:
    text, reason = HOSTILE[what]
    client.force_login(world.secretary)
    facts = articles(text, version=str(draft.version), place="Phủ Lý", signed_on="20/3/2018")
    answer = client.post("/khoi/hn-dang/2018/giao-uoc/soan/", facts)
    assert_says(reason, answer)
    written = make_text(world)
    facts = articles(text, number="1", title=written.title)
    answer = client.post(f"/khoi/hn-dang/2018/du-thao/{written.pk}/sua/", facts)
    assert_says(reason, answer)
    assert Draft.objects.get().versions.count() == 1


def lines(count: int) -> str:
    return "\n".join(f"Ý {place}." for place in range(count))


def test_more_paragraphs_than_an_article_may_have_are_refused_where_they_are_typed(
    world: World, client: Client, draft: Compact
) -> None:
    client.force_login(world.secretary)
    page = "/khoi/hn-dang/2018/giao-uoc/soan/"
    facts = {"version": str(draft.version), "place": "Phủ Lý", "signed_on": "20/3/2018"}
    before = [tuple(one.items) for one in draft.articles.all()]
    answer = client.post(page, articles(lines(MOST_ITEMS + 1), **facts))
    assert_says(f"Có {MOST_ITEMS + 1} dòng, tối đa {MOST_ITEMS}.", answer)
    shown = answer.content.decode()
    assert f"Ý {MOST_ITEMS}." in shown
    summary = shown.partition('class="error-summary"')[2].partition("</ul>")[0]
    assert 'href="#id_articles-0-items">Nội dung (1): Có ' in summary
    assert [tuple(one.items) for one in draft.articles.all()] == before
    # Empty lines are not printed, so they are not counted.
    answer = client.post(page, articles(lines(MOST_ITEMS) + "\n\n", **facts))
    assert answer.status_code == 302


@pytest.mark.parametrize("field", ["bases", "recipients"])
def test_so_are_more_bases_and_recipients_than_are_printed(
    world: World, client: Client, draft: Compact, field: str
) -> None:
    client.force_login(world.secretary)
    facts = {"version": str(draft.version), "place": "Phủ Lý", "signed_on": "20/3/2018"}
    facts[field] = lines(MOST_BASES + 1)
    answer = client.post("/khoi/hn-dang/2018/giao-uoc/soan/", articles("Ý.", **facts))
    reason = f"Có {MOST_BASES + 1} dòng, tối đa {MOST_BASES}."
    assert answer.context["form"].errors == {field: [reason]}
    assert f"Ý {MOST_BASES}." in answer.content.decode()


def test_a_text_takes_as_many_paragraphs_as_its_paper_and_no_more(
    world: World, client: Client
) -> None:
    client.force_login(world.secretary)
    written = make_text(world)
    page = f"/khoi/hn-dang/2018/du-thao/{written.pk}/sua/"
    facts = articles(lines(MOST_WRITTEN // 2 - 1), number="1", title=written.title)
    facts |= {"articles-TOTAL_FORMS": "2", "articles-1-heading": "Hai", "articles-1-ORDER": "2"}
    full = facts | {"articles-1-items": lines(MOST_WRITTEN // 2 - 1)}
    answer = client.post(page, facts | {"articles-1-items": full["articles-1-items"] + "\nÝ."})
    (fault,) = answer.context["formset"].errors[1]["items"]
    assert fault.startswith(f"Các mục có {MOST_WRITTEN + 1} dòng")
    assert Draft.objects.get().versions.count() == 1
    assert client.post(page, full).status_code == 302
    check_paper(draft_paper(written))


@pytest.mark.parametrize("text", HARMLESS)
def test_markup_is_taken_as_the_text_it_is(
    world: World, client: Client, draft: Compact, text: str
) -> None:
    client.force_login(world.secretary)
    facts = articles(text, version=str(draft.version), place="Phủ Lý", signed_on="20/3/2018")
    assert client.post("/khoi/hn-dang/2018/giao-uoc/soan/", facts).status_code == 302
    draft.refresh_from_db()
    printed = "".join(raw_text(render_compact(draft_snapshot(draft))).split())
    assert "".join(text.split()) in printed


def test_what_a_cell_of_excel_brings_becomes_one_line(
    world: World, client: Client, draft: Compact
) -> None:
    client.force_login(world.representative)
    answer = client.post(
        "/khoi/hn-dang/2018/dang-ky/btc/", sent("Tham mưu đề án\r\nsắp xếp\tbộ máy ")
    )
    assert answer.status_code == 302
    assert KeyTask.objects.get().text == "Tham mưu đề án sắp xếp bộ máy"
    assert lines_of("Một\tý.\n\n Hai  ý. ") == ("Một ý.", "Hai ý.")


def test_tasks_that_came_another_way_do_not_hold_up_the_compact(
    world: World, draft: Compact
) -> None:
    registration = make_registration(world.season, world.btc, tasks=1)
    registration.tasks.update(text="Tham mưu\nđề án")
    Registration.objects.filter(pk=registration.pk).update(
        state=RegistrationState.ACCEPTED,
        submitted_at=datetime.datetime(2018, 2, 1, tzinfo=datetime.UTC),
        accepted_at=datetime.datetime(2018, 2, 2, tzinfo=datetime.UTC),
    )
    assert draft_snapshot(draft).targets[0].text == "Tham mưu đề án"


def test_a_theme_of_several_lines_is_printed_in_one(world: World, draft: Compact) -> None:
    draft.season.theme = "Đoàn kết,\r\nkỷ cương"
    assert draft_snapshot(draft).theme == "Đoàn kết, kỷ cương"


def test_a_task_from_a_file_that_cannot_be_printed_is_not_sent(world: World) -> None:
    registration = make_registration(world.season, world.btc, tasks=1)
    registration.tasks.update(text="Thi đua 🎉", measure="a" * 61, target=Decimal(1))
    assert missing_parts(registration) == [
        "Nhiệm vụ 1: có ký tự không in được (U+1F389 “🎉”), hãy xóa hoặc gõ lại.",
        "Nhiệm vụ 1: có từ dài 61 ký tự, tối đa 60; hãy thêm dấu cách.",
    ]


def test_the_line_of_several_that_has_the_fault_is_named() -> None:
    with pytest.raises(ValidationError, match="Dòng 2: có từ dài 61 ký tự"):
        Printable(1000)("Được.\n" + "a" * 61)
