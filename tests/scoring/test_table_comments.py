"""A drafted table before the units: they comment, and are told the answer."""

from __future__ import annotations

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from compacts.rules import CommentOutcome
from scoring.models import CriteriaTable, TableComment
from scoring.services import tables
from scoring.services.table_comments import answer_table_comment, comment_on_table
from tests.cast import (
    World,
)
from tests.scoring.casting import criterion_facts
from units.models import Notification
from units.rules import RuleError

pytestmark = pytest.mark.django_db


def opened(world: World, draft: CriteriaTable) -> CriteriaTable:
    return tables.open_for_comments(
        actor=world.secretary,
        table_id=draft.pk,
        edition=draft.edition,
        due_at=timezone.now() + datetime.timedelta(days=7),
    )


def test_units_comment_on_a_criterion_and_are_told_the_answer(
    client: Client, world: World, draft: CriteriaTable
) -> None:
    opened(world, draft)
    assert Notification.objects.filter(person=world.representative).exists()
    client.force_login(world.representative)
    address = f"/bang-diem/{draft.pk}/"
    assert "Ý kiến của" in client.get(address).content.decode()
    client.post(f"{address}gop-y/", {"criterion": "I.1", "text": "Nên chia nhỏ mục này."})
    comment = TableComment.objects.get()
    assert (comment.unit, comment.criterion_code) == (world.btc, "I.1")
    answer_table_comment(
        actor=world.secretary,
        comment_id=comment.pk,
        outcome=CommentOutcome.ACCEPTED,
        answer="Sẽ chia thành hai mục.",
    )
    assert "Sẽ chia thành hai mục." in client.get(address).content.decode()
    assert Notification.objects.filter(
        person=world.representative, key__startswith=f"table_comment:{comment.pk}"
    ).exists()


def test_a_draft_not_opened_for_comments_is_not_seen_by_units(
    client: Client, world: World, draft: CriteriaTable
) -> None:
    client.force_login(world.representative)
    assert client.get(f"/bang-diem/{draft.pk}/").status_code == 404


def test_no_comment_is_taken_after_the_time_or_for_another_unit(
    world: World, draft: CriteriaTable
) -> None:
    table = opened(world, draft)
    with pytest.raises(PermissionDenied):
        comment_on_table(actor=world.representative, table_id=table.pk, unit=world.duk, text="X")
    CriteriaTable.objects.filter(pk=table.pk).update(comments_due_at=timezone.now())
    with pytest.raises(RuleError, match="hết hạn"):
        comment_on_table(actor=world.representative, table_id=table.pk, unit=world.btc, text="X")


def test_a_comment_follows_its_criterion_to_the_new_code(
    world: World, draft: CriteriaTable
) -> None:
    table = opened(world, draft)
    comment_on_table(
        actor=world.representative, table_id=table.pk, unit=world.btc, text="X", criterion="I.1"
    )
    tables.save_criterion(
        actor=world.secretary, table_id=table.pk, edition=table.edition, code="I.1",
        facts=criterion_facts(code="I.5", max="600", rule={"kind": "judged", "step": "0.5"}),
    )  # fmt: skip
    assert TableComment.objects.get().criterion_code == "I.5"


def answered_by_the_secretary(
    client: Client, world: World, draft: CriteriaTable
) -> tuple[TableComment, str]:
    """A comment on an open table and where the secretary, now logged in, answers it."""
    table = opened(world, draft)
    comment = comment_on_table(
        actor=world.representative, table_id=table.pk, unit=world.btc, text="X"
    )
    client.force_login(world.secretary)
    address = reverse("scoring:table_comment_answer", args=[table.pk, comment.pk])
    return comment, address


def test_a_refused_answer_to_a_comment_stays_as_it_was_typed(
    client: Client, world: World, draft: CriteriaTable
) -> None:
    comment, address = answered_by_the_secretary(client, world, draft)
    page = client.post(address, {"outcome": "", "answer": "Sẽ chia hai mục"})
    assert ">Sẽ chia hai mục</textarea>" in page.content.decode()
    comment.refresh_from_db()
    assert comment.answer == ""


def test_who_answers_a_comment_that_another_has_just_answered_is_told_and_loses_nothing(
    client: Client, world: World, draft: CriteriaTable
) -> None:
    comment, address = answered_by_the_secretary(client, world, draft)
    first = {"seen": "", "answer": "Sẽ chia hai mục", "outcome": "accepted"}
    for _press in range(2):
        assert client.post(address, first).status_code == 302
    second = first | {"answer": "Để nguyên", "outcome": "declined"}
    page = client.post(address, second).content.decode()
    assert "Người khác vừa trả lời ý kiến này." in page
    assert ">Để nguyên</textarea>" in page
    comment.refresh_from_db()
    assert comment.answer == "Sẽ chia hai mục"
    assert f'name="seen" value="{comment.answer_mark}"' in page
    assert client.post(address, second | {"seen": comment.answer_mark}).status_code == 302


def test_a_comment_on_the_table_that_was_sent_twice_is_one(
    world: World, draft: CriteriaTable
) -> None:
    table = opened(world, draft)
    for text in ("Ý này.", " Ý này."):
        comment_on_table(actor=world.representative, table_id=table.pk, unit=world.btc, text=text)
    assert TableComment.objects.count() == 1
