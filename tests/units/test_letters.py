"""Letters: written in the person's language, sent once, held at night, gathered once a day."""

from __future__ import annotations

import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import gettext_lazy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from compacts.rules import Step
from config.tasks import send_digest
from tests.cast import PASSWORD, World, make_milestone
from tests.postman import Postman, subject_of, with_address, words_of
from tests.races import race
from units.models import Job, Letter, MailRule, MailSettings, Notification, Person
from units.rules import (
    MAX_JOB_ATTEMPTS,
    JobState,
    LetterState,
    MailChoice,
    Occasion,
    RuleError,
    quiet_until,
)
from units.services import jobs
from units.services.letters import (
    DIGEST_TASK,
    SEND_TASK,
    SENDING_LIMIT,
    post_digests,
    resend_letter,
    run_mail_job,
)
from units.services.notifications import Message, mark_read, notify
from units.tasks import gather_digests

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


def told(
    *people: Person, key: str = "thu:1", occasion: Occasion = Occasion.WORK, **more: Any
) -> list[Notification]:
    facts: dict[str, Any] = {
        "about": "Khối các Ban Đảng 2018",
        "subject": gettext_lazy("Đăng ký thi đua"),
        "text": "Đơn vị Ban Tổ chức chưa gửi.",
        "path": "/mua-thi-dua/",
        **more,
    }
    return notify(
        persons=people, message=Message(key=key, occasion=occasion, **facts), sent_by=None
    )


def mail_job() -> Job:
    return Job.objects.get(task=SEND_TASK)


def letter() -> Letter:
    return Letter.objects.get()


def at(hour: int, minute: int = 0, day: int = 1) -> datetime.datetime:
    return datetime.datetime(2018, 3, day, hour, minute, tzinfo=HANOI)


# --- one letter -------------------------------------------------------------------------------


def test_a_letter_arrives_with_the_way_to_the_page(world: World, postman: Postman) -> None:
    (made,) = told(with_address(world.representative))
    run_mail_job(mail_job().pk)
    (mail,) = postman.letters
    assert mail["To"] == "dai-dien@example.vn"
    assert mail["Message-ID"] == f"<letter-{letter().pk}@thidua.example.vn>"
    text = words_of(mail)
    assert "Kính gửi Trần Thị Đại," in text
    assert "Đơn vị Ban Tổ chức chưa gửi." in text
    assert f"https://thidua.example.vn/thong-bao/{made.pk}/" in text
    assert "https://thidua.example.vn/thong-bao/cai-dat/" in text
    assert (letter().state, letter().attempts) == (LetterState.SENT, 1)
    assert mail_job().state == JobState.DONE


def test_a_letter_says_of_which_season_it_is_who_sent_it_and_the_hour_in_ha_noi(
    world: World, postman: Postman
) -> None:
    world.secretary.position = "Chuyên viên"
    message = Message(
        key="thu:2", subject="Đăng ký bị trả lại", path="/", about="Khối các Ban Đảng 2018"
    )
    notify(persons=[with_address(world.representative)], message=message, sent_by=world.secretary)
    world.secretary.save()
    run_mail_job(mail_job().pk)
    (mail,) = postman.letters
    text = words_of(mail).replace("\r\n", "\n")
    assert (
        "\nMùa thi đua: Khối các Ban Đảng 2018\nNgười gửi: Nguyễn Thị Thư, Chuyên viên\n" in text
    )
    assert mail["Date"].endswith("+0700")


def test_a_letter_is_in_the_language_of_whoever_gets_it(world: World, postman: Postman) -> None:
    world.representative.language = "en"
    told(with_address(world.representative))
    Person.objects.update(language="en")
    run_mail_job(mail_job().pk)
    (mail,) = postman.letters
    assert subject_of(mail) == "Emulation registration"
    assert mail["Content-Language"] == "en"
    assert "Kính gửi" not in words_of(mail)


