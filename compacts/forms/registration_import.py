"""Registrations of many units in a workbook: the template, and what a filled one says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from django.utils.translation import gettext as _

from compacts.forms.registrations import MAX_TASKS, TaskForm
from compacts.models import OfferedTitle, Season
from compacts.services.registration_import import (
    COLUMNS,
    NO,
    YES,
    GivenRegistration,
    is_untouched,
)
from compacts.services.registrations import TaskText
from units.models import Unit
from units.vietnamese import fold
from units.workbooks import Line, is_error, read_lines, template_workbook

MOST_LINES = 2_000
_ROWS_OF_A_UNIT = 5
_TITLES = {column.name: column.title for column in COLUMNS}
_TASK_FIELDS = ("text", "measure", "unit_of_measure", "target", "due_on")


def template_of(season: Season) -> bytes:
    """The workbook with rows for each unit whose registration nobody has written yet."""
    rows = []
    for unit, name in _open_units(season).values():
        rows += [{"unit": unit.code, "unit_name": name}] * _ROWS_OF_A_UNIT
    titles = [title.name for title in season.offered_titles.all()]
    return template_workbook(
        _("Đăng ký"),
        COLUMNS,
        rows,
        # Several titles are parted by a semicolon, which a list of choices would refuse.
        choices={"titles": titles if len(titles) == 1 else (), "ad_hoc": (YES, NO)},
        most=MOST_LINES,
    )


def _open_units(season: Season) -> dict[str, tuple[Unit, str]]:
    begun = {row.unit_id: row for row in season.registrations.prefetch_related("titles", "tasks")}
    return {
        row.unit.code.casefold(): (row.unit, row.name)
        for row in season.participants.select_related("unit").order_by("position", "pk")
        if is_untouched(begun.get(row.unit_id))
    }


def read_registrations(content: bytes) -> list[dict[str, str]]:
    """The rows with anything beyond the unit that the template wrote; see ``read_lines``."""
    lines = read_lines(content, [(one.name, one.title) for one in COLUMNS], most=MOST_LINES)
    return [line for line in lines if any(line[name] for name in ("titles", *_TASK_FIELDS))]


def judged(
    season: Season, lines: Sequence[Mapping[str, str]]
) -> tuple[list[Line], list[GivenRegistration]]:
    """Each line with its faults, and what the units register where there are none.

    The titles of a unit may stand in any of its lines. A fixed number of queries.
    """
    parties = {
        row.unit.code.casefold(): row.unit for row in season.participants.select_related("unit")
    }
    open_units = _open_units(season)
    offered = _offered(season)
    titles: dict[str, dict[str, None]] = defaultdict(dict)
    tasks: dict[str, list[TaskText]] = defaultdict(list)
    found = []
    for line in lines:
        code = line["unit"].casefold()
        task, faults = _task(line)
        faults = _broken(line) + _unit_faults(code, parties, open_units) + faults
        names = [part.strip() for part in line["titles"].split(";") if part.strip()]
        faults += [
            (
                _TITLES["titles"],
                _("Mùa thi đua này không có danh hiệu “%(name)s”.") % {"name": name},
            )
            for name in names
            if fold(name) not in offered
        ]
        titles[code] |= {offered[fold(name)]: None for name in names if fold(name) in offered}
        tasks[code] += [task] if task else []
        if task and len(tasks[code]) == MAX_TASKS + 1:
            too_many = _("Nhiều nhất %(most)d nhiệm vụ một đơn vị.") % {"most": MAX_TASKS}
            faults.append((_TITLES["text"], too_many))
        values = {one.name: line[one.name] for one in COLUMNS}
        found.append(Line(int(line["line"]), values, tuple(faults), COLUMNS))
    given = [
        GivenRegistration(parties[code], tuple(titles[code]), tuple(tasks[code]))
        for code in dict.fromkeys(line["unit"].casefold() for line in lines)
        if code in open_units
    ]
    return found, given


def _broken(line: Mapping[str, str]) -> list[tuple[str, str]]:
    return [
        (one.title, _("Ô này là công thức bị lỗi của Excel: %(text)s.") % {"text": text})
        for one in COLUMNS
        if is_error(text := line[one.name])
    ]


def _unit_faults(
    code: str, parties: Collection[str], open_units: Collection[str]
) -> list[tuple[str, str]]:
    if code in open_units:
        return []
    text = _("Không có đơn vị mang mã này trong mùa thi đua.")
    if not code:
        text = _("Hãy ghi ô này.")
    elif code in parties:
        text = _("Đơn vị này đã ghi hoặc đã gửi đăng ký; chỉ đơn vị được sửa.")
    return [(_TITLES["unit"], text)]


def _offered(season: Season) -> dict[str, str]:
    """The codes of the season's titles, by their folded names and codes."""
    titles: list[OfferedTitle] = list(season.offered_titles.all())
    return {fold(one.code): one.code for one in titles} | {
        fold(one.name): one.code for one in titles
    }


def _task(line: Mapping[str, str]) -> tuple[TaskText | None, list[tuple[str, str]]]:
    """The line's key task as its form reads it, and what is wrong with it by column title."""
    if not any(line[name] for name in _TASK_FIELDS):
        return None, []
    faults = [] if line["text"] else [(_TITLES["text"], _("Hãy ghi ô này."))]
    if fold(line["ad_hoc"]) not in {"", "x", fold(YES), fold(NO)}:
        faults.append((_TITLES["ad_hoc"], _("Ghi Có hoặc Không.")))
    form = TaskForm(
        {name: line[name] for name in _TASK_FIELDS}
        | ({"ad_hoc": "on"} if fold(line["ad_hoc"]) in {"x", fold(YES)} else {})
    )
    for name, texts in form.errors.items():
        faults += [(_TITLES[name], str(text)) for text in texts]
    return (form.task() if form.is_valid() else None), faults
