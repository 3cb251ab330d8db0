"""The columns of the set-up lists when they leave as files."""

from __future__ import annotations

from django.utils.translation import gettext as _

from units.exports import Column
from units.models import Person, Role, Unit


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
