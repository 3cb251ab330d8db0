"""Letters: written in the person's language, sent once, reported where they fail."""

from __future__ import annotations

import datetime

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from tests.cast import World
from tests.postman import Postman, subject_of, with_address, words_of
from tests.races import race
from tests.units.correspondence import at, letter, mail_job, told
from units.models import Job, Letter, Person
from units.rules import MAX_JOB_ATTEMPTS, JobState, LetterState, Occasion, RuleError
from units.services import jobs
from units.services.letters import SENDING_LIMIT, post_digests, resend_letter, run_mail_job
from units.services.notifications import Message, notify


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
