"""Reminders of milestones: at their time, once, to exactly those who are behind."""

from __future__ import annotations

import datetime
from collections import defaultdict
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from compacts.models import Milestone, Registration, Season
from compacts.rules import RegistrationState, Step
from scoring.queries.season_board import SeasonBoard
from scoring.services.reminders import remind_of_milestones
from scoring.services.step_reminders import remind_step
from scoring.tasks import remind_milestones
from tests.cast import World, make_milestone, make_registration
from tests.scoring.casting import make_scoring, opened_round, sent_self_sheet
from units.models import Notification
from units.rules import end_of_day

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
MORNING = datetime.datetime(2026, 3, 10, 8, 0, tzinfo=HANOI)


WORDS = [
    (7, "Còn 7 ngày"),
    (1, "Ngày mai hết hạn"),
    (0, "Hôm nay hết hạn"),
    (-1, "Đã quá hạn"),
    (-3, "Đã quá hạn 3 ngày"),
    (-7, "Đã quá hạn 7 ngày"),
]


@pytest.fixture
def world(db: None) -> World:
    return make_scoring()


def due(world: World, step: Step, days: int) -> Milestone:
    made = make_milestone(world.season, step, datetime.timedelta(0))
    made.due_at = MORNING + datetime.timedelta(days=days)
    made.save()
    return made


def told() -> set[str]:
    found = Notification.objects.filter(key__startswith="milestone:")
    return set(found.values_list("person__username", flat=True))


@pytest.mark.parametrize(
    ("days", "words"),
    WORDS,
)
def test_each_occasion_has_its_words(world: World, days: int, words: str) -> None:
    due(world, Step.REGISTRATION, days)
    remind_of_milestones(MORNING)
    subjects = set(Notification.objects.values_list("subject", flat=True))
    assert {subject.partition(":")[0] for subject in subjects} == {words}


@pytest.mark.parametrize("days", [6, 2, -2, -4, -8])
def test_between_the_occasions_nobody_is_told(world: World, days: int) -> None:
    due(world, Step.REGISTRATION, days)
    assert remind_of_milestones(MORNING) == 0


@pytest.mark.parametrize(
    ("days", "words"),
    WORDS,
)
def test_a_deadline_by_the_end_of_a_day_is_reminded_of_by_that_day(
    world: World, days: int, words: str
) -> None:
    milestone = due(world, Step.REGISTRATION, 0)
    milestone.due_at = end_of_day(MORNING.date() + datetime.timedelta(days=days))
    milestone.save()
    assert remind_of_milestones(MORNING) > 0
    subjects = set(Notification.objects.values_list("subject", flat=True))
    assert {subject.partition(":")[0] for subject in subjects} == {words}


def test_nobody_is_told_twice_of_the_same_and_a_moved_deadline_counts_anew(world: World) -> None:
    milestone = due(world, Step.REGISTRATION, 1)
    first = remind_of_milestones(MORNING)
    assert first > 0
    assert remind_of_milestones(MORNING + datetime.timedelta(hours=1)) == 0
    Milestone.objects.filter(pk=milestone.pk).update(
        extended_to=MORNING + datetime.timedelta(days=7), extension_reason="Chờ đại hội."
    )
    assert remind_of_milestones(MORNING) == first


def test_only_units_that_have_not_registered_are_told(world: World) -> None:
    due(world, Step.REGISTRATION, 1)
    sent = make_registration(world.season, world.btc)
    Registration.objects.filter(pk=sent.pk).update(
        state=RegistrationState.SUBMITTED, submitted_at=timezone.now()
    )
    remind_of_milestones(MORNING)
    assert "dai-dien" not in told()
    assert world.head_of_ubkt.username in told()
    # A registration that was sent waits for the secretariat.
    assert world.secretary.username in told()


def test_only_units_without_a_sent_self_sheet_are_told(world: World) -> None:
    scored = opened_round(world)
    sent_self_sheet(world, scored)
    due(world, Step.SELF_SCORE, 0)
    remind_of_milestones(MORNING)
    assert "dai-dien" not in told()
    assert world.head_of_ubkt.username in told()


def test_nobody_is_written_to_at_night_or_about_a_step_that_is_off(world: World) -> None:
    milestone = due(world, Step.REGISTRATION, 1)
    assert remind_of_milestones(MORNING.replace(hour=3)) == 0
    Milestone.objects.filter(pk=milestone.pk).update(is_on=False)
    assert remind_of_milestones(MORNING) == 0


def test_the_task_may_run_at_any_time(world: World) -> None:
    remind_milestones()


def test_a_milestone_of_all_reaches_every_unit_and_the_secretariat(world: World) -> None:
    due(world, Step.YEAREND, 7)
    remind_of_milestones(MORNING)
    assert {"dai-dien", world.head_of_ubkt.username, world.secretary.username} <= told()


def test_running_every_hour_for_weeks_tells_whoever_is_behind_six_times_and_nobody_else(
    world: World,
) -> None:
    milestone = due(world, Step.REGISTRATION, 0)
    milestone.due_at = end_of_day(MORNING.date())
    milestone.save()
    days: dict[str, list[int]] = defaultdict(list)
    seen: set[int] = set()
    for hours in range(-10 * 24, 12 * 24):
        now = MORNING + datetime.timedelta(hours=hours)
        if now == MORNING + datetime.timedelta(days=2):
            sent = make_registration(world.season, world.duk)
            Registration.objects.filter(pk=sent.pk).update(
                state=RegistrationState.SUBMITTED, submitted_at=now
            )
        with time_machine.travel(now, tick=False):
            # Each run is a worker begun anew: only the database remembers.
            remind_of_milestones()
        for row in Notification.objects.exclude(pk__in=seen).select_related("person"):
            seen.add(row.pk)
            days[row.person.username].append((now.date() - MORNING.date()).days)
    assert days["dai-dien"] == days[world.head_of_ubkt.username] == [-7, -1, 0, 1, 3, 7]
    # The secretariat: once a registration waits for its acceptance.
    assert days[world.secretary.username] == [3, 7]


