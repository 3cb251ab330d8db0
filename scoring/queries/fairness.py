"""How a round was judged: who scores strictly, which criteria separate, what only rotates.

Everything here is worked out from marks as they stand; nothing is stored. Points of ``relative``
rules depend on the other units and are left out. Shares are percent of the maximum, 0…100.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from compacts.models import OfferedTitle, Season
from scoring.models import Mark, Publication, Round
from scoring.rules import SECRETARIAT, Stage

TENTH = Decimal("0.1")
# Below this average deviation (percent of the maximum) a scorer counts as neither strict nor mild.
NOTABLE = Decimal(2)
# A scorer with fewer marks to compare is shown without a verdict.
ENOUGH_MARKS = 5
YEARS_OF_ROTATION = 3
MOST_EXCELLENT = 90


@dataclass(frozen=True, slots=True)
class Scored:
    """One mark: whose, by whom, at which stage, on what, and its points of how many."""

    unit: str
    stage: str
    scorer: str
    criterion: str
    points: Decimal
    maximum: Decimal
    sign: int


@dataclass(frozen=True, slots=True)
class SelfAgainstVerified:
    """A unit's own total and the verified one over the leaves that have both."""

    unit: str
    own: Decimal
    verified: Decimal
    own_share: Decimal
    verified_share: Decimal
    lowered: int
    raised: int

    @property
    def difference(self) -> Decimal:
        """Verified minus own points."""
        return self.verified - self.own


@dataclass(frozen=True, slots=True)
class ScorerBias:
    """How far a scorer is on average from the others on the same lines, percent of the maximum.

    ``verdict`` is ``mild``, ``strict``, ``even`` or ``few`` (too few marks to say).
    """

    scorer: str
    marks: int
    deviation: Decimal
    verdict: str


@dataclass(frozen=True, slots=True)
class MutualFavour:
    """Two units that each score the other higher than the others do."""

    first: str
    second: str
    first_gives: Decimal
    second_gives: Decimal


@dataclass(frozen=True, slots=True)
class FlatCriterion:
    """A criterion on which all units have the same points; ``full``: all have the maximum."""

    code: str
    name: str
    points: Decimal
    maximum: Decimal
    full: bool


@dataclass(frozen=True, slots=True)
class YearOfTitles:
    """Who was first and who got which title in a published year; ``names`` are of the titles."""

    year: int
    first: tuple[str, ...]
    titles: tuple[tuple[str, tuple[str, ...]], ...]
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def named_titles(self) -> list[tuple[str, tuple[str, ...]]]:
        """The titles by name, each with the units that got it."""
        return [(self.names.get(title, title), who) for title, who in self.titles]


@dataclass(frozen=True, slots=True)
class Fairness:
    """All that the page shows about a round."""

    units: tuple[SelfAgainstVerified, ...]
    scorers: tuple[ScorerBias, ...]
    pairs: tuple[MutualFavour, ...]
    flat: tuple[FlatCriterion, ...]
    criteria_count: int
    excellent_share: int | None
    top_class: str
    years: tuple[YearOfTitles, ...]
    rotating: tuple[str, ...]

    @property
    def everyone_excellent(self) -> bool:
        """Is nearly every unit in the highest class, so that the class says nothing?"""
        return self.excellent_share is not None and self.excellent_share >= MOST_EXCELLENT


def share(points: Decimal, maximum: Decimal) -> Decimal:
    """Points in percent of the maximum, one decimal; 0 where there is no maximum."""
    if not maximum:
        return Decimal(0)
    return (100 * points / maximum).quantize(TENTH, rounding=ROUND_HALF_UP)


def read_marks(scored: Round) -> tuple[list[Scored], dict[str, str]]:
    """All marks of the round that have points, and the names of their criteria; one query."""
    rows = Mark.objects.filter(sheet__round=scored, points__isnull=False).values_list(
        "sheet__unit__code",
        "sheet__stage",
        "sheet__scorer_code",
        "criterion__code",
        "points",
        "criterion__max_points",
        "criterion__adds",
        "criterion__name",
    )
    marks = []
    names = {}
    for unit, stage, scorer, code, points, maximum, adds, name in rows:
        sign = -1 if adds == "minus" else 1
        if points is not None:
            marks.append(Scored(unit, stage, scorer, code, points, maximum, sign))
        names[code] = name
    return marks, names