def test_a_job_that_is_rung_twice_sends_one_letter(world: World, postman: Postman) -> None:
    told(with_address(world.representative))
    run_mail_job(mail_job().pk)
    run_mail_job(mail_job().pk)
    Job.objects.update(state=JobState.QUEUED, finished_at=None)
    run_mail_job(mail_job().pk)
    assert len(postman.letters) == 1
    assert mail_job().state == JobState.DONE


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_one_job_send_one_letter(world: World, postman: Postman) -> None:
    told(with_address(world.representative))
    job = mail_job().pk
    race(lambda: run_mail_job(job), lambda: run_mail_job(job), meet_at='UPDATE "units_job"')
    assert len(postman.letters) == 1


def test_a_server_that_is_away_is_asked_again_later(
    world: World, postman: Postman, settings: Settings
) -> None:
    told(with_address(world.representative))
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    run_mail_job(mail_job().pk)
    waiting = mail_job()
    assert (waiting.state, waiting.attempts) == (JobState.QUEUED, 1)
    assert "Máy chủ thư không nhận" in waiting.message
    assert (letter().state, letter().is_held) == (LetterState.WAITING, True)
    assert jobs.sweep(timezone.now() + datetime.timedelta(seconds=50)) == 0
    assert jobs.sweep(timezone.now() + datetime.timedelta(seconds=70)) == 1
    settings.EMAIL_PORT = port
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=2)):
        run_mail_job(mail_job().pk)
    assert len(postman.letters) == 1
    assert letter().attempts == 2


def test_after_the_last_attempt_the_letter_fails_with_the_reason(
    world: World, postman: Postman, settings: Settings
) -> None:
    settings.EMAIL_PORT = 1
    with time_machine.travel(at(6, 30)):
        told(with_address(world.representative))
    for attempt in range(MAX_JOB_ATTEMPTS):
        with time_machine.travel(at(7 + 3 * attempt)):
            run_mail_job(mail_job().pk)
    assert mail_job().state == JobState.FAILED
    assert letter().state == LetterState.FAILED
    assert "Máy chủ thư không nhận" in letter().answer


@pytest.mark.parametrize(
    ("refusal", "state", "stands"),
    [
        ("550 no such mailbox", JobState.FAILED, LetterState.FAILED),
        ("450 try later", JobState.QUEUED, LetterState.WAITING),
    ],
)
def test_an_address_refused_for_good_is_not_tried_again(
    world: World, postman: Postman, refusal: str, state: JobState, stands: LetterState
) -> None:
    told(with_address(world.representative))
    postman.refusal = refusal
    run_mail_job(mail_job().pk)
    assert (mail_job().state, letter().state) == (state, stands)
    assert refusal in letter().answer
    assert postman.letters == []


def test_a_line_that_breaks_before_the_answer_is_reported_and_not_repeated(
    world: World, postman: Postman
) -> None:
    told(with_address(world.representative))
    postman.hangs_up = True
    run_mail_job(mail_job().pk)
    assert letter().state == LetterState.UNKNOWN
    assert "Đường truyền đứt" in letter().answer
    for hours in (1, 2, 3):
        jobs.sweep(timezone.now() + datetime.timedelta(hours=hours))
        run_mail_job(mail_job().pk)
    assert len(postman.letters) == 1


def test_a_worker_lost_in_the_middle_is_reported_and_not_repeated(
    world: World, postman: Postman
) -> None:
    told(with_address(world.representative))
    # What is in the database after the worker was killed between handing over and answer.
    Letter.objects.update(state=LetterState.SENDING, began_at=timezone.now(), attempts=1)
    run_mail_job(mail_job().pk)
    assert (letter().state, mail_job().state) == (LetterState.SENDING, JobState.QUEUED)
    assert mail_job().attempts == 0
    with time_machine.travel(timezone.now() + SENDING_LIMIT):
        run_mail_job(mail_job().pk)
    assert (letter().state, mail_job().state) == (LetterState.UNKNOWN, JobState.FAILED)
    assert postman.letters == []


