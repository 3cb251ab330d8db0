"""What a unit may explain, and what it has explained."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from scoring.models import Assignment, Criterion, Explanation, Mark, Round, Sheet
from scoring.queries.scopes import scope_of
from scoring.queries.standings import table_of
from scoring.rules import AnswerState, SheetState, Stage
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


def unanswered(seasons: Collection[int], sheets: QuerySet[Sheet]) -> Iterator[Explanation]:
    """The seasons' explanations that wait for who verified their criterion on one of the sheets.

    Four queries. Where several bodies verify a unit, each answers for its own criteria alone; a
    body that none were assigned to verifies them all.
    """
    rows = Explanation.objects.filter(round__season__in=seasons, state=AnswerState.WAITING)
    waiting = list(rows.select_related("unit", "criterion", "round"))
    verified = {"stage": Stage.VERIFY, "round__in": {row.round_id for row in waiting}}
    scorers: dict[tuple[int, int], set[int | None]] = defaultdict(set)
    places = sheets.filter(**verified).values_list("round", "unit", "scorer")
    for scored, unit, scorer in places:
        scorers[scored, unit].add(scorer)
    assigned: dict[tuple[int, int, int | None], set[int]] = defaultdict(set)
    shares = Assignment.objects.filter(**verified, criteria__isnull=False)
    for scored, unit, scorer, criterion in shares.values_list(
        "round", "unit", "scorer", "criteria"
    ):
        assigned[scored, unit, scorer].add(criterion)
    tables = Criterion.objects.filter(table__in={row.criterion.table_id for row in waiting})
    parents = dict(tables.values_list("pk", "parent"))
    for row in waiting:
        place = row.round_id, row.unit_id
        around = set(_upwards(row.criterion_id, parents))
        shares_of = [assigned[(*place, scorer)] for scorer in scorers[place]]
        if any(not share or share & around for share in shares_of):
            yield row


def _upwards(criterion: int, parents: dict[int, int | None]) -> Iterator[int]:
    """The criterion and the groups that it belongs to."""
    one: int | None = criterion
    while one is not None:
        yield one
        one = parents.get(one)


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
