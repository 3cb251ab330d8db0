"""The columns of the lists of scoring when they leave as files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from compacts.models import Draft, Participant
from scoring.models import (
    Assignment,
    Award,
    CriteriaTable,
    Dossier,
    Exemption,
    Objection,
    Poll,
    Round,
)
from scoring.queries.boards import Board, BoardCell
from scoring.queries.explanations import Verified
from scoring.services.paper_kinds import ListedPaper
from units.exports import Column


def round_columns() -> list[Column[Round]]:
    """The rounds of a season."""
    return [
        Column(_("Đợt"), lambda one: one.name),
        Column(_("Trạng thái"), lambda one: one.get_state_display()),
        Column(_("Mở từ"), lambda one: one.opens_at),
        Column(_("Hạn tự chấm"), lambda one: one.due_at),
        Column(_("Hạn giải trình"), lambda one: one.explanations_due_at),
        Column(_("Hạn kiến nghị"), lambda one: one.objections_due_at),
    ]


@dataclass(frozen=True, slots=True)
class SheetOnBoard:
    """A sheet of a round's board with the unit that it is about."""

    participant: Participant
    cell: BoardCell


def sheets_on(board: Board) -> list[SheetOnBoard]:
    """The sheets of the board, unit by unit."""
    return [
        SheetOnBoard(row.participant, cell)
        for row in board.rows
        for cells in row.cells
        for cell in cells
    ]


def board_of(board: Board, sheets: Iterable[SheetOnBoard]) -> Board:
    """The board with these sheets alone; units that have none of them are left out."""
    kept = {one.cell.sheet.pk for one in sheets}
    rows = [
        replace(
            row,
            cells=tuple(
                tuple(one for one in cells if one.sheet.pk in kept) for cells in row.cells
            ),
        )
        for row in board.rows
    ]
    return replace(board, rows=tuple(row for row in rows if any(row.cells)))


def sheet_columns() -> list[Column[SheetOnBoard]]:
    """The sheets of a round."""
    return [
        Column(_("Đơn vị"), lambda one: one.participant.name),
        Column(_("Bước"), lambda one: one.cell.sheet.get_stage_display()),
        Column(_("Nơi chấm"), lambda one: one.cell.scorer),
        Column(_("Trạng thái"), lambda one: one.cell.sheet.get_state_display()),
        Column(_("Mục đã chấm"), lambda one: one.cell.done),
        Column(_("Mục phải chấm"), lambda one: one.cell.due),
        Column(_("Người chấm, gửi"), lambda one: one.cell.who),
        Column(_("Gửi lúc"), lambda one: one.cell.sheet.submitted_at),
        Column(_("Muộn"), lambda one: _("muộn") if one.cell.sheet.submitted_late else ""),
    ]


def assignment_columns() -> list[Column[Assignment]]:
    """Who scores whom."""
    return [
        Column(_("Bước"), lambda one: one.get_stage_display()),
        Column(_("Đơn vị được chấm"), lambda one: one.unit.name),
        Column(_("Nơi chấm"), lambda one: one.scorer.name if one.scorer else _("Tổ thư ký")),
        Column(
            _("Tiêu chí"),
            lambda one: ", ".join(row.code for row in one.criteria.all()) or _("tất cả"),
        ),
    ]


def exemption_columns() -> list[Column[Exemption]]:
    """What does not apply to whom."""
    return [
        Column(_("Đơn vị"), lambda one: one.unit.name),
        Column(_("Mã tiêu chí"), lambda one: one.criterion.code),
        Column(_("Tiêu chí"), lambda one: one.criterion.name),
        Column(_("Lý do"), lambda one: one.reason),
        Column(_("Trạng thái"), lambda one: one.get_state_display()),
        Column(_("Trả lời"), lambda one: one.answer),
        Column(_("Trả lời lúc"), lambda one: one.answered_at),
    ]


def explanation_columns() -> list[Column[Verified]]:
    """What was verified of a unit and what it explained."""
    return [
        Column(_("Mã tiêu chí"), lambda row: row.criterion.code),
        Column(_("Tiêu chí"), lambda row: row.criterion.name),
        Column(_("Tự chấm"), lambda row: row.own),
        Column(_("Thẩm định"), lambda row: row.verified),
        Column(_("Lý do thẩm định"), lambda row: row.comment),
        Column(_("Giải trình"), lambda row: row.explanation.text if row.explanation else ""),
        Column(_("Trả lời"), lambda row: row.explanation.answer if row.explanation else ""),
    ]


