"""The first page: what waits for each kind of person, what is new, what they did."""

from __future__ import annotations

import datetime

import pytest
from django.test import Client
from django.utils import timezone

from compacts.models import AdHocTask, Compact, Milestone, Registration, Season
from compacts.queries import waiting as compacts_waiting
from compacts.queries.desk import desk_of
from compacts.rules import CompactState, DraftKind, RegistrationState, Step
from compacts.services.texts import comment_on_text, open_text, start_text
from config.home import Urgency, grouped, tasks_of
from scoring.models import Award, Round, Sheet
from scoring.queries.blocs import bloc_rows
from scoring.queries.known_steps import known_steps
from scoring.queries.season_board import StepState, season_board
from scoring.rules import RoundState, SheetState, Stage
from scoring.services.explanations import ExplanationText, explain
from tests.cast import World, make_milestone, make_registration
from tests.scoring.casting import (
    leaf,
    make_scoring,
    opened_round,
    put,
    sent_self_sheet,
    sheet_of,
)
from units.models import Person
from units.queries import OpenTask
from units.rules import Capacity, end_of_day, last_day
from units.vietnamese import date_text

pytestmark = pytest.mark.django_db

NOW = datetime.datetime(2018, 3, 1, 5, tzinfo=datetime.UTC)


@pytest.fixture
def running(world: World) -> World:
    """The season of 2018 goes on for another month."""
    ends = timezone.localdate() + datetime.timedelta(days=30)
    Season.objects.filter(pk=world.season.pk).update(ends_on=ends)
    world.season.refresh_from_db()
    return world


def labels(person: Person) -> set[str]:
    return {task.label for task in tasks_of(desk_of(Person.objects.get(pk=person.pk)))}


def task_due(due_at: datetime.datetime | None, label: str = "Việc") -> OpenTask:
    return OpenTask(label, "/", "Khối 2018", Capacity.UNIT, "Làm", due_at)


def hanoi(month: int, day: int, hour: int = 0) -> datetime.datetime:
    zone = timezone.get_default_timezone()
    return datetime.datetime(2018, month, day, hour, tzinfo=zone)


def test_midnight_is_the_end_of_the_day_before() -> None:
    assert last_day(hanoi(3, 11)) == datetime.date(2018, 3, 10)
    assert last_day(hanoi(3, 11, 17)) == datetime.date(2018, 3, 11)


def test_tasks_are_grouped_by_urgency_with_the_days_left() -> None:
    tasks = [
        task_due(None),
        task_due(hanoi(5, 1)),
        task_due(hanoi(3, 4), "Sau"),
        task_due(hanoi(3, 3), "Trước"),
        task_due(hanoi(3, 2)),
        task_due(hanoi(2, 28)),
        task_due(hanoi(1, 29)),
        task_due(hanoi(1, 2)),
    ]
    groups = {g.urgency: [(line.day, line.left) for line in g.lines] for g in grouped(tasks, NOW)}
    assert groups == {
        # Long after it only the day is told: nobody counts in hundreds of days.
        Urgency.LATE: [
            ("1/1/2018", "quá hạn"),
            ("28/1/2018", "quá hạn"),
            ("27/2/2018", "quá hạn 2 ngày"),
        ],
        Urgency.TODAY: [("1/3/2018", "hạn hôm nay")],
        Urgency.WEEK: [("2/3/2018", "còn 1 ngày"), ("3/3/2018", "còn 2 ngày")],
        Urgency.LATER: [("30/4/2018", "còn 60 ngày")],
        Urgency.UNDATED: [("", "")],
    }


def test_a_draft_waits_for_the_unit_and_once_submitted_for_approval_only_for_its_head(
    running: World,
) -> None:
    registration = make_registration(running.season, running.btc)
    what = "Đăng ký thi đua: Ban Tổ chức Tỉnh ủy"
    assert what in labels(running.representative)
    Registration.objects.filter(pk=registration.pk).update(approval_asked_at=timezone.now())
    assert labels(running.representative) == set()
    assert labels(running.head_of_btc) == {"Duyệt và gửi bản đăng ký: Ban Tổ chức Tỉnh ủy"}


