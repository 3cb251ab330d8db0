"""Sheets: taken over from the unit's own, sent, returned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from scoring import rules
from scoring.engine.table import Criterion as Leaf
from scoring.models import Evidence, Mark, Sheet
from scoring.permissions import can_return_sheet
from scoring.queries.earlier import earlier_marks
from scoring.queries.sheets import is_due
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
from scoring.services.notices import tell_sheet_returned, tell_verified
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
        super().__init__(
            ngettext(
                "Chưa gửi được: còn %(count)s chỗ thiếu.",
                "Chưa gửi được: còn %(count)s chỗ thiếu.",
                len(lacks),
            )
            % {"count": len(lacks)}
        )
        self.lacks = tuple(lacks)


def _marks(sheet: Sheet) -> dict[str, Mark]:
    rows = Mark.objects.filter(sheet=sheet).select_related("criterion")
    return {row.criterion.code: row for row in rows}


def _proved(sheet_marks: dict[str, Mark]) -> set[str]:
    rows = Evidence.objects.filter(
        mark__in=[mark.pk for mark in sheet_marks.values()], withdrawn_at__isnull=True
    )
    recorded = {code for code, mark in sheet_marks.items() if mark.from_records}
    return recorded | set(rows.values_list("mark__criterion__code", flat=True))


def lacks_of(desk: Desk) -> list[Lack]:
    """What the sheet lacks before it can be sent, in the table's order.

    Every base leaf that applies needs a mark (0 is one, gates are never met unless marked), but
    for the bloc's decision, which names only what it changes. A self sheet needs its evidence,
    what checks it a reason wherever it differs from the stage before.
    """
    marks = _marks(desk.sheet)
    is_self = desk.sheet.stage == Stage.SELF
    proved = _proved(marks) if is_self else set()
    compare = needs_reason(desk.sheet)
    earlier = earlier_marks(desk.sheet) if compare else {}
    found = []
    for leaf in desk.table.leaves():
        if leaf.code not in desk.scope or leaf.code in desk.exempt:
            continue
        mark = marks.get(leaf.code)
        if mark is None:
            if is_due(leaf) and desk.sheet.stage != Stage.FINAL:
                found.append(Lack(leaf.code, _("chưa chấm")))
        elif is_self and leaf.code not in proved and _needs_evidence(leaf, mark):
            found.append(Lack(leaf.code, _("chưa có minh chứng")))
        elif compare and not mark.comment and _differs(mark, earlier.get(leaf.code)):
            found.append(Lack(leaf.code, _("khác điểm bước trước, chưa ghi lý do")))
    return found


def _needs_evidence(leaf: Leaf, mark: Mark) -> bool:
    """Does the leaf ask for evidence? A bonus or minus of nothing has nothing to prove."""
    return leaf.evidence and (leaf.adds == "base" or mark.points != 0)


def _differs(mark: Mark, earlier: Mark | None) -> bool:
    return differs(mark.entry, mark.points, earlier)


@transaction.atomic
def submit_sheet(*, actor: Person, sheet_id: int) -> Sheet:
    """Send the sheet; a self sheet first sent at or after the round's due time is marked late.

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
    if sheet.first_submitted_at is None:
        sheet.first_submitted_at = sheet.submitted_at
        sheet.submitted_late = sheet.stage == Stage.SELF and is_late(sheet.round)
    sheet.return_reason = ""
    sheet.version += 1
    sheet.save(
        update_fields=[
            "state",
            "submitted_at",
            "first_submitted_at",
            "submitted_by",
            "submitted_late",
            "return_reason",
            "version",
        ]
    )
    text = _("%(who)s gửi muộn phiếu %(stage)s của %(unit)s.")
    if not sheet.submitted_late:
        text = _("%(who)s gửi phiếu %(stage)s của %(unit)s.")
    _audit(actor, sheet, "submit_sheet", text, before)
    if sheet.stage == Stage.VERIFY:
        tell_verified(sheet, actor)
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
def follow_earlier(*, actor: Person, sheet_id: int, criterion: str | None = None) -> int:
    """Mark as the stage before: one leaf, or (None) all unmarked ones.

    A verification takes over all only where the unit gave evidence. Answers how many marks were
    written. Raises ``RuleError`` where the unit has not sent its own sheet.
    """
    desk = take(actor, sheet_id)
    if desk.sheet.stage in {Stage.SELF, Stage.CROSS}:
        raise RuleError(_("Phiếu này không có điểm bước trước để theo."))
    if not own_sheet_sent(desk.sheet):
        raise RuleError(_("Đơn vị chưa gửi phiếu tự chấm."))
    earlier = earlier_marks(desk.sheet)
    marks = _marks(desk.sheet)
    if criterion is not None:
        leaf = desk.leaf(criterion)
        if criterion not in earlier:
            raise RuleError(_("Bước trước không chấm mục này."))
        mine = marks.get(criterion)
        write_mark(desk, leaf, earlier[criterion].entry, mine.comment if mine else "", mine)
        return 1
    wanted = _proved(earlier) if desk.sheet.stage == Stage.VERIFY else set(earlier)
    wanted = (wanted & desk.scope) - desk.exempt - set(marks)
    for leaf in desk.table.leaves():
        if leaf.code in wanted:
            write_mark(desk, leaf, earlier[leaf.code].entry, "", None)
    return len(wanted)
