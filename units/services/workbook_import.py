"""Units and people from a workbook: read, judged line by line, written all together or not at all.

What was judged is what is written: the lines go through the page signed, and are judged again.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from django.core.exceptions import ValidationError
from django.core.validators import validate_email, validate_slug
from django.db import IntegrityError, transaction
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from units.access import AccessDenied
from units.models import Council, Person, Role
from units.rules import UNIT_ROLES, RoleKind, RuleError, UnitSystem
from units.services.set_up import enter_people, enter_units
from units.vietnamese import fold
from units.workbooks import (
    ImportColumn,
    Line,
    is_error,
    read_lines,
    require_faultless,
    template_workbook,
)

MOST_LINES = 1_000
LONGEST = 300
DIGITS_WITHOUT_ZERO = 9


class ImportKind(TextChoices):
    UNITS = "don-vi", gettext_lazy("Đơn vị")
    PEOPLE = "nguoi-dung", gettext_lazy("Người dùng")


COLUMNS: dict[ImportKind, tuple[ImportColumn, ...]] = {
    ImportKind.UNITS: (
        ImportColumn("code", "Mã đơn vị", "btc", needed=True),
        ImportColumn("name", "Tên đơn vị", "Ban Tổ chức Tỉnh ủy", needed=True),
        ImportColumn("short_name", "Tên viết tắt", "BTC", needed=True),
        ImportColumn("system", "Hệ thống", "Cơ quan Đảng"),
    ),
    ImportKind.PEOPLE: (
        ImportColumn("full_name", "Họ và tên", "Nguyễn Văn An", needed=True),
        ImportColumn("username", "Tên đăng nhập", "nguyen-van-an", needed=True),
        ImportColumn("email", "Thư điện tử", "an@example.vn"),
        ImportColumn("phone", "Điện thoại", "0912345678"),
        ImportColumn("position", "Chức vụ", "Chuyên viên"),
        ImportColumn("unit", "Mã đơn vị", "btc", needed=True),
        ImportColumn("role", "Vai trò", "Đại diện đơn vị", needed=True),
    ),
}


def template_of(kind: ImportKind) -> bytes:
    """The workbook to fill in, with one example line."""
    columns = COLUMNS[kind]
    example = {column.name: column.example for column in columns}
    choices = {column.name: _labels(column.name) for column in columns}
    return template_workbook(str(kind.label), columns, [example], choices=choices, most=MOST_LINES)


def _labels(name: str) -> list[str]:
    if name == "system":
        return [str(label) for label in UnitSystem.labels]
    return [str(RoleKind(kind).label) for kind in UNIT_ROLES] if name == "role" else []


def read_workbook(kind: ImportKind, content: bytes) -> list[dict[str, str]]:
    """The filled lines as text, with their number in the workbook under ``line``.

    Raises ``RuleError`` (field ``file``) for what is no workbook, lacks a column, or is too long.
    """
    columns = [(column.name, column.title) for column in COLUMNS[kind]]
    lines = read_lines(content, columns, most=MOST_LINES)
    for line in lines if kind == ImportKind.PEOPLE else ():
        # A cell that took the telephone for a number has lost the zero that begins it.
        if line["phone"].isdecimal() and len(line["phone"]) == DIGITS_WITHOUT_ZERO:
            line["phone"] = f"0{line['phone']}"
    return lines


def judged(kind: ImportKind, council: Council, lines: Sequence[Mapping[str, str]]) -> list[Line]:
    """Each line with its faults; a fixed number of queries."""
    judge = (_unit_judge if kind == ImportKind.UNITS else _person_judge)(council, lines)
    columns = COLUMNS[kind]
    found = []
    for line in lines:
        faults = [
            (column.title, _("Hãy ghi ô này."))
            for column in columns
            if column.needed and not line[column.name]
        ]
        faults += [
            (column.title, _("Dài quá %(most)d ký tự.") % {"most": LONGEST})
            for column in columns
            if len(line[column.name]) > LONGEST
        ]
        faults += [
            (column.title, _("Ô này là công thức bị lỗi của Excel: %(text)s.") % {"text": text})
            for column in columns
            if is_error(text := line[column.name])
        ]
        faults += judge(line)
        values = {column.name: line[column.name] for column in columns}
        found.append(Line(int(line["line"]), values, tuple(faults), columns))
    return found


Judge = Callable[[Mapping[str, str]], list[tuple[str, str]]]


def _unit_judge(council: Council, lines: Sequence[Mapping[str, str]]) -> Judge:
    known = {code.casefold() for code in council.units.values_list("code", flat=True)}
    given = Counter(line["code"].casefold() for line in lines)
    systems = _choices(UnitSystem)

    def judge(line: Mapping[str, str]) -> list[tuple[str, str]]:
        faults = []
        code = line["code"]
        if code and not _passes(validate_slug, code):
            faults.append((_("Mã đơn vị"), _("Chỉ dùng chữ không dấu, số, gạch nối.")))
        if code.casefold() in known:
            faults.append((_("Mã đơn vị"), _("Đã có đơn vị mang mã này.")))
        if code and given[code.casefold()] > 1:
            faults.append((_("Mã đơn vị"), _("Mã bị lặp trong tệp.")))
        if line["system"] and fold(line["system"]) not in systems:
            faults.append((_("Hệ thống"), _one_of(UnitSystem)))
        return faults

    return judge


def _person_judge(council: Council, lines: Sequence[Mapping[str, str]]) -> Judge:
    names = [line["username"] for line in lines]
    known = {
        name.casefold()
        for name in Person.objects.filter(username__in=names).values_list("username", flat=True)
    }
    given = Counter(name.casefold() for name in names)
    units = {code.casefold() for code in council.units.values_list("code", flat=True)}
    roles = {label: kind for label, kind in _choices(RoleKind).items() if kind in UNIT_ROLES}

    def judge(line: Mapping[str, str]) -> list[tuple[str, str]]:
        faults = []
        name = line["username"]
        if name and not _passes(validate_slug, name):
            faults.append((_("Tên đăng nhập"), _("Chỉ dùng chữ không dấu, số, gạch nối.")))
        if name.casefold() in known:
            faults.append((_("Tên đăng nhập"), _("Đã có người dùng tên này.")))
        if name and given[name.casefold()] > 1:
            faults.append((_("Tên đăng nhập"), _("Tên bị lặp trong tệp.")))
        if line["email"] and not _passes(validate_email, line["email"]):
            faults.append((_("Thư điện tử"), _("Không phải địa chỉ thư.")))
        if line["unit"] and line["unit"].casefold() not in units:
            faults.append((_("Mã đơn vị"), _("Không có đơn vị mang mã này.")))
        if line["role"] and fold(line["role"]) not in roles:
            labels = "; ".join(str(RoleKind(kind).label) for kind in UNIT_ROLES)
            faults.append((_("Vai trò"), _("Một trong: %(labels)s.") % {"labels": labels}))
        return faults

    return judge


def _choices(choices: type[TextChoices]) -> dict[str, str]:
    return {fold(str(choice.label)): choice.value for choice in choices}


def _one_of(choices: type[TextChoices]) -> str:
    labels = "; ".join(str(choice.label) for choice in choices)
    return _("Một trong: %(labels)s.") % {"labels": labels}


def _passes(validator: Callable[[str], None], text: str) -> bool:
    try:
        validator(text)
    except ValidationError:
        return False
    return True


@transaction.atomic
def import_lines(
    *, actor: Person, kind: ImportKind, council: Council, lines: Sequence[Mapping[str, str]]
) -> int:
    """Write all lines, or none where one has a fault by now; how many there were.

    People get their roles from today on, and no password: an invitation carries their first login.
    """
    # Of two imports at once the second is judged by what the first one wrote.
    council = Council.objects.select_for_update().get(pk=council.pk)
    found = judged(kind, council, lines)
    require_faultless(found)
    write = _write_units if kind == ImportKind.UNITS else _write_people
    try:
        with transaction.atomic():
            write(actor, council, found)
    except AccessDenied as denied:
        raise RuleError(str(denied)) from denied
    except IntegrityError:
        # A form, or another council's import, took a code or a name since.
        require_faultless(judged(kind, council, lines))
        raise
    return len(found)


def _write_units(actor: Person, council: Council, lines: Sequence[Line]) -> None:
    systems = _choices(UnitSystem)
    given = [
        {
            "code": line.values["code"],
            "name": line.values["name"],
            "short_name": line.values["short_name"],
            "system": systems.get(fold(line.values["system"]), UnitSystem.STATE),
            "valid_from": None,
            "valid_to": None,
        }
        for line in lines
    ]
    enter_units(actor=actor, council=council, given=given)


def _write_people(actor: Person, council: Council, lines: Sequence[Line]) -> None:
    names = ("username", "full_name", "position", "email", "phone")
    units = {unit.code.casefold(): unit for unit in council.units.all()}
    kinds = _choices(RoleKind)
    today: datetime.date = timezone.localdate()
    given = {
        line.number: (
            {name: line.values[name] for name in names} | {"is_active": True},
            Role(
                kind=kinds[fold(line.values["role"])],
                unit=units[line.values["unit"].casefold()],
                starts_on=today,
            ),
        )
        for line in lines
    }
    enter_people(actor=actor, given=given)