def self_against_verified(marks: Iterable[Scored]) -> list[SelfAgainstVerified]:
    """Own and verified points by unit, over the leaves marked at both stages."""
    own: dict[tuple[str, str], Scored] = {}
    verified: dict[tuple[str, str], Scored] = {}
    for mark in marks:
        if mark.stage == Stage.SELF:
            own[mark.unit, mark.criterion] = mark
        elif mark.stage == Stage.VERIFY:
            verified[mark.unit, mark.criterion] = mark
    by_unit: dict[str, list[tuple[Scored, Scored]]] = defaultdict(list)
    for key in own.keys() & verified.keys():
        by_unit[key[0]].append((own[key], verified[key]))
    return [_compared(unit, pairs) for unit, pairs in sorted(by_unit.items())]


def _compared(unit: str, pairs: list[tuple[Scored, Scored]]) -> SelfAgainstVerified:
    zero = Decimal(0)
    maximum = sum((one.maximum for one, _other in pairs if one.sign > 0), zero)
    own = sum((one.sign * one.points for one, _other in pairs), zero)
    verified = sum((one.sign * one.points for _own, one in pairs), zero)
    gains = [other.sign * (other.points - one.points) for one, other in pairs]
    return SelfAgainstVerified(
        unit=unit,
        own=own,
        verified=verified,
        own_share=share(own, maximum),
        verified_share=share(verified, maximum),
        lowered=sum(1 for gain in gains if gain < 0),
        raised=sum(1 for gain in gains if gain > 0),
    )


def _deviations(marks: Iterable[Scored]) -> dict[tuple[str, str], list[Decimal]]:
    """By (scorer, unit): each cross mark's distance from the mean of the others, in percent."""
    lines: dict[tuple[str, str], list[Scored]] = defaultdict(list)
    for mark in marks:
        if mark.stage in {Stage.CROSS, Stage.VERIFY} and mark.maximum:
            lines[mark.unit, mark.criterion].append(mark)
    found: dict[tuple[str, str], list[Decimal]] = defaultdict(list)
    for line in lines.values():
        for mark in line:
            others = [one for one in line if one is not mark]
            if mark.stage != Stage.CROSS or not others:
                continue
            mean = sum((one.points for one in others), Decimal(0)) / len(others)
            gap = mark.sign * 100 * (mark.points - mean) / mark.maximum
            found[mark.scorer, mark.unit].append(gap)
    return found


def _mean(gaps: list[Decimal]) -> Decimal:
    return (sum(gaps, Decimal(0)) / len(gaps)).quantize(TENTH, rounding=ROUND_HALF_UP)


def scorer_biases(marks: Iterable[Scored]) -> list[ScorerBias]:
    """The cross-checking units, the mildest first."""
    by_scorer: dict[str, list[Decimal]] = defaultdict(list)
    for (scorer, _unit), gaps in _deviations(marks).items():
        by_scorer[scorer] += gaps
    found = [
        ScorerBias(scorer, len(gaps), _mean(gaps), _verdict(gaps))
        for scorer, gaps in by_scorer.items()
        if scorer != SECRETARIAT
    ]
    return sorted(found, key=lambda one: (-one.deviation, one.scorer))


def _verdict(gaps: list[Decimal]) -> str:
    if len(gaps) < ENOUGH_MARKS:
        return "few"
    mean = _mean(gaps)
    if abs(mean) < NOTABLE:
        return "even"
    return "mild" if mean > 0 else "strict"


def mutual_favours(marks: Iterable[Scored]) -> list[MutualFavour]:
    """Pairs of units that score each other notably higher than everybody else does."""
    gaps = _deviations(marks)
    found = []
    for scorer, unit in sorted(gaps):
        back = gaps.get((unit, scorer))
        if scorer >= unit or back is None:
            continue
        there = gaps[scorer, unit]
        if min(len(there), len(back)) < ENOUGH_MARKS:
            continue
        if _mean(there) >= NOTABLE and _mean(back) >= NOTABLE:
            found.append(MutualFavour(scorer, unit, _mean(there), _mean(back)))
    return found


