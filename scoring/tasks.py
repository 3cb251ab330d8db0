"""What workers do for scoring."""

from __future__ import annotations

import datetime

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from scoring.services.dossiers import DOSSIER_TASK, run_dossier_job
from scoring.services.reminders import remind_of_milestones
from scoring.services.rendered_files import sweep_rendered_files


@shared_task(name=DOSSIER_TASK)
def make_dossier(job_id: int) -> None:
    """Do a slice of the dossier that the job names; thin, may run twice."""
    run_dossier_job(job_id)


@shared_task(name="scoring.remind_milestones")
def remind_milestones() -> None:
    """Tell whoever is behind of the deadlines near today; scheduled every hour."""
    remind_of_milestones()


@shared_task(name="scoring.sweep_rendered")
def sweep_rendered() -> None:
    """Remove files that nobody has asked for in a long time; scheduled once a day."""
    # Use is noted to the day, and a dossier under way lists its files a little later.
    kept = datetime.timedelta(days=max(settings.RENDERED_KEPT_DAYS, 2))
    sweep_rendered_files(unused_since=timezone.now() - kept)
