"""What workers do for all apps."""

from __future__ import annotations

from celery import shared_task

from units.services.jobs import sweep
from units.services.letters import SEND_TASK, post_digests, run_mail_job


@shared_task(name="units.sweep_jobs")
def sweep_jobs() -> None:
    """Ring again for jobs that were lost; scheduled every quarter of a minute."""
    sweep()


@shared_task(name=SEND_TASK)
def send_notification(job_id: int) -> None:
    """Send the letter that the job names; thin: the service does it and may run twice."""
    run_mail_job(job_id)


@shared_task(name="units.post_digests")
def gather_digests() -> None:
    """Make the digests whose hour has come; scheduled every ten minutes, may run at any time."""
    post_digests()
