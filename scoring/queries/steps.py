"""How far a season is on its timeline, and which steps are late."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from compacts.models import Milestone
from compacts.rules import Step
from scoring.models import Round
from scoring.rules import RoundState
from units.rules import LONG_LATE, last_day
from units.vietnamese import date_text


@dataclass(frozen=True, slots=True)
class StepMark:
    """A step of a season: ``state`` is done, late, past, now or ahead.

    ``past`` is over by the calendar where nothing in the records tells whether it was done.
    ``days`` counts the days since a late one's last day.
    """

    step: str
    label: str
    opens_on: datetime.date | None
    last_day: datetime.date | None
    state: str
    days: int

    @property
    def lateness(self) -> str:
        """How late a late one is: in days, or by its last day once that is long ago."""
        if self.days >= LONG_LATE and self.last_day:
            return _("chậm, hạn %(day)s") % {"day": date_text(self.last_day)}
        return ngettext("chậm %(days)d ngày", "chậm %(days)d ngày", self.days) % {
            "days": self.days
        }


def days_over(deadline: datetime.datetime | None, now: datetime.datetime) -> int:
    """Days since the last day of a deadline that has passed, at least 1; else 0."""
    if deadline is None or deadline > now:
        return 0
    return max((timezone.localdate(now) - last_day(deadline)).days, 1)


def overdue(text: str, days: int, due_on: datetime.date | None) -> str:
    """The text, with how late it is where ``days`` have passed since its last day."""
    if not days:
        return text
    if days >= LONG_LATE and due_on:
        return _("%(what)s, hạn %(day)s") % {"what": text, "day": date_text(due_on)}
    return ngettext("%(what)s, quá hạn %(days)d ngày", "%(what)s, quá hạn %(days)d ngày", days) % {
        "what": text,
        "days": days,
    }


def deadline_of(milestone: Milestone, scored: Round | None) -> datetime.datetime | None:
    """The step's deadline; units send their own sheets by that of the round, once it is open."""
    if milestone.step != Step.SELF_SCORE or scored is None or scored.state == RoundState.DRAFT:
        return milestone.deadline
    return scored.due_at or milestone.deadline


def step_marks(
    milestones: Iterable[Milestone],
    done: Mapping[str, bool],
    scored: Round | None,
    now: datetime.datetime,
) -> tuple[StepMark, ...]:
    """The steps that the season takes, in their order; ``done`` says of some whether they are."""
    by_step = {one.step: one for one in milestones if one.is_on}
    return tuple(
        _mark(step, by_step[step], deadline_of(by_step[step], scored), done, now)
        for step in Step
        if step in by_step
    )


def _mark(
    step: Step,
    milestone: Milestone,
    deadline: datetime.datetime | None,
    done: Mapping[str, bool],
    now: datetime.datetime,
) -> StepMark:
    over = days_over(deadline, now)
    if done.get(step):
        state = "done"
    elif over:
        state = "late" if step in done else "past"
    elif milestone.opens_at is None or milestone.opens_at <= now:
        state = "now"
    else:
        state = "ahead"
    opens = timezone.localdate(milestone.opens_at) if milestone.opens_at else None
    last = last_day(deadline) if deadline else None
    return StepMark(step.value, str(step.label), opens, last, state, over)
