"""A bloc over its years: which unit is which by recorded decisions, and how each stood."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from compacts.models import Participant, Season
from scoring.models import Round
from scoring.queries.results import (
    Lineage,
    Movement,
    Published,
    Result,
    lineage_of,
    published_of,
)


@dataclass
class UnitLine:
    """A unit over the years under its newest name; ``results`` are by year.

    ``unit`` is the id it had in the year that was followed last, ``newest`` in its newest.
    """

    unit: int
    newest: int
    name: str
    short_name: str
    results: dict[int, Result] = field(default_factory=dict)

    def ranks_in(self, years: Sequence[int]) -> tuple[int | None, ...]:
        """The unit's rank in each of the years, None where it has none."""
        found = [self.results.get(year) for year in years]
        return tuple(one.rank if one else None for one in found)


@dataclass(frozen=True, slots=True)
class YearsOfBloc:
    """The bloc's published years, oldest first, its units' lines, each year's round (by id)."""

    published_years: tuple[int, ...]
    lines: tuple[UnitLine, ...]
    rounds: Mapping[int, int] = field(default_factory=dict)


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
    rounds = {year: published[by_year[year].pk].round for year in years}
    return YearsOfBloc(tuple(years), tuple(lines), rounds)


@dataclass(frozen=True, slots=True)
class UnitCell:
    """A unit in one of the years beside each other; ``movement`` since the one before it."""

    year: int
    round: str
    result: Result | None
    movement: Movement | None


@dataclass(frozen=True, slots=True)
class UnitOverYears:
    """A unit's line with a cell for each year; ``movement`` from its first year to its last."""

    unit: int
    name: str
    cells: tuple[UnitCell, ...]
    movement: Movement | None


def units_over_years(found: YearsOfBloc) -> list[UnitOverYears]:
    """The bloc's units with a cell for each published year; one query."""
    codes = {one.pk: one.code for one in Round.objects.filter(pk__in=found.rounds.values())}
    rounds = {year: codes[pk] for year, pk in found.rounds.items()}
    return [_over_years(line, found.published_years, rounds) for line in found.lines]


def _over_years(line: UnitLine, years: Sequence[int], rounds: Mapping[int, str]) -> UnitOverYears:
    cells = []
    before: int | None = None
    for at, (year, rank) in enumerate(zip(years, line.ranks_in(years), strict=True)):
        moved = _moved(before, rank) if at else None
        cells.append(UnitCell(year, rounds[year], line.results.get(year), moved))
        before = rank
    ranked = [rank for rank in line.ranks_in(years) if rank]
    whole = _moved(ranked[0], ranked[-1]) if len(ranked) > 1 else None
    return UnitOverYears(line.newest, line.name, tuple(cells), whole)


def _moved(before: int | None, rank: int | None) -> Movement | None:
    return Movement(before, before - rank) if before and rank else None


@dataclass(frozen=True, slots=True)
class BlocOverYears:
    """A bloc with what was published in each of the years, None where nothing was."""

    code: str
    name: str
    cells: tuple[tuple[Season | None, Published | None], ...]


def blocs_over_years(seasons: Collection[Season], years: Sequence[int]) -> list[BlocOverYears]:
    """The blocs of the seasons by name, a cell for each of the years; one query."""
    published = published_of([one.pk for one in seasons])
    by_bloc: dict[int, dict[int, Season]] = {}
    for one in sorted(seasons, key=lambda season: season.bloc.sort_key):
        by_bloc.setdefault(one.bloc_id, {})[one.year] = one
    rows = []
    for own in by_bloc.values():
        found = [own.get(year) for year in years]
        cells = tuple((one, published.get(one.pk) if one else None) for one in found)
        bloc = next(iter(own.values())).bloc
        rows.append(BlocOverYears(bloc.code, bloc.name, cells))
    return rows


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
        line = taken.get(pk) or UnitLine(pk, pk, one.name, one.short_name)
        if pk not in taken:
            lines.append(line)
        line.unit = pk
        line.results[year] = results[one.unit.code]


def _order(line: UnitLine, years: Sequence[int]) -> tuple[int, int, str]:
    newest = max(line.results)
    rank = line.results[newest].rank
    return years[-1] - newest, rank or len(years) + 10_000, line.name
