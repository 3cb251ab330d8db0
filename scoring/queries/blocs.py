"""Blocs beside each other: how far each is, what came out, whom to look at."""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db.models import Q
from django.utils import timezone

from compacts.models import (
    AdHocTask,
    Compact,
    Milestone,
    Participant,
    Registration,
    Season,
    Signature,
)
from compacts.models.season import SeasonQuerySet
from compacts.queries.lights import light_period, target_lights
from compacts.rules import AdHocState, CompactState, Step
from scoring.models import Adoption, Round, Sheet
from scoring.permissions import seasons_before_publication
from scoring.queries.attention import bloc_warnings, unit_reasons
from scoring.queries.bloc_rows import BlocRow, UnitRow, with_reasons
from scoring.queries.inflation import Inflation, inflation_of
from scoring.queries.results import (
    Movement,
    Published,
    lineage_of,
    movement,
    published_of,
)
from scoring.queries.steps import step_marks
from scoring.rules import RoundState, SheetState, Stage
from units.models import Council, Person
from units.permissions import today_of
from units.rules import RoleKind
from units.vietnamese import whole_number

_SENT = frozenset({SheetState.SUBMITTED, SheetState.LOCKED})


def overseen_seasons(person: Person) -> SeasonQuerySet:
    """The seasons that the person looks at across units: as leader, officer or secretary."""
    roles = today_of(person)
    blocs = roles.ids(RoleKind.LEADER, "bloc") | roles.ids(RoleKind.SECRETARY, "bloc")
    councils = roles.ids(RoleKind.LEADER, "council") | roles.ids(RoleKind.OFFICER, "council")
    return Season.objects.filter(Q(bloc__in=blocs) | Q(bloc__council__in=councils))


@dataclass(frozen=True, slots=True)
class Overseen:
    """The councils and the years of one of them that a person may choose among."""

    councils: tuple[Council, ...]
    council: Council | None
    years: tuple[int, ...]

    def year(self, wanted: str) -> int:
        """The wanted year where there is one, else the newest."""
        found = whole_number(wanted)
        if found in self.years:
            return found
        return self.years[0] if self.years else timezone.localdate().year

    def lacks(self, wanted: str) -> bool:
        """Was a year asked for that is not there, while others are?"""
        return bool(wanted and self.years) and str(self.year(wanted)) != wanted


def overseen(person: Person, wanted: str) -> Overseen:
    """What the person may choose; ``wanted`` is the id of a council, else the first is taken."""
    pairs = set(overseen_seasons(person).order_by().values_list("bloc__council", "year"))
    councils = tuple(Council.objects.filter(pk__in={one for one, _year in pairs}).order_by("name"))
    council = next((one for one in councils if str(one.pk) == wanted), None)
    council = council or (councils[0] if councils else None)
    years = {year for one, year in pairs if council and one == council.pk}
    return Overseen(councils, council, tuple(sorted(years, reverse=True)))


def blocs_of_year(person: Person, year: int, council: Council | None = None) -> list[BlocRow]:
    """The person's blocs in a year, by name; a fixed number of queries for any number of them."""
    seasons = overseen_seasons(person)
    if council is not None:
        seasons = seasons.filter(bloc__council=council)
    now = list(
        seasons.filter(year=year).select_related("bloc__council").order_by("bloc__sort_key")
    )
    return bloc_rows(person, now)


def bloc_rows(person: Person, seasons: Sequence[Season]) -> list[BlocRow]:
    """A row for each season, with all its units; a fixed number of queries."""
    if not seasons:
        return []
    facts = _Facts(person, seasons)
    return [facts.row(one) for one in seasons]


