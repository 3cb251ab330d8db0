"""Where a season stands: every step, and every unit at every step, as far as one may know."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Max, QuerySet, TextChoices
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compacts.models import (
    Comment,
    Draft,
    Participant,
    Season,
)
from compacts.permissions import can_manage_season
from compacts.rules import (
    DraftKind,
    DraftState,
    Step,
)
from scoring.models import Round, Sheet
from scoring.permissions import can_see_provisional
from scoring.queries.season_cells import NOTHING, READERS, STAGES, Cell, CellState, Facts
from scoring.queries.steps import deadline_of
from scoring.rules import RoundState
from units.models import AuditEntry, Person

# Comments on texts have no milestone; they come between registration and signing.
COMMENTS = "comments"
# What the audit trail calls a reminder sent from the board.
REMIND = "remind_step"
_UNCOUNTED = (CellState.NONE, CellState.HIDDEN)


class StepState(TextChoices):
    """How far the season is with one step."""

    DONE = "done", gettext_lazy("đã xong")
    NOW = "now", gettext_lazy("đang làm")
    LATE = "late", gettext_lazy("trễ hạn")
    PAST = "past", gettext_lazy("đã qua")
    NEXT = "next", gettext_lazy("chưa đến")
    OFF = "off", gettext_lazy("không thực hiện")


@dataclass(frozen=True)
class StepColumn:
    """A step of the season: its dates, its list, and who still has to do it.

    ``counted`` is false where the reader may not know how far the others are. ``awaits`` are the
    units whose people the step waits for, ``secretariat`` says whether the secretariat is one of
    those; ``also`` are the round's deadlines that belong to the step; ``reminded_at`` is when they
    were last reminded from the board.
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
    total: int
    counted: bool
    awaits: frozenset[int]
    secretariat: bool
    also: tuple[tuple[str | Promise, datetime.datetime], ...]
    reminded_at: datetime.datetime | None

    @property
    def is_awaited(self) -> bool:
        """Is there anybody whom the step waits for?"""
        return bool(self.awaits) or self.secretariat


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


def season_board(season: Season, person: Person) -> SeasonBoard:
    """The board as the person may see it; a fixed number of queries.

    Who has registered, commented, signed and reported is known to everybody in the season; how far
    others are with scoring only to those who may see provisional results, or after publication.
    """
    scored = _round_of(season)
    sees_scoring = scored is not None and (
        scored.state == RoundState.PUBLISHED or bool(can_see_provisional(person, scored))
    )
    return _board(
        season,
        scored,
        Sheet.objects.visible_to(person),
        own=person.roles_on(timezone.localdate()).unit_ids,
        manages=bool(can_manage_season(person, season)),
        sees_scoring=sees_scoring,
    )


def whole_board(season: Season) -> SeasonBoard:
    """The board with everything in it, for reminding exactly those who are behind."""
    return _board(
        season,
        _round_of(season),
        Sheet.objects.all(),
        own=frozenset(),
        manages=True,
        sees_scoring=True,
    )


def _round_of(season: Season) -> Round | None:
    rounds = Round.objects.filter(season=season).exclude(state=RoundState.DRAFT)
    scored = rounds.order_by("-pk").first()
    if scored is not None:
        scored.season = season
    return scored


def _board(
    season: Season,
    scored: Round | None,
    sheets: QuerySet[Sheet],
    *,
    own: frozenset[int],
    manages: bool,
    sees_scoring: bool,
) -> SeasonBoard:
    found: tuple[Sheet, ...] = ()
    if scored is not None:
        asked = sheets.filter(round=scored, stage__in=STAGES.values())
        found = tuple(asked.select_related("submitted_by", "unit", "scorer"))
        for sheet in found:
            # What is known already need not be read with each sheet.
            sheet.round = scored
    facts = Facts(
        season=season,
        participants=tuple(season.participants.select_related("unit")),
        milestones={row.step: row for row in season.milestones.all()},
        round=scored,
        sheets=found,
        own=own,
        manages=manages,
        sees_scoring=sees_scoring,
        reminded=_reminded(season),
        now=timezone.now(),
    )
    steps = [_step(facts, step) for step in Step]
    comments = _comments_column(facts)
    if comments is not None:
        steps.insert(1, comments)
    return SeasonBoard(season, facts.participants, tuple(steps))


def reminder_target(season: Season, step: str) -> str:
    """What the audit trail calls the reminders of a step."""
    return f"season:{season.pk}:{step}"


def _reminded(season: Season) -> dict[str, datetime.datetime]:
    """When each step was last reminded of, by the step's key."""
    rows = (
        AuditEntry.objects.filter(chain=season.audit_chain, action=REMIND)
        .order_by()
        .values("target")
        .annotate(last=Max("at"))
    )
    return {row["target"].rpartition(":")[2]: row["last"] for row in rows}


_PAGES = {
    Step.REGISTRATION: "compacts:registration_list",
    Step.SIGNING: "compacts:compact",
    Step.MIDYEAR: "compacts:progress_list",
    Step.YEAREND: "scoring:ranking",
    Step.HANDOVER: "compacts:season",
}


