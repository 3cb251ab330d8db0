"""The columns of the lists of seasons when they leave as files."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from compacts.models import (
    AdHocTask,
    Announcement,
    Comment,
    Conference,
    KeyTask,
    Movement,
    Participant,
    Progress,
    Registration,
    RoleModel,
    Season,
)
from compacts.queries.invitations import InvitationLine
from compacts.rules import Light, MovementPhase
from units.exports import Column
from units.models import AuditEntry
from units.services.audit import SYSTEM
from units.trail import told
from units.vietnamese import date_text


@dataclass(frozen=True, slots=True)
class MovementLine:
    """A movement in the catalogue and where it is today."""

    movement: Movement
    phase: MovementPhase


def season_columns() -> list[Column[Season]]:
    """The list of seasons."""
    return [
        Column(_("Năm"), lambda season: season.year),
        Column(_("Khối"), lambda season: season.bloc.name),
        Column(_("Bắt đầu"), lambda season: season.starts_on),
        Column(_("Kết thúc"), lambda season: season.ends_on),
    ]


def ad_hoc_columns() -> list[Column[AdHocTask]]:
    """The register of ad-hoc tasks."""
    return [
        Column(_("Nhiệm vụ"), lambda task: task.text),
        Column(_("Đơn vị"), lambda task: task.unit.name),
        Column(_("Người giao"), lambda task: task.assigned_by),
        Column(_("Ngày giao"), lambda task: task.assigned_on),
        Column(_("Hạn"), lambda task: task.due_on),
        Column(_("Hoàn thành"), lambda task: task.done_on),
        Column(_("Kết quả"), lambda task: task.result),
        Column(_("Trạng thái"), lambda task: task.get_state_display()),
    ]


def _multiplications(model: RoleModel) -> str:
    """One line for each: where, when, what was done."""
    return "\n".join(
        f"{one.where} ({date_text(one.done_on)}): {one.deed}"
        for one in model.multiplications.all()
    )


def role_model_columns() -> list[Column[RoleModel]]:
    """The exemplary models."""
    return [
        Column(_("Tên"), lambda model: model.name),
        Column(_("Đơn vị"), lambda model: model.unit.name),
        Column(_("Tóm tắt"), lambda model: model.summary),
        Column(_("Câu chuyện"), lambda model: model.story),
        Column(_("Cách nhân rộng"), lambda model: model.multiplied),
        Column(_("Số nơi đã nhân rộng"), lambda model: model.multiplied_in()),
        Column(_("Nơi học tập, nhân rộng"), _multiplications),
        Column(_("Ngày phát hiện"), lambda model: model.found_on),
    ]


def announcement_columns() -> list[Column[Announcement]]:
    """Announcements and shared documents."""
    return [
        Column(_("Loại"), lambda one: one.get_kind_display()),
        Column(_("Tiêu đề"), lambda one: one.title),
        Column(_("Nội dung"), lambda one: one.text),
        Column(_("Tệp"), lambda one: one.file.name if one.file else ""),
        Column(_("Đăng lúc"), lambda one: one.posted_at),
        Column(_("Hiệu lực đến hết ngày"), lambda one: one.until),
    ]


def movement_columns() -> list[Column[MovementLine]]:
    """The catalogue of movements (Mẫu 1a: name, aim, when launched, review)."""

    def reviewed(line: MovementLine) -> str:
        return "\n".join(one.text for one in line.movement.reviews.all() if one.kind == "final")

    return [
        Column(_("Tên"), lambda line: line.movement.name),
        Column(_("Loại"), lambda line: line.movement.get_kind_display()),
        Column(
            _("Nằm trong phong trào"),
            lambda line: line.movement.part_of.name if line.movement.part_of else "",
        ),
        Column(_("Chủ đề"), lambda line: line.movement.theme),
        Column(_("Mục tiêu"), lambda line: line.movement.aim),
        Column(_("Chỉ tiêu"), lambda line: line.movement.targets),
        Column(_("Từ ngày"), lambda line: line.movement.starts_on),
        Column(_("Đến ngày"), lambda line: line.movement.ends_on),
        Column(_("Ngày phát động"), lambda line: line.movement.launched_on),
        Column(_("Người phát động"), lambda line: line.movement.launched_by),
        Column(_("Trạng thái"), lambda line: str(line.phase.label)),
        Column(_("Tổng kết"), reviewed),
    ]


def conference_columns() -> list[Column[Conference]]:
    """The conferences of a season."""
    return [
        Column(_("Hội nghị"), lambda one: one.title),
        Column(_("Loại"), lambda one: one.get_kind_display()),
        Column(_("Thời gian"), lambda one: one.starts_at),
        Column(_("Địa điểm"), lambda one: one.place),
        Column(_("Chủ trì"), lambda one: one.chair),
        Column(_("Thư ký"), lambda one: one.minute_taker),
        Column(_("Trạng thái"), lambda one: one.get_state_display()),
    ]


@dataclass(frozen=True, slots=True)
class RegistrationLine:
    """A key task of a unit, or a unit that has none yet."""

    participant: Participant
    registration: Registration | None
    task: KeyTask | None


def registration_columns() -> list[Column[RegistrationLine]]:
    """All registrations, a line for each key task."""

    def titles(line: RegistrationLine) -> str:
        if line.registration is None:
            return ""
        return "; ".join(row.title.name for row in line.registration.titles.all())

    return [
        Column(_("Đơn vị"), lambda line: line.participant.name),
        Column(
            _("Trạng thái"),
            lambda line: line.registration.get_state_display() if line.registration else "",
        ),
        Column(
            _("Gửi lúc"),
            lambda line: line.registration.submitted_at if line.registration else None,
        ),
        Column(_("Danh hiệu"), titles),
        Column(_("Nhiệm vụ trọng tâm"), lambda line: line.task.text if line.task else ""),
        Column(_("Chỉ số đo"), lambda line: line.task.measure if line.task else ""),
        Column(_("Đơn vị tính"), lambda line: line.task.unit_of_measure if line.task else ""),
        Column(_("Chỉ tiêu"), lambda line: line.task.target if line.task else None),
        Column(_("Hạn"), lambda line: line.task.due_on if line.task else None),
    ]


@dataclass(frozen=True, slots=True)
class ProgressLine:
    """A key task of a unit with its report of one period."""

    participant: Participant
    task: KeyTask
    report: Progress | None
    light: Light


def progress_columns() -> list[Column[ProgressLine]]:
    """How the key tasks stand in a period."""
    return [
        Column(_("Đơn vị"), lambda line: line.participant.name),
        Column(_("Nhiệm vụ trọng tâm"), lambda line: line.task.text),
        Column(_("Chỉ số đo"), lambda line: line.task.measure),
        Column(_("Đơn vị tính"), lambda line: line.task.unit_of_measure),
        Column(_("Chỉ tiêu"), lambda line: line.task.target),
        Column(_("Thực hiện"), lambda line: line.report.achieved if line.report else None),
        Column(_("Tiến độ"), lambda line: str(line.light.label)),
        Column(_("Ghi chú"), lambda line: line.report.note if line.report else ""),
        Column(_("Minh chứng"), lambda line: line.report.evidence if line.report else ""),
    ]


@dataclass(frozen=True, slots=True)
class CommentLine:
    """A comment and the section it is about, by its number and name; empty for the whole text."""

    comment: Comment
    about: str


def comment_columns() -> list[Column[CommentLine]]:
    """The comments on a text."""
    return [
        Column(_("Đơn vị"), lambda line: line.comment.unit.name),
        Column(_("Bản"), lambda line: line.comment.version.number),
        Column(_("Mục"), lambda line: line.about),
        Column(_("Ý kiến"), lambda line: line.comment.text),
        Column(_("Gửi lúc"), lambda line: line.comment.written_at),
        Column(_("Tiếp thu"), lambda line: line.comment.get_outcome_display()),
        Column(_("Trả lời"), lambda line: line.comment.answer),
    ]


def acted_by(name: str) -> str:
    """Whom the journal names, in the reader's language where it is no person."""
    return _("Hệ thống") if name == SYSTEM else name


