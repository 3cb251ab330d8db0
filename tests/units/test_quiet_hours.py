"""What is written at night is held until the morning."""

from __future__ import annotations

import datetime

import pytest
import time_machine
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import World
from tests.postman import Postman, with_address, words_of
from tests.units.correspondence import at, letter, mail_job, told
from units.models import Job, Letter, MailSettings
from units.rules import JobState, LetterState, Occasion, RuleError, quiet_until
from units.services import jobs
from units.services.letters import SEND_TASK, resend_letter, run_mail_job
from units.services.notifications import mark_read


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


def test_what_was_read_in_the_page_during_the_night_is_not_sent_in_the_morning(
    world: World, postman: Postman
) -> None:
    with time_machine.travel(at(23)):
        (read,) = told(with_address(world.representative))
        told(with_address(world.leader))
        mark_read(actor=world.representative, notification_id=read.pk)
    with time_machine.travel(at(6, 1, day=2)):
        assert jobs.sweep() == 2
        for _again in range(2):
            for job in Job.objects.filter(task=SEND_TASK):
                run_mail_job(job.pk)
    assert [mail["To"] for mail in postman.letters] == [world.leader.email]
    left = Letter.objects.get(person=world.representative)
    assert (left.state, left.sent_at, left.attempts) == (LetterState.READ, None, 0)
    assert set(Job.objects.values_list("state", flat=True)) == {JobState.DONE}


def test_what_was_read_before_a_retry_is_not_sent_by_it(world: World, postman: Postman) -> None:
    (read,) = told(with_address(world.representative))
    postman.refusal = "450 later"
    run_mail_job(mail_job().pk)
    postman.refusal = ""
    mark_read(actor=world.representative, notification_id=read.pk)
    run_mail_job(mail_job().pk)
    assert (postman.letters, letter().state) == ([], LetterState.READ)


def test_what_was_read_in_the_page_cannot_be_sent_anew(world: World, postman: Postman) -> None:
    (read,) = told(with_address(world.representative))
    postman.refusal = "550 no such mailbox"
    run_mail_job(mail_job().pk)
    mark_read(actor=world.representative, notification_id=read.pk)
    with pytest.raises(RuleError, match="đã đọc trên trang"):
        resend_letter(actor=world.officer, letter_id=letter().pk)


def test_what_concerns_the_account_is_sent_even_if_somebody_has_read_it_in_the_page(
    world: World, postman: Postman
) -> None:
    (read,) = told(with_address(world.representative), occasion=Occasion.ACCOUNT)
    mark_read(actor=world.representative, notification_id=read.pk)
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
