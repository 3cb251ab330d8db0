"""Ranks, ties and classes.

Where the format leaves something open, this is how it is read:

- A criterion in which a unit has no points counts as 0 in a tie break, a ballot that was not
  held as 0 yes votes for everyone.
- Units without a division are ranked together, beside the divisions.
- Struck units (``unranked``) take no part: they share no rank and part nobody. They have a class.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from scoring.engine.combine import Score
from scoring.engine.rounds import BallotInput, DecisionInput, RoundInput
from scoring.engine.table import Class, Table, TieBreak


@dataclass(frozen=True)
class Placing:
    """A unit's rank, and the tie break that set it apart from equals, if one did."""

    rank: int
    parted_by: str | None


def place(table: Table, round_input: RoundInput, scores: Sequence[Score]) -> dict[str, Placing]:
    """Rank these units against each other: by total, then by the table's tie breaks."""
    groups = _grouped(scores, lambda score: Fraction(score.total))
    parted: dict[str, str] = {}
    for step in table.tie_breaks:
        finer = []
        for group in groups:
            parts = _parted(group, step, round_input) if len(group) > 1 else [group]
            if len(parts) > 1:
                parted.update({part[0].unit: step.name for part in parts if len(part) == 1})
            finer.extend(parts)
        groups = finer
    placings = {}
    rank = 1
    for group in groups:
        for score in group:
            placings[score.unit] = Placing(rank, parted.get(score.unit))
        rank += len(group)
    return placings


def _grouped(scores: Sequence[Score], key: Callable[[Score], Fraction]) -> list[list[Score]]:
    """The units with equal keys together, the highest key first."""
    groups: dict[Fraction, list[Score]] = defaultdict(list)
    for score in scores:
        groups[key(score)].append(score)
    return [groups[value] for value in sorted(groups, reverse=True)]


def _parted(group: list[Score], step: TieBreak, round_input: RoundInput) -> list[list[Score]]:
    if step.by == "decision":
        order = decided_order({score.unit for score in group}, round_input.decisions)
        by_unit = {score.unit: score for score in group}
        return [[by_unit[unit]] for unit in order] if order else [group]
    return _grouped(group, lambda score: tie_figure(score, step, round_input.ballots))


def tie_figure(score: Score, step: TieBreak, ballots: Sequence[BallotInput]) -> Fraction:
    """What a tie break compares; the higher figure goes first, so minus points are negated."""
    if step.by == "criterion":
        return Fraction(score.points.get(step.code, 0))
    if step.by == "least_minus":
        return -Fraction(score.minus)
    return Fraction(yes_votes(score.unit, step.code, ballots))


def yes_votes(unit: str, code: str, ballots: Sequence[BallotInput]) -> int:
    return next((ballot.yes.get(unit, 0) for ballot in ballots if ballot.code == code), 0)


def decided_order(units: set[str], decisions: Sequence[DecisionInput]) -> tuple[str, ...]:
    """The order of the decision that names exactly these units; empty where there is none."""
    return next((one.order for one in decisions if set(one.units) == units), ())


def place_by_division(
    table: Table, round_input: RoundInput, scores: Mapping[str, Score]
) -> dict[str, Placing]:
    """Ranks within each division, or within the bloc for the units that have none."""
    divisions: dict[str | None, list[Score]] = defaultdict(list)
    for unit in round_input.units:
        if is_ranked(scores[unit.code]):
            divisions[unit.division].append(scores[unit.code])
    placings: dict[str, Placing] = {}
    for members in divisions.values():
        placings.update(place(table, round_input, members))
    return placings


def place_in_bloc(
    table: Table, round_input: RoundInput, scores: Mapping[str, Score]
) -> dict[str, Placing]:
    """One ranking of all units of the bloc, for titles whose scope is the bloc."""
    return place(table, round_input, [score for score in scores.values() if is_ranked(score)])


def is_ranked(score: Score) -> bool:
    return score.struck != "unranked"


def class_of(classes: Sequence[Class], figure: Fraction) -> Class | None:
    """The first class whose minimum the figure reaches."""
    return next((one for one in classes if Fraction(one.min) <= figure), None)
