"""What a unit may explain, and what it has explained."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from scoring.models import Criterion, Explanation, Mark, Round, Sheet
from scoring.queries.scopes import scope_of
from scoring.queries.standings import table_of
from scoring.rules import SheetState, Stage
from units.models import Person, Unit
from units.vietnamese import number


@dataclass(frozen=True, slots=True)
class Verified:
    """A criterion that was verified: own and verified points, and why they differ.

    Where points come only with the figures of all units, ``own_reached`` and ``verified_reached``
    say what was reached, as it is written in the entries.
    """

    criterion: Criterion
    own: Decimal | None
    verified: Decimal | None
    comment: str
    explanation: Explanation | None
    own_reached: str = ""
    verified_reached: str = ""

    @property
    def differs(self) -> bool:
        """Was the unit given other points, or another figure, than it proposed?"""
        return (self.own, self.own_reached) != (self.verified, self.verified_reached)


def verified_sheet(scored: Round, unit: Unit, code: str, *, sent: bool = True) -> Sheet | None:
    """The verification of the unit that covers the leaf, where there is one (and it was sent)."""
    table = table_of(scored)
    sheets = Sheet.objects.filter(round=scored, unit=unit, stage=Stage.VERIFY)
    if sent:
        sheets = sheets.filter(state__in=[SheetState.SUBMITTED, SheetState.LOCKED])
    for sheet in sheets.select_related("scorer", "round__season__bloc", "unit"):
        sheet.round = scored
        if code in scope_of(sheet, table):
            return sheet
    return None


def explanations_of(scored: Round, unit: Unit) -> QuerySet[Explanation]:
    """The unit's explanations in the round, in the table's order."""
    rows = Explanation.objects.filter(round=scored, unit=unit)
    return rows.select_related("criterion", "unit", "file", "written_by", "answered_by").order_by(
        "criterion__position"
    )


def verified_criteria(scored: Round, unit: Unit, reader: Person | None = None) -> list[Verified]:
    """The leaves of sent verifications, what the unit proposed beside it; a few queries.

    A ``reader`` is shown the marks of the sheets that the person may read: several units that
    verify one do not see each other's points.
    """
    sheets = Sheet.objects.filter(
        round=scored, unit=unit, stage__in=[Stage.SELF, Stage.VERIFY]
    ).exclude(state=SheetState.OPEN)
    if reader is not None:
        sheets = sheets.filter(pk__in=Sheet.objects.visible_to(reader).values("pk"))
    marks = (
        Mark.objects.filter(sheet__in=sheets)
        .select_related("criterion", "sheet")
        .order_by("criterion__position")
    )
    own: dict[str, Mark] = {}
    checked: dict[str, Mark] = {}
    for mark in marks:
        if mark.sheet.stage == Stage.SELF:
            own[mark.criterion.code] = mark
        else:
            checked[mark.criterion.code] = mark
    explained = {one.criterion.code: one for one in explanations_of(scored, unit)}
    return [_verified(mark, own.get(code), explained.get(code)) for code, mark in checked.items()]


def _verified(mark: Mark, own: Mark | None, explanation: Explanation | None) -> Verified:
    return Verified(
        criterion=mark.criterion,
        own=own.points if own else None,
        verified=mark.points,
        comment=mark.comment,
        explanation=explanation,
        own_reached=_reached(own) if own else "",
        verified_reached=_reached(mark),
    )


def _reached(mark: Mark) -> str:
    reached = mark.entry.get("achieved")
    if mark.points is not None or reached is None:
        return ""
    return _("đạt %(figure)s") % {"figure": number(Decimal(str(reached)))}
