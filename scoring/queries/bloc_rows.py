"""A bloc's season and its units as leaders look at them."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from compacts.models import Compact, Participant, Season
from compacts.rules import CompactState, Light, Period, RegistrationState, Step
from scoring.models import Round
from scoring.queries.inflation import Inflation
from scoring.queries.results import Movement, Published, Result, Spread
from scoring.queries.steps import StepMark


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody should look: in words, and the page on which it shows."""

    kind: str
    text: str
    url: str


def _percent(part: int, whole: int) -> int:
    return 100 * part // whole if whole else 0


@dataclass(frozen=True)
class UnitRow:
    """A unit in a season; texts and states are empty and figures None where there is nothing."""

    season: Season
    participant: Participant
    registration: str
    registration_late: bool
    signed: bool
    self_sheet: str
    self_late: bool
    result: Result | None
    movement: Movement
    lights: Counter[Light]
    ad_hoc: int
    inflation: Inflation | None
    reasons: tuple[Reason, ...] = ()

    @property
    def code(self) -> str:
        """The unit's code, as addresses name it."""
        return self.participant.unit.code

    @property
    def targets(self) -> int:
        """How many key tasks count."""
        return self.lights.total()

    @property
    def reached(self) -> int:
        """How many of them are reached."""
        return self.lights[Light.GREEN]

    @property
    def reached_share(self) -> int:
        """The share of them that is reached, 0…100."""
        return _percent(self.reached, self.targets)

    @property
    def without_data(self) -> int:
        """How many of them nobody has reported on."""
        return self.lights[Light.NONE]


@dataclass(frozen=True)
class BlocRow:
    """A bloc's season: its units, what was issued and scored, and what a leader would ask."""

    season: Season
    units: tuple[UnitRow, ...]
    compact: Compact | None
    last_signed_on: datetime.date | None
    has_table: bool
    round: Round | None
    ranked_round: Round | None
    published: Published | None
    sheets: int
    sent: int
    steps: tuple[StepMark, ...]
    period: Period
    warnings: tuple[Reason, ...] = ()

    @property
    def accepted(self) -> int:
        """How many registrations are accepted."""
        return sum(1 for one in self.units if one.registration == RegistrationState.ACCEPTED)

    @property
    def signed(self) -> int:
        """How many units have signed the compact."""
        return sum(1 for one in self.units if one.signed)

    @property
    def registration_share(self) -> int:
        """The share of units whose registration is accepted, 0…100."""
        return _percent(self.accepted, len(self.units))

    @property
    def signed_share(self) -> int:
        """The share of units that have signed, 0…100."""
        return _percent(self.signed, len(self.units))

    @property
    def sent_share(self) -> int:
        """The share of sheets that were sent, 0…100."""
        return _percent(self.sent, self.sheets)

    @property
    def spread(self) -> Spread | None:
        """How the published totals spread."""
        return self.published.spread if self.published else None

    @property
    def first(self) -> tuple[UnitRow, ...]:
        """Who leads the published ranking."""
        return tuple(one for one in self.units if one.result and one.result.rank == 1)

    @property
    def ranked(self) -> tuple[UnitRow, ...]:
        """The units in the order of the published ranking, the unranked last."""
        found = [one for one in self.units if one.result]
        return tuple(sorted(found, key=_by_rank))

    @property
    def inflation(self) -> Inflation | None:
        """Own against verified points of all units, None where there is nothing to compare."""
        return total_inflation(self.units)

    @property
    def targets(self) -> int:
        """How many key tasks the units have."""
        return sum(one.targets for one in self.units)

    @property
    def reached(self) -> int:
        """How many of them are reached."""
        return sum(one.reached for one in self.units)

    @property
    def reached_share(self) -> int:
        """The share of them that is reached, 0…100."""
        return _percent(self.reached, self.targets)

    @property
    def without_data(self) -> int:
        """How many of them nobody has reported on."""
        return sum(one.without_data for one in self.units)

    @property
    def ad_hoc(self) -> int:
        """How many ad-hoc tasks were confirmed."""
        return sum(one.ad_hoc for one in self.units)

    @property
    def watched(self) -> tuple[UnitRow, ...]:
        """The units that somebody should look at."""
        return tuple(one for one in self.units if one.reasons)

    @property
    def late(self) -> tuple[StepMark, ...]:
        """The steps that are late."""
        return tuple(one for one in self.steps if one.state == "late")

    @property
    def now(self) -> StepMark | None:
        """The step the calendar is at: the first running one, else the next."""
        return next(
            (one for state in ("now", "ahead") for one in self.steps if one.state == state), None
        )

    @property
    def in_force_on(self) -> datetime.date | None:
        """The day on which the last unit signed, whenever that was recorded."""
        if self.compact is None or self.compact.state != CompactState.IN_FORCE:
            return None
        return self.last_signed_on

    @property
    def signed_late(self) -> int | None:
        """How many days after its last day the compact came into force; None where unknown."""
        step = next((one for one in self.steps if one.step == Step.SIGNING), None)
        if step is None or step.last_day is None or self.in_force_on is None:
            return None
        return max((self.in_force_on - step.last_day).days, 0)

    @property
    def is_issued(self) -> bool:
        """Is there a compact to sign?"""
        return self.compact is not None and self.compact.state != CompactState.DRAFTING


def _by_rank(row: UnitRow) -> tuple[str, bool, int, str]:
    found = row.result
    rank = found.rank if found else None
    division = found.division if found else ""
    return division, rank is None, rank or 0, row.participant.sort_key


def total_inflation(units: Iterable[UnitRow]) -> Inflation | None:
    """The units' own and verified points added up, None where no unit has any to compare."""
    found = [one.inflation for one in units if one.inflation]
    return sum(found[1:], found[0]) if found else None


def with_reasons(row: UnitRow, reasons: Iterable[Reason]) -> UnitRow:
    """The row with what speaks for looking at the unit."""
    return replace(row, reasons=tuple(reasons))


@dataclass(frozen=True, slots=True)
class Headline:
    """The figures of all blocs together."""

    blocs: int
    units: int
    issued: int
    in_force: int
    not_in_force: int
    targets: int
    reached: int
    without_data: int
    watched: int

    @property
    def reached_share(self) -> Decimal | None:
        """The share of targets reached, in percent; None without any target."""
        return Decimal(100 * self.reached // self.targets) if self.targets else None


def headline(rows: Iterable[BlocRow]) -> Headline:
    """The sums over the blocs."""
    found = list(rows)
    return Headline(
        blocs=len(found),
        units=sum(len(one.units) for one in found),
        issued=sum(1 for one in found if one.is_issued),
        in_force=sum(1 for one in found if one.in_force_on),
        not_in_force=sum(1 for one in found if not one.in_force_on),
        targets=sum(one.targets for one in found),
        reached=sum(one.reached for one in found),
        without_data=sum(one.without_data for one in found),
        watched=sum(len(one.watched) for one in found),
    )
