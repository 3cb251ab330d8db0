"""What waits for a person before and during the year: registrations, texts, signatures, tasks."""

from __future__ import annotations

from compacts.queries.desk import Desk
from compacts.queries.secretariat_work import secretariat_tasks
from compacts.queries.unit_work import unit_tasks
from units.queries import OpenTask


def open_tasks(desk: Desk) -> list[OpenTask]:
    """What waits for the person; a fixed number of queries, whatever the number of seasons."""
    found: list[OpenTask] = []
    if desk.units:
        found += unit_tasks(desk)
    if desk.served:
        found += secretariat_tasks(desk)
    return found
