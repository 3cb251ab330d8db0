"""Blocs beside each other: how far each is, what came out, how its points spread."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Count, Q

from compacts.models import Compact, Participant, Registration, Season, Signature
from compacts.models.season import SeasonQuerySet
from compacts.rules import RegistrationState
from scoring.models import Publication, Round, Sheet
from scoring.rules import SheetState
from units.models import Person
from units.permissions import today_of
from units.rules import RoleKind

_HUNDRED = Decimal(100)
_HUNDREDTH = Decimal("0.01")
MOST_EXCELLENT = 90


@dataclass(frozen=True, slots=True)
class Spread:
    """How the published totals of a bloc spread, each in percent of the unit's own maximum.

    ``deviation`` is the standard deviation over all units; ``excellent`` the share (0…100) of
    units in the best class that anybody has.
    """

    best: Decimal
    mean: Decimal
    worst: Decimal
    deviation: Decimal
    excellent: int
    top_class: str

    @property
    def everyone_excellent(self) -> bool:
        """Is nearly every unit in the best class?"""
        return bool(self.top_class) and self.excellent >= MOST_EXCELLENT


@dataclass(frozen=True, slots=True)
class Placed:
    """A unit in a published ranking and in that of the year before, where it stood in both."""

    name: str
    rank: int | None
    before: int | None

    @property
    def moved(self) -> int | None:
        """Places gained since the year before (negative: lost)."""
        return None if self.rank is None or self.before is None else self.before - self.rank


@dataclass(frozen=True, slots=True)
class BlocRow:
    """A bloc's season as leaders look at it; shares are 0…100."""

    season: Season
    units: int
    accepted: int
    signed: int
    compact_state: str
    compact_label: str
    round: Round | None
    sheets: int
    sent: int
    ranking: tuple[Placed, ...]
    spread: Spread | None

    @property
    def registration_share(self) -> int:
        """The share of units whose registration is accepted, 0…100."""
        return 100 * self.accepted // self.units if self.units else 0

    @property
    def first(self) -> tuple[Placed, ...]:
        """Who leads."""
        return tuple(one for one in self.ranking if one.rank == 1)


def overseen_seasons(person: Person) -> SeasonQuerySet:
    """The seasons that the person looks at across units: as leader, officer or secretary."""
    roles = today_of(person)
    blocs = roles.ids(RoleKind.LEADER, "bloc") | roles.ids(RoleKind.SECRETARY, "bloc")
    councils = roles.ids(RoleKind.LEADER, "council") | roles.ids(RoleKind.OFFICER, "council")
    return Season.objects.filter(Q(bloc__in=blocs) | Q(bloc__council__in=councils))


def blocs_of_year(person: Person, year: int) -> list[BlocRow]:
    """The person's blocs in a year, by name; a fixed number of queries for any number of them."""
    seasons = list(
        overseen_seasons(person)
        .filter(year__in=[year, year - 1])
        .select_related("bloc__council")
        .order_by("bloc__sort_key")
    )
    now = [one for one in seasons if one.year == year]
    earlier = {one.bloc_id: one.pk for one in seasons if one.year == year - 1}
    facts = _Facts(now, [one.pk for one in seasons])
    return [facts.row(one, earlier.get(one.bloc_id)) for one in now]


class _Facts:
    """What the rows are made of, read once for all seasons."""

    def __init__(self, seasons: list[Season], with_earlier: list[int]) -> None:
        pks = [one.pk for one in seasons]
        self.units = _counted(Participant.objects.filter(season__in=pks))
        accepted = Registration.objects.filter(season__in=pks, state=RegistrationState.ACCEPTED)
        self.accepted = _counted(accepted)
        self.compacts = {one.season_id: one for one in Compact.objects.filter(season__in=pks)}
        signatures = Signature.objects.filter(compact__season__in=pks)
        self.signed = Counter(signatures.values_list("compact__season", flat=True))
        self.rounds: dict[int, Round] = {}
        for scored in Round.objects.filter(season__in=pks).order_by("pk"):
            self.rounds[scored.season_id] = scored
        sent = Q(state__in=[SheetState.SUBMITTED, SheetState.LOCKED])
        sheets = Sheet.objects.filter(round__in=self.rounds.values()).values("round")
        self.sheets = {
            row["round"]: (row["all"], row["sent"])
            for row in sheets.annotate(all=Count("pk"), sent=Count("pk", filter=sent))
        }
        published = Publication.objects.filter(round__season__in=with_earlier)
        self.published: dict[int, Mapping[str, Any]] = {}
        self.names: dict[int, dict[str, str]] = defaultdict(dict)
        rows = published.order_by("published_at", "pk").values_list(
            "round__season", "standings", "inputs__round__units"
        )
        for season, standings, units in rows:
            self.published[season] = standings
            self.names[season] = {one["code"]: one["name"] or one["code"] for one in units or ()}

    def row(self, season: Season, earlier: int | None) -> BlocRow:
        compact = self.compacts.get(season.pk)
        scored = self.rounds.get(season.pk)
        sheets, sent = self.sheets.get(scored.pk, (0, 0)) if scored else (0, 0)
        standings = self.published.get(season.pk)
        before = _ranks(self.published.get(earlier, {})) if earlier else {}
        rows = standings["standings"] if standings else []
        return BlocRow(
            season=season,
            units=self.units[season.pk],
            accepted=self.accepted[season.pk],
            signed=self.signed[season.pk],
            compact_state=compact.state if compact else "",
            compact_label=str(compact.get_state_display()) if compact else "",
            round=scored,
            sheets=sheets,
            sent=sent,
            ranking=tuple(
                Placed(
                    self.names[season.pk].get(one["unit"], one["unit"]),
                    one["rank"],
                    before.get(one["unit"]),
                )
                for one in rows
            ),
            spread=spread_of(rows),
        )


def _counted(rows: Any) -> Counter[int]:
    return Counter(rows.values_list("season", flat=True))


def _ranks(standings: Mapping[str, Any]) -> dict[str, int | None]:
    return {one["unit"]: one["rank"] for one in standings.get("standings", ())}


def spread_of(rows: Iterable[Mapping[str, Any]]) -> Spread | None:
    """The spread of a published ranking's rows, None where there are none."""
    found = [row for row in rows if Decimal(row["own_max"])]
    if not found:
        return None
    shares = [_HUNDRED * Decimal(row["total"]) / Decimal(row["own_max"]) for row in found]
    mean = sum(shares, Decimal(0)) / len(shares)
    variance = sum(((one - mean) ** 2 for one in shares), Decimal(0)) / len(shares)
    best = max(found, key=lambda row: Decimal(row["total"]))
    top = best["class"] or ""
    excellent = sum(1 for row in found if top and row["class"] == top)
    return Spread(
        best=_rounded(max(shares)),
        mean=_rounded(mean),
        worst=_rounded(min(shares)),
        deviation=_rounded(variance.sqrt()),
        excellent=100 * excellent // len(found),
        top_class=top,
    )


def _rounded(number: Decimal) -> Decimal:
    return number.quantize(_HUNDREDTH, rounding=ROUND_HALF_UP)
