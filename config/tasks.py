"""What workers do that needs all apps."""

from __future__ import annotations

import datetime

from celery import shared_task

from compacts.queries.desk import desk_of
from config.home import tasks_of
from units.models import Person
from units.queries import OpenTask
from units.services.letters import DIGEST_TASK, run_mail_job

# How far ahead a digest looks.
AHEAD = datetime.timedelta(days=7)


def due_soon(person: Person) -> list[OpenTask]:
    """What waits for the person and is late or due within a week, the soonest first."""
    desk = desk_of(person)
    dated = [
        (task.due_at, task)
        for task in tasks_of(desk)
        if task.due_at is not None and task.due_at <= desk.now + AHEAD
    ]
    return [task for _due_at, task in sorted(dated, key=lambda one: (one[0], one[1].label))]


@shared_task(name=DIGEST_TASK)
def send_digest(job_id: int) -> None:
    """Send the digest that the job names; thin: the service does it and may run twice."""
    run_mail_job(job_id, due_soon)
