"""A bloc over its years: which unit is which by recorded decisions, and how each stood."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from compacts.models import Participant, Season
from scoring.queries.results import Lineage, Result, lineage_of, published_of


@dataclass
class UnitLine:
    """A unit over the years under its newest name; ``results`` are by year."""

    unit: int
    name: str
    short_name: str
    results: dict[int, Result] = field(default_factory=dict)

    def ranks_in(self, years: Sequence[int]) -> tuple[int | None, ...]:
        """The unit's rank in each of the years, None where it has none."""
        found = [self.results.get(year) for year in years]
        return tuple(one.rank if one else None for one in found)


@dataclass(frozen=True, slots=True)
class YearsOfBloc:
    """The bloc's published years, oldest first, and its units' lines."""

    published_years: tuple[int, ...]
    lines: tuple[UnitLine, ...]


def years_of_bloc(seasons: Collection[Season]) -> YearsOfBloc:
    """The published results of one bloc's seasons, units followed through their renamings.

    Three queries, whatever the number of years.
    """
    by_year = {one.year: one for one in seasons}
    published = published_of([one.pk for one in seasons])
    years = sorted(year for year, season in by_year.items() if season.pk in published)
    if not years:
        return YearsOfBloc((), ())
    lineage = lineage_of({one.bloc.council_id for one in seasons})
    rows = Participant.objects.filter(season__in=seasons).select_related("unit")
    participants: dict[int, dict[int, Participant]] = {one.pk: {} for one in seasons}
    for one in rows:
        participants[one.season_id][one.unit_id] = one
    lines: list[UnitLine] = []
    for year in reversed(years):
        season = by_year[year]
        _continue(lines, year, participants[season.pk], published[season.pk].by_unit, lineage)
    lines.sort(key=lambda line: _order(line, years))
    return YearsOfBloc(tuple(years), tuple(lines))


def _continue(
    lines: list[UnitLine],
    year: int,
    participants: Mapping[int, Participant],
    results: Mapping[str, Result],
    lineage: Lineage,
) -> None:
    """Lead the lines of later years on into ``year``; who belongs to none begins a line."""
    known = {pk: one for pk, one in participants.items() if one.unit.code in results}
    taken: dict[int, UnitLine] = {}
    for line in lines:
        same = lineage.same_before(line.unit, known)
        if same is not None and same not in taken:
            taken[same] = line
    for pk, one in known.items():
        line = taken.get(pk) or UnitLine(pk, one.name, one.short_name)
        if pk not in taken:
            lines.append(line)
        line.unit = pk
        line.results[year] = results[one.unit.code]


def _order(line: UnitLine, years: Sequence[int]) -> tuple[int, int, str]:
    newest = max(line.results)
    rank = line.results[newest].rank
    return years[-1] - newest, rank or len(years) + 10_000, line.name
