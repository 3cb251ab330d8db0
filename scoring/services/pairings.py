"""Who cross-checks whom: proposed for a whole bloc, and written in one go."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from scoring.models import Assignment
from scoring.rules import Stage
from scoring.services.assignments import draft_round_of
from units.models import Person
from units.rules import RuleError
from units.services.audit import record

FEWEST_UNITS = 3
TRIES = 200


def most_checkers(units: int) -> int:
    """How many cross-checkers each of ``units`` can have at most without two checking each other.

    Of each pair of units at most one checks the other, so nobody has more than half the others.
    """
    return (units - 1) // 2


def propose_pairings(units: Sequence[int], checkers: int, seed: str) -> list[tuple[int, int]]:
    """Pairs (unit, scorer): each unit has ``checkers`` scorers and scores as many units.

    Nobody checks themselves and no two check each other: the units stand in a circle, shuffled by
    ``seed``, and each checks the next ones. Raises ``RuleError`` where there are too few units.
    """
    if len(units) < FEWEST_UNITS or not 1 <= checkers <= most_checkers(len(units)):
        raise RuleError(
            ngettext(
                "Với %(units)s đơn vị, mỗi đơn vị có nhiều nhất %(most)s nơi kiểm tra chéo.",
                "Với %(units)s đơn vị, mỗi đơn vị có nhiều nhất %(most)s nơi kiểm tra chéo.",
                len(units),
            )
            % {"units": len(units), "most": max(most_checkers(len(units)), 0)},
            field="checkers",
        )
    circle = sorted(units, key=lambda unit: sha256(f"{seed}:{unit}".encode()).digest())
    count = len(circle)
    return [
        (circle[(index + step) % count], circle[index])
        for index in range(count)
        for step in range(1, checkers + 1)
    ]


def repeats(pairs: Sequence[tuple[int, int]], last_year: set[tuple[int, int]]) -> int:
    """How many of the pairs were the same last year."""
    return sum(pair in last_year for pair in pairs)


def best_pairings(
    units: Sequence[int], checkers: int, seed: str, last_year: set[tuple[int, int]]
) -> list[tuple[int, int]]:
    """The proposal with the fewest pairs of last year among a fixed number of tries."""
    tries = (propose_pairings(units, checkers, f"{seed}:{number}") for number in range(TRIES))
    return min(tries, key=lambda pairs: repeats(pairs, last_year))


def _last_year(season_id: int, bloc_id: int, year: int) -> set[tuple[int, int]]:
    rows = Assignment.objects.filter(
        stage=Stage.CROSS, round__season__bloc=bloc_id, round__season__year=year - 1
    ).exclude(round__season=season_id)
    return {(unit, scorer) for unit, scorer in rows.values_list("unit", "scorer") if scorer}


@transaction.atomic
def assign_cross_checks(*, actor: Person, round_id: int, checkers: int) -> int:
    """Replace the round's cross-checks by a proposal with ``checkers`` a unit; how many pairs.

    Nobody checks themselves, no two check each other, everybody has the same load, and as few
    pairs as possible are last year's. Only before the round is opened.
    """
    scored = draft_round_of(actor, round_id)
    season = scored.season
    units = list(season.participants.order_by("pk").values_list("unit", flat=True))
    pairs = best_pairings(
        units,
        checkers,
        f"{season.pk}:{scored.code}",
        _last_year(season.pk, season.bloc_id, season.year),
    )
    crossed = scored.assignments.filter(stage=Stage.CROSS)
    before = crossed.count()
    for one in crossed:
        one.criteria.clear()
    crossed.delete()
    Assignment.objects.bulk_create(
        Assignment(round=scored, stage=Stage.CROSS, unit_id=unit, scorer_id=scorer)
        for unit, scorer in pairs
    )
    record(
        chain=season.audit_chain,
        actor=actor,
        action="assign_cross_checks",
        target=f"round:{scored.pk}",
        summary=_("Phân công kiểm tra chéo: mỗi đơn vị %(checkers)s nơi.")
        % {"checkers": checkers},
        before={"pairs": before},
        after={"pairs": len(pairs), "checkers": checkers},
    )
    return len(pairs)