def test_who_sends_it_anew_sends_it_with_the_same_message_id(
    world: World, postman: Postman
) -> None:
    told(with_address(world.representative))
    postman.hangs_up = True
    run_mail_job(mail_job().pk)
    postman.hangs_up = False
    resend_letter(actor=world.officer, letter_id=letter().pk)
    run_mail_job(mail_job().pk)
    first, second = postman.letters
    assert first["Message-ID"] == second["Message-ID"]
    assert letter().state == LetterState.SENT
    with pytest.raises(RuleError, match="đã gửi hoặc đang chờ"):
        resend_letter(actor=world.officer, letter_id=letter().pk)


def test_a_letter_to_nobody_any_more_is_dropped(world: World, postman: Postman) -> None:
    told(with_address(world.representative))
    Person.objects.update(email="")
    run_mail_job(mail_job().pk)
    assert (letter().state, mail_job().state) == (LetterState.DROPPED, JobState.DONE)


def test_the_bell_of_the_broker_rings_after_the_commit(
    world: World,
    postman: Postman,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks() as after:
        told(with_address(world.representative))
    assert len(after) == 1


MOVES = ("run", "sweep", "gather", "refuse", "agree", "break", "an hour")


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=st.lists(st.sampled_from(MOVES), min_size=4, max_size=14))
def test_each_message_is_handed_over_at_most_once_however_often_the_sweeper_runs(
    world: World, postman: Postman, moves: list[str]
) -> None:
    postman.letters.clear()
    postman.refusal, postman.hangs_up = "", False
    with transaction.atomic(), time_machine.travel(at(8)) as clock:
        told(with_address(world.representative), key="mot")
        told(world.representative, key="hai", occasion=Occasion.ISSUED)
        for move in (*moves, "run"):
            if move == "run":
                for job in Job.objects.order_by("pk"):
                    run_mail_job(job.pk)
            elif move == "an hour":
                clock.shift(datetime.timedelta(hours=1))
            elif move == "gather":
                post_digests()
            elif move == "sweep":
                jobs.sweep()
            else:
                postman.refusal = "450 later" if move == "refuse" else ""
                postman.hangs_up = move == "break"
        names = [mail["Message-ID"] for mail in postman.letters]
        assert len(names) == len(set(names))
        for made in Letter.objects.filter(state=LetterState.SENT):
            assert sum(f"letter-{made.pk}@" in name for name in names) == 1
        transaction.set_rollback(True)


# --- quiet hours ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "until"),
    [
        (at(20, 59), None),
        (at(21), at(6, day=2)),
        (at(23, 30), at(6, day=2)),
        (at(0), at(6)),
        (at(5, 59), at(6)),
        (at(6), None),
    ],
)
def test_quiet_hours_go_over_midnight(
    moment: datetime.datetime, until: datetime.datetime | None
) -> None:
    assert quiet_until(moment, datetime.time(21), datetime.time(6)) == until


@given(
    minutes=st.integers(0, 24 * 60 - 1),
    begins=st.times().map(lambda one: one.replace(second=0, microsecond=0)),
    ends=st.times().map(lambda one: one.replace(second=0, microsecond=0)),
)
def test_what_is_held_goes_out_within_a_day_when_the_hours_are_over(
    minutes: int, begins: datetime.time, ends: datetime.time
) -> None:
    moment = at(0) + datetime.timedelta(minutes=minutes)
    until = quiet_until(moment, begins, ends)
    if until is not None:
        assert moment < until <= moment + datetime.timedelta(days=1)
        assert timezone.localtime(until).time() == ends
        assert quiet_until(until, begins, ends) is None


def test_a_letter_of_the_night_is_held_until_the_morning(world: World, postman: Postman) -> None:
    with time_machine.travel(at(23)):
        told(with_address(world.representative))
        assert letter().due_at == at(6, day=2)
        assert jobs.sweep(at(5, day=2)) == 0
        run_mail_job(mail_job().pk)
    assert postman.letters == []
    # Waiting is no attempt.
    assert (mail_job().state, mail_job().attempts) == (JobState.QUEUED, 0)
    with time_machine.travel(at(6, 1, day=2)):
        assert jobs.sweep() == 1
        run_mail_job(mail_job().pk)
    assert len(postman.letters) == 1