def _step(facts: Facts, step: Step) -> StepColumn:
    milestone = facts.milestones.get(step)
    is_on = milestone is not None and milestone.is_on
    deadline = deadline_of(milestone, facts.round) if milestone is not None and is_on else None
    reader = READERS.get(step)
    cells = reader(facts, deadline) if reader and is_on else {}
    is_over = _is_over(facts, step) if is_on else False
    reason = milestone.extension_reason if milestone is not None and milestone.extended_to else ""
    opens_at = milestone.opens_at if milestone is not None and is_on else None
    state = StepState.OFF
    if is_on:
        state = _state(facts, step, (opens_at, deadline), cells, is_over=is_over)
    if step == Step.MIDYEAR and state == StepState.PAST:
        cells = _closed(cells)
    where = [facts.season.bloc.code, facts.season.year]
    name = _PAGES.get(step, "scoring:round_list")
    awaited: tuple[frozenset[int], bool] = (frozenset(), False)
    if state not in (StepState.OFF, StepState.DONE, StepState.PAST):
        awaited = _awaited(facts, step, cells)
    return _column(
        facts, step.value, step.label, state, (opens_at, deadline), reason,
        reverse(name, args=where), cells, awaited,
    )  # fmt: skip


def _closed(cells: Mapping[int, Cell]) -> dict[int, Cell]:
    """The cells of a step that nobody does any more: who did not is neither late nor awaited."""
    missed = Cell(CellState.NONE, note=_("không báo cáo"))
    return {unit: missed if cell.is_behind else cell for unit, cell in cells.items()}


def _column(
    facts: Facts,
    key: str,
    label: str | Promise,
    state: StepState,
    dates: tuple[datetime.datetime | None, datetime.datetime | None],
    reason: str,
    url: str,
    cells: Mapping[int, Cell],
    awaited: tuple[frozenset[int], bool] = (frozenset(), False),
) -> StepColumn:
    units, secretariat = awaited
    of = [(row, cells.get(row.unit_id, NOTHING)) for row in facts.participants]
    awaits = units.union(*(cell.awaits for _row, cell in of if cell.is_behind))
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
        total=sum(1 for _row, cell in of if cell.state not in _UNCOUNTED),
        counted=all(cell.state != CellState.HIDDEN for _row, cell in of),
        awaits=awaits,
        secretariat=secretariat or any(cell.secretariat for _row, cell in of),
        also=_also(facts, key),
        reminded_at=facts.reminded.get(key),
    )


def _also(facts: Facts, key: str) -> tuple[tuple[str | Promise, datetime.datetime], ...]:
    """Deadlines of the round beside the step's own."""
    if facts.round is None:
        return ()
    found = {
        Step.VERIFICATION: (gettext_lazy("hạn giải trình"), facts.round.explanations_due_at),
        Step.YEAREND: (gettext_lazy("hạn kiến nghị"), facts.round.objections_due_at),
    }
    return tuple((label, at) for step, (label, at) in found.items() if step == key and at)


def _awaited(facts: Facts, step: Step, cells: Mapping[int, Cell]) -> tuple[frozenset[int], bool]:
    """The units, and the secretariat, that a step waits for where no cell tells it.

    What no unit does by itself concerns all of them; what has not begun waits for the secretariat
    to begin it: to issue the compact, to open the round.
    """
    if step not in READERS:
        return frozenset(row.unit_id for row in facts.participants), True
    return frozenset(), not cells and (step not in STAGES or facts.round is None)


def _is_over(facts: Facts, step: Step) -> bool:
    """Is a step over that no unit does by itself?"""
    if step == Step.YEAREND:
        return facts.round is not None and facts.round.state == RoundState.PUBLISHED
    if step == Step.HANDOVER:
        later = Season.objects.filter(bloc=facts.season.bloc_id, year__gt=facts.season.year)
        return later.exists()
    return False


def _state(
    facts: Facts,
    step: Step,
    dates: tuple[datetime.datetime | None, datetime.datetime | None],
    cells: Mapping[int, Cell],
    *,
    is_over: bool,
) -> StepState:
    known = [cell for cell in cells.values() if cell.state != CellState.NONE]
    is_done = is_over or (bool(known) and all(cell.state == CellState.DONE for cell in known))
    if is_done:
        return StepState.DONE
    opens_at, deadline = dates
    if deadline is not None and deadline <= facts.now:
        unknown = any(cell.state == CellState.HIDDEN for cell in known)
        # Once the year's result is out, nobody waits for reports on its first half.
        nothing = step == Step.MIDYEAR and (not known or _is_over(facts, Step.YEAREND))
        if step == Step.MIDYEAR and known and all(cell.state != CellState.LATE for cell in known):
            # Only reports on what was registered after its day are still to come.
            return StepState.NOW
        return StepState.PAST if unknown or nothing else StepState.LATE
    if opens_at is not None and opens_at > facts.now:
        return StepState.NEXT
    has_begun = opens_at is not None or bool(known)
    return StepState.NOW if has_begun else StepState.NEXT


def _comments_column(facts: Facts) -> StepColumn | None:
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
            cells[unit] = Cell(CellState.PENDING, note=note, awaits=frozenset({unit}))
        else:
            # Nobody has to comment: who did not is not late.
            cells[unit] = Cell(CellState.NONE, note=_("không góp ý"))
    state = StepState.NOW if is_open else StepState.DONE
    return _column(
        facts, COMMENTS, gettext_lazy("Góp ý văn bản"), state, (None, due), "",
        reverse("scoring:paper_list", args=[facts.season.bloc.code, facts.season.year]), cells,
    )  # fmt: skip
