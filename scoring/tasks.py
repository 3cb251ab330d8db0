"""What workers do for scoring."""

from __future__ import annotations

from celery import shared_task

from scoring.services.dossiers import DOSSIER_TASK, run_dossier_job
from scoring.services.reminders import remind_of_milestones


@shared_task(name=DOSSIER_TASK)
def make_dossier(job_id: int) -> None:
    """Do a slice of the dossier that the job names; thin, may run twice."""
    run_dossier_job(job_id)


@shared_task(name="scoring.remind_milestones")
def remind_milestones() -> None:
    """Tell whoever is behind of the deadlines near today; scheduled every hour."""
    remind_of_milestones()
