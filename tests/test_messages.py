"""Every message leads whoever gets it to a page that opens for them."""

from __future__ import annotations

import datetime
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from compacts.models import AdHocTask, Comment, Compact, Draft, Multiplication, Registration
from compacts.rules import Step
from compacts.services import notices as of_compacts
from compacts.services.ad_hoc_tasks import (
    AdHocFacts,
    change_ad_hoc_task,
    confirm_ad_hoc_task,
    enter_ad_hoc_task,
    refuse_ad_hoc_task,
)
from compacts.services.registrations import submit_registration
from compacts.services.seasons import MilestoneFacts, save_milestone
from scoring.models import (
    CriteriaTable,
    Exemption,
    Explanation,
    Objection,
    Poll,
    Publication,
    Sheet,
    TableComment,
)
from scoring.rules import Stage
from scoring.services import notices as of_scoring
from tests.access.scene import make_scene
from tests.cast import World, make_milestone, make_registration
from units.models import Notification, Person
from units.rules import Occasion

Arguments = Callable[[World], tuple[Any, ...]]


def compact(world: World) -> tuple[Any, ...]:
    return (Compact.objects.get(season=world.season),)


def registration(world: World) -> tuple[Any, ...]:
    return (Registration.objects.get(season=world.season, unit=world.btc),)


def imported(world: World) -> tuple[Any, ...]:
    return (*registration(world), 3)


def multiplied(world: World) -> tuple[Any, ...]:
    return (Multiplication.objects.first(),)


def ad_hoc(world: World) -> tuple[Any, ...]:
    return (AdHocTask.objects.get(),)


def extended(world: World) -> tuple[Any, ...]:
    milestone = make_milestone(world.season, Step.REGISTRATION, datetime.timedelta(days=1))
    milestone.extended_to = timezone.now() + datetime.timedelta(days=5)
    milestone.extension_reason = "Bão số 3"
    return (milestone,)


def text(world: World) -> tuple[Any, ...]:
    return (Draft.objects.get(),)


def text_comment(world: World) -> tuple[Any, ...]:
    return (Comment.objects.get(),)


def sheet(world: World) -> tuple[Any, ...]:
    return (Sheet.objects.get(stage=Stage.SELF),)


def verification(world: World) -> tuple[Any, ...]:
    return (Sheet.objects.filter(stage=Stage.VERIFY, unit=world.btc).first(),)


def scored(world: World) -> tuple[Any, ...]:
    return (sheet(world)[0].round,)


def publication(world: World) -> tuple[Any, ...]:
    return (Publication(pk=0, round=scored(world)[0], version=2, reason="Tính lại 5% điểm"),)


def explanation(world: World) -> tuple[Any, ...]:
    return (Explanation.objects.get(),)


def exemption(world: World) -> tuple[Any, ...]:
    found = Exemption.objects.get()
    found.unit = world.btc
    return (found,)


def objection(world: World) -> tuple[Any, ...]:
    return (Objection.objects.get(),)


def draft_table(world: World) -> tuple[Any, ...]:
    return (CriteriaTable.objects.get(comments_due_at__isnull=False),)


def table_comment(world: World) -> tuple[Any, ...]:
    found = TableComment.objects.get()
    found.answered_at = timezone.now()
    return (found,)


def poll(world: World) -> tuple[Any, ...]:
    return Poll.objects.get(), [world.representative]


TOLD: dict[str, Arguments] = {
    "tell_accepted": registration,
    "tell_ad_hoc_done": ad_hoc,
    "tell_ad_hoc_judged": ad_hoc,
    "tell_answered": explanation,
    "tell_approval_asked": registration,
    "tell_comment_answered": table_comment,
    "tell_comments_open": draft_table,
    "tell_exemption_answered": exemption,
    "tell_exemption_asked": exemption,
    "tell_explained": explanation,
    "tell_extended": extended,
    "tell_imported": imported,
    "tell_in_force": compact,
    "tell_issued": compact,
    "tell_multiplied": multiplied,
    "tell_objected": objection,
    "tell_objection_answered": objection,
    "tell_opened": scored,
    "tell_poll_closed": poll,
    "tell_poll_opened": poll,
    "tell_published": publication,
    "tell_returned": registration,
    "tell_sheet_returned": sheet,
    "tell_submitted": registration,
    "tell_text_answered": text_comment,
    "tell_text_issued": text,
    "tell_text_opened": text,
    "tell_verified": verification,
}
TELLERS = {
    name: function
    for module in (of_compacts, of_scoring)
    for name, function in inspect.getmembers(module, inspect.isfunction)
    if name.startswith("tell_") and function.__module__ == module.__name__
}


