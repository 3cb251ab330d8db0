"""The columns of the set-up lists when they leave as files."""

from __future__ import annotations

from django.utils.translation import gettext as _

from units.exports import Column
from units.models import Bloc, Letter, Membership, Notification, Person, Role, Unit


def _role(role: Role) -> str:
    scope = role.bloc or role.unit or role.council
    return f"{role.get_kind_display()}: {scope.name}" if scope else role.get_kind_display()


def unit_columns() -> list[Column[Unit]]:
    """The list of units."""
    return [
        Column(_("Mã"), lambda unit: unit.code),
        Column(_("Tên đơn vị"), lambda unit: unit.name),
        Column(_("Viết tắt"), lambda unit: unit.short_name),
        Column(_("Hệ thống"), lambda unit: unit.get_system_display()),
        Column(_("Hội đồng"), lambda unit: unit.council.name),
        Column(_("Thành lập"), lambda unit: unit.valid_from),
        Column(_("Kết thúc"), lambda unit: unit.valid_to),
    ]


def person_columns() -> list[Column[Person]]:
    """The list of people, with all their roles in one cell."""
    return [
        Column(_("Họ và tên"), lambda person: person.full_name),
        Column(_("Tên đăng nhập"), lambda person: person.username),
        Column(_("Chức vụ"), lambda person: person.position),
        Column(_("Thư điện tử"), lambda person: person.email),
        Column(_("Điện thoại"), lambda person: person.phone),
        Column(_("Vai trò"), lambda person: "\n".join(map(_role, person.roles.all()))),
    ]


def bloc_columns() -> list[Column[Bloc]]:
    """The list of blocs."""
    return [
        Column(_("Khối, cụm"), lambda bloc: bloc.name),
        Column(_("Mã"), lambda bloc: bloc.code),
        Column(_("Loại"), lambda bloc: bloc.get_kind_display()),
        Column(_("Hội đồng"), lambda bloc: bloc.council.name),
        Column(_("Thể thức"), lambda bloc: bloc.get_letterhead_display()),
    ]


def membership_columns() -> list[Column[Membership]]:
    """The members of a bloc over time."""
    return [
        Column(_("Đơn vị"), lambda member: member.unit.name),
        Column(_("Bảng"), lambda member: member.division),
        Column(_("Từ ngày"), lambda member: member.starts_on),
        Column(_("Đến ngày"), lambda member: member.ends_on),
    ]


def notification_columns() -> list[Column[Notification]]:
    """What a person was told."""
    return [
        Column(_("Nhận lúc"), lambda one: one.created_at),
        Column(_("Việc"), lambda one: one.subject),
        Column(_("Nội dung"), lambda one: one.text),
        Column(_("Người gửi"), lambda one: one.sent_by.full_name if one.sent_by else ""),
        Column(_("Đọc lúc"), lambda one: one.read_at),
        Column(_("Gửi thư lúc"), lambda one: one.carried_by.sent_at if one.carried_by else None),
    ]


def letter_columns() -> list[Column[Letter]]:
    """The log of e-mails: nothing of their text."""
    return [
        Column(_("Người nhận"), lambda one: one.person.full_name),
        Column(_("Địa chỉ"), lambda one: one.address or one.person.email),
        Column(_("Dịp"), lambda one: one.get_occasion_display()),
        Column(_("Mùa thi đua"), lambda one: one.about),
        Column(_("Lập lúc"), lambda one: one.created_at),
        Column(_("Tình trạng"), lambda one: one.get_state_display()),
        Column(_("Giữ đến"), lambda one: one.due_at if one.is_held else None),
        Column(_("Gửi lúc"), lambda one: one.sent_at),
        Column(_("Số lần thử"), lambda one: one.attempts),
        Column(_("Máy chủ thư trả lời"), lambda one: one.answer),
    ]
