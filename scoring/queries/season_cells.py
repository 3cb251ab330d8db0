"""How far each unit is with each step of a season: what the board of the season is made of."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

from django.db.models import TextChoices
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from compacts.models import KeyTask, Milestone, Participant, Registration, Season, Signature
from compacts.rules import CompactState, Period, RegistrationState, Step
from scoring.models import Round, Sheet
from scoring.queries.sheets import sheet_url
from scoring.queries.steps import days_over
from scoring.rules import RoundState, SheetState, Stage
from units.rules import LONG_LATE
from units.vietnamese import date_text

STAGES = {
    Step.SELF_SCORE: Stage.SELF,
    Step.CROSS_CHECK: Stage.CROSS,
    Step.VERIFICATION: Stage.VERIFY,
}
_SENT = (SheetState.SUBMITTED, SheetState.LOCKED)


class CellState(TextChoices):
    """How far one unit is with one step."""

    DONE = "done", gettext_lazy("Đã xong")
    PENDING = "pending", gettext_lazy("Chưa")
    RETURNED = "returned", gettext_lazy("Bị trả lại")
    LATE = "late", gettext_lazy("Trễ hạn")
    BLOCKED = "blocked", gettext_lazy("Chờ đơn vị tự chấm")
    NONE = "none", gettext_lazy("Không có việc")
    HIDDEN = "hidden", gettext_lazy("Chưa công bố")


@dataclass(frozen=True, slots=True)
class Cell:
    """One unit at one step: ``at`` and ``who`` tell of the last change, ``days`` how late it is.

    ``url`` is the unit's own page of the step, where the reader may open it. ``awaits`` are the
    units whose people have to act, ``secretariat`` says that the secretariat has to: what is
    verified waits for who verifies it, what was registered for the secretariat's acceptance.
    """

    state: CellState
    at: datetime.datetime | None = None
    who: str = ""
    note: str = ""
    days: int = 0
    url: str = ""
    awaits: frozenset[int] = frozenset()
    secretariat: bool = False

    @property
    def is_behind(self) -> bool:
        """Does the step still wait for the unit?"""
        return self.state in (CellState.PENDING, CellState.RETURNED, CellState.LATE)

    @property
    def words(self) -> str:
        """The cell as text, for those who do not see the sign."""
        if self.done_on is None:
            return self.standing
        return ", ".join(filter(None, [date_text(self.done_on), self.note]))

    @property
    def standing(self) -> str:
        """The cell as text without its day, which in files has a column of its own."""
        state = str(self.state.label)
        if self.state == CellState.LATE:
            # Long after it the column's own day says more.
            state = (
                state
                if self.days >= LONG_LATE
                else ngettext("Trễ %(days)s ngày", "Trễ %(days)s ngày", self.days)
                % {"days": self.days}
            )
        return ", ".join(filter(None, [state, self.note]))

    @property
    def done_on(self) -> datetime.date | None:
        """The day in Hà Nội on which the unit did it."""
        if self.at is None or self.state != CellState.DONE:
            return None
        return timezone.localdate(self.at)


NOTHING = Cell(CellState.NONE)


@dataclass(frozen=True)
class Facts:
    """What the steps of one season are worked out from."""

    season: Season
    participants: tuple[Participant, ...]
    milestones: Mapping[str, Milestone]
    round: Round | None
    sheets: tuple[Sheet, ...]
    own: frozenset[int]
    manages: bool
    sees_scoring: bool
    reminded: Mapping[str, datetime.datetime]
    now: datetime.datetime


def _waiting(
    facts: Facts,
    deadline: datetime.datetime | None,
    unit: int,
    *,
    returned: bool = False,
    url: str = "",
) -> Cell:
    days = days_over(deadline, facts.now)
    awaits = frozenset({unit})
    if days:
        note = str(CellState.RETURNED.label).lower() if returned else ""
        return Cell(CellState.LATE, note=note, days=days, url=url, awaits=awaits)
    state = CellState.RETURNED if returned else CellState.PENDING
    return Cell(state, url=url, awaits=awaits)


Reader = Callable[[Facts, datetime.datetime | None], dict[int, Cell]]


def _registered(facts: Facts, deadline: datetime.datetime | None) -> dict[int, Cell]:
    rows = Registration.objects.filter(season=facts.season).select_related("submitted_by")
    known = {row.unit_id: row for row in rows}
    return {
        row.unit_id: _registration_cell(facts, row, known.get(row.unit_id), deadline)
        for row in facts.participants
    }


def _registration_cell(
    facts: Facts,
    participant: Participant,
    row: Registration | None,
    deadline: datetime.datetime | None,
) -> Cell:
    state = row.state if row else RegistrationState.DRAFT
    url = ""
    if facts.manages or participant.unit_id in facts.own or state != RegistrationState.DRAFT:
        season = facts.season
        where = [season.bloc.code, season.year, participant.unit.code]
        url = reverse("compacts:registration", args=where)
    if row is None or state in (RegistrationState.DRAFT, RegistrationState.RETURNED):
        returned = state == RegistrationState.RETURNED
        return _waiting(facts, deadline, participant.unit_id, returned=returned, url=url)
    is_accepted = state == RegistrationState.ACCEPTED
    notes = [
        "" if is_accepted else _("chờ chấp nhận"),
        _("gửi muộn") if row.submitted_late else "",
    ]
    who = row.submitted_by.full_name if row.submitted_by else ""
    note = ", ".join(filter(None, notes))
    return Cell(CellState.DONE, row.submitted_at, who, note, url=url, secretariat=not is_accepted)


def _signed(facts: Facts, deadline: datetime.datetime | None) -> dict[int, Cell]:
    compact = getattr(facts.season, "compact", None)
    if compact is None or compact.state == CompactState.DRAFTING:
        return {}
    rows = Signature.objects.filter(compact=compact).select_related("recorded_by")
    known = {row.unit_id: row for row in rows}
    cells = {}
    for participant in facts.participants:
        row = known.get(participant.unit_id)
        if row is None:
            cells[participant.unit_id] = _waiting(facts, deadline, participant.unit_id)
        else:
            cells[participant.unit_id] = Cell(CellState.DONE, _signed_at(row), row.signatory_name)
    return cells


def _signed_at(row: Signature) -> datetime.datetime:
    """When the unit signed: to the minute where it was recorded that day, else the day itself."""
    if timezone.localdate(row.recorded_at) == row.signed_on:
        return row.recorded_at
    return timezone.make_aware(datetime.datetime.combine(row.signed_on, datetime.time()))


def _reported(facts: Facts, deadline: datetime.datetime | None) -> dict[int, Cell]:
    """Reports at half the year, of units whose registration was accepted."""
    tasks = (
        KeyTask.objects.filter(
            registration__season=facts.season, registration__state=RegistrationState.ACCEPTED
        )
        .order_by("pk")
        .prefetch_related("progress__reported_by")
        .select_related("registration")
    )
    of_unit: dict[int, list[KeyTask]] = defaultdict(list)
    for task in tasks:
        of_unit[task.registration.unit_id].append(task)
    cells = {}
    for unit, known in of_unit.items():
        found = [row for task in known for row in task.progress.all() if row.period == Period.HALF]
        if len(found) < len(known):
            accepted_at = known[0].registration.accepted_at
            # Nobody is late with a report on what was registered after its day.
            in_time = deadline is None or accepted_at is None or accepted_at <= deadline
            cells[unit] = _waiting(facts, deadline if in_time else None, unit)
        else:
            last = max(found, key=lambda row: row.reported_at)
            who = last.reported_by.full_name if last.reported_by else ""
            cells[unit] = Cell(CellState.DONE, last.reported_at, who)
    return cells


def _scored(stage: Stage) -> Reader:
    def read(facts: Facts, deadline: datetime.datetime | None) -> dict[int, Cell]:
        if facts.round is None:
            return {}
        of_unit: dict[int, list[Sheet]] = defaultdict(list)
        for sheet in facts.sheets:
            if sheet.stage == stage:
                # A cross-check is the work of the unit that checks.
                unit = sheet.scorer_id if stage == Stage.CROSS else sheet.unit_id
                of_unit[unit or sheet.unit_id].append(sheet)
        ready = {sheet.pk for sheet in sheets_to_send(facts.sheets)}
        cells = {
            unit: _sheets_cell(facts, rows, deadline, ready) for unit, rows in of_unit.items()
        }
        if not facts.sees_scoring:
            cells = {unit: cell for unit, cell in cells.items() if unit in facts.own}
            for participant in facts.participants:
                cells.setdefault(participant.unit_id, Cell(CellState.HIDDEN))
        return cells

    return read


def sheets_to_send(sheets: Collection[Sheet]) -> list[Sheet]:
    """The sheets of a round that are not sent and could be: not those of others on a unit that
    has not sent its own yet.
    """
    own = {
        sheet.unit_id for sheet in sheets if sheet.stage == Stage.SELF and sheet.state not in _SENT
    }
    return [
        sheet
        for sheet in sheets
        if sheet.state not in _SENT and (sheet.stage == Stage.SELF or sheet.unit_id not in own)
    ]


def _scorers(facts: Facts, sheets: list[Sheet]) -> tuple[frozenset[int], bool]:
    """The units that have to send one of the sheets, and whether the secretariat has to."""
    if facts.round is None or facts.round.state != RoundState.OPEN:
        return frozenset(), False
    units = {sheet.unit_id if sheet.stage == Stage.SELF else sheet.scorer_id for sheet in sheets}
    return frozenset(unit for unit in units if unit is not None), None in units


def _sheets_cell(
    facts: Facts, sheets: list[Sheet], deadline: datetime.datetime | None, ready: Collection[int]
) -> Cell:
    sent = [sheet for sheet in sheets if sheet.state in _SENT]
    single = len(sheets) == 1
    url = sheet_url(sheets[0]) if single else ""
    if len(sent) == len(sheets):
        last = max(sheets, key=lambda sheet: sheet.submitted_at or facts.now)
        who = last.submitted_by.full_name if last.submitted_by else ""
        note = _("gửi muộn") if any(sheet.submitted_late for sheet in sheets) else ""
        return Cell(CellState.DONE, last.submitted_at, who, note, url=url)
    note = "" if single else _("%(sent)s/%(all)s phiếu")
    note = note % {"sent": len(sent), "all": len(sheets)} if note else ""
    waiting = [sheet for sheet in sheets if sheet.pk in ready]
    if not waiting:
        return Cell(CellState.BLOCKED, note=note, url=url)
    returned = any(sheet.state == SheetState.RETURNED for sheet in sheets)
    found = _waiting(facts, deadline, sheets[0].unit_id, returned=returned, url=url)
    units, secretariat = _scorers(facts, waiting)
    return replace(found, note=note or found.note, awaits=units, secretariat=secretariat)


READERS: dict[Step, Reader] = {
    Step.REGISTRATION: _registered,
    Step.SIGNING: _signed,
    Step.MIDYEAR: _reported,
    **{step: _scored(stage) for step, stage in STAGES.items()},
}
