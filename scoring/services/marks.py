"""Writing one mark: checked by the engine, versioned, its points worked out at once."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from scoring import rules
from scoring.engine.kinds import Relative
from scoring.engine.numbers import parsed_decimal, spoken
from scoring.engine.rules import check_entry, points_of
from scoring.engine.table import Criterion as Leaf
from scoring.engine.table import Table
from scoring.models import Adoption, Criterion, Mark, Round, Sheet
from scoring.permissions import can_mark_sheet
from scoring.queries.earlier import earlier_marks
from scoring.queries.scopes import exemptions_of, scope_of
from scoring.queries.sheets import recorded_sources
from scoring.queries.standings import table_of
from scoring.rules import RoundAction, SheetAction, SheetState, Stage
from scoring.sayings import said
from units.access import require
from units.models import Person
from units.rules import EditConflictError, RuleError
from units.services.audit import Deed, record_all

Entry = Mapping[str, Any]
COMMENT_LIMIT = 2000


class MarkRefusedError(RuleError):
    """A mark's entry is not as its rule asks; ``faults`` holds a message for each field."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        first = next(iter(faults))
        super().__init__(faults[first], field=first)
        self.faults = dict(faults)


class MarkConflictError(EditConflictError):
    """Somebody else wrote the same line meanwhile; ``theirs`` is what stands, None if cleared."""

    def __init__(self, theirs: Mark | None) -> None:
        who = theirs.marked_by.full_name if theirs and theirs.marked_by else _("Người khác")
        super().__init__(
            _("%(who)s vừa sửa dòng này; hãy xem cả hai giá trị rồi lưu lại.") % {"who": who}
        )
        self.theirs = theirs


@dataclass(frozen=True, slots=True)
class Desk:
    """A sheet taken in hand: locked, allowed to be written, with its table."""

    actor: Person
    sheet: Sheet
    table: Table
    scope: frozenset[str]
    exempt: frozenset[str]

    def leaf(self, code: str) -> Leaf:
        """The leaf of this sheet with this code; ``RuleError`` where it is not to be marked."""
        check_leaf(code, self.scope, self.exempt)
        return self.table.criterion(code)


def check_leaf(code: str, scope: Container[str], exempt: Container[str]) -> None:
    """Raise ``RuleError`` for a leaf that is not of the sheet or does not apply to the unit."""
    if code not in scope:
        raise RuleError(_("Tiêu chí này không thuộc phiếu chấm."))
    if code in exempt:
        raise RuleError(_("Tiêu chí này không áp dụng với đơn vị."))


def lock_sheet(sheet_id: int) -> Sheet:
    """The sheet, locked; its round is read after the lock, so that a closing one is seen."""
    sheet = Sheet.objects.select_for_update().get(pk=sheet_id)
    sheet.round = Round.objects.select_related("season__bloc__council").get(pk=sheet.round_id)
    return sheet


def take(actor: Person, sheet_id: int, action: SheetAction = SheetAction.MARK) -> Desk:
    """Lock the sheet for writing, ask for the right and the states.

    Raises ``AccessDenied`` or ``RuleError``.
    """
    sheet = lock_sheet(sheet_id)
    require(can_mark_sheet(actor, sheet))
    check_states(sheet, action)
    table = table_of(sheet.round)
    exempt = exemptions_of(sheet.round.season_id, sheet.unit_id, table)
    return Desk(actor, sheet, table, scope_of(sheet, table), frozenset(exempt))


def check_states(sheet: Sheet, action: SheetAction = SheetAction.MARK) -> None:
    """Raise ``RuleError`` where the sheet or its round does not take the action now."""
    rules.check_round(RoundAction.SCORE, sheet.round.state)
    rules.check_sheet(action, sheet.state)
    check_opened(sheet.round)


def check_opened(scored: Round) -> None:
    """Raise ``RuleError`` before the time at which the round opens."""
    if scored.opens_at and timezone.now() < scored.opens_at:
        raise RuleError(_("Chưa đến giờ mở của đợt chấm điểm."))


def is_late(scored: Round) -> bool:
    """Has the round's time for scoring oneself passed? The moment of the deadline is late."""
    return scored.due_at is not None and timezone.now() >= scored.due_at


