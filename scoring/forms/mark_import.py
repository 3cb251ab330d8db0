"""Marks of many sheets in a file: the template, and what a filled one says line by line."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from scoring.engine.words import mark_in_words
from scoring.forms.sheets import SheetLine, line_of
from scoring.forms.workbooks import hint_of, typed_by, value_of
from scoring.models import Round, Sheet
from scoring.queries.marking import Marking, markings_of
from scoring.queries.sheets import markable_by
from scoring.rules import (
    ROUND_MOVES,
    SECRETARIAT,
    SHEET_MOVES,
    RoundAction,
    SheetAction,
    Stage,
)
from scoring.sayings import said
from scoring.services.mark_import import COLUMNS, GivenMark, faults_of_marks
from units.models import Person
from units.vietnamese import fold, nfc, number, whole_number
from units.workbooks import Line, is_error, read_lines, template_workbook

MOST_LINES = 3_000
SHOWN = tuple(
    column
    for column in COLUMNS
    if column.name in {"stage", "unit_name", "criterion", "result", "target", "comment"}
)
_TITLES = {column.name: column.title for column in COLUMNS}
# Where the fault of a mark's field stands in the file; all other fields are the result.
_PLACES = {"target": "target", "comment": "comment", "line": "criterion", "sheet": "unit"}

Key = tuple[str, str, str]


def open_sheets(person: Person, scored: Round) -> list[Sheet]:
    """The sheets of the round on which the person may write marks now; one query."""
    if scored.state not in ROUND_MOVES[RoundAction.SCORE]:
        return []
    sheets = (
        Sheet.objects.filter(markable_by(person), round=scored)
        .filter(state__in=SHEET_MOVES[SheetAction.MARK])
        .select_related("round__season__bloc__council", "unit", "scorer")
        .distinct()
    )
    order = list(Stage.values)
    return sorted(sheets, key=lambda one: (order.index(one.stage), one.unit.sort_key, one.pk))


def template_of(scored: Round, sheets: Collection[Sheet]) -> bytes:
    """The workbook with a row for each criterion of each sheet, with what stands there."""
    rows = [
        _row(one.sheet, one.unit_name, line)
        for one in markings_of(scored, sheets)
        for line in _writable(one)
    ]
    return template_workbook(_("Nhập điểm"), COLUMNS, rows, choices={}, most=MOST_LINES)


def _writable(marking: Marking) -> Iterator[SheetLine]:
    sheet = marking.sheet
    lines = (line_of(sheet, row, (sheet.stage,), editable=True) for row in marking.rows)
    return (one for one in lines if one.editable and one.row.exempt is None and one.keys)


def _row(sheet: Sheet, unit_name: str, line: SheetLine) -> dict[str, str]:
    target = line.typed.get("target", [""])[0] if "target" in line.keys else ""
    return {
        "stage": str(Stage(sheet.stage).label),
        "unit": sheet.unit.code,
        "unit_name": unit_name,
        "scorer": sheet.scorer_code,
        "criterion": line.row.criterion.code,
        "criterion_name": line.row.criterion.name,
        "most": number(line.row.criterion.max_points),
        "hint": hint_of(line),
        "result": value_of(line),
        "target": target,
        "comment": line.comment,
        "version": str(line.version),
    }


def read_marks(content: bytes) -> list[dict[str, str]]:
    """The rows that hold a result, a target or a comment; see ``read_lines``."""
    lines = read_lines(content, [(one.name, one.title) for one in COLUMNS], most=MOST_LINES)
    return [line for line in lines if line["result"] or line["target"] or line["comment"]]


@dataclass(frozen=True, slots=True)
class ChangedLine(Line):
    """A line that changes something: what stands, and what it would become in words."""

    standing: str
    wanted: str


@dataclass(frozen=True, slots=True)
class Judged:
    """A filled file: the lines that change something or are wrong, and how many change nothing."""

    lines: tuple[ChangedLine, ...]
    given: tuple[GivenMark, ...]
    unchanged: int


def judged(person: Person, scored: Round, lines: Sequence[Mapping[str, str]]) -> Judged:
    """Each line beside what stands, with every refusal it would meet.

    A fixed number of queries, whatever the number of lines and sheets.
    """
    sheets = {_key_of(one): one for one in open_sheets(person, scored)}
    named = {key for key in map(_key, lines) if key in sheets}
    markings = {
        _key_of(one.sheet): one for one in markings_of(scored, [sheets[key] for key in named])
    }
    places = {
        key: {line.row.criterion.code: line for line in _writable(one)}
        for key, one in markings.items()
    }
    seen: set[tuple[Key, str]] = set()
    read: list[_Read] = []
    for line in lines:
        key = _key(line)
        sheet = sheets.get(key)
        if sheet is None:
            text = _("Đồng chí không có phiếu nào đang mở của đơn vị này ở bước này.")
            read.append(_Read(line, None, None, {"sheet": text}))
            continue
        twice = (key, line["criterion"]) in seen
        seen.add((key, line["criterion"]))
        read.append(_read(line, sheet, places[key].get(line["criterion"]), twice=twice))
    given = tuple(one.given for one in read if one.given is not None and not one.faults)
    refused = faults_of_marks(scored, markings.values(), given)
    shown_lines = tuple(
        one.shown(refused.get(int(one.line["line"]), {}))
        for one in read
        if one.given is not None or one.faults
    )
    return Judged(shown_lines, given, len(read) - len(shown_lines))


def _key_of(sheet: Sheet) -> Key:
    return sheet.stage, sheet.unit.code.casefold(), sheet.scorer_code.casefold()


def _key(line: Mapping[str, str]) -> Key:
    """The sheet that a line names; a self sheet's scorer is its unit, else the secretariat."""
    named = fold(line["stage"])
    stage = next((one.value for one in Stage if named in {one.value, fold(str(one.label))}), "")
    unit = line["unit"].casefold()
    usual = unit if stage == Stage.SELF else SECRETARIAT
    return stage, unit, line["scorer"].casefold() or usual


