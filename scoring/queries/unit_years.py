"""A unit over the years: rank, points, titles, targets, exemplary models."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.utils import timezone

from compacts.models import OfferedTitle, Participant, RoleModel, Season
from compacts.queries.lights import light_period, target_lights
from compacts.rules import Light, Period
from scoring.models import Award, Round
from scoring.queries.results import Result, lineage_of, published_of
from scoring.rules import AwardOutcome
from units.models import Person, Unit


@dataclass(frozen=True)
class UnitYear:
    """A unit's year in a bloc; ``ranked`` units were in the ranking, ``period`` of the targets."""

    season: Season
    participant: Participant
    result: Result | None
    round: Round | None
    ranked: int
    titles: tuple[str, ...]
    awards: tuple[Award, ...]
    lights: Counter[Light]
    period: Period
    role_models: tuple[RoleModel, ...]

    @property
    def targets(self) -> int:
        """How many key tasks count."""
        return self.lights.total()

    @property
    def reached(self) -> int:
        """How many of them are reached."""
        return self.lights[Light.GREEN]


def unit_years(person: Person, unit: Unit) -> list[UnitYear]:
    """The unit's years that the person sees, newest first, with those of units it came of.

    Units that were merged or split into it count only by a recorded decision, and keep their own
    names. A fixed number of queries.
    """
    units = {unit.pk} | lineage_of([unit.council_id]).all_before(unit.pk)
    visible = Season.objects.visible_to(person)
    participants = list(
        Participant.objects.filter(unit__in=units, season__in=visible)
        .select_related("unit", "season__bloc__council")
        .order_by("-season__year", "season__bloc__sort_key", "position")
    )
    return _years(person, {one.season_id: one.season for one in participants}, participants)


def _years(
    person: Person, seasons: dict[int, Season], participants: Collection[Participant]
) -> list[UnitYear]:
    published = published_of(list(seasons))
    rounds = Round.objects.in_bulk([one.round for one in published.values()])
    names = _title_names(seasons)
    today = timezone.localdate()
    lights = target_lights(list(seasons.values()), today)
    awards: dict[tuple[int, int], list[Award]] = defaultdict(list)
    for award in Award.objects.filter(round__in=rounds, outcome=AwardOutcome.GIVEN):
        awards[award.round_id, award.unit_id].append(award)
    models: dict[tuple[int, int], list[RoleModel]] = defaultdict(list)
    for model in RoleModel.objects.visible_to(person).filter(season__in=seasons):
        models[model.season_id, model.unit_id].append(model)
    found = []
    for one in participants:
        ranking = published.get(one.season_id)
        result = ranking.by_unit.get(one.unit.code) if ranking else None
        where = (one.season_id, one.unit_id)
        found.append(
            UnitYear(
                season=seasons[one.season_id],
                participant=one,
                result=result,
                round=rounds.get(ranking.round) if ranking else None,
                ranked=len(ranking.results) if ranking else 0,
                titles=tuple(
                    names.get((one.season_id, code), code)
                    for code in (result.titles if result else ())
                ),
                awards=tuple(awards[ranking.round, one.unit_id]) if ranking else (),
                lights=lights.get(where, Counter()),
                period=light_period(seasons[one.season_id], today),
                role_models=tuple(models[where]),
            )
        )
    return found


def _title_names(seasons: Collection[int]) -> dict[tuple[int, str], str]:
    rows = OfferedTitle.objects.filter(season__in=seasons)
    found = rows.values_list("season", "code", "name")
    return {(season, code): name for season, code, name in found}
