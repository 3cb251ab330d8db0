"""Reads that scoring pages share."""

from __future__ import annotations

from scoring.queries import polls, sheets
from units.models import Person
from units.queries import OpenTask


def open_tasks(person: Person) -> list[OpenTask]:
    """What waits for the person in scoring: sheets, and ballots to vote in."""
    return [*sheets.open_tasks(person), *polls.poll_tasks(person)]
