"""The queue of background work: rows in the database, a broker that only rings."""

from __future__ import annotations

import datetime
import logging

from celery import current_app
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import ngettext
from kombu.exceptions import OperationalError

from units.models import Job, Person
from units.rules import MAX_JOB_ATTEMPTS, JobState

log = logging.getLogger(__name__)

BEAT_LIMIT = datetime.timedelta(seconds=60)
QUEUE_LIMIT = datetime.timedelta(seconds=30)


def _ring(job: Job) -> None:
    """Tell the workers that the job is due; a silent broker is made good by the sweeper."""
    try:
        current_app.send_task(job.task, args=[job.pk])
    except (OperationalError, OSError):
        log.warning("broker does not answer, job %s waits for the sweeper", job.pk)


def enqueue(
    *,
    task: str,
    key: str,
    subject: str,
    requested_by: Person | None,
    not_before: datetime.datetime | None = None,
) -> Job:
    """The job for ``key``, made and rung after the commit unless it is already there.

    A failed or cancelled job of the same key is tried anew from its first attempt. ``task`` is
    the name of a Celery task that takes the job's id. A job that is due later (``not_before``) is
    rung by the sweeper then.
    """
    now = timezone.now()
    is_later = not_before is not None and not_before > now
    beat_at = not_before - QUEUE_LIMIT if not_before is not None and is_later else now
    job, made = Job.objects.get_or_create(
        key=key,
        defaults={
            "task": task,
            "subject": subject,
            "requested_by": requested_by,
            "beat_at": beat_at,
        },
    )
    if not made:
        revived = Job.objects.filter(
            pk=job.pk, state__in=[JobState.FAILED, JobState.CANCELLED]
        ).update(
            state=JobState.QUEUED,
            attempts=0,
            progress=0,
            error="",
            message="",
            beat_at=beat_at,
            finished_at=None,
        )
        job.refresh_from_db()
        if not revived:
            return job
    if not is_later:
        transaction.on_commit(lambda: _ring(job))
    return job


def claim(job_id: int) -> Job | None:
    """The job, taken for this worker; None where it is gone, finished or in other hands.

    After ``MAX_JOB_ATTEMPTS`` losses of the worker the job fails instead.
    """
    now = timezone.now()
    taken = Job.objects.filter(
        pk=job_id, state=JobState.QUEUED, attempts__lt=MAX_JOB_ATTEMPTS
    ).update(
        state=JobState.RUNNING, attempts=F("attempts") + 1, beat_at=now, progress=0, message=""
    )
    if taken:
        return Job.objects.get(pk=job_id)
    job = Job.objects.filter(pk=job_id, state=JobState.QUEUED).first()
    if job is not None:
        fail(
            job,
            ngettext(
                "Đã thử %(count)s lần không được.",
                "Đã thử %(count)s lần không được.",
                job.attempts,
            )
            % {"count": job.attempts},
        )
    return None


def report_progress(job: Job, percent: int, message: str) -> bool:
    """Show how far the job is (0…100) and that its worker lives.

    False where the job is no longer this worker's: cancelled, or taken for lost and done anew.
    """
    updated = Job.objects.filter(pk=job.pk, state=JobState.RUNNING, attempts=job.attempts).update(
        progress=min(max(percent, 0), 100), message=message[:300], beat_at=timezone.now()
    )
    return updated == 1


def finish(job: Job) -> None:
    """The job is done; nothing happens where it is no longer this worker's, here and below."""
    Job.objects.filter(pk=job.pk, state=JobState.RUNNING, attempts=job.attempts).update(
        state=JobState.DONE, progress=100, message="", finished_at=timezone.now()
    )


def fail(job: Job, error: str) -> None:
    """The job could not be done; ``error`` is a Vietnamese sentence for the page."""
    Job.objects.filter(
        pk=job.pk, state__in=[JobState.QUEUED, JobState.RUNNING], attempts=job.attempts
    ).update(state=JobState.FAILED, error=error[:2000], finished_at=timezone.now())


def cancel(job: Job) -> bool:
    """Stop a job that waits or runs; a running worker notices at its next report.

    The caller has asked for the right. False where it was finished before.
    """
    updated = Job.objects.filter(pk=job.pk, state__in=[JobState.QUEUED, JobState.RUNNING]).update(
        state=JobState.CANCELLED, message="", finished_at=timezone.now()
    )
    return updated == 1


def go_on(job: Job) -> None:
    """Give a long job back to the queue after a good slice of it, to be gone on with at once.

    Its attempts start anew: only slices that end without progress count against it.
    """
    updated = Job.objects.filter(pk=job.pk, state=JobState.RUNNING, attempts=job.attempts).update(
        state=JobState.QUEUED, attempts=0, beat_at=timezone.now()
    )
    if updated:
        transaction.on_commit(lambda: _ring(job))


def put_off(job: Job, wait: datetime.timedelta, message: str) -> None:
    """Try the job again no sooner than after ``wait``; ``message`` says why it has to wait."""
    Job.objects.filter(pk=job.pk, state=JobState.RUNNING, attempts=job.attempts).update(
        state=JobState.QUEUED,
        message=message[:300],
        beat_at=timezone.now() + wait - QUEUE_LIMIT,
    )


def hold(job: Job, until: datetime.datetime, message: str) -> None:
    """Do the job no sooner than at ``until``, and not count this attempt: nothing was tried."""
    Job.objects.filter(pk=job.pk, state=JobState.RUNNING, attempts=job.attempts).update(
        state=JobState.QUEUED,
        attempts=F("attempts") - 1,
        message=message[:300],
        beat_at=until - QUEUE_LIMIT,
    )


def sweep(now: datetime.datetime | None = None) -> int:
    """Ring again for whatever was lost; returns how many jobs were rung.

    Lost is a running job whose worker gave no sign for ``BEAT_LIMIT`` and a queued one older than
    ``QUEUE_LIMIT``. Of several sweepers one wins each job.
    """
    now = now or timezone.now()
    lost = Job.objects.filter(
        Q(state=JobState.RUNNING, beat_at__lt=now - BEAT_LIMIT)
        | Q(state=JobState.QUEUED, beat_at__lt=now - QUEUE_LIMIT)
    )
    rung = 0
    for job in lost:
        won = Job.objects.filter(pk=job.pk, state=job.state, beat_at=job.beat_at).update(
            state=JobState.QUEUED, beat_at=now
        )
        if won:
            _ring(job)
            rung += 1
    return rung


def retry(*, job: Job, actor: Person) -> Job:
    """Try a failed job once more, asked by ``actor``."""
    return enqueue(task=job.task, key=job.key, subject=job.subject, requested_by=actor)
