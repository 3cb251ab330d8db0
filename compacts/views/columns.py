"""The columns of the lists of seasons when they leave as files."""

from __future__ import annotations

from django.utils.translation import gettext as _

from compacts.models import AdHocTask, RoleModel, Season
from units.exports import Column
from units.models import AuditEntry


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


def role_model_columns() -> list[Column[RoleModel]]:
    """The exemplary models."""
    return [
        Column(_("Tên"), lambda model: model.name),
        Column(_("Đơn vị"), lambda model: model.unit.name),
        Column(_("Tóm tắt"), lambda model: model.summary),
        Column(_("Câu chuyện"), lambda model: model.story),
        Column(_("Cách nhân rộng"), lambda model: model.multiplied),
        Column(_("Ngày phát hiện"), lambda model: model.found_on),
    ]


def journal_columns() -> list[Column[AuditEntry]]:
    """A season's journal."""
    return [
        Column(_("Thời điểm"), lambda entry: entry.at),
        Column(_("Người thực hiện"), lambda entry: entry.actor_name),
        Column(_("Nội dung"), lambda entry: entry.summary),
    ]
