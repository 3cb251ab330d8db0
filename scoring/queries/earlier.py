"""What earlier stages said about the leaves of a sheet, to compare with."""

from __future__ import annotations

from collections.abc import Iterable

from scoring.models import Mark, Sheet
from scoring.rules import SheetState, Stage

# Cross-checks are opinions beside each other: nobody answers to them one by one.
_COMPARED = tuple(stage for stage in Stage if stage != Stage.CROSS)


def stages_before(stage: str) -> tuple[Stage, ...]:
    """The stages that a sheet of this stage is compared with, first to last."""
    if stage == Stage.CROSS:
        return ()
    return _COMPARED[: _COMPARED.index(Stage(stage))]


def earlier_marks(sheet: Sheet) -> dict[str, Mark]:
    """For each leaf the mark of the nearest earlier stage that was sent and has one; one query."""
    stages = stages_before(sheet.stage)
    rows = Mark.objects.filter(
        sheet__round=sheet.round_id, sheet__unit=sheet.unit_id, sheet__stage__in=stages
    )
    return nearest_earlier(
        sheet,
        rows.exclude(sheet__state=SheetState.OPEN).select_related("criterion", "sheet"),
    )


def nearest_earlier(sheet: Sheet, marks: Iterable[Mark]) -> dict[str, Mark]:
    """What ``earlier_marks`` says, out of marks of the sheet's unit and round; no query."""
    stages = stages_before(sheet.stage)
    sent = (
        mark
        for mark in marks
        if mark.sheet.stage in stages and mark.sheet.state != SheetState.OPEN
    )
    in_order = sorted(sent, key=lambda mark: stages.index(Stage(mark.sheet.stage)))
    return {mark.criterion.code: mark for mark in in_order}
