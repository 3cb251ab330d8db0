from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from queue import Empty

import pytest
from celery import Celery, current_app
from django.db import connection, transaction
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from config.celery import app
from tests.cast import World
from tests.races import race
from units.models import Job
from units.rules import MAX_JOB_ATTEMPTS, JobState
from units.services import jobs

TASK = "compacts.render_compact_pdf"
Bell = Callable[[], list[tuple[str, int]]]


@pytest.fixture
def rung() -> Iterator[Bell]:
    """What lies in the broker's real queue since the test began: (task, job id)."""
    current_app.control.purge()

    def read() -> list[tuple[str, int]]:
        found = []
        with current_app.connection_for_read() as broker:
            queue = broker.SimpleQueue(current_app.conf.task_default_queue)
            while True:
                try:
                    message = queue.get_nowait()
                except Empty:
                    break
                message.ack()
                found.append((message.headers["task"], message.payload[0][0]))
            queue.close()
        return found

    yield read
    current_app.control.purge()


def order(key: str = "compact:1:1:0") -> Job:
    with transaction.atomic():
        return jobs.enqueue(task=TASK, key=key, subject="compact:1", requested_by=None)


def old(job: Job, age: datetime.timedelta) -> None:
    Job.objects.filter(pk=job.pk).update(beat_at=timezone.now() - age)


