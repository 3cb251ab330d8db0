"""From marks to a leaf's points, and from leaves to a unit's total.

Where the format leaves something open, this is how it is read:

- Weights are divided by the sum of those stages that have a mark, so they need not add up to 1.
- Only the ``stage`` method falls back, and only to earlier stages; a mark at a later stage alone
  leaves the leaf without points. With ``weighted`` only the stages that have a weight count.
- ``complete`` asks for points, not for sheets: a base leaf is missing where no mark counts for
  it in the end, whichever sheets are there.
- A gate is decided by the latest stage that marks it, whatever the method; where scorers of
  that stage disagree (only at ``cross``) one who says it is met is enough.
- An exempted unit's mark is not there at all: the ``relative`` rule does not compare with it
  either. Struck units are compared with like any other.
- A group's maximum that is between two steps of the precision is cut to the lower one.
- Where a unit's own maximum would be 0 or less nothing is scaled (``check_round`` refuses it).
- ``points`` name what has points: not gates, not missing leaves, not leaves exempted with
  ``drop`` or ``scale``; groups always, with the sum of what there is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from scoring.engine.kinds import Relative
from scoring.engine.numbers import round_down, round_half_up
from scoring.engine.rounds import STAGES, MarkInput, RoundInput
from scoring.engine.rules import points_of, relative_points
from scoring.engine.table import Criterion, Table

_ZERO = Fraction(0)


@dataclass(frozen=True)
class ScoredMark:
    """A mark with its rounded points (None for a gate)."""

    stage: str
    scorer: str
    entry: Mapping[str, object]
    points: Decimal | None


ScoredMarks = Mapping[tuple[str, str], tuple[ScoredMark, ...]]


@dataclass(frozen=True)
class Score:
    """One unit's points; ``base`` is after scaling, ``raw_base`` before."""

    unit: str
    points: Mapping[str, Decimal]
    missing: tuple[str, ...]
    exempt: tuple[str, ...]
    raw_base: Decimal
    base: Decimal
    bonus: Decimal
    minus: Decimal
    total: Decimal
    own_max: Decimal
    class_figure: Fraction
    struck: str | None = None
    struck_by: tuple[str, ...] = field(default=())


def exempt_leaves(table: Table, round_input: RoundInput) -> frozenset[tuple[str, str]]:
    """Pairs of unit and exempted leaf; an exempted group exempts its leaves."""
    return frozenset(
        (unit, leaf.code)
        for unit, code in round_input.exemptions
        for leaf in table.criterion(code).leaves()
    )


def score_marks(table: Table, round_input: RoundInput) -> ScoredMarks:
    """Every mark that is not ignored, with its points, by unit and leaf, in order of stage."""
    ignored = exempt_leaves(table, round_input)
    divisions = {unit.code: unit.division for unit in round_input.units}
    scored: dict[tuple[str, str], list[ScoredMark]] = defaultdict(list)
    compared: dict[tuple[str, str, str, str | None], dict[str, tuple[str, MarkInput]]] = {}
    for sheet in round_input.sheets:
        for mark in sheet.marks:
            criterion = table.criterion(mark.criterion)
            if (sheet.unit, mark.criterion) in ignored:
                continue
            if isinstance(criterion.rule, Relative):
                scorer = sheet.scorer if sheet.stage == "cross" else ""
                group = (mark.criterion, sheet.stage, scorer, divisions[sheet.unit])
                compared.setdefault(group, {})[sheet.unit] = (sheet.scorer, mark)
            else:
                points = points_of(criterion, mark.entry, table.precision)
                found = ScoredMark(sheet.stage, sheet.scorer, mark.entry, points)
                scored[sheet.unit, mark.criterion].append(found)
    for (code, stage, _, _), marks in compared.items():
        entries = {unit: mark.entry for unit, (_, mark) in marks.items()}
        compared_points = relative_points(table.criterion(code), entries, table.precision)
        for unit, (scorer, mark) in marks.items():
            found = ScoredMark(stage, scorer, mark.entry, compared_points[unit])
            scored[unit, code].append(found)
    return {key: tuple(sorted(marks, key=_mark_order)) for key, marks in scored.items()}


def _mark_order(mark: ScoredMark) -> tuple[int, str]:
    return STAGES.index(mark.stage), mark.scorer


def cross_value(points: Sequence[Decimal], method: str) -> Fraction:
    """Several cross marks of one leaf made one, exactly: mean, median or trimmed mean."""
    ordered = sorted(Fraction(one) for one in points)
    if method == "median":
        middle = len(ordered) // 2
        ordered = (
            ordered[middle : middle + 1] if len(ordered) % 2 else ordered[middle - 1 : middle + 1]
        )
    elif method == "trimmed_mean" and len(ordered) >= 4:
        ordered = ordered[1:-1]
    return sum(ordered, _ZERO) / len(ordered)


def stage_values(marks: Sequence[ScoredMark], cross: str) -> dict[str, Fraction]:
    """The exact points each stage gives to one leaf, for the stages that marked it."""
    by_stage: dict[str, list[Decimal]] = defaultdict(list)
    for mark in marks:
        if mark.points is not None:
            by_stage[mark.stage].append(mark.points)
    return {stage: cross_value(points, cross) for stage, points in by_stage.items()}


def stage_used(values: Mapping[str, Fraction], wanted: str | None) -> str | None:
    """The stage asked for, or the nearest earlier one that has a mark."""
    if wanted is None:
        return None
    earlier = STAGES[: STAGES.index(wanted) + 1]
    return next((stage for stage in reversed(earlier) if stage in values), None)


