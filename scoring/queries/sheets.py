"""Reads of sheet pages: one sheet as a table, and what waits for a person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Exists, OuterRef, Prefetch, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from compacts.models import Office
from compacts.queries.desk import Desk
from compacts.rules import OfficeKind, Step
from scoring.engine.kinds import Gate, Relative
from scoring.engine.phrases import series
from scoring.engine.table import Criterion as Leaf
from scoring.engine.table import Table
from scoring.engine.words import mark_in_words, rule_in_words
from scoring.models import Adoption, Criterion, CriterionSource, Evidence, Mark, Sheet
from scoring.queries.scopes import exemptions_of, scope_of
from scoring.queries.standings import table_of
from scoring.rules import SECRETARIAT, RoundState, SheetState, Stage
from units.models import Person
from units.queries import OpenTask
from units.rules import Capacity, RoleKind

_HUNDREDTH = Decimal("0.01")
_CHECKED = (Stage.VERIFY, Stage.RECHECK, Stage.FINAL)


@dataclass(frozen=True, slots=True)
class StageMark:
    """What one stage says about one leaf, ready to be shown."""

    mark: Mark
    scorer: str
    why: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class SheetRow:
    """One line of a sheet: a group with the sum of its points, or a leaf with its marks.

    ``points`` are by stage; a missing stage has no mark there yet. ``checked`` are those of the
    latest stage that checked the leaf; a group adds these up, for a second round and the bloc's
    decision mark single leaves only. ``exempt`` is the reason why the leaf does not apply,
    ``mine`` says whether this sheet is to mark it; ``recorded`` names the records that fill it in
    by themselves.
    """

    criterion: Criterion
    leaf: Leaf
    rule: str
    mine: bool
    recorded: str
    exempt: str | None
    marks: Mapping[str, tuple[StageMark, ...]]
    points: Mapping[str, Decimal]
    checked: Decimal | None = None

    @property
    def own(self) -> StageMark | None:
        """The unit's own mark."""
        return next(iter(self.marks.get(Stage.SELF, ())), None)

    @property
    def difference(self) -> Decimal | None:
        """The latest checked points less the self ones, where both were given."""
        if self.checked is None or Stage.SELF not in self.points:
            return None
        return self.checked - self.points[Stage.SELF]

    @property
    def is_relative(self) -> bool:
        return isinstance(self.leaf.rule, Relative)

    @property
    def is_gate(self) -> bool:
        return isinstance(self.leaf.rule, Gate)


@dataclass(frozen=True)
class SheetPage:
    """A sheet as the page shows it: all lines of the table, totals by stage, what is done.

    ``checked_total`` is the total of the rows' ``checked`` points, None where nothing is checked.
    """

    sheet: Sheet
    unit_name: str
    table: Table
    rows: tuple[SheetRow, ...]
    stages: tuple[str, ...]
    totals: Mapping[str, Decimal]
    done: int
    due: int
    self_sent: bool
    own_max: Decimal
    checked_total: Decimal | None
    sheets: tuple[Sheet, ...] = field(default=())

    @property
    def percent(self) -> Decimal | None:
        """The total of this sheet in percent of the unit's own maximum, two decimals."""
        total = self.totals.get(self.sheet.stage)
        if total is None or not self.own_max:
            return None
        return (100 * total / self.own_max).quantize(_HUNDREDTH, rounding=ROUND_HALF_UP)


def why_of(leaf: Leaf, mark: Mark) -> str:
    """How the mark's points come about, in words, or that they wait for the other units."""
    if leaf.rule is None:
        return ""
    words = mark_in_words(leaf.rule, leaf.max, mark.entry)
    if isinstance(leaf.rule, Relative):
        return series("; ", (words, _("tính khi đủ điểm của các đơn vị")))
    return words


