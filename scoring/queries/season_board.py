"""Where a season stands: every step, and every unit at every step, as far as one may know."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import TextChoices
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compacts.models import (
    Comment,
    Draft,
    KeyTask,
    Milestone,
    Participant,
    Registration,
    Season,
    Signature,
)
from compacts.permissions import can_manage_season
from compacts.rules import (
    CompactState,
    DraftKind,
    DraftState,
    Period,
    RegistrationState,
    Step,
)
from scoring.models import Round, Sheet
from scoring.permissions import can_see_provisional
from scoring.queries.sheets import sheet_url
from scoring.rules import RoundState, SheetState, Stage
from units.models import Person
from units.rules import last_day
from units.vietnamese import date_text

# Comments on texts have no milestone; they come between registration and signing.
COMMENTS = "comments"
_STAGES = {
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


class StepState(TextChoices):
    """How far the season is with one step."""

    DONE = "done", gettext_lazy("đã xong")
    NOW = "now", gettext_lazy("đang làm")
    LATE = "late", gettext_lazy("trễ hạn")
    PAST = "past", gettext_lazy("đã qua")
    NEXT = "next", gettext_lazy("chưa đến")
    OFF = "off", gettext_lazy("không thực hiện")


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
class StepColumn:
    """A step of the season: its dates, its list, and who still has to do it.

    ``counted`` is false where the reader may not know how far the others are.
    """

    key: str
    label: str | Promise
    state: StepState
    deadline: datetime.datetime | None
    opens_at: datetime.datetime | None
    reason: str
    url: str
    cells: Mapping[int, Cell]
    behind: tuple[Participant, ...]
    done: int
    counted: bool

    @property
    def total(self) -> int:
        """How many units the step concerns."""
        return self.done + len(self.behind)


@dataclass(frozen=True)
class SeasonBoard:
    """All steps of a season and all its units."""

    season: Season
    participants: tuple[Participant, ...]
    steps: tuple[StepColumn, ...]

    @property
    def current(self) -> StepColumn | None:
        """The step at which the season is: the first that is late or being done, else the next."""
        for states in ((StepState.LATE, StepState.NOW), (StepState.NEXT,)):
            for step in self.steps:
                if step.state in states and step.key != COMMENTS:
                    return step
        return None

    def cell(self, step: StepColumn, participant: Participant) -> Cell:
        """How far the unit is with the step."""
        return step.cells.get(participant.unit_id, NOTHING)


@dataclass(frozen=True)
class _Facts:
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


def season_board(season: Season, person: Person) -> SeasonBoard:
    """The board as the person may see it; a fixed number of queries.

    Who has registered, commented, signed and reported is known to everybody in the season; how far
    others are with scoring only to those who may see provisional results, or after publication.
    """
    rounds = Round.objects.filter(season=season).exclude(state=RoundState.DRAFT)
    scored = rounds.order_by("-pk").first()
    sheets: Iterable[Sheet] = ()
    sees_scoring = False
    if scored is not None:
        scored.season = season
        sees_scoring = scored.state == RoundState.PUBLISHED or bool(
            can_see_provisional(person, scored)
        )
        sheets = (
            Sheet.objects.visible_to(person)
            .filter(round=scored, stage__in=_STAGES.values())
            .select_related("submitted_by", "unit")
        )
    found = tuple(sheets)
    if scored is not None:
        for sheet in found:
            # What is known already need not be read with each sheet.
            sheet.round = scored
    facts = _Facts(
        season=season,
        participants=tuple(season.participants.select_related("unit")),
        milestones={row.step: row for row in season.milestones.all()},
        round=scored,
        sheets=found,
        own=person.roles_on(timezone.localdate()).unit_ids,
        manages=bool(can_manage_season(person, season)),
        sees_scoring=sees_scoring,
        now=timezone.now(),
    )
    steps = [_step(facts, step) for step in Step]
    comments = _comments_column(facts)
    if comments is not None:
        steps.insert(1, comments)
    return SeasonBoard(season, facts.participants, tuple(steps))


def _days_late(facts: _Facts, deadline: datetime.datetime | None) -> int:
    if deadline is None or deadline > facts.now:
        return 0
    return max((timezone.localdate(facts.now) - last_day(deadline)).days, 1)


def _waiting(
    facts: _Facts, deadline: datetime.datetime | None, *, returned: bool = False, url: str = ""
) -> Cell:
    days = _days_late(facts, deadline)
    if days:
        note = str(CellState.RETURNED.label).lower() if returned else ""
        return Cell(CellState.LATE, note=note, days=days, url=url)
    return Cell(CellState.RETURNED if returned else CellState.PENDING, url=url)


Reader = Callable[[_Facts, datetime.datetime | None], dict[int, Cell]]


def _registered(facts: _Facts, deadline: datetime.datetime | None) -> dict[int, Cell]:
    rows = Registration.objects.filter(season=facts.season).select_related("submitted_by")
    known = {row.unit_id: row for row in rows}
    return {
        row.unit_id: _registration_cell(facts, row, known.get(row.unit_id), deadline)
        for row in facts.participants
    }


def _registration_cell(
    facts: _Facts,
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


def _signed(facts: _Facts, deadline: datetime.datetime | None) -> dict[int, Cell]:
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


def _reported(facts: _Facts, deadline: datetime.datetime | None) -> dict[int, Cell]:
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
    def read(facts: _Facts, deadline: datetime.datetime | None) -> dict[int, Cell]:
        if facts.round is None:
            return {}
        if stage == Stage.SELF:
            deadline = facts.round.due_at or deadline
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


def _sheets_cell(facts: _Facts, sheets: list[Sheet], deadline: datetime.datetime | None) -> Cell:
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


_READERS: dict[Step, Reader] = {
    Step.REGISTRATION: _registered,
    Step.SIGNING: _signed,
    Step.MIDYEAR: _reported,
    **{step: _scored(stage) for step, stage in _STAGES.items()},
}
_PAGES = {
    Step.REGISTRATION: "compacts:registration_list",
    Step.SIGNING: "compacts:compact",
    Step.MIDYEAR: "compacts:progress_list",
    Step.YEAREND: "scoring:ranking",
    Step.HANDOVER: "compacts:season",
}


def _step(facts: _Facts, step: Step) -> StepColumn:
    milestone = facts.milestones.get(step)
    is_on = milestone is not None and milestone.is_on
    deadline = milestone.deadline if milestone is not None and is_on else None
    reader = _READERS.get(step)
    cells = reader(facts, deadline) if reader and is_on else {}
    is_over = _is_over(facts, step) if is_on else False
    state = _state(facts, step, milestone, cells, is_over=is_over) if is_on else StepState.OFF
    reason = milestone.extension_reason if milestone is not None and milestone.extended_to else ""
    opens_at = milestone.opens_at if milestone is not None and is_on else None
    where = [facts.season.bloc.code, facts.season.year]
    name = _PAGES.get(step, "scoring:round_list")
    return _column(
        facts, step.value, step.label, state, (opens_at, deadline), reason,
        reverse(name, args=where), cells,
    )  # fmt: skip


def _column(
    facts: _Facts,
    key: str,
    label: str | Promise,
    state: StepState,
    dates: tuple[datetime.datetime | None, datetime.datetime | None],
    reason: str,
    url: str,
    cells: Mapping[int, Cell],
) -> StepColumn:
    of = [(row, cells.get(row.unit_id, NOTHING)) for row in facts.participants]
    return StepColumn(
        key=key,
        label=label,
        state=state,
        opens_at=dates[0],
        deadline=dates[1],
        reason=reason,
        url=url,
        cells=cells,
        behind=tuple(row for row, cell in of if cell.is_behind),
        done=sum(1 for _row, cell in of if cell.state == CellState.DONE),
        counted=all(cell.state != CellState.HIDDEN for _row, cell in of),
    )


def _is_over(facts: _Facts, step: Step) -> bool:
    """Is a step over that no unit does by itself?"""
    if step == Step.YEAREND:
        return facts.round is not None and facts.round.state == RoundState.PUBLISHED
    if step == Step.HANDOVER:
        later = Season.objects.filter(bloc=facts.season.bloc_id, year__gt=facts.season.year)
        return later.exists()
    return False


def _state(
    facts: _Facts,
    step: Step,
    milestone: Milestone | None,
    cells: Mapping[int, Cell],
    *,
    is_over: bool,
) -> StepState:
    known = [cell for cell in cells.values() if cell.state != CellState.NONE]
    is_done = is_over or (bool(known) and all(cell.state == CellState.DONE for cell in known))
    if is_done:
        return StepState.DONE
    deadline = milestone.deadline if milestone else None
    if deadline is not None and deadline <= facts.now:
        unknown = any(cell.state == CellState.HIDDEN for cell in known)
        nothing = step == Step.MIDYEAR and not known
        return StepState.PAST if unknown or nothing else StepState.LATE
    opens_at = milestone.opens_at if milestone else None
    if opens_at is not None and opens_at > facts.now:
        return StepState.NEXT
    has_begun = opens_at is not None or bool(known)
    return StepState.NOW if has_begun else StepState.NEXT


def _comments_column(facts: _Facts) -> StepColumn | None:
    """Comments on the programme and the regulation, where they were asked for."""
    drafts = list(
        Draft.objects.filter(season=facts.season, comments_due_at__isnull=False).exclude(
            kind=DraftKind.AMENDMENT
        )
    )
    if not drafts:
        return None
    said: dict[int, set[int]] = defaultdict(set)
    last: dict[int, Comment] = {}
    rows = Comment.objects.filter(version__draft__in=drafts).select_related(
        "version", "written_by"
    )
    for row in rows.order_by("written_at"):
        said[row.unit_id].add(row.version.draft_id)
        last[row.unit_id] = row
    due = max(one.comments_due_at for one in drafts if one.comments_due_at)
    is_open = due > facts.now and any(one.state == DraftState.COMMENTING for one in drafts)
    cells = {}
    for participant in facts.participants:
        unit = participant.unit_id
        note = _("%(said)s/%(all)s văn bản") % {"said": len(said[unit]), "all": len(drafts)}
        if len(said[unit]) == len(drafts) or (said[unit] and not is_open):
            comment = last[unit]
            who = comment.written_by.full_name if comment.written_by else ""
            cells[unit] = Cell(CellState.DONE, comment.written_at, who, note)
        elif is_open:
            cells[unit] = Cell(CellState.PENDING, note=note)
        else:
            # Nobody has to comment: who did not is not late.
            cells[unit] = Cell(CellState.NONE, note=_("không góp ý"))
    return _column(
        facts, COMMENTS, _("Góp ý văn bản"), StepState.NOW if is_open else StepState.DONE,
        (None, due), "",
        reverse("scoring:paper_list", args=[facts.season.bloc.code, facts.season.year]), cells,
    )  # fmt: skip
