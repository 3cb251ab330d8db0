"""What was said about the criteria of a season's table, when the season takes another table.

Exemptions, records and assignments point at criteria. They go over to those of the same code in
the new table; what has no such criterion there is taken back, and the audit trail names it. So are
titles that are no longer given, unless a unit registered them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from compacts.models import RegisteredTitle, Season
from scoring.models import Assignment, CriteriaTable, Criterion, CriterionSource, Exemption, Round
from scoring.queries.standings import table_of
from scoring.rules import RecordSource
from scoring.services.records import fits


def carry_over(season: Season, table: CriteriaTable) -> list[str]:
    """Let the season's rows point at ``table``, just adopted; what was taken back, in words.

    Only while no round is open, so that no mark hangs on what goes.
    """
    criteria = {row.code: row for row in table.criteria.all()}
    return [
        *_exemptions(season, criteria),
        *_sources(season, criteria),
        *_assignments(season, criteria),
        *_titles(season, {title["code"] for title in table.definition.get("titles", ())}),
    ]


def _exemptions(season: Season, criteria: Mapping[str, Criterion]) -> Iterator[str]:
    rows = Exemption.objects.filter(season=season).select_related("criterion", "unit")
    for row in rows:
        found = criteria.get(row.criterion.code)
        # A file may exempt a whole group; what was a leaf never comes to mean one.
        if found and found.is_leaf == row.criterion.is_leaf and found.adds == "base":
            row.criterion = found
            row.save(update_fields=["criterion"])
        else:
            yield f"exemption {row.unit.code}: {row.criterion.code}"
            row.delete()


def _sources(season: Season, criteria: Mapping[str, Criterion]) -> Iterator[str]:
    rules = {leaf.code: leaf.rule for leaf in table_of(Round(season=season)).leaves()}
    rows = CriterionSource.objects.filter(season=season).select_related("criterion")
    for row in rows:
        code = row.criterion.code
        if fits(RecordSource(row.source), rules.get(code)):
            row.criterion = criteria[code]
            row.save(update_fields=["criterion"])
        else:
            yield f"source {row.source}: {code}"
            row.delete()


def _assignments(season: Season, criteria: Mapping[str, Criterion]) -> Iterator[str]:
    """An assignment that named criteria never comes to mean all of them."""
    rows = Assignment.objects.filter(round__season=season, criteria__isnull=False).distinct()
    for row in rows.select_related("unit").prefetch_related("criteria"):
        codes = [one.code for one in row.criteria.all()]
        kept = [criteria[code] for code in codes if code in criteria]
        row.criteria.set(kept)
        if not kept:
            yield f"assignment {row.stage} {row.unit.code}: {', '.join(codes)}"
            row.delete()


def _titles(season: Season, given: Collection[str]) -> Iterator[str]:
    """Nobody registers any more for a title that the table does not give."""
    registered = RegisteredTitle.objects.filter(registration__season=season).values("title")
    for row in season.offered_titles.exclude(code__in=given).exclude(pk__in=registered):
        yield f"title {row.code}"
        row.delete()