@dataclass(frozen=True, slots=True)
class _Read:
    """A line of the file as it was read: the mark it gives, None where it changes nothing."""

    line: Mapping[str, str]
    place: SheetLine | None
    given: GivenMark | None
    faults: Mapping[str, str]

    def shown(self, refused: Mapping[str, str]) -> ChangedLine:
        """The line for the preview, with why its mark would be refused."""
        faults = {**self.faults, **refused}
        standing = wanted = ""
        if self.place is not None:
            standing = said(self.place.standing.why) if self.place.standing else ""
            rule = self.place.row.leaf.rule
            if rule is not None and self.given is not None and self.given.entry and not faults:
                wanted = said(mark_in_words(rule, self.place.row.leaf.max, self.given.entry))
        titled = ((_TITLES[_PLACES.get(name, "result")], text) for name, text in faults.items())
        return ChangedLine(
            number=int(self.line["line"]),
            values=self.line,
            faults=tuple(titled),
            columns=SHOWN,
            standing=standing,
            wanted=wanted,
        )


def _read(line: Mapping[str, str], sheet: Sheet, place: SheetLine | None, *, twice: bool) -> _Read:
    """The mark that the line gives on the sheet, or what is wrong with it."""
    faults: dict[str, str] = {}
    if place is None:
        faults["line"] = _("Phiếu của đơn vị này không chấm tiêu chí này.")
    elif twice:
        faults["line"] = _("Tiêu chí này có hai dòng trong tệp.")
    broken = next((line[one.name] for one in COLUMNS if is_error(line[one.name])), "")
    if broken:
        faults["result"] = _("Ô này là công thức bị lỗi của Excel: %(text)s.") % {"text": broken}
    if place is None or faults:
        return _Read(line, place, None, faults)
    key, values = typed_by(place, line["result"])
    place.typed = {key: values}
    if "target" in place.keys:
        place.typed["target"] = [line["target"]]
    entry, errors = place.read()
    comment = nfc(line["comment"]).strip()
    mark = place.standing.mark if place.standing else None
    stands = entry == (mark.entry if mark else None) and comment == (mark.comment if mark else "")
    if stands and not errors:
        return _Read(line, place, None, {})
    if entry is None and not errors:
        # An empty result is a row that nobody filled in, never a mark taken away.
        errors.setdefault("result", _("Hãy ghi ô này."))
    given = GivenMark(
        number=int(line["line"]),
        sheet_id=sheet.pk,
        criterion=line["criterion"],
        entry=entry,
        comment=comment,
        version=whole_number(line["version"]),
    )
    return _Read(line, place, given, errors)