def journal_columns() -> list[Column[AuditEntry]]:
    """A season's journal."""
    return [
        Column(_("Thời điểm"), lambda entry: entry.at),
        Column(_("Người thực hiện"), lambda entry: acted_by(entry.actor_name)),
        Column(_("Nội dung"), lambda entry: told(entry.summary)),
    ]


def invitation_columns() -> list[Column[InvitationLine]]:
    """Who speaks for the units and how their invitations stand; never a link of anybody's."""
    return [
        Column(_("Đơn vị"), lambda line: line.unit_name),
        Column(_("Vai trò"), lambda line: line.roles),
        Column(_("Họ và tên"), lambda line: line.person.full_name if line.person else ""),
        Column(_("Tên đăng nhập"), lambda line: line.person.username if line.person else ""),
        Column(_("Thư điện tử"), lambda line: line.person.email if line.person else ""),
        Column(_("Tình trạng"), lambda line: str(line.standing.label)),
        Column(_("Số lần mời"), lambda line: line.times),
        Column(_("Mời lúc"), lambda line: line.last.created_at if line.last else None),
        Column(_("Gửi thư lúc"), lambda line: line.letter.sent_at if line.letter else None),
        Column(_("Liên kết dùng đến"), lambda line: line.expires_at),
        Column(_("Máy chủ thư trả lời"), lambda line: line.letter.answer if line.letter else ""),
    ]
