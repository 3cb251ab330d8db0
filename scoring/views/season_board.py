"""The desk of a season: every unit at every step, and who is to be reminded."""

from __future__ import annotations

from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from compacts.models import Participant, Season
from compacts.permissions import can_manage_season
from compacts.queries import season_tabs
from scoring.queries.season_board import SeasonBoard, StepColumn, season_board
from scoring.queries.season_cells import CellState
from units.exports import Column
from units.http import PersonRequest
from units.listing import Filter, Listing

NOT_DONE = "chua"


def _text_of(board: SeasonBoard, step: StepColumn) -> Column[Participant]:
    return Column(str(step.label), lambda row: board.cell(step, row).standing)


def _day_of(board: SeasonBoard, step: StepColumn) -> Column[Participant]:
    title = _("%(step)s: ngày xong") % {"step": step.label}
    return Column(title, lambda row: board.cell(step, row).done_on)


def _who_of(board: SeasonBoard, step: StepColumn) -> Column[Participant]:
    title = _("%(step)s: người làm") % {"step": step.label}
    return Column(title, lambda row: board.cell(step, row).who)


def _columns(board: SeasonBoard, steps: list[StepColumn]) -> list[Column[Participant]]:
    columns: list[Column[Participant]] = [Column(_("Đơn vị"), lambda row: row.name)]
    for step in steps:
        columns += [_text_of(board, step), _day_of(board, step), _who_of(board, step)]
    return columns


@require_safe
def desk(request: PersonRequest, bloc: str, year: int) -> HttpResponseBase:
    """Units against steps; ``?buoc=`` and ``?tinh=`` keep the units in that state of a step."""
    seasons = Season.objects.visible_to(request.user).select_related("bloc__council", "compact")
    found = get_object_or_404(seasons, bloc__code=bloc, year=year)
    board = season_board(found, request.user)
    steps = [step for step in board.steps if step.cells]
    wanted = next((one for one in steps if one.key == request.GET.get("buoc")), None)
    asked = request.GET.get("tinh", "")
    states = [one for one in CellState if one != CellState.HIDDEN]
    shown = Listing(
        request,
        _columns(board, steps),
        board.participants,
        filters=[
            Filter("buoc", _("Bước"), [(step.key, step.label) for step in steps]),
            Filter(
                "tinh",
                _("Tình trạng"),
                [(NOT_DONE, _("Chưa xong")), *((one.value, one.label) for one in states)],
                lambda row: _state_of(board, wanted, row, asked),
            ),
        ],
    )
    file = shown.file(f"tien-trinh-{bloc}-{year}")
    if file is not None:
        return file
    rows = [(row, [(step, board.cell(step, row)) for step in steps]) for row in shown.rows]
    context = {
        "season": found,
        "season_tabs": season_tabs(found, "overview"),
        "board": board,
        "steps": steps,
        "wanted": wanted,
        "may_manage": can_manage_season(request.user, found),
        **shown.context(rows),
    }
    return render(request, "scoring/season_board.html", context)


def _state_of(
    board: SeasonBoard, step: StepColumn | None, participant: Participant, asked: str
) -> str:
    """The unit's state at the step; what was asked for where no step was named."""
    if step is None:
        return asked
    cell = board.cell(step, participant)
    return asked if asked == NOT_DONE and cell.is_behind else cell.state
