"""What workers do for compacts."""

from __future__ import annotations

from celery import shared_task

from compacts.services.documents import RENDER_TASK, run_render_job


@shared_task(name=RENDER_TASK)
def render_compact_pdf(job_id: int) -> None:
    """Render the compact that the job names; thin: the service does it and may run twice."""
    run_render_job(job_id)
