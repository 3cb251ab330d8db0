"""Writing one mark: checked by the engine, versioned, its points worked out at once."""

from __future__ import annotations

from collections.abc import Mapping
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
from units.access import require
from units.models import Person
from units.rules import EditConflictError, RuleError
from units.services.audit import record

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
        if code not in self.scope:
            raise RuleError(_("Tiêu chí này không thuộc phiếu chấm."))
        if code in self.exempt:
            raise RuleError(_("Tiêu chí này không áp dụng với đơn vị."))
        return self.table.criterion(code)


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
    rules.check_round(RoundAction.SCORE, sheet.round.state)
    rules.check_sheet(action, sheet.state)
    if sheet.round.opens_at and timezone.now() < sheet.round.opens_at:
        raise RuleError(_("Chưa đến giờ mở của đợt chấm điểm."))
    table = table_of(sheet.round)
    exempt = exemptions_of(sheet.round.season_id, sheet.unit_id, table)
    return Desk(actor, sheet, table, scope_of(sheet, table), frozenset(exempt))


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
    if sheet.stage == Stage.VERIFY:
        return own_sheet_sent(sheet)
    return sheet.stage in {Stage.RECHECK, Stage.FINAL}


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
    return put_mark(desk, criterion=criterion, entry=entry, comment=comment, version=version)


def put_mark(
    desk: Desk, *, criterion: str, entry: Entry | None, comment: str, version: int
) -> Mark | None:
    """What ``save_mark`` does, on a sheet in hand."""
    leaf = desk.leaf(criterion)
    standing = (
        Mark.objects.select_related("marked_by", "criterion")
        .filter(sheet=desk.sheet, criterion__code=criterion)
        .first()
    )
    comment = comment.strip()
    if _stands(standing, entry, comment):
        return standing
    if desk.sheet.stage == Stage.SELF and criterion in recorded_sources(desk.sheet):
        raise RuleError(_("Mục này tự lấy số liệu từ hồ sơ của mùa thi đua."))
    if (standing.version if standing else 0) != version:
        raise MarkConflictError(standing)
    if entry is None:
        if comment:
            raise MarkRefusedError({"comment": _("Hãy chấm điểm trước khi ghi chú.")})
        _clear(desk, standing)
        return None
    return write_mark(desk, leaf, entry, comment, standing)


def _stands(standing: Mark | None, entry: Entry | None, comment: str) -> bool:
    if standing is None:
        return entry is None and not comment
    return entry is not None and standing.entry == entry and standing.comment == comment


def _check(desk: Desk, leaf: Leaf, entry: Entry, comment: str) -> Decimal | None:
    faults = check_entry(leaf, entry)
    if faults:
        by_field: dict[str, str] = {}
        for fault in faults:
            key = fault.path.partition("[")[0] or "entry"
            by_field.setdefault(key, _words(fault.message, fault.expected))
        raise MarkRefusedError(by_field)
    if len(comment) > COMMENT_LIMIT:
        text = _("Ghi chú dài quá %(limit)s ký tự.") % {"limit": COMMENT_LIMIT}
        raise MarkRefusedError({"comment": text})
    # What a relative rule gives depends on the other units: it is known with the standings.
    waits = isinstance(leaf.rule, Relative)
    points = None if waits else points_of(leaf, entry, desk.table.precision)
    if comment or not needs_reason(desk.sheet):
        return points
    if differs(entry, points, earlier_marks(desk.sheet).get(leaf.code)):
        text = _("Khác với điểm tự chấm: hãy ghi lý do.")
        if desk.sheet.stage != Stage.VERIFY:
            text = _("Khác với điểm bước trước: hãy ghi lý do.")
        raise MarkRefusedError({"comment": text})
    return points


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
    points = _check(desk, leaf, entry, comment)
    version = _next_version(desk.sheet)
    if standing is None:
        mark = Mark(sheet=desk.sheet, criterion=_row(desk, leaf.code))
        before = None
    else:
        mark = standing
        before = _facts(standing)
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
    _audit(desk, leaf.code, before, _facts(mark))
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
    _audit(desk, standing.criterion.code, _facts(standing), None)
    standing.delete()


def _facts(mark: Mark) -> dict[str, Any]:
    points = None if mark.points is None else f"{mark.points:f}"
    return {"entry": mark.entry, "points": points, "comment": mark.comment}


def _audit(
    desk: Desk, code: str, before: dict[str, Any] | None, after: dict[str, Any] | None
) -> None:
    sheet = desk.sheet
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
    record(
        chain=sheet.round.season.audit_chain,
        actor=desk.actor,
        action="save_mark",
        target=f"sheet:{sheet.pk}",
        summary=summary,
        before=before,
        after=after,
    )
