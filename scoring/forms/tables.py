"""Forms of the table editor: what stands above the criteria, classes, tie breaks, titles."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from scoring.forms.rule_rows import Row, decimal_text
from scoring.models import CriteriaTable
from scoring.rules import MOST_POINTS
from scoring.services.tables import TableFacts
from units.form_fields import DeadlineField, VietnameseDecimalField
from units.rules import POINT_PLACES
from units.vietnamese import fold


def _helper() -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    return helper


class TableFactsForm(forms.Form):
    """What stands above the criteria."""

    title = forms.CharField(label=gettext_lazy("Tên bảng"), max_length=1000)
    issuer = forms.CharField(label=gettext_lazy("Nơi ban hành"), max_length=1000, required=False)
    document_no = forms.CharField(
        label=gettext_lazy("Số, ký hiệu văn bản"), max_length=200, required=False
    )
    year = forms.IntegerField(label=gettext_lazy("Năm"), min_value=1, max_value=9999)
    max_total = VietnameseDecimalField(
        label=gettext_lazy("Tổng điểm chuẩn cần có"),
        most=MOST_POINTS,
        places=POINT_PLACES,
        help_text=gettext_lazy("Để đối chiếu với tổng các nhóm; không ép bảng phải khớp."),
    )
    precision = forms.ChoiceField(
        label=gettext_lazy("Làm tròn mỗi điểm đến"),
        choices=[("0.01", "0,01"), ("0.1", "0,1"), ("0.25", "0,25"), ("0.5", "0,5"), ("1", "1")],
    )
    not_applicable = forms.ChoiceField(
        label=gettext_lazy("Tiêu chí không áp dụng"),
        choices=[
            ("drop", gettext_lazy("Bỏ khỏi bảng của đơn vị đó")),
            ("full", gettext_lazy("Cho đủ điểm")),
            ("scale", gettext_lazy("Quy đổi theo tỷ lệ ra tổng điểm chung")),
        ],
    )
    class_by = forms.ChoiceField(
        label=gettext_lazy("Xếp loại theo"),
        choices=[
            ("total", gettext_lazy("Tổng điểm, kể cả thưởng và trừ")),
            ("base", gettext_lazy("Điểm chính")),
            ("capped", gettext_lazy("Tổng điểm, không quá tổng điểm chuẩn")),
        ],
    )
    helper = _helper()

    def __init__(self, *args: Any, table: CriteriaTable, **kwargs: Any) -> None:
        stored = table.definition
        initial = {
            "title": stored["title"],
            "issuer": stored.get("issuer") or "",
            "document_no": stored.get("document_no") or "",
            "year": stored["year"],
            "max_total": Decimal(f"{table.max_total.normalize():f}"),
            "precision": stored["precision"],
            "not_applicable": stored.get("not_applicable", "drop"),
            "class_by": stored.get("class_by", "total"),
        }
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        offered: Any = self.fields["precision"]
        if stored["precision"] not in dict(offered.choices):
            own = (stored["precision"], stored["precision"].replace(".", ","))
            offered.choices = [*offered.choices, own]

    def facts(self) -> TableFacts:
        """The facts as the service takes them."""
        return TableFacts(**self.cleaned_data)


class ClassRow(Row):
    """A class of achievement from so many points up."""

    name = forms.CharField(label=gettext_lazy("Mức xếp loại"), max_length=200, required=False)
    min = VietnameseDecimalField(label=gettext_lazy("Từ (điểm)"), required=False)


class TieBreakRow(forms.Form):
    """A step in parting equal units."""

    step = forms.ChoiceField(label=gettext_lazy("Xét theo"), required=False)

    def __init__(
        self,
        *args: Any,
        criteria: Sequence[tuple[str, str]],
        stored: Sequence[Mapping[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["step"]
        offered = {
            "": "–",
            **{f"criterion:{c}": _("Điểm mục") + f" {c}. {n}" for c, n in criteria},
            "least_minus": _("Điểm trừ ít hơn"),
            "ballot:hang": _("Kết quả bỏ phiếu xếp hạng"),
            "decision": _("Khối quyết định, ghi lý do"),
        }
        for one in stored:
            offered.setdefault(one["step"], one["step"])
        field.choices = list(offered.items())


class TitleRow(Row):
    """A title that the table proposes, its quota and what it asks for."""

    optional = ("code", "registered", "rank_max", "min_total", "class_name")

    code = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    name = forms.CharField(label=gettext_lazy("Danh hiệu"), max_length=300, required=False)
    quota = forms.IntegerField(
        label=gettext_lazy("Số lượng"), min_value=0, max_value=1000, required=False
    )
    registered = forms.BooleanField(label=gettext_lazy("Phải đăng ký"), required=False)
    rank_max = forms.IntegerField(
        label=gettext_lazy("Xếp hạng đến"), min_value=1, max_value=1000, required=False
    )
    min_total = VietnameseDecimalField(label=gettext_lazy("Từ (điểm)"), required=False)
    class_name = forms.CharField(label=gettext_lazy("Xếp loại từ"), max_length=200, required=False)

    def is_blank(self) -> bool:
        """A line without a name does not count."""
        return not self.errors and not self.cleaned_data.get("name")


ClassRows = forms.formset_factory(ClassRow, extra=2)
TieBreakRows = forms.formset_factory(TieBreakRow, extra=2)
TitleRows = forms.formset_factory(TitleRow, extra=1)


def class_rows_of(table: CriteriaTable) -> list[dict[str, Any]]:
    """The stored classes as lines."""
    stored = table.definition.get("classes", [])
    return [{"name": one["name"], "min": Decimal(one["min"])} for one in stored]


def classes_of(
    formset: forms.BaseFormSet[ClassRow], _table: CriteriaTable
) -> list[dict[str, Any]]:
    """The classes as the format writes them, the highest first."""
    rows = [row.cleaned_data for row in formset.forms if not row.is_blank()]
    rows.sort(key=lambda row: row["min"], reverse=True)
    return [{"name": row["name"], "min": decimal_text(row["min"])} for row in rows]


def step_rows_of(table: CriteriaTable) -> list[dict[str, Any]]:
    """The stored tie breaks as lines."""
    return [
        {"step": f"{one['by']}:{one['code']}" if "code" in one else one["by"]}
        for one in table.definition.get("tie_breaks", [])
    ]


def steps_of(
    formset: forms.BaseFormSet[TieBreakRow], _table: CriteriaTable
) -> list[dict[str, Any]]:
    """The tie breaks as the format writes them, each once."""
    steps: list[dict[str, Any]] = []
    for row in formset.forms:
        by, _colon, code = row.cleaned_data.get("step", "").partition(":")
        step = {"by": by, "code": code} if code else {"by": by}
        if by and step not in steps:
            steps.append(step)
    return steps


def title_rows_of(table: CriteriaTable) -> list[dict[str, Any]]:
    """The stored titles as lines."""
    rows = []
    for one in table.definition.get("titles", []):
        asks = one["requires"]
        rows.append(
            {
                "code": one["code"],
                "name": one["name"],
                "quota": one["quota"],
                "registered": asks.get("registered", False),
                "rank_max": asks.get("rank_max"),
                "min_total": Decimal(asks["min_total"]) if "min_total" in asks else None,
                "class_name": asks.get("class", ""),
            }
        )
    return rows


def titles_of(formset: forms.BaseFormSet[TitleRow], table: CriteriaTable) -> list[dict[str, Any]]:
    """The titles as the format writes them; what a line does not show of a title is kept."""
    stored = {one["code"]: one for one in table.definition.get("titles", [])}
    titles: list[dict[str, Any]] = []
    for row in formset.forms:
        if row.is_blank():
            continue
        given = row.cleaned_data
        code = given["code"] or _code_of_title(given["name"], titles, stored)
        before = stored.get(code, {"scope": "bloc", "requires": {}})
        asks = {
            key: value
            for key, value in before["requires"].items()
            if key not in {"registered", "rank_max", "min_total", "class"}
        }
        if given["registered"]:
            asks["registered"] = True
        if given["rank_max"]:
            asks["rank_max"] = given["rank_max"]
        if given["min_total"] is not None:
            asks["min_total"] = decimal_text(given["min_total"])
        if given["class_name"]:
            asks["class"] = given["class_name"].strip()
        quota = given["quota"] if given["quota"] is not None else 0
        title = {"code": code, "name": given["name"].strip(), "quota": quota}
        titles.append({**title, "scope": before["scope"], "requires": asks})
    return titles


def _code_of_title(
    name: str, titles: Sequence[Mapping[str, Any]], stored: Mapping[str, Any]
) -> str:
    taken = {*stored, *(one["code"] for one in titles)}
    plain = "-".join(re.findall(r"[a-z0-9]+", fold(name)))[:50] or "danh-hieu"
    number = 1
    code = plain
    while code in taken:
        number += 1
        code = f"{plain}-{number}"
    return code


class StartTableForm(forms.Form):
    """An empty table, or a copy of another: the bloc's own first, then by the type of bloc."""

    copy_of = forms.ChoiceField(label=gettext_lazy("Sao chép từ"), required=False)
    helper = _helper()

    def __init__(
        self,
        *args: Any,
        groups: Sequence[tuple[str, Sequence[CriteriaTable]]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["copy_of"]
        field.choices = [
            ("", _("Bảng mới với các nhóm thường dùng")),
            *((name, [(table.pk, _named(table)) for table in found]) for name, found in groups),
        ]

    def chosen(self) -> int | None:
        """The table to copy, None for a new one."""
        given = self.cleaned_data["copy_of"]
        return int(given) if given else None


def _named(table: CriteriaTable) -> str:
    return f"{table.title} ({table.code}, {_('bản')} {table.version})"


class CommentsOpenForm(forms.Form):
    """Until when units may comment."""

    due_at = DeadlineField(label=gettext_lazy("Hạn góp ý"), required=True)


class TableCommentForm(forms.Form):
    """What a unit says about a criterion, or about the whole table."""

    criterion = forms.ChoiceField(label=gettext_lazy("Về"), required=False)
    text = forms.CharField(
        label=gettext_lazy("Ý kiến"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )
    helper = _helper()

    def __init__(self, *args: Any, criteria: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["criterion"]
        field.choices = [("", _("Cả bảng điểm")), *((c, f"{c}. {n}") for c, n in criteria)]


def typed_points(data: Mapping[str, str]) -> dict[str, str]:
    """The points typed in the tree, by the criterion's code; faulty ones raise.

    Raises ``ValidationError`` with one message for each number that cannot be read.
    """
    field = VietnameseDecimalField(most=MOST_POINTS, places=POINT_PLACES)
    points: dict[str, str] = {}
    faults: list[str] = []
    for name, text in data.items():
        if not name.startswith("points:"):
            continue
        code = name.removeprefix("points:")
        try:
            points[code] = decimal_text(field.clean(text))
        except ValidationError as error:
            faults.append(f"{code}: {error.messages[0]}")
    if faults:
        raise ValidationError(faults)
    return points
