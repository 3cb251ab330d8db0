"""What workers do for all apps."""

from __future__ import annotations

from celery import shared_task

from units.services.jobs import sweep


@shared_task(name="units.sweep_jobs")
def sweep_jobs() -> None:
    """Ring again for jobs that were lost; scheduled every quarter of a minute."""
    sweep()