def group_points(table: Table, leaves: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """The points of leaves and groups; a group has the sum of its marked ones, at most its max."""
    found: dict[str, Decimal] = {}

    def visit(node: Leaf) -> Decimal | None:
        if node.is_leaf:
            points = leaves.get(node.code)
        else:
            below = [one for one in map(visit, node.children) if one is not None]
            points = min(sum(below, Decimal(0)), node.max) if below else None
        if points is not None:
            found[node.code] = points
        return points

    for top in table.criteria:
        visit(top)
    return found


def total_of(table: Table, points: Mapping[str, Decimal]) -> Decimal:
    """Base + bonus − minus over the top-level criteria, never below 0."""
    total = Decimal(0)
    for top in table.criteria:
        own = points.get(top.code, Decimal(0))
        total += -own if top.adds == "minus" else own
    return max(total, Decimal(0))


def _leaf_points(marks: Mapping[str, tuple[StageMark, ...]]) -> dict[str, Decimal]:
    leaves = {}
    for code, found in marks.items():
        given = [one.mark.points for one in found if one.mark.points is not None]
        if given:
            # Several cross-checkers: what the page shows is their mean, the engine combines.
            leaves[code] = sum(given, Decimal(0)) / len(given)
    return leaves


def sheet_page(sheet: Sheet, person: Person) -> SheetPage:
    """The sheet beside the other stages that the person may see; a fixed number of queries."""
    table = table_of(sheet.round)
    criteria = Criterion.objects.filter(
        table__in=Adoption.objects.filter(season=sheet.round.season_id).values("table")
    )
    visible = Sheet.objects.visible_to(person).filter(round=sheet.round_id, unit=sheet.unit_id)
    sheets = list(visible.select_related("scorer").order_by("pk"))
    names = {one.pk: one.scorer.short_name if one.scorer else _("tổ thư ký") for one in sheets}
    evidence = Evidence.objects.select_related("file", "added_by")
    marks = (
        Mark.objects.filter(sheet__in=[one.pk for one in sheets])
        .select_related("criterion", "marked_by", "sheet")
        .prefetch_related(Prefetch("evidence", queryset=evidence))
        .order_by("sheet", "pk")
    )
    by_stage: dict[str, dict[str, tuple[StageMark, ...]]] = defaultdict(dict)
    for mark in marks:
        code = mark.criterion.code
        why = why_of(table.criterion(code), mark)
        shown = StageMark(mark, names[mark.sheet_id], why, tuple(mark.evidence.all()))
        found = by_stage[mark.sheet.stage]
        found[code] = (*found.get(code, ()), shown)
    scope = scope_of(sheet, table)
    exempt = exemptions_of(sheet.round.season_id, sheet.unit_id, table)
    leaves = {stage: _leaf_points(found) for stage, found in by_stage.items()}
    points = {stage: group_points(table, found) for stage, found in leaves.items()}
    latest: dict[str, Decimal] = {}
    for stage in _CHECKED:
        latest |= leaves.get(stage, {})
    checked = group_points(table, latest)
    recorded = recorded_sources(sheet.round.season_id) if sheet.stage == Stage.SELF else {}
    rows = tuple(
        _row(one, table, scope, exempt, by_stage, points, checked, recorded)
        for one in criteria.order_by("position")
    )
    present = {one.stage for one in sheets} | {sheet.stage}
    own = {mark.mark.criterion.code for row in rows for mark in row.marks.get(sheet.stage, ())
           if mark.mark.sheet_id == sheet.pk}  # fmt: skip
    due = {row.leaf.code for row in rows if row.mine and is_due(row.leaf)}
    if sheet.stage == Stage.FINAL:
        # The bloc's decision names only what it changes.
        due = set()
    return SheetPage(
        sheet=sheet,
        unit_name=_participant_name(sheet),
        table=table,
        rows=rows,
        stages=tuple(stage for stage in Stage.values if stage in present),
        totals={stage: total_of(table, found) for stage, found in points.items()},
        done=len(own & due),
        due=len(due),
        own_max=table.max_total - sum((table.criterion(code).max for code in exempt), Decimal(0)),
        checked_total=total_of(table, checked) if checked else None,
        self_sent=any(one.stage == Stage.SELF and one.state != SheetState.OPEN for one in sheets),
        sheets=tuple(sheets),
    )


def recorded_sources(season_id: int) -> dict[str, str]:
    """The criteria that the season's records fill in, with the records' name."""
    sources = CriterionSource.objects.filter(season=season_id)
    return {
        one.criterion.code: one.get_source_display() for one in sources.select_related("criterion")
    }


def reusable_evidence(sheet: Sheet, rows: Collection[Evidence]) -> list[Evidence]:
    """Evidence of the sheet's other lines that could prove this line, too, each file once.

    ``rows`` is what the line has.
    """
    known = {(one.file_id, one.link) for one in rows if one.withdrawn_at is None}
    found: dict[tuple[int | None, str], Evidence] = {}
    others = Evidence.objects.filter(mark__sheet=sheet, withdrawn_at__isnull=True)
    for one in others.select_related("file", "mark__criterion").order_by("pk"):
        key = (one.file_id, one.link)
        if key not in known:
            found.setdefault(key, one)
    return list(found.values())


def is_due(leaf: Leaf) -> bool:
    """Must the leaf be marked before a sheet is sent? Base leaves that are no gates."""
    return leaf.is_leaf and leaf.adds == "base" and not leaf.is_gate


def _participant_name(sheet: Sheet) -> str:
    found = sheet.round.season.participants.filter(unit=sheet.unit_id).first()
    return found.name if found else sheet.unit.name


def _row(
    criterion: Criterion,
    table: Table,
    scope: frozenset[str],
    exempt: Mapping[str, str],
    by_stage: Mapping[str, Mapping[str, tuple[StageMark, ...]]],
    points: Mapping[str, Mapping[str, Decimal]],
    checked: Mapping[str, Decimal],
    recorded: Mapping[str, str],
) -> SheetRow:
    code = criterion.code
    leaf = table.criterion(code)
    return SheetRow(
        criterion=criterion,
        leaf=leaf,
        rule=rule_in_words(leaf.rule) if leaf.rule else "",
        mine=code in scope and code not in exempt,
        recorded=recorded.get(code, ""),
        exempt=exempt.get(code),
        marks={stage: found[code] for stage, found in by_stage.items() if code in found},
        points={stage: found[code] for stage, found in points.items() if code in found},
        checked=checked.get(code),
    )


def sheet_arguments(sheet: Sheet) -> list[str | int]:
    """What stands in every address of the sheet."""
    season = sheet.round.season
    return [
        season.bloc.code, season.year, sheet.round.code, sheet.unit.code, sheet.stage,
        sheet.scorer_code or SECRETARIAT,
    ]  # fmt: skip


def sheet_url(sheet: Sheet, name: str = "scoring:sheet") -> str:
    """The address of the sheet's page, or of an action on it."""
    return reverse(name, args=sheet_arguments(sheet))


def markable_by(person: Person) -> Q:
    """The sheets on which the person may write marks: ``can_mark_sheet`` as a condition."""
    roles = person.roles_on(timezone.localdate())
    speaks = roles.ids(RoleKind.REPRESENTATIVE, "unit") | roles.ids(RoleKind.SIGNATORY, "unit")
    scores = speaks | roles.ids(RoleKind.SCORER, "unit")
    wanted = Q(stage=Stage.SELF, unit__in=speaks)
    others = Q(scorer__in=scores)
    # The secretariat never scores the head unit, a deputy's secretary neither.
    heads = Office.objects.filter(
        season=OuterRef("round__season"), unit=OuterRef("unit"), kind=OfficeKind.HEAD
    )
    for role in roles.roles:
        if role.kind == RoleKind.SECRETARY:
            others |= Q(
                ~Exists(heads),
                scorer__isnull=True,
                round__season__bloc=role.bloc_id,
                round__season__offices__unit=role.unit_id,
            )
    return wanted | (others & ~Q(stage=Stage.SELF) & ~Q(unit__in=roles.unit_ids))


def sheet_tasks(desk: Desk) -> list[OpenTask]:
    """The sheets that wait for the person: to be filled in, returned, to be verified."""
    sent = Sheet.objects.filter(
        round=OuterRef("round"), unit=OuterRef("unit"), stage=Stage.SELF
    ).exclude(state__in=[SheetState.OPEN, SheetState.RETURNED])
    sheets = (
        Sheet.objects.filter(markable_by(desk.person), round__state=RoundState.OPEN)
        .filter(state__in=[SheetState.OPEN, SheetState.RETURNED])
        .filter(Q(stage=Stage.SELF) | Exists(sent))
        .select_related("round__season__bloc", "unit")
        .order_by("pk")
        .distinct()
    )
    return [_task(sheet, desk) for sheet in sheets]


# By when a stage is due; the own sheets have a deadline in the round itself.
_DUE_STEPS = {Stage.CROSS: Step.CROSS_CHECK, Stage.VERIFY: Step.VERIFICATION}


def _task(sheet: Sheet, desk: Desk) -> OpenTask:
    stage = Stage(sheet.stage)
    step = _DUE_STEPS.get(stage)
    due = desk.due(sheet.round.season_id, step) if step else None
    if stage == Stage.SELF:
        capacity = Capacity.UNIT
        due = sheet.round.due_at or desk.due(sheet.round.season_id, Step.SELF_SCORE)
    else:
        capacity = Capacity.SECRETARY if sheet.scorer_id is None else Capacity.SCORER
    is_returned = sheet.state == SheetState.RETURNED
    return OpenTask(
        label=f"{stage.label}: {sheet.unit.name}",
        url=sheet_url(sheet),
        season=f"{sheet.round.season}",
        capacity=capacity,
        action=_("Sửa") if is_returned else _("Chấm điểm"),
        due_at=due,
        detail=_("Trả lại: %(reason)s") % {"reason": sheet.return_reason} if is_returned else "",
    )
