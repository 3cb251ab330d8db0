"""Sheets: taken over from the unit's own, sent, returned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from scoring import rules
from scoring.models import Evidence, Mark, Sheet
from scoring.permissions import can_return_sheet
from scoring.rules import RoundAction, SheetAction, SheetState, Stage
from scoring.services.marks import (
    Desk,
    differs,
    is_late,
    lock_sheet,
    needs_reason,
    own_sheet_sent,
    take,
    write_mark,
)
from scoring.services.notices import tell_sheet_returned
from scoring.services.records import write_from_records
from units.access import require
from units.models import Person
from units.rules import RuleError
from units.services.audit import record


@dataclass(frozen=True, slots=True)
class Lack:
    """What keeps a sheet from being sent: a leaf, and what is missing there."""

    code: str
    what: str


class IncompleteSheetError(RuleError):
    """The sheet cannot be sent yet; ``lacks`` names every line and what it lacks."""

    def __init__(self, lacks: Sequence[Lack]) -> None:
        super().__init__(_("Chưa gửi được: còn %(count)s chỗ thiếu.") % {"count": len(lacks)})
        self.lacks = tuple(lacks)


def _marks(sheet: Sheet) -> dict[str, Mark]:
    rows = Mark.objects.filter(sheet=sheet).select_related("criterion")
    return {row.criterion.code: row for row in rows}


def _own_marks(sheet: Sheet) -> dict[str, Mark]:
    """The marks of the unit's own sheet, once it was sent."""
    rows = Mark.objects.filter(
        sheet__round=sheet.round_id, sheet__unit=sheet.unit_id, sheet__stage=Stage.SELF
    )
    sent = rows.exclude(sheet__state=SheetState.OPEN).select_related("criterion")
    return {row.criterion.code: row for row in sent}


def _proved(sheet_marks: dict[str, Mark]) -> set[str]:
    rows = Evidence.objects.filter(
        mark__in=[mark.pk for mark in sheet_marks.values()], withdrawn_at__isnull=True
    )
    recorded = {code for code, mark in sheet_marks.items() if mark.from_records}
    return recorded | set(rows.values_list("mark__criterion__code", flat=True))


def lacks_of(desk: Desk) -> list[Lack]:
    """What the sheet lacks before it can be sent, in the table's order.

    Every base leaf that applies needs a mark (0 is one, gates are never met unless marked); a
    self sheet needs its evidence, a verification a reason wherever it differs.
    """
    marks = _marks(desk.sheet)
    is_self = desk.sheet.stage == Stage.SELF
    proved = _proved(marks) if is_self else set()
    compare = needs_reason(desk.sheet, own_sheet_sent(desk.sheet))
    own = _own_marks(desk.sheet) if compare else {}
    found = []
    for leaf in desk.table.leaves():
        if leaf.code not in desk.scope or leaf.code in desk.exempt:
            continue
        mark = marks.get(leaf.code)
        if mark is None:
            if leaf.adds == "base" and not leaf.is_gate:
                found.append(Lack(leaf.code, _("chưa chấm")))
        elif is_self and leaf.evidence and leaf.code not in proved:
            found.append(Lack(leaf.code, _("chưa có minh chứng")))
        elif compare and not mark.comment and differs(mark.entry, mark.points, own.get(leaf.code)):
            found.append(Lack(leaf.code, _("khác điểm tự chấm, chưa ghi lý do")))
    return found


@transaction.atomic
def submit_sheet(*, actor: Person, sheet_id: int) -> Sheet:
    """Send the sheet; a self sheet sent at or after the round's due time is marked late.

    Sending a sent sheet changes nothing. Raises ``IncompleteSheetError`` naming what lacks.
    """
    sheet = lock_sheet(sheet_id)
    if sheet.state == SheetState.SUBMITTED:
        return sheet
    desk = take(actor, sheet_id, SheetAction.SUBMIT)
    sheet = desk.sheet
    write_from_records(desk)
    lacks = lacks_of(desk)
    if lacks:
        raise IncompleteSheetError(lacks)
    before = sheet.state
    sheet.state = SheetState.SUBMITTED
    sheet.submitted_at = timezone.now()
    sheet.submitted_by = actor
    sheet.submitted_late = sheet.stage == Stage.SELF and is_late(sheet.round)
    sheet.return_reason = ""
    sheet.version += 1
    sheet.save(
        update_fields=[
            "state", "submitted_at", "submitted_by", "submitted_late", "return_reason", "version",
        ]
    )  # fmt: skip
    text = _("%(who)s gửi muộn phiếu %(stage)s của %(unit)s.")
    if not sheet.submitted_late:
        text = _("%(who)s gửi phiếu %(stage)s của %(unit)s.")
    _audit(actor, sheet, "submit_sheet", text, before)
    return sheet


@transaction.atomic
def return_sheet(*, actor: Person, sheet_id: int, reason: str) -> Sheet:
    """Give a sent sheet back to its scorer to be changed, with the reason."""
    sheet = lock_sheet(sheet_id)
    require(can_return_sheet(actor, sheet))
    rules.check_round(RoundAction.SCORE, sheet.round.state)
    rules.check_sheet(SheetAction.RETURN, sheet.state)
    if not reason.strip():
        raise RuleError(_("Hãy ghi lý do trả lại."), field="reason")
    before = sheet.state
    sheet.state = SheetState.RETURNED
    sheet.return_reason = reason.strip()
    sheet.version += 1
    sheet.save(update_fields=["state", "return_reason", "version"])
    text = _("%(who)s trả lại phiếu %(stage)s của %(unit)s.")
    _audit(actor, sheet, "return_sheet", text, before)
    tell_sheet_returned(sheet, actor)
    return sheet


def _audit(actor: Person, sheet: Sheet, action: str, text: str, before: str) -> None:
    facts = {
        "who": actor.full_name,
        "stage": sheet.get_stage_display().lower(),
        "unit": sheet.unit.name,
    }
    record(
        chain=sheet.round.season.audit_chain,
        actor=actor,
        action=action,
        target=f"sheet:{sheet.pk}",
        summary=text % facts,
        before={"state": before},
        after={
            "state": sheet.state,
            "late": sheet.submitted_late,
            "reason": sheet.return_reason,
        },
    )


@transaction.atomic
def follow_self(*, actor: Person, sheet_id: int, criterion: str | None = None) -> int:
    """Mark as the unit proposed: one leaf, or (None) all unmarked ones that have evidence.

    Answers how many marks were written. Raises ``RuleError`` where the unit has not sent its
    own sheet.
    """
    desk = take(actor, sheet_id)
    if desk.sheet.stage == Stage.SELF:
        raise RuleError(_("Phiếu tự chấm không có đề xuất để theo."))
    if not own_sheet_sent(desk.sheet):
        raise RuleError(_("Đơn vị chưa gửi phiếu tự chấm."))
    own = _own_marks(desk.sheet)
    marks = _marks(desk.sheet)
    if criterion is not None:
        leaf = desk.leaf(criterion)
        if criterion not in own:
            raise RuleError(_("Đơn vị không tự chấm mục này."))
        mine = marks.get(criterion)
        write_mark(desk, leaf, own[criterion].entry, mine.comment if mine else "", mine)
        return 1
    wanted = (_proved(own) & desk.scope) - desk.exempt - set(marks)
    for leaf in desk.table.leaves():
        if leaf.code in wanted:
            write_mark(desk, leaf, own[leaf.code].entry, "", None)
    return len(wanted)
