from __future__ import annotations

import datetime

import pytest
from django.test import Client
from django.utils import timezone

from scoring.models import Round
from scoring.services.rounds import close_round, reschedule_round
from tests.cast import World
from tests.scoring.casting import draft_round, make_scoring, opened_round
from units.models import AuditEntry
from units.rules import RuleError

pytestmark = pytest.mark.django_db
PAGE = "/khoi/hn-dang/2018/cham-diem/nam/thoi-han/"


@pytest.fixture
def world() -> World:
    return make_scoring()


def reschedule(world: World, scored: Round, *, days: int = 5, reason: str = "") -> Round:
    due = timezone.now() + datetime.timedelta(days=days)
    return reschedule_round(
        actor=world.secretary,
        round_id=scored.pk,
        opens_at=None,
        due_at=due,
        explanations_due_at=due + datetime.timedelta(days=3),
        reason=reason,
    )


def test_a_round_not_open_yet_gets_other_times_without_a_reason(world: World) -> None:
    moved = reschedule(world, draft_round(world))
    assert moved.due_at is not None
    assert AuditEntry.objects.filter(action="reschedule_round").count() == 1


def test_moving_the_deadline_of_an_open_round_needs_a_reason(world: World) -> None:
    scored = opened_round(world)
    with pytest.raises(RuleError) as refused:
        reschedule(world, scored)
    assert refused.value.field == "reason"
    reschedule(world, scored, reason="Tỉnh lùi lịch tổng kết")
    entry = AuditEntry.objects.get(action="reschedule_round")
    assert "Tỉnh lùi lịch tổng kết" in entry.canonical


def test_a_closed_round_keeps_its_times(world: World) -> None:
    scored = opened_round(world)
    close_round(actor=world.secretary, round_id=scored.pk)
    with pytest.raises(RuleError, match="đổi thời hạn"):
        reschedule(world, scored, reason="muộn rồi")


def test_units_explain_after_they_have_scored_themselves(world: World) -> None:
    scored = draft_round(world)
    now = timezone.now()
    with pytest.raises(RuleError) as refused:
        reschedule_round(
            actor=world.secretary,
            round_id=scored.pk,
            opens_at=None,
            due_at=now + datetime.timedelta(days=2),
            explanations_due_at=now + datetime.timedelta(days=1),
        )
    assert refused.value.field == "explanations_due_at"


def test_the_page_shows_times_as_officials_write_them_and_keeps_what_was_typed(
    client: Client, world: World
) -> None:
    scored = draft_round(world)
    client.force_login(world.secretary)
    client.post(PAGE, {"due_at": "17:00 5/3/2027"})
    scored.refresh_from_db()
    assert scored.due_at is not None
    assert timezone.localtime(scored.due_at).hour == 17
    assert 'value="17:00 5/3/2027"' in client.get(PAGE).content.decode()
    wrong = client.post(PAGE, {"opens_at": "17:00 6/3/2027", "due_at": "17:00 5/3/2027"})
    assert "Hạn phải sau lúc mở." in wrong.content.decode()
    assert 'value="17:00 6/3/2027"' in wrong.content.decode()