def plain(entry: Entry | None) -> dict[str, Any]:
    """The entry with its decimals as numbers, so that "95" and "95.0" compare equal."""
    if entry is None:
        return {}
    return {key: _comparable(value) for key, value in entry.items()}


def _comparable(value: Any) -> Any:
    if isinstance(value, list):
        return sorted(value)
    if isinstance(value, str):
        number = parsed_decimal(value)
        return value if number is None else number
    return value


def differs(entry: Entry, points: Decimal | None, own: Mark | None) -> bool:
    """Is a mark another than that of the stage before? None there counts as 0 points."""
    if own is None:
        return bool(points) or entry.get("met") is True
    return own.points != points or plain(own.entry) != plain(entry)


def needs_reason(sheet: Sheet) -> bool:
    """Must this sheet give a reason wherever it differs from the stage before?

    A verification only once the unit has sent its own marks; what comes later always.
    """
    return asks_reason(sheet.stage, own_sent=sheet.stage == Stage.VERIFY and own_sheet_sent(sheet))


def asks_reason(stage: str, *, own_sent: bool) -> bool:
    """What ``needs_reason`` says of a sheet of the stage, once it is known what the unit sent."""
    return own_sent if stage == Stage.VERIFY else stage in {Stage.RECHECK, Stage.FINAL}


def own_sheet_sent(sheet: Sheet) -> bool:
    """Has the unit sent its own sheet, so that its marks can be compared with?"""
    own = Sheet.objects.filter(round=sheet.round_id, unit=sheet.unit_id, stage=Stage.SELF)
    return own.exclude(state=SheetState.OPEN).exists()


def _words(message: str, expected: str) -> str:
    """An engine's fault for readers: decimals with a comma."""
    number = parsed_decimal(expected.rpartition(" ")[2])
    if number is not None:
        expected = f"{expected.rpartition(' ')[0]} {spoken(number)}".strip()
    return f"{message} ({expected})" if expected else message


@transaction.atomic
def save_mark(
    *,
    actor: Person,
    sheet_id: int,
    criterion: str,
    entry: Entry | None,
    comment: str = "",
    version: int = 0,
) -> Mark | None:
    """Write the mark for the leaf ``criterion`` and work out its points; None clears it.

    ``version`` is that of the mark the writer saw, 0 where there was none. Writing what already
    stands changes nothing. Raises ``MarkConflictError`` where somebody else wrote the line
    meanwhile, ``MarkRefusedError`` (by field) where the entry is not as the rule asks or a reason
    is missing, ``RuleError`` where the sheet is not open for marks.
    """
    desk = take(actor, sheet_id)
    leaf = desk.leaf(criterion)
    standing = (
        Mark.objects.select_related("marked_by", "criterion")
        .filter(sheet=desk.sheet, criterion__code=criterion)
        .first()
    )
    comment = comment.strip()
    if stands(standing, entry, comment):
        return standing
    recorded = desk.sheet.stage == Stage.SELF and criterion in recorded_sources(
        desk.sheet.round.season_id
    )
    check_change(standing, version, recorded=recorded)
    if entry is None:
        if comment:
            raise MarkRefusedError({"comment": _("Hãy chấm điểm trước khi ghi chú.")})
        _clear(desk, standing)
        return None
    return write_mark(desk, leaf, entry, comment, standing)


def stands(standing: Mark | None, entry: Entry | None, comment: str) -> bool:
    """Is it there already, so that writing it changes nothing?"""
    if standing is None:
        return entry is None and not comment
    return entry is not None and standing.entry == entry and standing.comment == comment


def check_change(standing: Mark | None, version: int, *, recorded: bool) -> None:
    """Raise where the line is not the writer's to change: the records fill it in, or it moved."""
    if recorded:
        raise RuleError(_("Mục này tự lấy số liệu từ hồ sơ của mùa thi đua."))
    if (standing.version if standing else 0) != version:
        raise MarkConflictError(standing)