def test_whom_the_secretary_reminded_today_is_not_told_the_same_again(world: World) -> None:
    due(world, Step.REGISTRATION, -3)
    with time_machine.travel(MORNING, tick=False):
        remind_step(actor=world.secretary, season_id=world.season.pk, step=Step.REGISTRATION.value)
        assert remind_of_milestones() == 0
    with time_machine.travel(MORNING + datetime.timedelta(days=4), tick=False):
        assert remind_of_milestones() > 0


def test_after_its_day_what_no_unit_does_alone_is_the_secretariat_s(world: World) -> None:
    due(world, Step.YEAREND, -3)
    with time_machine.travel(MORNING, tick=False):
        remind_of_milestones()
    assert told() == {world.secretary.username, world.deputy_secretary.username}


def test_an_open_round_is_reminded_of_by_its_own_deadline(world: World) -> None:
    scored = opened_round(world)
    due(world, Step.SELF_SCORE, 30)
    scored.due_at = MORNING + datetime.timedelta(days=1)
    scored.save()
    with time_machine.travel(MORNING, tick=False):
        remind_of_milestones()
    message = Notification.objects.get(person=world.representative, key__startswith="milestone:")
    assert message.subject.startswith("Ngày mai hết hạn: ")
    assert message.path.endswith("/cham-diem/nam/btc/self/btc/")
    assert message.text == "Còn chờ: Ban Tổ chức Tỉnh ủy.\nHạn: 11/3/2026."


def test_on_other_days_no_season_is_looked_into(world: World) -> None:
    scored = opened_round(world)
    scored.due_at = MORNING + datetime.timedelta(days=30)
    scored.save()
    for step in (Step.REGISTRATION, Step.SELF_SCORE, Step.YEAREND):
        due(world, step, 40)
    assert remind_of_milestones(MORNING) == 0
    with CaptureQueriesContext(connection) as asked:
        assert remind_of_milestones(MORNING) == 0
    # When people were last reminded, the rounds, the milestones.
    assert len(asked) == 3


def down(world: World, due_in: int, back_after: int) -> list[str]:
    """What is said on the first morning after a server's days without a run."""
    due(world, Step.REGISTRATION, due_in)
    remind_of_milestones(MORNING)
    Notification.objects.all().delete()
    morning = MORNING + datetime.timedelta(days=back_after)
    with time_machine.travel(morning, tick=False):
        remind_of_milestones()
        first = list(
            Notification.objects.filter(person=world.representative).values_list(
                "subject", flat=True
            )
        )
        count = Notification.objects.count()
        assert remind_of_milestones(morning + datetime.timedelta(hours=1)) == 0
    assert Notification.objects.count() == count
    return [subject.partition(":")[0] for subject in first]


@pytest.mark.parametrize(
    ("due_in", "back_after", "words"),
    [
        (8, 2, ["Còn 6 ngày"]),
        (8, 5, ["Còn 3 ngày"]),
        (2, 2, ["Hôm nay hết hạn"]),
        (1, 2, ["Đã quá hạn"]),
        (1, 3, ["Đã quá hạn 2 ngày"]),
        (8, 12, ["Đã quá hạn 4 ngày"]),
        (8, 19, ["Đã quá hạn 11 ngày"]),
        # Of what is so long over nobody is reminded any more, and nothing was missed between.
        (8, 40, []),
        (6, 3, []),
    ],
)
def test_what_a_server_missed_is_told_late_once_and_in_the_words_of_the_day(
    world: World, due_in: int, back_after: int, words: list[str]
) -> None:
    assert down(world, due_in, back_after) == words


def test_a_reminder_told_late_is_not_told_again_and_the_next_come_at_their_time(
    world: World,
) -> None:
    milestone = due(world, Step.REGISTRATION, 0)
    milestone.due_at = end_of_day(MORNING.date())
    milestone.save()
    days: list[int] = []
    # The server is down on the days -7, 1 to 2 and 7.
    for day in (-9, -8, -6, -5, -4, -3, -2, -1, 0, 3, 4, 5, 6, 8, 9):
        for hours in (0, 3):
            now = MORNING + datetime.timedelta(days=day, hours=hours)
            with time_machine.travel(now, tick=False):
                before = Notification.objects.filter(person=world.representative).count()
                remind_of_milestones()
                after = Notification.objects.filter(person=world.representative).count()
            days += [day] * (after - before)
    assert days == [-6, -1, 0, 3, 8]


def test_a_run_that_breaks_off_is_made_up_for_on_the_next_day(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    due(world, Step.REGISTRATION, 7)
    remind_of_milestones(MORNING - datetime.timedelta(days=1))
    with monkeypatch.context() as patched:
        patched.setattr("scoring.services.reminders.whole_board", broken)
        with pytest.raises(ConnectionError):
            remind_of_milestones(MORNING)
    with time_machine.travel(MORNING + datetime.timedelta(days=1), tick=False):
        assert remind_of_milestones() > 0
        assert remind_of_milestones() == 0


def test_on_a_new_server_nothing_was_missed(world: World) -> None:
    due(world, Step.REGISTRATION, 5)
    assert remind_of_milestones(MORNING) == 0


def broken(season: Season) -> SeasonBoard:
    raise ConnectionError