def test_a_unit_is_asked_to_report_progress_to_comment_and_to_sign(running: World) -> None:
    registration = make_registration(running.season, running.btc)
    Registration.objects.filter(pk=registration.pk).update(
        state=RegistrationState.ACCEPTED, submitted_at=NOW, accepted_at=NOW
    )
    make_milestone(running.season, Step.MIDYEAR, datetime.timedelta(days=3))
    soon = timezone.now() + datetime.timedelta(days=2)
    draft = start_text(
        actor=running.secretary, season=running.season, kind="regulation", title="Quy chế"
    )
    open_text(actor=running.secretary, draft_id=draft.pk, due_at=soon)
    Compact.objects.create(
        season=running.season,
        state=CompactState.SIGNING,
        number="01",
        issued_at=NOW,
        snapshot={},
    )
    assert labels(running.representative) == {
        "Báo cáo 6 tháng: Ban Tổ chức Tỉnh ủy",
        "Góp ý: Quy chế",
        "Ký giao ước: Ban Tổ chức Tỉnh ủy",
    }
    links = [task.url for task in tasks_of(desk_of(running.representative))]
    assert "/khoi/hn-dang/2018/giao-uoc/#ky-btc" in links
    comment_on_text(
        actor=running.representative, draft_id=draft.pk, unit=running.btc, text="Bổ sung."
    )
    assert "Góp ý: Quy chế" not in labels(running.representative)
    assert "Trả lời 1 ý kiến: Quy chế" in labels(running.secretary)


def test_nobody_is_late_with_a_report_on_what_was_registered_after_its_day(
    running: World,
) -> None:
    registration = make_registration(running.season, running.btc)
    Registration.objects.filter(pk=registration.pk).update(
        state=RegistrationState.ACCEPTED, submitted_at=timezone.now(), accepted_at=timezone.now()
    )
    for days, late in ((-3, False), (3, True)):
        Milestone.objects.all().delete()
        make_milestone(running.season, Step.MIDYEAR, datetime.timedelta(days=days))
        (task,) = tasks_of(desk_of(running.representative))
        assert task.label.startswith("Báo cáo 6 tháng")
        assert (task.due_at is not None) is late


def test_a_step_that_is_switched_off_or_far_away_asks_for_nothing(running: World) -> None:
    registration = make_registration(running.season, running.btc)
    Registration.objects.filter(pk=registration.pk).update(
        state=RegistrationState.ACCEPTED, submitted_at=NOW, accepted_at=NOW
    )
    make_milestone(running.season, Step.MIDYEAR, datetime.timedelta(days=200))
    assert labels(running.representative) == set()
    Milestone.objects.update(due_at=timezone.now(), is_on=False)
    assert labels(running.representative) == set()


def test_a_secretary_hands_over_only_the_last_season(running: World) -> None:
    make_milestone(running.season, Step.HANDOVER, datetime.timedelta(days=5))
    assert "Bàn giao trưởng khối, mở mùa 2019" in labels(running.secretary)
    Season.objects.create(
        bloc=running.bloc,
        year=2019,
        starts_on=datetime.date(2019, 1, 1),
        ends_on=datetime.date(2019, 12, 31),
    )
    assert "Bàn giao trưởng khối, mở mùa 2019" not in labels(running.secretary)
    assert labels(running.operator) == labels(running.stranger) == set()


def test_a_verified_difference_waits_for_the_unit_and_its_explanation_for_the_secretary() -> None:
    world = make_scoring()
    scored = opened_round(world)
    sent_self_sheet(world, scored)
    verified = sheet_of(scored, world.btc, "verify")
    put(world.secretary, verified, "I.2", {"points": "20"}, "Chưa đủ")
    Sheet.objects.filter(pk=verified.pk).update(
        state=SheetState.SUBMITTED, submitted_at=timezone.now()
    )
    what = "Xem kết quả thẩm định, giải trình nếu cần: Ban Tổ chức Tỉnh ủy"
    assert what in labels(world.representative)
    Round.objects.update(explanations_due_at=timezone.now() - datetime.timedelta(days=1))
    assert what not in labels(world.representative)
    Round.objects.update(explanations_due_at=timezone.now() + datetime.timedelta(days=2))
    assert what in labels(world.representative)
    assert what not in labels(world.head_of_ubkt)
    explain(
        actor=world.representative,
        round_id=scored.pk,
        unit=world.btc,
        criterion=leaf("I.2"),
        given=ExplanationText("Có văn bản kèm theo."),
    )
    assert what not in labels(world.representative)
    assert "Trả lời giải trình tiêu chí I.2: Ban Tổ chức Tỉnh ủy" in labels(world.secretary)


