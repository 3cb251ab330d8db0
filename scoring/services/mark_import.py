"""Marks of many sheets at once, from a filled file: all of them, or none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from scoring.models import Round
from scoring.queries.marking import Marking
from scoring.services.marks import (
    Desk,
    MarkRefusedError,
    asks_reason,
    check_change,
    check_opened,
    check_reason,
    checked_points,
    put_mark,
    stands,
    take,
)
from units.models import Person
from units.rules import RuleError
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
        try:
            check_opened(scored)
            _check(by_sheet[one.sheet_id], one)
        except MarkRefusedError as refusal:
            faults[one.number] = refusal.faults
        except RuleError as refusal:
            faults[one.number] = {WHOLE_LINE: str(refusal)}
    return faults


def _check(on: Marking, one: GivenMark) -> None:
    standing = on.marks.get(one.criterion)
    if one.entry is None or stands(standing, one.entry, one.comment):
        return
    # A line that the records fill in is never among those that a file may change.
    check_change(standing, one.version, recorded=False)
    leaf = on.table.criterion(one.criterion)
    points = checked_points(leaf, one.entry, one.comment, on.table.precision)
    stage = on.sheet.stage
    if not one.comment and asks_reason(stage, own_sent=on.own_sent):
        check_reason(stage, one.entry, points, on.earlier.get(one.criterion))


@transaction.atomic
def import_marks(*, actor: Person, given: Sequence[GivenMark]) -> int:
    """Write all marks; how many there were.

    Raises ``RuleError`` naming the lines where one cannot be written, and then none is.
    """
    faults = _put_all(actor, given)
    if faults:
        numbers = ", ".join(str(number) for number in sorted(faults)[:10])
        raise RuleError(_("Chưa nhập gì: dòng %(numbers)s có lỗi.") % {"numbers": numbers})
    return len(given)


def _put_all(actor: Person, given: Sequence[GivenMark]) -> dict[int, dict[str, str]]:
    by_sheet: dict[int, list[GivenMark]] = defaultdict(list)
    for one in given:
        by_sheet[one.sheet_id].append(one)
    faults: dict[int, dict[str, str]] = {}
    # Always in the same order, so that two imports never wait for each other.
    for sheet_id in sorted(by_sheet):
        try:
            desk = take(actor, sheet_id)
        except RuleError as refusal:
            faults |= {one.number: {WHOLE_LINE: str(refusal)} for one in by_sheet[sheet_id]}
            continue
        for one in by_sheet[sheet_id]:
            fault = _put(desk, one)
            if fault:
                faults[one.number] = fault
    return faults


def _put(desk: Desk, one: GivenMark) -> dict[str, str]:
    try:
        put_mark(
            desk,
            criterion=one.criterion,
            entry=one.entry,
            comment=one.comment,
            version=one.version,
        )
    except MarkRefusedError as refusal:
        return refusal.faults
    except RuleError as refusal:
        return {WHOLE_LINE: str(refusal)}
    return {}
