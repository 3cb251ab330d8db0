"""Reminding from the season's board: exactly those whom the board says a step waits for."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compacts.models import Season
from compacts.permissions import can_manage_season
from compacts.rules import Step
from compacts.services.notices import SPEAKERS, Reminded, secretaries_of
from scoring.queries.season_board import (
    REMIND,
    SeasonBoard,
    StepColumn,
    reminder_target,
    whole_board,
)
from units.access import require
from units.models import Notification, Person
from units.queries import people_of_units
from units.rules import Occasion, RoleKind, RuleError, last_day
from units.services.audit import record
from units.services.notifications import Message, notify
from units.vietnamese import date_text

NOTE_LENGTH = 1000
# Who scores for a unit: its speakers, and those who only score.
SCORERS = (*SPEAKERS, RoleKind.SCORER)
_SCORED_BY_OTHERS = (Step.CROSS_CHECK, Step.VERIFICATION)


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody whom a step waits for: for which units, the page to do it on, and whether told.

    ``told_at`` is when they were reminded of the step today.
    """

    person: Person
    units: tuple[str, ...]
    path: str
    told_at: datetime.datetime | None


@dataclass(frozen=True, slots=True)
class StepReminder:
    """Who would be reminded of a step, and the units for which there is nobody to remind."""

    season: Season
    step: StepColumn
    recipients: tuple[Recipient, ...]
    without_people: tuple[str, ...]

    @property
    def fresh(self) -> list[Recipient]:
        """Those who were not reminded of the step today."""
        return [one for one in self.recipients if one.told_at is None]


def people_awaited(
    season: Season, step: StepColumn
) -> tuple[dict[Person, list[int]], tuple[int, ...]]:
    """The people a step waits for, each with their units, and the units that have nobody.

    The secretariat has no unit in this: its people come with an empty list.
    """
    kinds = SCORERS if step.key in _SCORED_BY_OTHERS else SPEAKERS
    found = people_of_units(step.awaits, kinds)
    people: dict[Person, list[int]] = defaultdict(list)
    for unit, members in found.items():
        for person in members:
            people[person].append(unit)
    if step.secretariat:
        for person in secretaries_of(season):
            people.setdefault(person, [])
    return people, tuple(sorted(step.awaits - set(found)))


def _key(season: Season, step: StepColumn, day: datetime.date) -> str:
    return f"season:{season.pk}:step:{step.key}:{day}"


def _path(step: StepColumn, units: Collection[int]) -> str:
    """The unit's own page of the step where there is one, else the step's."""
    if step.key in _SCORED_BY_OTHERS:
        cells = [cell for cell in step.cells.values() if cell.awaits & set(units)]
    else:
        cells = [step.cells[unit] for unit in units if unit in step.cells]
    return cells[0].url if len(cells) == 1 and cells[0].url else step.url


def plan_step_reminder(*, actor: Person, season: Season, step: str) -> StepReminder:
    """Whom the actor would remind of the step, themselves left out.

    Raises ``RuleError`` for a step that is switched off or waits for nobody.
    """
    require(can_manage_season(actor, season))
    board = whole_board(season)
    column = next((one for one in board.steps if one.key == step), None)
    if column is None or not column.is_awaited:
        raise RuleError(_("Bước này không còn chờ đơn vị nào."))
    recipients, without = recipients_of(board, column, timezone.localdate())
    names = {row.unit_id: row.name for row in board.participants}
    return StepReminder(
        season=season,
        step=column,
        recipients=tuple(one for one in recipients if one.person != actor),
        without_people=tuple(names.get(unit, "") for unit in without),
    )


def recipients_of(
    board: SeasonBoard, step: StepColumn, today: datetime.date
) -> tuple[list[Recipient], tuple[int, ...]]:
    """Everybody whom the step waits for, and the units that have nobody."""
    people, without = people_awaited(board.season, step)
    told = dict(
        Notification.objects.filter(
            key=_key(board.season, step, today), person__in=people
        ).values_list("person", "created_at")
    )
    names = {row.unit_id: row.name for row in board.participants}
    recipients = [
        Recipient(
            person=person,
            units=tuple(names.get(unit, "") for unit in units),
            path=_path(step, units),
            told_at=told.get(person.pk),
        )
        for person, units in sorted(people.items(), key=lambda one: one[0].sort_key)
    ]
    return recipients, without


def text_of(one: Recipient, step: StepColumn, note: str = "") -> str | Promise:
    """What a reminder says below its subject; filled in with ``facts_of``."""
    parts: list[str | Promise] = []
    if one.units:
        parts.append(gettext_lazy("Còn chờ: %(units)s."))
    if step.deadline is not None:
        parts.append(gettext_lazy("Hạn: %(day)s."))
    if note:
        parts.append("%(note)s")
    return format_lazy("\n".join(["{}"] * len(parts)), *parts)


def facts_of(one: Recipient, step: StepColumn) -> dict[str, Any]:
    """What a reminder is filled in with."""
    return {
        "step": step.label,
        "units": "; ".join(one.units),
        "day": date_text(last_day(step.deadline)) if step.deadline else "",
    }


@transaction.atomic
def remind_step(*, actor: Person, season_id: int, step: str, note: str = "") -> Reminded:
    """Remind exactly those whom the step waits for, with the actor's ``note``.

    Nobody is reminded of a step twice on one day: raises ``RuleError`` where all of them were.
    """
    season = Season.objects.select_related("bloc__council", "compact").get(pk=season_id)
    plan = plan_step_reminder(actor=actor, season=season, step=step)
    note = note.strip()
    if len(note) > NOTE_LENGTH:
        too_long = _("Lời nhắn dài quá %(most)s ký tự.") % {"most": NOTE_LENGTH}
        raise RuleError(too_long, field="note")
    if not plan.recipients:
        raise RuleError(_("Những đơn vị còn chậm chưa có tài khoản nào để nhắc."))
    if not plan.fresh:
        raise RuleError(_("Hôm nay đã nhắc tất cả những người này; mai có thể nhắc lại."))
    told = 0
    for one in plan.fresh:
        message = Message(
            key=_key(season, plan.step, timezone.localdate()),
            occasion=Occasion.DEADLINE,
            about=str(season),
            subject=gettext_lazy("Nhắc: %(step)s, %(season)s"),
            text=text_of(one, plan.step, note),
            facts={**facts_of(one, plan.step), "season": str(season), "note": note},
            path=one.path,
        )
        told += len(notify(persons=[one.person], message=message, sent_by=actor))
    record(
        chain=season.audit_chain,
        actor=actor,
        action=REMIND,
        target=reminder_target(season, plan.step.key),
        summary=_("%(who)s nhắc bước “%(step)s”: %(count)s người.")
        % {"who": actor.full_name, "step": plan.step.label, "count": told},
        after={"people": [one.person.username for one in plan.fresh], "note": note},
    )
    return Reminded(told, plan.without_people)