def test_every_message_is_looked_at_here() -> None:
    assert set(TOLD) == set(TELLERS)


@pytest.mark.parametrize("name", sorted(TOLD))
def test_a_message_leads_everybody_who_gets_it_to_its_place(
    world: World, client: Client, settings: Settings, tmp_path: Path, name: str
) -> None:
    settings.MEDIA_ROOT = tmp_path
    make_scene(world)
    arguments = TOLD[name](world)
    Notification.objects.all().delete()
    TELLERS[name](*arguments, world.officer)
    made = Notification.objects.select_related("person")
    assert made.count()
    for one in made:
        assert one.about == str(world.season)
        assert "%(" not in f"{one.subject}{one.text}"
        client.force_login(one.person)
        opened = client.get(f"/thong-bao/{one.pk}/")
        assert client.get(opened["Location"]).status_code == 200, (one.person, one.path)


# --- what was not told before -----------------------------------------------------------------


def told(person: Person) -> list[tuple[str, str]]:
    rows = Notification.objects.filter(person=person).order_by("pk")
    return list(rows.values_list("occasion", "subject"))


def test_the_secretaries_learn_of_a_registration_that_was_sent(world: World) -> None:
    made = make_registration(world.season, world.btc)
    submit_registration(actor=world.head_of_btc, registration_id=made.pk)
    submit_registration(actor=world.head_of_btc, registration_id=made.pk)
    line = (Occasion.RECEIVED, "Ban Tổ chức Tỉnh ủy gửi đăng ký thi đua năm 2018")
    assert told(world.secretary) == told(world.deputy_secretary) == [line]
    assert told(world.representative) == told(world.officer) == []


def test_units_learn_of_a_deadline_put_off_once_for_each_new_day(world: World) -> None:
    now = timezone.now()

    def save(days: int | None) -> None:
        facts = MilestoneFacts(
            opens_at=None,
            due_at=now,
            extended_to=now + datetime.timedelta(days=days) if days else None,
            extension_reason="Bão số 3" if days else "",
            is_on=True,
        )
        save_milestone(
            actor=world.secretary, season_id=world.season.pk, step=Step.SIGNING, facts=facts
        )

    for days in (None, 3, 3, 7):
        save(days)
    subjects = [subject for _occasion, subject in told(world.representative)]
    assert len(subjects) == 2
    assert all(one.startswith("Gia hạn: Ký kết giao ước đến ") for one in subjects)
    # Who put it off need not be told.
    assert told(world.secretary) == []
    assert len(told(world.deputy_secretary)) == 2


def test_an_ad_hoc_task_goes_to_the_secretaries_and_its_answer_to_the_unit(world: World) -> None:
    facts = AdHocFacts(
        text="Chuẩn bị đại hội",
        assigned_by="Thường trực Tỉnh ủy",
        assigned_on=datetime.date(2018, 5, 2),
        result="Xong",
        done_on=datetime.date(2018, 6, 1),
    )
    task = enter_ad_hoc_task(
        actor=world.representative, season=world.season, unit=world.btc, facts=facts
    )
    refuse_ad_hoc_task(actor=world.secretary, task_id=task.pk, reason="Chưa đủ")
    change_ad_hoc_task(
        actor=world.representative, task_id=task.pk, version=task.version + 1, facts=facts
    )
    confirm_ad_hoc_task(actor=world.secretary, task_id=task.pk)
    assert [occasion for occasion, _subject in told(world.secretary)] == [Occasion.RECEIVED] * 2
    assert told(world.representative) == [
        (Occasion.RETURNED, "Nhiệm vụ đột xuất không được xác nhận: Chuẩn bị đại hội"),
        (Occasion.ANSWER, "Nhiệm vụ đột xuất được xác nhận: Chuẩn bị đại hội"),
    ]
