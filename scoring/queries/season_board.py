"""Where a season stands: every step, and every unit at every step, as far as one may know."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping
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
    Milestone,
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
from scoring.rules import RoundState
from units.models import Person

# Comments on texts have no milestone; they come between registration and signing.
COMMENTS = "comments"


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
            .filter(round=scored, stage__in=STAGES.values())
            .select_related("submitted_by", "unit")
        )
    found = tuple(sheets)
    if scored is not None:
        for sheet in found:
            # What is known already need not be read with each sheet.
            sheet.round = scored
    facts = Facts(
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
    deadline = _deadline(facts, step, milestone) if milestone is not None and is_on else None
    reader = READERS.get(step)
    cells = reader(facts, deadline) if reader and is_on else {}
    is_over = _is_over(facts, step) if is_on else False
    reason = milestone.extension_reason if milestone is not None and milestone.extended_to else ""
    opens_at = milestone.opens_at if milestone is not None and is_on else None
    state = StepState.OFF
    if is_on:
        state = _state(facts, step, (opens_at, deadline), cells, is_over=is_over)
    where = [facts.season.bloc.code, facts.season.year]
    name = _PAGES.get(step, "scoring:round_list")
    return _column(
        facts, step.value, step.label, state, (opens_at, deadline), reason,
        reverse(name, args=where), cells,
    )  # fmt: skip


def _deadline(facts: Facts, step: Step, milestone: Milestone) -> datetime.datetime | None:
    """The step's deadline; where a round is open, units send their own sheets by the round's."""
    if step == Step.SELF_SCORE and facts.round is not None and facts.round.due_at is not None:
        return facts.round.due_at
    return milestone.deadline


def _column(
    facts: Facts,
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
        nothing = step == Step.MIDYEAR and not known
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
            cells[unit] = Cell(CellState.PENDING, note=note)
        else:
            # Nobody has to comment: who did not is not late.
            cells[unit] = Cell(CellState.NONE, note=_("không góp ý"))
    return _column(
        facts, COMMENTS, _("Góp ý văn bản"), StepState.NOW if is_open else StepState.DONE,
        (None, due), "",
        reverse("scoring:paper_list", args=[facts.season.bloc.code, facts.season.year]), cells,
    )  # fmt: skip
