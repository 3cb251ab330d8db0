"""The lines of a sheet as people type them: one way in for a whole form and for one mark."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from scoring.engine.kinds import Checklist, Choice, Gate, Ladder, PerDay
from scoring.forms.typed_values import NOTHING_DONE, keys_of, read_value, typed_of
from scoring.models import Mark, Sheet
from scoring.queries.sheets import SheetPage, SheetRow, StageMark, why_of
from scoring.rules import Stage
from scoring.sayings import said
from units.templatetags.vietnamese_format import number
from units.vietnamese import whole_number, written


@dataclass(frozen=True, slots=True)
class Choosable:
    """One option of a select or one checkbox."""

    key: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Input:
    """One field of a line: its name, what is typed in it, and what is wrong with it."""

    key: str
    name: str
    label: str
    widget: str
    value: str = ""
    choices: tuple[Choosable, ...] = ()
    error: str = ""


_LABELS = {
    "points": gettext_lazy("Điểm"),
    "option": gettext_lazy("Mức"),
    "items": gettext_lazy("Việc đã làm"),
    "count": gettext_lazy("Số lượng"),
    "achieved": gettext_lazy("Thực hiện"),
    "target": gettext_lazy("Chỉ tiêu"),
    "done_on": gettext_lazy("Ngày xong"),
    "days_late": gettext_lazy("Số ngày chậm"),
    "met": gettext_lazy("Vướng điều kiện"),
}
_WIDGETS = {"option": "select", "met": "select", "items": "checkboxes", "done_on": "date"}


@dataclass(frozen=True, slots=True)
class Cell:
    """What a stage says in a line; ``is_own`` where this sheet's scorer marks it."""

    stage: str
    label: str
    points: Decimal | None
    marks: tuple[StageMark, ...]
    is_own: bool


@dataclass
class SheetLine:
    """A line of the sheet on a page: its row, what is typed in it, what is wrong."""

    row: SheetRow
    standing: StageMark | None
    editable: bool
    sheet: Sheet
    stages: tuple[str, ...]
    typed: dict[str, list[str]] = field(default_factory=dict)
    comment: str = ""
    base: str = ""
    version: int = 0
    errors: dict[str, str] = field(default_factory=dict)
    theirs: Mark | None = None
    conflict: bool = False

    @property
    def prefix(self) -> str:
        return f"m{self.row.criterion.pk}"

    @property
    def keys(self) -> tuple[str, ...]:
        """What a mark of this line holds."""
        return keys_of(self.row.leaf.rule) if self.row.leaf.rule else ()

    def cells(self) -> list[Cell]:
        """The line's cells, one for each stage of the page."""
        row, own = self.row, self.sheet.stage
        return [
            Cell(
                stage=stage,
                label=str(Stage(stage).label),
                points=row.points.get(stage),
                marks=row.marks.get(stage, ()),
                is_own=stage == own and (row.mine or not row.leaf.is_leaf),
            )
            for stage in self.stages
        ]

    @property
    def theirs_in_words(self) -> str:
        """What somebody else wrote in the line meanwhile."""
        if self.theirs is None:
            return _("đã xóa điểm")
        words = said(why_of(self.row.leaf, self.theirs))
        return f"{words} – {self.theirs.comment}" if self.theirs.comment else words

    @property
    def points_text(self) -> str:
        return points_text(self)

    @property
    def inputs(self) -> list[Input]:
        """The fields of the line, in the order in which they are filled."""
        rule = self.row.leaf.rule
        return [self._input(key) for key in keys_of(rule)] if rule else []

    def _input(self, key: str) -> Input:
        typed = self.typed.get(key, [])
        return Input(
            key=key,
            name=f"{self.prefix}-{key}",
            label=str(_LABELS[key]),
            widget=_WIDGETS.get(key, "number"),
            value=typed[0] if typed else "",
            choices=self._choices(typed),
            error=self.errors.get(key, ""),
        )

    def _choices(self, typed: list[str]) -> tuple[Choosable, ...]:
        rule = self.row.leaf.rule
        pairs: list[tuple[str, str]] = []
        if isinstance(rule, Choice):
            pairs = [("", "–"), *((one.key, one.name) for one in rule.options)]
        elif isinstance(rule, Checklist):
            pairs = [(one.key, one.name) for one in rule.items]
            pairs.append((NOTHING_DONE, _("Chưa làm việc nào")))
        elif isinstance(rule, Gate):
            pairs = [("", "–"), ("no", _("Không vướng")), ("yes", _("Vướng"))]
        return tuple(Choosable(key, label, key in typed) for key, label in pairs)

    @property
    def comment_error(self) -> str:
        return self.errors.get("comment", "")

    @property
    def other_error(self) -> str:
        """What is wrong with the line as a whole."""
        shown = {one.key for one in self.inputs} | {"comment"}
        return " ".join(text for key, text in self.errors.items() if key not in shown)

    def read(self) -> tuple[dict[str, Any] | None, dict[str, str]]:
        """The entry that is typed (None: empty) and what could not be read, by field."""
        entry: dict[str, Any] = {}
        errors: dict[str, str] = {}
        for key in keys_of(self.row.leaf.rule) if self.row.leaf.rule else ():
            try:
                value = read_value(key, self.typed.get(key, []))
            except ValueError as error:
                errors[key] = str(error)
                continue
            if value is not None:
                entry[key] = value
        return entry or None, errors or self._incomplete(entry)

    def _incomplete(self, entry: Mapping[str, Any]) -> dict[str, str]:
        if not entry or not self.row.leaf.rule:
            return {}
        if isinstance(self.row.leaf.rule, Ladder | PerDay):
            if len(entry) > 1:
                return {"days_late": _("Chỉ điền ngày xong hoặc số ngày chậm.")}
            return {}
        missing = [key for key in keys_of(self.row.leaf.rule) if key not in entry]
        return {key: _("Hãy điền ô này.") for key in missing}

    @property
    def changed(self) -> bool:
        """Was anything typed that the typist did not find there?"""
        found = _facts_of(self.base)
        if found["version"] != self.version:
            return True
        entry, errors = self.read()
        return bool(errors) or entry != found["entry"] or self.comment != found["comment"]