def test_a_retry_that_falls_into_the_night_is_held_too(world: World, postman: Postman) -> None:
    told(with_address(world.representative))
    postman.refusal = "450 later"
    run_mail_job(mail_job().pk)
    postman.refusal = ""
    with time_machine.travel(at(22)):
        run_mail_job(mail_job().pk)
    assert postman.letters == []
    assert letter().due_at == at(6, day=2)


def test_a_persons_own_hours_count_and_those_of_the_account_never(
    world: World, postman: Postman
) -> None:
    for person in (with_address(world.representative), with_address(world.leader)):
        MailSettings.objects.create(
            person=person, quiet_from=datetime.time(9), quiet_until=datetime.time(12)
        )
    told(world.representative)
    assert letter().due_at == at(12)
    Letter.objects.all().delete()
    told(world.leader, key="khau", occasion=Occasion.ACCOUNT)
    assert not letter().is_held


def test_who_cannot_log_in_yet_gets_the_first_login_at_any_hour(
    world: World, postman: Postman
) -> None:
    world.representative.set_unusable_password()
    world.representative.save()
    with time_machine.travel(at(2)):
        told(with_address(world.representative), occasion=Occasion.ISSUED)
        run_mail_job(mail_job().pk)
    (mail,) = postman.letters
    assert "/lan-dau/" in words_of(mail)


# --- the daily letter -------------------------------------------------------------------------


def gathered(now: datetime.datetime) -> None:
    with time_machine.travel(now):
        gather_digests()
        for job in Job.objects.filter(task=DIGEST_TASK):
            send_digest(job.pk)


def test_what_can_wait_comes_in_one_letter_in_the_morning_by_seasons(
    world: World, postman: Postman
) -> None:
    person = with_address(world.representative)
    told(person, key="mot", occasion=Occasion.ISSUED, subject="Đã ban hành: Quy chế")
    told(person, key="hai", occasion=Occasion.ANSWER, subject="Được chấp nhận", about="Cụm 2 2018")
    told(person, key="ba", occasion=Occasion.ISSUED, subject="Phát động: Đợt 1")
    assert not Letter.objects.exists()
    gathered(at(6, day=2))
    assert postman.letters == []
    make_milestone(world.season, Step.REGISTRATION, datetime.timedelta(days=3))
    gathered(at(7, 5, day=2))
    gathered(at(7, 15, day=2))
    (mail,) = postman.letters
    assert subject_of(mail) == "Tổng hợp ngày 2/3/2018: 3 thông báo"
    text = words_of(mail)
    order = ["CỤM 2 2018", "Được chấp nhận", "KHỐI CÁC BAN ĐẢNG 2018", "Quy chế", "Đợt 1"]
    assert [text.index(one) for one in order] == sorted(text.index(one) for one in order)
    for one in Notification.objects.filter(person=person):
        assert f"https://thidua.example.vn/thong-bao/{one.pk}/" in text
    assert "SẮP ĐẾN HẠN" in text
    assert "QUÁ HẠN" not in text
    assert "hạn 4/3/2018" in text


def test_what_was_read_in_the_page_is_not_told_again_by_mail(
    world: World, postman: Postman
) -> None:
    person = with_address(world.representative)
    (first,) = told(person, key="mot", occasion=Occasion.ISSUED, subject="Đã đọc rồi")
    mark_read(actor=person, notification_id=first.pk)
    gathered(at(8))
    assert not Letter.objects.exists()
    told(person, key="hai", occasion=Occasion.ISSUED, subject="Chưa đọc")
    gathered(at(9))
    (mail,) = postman.letters
    assert "Chưa đọc" in words_of(mail)
    assert "Đã đọc rồi" not in words_of(mail)


