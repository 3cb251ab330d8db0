"""The ranking as its page shows it: published rows, or provisional ones worked out now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from scoring.engine.explain import (
    Derivation,
    explain_leaf,
    explain_rank,
    explain_total,
)
from scoring.engine.explain_titles import explain_titles
from scoring.engine.rounds import RoundInput
from scoring.engine.standings import Standings, compute
from scoring.engine.table import Criterion, Table
from scoring.models import Publication, Round
from scoring.queries.publications import published_basis
from scoring.queries.standings import standings_input
from scoring.rules import RoundState


@dataclass(frozen=True, slots=True)
class GroupPoints:
    """A unit's points of one top-level criterion; ``share`` is percent of its maximum, 0…100."""

    code: str
    name: str
    points: Decimal | None
    maximum: Decimal
    share: int


@dataclass(frozen=True, slots=True)
class RankingRow:
    """One unit's line in the ranking."""

    code: str
    name: str
    division: str
    rank: int | None
    shared: bool
    total: Decimal
    base: Decimal
    bonus: Decimal
    minus: Decimal
    own_max: Decimal
    class_name: str
    titles: tuple[str, ...]
    struck: str
    parted_by: str
    groups: tuple[GroupPoints, ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """What the ranking page shows; ``publication`` is empty while it is provisional."""

    groups: tuple[Criterion, ...]
    rows: tuple[RankingRow, ...]
    complete: bool
    missing: tuple[tuple[str, str], ...]
    open_titles: tuple[tuple[str, tuple[str, ...], str], ...]
    publication: Publication | None


def basis(
    scored: Round, *, provisional: bool = True
) -> tuple[Table, RoundInput, Publication | None]:
    """What the round's ranking is worked out from: as it was published, or as it is now.

    While a correction is under way, only who may see the ``provisional`` ranking gets the figures
    of this moment; everybody else those of the newest publication.
    """
    if scored.state == RoundState.PUBLISHED or not provisional:
        publication = scored.publications.select_related("published_by").first()
        if publication is not None:
            return *published_basis(publication), publication
    return *standings_input(scored), None


def ranking(scored: Round, *, provisional: bool = True) -> Ranking:
    """The published ranking of the round, or the provisional one of this moment.

    A fixed number of queries whatever the number of units and criteria.
    """
    table, round_input, publication = basis(scored, provisional=provisional)
    if publication is not None:
        document: Mapping[str, Any] = publication.standings
    else:
        bloc = scored.season.bloc
        standings = compute(table, round_input)
        document = standings.as_json(bloc.code, scored.season.year, scored.code, table.code)
    whys = _whys(table, round_input) if document["open_titles"] else {}
    names = {unit.code: unit.name or unit.code for unit in round_input.units}
    titles = {title.code: title.name for title in table.titles}
    ranks = [(row["division"], row["rank"]) for row in document["standings"]]
    rows = tuple(
        _row(table, row, names, titles, ranks.count((row["division"], row["rank"])) > 1)
        for row in document["standings"]
    )
    return Ranking(
        groups=tuple(table.top_level()),
        rows=rows,
        complete=document["complete"],
        missing=tuple(
            (names[one["unit"]], one["criterion"]) for one in document.get("missing", ())
        ),
        open_titles=tuple(
            (
                titles.get(one["title"], one["title"]),
                tuple(names[code] for code in one["units"]),
                whys.get((one["title"], tuple(one["units"])), one["why"]),
            )
            for one in document["open_titles"]
        ),
        publication=publication,
    )


def _whys(table: Table, round_input: RoundInput) -> dict[tuple[str, tuple[str, ...]], str]:
    """Why titles are open, as the engine says it; a publication keeps the Vietnamese alone."""
    open_titles = compute(table, round_input).open_titles
    return {(one.title, one.units): one.why for one in open_titles}


def _row(
    table: Table,
    row: Mapping[str, Any],
    names: Mapping[str, str],
    titles: Mapping[str, str],
    shared: bool,
) -> RankingRow:
    points = {code: Decimal(text) for code, text in row["points"].items()}
    return RankingRow(
        code=row["unit"],
        name=names[row["unit"]],
        division=row["division"] or "",
        rank=row["rank"],
        shared=shared and row["rank"] is not None,
        total=Decimal(row["total"]),
        base=Decimal(row["base"]),
        bonus=Decimal(row["bonus"]),
        minus=Decimal(row["minus"]),
        own_max=Decimal(row["own_max"]),
        class_name=row["class"] or "",
        titles=tuple(titles.get(code, code) for code in row["titles"]),
        struck=row["struck"] or "",
        parted_by=row["parted_by"] or "",
        groups=tuple(_group(group, points.get(group.code)) for group in table.top_level()),
    )


def _group(group: Criterion, points: Decimal | None) -> GroupPoints:
    share = 0 if not points or not group.max else int(100 * points / group.max)
    return GroupPoints(group.code, group.name, points, group.max, share)


@dataclass(frozen=True, slots=True)
class LeafWhy:
    """A leaf's derivation, with where it stands in the table."""

    code: str
    group: str
    derivation: Derivation


@dataclass(frozen=True, slots=True)
class Why:
    """How a unit's rank, total, titles and each of its points came about."""

    name: str
    rank: Derivation
    total: Derivation
    titles: Derivation
    leaves: tuple[LeafWhy, ...]


def why(scored: Round, unit: str, *, provisional: bool = True) -> Why:
    """Everything that explains the unit's place; raises ``KeyError`` for a unit not in it."""
    table, round_input, _publication = basis(scored, provisional=provisional)
    standings = compute(table, round_input)
    standings.row(unit)
    names = {one.code: one.name or one.code for one in round_input.units}
    return Why(
        name=names[unit],
        rank=explain_rank(table, round_input, standings, unit),
        total=explain_total(table, round_input, standings, unit),
        titles=explain_titles(table, round_input, standings, unit),
        leaves=tuple(
            LeafWhy(
                leaf.code,
                _top(table, leaf.code),
                explain_leaf(table, round_input, standings, unit, leaf.code),
            )
            for leaf in table.leaves()
        ),
    )


def _top(table: Table, code: str) -> str:
    ancestors = table.ancestors(code)
    return f"{ancestors[0].code}. {ancestors[0].name}" if ancestors else ""


def equal_groups(scored: Round) -> list[list[tuple[str, str]]]:
    """The groups of units (code, name) that share a rank, for a decision on their order."""
    table, round_input = standings_input(scored)
    return _equals(compute(table, round_input), round_input)


def _equals(standings: Standings, round_input: RoundInput) -> list[list[tuple[str, str]]]:
    names = {one.code: one.name or one.code for one in round_input.units}
    groups: dict[tuple[str | None, int], list[tuple[str, str]]] = {}
    for row in standings.rows:
        if row.rank is not None:
            groups.setdefault((row.division, row.rank), []).append((row.unit, names[row.unit]))
    return [group for group in groups.values() if len(group) > 1]