def fresh(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


@pytest.mark.django_db(transaction=True)
def test_an_ordered_job_is_rung_once_for_its_key(rung: Bell) -> None:
    job = order()
    assert order() == job
    assert Job.objects.count() == 1
    assert rung() == [(TASK, job.pk)]


@pytest.mark.django_db(transaction=True)
def test_the_bell_is_rung_after_the_commit_and_not_before(rung: Bell) -> None:
    with transaction.atomic():
        job = jobs.enqueue(task=TASK, key="mot", subject="compact:1", requested_by=None)
        assert rung() == []
    assert rung() == [(TASK, job.pk)]


@pytest.mark.django_db(transaction=True)
def test_an_order_rolled_back_leaves_neither_row_nor_bell(rung: Bell) -> None:
    with transaction.atomic():
        jobs.enqueue(task=TASK, key="mot", subject="compact:1", requested_by=None)
        transaction.set_rollback(True)
    assert rung() == []
    assert not Job.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_orders_of_one_key_at_once_make_one_job(rung: Bell) -> None:
    outcomes = race(order, order, meet_at='INSERT INTO "units_job"')
    assert [type(outcome) for outcome in outcomes] == [Job, Job]
    assert len(rung()) == Job.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_one_takes_the_job() -> None:
    job = order()
    outcomes = race(
        lambda: jobs.claim(job.pk),
        lambda: jobs.claim(job.pk),
        meet_at='UPDATE "units_job"',
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Job", "NoneType"]
    assert fresh(job).attempts == 1


@pytest.mark.django_db
@pytest.mark.parametrize("state", [JobState.RUNNING, JobState.DONE, JobState.FAILED])
def test_a_job_in_other_hands_or_finished_is_not_taken(state: JobState) -> None:
    job = order()
    finished = timezone.now() if state in {JobState.DONE, JobState.FAILED} else None
    Job.objects.filter(pk=job.pk).update(state=state, finished_at=finished)
    assert jobs.claim(job.pk) is None
    assert fresh(job).state == state


@pytest.mark.django_db
def test_a_job_that_is_gone_is_not_taken() -> None:
    assert jobs.claim(4_000_000) is None


@pytest.mark.django_db
def test_progress_stays_within_a_hundred_percent_and_shows_that_the_worker_lives() -> None:
    job = order()
    taken = jobs.claim(job.pk)
    assert taken is not None
    old(job, datetime.timedelta(minutes=5))
    jobs.report_progress(taken, 140, "Đang dàn trang 3" + "." * 400)
    shown = fresh(job)
    assert (shown.progress, len(shown.message)) == (100, 300)
    assert timezone.now() - shown.beat_at < datetime.timedelta(minutes=1)
    jobs.report_progress(taken, -5, "")
    assert fresh(job).progress == 0


@pytest.mark.django_db
def test_a_worker_taken_for_lost_ends_nothing_that_another_has_taken_over() -> None:
    job = order()
    slow = jobs.claim(job.pk)
    assert slow is not None
    Job.objects.filter(pk=job.pk).update(state=JobState.QUEUED)
    assert jobs.claim(job.pk) is not None
    jobs.finish(slow)
    jobs.fail(slow, "muộn")
    jobs.put_off(slow, datetime.timedelta(hours=1), "muộn")
    jobs.hold(slow, timezone.now() + datetime.timedelta(hours=1), "muộn")
    running = fresh(job)
    assert (running.state, running.attempts, running.error) == (JobState.RUNNING, 2, "")


@pytest.mark.django_db
def test_a_finished_job_takes_no_further_progress_or_failure() -> None:
    job = order()
    taken = jobs.claim(job.pk)
    assert taken is not None
    jobs.finish(taken)
    jobs.report_progress(taken, 10, "muộn")
    jobs.fail(taken, "muộn")
    done = fresh(job)
    assert (done.state, done.progress, done.error) == (JobState.DONE, 100, "")
    assert done.finished_at is not None


@pytest.mark.django_db(transaction=True)
def test_a_job_whose_worker_was_lost_is_rung_again_and_counts_a_second_attempt(
    rung: Bell,
) -> None:
    job = order()
    rung()
    assert jobs.claim(job.pk) is not None
    assert jobs.sweep() == 0
    old(job, jobs.BEAT_LIMIT + datetime.timedelta(seconds=1))
    assert jobs.sweep() == 1
    assert rung() == [(TASK, job.pk)]
    again = jobs.claim(job.pk)
    assert again is not None
    assert again.attempts == 2


@pytest.mark.django_db(transaction=True)
def test_two_sweepers_at_once_ring_a_lost_job_once(rung: Bell) -> None:
    job = order()
    rung()
    jobs.claim(job.pk)
    old(job, jobs.BEAT_LIMIT * 2)
    outcomes = race(jobs.sweep, jobs.sweep, meet_at='UPDATE "units_job"')
    assert sorted(map(str, outcomes)) == ["0", "1"]
    assert rung() == [(TASK, job.pk)]


@pytest.mark.django_db(transaction=True)
def test_a_queued_job_nobody_heard_of_is_rung_again(rung: Bell) -> None:
    job = order()
    rung()
    assert jobs.sweep() == 0
    old(job, jobs.QUEUE_LIMIT + datetime.timedelta(seconds=1))
    assert jobs.sweep() == 1
    assert rung() == [(TASK, job.pk)]


@pytest.mark.django_db
def test_a_job_that_lost_its_worker_too_often_fails_in_vietnamese() -> None:
    job = order()
    for attempt in range(1, MAX_JOB_ATTEMPTS + 1):
        taken = jobs.claim(job.pk)
        assert taken is not None
        assert taken.attempts == attempt
        old(job, jobs.BEAT_LIMIT * 2)
        jobs.sweep()
    assert jobs.claim(job.pk) is None
    failed = fresh(job)
    assert failed.state == JobState.FAILED
    assert failed.error == f"Đã thử {MAX_JOB_ATTEMPTS} lần không được."


@pytest.mark.django_db(transaction=True)
def test_a_failed_job_is_tried_anew_from_its_first_attempt(world: World, rung: Bell) -> None:
    job = order()
    taken = jobs.claim(job.pk)
    assert taken is not None
    jobs.fail(taken, "Không in được.")
    rung()
    again = jobs.retry(job=fresh(job), actor=world.secretary)
    assert again.pk == job.pk
    assert (again.state, again.attempts, again.error) == (JobState.QUEUED, 0, "")
    assert again.finished_at is None
    assert rung() == [(TASK, job.pk)]


@pytest.mark.django_db(transaction=True)
def test_a_silent_broker_loses_nothing(rung: Bell) -> None:
    cut_off = Celery("cut off", broker="redis://127.0.0.1:1/0")
    cut_off.set_current()
    try:
        job = order()
    finally:
        app.set_current()
    assert fresh(job).state == JobState.QUEUED
    assert rung() == []
    old(job, jobs.QUEUE_LIMIT * 2)
    assert jobs.sweep() == 1
    assert rung() == [(TASK, job.pk)]


@pytest.mark.django_db
def test_callbacks_wait_for_the_outermost_commit(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        order()
    assert len(callbacks) == 1
    assert connection.in_atomic_block