def test_what_is_late_is_told_apart_from_what_is_due_soon(world: World, postman: Postman) -> None:
    person = with_address(world.representative)
    told(person, key="mot", occasion=Occasion.ISSUED, subject="Đã ban hành: Quy chế")
    milestone = make_milestone(world.season, Step.REGISTRATION, datetime.timedelta(0))
    milestone.due_at = at(0, day=2)
    milestone.save()
    gathered(at(8, day=5))
    (mail,) = postman.letters
    late = words_of(mail).partition("QUÁ HẠN\r\n")[2]
    assert "hạn 1/3/2018" in late
    assert "SẮP ĐẾN HẠN" not in late


def test_what_comes_later_goes_with_the_next_day_and_nothing_goes_twice(
    world: World, postman: Postman
) -> None:
    person = with_address(world.representative)
    told(person, key="mot", occasion=Occasion.ISSUED, subject="Việc thứ nhất")
    gathered(at(11))
    told(person, key="hai", occasion=Occasion.ISSUED, subject="Việc thứ hai")
    gathered(at(12))
    gathered(at(8, day=2))
    gathered(at(8, day=3))
    first, second = postman.letters
    assert "Việc thứ nhất" in words_of(first)
    assert "Việc thứ nhất" not in words_of(second)
    assert "Việc thứ hai" in words_of(second)


def test_nothing_is_sent_to_whom_nothing_happened(world: World, postman: Postman) -> None:
    make_milestone(world.season, Step.REGISTRATION, datetime.timedelta(days=3))
    with_address(world.representative)
    gathered(at(8, day=2))
    assert not Letter.objects.exists()


def test_the_daily_letter_keeps_the_quiet_hours(world: World, postman: Postman) -> None:
    person = with_address(world.representative)
    MailSettings.objects.create(person=person, quiet_until=datetime.time(8))
    told(person, occasion=Occasion.ISSUED)
    gathered(at(7, 10, day=2))
    assert postman.letters == []
    assert letter().due_at == at(8, day=2)
    with time_machine.travel(at(8, 1, day=2)):
        jobs.sweep()
        send_digest(Job.objects.get(task=DIGEST_TASK).pk)
    assert len(postman.letters) == 1


def test_the_daily_letter_is_in_the_persons_language(world: World, postman: Postman) -> None:
    world.representative.language = "en"
    told(with_address(world.representative), occasion=Occasion.ISSUED)
    Person.objects.update(language="en")
    gathered(at(8, day=2))
    (mail,) = postman.letters
    assert "Emulation registration" in words_of(mail)
    assert mail["Content-Language"] == "en"


def test_each_person_chooses_how_each_occasion_comes(world: World, postman: Postman) -> None:
    person = with_address(world.representative)
    for occasion, choice in (
        (Occasion.WORK, MailChoice.NONE),
        (Occasion.ISSUED, MailChoice.AT_ONCE),
        (Occasion.DEADLINE, MailChoice.DIGEST),
    ):
        MailRule.objects.create(person=person, occasion=occasion, choice=choice)
        told(person, key=occasion.value, occasion=occasion)
    assert person.notifications.count() == 3
    assert letter().occasion == Occasion.ISSUED
    gathered(at(8, day=2))
    (mail,) = postman.letters
    assert subject_of(mail) == "Tổng hợp ngày 2/3/2018: 1 thông báo"


# --- pages ------------------------------------------------------------------------------------

SETTINGS = "/thong-bao/cai-dat/"
LOG = "/thong-bao/thu/"
CHOICES = {
    "deadline": "digest",
    "returned": "at_once",
    "work": "none",
    "result": "at_once",
    "answer": "digest",
    "received": "digest",
    "issued": "digest",
    "quiet_from": "22:30",
    "quiet_until": "07:00",
    "digest_hour": "8",
    "language": "en",
}


def test_the_page_keeps_what_was_chosen(client: Client, world: World) -> None:
    client.force_login(world.representative)
    assert client.post(SETTINGS, CHOICES).status_code == 302
    person = Person.objects.get(pk=world.representative.pk)
    assert person.language == "en"
    assert person.mail_settings.quiet_from == datetime.time(22, 30)
    assert person.mail_settings.digest_hour == 8
    # Only what differs from the default is kept.
    assert dict(person.mail_rules.values_list("occasion", "choice")) == {
        "deadline": "digest",
        "work": "none",
    }
    page = client.get(SETTINGS)
    assert page.context["form"]["work"].value() == "none"
    assert 'lang="en"' in page.content.decode()[:200]