def poll_columns() -> list[Column[Poll]]:
    """The ballots of a season."""
    return [
        Column(_("Nội dung"), lambda one: one.name),
        Column(_("Đợt chấm"), lambda one: one.round.name),
        Column(_("Hình thức"), lambda one: _("Kín") if one.is_secret else _("Công khai")),
        Column(_("Cách"), lambda one: one.get_way_display()),
        Column(_("Trạng thái"), lambda one: one.get_state_display()),
        Column(_("Mở lúc"), lambda one: one.opened_at),
        Column(_("Khóa lúc"), lambda one: one.closed_at),
    ]


def objection_columns() -> list[Column[Objection]]:
    """The objections to a published ranking."""
    return [
        Column(_("Đơn vị"), lambda one: one.unit.name),
        Column(_("Bản công bố"), lambda one: one.publication.version),
        Column(_("Kiến nghị"), lambda one: one.text),
        Column(_("Gửi lúc"), lambda one: one.written_at),
        Column(_("Trạng thái"), lambda one: one.get_state_display()),
        Column(_("Trả lời"), lambda one: one.answer),
        Column(_("Trả lời lúc"), lambda one: one.answered_at),
    ]


def award_columns() -> list[Column[Award]]:
    """What the bloc proposed and what the Council decided."""
    return [
        Column(_("Danh hiệu"), lambda one: one.title_name),
        Column(_("Đơn vị"), lambda one: one.unit.name),
        Column(_("Khối"), lambda one: _("đề nghị") if one.proposed else _("không đề nghị")),
        Column(_("Đề nghị lúc"), lambda one: one.proposed_at),
        Column(_("Hội đồng"), lambda one: one.get_outcome_display()),
        Column(_("Số quyết định"), lambda one: one.decision_number),
        Column(_("Ngày quyết định"), lambda one: one.decided_on),
        Column(_("Ghi chú"), lambda one: one.note),
    ]


def table_columns() -> list[Column[CriteriaTable]]:
    """Scoring tables, drafts and frozen ones."""
    return [
        Column(_("Mã"), lambda one: one.code),
        Column(_("Bản"), lambda one: one.version),
        Column(_("Tên bảng"), lambda one: one.title),
        Column(_("Năm"), lambda one: one.year),
        Column(_("Tổng điểm"), lambda one: one.max_total.normalize()),
        Column(_("Khóa lúc"), lambda one: one.frozen_at),
        Column(_("Hạn góp ý"), lambda one: one.comments_due_at),
    ]


def dossier_columns() -> list[Column[Dossier]]:
    """The archives that a person ordered."""
    return [
        Column(_("Yêu cầu lúc"), lambda one: one.requested_at),
        Column(_("Năm"), lambda one: one.year),
        Column(_("Tình trạng"), lambda one: one.job.get_state_display() if one.job else ""),
        Column(_("Kích thước (byte)"), lambda one: one.size or None),
    ]


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A paper made from the season's data, or a text that is being agreed on."""

    paper: ListedPaper | None = None
    draft: Draft | None = None


def _issued(line: PaperLine) -> str:
    if line.draft is not None:
        return line.draft.number
    return line.paper.issued.number if line.paper and line.paper.issued else ""


def paper_columns() -> list[Column[PaperLine]]:
    """Every paper of a season."""

    def kind(line: PaperLine) -> str:
        if line.draft is not None:
            return str(line.draft.get_kind_display())
        return str(line.paper.kind.label) if line.paper else ""

    def about(line: PaperLine) -> str:
        if line.draft is not None:
            return line.draft.title
        return line.paper.subject.label if line.paper else ""

    return [
        Column(_("Loại văn bản"), kind),
        Column(_("Về"), about),
        Column(_("Trạng thái"), lambda line: line.draft.get_state_display() if line.draft else ""),
        Column(_("Số, ký hiệu"), _issued),
        Column(
            _("Ngày ban hành"),
            lambda line: (
                line.draft.issued_on
                if line.draft
                else (line.paper.issued.issued_on if line.paper and line.paper.issued else None)
            ),
        ),
        Column(
            _("Mã kiểm tra"),
            lambda line: line.paper.issued.verify_code if line.paper and line.paper.issued else "",
        ),
    ]
