"""Marks of many sheets at once, from a filled file: all of them, or none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from scoring.models import Mark, Round, Sheet
from scoring.permissions import can_mark_sheet
from scoring.queries.marking import Marking, markings_of
from scoring.queries.sheets import markable_by
from scoring.services.marks import (
    MarkRefusedError,
    asks_reason,
    check_change,
    check_leaf,
    check_opened,
    check_reason,
    check_states,
    checked_points,
    deed_of,
    mark_facts,
    stands,
)
from units.access import require
from units.models import Person
from units.rules import RuleError
from units.services.audit import Deed, record_all
from units.workbooks import ImportColumn

# The field under which stands what is wrong with a line as a whole.
WHOLE_LINE = "line"

# A filled file is read by these, in whatever language the page is.
COLUMNS = (
    ImportColumn("stage", "Bước", needed=True),
    ImportColumn("unit", "Mã đơn vị", needed=True),
    ImportColumn("unit_name", "Đơn vị"),
    ImportColumn("scorer", "Bên chấm"),
    ImportColumn("criterion", "Mã tiêu chí", needed=True),
    ImportColumn("criterion_name", "Tiêu chí"),
    ImportColumn("most", "Điểm chuẩn"),
    ImportColumn("hint", "Điền gì"),
    ImportColumn("result", "Kết quả", needed=True),
    ImportColumn("target", "Chỉ tiêu"),
    ImportColumn("comment", "Ghi chú, lý do"),
    ImportColumn("version", "Lần sửa (không đổi)"),
)


@dataclass(frozen=True, slots=True)
class GivenMark:
    """A mark of a filled file: the line it stands in, and what ``save_mark`` takes."""

    number: int
    sheet_id: int
    criterion: str
    entry: Mapping[str, Any] | None
    comment: str
    version: int


def faults_of_marks(
    scored: Round, markings: Iterable[Marking], given: Iterable[GivenMark]
) -> dict[int, dict[str, str]]:
    """What would keep the marks out of the round's sheets in hand, by line and field; no query.

    The same refusals as those of ``import_marks``, which asks anew.
    """
    by_sheet = {one.sheet.pk: one for one in markings}
    faults: dict[int, dict[str, str]] = {}
    for one in given:
        on = by_sheet[one.sheet_id]
        try:
            check_opened(scored)
            _wanted(on, one, on.marks.get(one.criterion))
        except RuleError as refusal:
            faults[one.number] = _fault(refusal)
    return faults


def _fault(refusal: RuleError) -> dict[str, str]:
    if isinstance(refusal, MarkRefusedError):
        return refusal.faults
    return {WHOLE_LINE: str(refusal)}


def _wanted(on: Marking, one: GivenMark, standing: Mark | None) -> Mark | None:
    """The mark that the line makes of the standing one, None where it changes nothing.

    Raises ``RuleError`` where it may not be written. The mark has no version yet.
    """
    check_leaf(one.criterion, on.scope, on.exempt)
    comment = one.comment.strip()
    if stands(standing, one.entry, comment):
        return None
    check_change(standing, one.version, recorded=one.criterion in on.recorded)
    if one.entry is None:
        # A file takes no mark away.
        raise MarkRefusedError({"entry": _("Hãy ghi ô này.")})
    leaf, stage = on.table.criterion(one.criterion), on.sheet.stage
    points = checked_points(leaf, one.entry, comment, on.table.precision)
    if not comment and asks_reason(stage, own_sent=on.own_sent):
        check_reason(stage, one.entry, points, on.earlier.get(one.criterion))
    return Mark(sheet=on.sheet, entry=dict(one.entry), points=points, comment=comment)


@dataclass(slots=True)
class _Changes:
    """What a file changes on one sheet, as far as it was found right; nothing is stored yet."""

    actor: Person
    on: Marking
    marks: dict[str, Mark] = field(default_factory=dict)
    deeds: list[Deed] = field(default_factory=list)

    def add(self, one: GivenMark) -> None:
        """Take one more mark; raises what ``save_mark`` would raise for it."""
        sheet, code = self.on.sheet, one.criterion
        check_states(sheet)
        standing = self.marks.get(code) or self.on.marks.get(code)
        mark = _wanted(self.on, one, standing)
        if mark is None:
            return
        sheet.version += 1
        mark.version, mark.marked_by = sheet.version, self.actor
        before = mark_facts(standing) if standing else None
        self.deeds.append(deed_of(sheet, code, before, mark_facts(mark)))
        self.marks[code] = mark

    def rows(self) -> Iterator[Mark]:
        """The marks with the criteria they are for."""
        criteria = {row.criterion.code: row.criterion for row in self.on.rows}
        for code, mark in self.marks.items():
            mark.criterion = criteria[code]
            yield mark


@transaction.atomic
def import_marks(*, actor: Person, given: Sequence[GivenMark]) -> int:
    """Write all marks; how many there were.

    The same number of statements for any number of marks of a round. Raises ``AccessDenied`` for
    a sheet that is not the actor's, ``RuleError`` naming the lines where one cannot be written,
    and then none is.
    """
    by_sheet: dict[int, list[GivenMark]] = defaultdict(list)
    for one in given:
        by_sheet[one.sheet_id].append(one)
    changes: list[_Changes] = []
    faults: dict[int, dict[str, str]] = {}
    for on in _taken(actor, by_sheet):
        changes.append(_Changes(actor, on))
        for one in by_sheet[on.sheet.pk]:
            try:
                changes[-1].add(one)
            except RuleError as refusal:
                faults[one.number] = _fault(refusal)
    if faults:
        numbers = ", ".join(str(number) for number in sorted(faults)[:10])
        raise RuleError(_("Chưa nhập gì: dòng %(numbers)s có lỗi.") % {"numbers": numbers})
    _store(actor, [one for one in changes if one.deeds])
    return len(given)


def _taken(actor: Person, sheet_ids: Collection[int]) -> list[Marking]:
    """The sheets locked for writing, with what their marks are judged by."""
    # Always in the same order, so that two imports never wait for each other.
    locked = Sheet.objects.select_for_update(of=("self",)).filter(pk__in=sheet_ids).order_by("pk")
    of_round: dict[int, list[Sheet]] = defaultdict(list)
    for sheet in locked.select_related("unit"):
        of_round[sheet.round_id].append(sheet)
    own = Sheet.objects.filter(markable_by(actor), pk__in=sheet_ids)
    allowed = set(own.values_list("pk", flat=True))
    # Read after the lock, so that a round that is closed meanwhile is seen.
    rounds = Round.objects.select_related("season__bloc__council").in_bulk(of_round)
    found: list[Marking] = []
    for pk, sheets in of_round.items():
        for sheet in sheets:
            sheet.round = rounds[pk]
            if sheet.pk not in allowed:
                require(can_mark_sheet(actor, sheet))
        found += markings_of(rounds[pk], sheets)
    return found


def _store(actor: Person, changes: Collection[_Changes]) -> None:
    Mark.objects.bulk_create(
        [mark for one in changes for mark in one.rows()],
        update_conflicts=True,
        unique_fields=["sheet", "criterion"],
        update_fields=[
            "entry", "points", "comment", "from_records", "version", "marked_by", "marked_at",
        ],
    )  # fmt: skip
    sheets = [one.on.sheet for one in changes]
    Sheet.objects.bulk_update(sheets, ["version"])
    deeds: dict[str, list[Deed]] = defaultdict(list)
    for one in changes:
        deeds[one.on.sheet.round.season.audit_chain] += one.deeds
    for chain, done in deeds.items():
        record_all(chain=chain, actor=actor, deeds=done)