def points_text(line: SheetLine) -> str:
    """The points of the line's own mark as shown: a number, or a dash where none are given."""
    return number(line.standing.mark.points if line.standing else None)


def base_of(mark: Mark | None) -> str:
    """What stood in a line when the page was made, for the page to send back."""
    facts = {
        "version": mark.version if mark else 0,
        "entry": mark.entry if mark else None,
        "comment": mark.comment if mark else "",
    }
    return json.dumps(facts, ensure_ascii=False, sort_keys=True)


def _facts_of(base: str) -> dict[str, Any]:
    try:
        facts = json.loads(base)
    except (ValueError, RecursionError):
        facts = {}
    if not isinstance(facts, dict) or not isinstance(facts.get("version"), int):
        return {"version": 0, "entry": None, "comment": ""}
    return {"version": facts["version"], "entry": facts.get("entry"),
            "comment": str(facts.get("comment", ""))}  # fmt: skip


def sheet_lines(
    page: SheetPage, *, editable: bool, posted: QueryDict | None = None
) -> list[SheetLine]:
    """The lines of the page; where a form was sent, with what was typed in those it holds."""
    return [
        line_of(page.sheet, row, page.stages, editable=editable, posted=posted)
        for row in page.rows
    ]


def line_of(
    sheet: Sheet,
    row: SheetRow,
    stages: tuple[str, ...],
    *,
    editable: bool,
    posted: QueryDict | None = None,
) -> SheetLine:
    """One line of the sheet, shown beside what the ``stages`` say of it."""
    standing = next(
        (one for one in row.marks.get(sheet.stage, ()) if one.mark.sheet_id == sheet.pk), None
    )
    mark = standing.mark if standing else None
    line = SheetLine(row, standing, editable and row.mine and not row.recorded, sheet, stages)
    rule = row.leaf.rule
    if rule is None or not row.mine:
        return line
    line.base = base_of(mark)
    line.version = mark.version if mark else 0
    line.typed = typed_of(rule, mark.entry if mark else None)
    line.comment = mark.comment if mark else ""
    if posted is not None and f"{line.prefix}-base" in posted:
        line.base = posted.get(f"{line.prefix}-base", "")
        line.version = whole_number(posted.get(f"{line.prefix}-version", ""))
        line.typed = {key: posted.getlist(f"{line.prefix}-{key}") for key in keys_of(rule)}
        comment = posted.get(f"{line.prefix}-comment", "")
        line.comment = written(comment).strip()
    return line


class ReturnForm(forms.Form):
    """Why a sheet is returned."""

    reason = forms.CharField(
        label=gettext_lazy("Lý do trả lại"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class EvidenceForm(forms.Form):
    """A file or a link that proves a mark, with number, date and page of the document."""

    file = forms.FileField(label=gettext_lazy("Tệp"), required=False)
    link = forms.URLField(
        label=gettext_lazy("hoặc đường dẫn"),
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text=gettext_lazy("Ví dụ: https://hanam.gov.vn/van-ban/123"),
    )
    description = forms.CharField(
        label=gettext_lazy("Số, ngày văn bản, trang"), required=False, max_length=300
    )
