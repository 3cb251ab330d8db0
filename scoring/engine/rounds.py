"""What a round of scoring brings to the engine: sheets, exemptions, ballots, decisions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

STAGES = ("self", "cross", "verify", "recheck", "final")
CROSS_METHODS = ("mean", "median", "trimmed_mean")
FINAL_METHODS = ("stage", "weighted")
BALLOT_BASES = ("all", "present", "valid")
SECRETARIAT = "secretariat"


@dataclass(frozen=True)
class UnitInput:
    """A unit to rank.

    ``name_key`` sorts as the unit's name does in Vietnamese; the engine compares it and nothing
    else. ``registered`` are the codes of the titles it registered. ``name`` is for explanations.
    """

    code: str
    name_key: object
    division: str | None = None
    registered: frozenset[str] = frozenset()
    name: str = ""


@dataclass(frozen=True)
class MarkInput:
    """What one scorer recorded on one leaf; ``entry`` as in the season format's marks."""

    criterion: str
    entry: Mapping[str, object]


@dataclass(frozen=True)
class SheetInput:
    """One scorer's marks of one unit at one stage; ``scorer`` is a unit or ``secretariat``."""

    unit: str
    stage: str
    scorer: str
    marks: tuple[MarkInput, ...] = ()


@dataclass(frozen=True)
class BallotInput:
    """A counted ballot: how many could vote, came, voted validly, and the yes votes by unit."""

    code: str
    voters: int
    present: int
    valid: int
    base: str = "all"
    yes: Mapping[str, int] = field(default_factory=dict)

    @property
    def base_count(self) -> int:
        """The number of people a share of votes is measured against."""
        return {"all": self.voters, "present": self.present, "valid": self.valid}[self.base]


@dataclass(frozen=True)
class DecisionInput:
    """A recorded decision that puts equal units in order."""

    units: tuple[str, ...]
    order: tuple[str, ...]
    reason: str = ""


@dataclass(frozen=True)
class RoundInput:
    """Everything the standings of one round are worked out from, besides the table.

    ``weights`` are shares by stage, for the method ``weighted``; ``stage`` is for ``stage``.
    ``exemptions`` are pairs of unit and base criterion (a leaf or a group). ``head`` is the
    season's head unit, where the caller wants its verify sheets checked.
    """

    final_method: str
    stage: str | None
    weights: Mapping[str, Decimal]
    cross: str
    units: tuple[UnitInput, ...]
    sheets: tuple[SheetInput, ...]
    exemptions: frozenset[tuple[str, str]] = frozenset()
    ballots: tuple[BallotInput, ...] = ()
    decisions: tuple[DecisionInput, ...] = ()
    head: str | None = None
