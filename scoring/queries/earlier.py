"""What earlier stages said about the leaves of a sheet, to compare with."""

from __future__ import annotations

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
    rows = (
        Mark.objects.filter(
            sheet__round=sheet.round_id, sheet__unit=sheet.unit_id, sheet__stage__in=stages
        )
        .exclude(sheet__state=SheetState.OPEN)
        .select_related("criterion", "sheet")
    )
    in_order = sorted(rows, key=lambda mark: stages.index(Stage(mark.sheet.stage)))
    return {mark.criterion.code: mark for mark in in_order}