def checked_points(leaf: Leaf, entry: Entry, comment: str, precision: Decimal) -> Decimal | None:
    """The points of an entry that is as its rule asks; raises ``MarkRefusedError``."""
    faults = check_entry(leaf, entry)
    if faults:
        by_field: dict[str, str] = {}
        for fault in faults:
            key = fault.path.partition("[")[0] or "entry"
            by_field.setdefault(key, _words(said(fault.message), said(fault.expected)))
        raise MarkRefusedError(by_field)
    if len(comment) > COMMENT_LIMIT:
        text = _("Ghi chú dài quá %(limit)s ký tự.") % {"limit": COMMENT_LIMIT}
        raise MarkRefusedError({"comment": text})
    # What a relative rule gives depends on the other units: it is known with the standings.
    waits = isinstance(leaf.rule, Relative)
    return None if waits else points_of(leaf, entry, precision)


def check_reason(stage: str, entry: Entry, points: Decimal | None, earlier: Mark | None) -> None:
    """Raise ``MarkRefusedError`` for a mark without a reason that differs from the one before."""
    if differs(entry, points, earlier):
        text = _("Khác với điểm tự chấm: hãy ghi lý do.")
        if stage != Stage.VERIFY:
            text = _("Khác với điểm bước trước: hãy ghi lý do.")
        raise MarkRefusedError({"comment": text})


def write_mark(
    desk: Desk,
    leaf: Leaf,
    entry: Entry,
    comment: str,
    standing: Mark | None,
    *,
    from_records: bool = False,
) -> Mark:
    """Check and store a mark on a sheet in hand; its version is the sheet's, which only grows."""
    points = checked_points(leaf, entry, comment, desk.table.precision)
    if not comment and needs_reason(desk.sheet):
        check_reason(desk.sheet.stage, entry, points, earlier_marks(desk.sheet).get(leaf.code))
    version = _next_version(desk.sheet)
    if standing is None:
        mark = Mark(sheet=desk.sheet, criterion=_row(desk, leaf.code))
        before = None
    else:
        mark = standing
        before = mark_facts(standing)
    mark.entry = dict(entry)
    mark.points = points
    mark.comment = comment
    mark.from_records = from_records
    mark.version = version
    mark.marked_by = desk.actor
    if standing is None:
        mark.save()
    else:
        fields = ["entry", "points", "comment", "from_records", "version", "marked_by"]
        mark.save(update_fields=[*fields, "marked_at"])
    _audit(desk, leaf.code, before, mark_facts(mark))
    return mark


def _row(desk: Desk, code: str) -> Criterion:
    adopted = Adoption.objects.filter(season=desk.sheet.round.season_id)
    return Criterion.objects.get(table__in=adopted.values("table"), code=code)


def _next_version(sheet: Sheet) -> int:
    sheet.version += 1
    sheet.save(update_fields=["version"])
    return sheet.version


def _clear(desk: Desk, standing: Mark | None) -> None:
    if standing is None:
        return
    if standing.evidence.exists():
        raise MarkRefusedError({"entry": _("Mục này đã có minh chứng nên không để trống được.")})
    _next_version(desk.sheet)
    _audit(desk, standing.criterion.code, mark_facts(standing), None)
    standing.delete()


def mark_facts(mark: Mark) -> dict[str, Any]:
    """What the trail keeps of a mark."""
    points = None if mark.points is None else f"{mark.points:f}"
    return {"entry": mark.entry, "points": points, "comment": mark.comment}


def _audit(
    desk: Desk, code: str, before: dict[str, Any] | None, after: dict[str, Any] | None
) -> None:
    deed = deed_of(desk.sheet, code, before, after)
    record_all(chain=desk.sheet.round.season.audit_chain, actor=desk.actor, deeds=[deed])


def deed_of(
    sheet: Sheet, code: str, before: dict[str, Any] | None, after: dict[str, Any] | None
) -> Deed:
    """What the trail says of a change of the leaf ``code``, of ``mark_facts`` before and after."""
    stage = sheet.get_stage_display()
    facts = {"stage": stage, "unit": sheet.unit.name, "code": code}
    if after is None:
        summary = _("%(stage)s %(unit)s, tiêu chí %(code)s: xóa điểm.") % facts
    else:
        points = after["points"]
        shown = spoken(Decimal(points)) if points is not None else "–"
        summary = _("%(stage)s %(unit)s, tiêu chí %(code)s: %(points)s điểm.") % {
            **facts,
            "points": shown,
        }
    return Deed("save_mark", f"sheet:{sheet.pk}", summary, before, after)