def test_a_closed_round_is_read_by_leaders_and_published_by_the_secretary() -> None:
    world = make_scoring()
    scored = opened_round(world)
    Round.objects.update(state=RoundState.CLOSED)
    read = f"Xem xếp hạng trước khi công bố: {scored.name}"
    assert read in labels(world.leader)
    assert read in labels(world.officer)
    assert f"Công bố xếp hạng {scored.name}" in labels(world.secretary)
    assert labels(world.representative) == set()
    Round.objects.update(state=RoundState.PUBLISHED)
    Award.objects.create(round=scored, unit=world.btc, title_code="co-tinh", title_name="Cờ")
    assert "Trình Hội đồng 1 đề nghị khen thưởng" in labels(world.secretary)
    Round.objects.update(sent_to_council_at=timezone.now())
    assert "Ghi quyết định của Hội đồng về 1 đề nghị" in labels(world.secretary)
    assert f"Hồ sơ đề nghị khen thưởng đã trình: {scored.name}" in labels(world.officer)


def test_the_page_says_when_the_next_deadline_comes_where_nothing_waits(
    client: Client, running: World
) -> None:
    Milestone.objects.create(season=running.season, step=Step.YEAREND, due_at=hanoi(3, 1))
    day = timezone.localdate() + datetime.timedelta(days=20)
    end = datetime.datetime.combine(day, datetime.time(), timezone.get_default_timezone())
    Milestone.objects.update(due_at=end + datetime.timedelta(days=1))
    client.force_login(running.leader)
    page = client.get("/").content.decode()
    assert "Hiện không có việc nào chờ đồng chí." in page
    assert f"Mốc tiếp theo: Tổng kết, xếp hạng, hạn {day.day}/{day.month}/{day.year}" in page


def test_each_season_is_shown_with_its_own_next_step_or_as_over(
    client: Client, world: World
) -> None:
    client.force_login(world.leader)
    assert "Đã qua năm thi đua" in client.get("/").content.decode()
    today = timezone.localdate()
    Season.objects.filter(pk=world.season.pk).update(ends_on=today + datetime.timedelta(days=30))
    assert "Không còn mốc nào phía trước" in client.get("/").content.decode()
    due = timezone.now() + datetime.timedelta(days=20)
    Milestone.objects.create(season=world.season, step=Step.YEAREND, due_at=due)
    assert "Mốc tới: Tổng kết, xếp hạng, hạn" in client.get("/").content.decode()


def test_the_next_step_is_one_that_is_not_done_yet(client: Client, running: World) -> None:
    make_milestone(running.season, Step.REGISTRATION, datetime.timedelta(days=2))
    make_milestone(running.season, Step.SIGNING, datetime.timedelta(days=9))
    client.force_login(running.leader)
    assert "Mốc tới: Đăng ký thi đua, hạn" in client.get("/").content.decode()
    for unit in (running.ubkt, running.duk, running.btc):
        make_registration(running.season, unit)
    Registration.objects.update(state=RegistrationState.SUBMITTED, submitted_at=timezone.now())
    page = client.get("/").content.decode()
    assert "Mốc tới: Ký kết giao ước, hạn" in page
    assert "Mốc tiếp theo: Ký kết giao ước, hạn" in page


