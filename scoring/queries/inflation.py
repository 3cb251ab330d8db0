"""What units gave themselves against what was verified, added up by the database."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Case, F, OuterRef, Q, Subquery, Sum, Value, When

from scoring.models import Mark
from scoring.rules import Stage

_TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Inflation:
    """Own and verified points over the leaves that have both; ``maximum`` is what they are of."""

    own: Decimal
    verified: Decimal
    maximum: Decimal

    def __add__(self, other: Inflation) -> Inflation:
        return Inflation(
            self.own + other.own,
            self.verified + other.verified,
            self.maximum + other.maximum,
        )

    @property
    def share(self) -> Decimal:
        """By how many percent of the maximum the own points are above the verified ones."""
        if not self.maximum:
            return Decimal(0)
        above = 100 * (self.own - self.verified) / self.maximum
        return above.quantize(_TENTH, rounding=ROUND_HALF_UP)


def inflation_of(rounds: Collection[int]) -> dict[tuple[int, int], Inflation]:
    """Own and verified points by (round, unit), minus points counted as such; one query."""
    own = Mark.objects.filter(
        sheet__round=OuterRef("sheet__round"),
        sheet__unit=OuterRef("sheet__unit"),
        sheet__stage=Stage.SELF,
        criterion=OuterRef("criterion"),
        points__isnull=False,
    ).values("points")[:1]
    sign = Case(When(criterion__adds="minus", then=Value(-1)), default=Value(1))
    verified = Mark.objects.filter(
        sheet__round__in=rounds, sheet__stage=Stage.VERIFY, points__isnull=False
    ).annotate(own=Subquery(own), sign=sign)
    rows = (
        verified.filter(own__isnull=False)
        .order_by()
        .values("sheet__round", "sheet__unit")
        .annotate(
            own_sum=Sum(F("own") * F("sign")),
            verified_sum=Sum(F("points") * F("sign")),
            maximum=Sum("criterion__max_points", filter=~Q(criterion__adds="minus")),
        )
    )
    return {
        (row["sheet__round"], row["sheet__unit"]): Inflation(
            _exact(row["own_sum"]), _exact(row["verified_sum"]), _exact(row["maximum"])
        )
        for row in rows
    }


def _exact(sum_: object) -> Decimal:
    """The database's sum with the four decimals that points are stored with."""
    return Decimal(str(sum_ or 0)).quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP)