def weights_used(values: Mapping[str, Fraction], round_input: RoundInput) -> dict[str, Fraction]:
    """The weights of the stages that have a mark, sharing out the others': they add up to 1."""
    here = {
        stage: Fraction(round_input.weights.get(stage, 0)) for stage in STAGES if stage in values
    }
    total = sum(here.values(), _ZERO)
    return {stage: weight / total for stage, weight in here.items() if weight}


def final_value(values: Mapping[str, Fraction], round_input: RoundInput) -> Fraction | None:
    """A leaf's points before the last rounding; None where no mark counts."""
    if round_input.final_method == "weighted":
        weights = weights_used(values, round_input)
        if not weights:
            return None
        return sum((values[stage] * weight for stage, weight in weights.items()), _ZERO)
    stage = stage_used(values, round_input.stage)
    return None if stage is None else values[stage]


def gate_met(marks: Sequence[ScoredMark]) -> bool:
    """Whether the latest stage that marks a gate says it is met."""
    latest = max((STAGES.index(mark.stage) for mark in marks), default=-1)
    return any(mark.entry["met"] is True for mark in marks if STAGES.index(mark.stage) == latest)


def score_unit(
    table: Table,
    round_input: RoundInput,
    unit: str,
    marks: ScoredMarks,
    exempt: frozenset[tuple[str, str]],
) -> Score:
    """One unit's points of every criterion, its sums and what strikes it."""
    leaves: dict[str, Decimal] = {}
    missing = []
    exempted = []
    struck_by = []
    for leaf in table.leaves():
        of_leaf = marks.get((unit, leaf.code), ())
        if (unit, leaf.code) in exempt:
            exempted.append(leaf)
            if table.not_applicable == "full" and not leaf.is_gate:
                leaves[leaf.code] = round_down(Fraction(leaf.max), table.precision)
        elif leaf.is_gate:
            if gate_met(of_leaf):
                struck_by.append(leaf)
        else:
            value = final_value(stage_values(of_leaf, round_input.cross), round_input)
            if value is not None:
                leaves[leaf.code] = round_half_up(value, table.precision)
            elif leaf.adds == "base":
                missing.append(leaf.code)
            else:
                leaves[leaf.code] = round_half_up(_ZERO, table.precision)
    return _summed(table, unit, leaves, missing, exempted, struck_by)


def _summed(
    table: Table,
    unit: str,
    leaves: Mapping[str, Decimal],
    missing: Sequence[str],
    exempted: Sequence[Criterion],
    struck_by: Sequence[Criterion],
) -> Score:
    points: dict[str, Decimal] = {}
    sums = {"base": _ZERO, "bonus": _ZERO, "minus": _ZERO}
    for top in table.top_level():
        sums[top.adds] += _sum_into(points, top, leaves, table.precision)
    lost = sum((leaf.max for leaf in exempted), Decimal(0))
    if table.not_applicable == "full":
        lost = Decimal(0)
    exact_max = max(Decimal(0), table.max_total - lost)
    own_max = Fraction(exact_max)
    raw_base = sums["base"]
    if table.not_applicable == "scale" and lost and own_max:
        sums["base"] = Fraction(
            round_half_up(raw_base * Fraction(table.max_total) / own_max, table.precision)
        )
    total = max(_ZERO, sums["base"] + sums["bonus"] - sums["minus"])

    def decimal(number: Fraction) -> Decimal:
        return round_half_up(number, table.precision)

    return Score(
        unit=unit,
        points=points,
        missing=tuple(missing),
        exempt=tuple(leaf.code for leaf in exempted),
        raw_base=decimal(raw_base),
        base=decimal(sums["base"]),
        bonus=decimal(sums["bonus"]),
        minus=decimal(sums["minus"]),
        total=decimal(total),
        own_max=exact_max,
        class_figure=_class_figure(table, sums, total, own_max),
        struck=_effect(struck_by),
        struck_by=tuple(leaf.code for leaf in struck_by),
    )


def _sum_into(
    points: dict[str, Decimal],
    criterion: Criterion,
    leaves: Mapping[str, Decimal],
    precision: Decimal,
) -> Fraction:
    """The points of a criterion, written into ``points`` in the table's order with all below."""
    if criterion.is_leaf:
        if criterion.code in leaves:
            points[criterion.code] = leaves[criterion.code]
        return Fraction(leaves.get(criterion.code, 0))
    points[criterion.code] = Decimal(0)
    parts = [_sum_into(points, child, leaves, precision) for child in criterion.children]
    capped = min(sum(parts, _ZERO), Fraction(round_down(Fraction(criterion.max), precision)))
    points[criterion.code] = round_half_up(capped, precision)
    return capped


def _class_figure(
    table: Table, sums: Mapping[str, Fraction], total: Fraction, own_max: Fraction
) -> Fraction:
    """What classes look at, before any rounding: it is compared, not shown."""
    maximum = Fraction(table.max_total)
    figure = total
    if table.class_by == "base":
        figure = max(_ZERO, sums["base"] - sums["minus"])
    elif table.class_by == "capped":
        figure = min(total, maximum)
    return figure * maximum / own_max if table.not_applicable == "drop" and own_max else figure


def _effect(struck_by: Sequence[Criterion]) -> str | None:
    """The hardest effect of the gates met: ``unranked`` before ``untitled``."""
    effects = {getattr(leaf.rule, "effect", None) for leaf in struck_by}
    return next((effect for effect in ("unranked", "untitled") if effect in effects), None)