def test_units_send_their_own_sheets_by_the_round_s_day_and_every_page_says_so(
    client: Client,
) -> None:
    world = make_scoring()
    scored = opened_round(world)
    now = timezone.now()
    Season.objects.update(ends_on=now.date() + datetime.timedelta(days=60))
    make_milestone(world.season, Step.SELF_SCORE, datetime.timedelta(days=9))
    make_milestone(world.season, Step.VERIFICATION, datetime.timedelta(days=20))
    rounds_day = timezone.localdate(now) + datetime.timedelta(days=30)
    Round.objects.update(due_at=end_of_day(rounds_day))
    client.force_login(world.leader)
    page = client.get("/").content.decode()
    assert "Mốc tới: Thẩm định, hạn" in page
    Milestone.objects.filter(step=Step.VERIFICATION).delete()
    day = date_text(rounds_day)
    assert f"Mốc tới: Tự chấm điểm, hạn hết ngày {day}" in client.get("/").content.decode()
    (row,) = bloc_rows(world.leader, [world.season])
    assert [(one.step, one.last_day) for one in row.steps] == [(Step.SELF_SCORE, rounds_day)]
    # Before the round is open only the step has a day.
    Round.objects.filter(pk=scored.pk).update(state=RoundState.DRAFT)
    (row,) = bloc_rows(world.leader, [world.season])
    assert row.steps[0].last_day == timezone.localdate(now + datetime.timedelta(days=9))


def test_what_is_done_of_a_season_is_what_its_board_shows_to_the_same_person() -> None:
    world = make_scoring()
    for step in Step:
        make_milestone(world.season, step, datetime.timedelta(days=9))
    for unit in (world.ubkt, world.duk, world.btc):
        make_registration(world.season, unit)
    Registration.objects.update(
        state=RegistrationState.ACCEPTED, submitted_at=NOW, accepted_at=NOW
    )
    scored = opened_round(world)
    sent = Sheet.objects.filter(round=scored, stage=Stage.SELF)
    sent.update(state=SheetState.SUBMITTED, submitted_at=timezone.now())
    for state in (RoundState.OPEN, RoundState.PUBLISHED):
        Round.objects.update(state=state)
        for person in (world.leader, world.secretary, world.representative):
            board = season_board(world.season, person)
            shown = {step.key for step in board.steps if step.state == StepState.DONE}
            told = {step for _season, step in known_steps(person, [world.season.pk]).done}
            assert told == shown
            assert Step.REGISTRATION in told
            assert Step.MIDYEAR not in told


def test_the_page_filters_by_season_and_by_capacity(client: Client, running: World) -> None:
    make_registration(running.season, running.btc)
    client.force_login(running.representative)
    assert "Đăng ký thi đua: Ban" in client.get("/?vai-tro=don-vi").content.decode()
    page = client.get("/?vai-tro=thu-ky").content.decode()
    assert "Đăng ký thi đua: Ban" not in page
    assert "Không có việc nào khớp với điều kiện lọc." in page


def test_a_unit_is_asked_for_its_comments_on_open_texts_alone_and_once_each(world: World) -> None:
    """A second open text and one still being written once told each text twice, and the draft."""
    titles = {DraftKind.PROGRAMME: "Chương trình", DraftKind.REGULATION: "Quy chế"}
    due = timezone.now() + datetime.timedelta(days=3)
    first, _second = (
        open_text(
            actor=world.secretary,
            draft_id=start_text(
                actor=world.secretary, season=world.season, kind=kind, title=title
            ).pk,
            due_at=due,
        )
        for kind, title in titles.items()
    )
    start_text(
        actor=world.secretary,
        season=world.season,
        kind=DraftKind.PROGRAMME,
        title="Còn đang soạn",
    )

    def asked() -> list[str]:
        return [
            task.label
            for task in compacts_waiting.open_tasks(desk_of(world.representative))
            if task.action == "Góp ý"
        ]

    assert asked() == ["Góp ý: Chương trình", "Góp ý: Quy chế"]
    comment_on_text(
        actor=world.representative, draft_id=first.pk, unit=world.btc, text="Nhất trí."
    )
    assert asked() == ["Góp ý: Quy chế"]


def test_a_task_due_on_the_last_day_there_is_does_not_close_the_first_page(
    client: Client, world: World
) -> None:
    Season.objects.filter(pk=world.season.pk).update(ends_on=datetime.date(2099, 12, 31))
    AdHocTask.objects.create(
        season=world.season,
        unit=world.btc,
        text="Việc không có hạn thật",
        assigned_by="Thường trực Tỉnh ủy",
        assigned_on=datetime.date(2018, 2, 1),
        due_on=datetime.date.max,
    )
    client.force_login(world.representative)
    assert "Việc không có hạn thật" in client.get("/").content.decode()