class _Facts:
    """What the rows are made of, read once for all seasons."""

    def __init__(self, person: Person, seasons: Sequence[Season]) -> None:
        self.now = timezone.now()
        today = timezone.localdate()
        self.periods = {one.pk: light_period(one, today) for one in seasons}
        self.lights = target_lights(seasons, today)
        self.earlier = _seasons_before(seasons)
        pks = list(self.periods)
        self.participants = _participants([*pks, *self.earlier.values()])
        self.registrations = {
            (season, unit): (state, late)
            for season, unit, state, late in Registration.objects.filter(
                season__in=pks
            ).values_list("season", "unit", "state", "submitted_late")
        }
        self.compacts = {
            one.season_id: one for one in Compact.objects.filter(season__in=pks).defer("snapshot")
        }
        signatures = Signature.objects.filter(compact__season__in=pks)
        self.signed: set[tuple[int, int]] = set()
        self.last_signed: dict[int, datetime.date] = {}
        for season, unit, day in signatures.values_list("compact__season", "unit", "signed_on"):
            self.signed.add((season, unit))
            self.last_signed[season] = max(day, self.last_signed.get(season, day))
        self.adopted = set(
            Adoption.objects.filter(season__in=pks).values_list("season", flat=True)
        )
        confirmed = AdHocTask.objects.filter(season__in=pks, state=AdHocState.CONFIRMED)
        self.ad_hoc = Counter(confirmed.values_list("season", "unit"))
        self.milestones: dict[int, list[Milestone]] = defaultdict(list)
        for one in Milestone.objects.filter(season__in=pks):
            self.milestones[one.season_id].append(one)
        self._read_rounds(person, pks)
        self.published = published_of([*pks, *self.earlier.values()])
        self.lineage = lineage_of({one.bloc.council_id for one in seasons})

    def _read_rounds(self, person: Person, pks: list[int]) -> None:
        self.rounds: dict[int, Round] = {}
        self.round_by_pk: dict[int, Round] = {}
        for scored in Round.objects.filter(season__in=pks).order_by("pk"):
            self.rounds[scored.season_id] = self.round_by_pk[scored.pk] = scored
        newest = [one.pk for one in self.rounds.values()]
        self.sheets: dict[int, list[tuple[int, str, str, bool]]] = defaultdict(list)
        rows = Sheet.objects.filter(round__in=newest).order_by()
        for scored_pk, unit, stage, state, late in rows.values_list(
            "round", "unit", "stage", "state", "submitted_late"
        ):
            self.sheets[scored_pk].append((unit, stage, state, late))
        # Points that are not published yet are added up for those only who may see them.
        may_see = seasons_before_publication(person, pks)
        compared = [
            one.pk
            for one in self.rounds.values()
            if one.state == RoundState.PUBLISHED or one.season_id in may_see
        ]
        self.inflation = inflation_of(compared)

    def row(self, season: Season) -> BlocRow:
        scored = self.rounds.get(season.pk)
        published = self.published.get(season.pk)
        sheets = self.sheets[scored.pk] if scored else []
        units = self._units(season, scored, published)
        compact = self.compacts.get(season.pk)
        row = BlocRow(
            season=season,
            units=units,
            compact=compact,
            last_signed_on=self.last_signed.get(season.pk),
            has_table=season.pk in self.adopted,
            round=scored,
            ranked_round=self.round_by_pk[published.round] if published else None,
            published=published,
            sheets=len(sheets),
            sent=sum(1 for one in sheets if one[2] in _SENT),
            steps=(),
            period=self.periods[season.pk],
        )
        steps = step_marks(self.milestones[season.pk], _done(row, sheets), scored, self.now)
        row = replace(row, steps=steps)
        watched = tuple(with_reasons(unit, unit_reasons(row, unit, self.now)) for unit in units)
        row = replace(row, units=watched)
        return replace(row, warnings=tuple(bloc_warnings(row, self.now)))

    def _units(
        self, season: Season, scored: Round | None, published: Published | None
    ) -> tuple[UnitRow, ...]:
        before = self._ranks_before(season)
        sheets = self.sheets[scored.pk] if scored else []
        own = {unit: (state, late) for unit, stage, state, late in sheets if stage == Stage.SELF}
        rows = []
        for one in self.participants[season.pk]:
            state, late = self.registrations.get((season.pk, one.unit_id), ("", False))
            sheet, sheet_late = own.get(one.unit_id, ("", False))
            found = published.by_unit.get(one.unit.code) if published else None
            moved = Movement()
            if found:
                moved = movement(one.unit_id, found.rank, before, self.lineage)
            rows.append(
                UnitRow(
                    season=season,
                    participant=one,
                    registration=state,
                    registration_late=late,
                    signed=(season.pk, one.unit_id) in self.signed,
                    self_sheet=sheet,
                    self_late=sheet_late,
                    result=found,
                    movement=moved,
                    lights=self.lights.get((season.pk, one.unit_id), Counter()),
                    ad_hoc=self.ad_hoc[season.pk, one.unit_id],
                    inflation=self._inflation(scored, one.unit_id),
                )
            )
        return tuple(rows)

    def _inflation(self, scored: Round | None, unit: int) -> Inflation | None:
        return self.inflation.get((scored.pk, unit)) if scored else None

    def _ranks_before(self, season: Season) -> dict[int, tuple[str, int | None]]:
        pk = self.earlier.get(season.pk)
        published = self.published.get(pk) if pk else None
        if pk is None or published is None:
            return {}
        return {
            one.unit_id: (one.name, published.by_unit[one.unit.code].rank)
            for one in self.participants[pk]
            if one.unit.code in published.by_unit
        }


def _seasons_before(seasons: Iterable[Season]) -> dict[int, int]:
    """The id of each season's predecessor, the season of the same bloc in the year before."""
    found = list(seasons)
    before = Season.objects.filter(
        bloc__in={one.bloc_id for one in found}, year__in={one.year - 1 for one in found}
    )
    by_year = {(bloc, year): pk for pk, bloc, year in before.values_list("pk", "bloc", "year")}
    pairs = {one.pk: by_year.get((one.bloc_id, one.year - 1)) for one in found}
    return {pk: earlier for pk, earlier in pairs.items() if earlier is not None}


def _participants(seasons: Iterable[int]) -> dict[int, list[Participant]]:
    found: dict[int, list[Participant]] = defaultdict(list)
    rows = Participant.objects.filter(season__in=set(seasons)).select_related("unit")
    for one in rows:
        found[one.season_id].append(one)
    return found


def _done(row: BlocRow, sheets: Iterable[tuple[int, str, str, bool]]) -> Mapping[str, bool]:
    """Which steps the records show to be done or not."""
    sent: dict[str, list[bool]] = defaultdict(list)
    for _unit, stage, state, _late in sheets:
        sent[stage].append(state in _SENT)
    state = row.round.state if row.round else ""
    closed = state in (RoundState.CLOSED, RoundState.PUBLISHED)
    found = {
        Step.REGISTRATION: bool(row.units) and row.accepted == len(row.units),
        Step.SIGNING: row.compact is not None and row.compact.state == CompactState.IN_FORCE,
        Step.SELF_SCORE: bool(sent[Stage.SELF]) and all(sent[Stage.SELF]),
        Step.VERIFICATION: closed,
        Step.YEAREND: row.published is not None,
    }
    if sent[Stage.CROSS]:
        found[Step.CROSS_CHECK] = all(sent[Stage.CROSS])
    return {step.value: done for step, done in found.items()}
