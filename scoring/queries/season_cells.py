"""How far each unit is with each step of a season: what the board of the season is made of."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db.models import TextChoices
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compacts.models import KeyTask, Milestone, Participant, Registration, Season, Signature
from compacts.rules import CompactState, Period, RegistrationState, Step
from scoring.models import Round, Sheet
from scoring.queries.sheets import sheet_url
from scoring.rules import SheetState, Stage
from units.rules import last_day
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
    NONE = "none", gettext_lazy("Không có việc")
    HIDDEN = "hidden", gettext_lazy("Chưa công bố")


@dataclass(frozen=True, slots=True)
class Cell:
    """One unit at one step: ``at`` and ``who`` tell of the last change, ``days`` how late it is.

    ``url`` is the unit's own page of the step, where the reader may open it.
    """

    state: CellState
    at: datetime.datetime | None = None
    who: str = ""
    note: str = ""
    days: int = 0
    url: str = ""

    @property
    def is_behind(self) -> bool:
        """Does the step still wait for the unit?"""
        return self.state in (CellState.PENDING, CellState.RETURNED, CellState.LATE)

    @property
    def words(self) -> str:
        """The cell as text, for files and for those who do not see the sign."""
        parts = [str(self.state.label)]
        if self.state == CellState.LATE:
            parts = [_("Trễ %(days)s ngày") % {"days": self.days}]
        if self.at is not None and self.state == CellState.DONE:
            parts = [date_text(timezone.localtime(self.at).date())]
        return ", ".join([*parts, *([self.note] if self.note else [])])


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
    now: datetime.datetime


def _days_late(facts: Facts, deadline: datetime.datetime | None) -> int:
    if deadline is None or deadline > facts.now:
        return 0
    return max((timezone.localdate(facts.now) - last_day(deadline)).days, 1)


def _waiting(
    facts: Facts, deadline: datetime.datetime | None, *, returned: bool = False, url: str = ""
) -> Cell:
    days = _days_late(facts, deadline)
    if days:
        note = str(CellState.RETURNED.label).lower() if returned else ""
        return Cell(CellState.LATE, note=note, days=days, url=url)
    return Cell(CellState.RETURNED if returned else CellState.PENDING, url=url)


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
        return _waiting(facts, deadline, returned=returned, url=url)
    notes = [
        "" if state == RegistrationState.ACCEPTED else _("chờ chấp nhận"),
        _("gửi muộn") if row.submitted_late else "",
    ]
    who = row.submitted_by.full_name if row.submitted_by else ""
    note = ", ".join(filter(None, notes))
    return Cell(CellState.DONE, row.submitted_at, who, note, url=url)


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
            cells[participant.unit_id] = _waiting(facts, deadline)
        else:
            cells[participant.unit_id] = Cell(CellState.DONE, row.recorded_at, row.signatory_name)
    return cells


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
            cells[unit] = _waiting(facts, deadline)
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
        cells = {unit: _sheets_cell(facts, rows, deadline) for unit, rows in of_unit.items()}
        if not facts.sees_scoring:
            cells = {unit: cell for unit, cell in cells.items() if unit in facts.own}
            for participant in facts.participants:
                cells.setdefault(participant.unit_id, Cell(CellState.HIDDEN))
        return cells

    return read


def _sheets_cell(facts: Facts, sheets: list[Sheet], deadline: datetime.datetime | None) -> Cell:
    sent = [sheet for sheet in sheets if sheet.state in _SENT]
    single = len(sheets) == 1
    url = sheet_url(sheets[0]) if single else ""
    if len(sent) == len(sheets):
        last = max(sheets, key=lambda sheet: sheet.submitted_at or facts.now)
        who = last.submitted_by.full_name if last.submitted_by else ""
        note = _("gửi muộn") if any(sheet.submitted_late for sheet in sheets) else ""
        return Cell(CellState.DONE, last.submitted_at, who, note, url=url)
    returned = any(sheet.state == SheetState.RETURNED for sheet in sheets)
    found = _waiting(facts, deadline, returned=returned, url=url)
    if single:
        return found
    note = _("%(sent)s/%(all)s phiếu") % {"sent": len(sent), "all": len(sheets)}
    return Cell(found.state, note=note, days=found.days)


READERS: dict[Step, Reader] = {
    Step.REGISTRATION: _registered,
    Step.SIGNING: _signed,
    Step.MIDYEAR: _reported,
    **{step: _scored(stage) for step, stage in STAGES.items()},
}
