"""Rounds in the calendar feed: their own dates, and the timeline shows the same."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

import icalendar
import pytest
import time_machine
from django.test import Client

from compacts.rules import Step
from compacts.services.calendar import calendar_key
from scoring.models import Round
from scoring.services.rounds import reschedule_round
from tests.cast import World, make_milestone
from tests.scoring.casting import draft_round, make_scoring, opened_round
from units.models import Person
from units.rules import end_of_day

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.fixture
def world(db: None) -> World:
    return make_scoring()


def by(day: int) -> datetime.datetime:
    """The end of a day of December, as a deadline."""
    return end_of_day(datetime.date(2018, 12, day))


def entries(person: Person) -> dict[str, icalendar.Event]:
    """The events of the person's feed by the first part of their names."""
    answer = Client().get(f"/lich/{calendar_key(person)}.ics")
    events = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
    return {str(one["uid"]).partition("@")[0]: one for one in events}


def days(person: Person) -> list[tuple[str, int]]:
    return [
        (str(one["summary"]).partition(":")[0], one["dtstart"].dt.day)
        for one in entries(person).values()
    ]


def move(world: World, scored: Round, due: int, explanations: int) -> None:
    reschedule_round(
        actor=world.secretary,
        round_id=scored.pk,
        opens_at=None,
        due_at=by(due),
        explanations_due_at=by(explanations),
        reason="Chờ đại hội.",
    )


def self_score_by(world: World, day: int) -> None:
    milestone = make_milestone(world.season, Step.SELF_SCORE, datetime.timedelta(0))
    milestone.due_at = by(day)
    milestone.save()


@time_machine.travel("2018-12-01T08:00:00Z", tick=False)
def test_an_opened_round_is_in_the_calendar_by_its_own_date_and_not_by_its_steps(
    world: World,
) -> None:
    self_score_by(world, 20)
    scored = draft_round(world, due_at=by(10))
    assert days(world.representative) == [("Tự chấm điểm", 20)]
    Round.objects.filter(pk=scored.pk).update(state="open")
    move(world, scored, due=10, explanations=15)
    assert days(world.representative) == [
        ("Tự chấm điểm (Chấm điểm năm 2018)", 10),
        ("Giải trình (Chấm điểm năm 2018)", 15),
    ]
    assert days(world.people["stranger"]) == []


@time_machine.travel("2018-12-01T08:00:00Z", tick=False)
def test_a_round_without_a_date_leaves_the_steps_own(world: World) -> None:
    self_score_by(world, 20)
    opened_round(world)
    assert days(world.representative) == [("Tự chấm điểm", 20)]


def test_a_moved_deadline_of_a_round_is_the_same_event_with_a_later_revision(
    world: World,
) -> None:
    with time_machine.travel("2018-12-01T08:00:00Z", tick=False):
        scored = opened_round(world, due_at=by(10))
        (before,) = entries(world.representative).values()
    with time_machine.travel("2018-12-01T08:05:00Z", tick=False):
        move(world, scored, due=12, explanations=15)
        after = entries(world.representative)[f"round-{scored.pk}-due"]
    with time_machine.travel("2018-12-03T08:05:00Z", tick=False):
        # What does not touch the dates is no new revision.
        Round.objects.get(pk=scored.pk).save()
        assert entries(world.representative)[f"round-{scored.pk}-due"] == after
    assert before["uid"] == after["uid"]
    assert (before["dtstart"].dt.day, after["dtstart"].dt.day) == (10, 12)
    assert after["sequence"] > before["sequence"]
    assert after["last-modified"].dt > before["last-modified"].dt
    assert str(after["url"]).endswith("/khoi/hn-dang/2018/cham-diem/nam/")


@time_machine.travel("2018-12-01T08:00:00Z", tick=False)
def test_the_timeline_of_the_page_and_the_calendar_show_the_same_days(
    world: World, client: Client
) -> None:
    self_score_by(world, 20)
    for step in (Step.VERIFICATION, Step.YEAREND):
        make_milestone(world.season, step, datetime.timedelta(days=25))
    scored = opened_round(world, due_at=by(10))
    move(world, scored, due=10, explanations=15)
    Round.objects.filter(pk=scored.pk).update(objections_due_at=by(30))
    client.force_login(world.representative)
    page = client.get("/khoi/hn-dang/2018/").content.decode()
    timeline = page.partition('class="season-steps"')[2].partition("</ol>")[0]
    shown = entries(world.representative).values()
    assert len(shown) == 5
    for one in shown:
        assert f"{one['dtstart'].dt.day}/12/2018" in timeline
    assert "20/12/2018" not in timeline
    assert "hạn giải trình" in timeline