def flat_criteria(marks: Iterable[Scored], names: dict[str, str]) -> list[FlatCriterion]:
    """The base and bonus criteria on which verification gave every unit the same points."""
    points: dict[str, dict[str, Scored]] = defaultdict(dict)
    for mark in marks:
        if mark.stage == Stage.VERIFY and mark.sign > 0:
            points[mark.criterion][mark.unit] = mark
    found = []
    for code, by_unit in points.items():
        values = {mark.points for mark in by_unit.values()}
        if len(by_unit) > 1 and len(values) == 1:
            one = next(iter(by_unit.values()))
            full = one.points == one.maximum
            found.append(FlatCriterion(code, names[code], one.points, one.maximum, full))
    return found


def years_of_titles(season: Season) -> list[YearOfTitles]:
    """Who led and who got which title in the bloc's published years, newest first; two queries.

    Of a year with several rounds the one published last counts.
    """
    rows = (
        Publication.objects.filter(round__season__bloc=season.bloc_id)
        .order_by("round__season__year", "published_at", "pk")
        .values_list("round__season__year", "standings", "inputs__round__units")
    )
    newest = {year: (standings, units) for year, standings, units in rows}
    offered: dict[int, dict[str, str]] = defaultdict(dict)
    for title in OfferedTitle.objects.filter(season__bloc=season.bloc_id).select_related("season"):
        offered[title.season.year][title.code] = title.name
    return [
        _year(year, *facts, offered[year]) for year, facts in sorted(newest.items(), reverse=True)
    ]


def _year(
    year: int,
    standings: dict[str, object],
    units: list[dict[str, str]],
    offered: Mapping[str, str],
) -> YearOfTitles:
    names = {one["code"]: one["name"] or one["code"] for one in units}
    rows = standings["standings"]
    winners: dict[str, list[str]] = defaultdict(list)
    first = []
    for row in rows if isinstance(rows, list) else []:
        name = names.get(row["unit"], row["unit"])
        if row["rank"] == 1:
            first.append(name)
        for title in row["titles"]:
            winners[title].append(name)
    titles = tuple((title, tuple(who)) for title, who in winners.items())
    return YearOfTitles(year, tuple(first), titles, offered)


def rotating_titles(years: list[YearOfTitles]) -> list[str]:
    """Titles that in the last years went to another unit each time and never came back.

    Said only from ``YEARS_OF_ROTATION`` years on.
    """
    winners: dict[str, list[str]] = defaultdict(list)
    for year in years:
        for title, who in year.titles:
            winners[title] += who
    counted = {title: sum(1 for year in years if title in dict(year.titles)) for title in winners}
    return sorted(
        title
        for title, who in winners.items()
        if counted[title] >= YEARS_OF_ROTATION and len(set(who)) == len(who)
    )


def _newest_name(title: str, years: list[YearOfTitles]) -> str:
    return next((year.names[title] for year in years if title in year.names), title)


def fairness(scored: Round, top_class: str, classes: list[str | None]) -> Fairness:
    """Everything about the round; ``classes`` are the units' classes in its ranking.

    A fixed number of queries whatever the number of units and criteria.
    """
    marks, names = read_marks(scored)
    units = {
        row.unit.code: row.short_name for row in scored.season.participants.select_related("unit")
    }
    named = [_named(mark, units) for mark in marks]
    years = years_of_titles(scored.season)
    excellent = sum(1 for one in classes if one == top_class)
    return Fairness(
        units=tuple(self_against_verified(named)),
        scorers=tuple(scorer_biases(named)),
        pairs=tuple(mutual_favours(named)),
        flat=tuple(flat_criteria(named, names)),
        criteria_count=len({mark.criterion for mark in marks if mark.stage == Stage.VERIFY}),
        excellent_share=100 * excellent // len(classes) if classes and top_class else None,
        top_class=top_class,
        years=tuple(years),
        rotating=tuple(_newest_name(title, years) for title in rotating_titles(years)),
    )


def _named(mark: Scored, units: dict[str, str]) -> Scored:
    return Scored(
        units.get(mark.unit, mark.unit),
        mark.stage,
        units.get(mark.scorer, mark.scorer),
        mark.criterion,
        mark.points,
        mark.maximum,
        mark.sign,
    )