@pytest.mark.parametrize(
    ("changed", "field", "says"),
    [
        ({"quiet_until": ""}, "quiet_until", "cả giờ bắt đầu và giờ kết thúc"),
        ({"quiet_until": "22:30"}, "quiet_until", "phải khác giờ bắt đầu"),
        ({"quiet_from": "tối"}, "quiet_from", "như 21:00"),
        ({"digest_hour": "3"}, "digest_hour", "3"),
    ],
)
def test_a_wrong_hour_is_refused_at_its_field_and_what_was_typed_is_kept(
    client: Client, world: World, changed: dict[str, str], field: str, says: str
) -> None:
    client.force_login(world.representative)
    page = client.post(SETTINGS, {**CHOICES, **changed})
    assert page.status_code == 200
    assert says in "".join(page.context["form"].errors[field])
    assert page.context["form"]["work"].value() == "none"
    assert not MailSettings.objects.exists()


def test_no_quiet_hours_are_kept_as_none(client: Client, world: World) -> None:
    client.force_login(world.representative)
    client.post(SETTINGS, {**CHOICES, "quiet_from": "", "quiet_until": ""})
    assert MailSettings.objects.get().quiet_from is None


def test_the_log_shows_each_only_what_they_may_know(
    client: Client, world: World, postman: Postman
) -> None:
    everybody = [world.representative, world.secretary, world.stranger]
    told(*(with_address(person) for person in everybody), subject="Điểm 98,5")
    seen = {}
    for name in ("representative", "secretary", "officer", "operator", "stranger"):
        client.force_login(world.people[name])
        page = client.get(LOG)
        assert "98,5" not in page.content.decode()
        seen[name] = {one.person.username for one in page.context["page"]}
    assert seen == {
        "representative": {"dai-dien"},
        "secretary": {"thu-ky"},
        "officer": {"dai-dien", "thu-ky"},
        "operator": {"dai-dien", "thu-ky", "nguoi-la"},
        "stranger": {"nguoi-la"},
    }


def test_the_log_costs_the_same_for_one_letter_and_for_many(
    client: Client, world: World, postman: Postman
) -> None:
    people = [with_address(person) for person in world.people.values()]
    told(*people)
    client.force_login(world.operator)
    client.get(LOG)
    with CaptureQueriesContext(connection) as few:
        client.get(LOG)
    for number in range(3):
        told(*people, key=f"them:{number}")
    with CaptureQueriesContext(connection) as many:
        page = client.get(LOG)
    assert "Trang 1 / 2" in page.content.decode()
    assert len(few) == len(many)


def test_a_letter_that_failed_is_sent_anew_from_the_log(
    client: Client, world: World, postman: Postman
) -> None:
    told(with_address(world.representative))
    postman.refusal = "550 no such mailbox"
    run_mail_job(mail_job().pk)
    client.force_login(world.officer)
    page = client.get(LOG, {"tinh-trang": "failed"}).content.decode()
    assert "550 no such mailbox" in page
    postman.refusal = ""
    again = client.post(f"{LOG}{letter().pk}/gui-lai/", follow=True).content.decode()
    assert "đã xếp lại vào hàng gửi" in again
    run_mail_job(mail_job().pk)
    assert letter().state == LetterState.SENT
    client.force_login(world.secretary)
    assert client.post(f"{LOG}{letter().pk}/gui-lai/").status_code == 404


def test_the_persons_language_is_that_of_the_pages_after_the_login(
    client: Client, world: World
) -> None:
    Person.objects.filter(pk=world.leader.pk).update(language="en")
    for username, language in (("lanh-dao", "en"), ("dai-dien", "vi"), ("lanh-dao", "en")):
        client.post("/dang-nhap/", {"username": username, "password": PASSWORD})
        assert f'<html lang="{language}">' in client.get("/").content.decode()
        client.post("/dang-xuat/")
