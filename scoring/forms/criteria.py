"""The form of one criterion in the table editor, with a small form for each kind of rule.

Percentages are typed as officials write them and
become the ratios of formats.md.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from scoring.engine.faults import Fault
from scoring.forms.rule_rows import (
    Adds,
    BandRow,
    BandsOf,
    Better,
    GateEffect,
    LadderRow,
    OptionRow,
    Row,
    RuleKind,
    decimal_text,
    percent_of,
    ratio_text,
)
from scoring.rules import MOST_POINTS
from scoring.sayings import said
from scoring.services.tables import CriterionFacts
from units.form_fields import DateField, VietnameseDecimalField
from units.rules import POINT_PLACES
from units.vietnamese import written

LETTERS = "abcdefghijklmnopqrstuvwxyz"
Node = Mapping[str, Any]


ROWS: Mapping[str, tuple[type[Row], str]] = {
    "choice": (OptionRow, "options"),
    "checklist": (OptionRow, "items"),
    "bands": (BandRow, "bands"),
    "ladder": (LadderRow, "steps"),
}


def _points(**kwargs: Any) -> VietnameseDecimalField:
    return VietnameseDecimalField(required=False, **kwargs)


def _one_of(choices: type[TextChoices], label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices.choices, required=False)


class CriterionForm(forms.Form):
    """One criterion: what it is called, its points, and how these are given.

    A group has no rule. The fields of a kind of rule begin with its name; those of the other
    kinds are not looked at.
    """

    code = forms.CharField(label=gettext_lazy("Mã"), max_length=60)
    name = forms.CharField(
        label=gettext_lazy("Tiêu chí"), max_length=4000, widget=forms.Textarea(attrs={"rows": 2})
    )
    points = VietnameseDecimalField(
        label=gettext_lazy("Điểm chuẩn"), most=MOST_POINTS, places=POINT_PLACES
    )
    adds = forms.ChoiceField(label=gettext_lazy("Là"), choices=Adds.choices, required=False)
    evidence = forms.BooleanField(label=gettext_lazy("Bắt buộc có minh chứng"), required=False)
    note = forms.CharField(
        label=gettext_lazy("Hướng dẫn cách chấm"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Cách tính điểm"), choices=RuleKind.choices)

    judged_step = _points(
        label=gettext_lazy("Bước điểm"), help_text=gettext_lazy("Ví dụ 0,5: cho 9; 9,5; 10.")
    )
    proportional_better = _one_of(Better, gettext_lazy("Kết quả"))
    proportional_target = _points(
        label=gettext_lazy("Chỉ tiêu chung"),
        help_text=gettext_lazy("Để trống nếu mỗi đơn vị có chỉ tiêu riêng."),
    )
    proportional_floor = _points(label=gettext_lazy("Dưới mức này không có điểm (%)"))
    bands_of = _one_of(BandsOf, gettext_lazy("Các mức là"))
    bands_better = _one_of(Better, gettext_lazy("Kết quả"))
    steps_better = _one_of(Better, gettext_lazy("Kết quả"))
    steps_at_target = _points(label=gettext_lazy("Điểm khi đạt chỉ tiêu"))
    steps_gains = _points(label=gettext_lazy("Mỗi 1% vượt được cộng"))
    steps_loses = _points(label=gettext_lazy("Mỗi 1% hụt bị trừ"))
    relative_better = _one_of(Better, gettext_lazy("Kết quả"))
    relative_targets = forms.BooleanField(
        label=gettext_lazy("Mỗi đơn vị có chỉ tiêu"), required=False, initial=True
    )
    relative_share = _points(
        label=gettext_lazy("Phần điểm khi vừa đạt chỉ tiêu (%)"), initial=Decimal(50)
    )
    count_each = _points(label=gettext_lazy("Mỗi việc được (điểm)"))
    ladder_due_on = DateField(
        label=gettext_lazy("Thời hạn"),
        required=False,
        help_text=gettext_lazy("Để trống nếu người chấm ghi số ngày chậm."),
    )
    per_day_loses = _points(label=gettext_lazy("Mỗi ngày chậm trừ (điểm)"))
    per_day_due_on = DateField(
        label=gettext_lazy("Thời hạn"),
        required=False,
        help_text=gettext_lazy("Để trống nếu người chấm ghi số ngày chậm."),
    )
    gate_effect = _one_of(GateEffect, gettext_lazy("Khi vướng"))

    def __init__(
        self, *args: Any, node: Node | None = None, top: bool, group: bool, **kwargs: Any
    ) -> None:
        self.group = group
        initial = {} if node is None else _initial_of(node)
        kwargs["initial"] = {**initial, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        if not top:
            del self.fields["adds"]
        if group:
            for name in [*self._rule_fields(), "kind"]:
                del self.fields[name]
        rows = _rows_of(node or {})
        self.row_sets = {
            kind: forms.formset_factory(row, extra=1 if rows.get(kind) else 2)(
                self.data if self.is_bound and self._posts(kind) else None,
                prefix=kind,
                initial=rows.get(kind),
            )
            for kind, (row, _key) in ROWS.items()
            if not group
        }

    def _posts(self, kind: str) -> bool:
        return f"{kind}-TOTAL_FORMS" in self.data and self.data.get("kind") == kind

    def _rule_fields(self) -> list[str]:
        starts = tuple(f"{kind}_" for kind in RuleKind.values)
        return [name for name in self.fields if name.startswith(starts)]

    def sections(self) -> Iterator[tuple[str, list[forms.BoundField], Any]]:
        """For each kind of rule its name, its fields, and its lines if it has any."""
        if self.group:
            return
        for kind in RuleKind.values:
            fields = [self[name] for name in self._rule_fields() if name.startswith(f"{kind}_")]
            yield kind, fields, self.row_sets.get(kind)

    def shared_fields(self) -> list[forms.BoundField]:
        """The fields that every criterion has."""
        names = ("code", "name", "points", "adds", "evidence", "note")
        return [self[name] for name in names if name in self.fields]

    @property
    def chosen(self) -> str:
        """The kind of rule that is chosen at the moment."""
        return "" if self.group else str(self["kind"].value() or RuleKind.JUDGED)

    def is_valid(self) -> bool:
        """Also the lines of the chosen kind of rule must be complete."""
        kind = self.chosen
        rows = self.row_sets.get(kind) if kind else None
        return super().is_valid() and (rows is None or rows.is_valid())

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        needed = {
            "judged": ("judged_step",),
            "steps": ("steps_at_target", "steps_gains", "steps_loses"),
            "count": ("count_each",),
            "per_day": ("per_day_loses",),
        }
        for name in needed.get(given.get("kind", ""), ()):
            if given.get(name) is None and name not in self.errors:
                self.add_error(name, _("Hãy điền ô này."))
        return given

    def facts(self) -> CriterionFacts:
        """The criterion as the service takes it; only once the form is valid."""
        given = self.cleaned_data
        return CriterionFacts(
            code=given["code"].strip(),
            name=written(given["name"]).strip(),
            max=decimal_text(given["points"]),
            rule=None if self.group else self.rule(),
            note=written(given["note"]).strip(),
            evidence=given["evidence"],
            adds=given.get("adds") or "base",
        )

    def rule(self) -> dict[str, Any]:
        """The rule as the format writes it; what the format takes for granted is left out."""
        kind = self.cleaned_data["kind"]
        rule: dict[str, Any] = {"kind": kind}
        for name, write in _WRITERS.get(kind, {}).items():
            text = write(self.cleaned_data.get(f"{kind}_{name}"))
            if text is not None:
                rule[name] = text
        if kind in ROWS:
            rule[ROWS[kind][1]] = self._lines(kind)
        return rule

    def _lines(self, kind: str) -> list[dict[str, Any]]:
        forms_of = [row for row in self.row_sets[kind].forms if not row.is_blank()]
        rows = [row.cleaned_data for row in forms_of]
        if kind == "bands":
            return self._bands(rows)
        if kind == "ladder":
            rows.sort(key=lambda row: row["days_late"])
            return [
                {"days_late": row["days_late"], "points": decimal_text(row["points"])}
                for row in rows
            ]
        return _with_keys(rows)

    def _bands(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The levels in the order that the format asks for."""
        by_value = self.cleaned_data["bands_of"] == BandsOf.VALUE
        rising = by_value and self.cleaned_data["bands_better"] == Better.LOWER
        rows.sort(key=lambda row: row["start"], reverse=not rising)
        rows.sort(key=lambda row: (row["start"] if rising else -row["start"], not row["open"]))
        bands = []
        for row in rows:
            start = decimal_text(row["start"]) if by_value else ratio_text(row["start"])
            band: dict[str, Any] = {"from": start, "points": decimal_text(row["points"])}
            bands.append({**band, "open": True} if row["open"] else band)
        return bands

    def show(self, faults: Sequence[Fault]) -> None:
        """Put faults of the engine at the fields they belong to."""
        for fault in faults:
            words = f"{said(fault.message)} {said(fault.expected)}".strip()
            self.add_error(self._field_of(fault.path), words)

    def _field_of(self, path: str) -> str | None:
        path = path.removeprefix("rule.")
        direct = {"max": "points"}.get(path, path)
        of_kind = f"{self.chosen}_{path.partition('[')[0]}"
        return next((name for name in (direct, of_kind) if name in self.fields), None)


def _with_keys(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The options with a key each; one that has none gets the next free letter."""
    taken = {row["key"] for row in rows if row["key"]}
    free = (letter for letter in (*LETTERS, *map(str, range(1, 500))) if letter not in taken)
    return [
        {
            "key": row["key"] or next(free),
            "name": row["name"].strip(),
            "points": decimal_text(row["points"]),
        }
        for row in rows
    ]


def _written(value: Decimal | None) -> str | None:
    return None if value is None else decimal_text(value)


def _written_percent(value: Decimal | None) -> str | None:
    return None if value is None else ratio_text(value)


def _better(value: str) -> str | None:
    return "lower" if value == Better.LOWER else None


_WRITERS: Mapping[str, Mapping[str, Any]] = {
    "judged": {"step": _written},
    "proportional": {"better": _better, "target": _written, "floor": _written_percent},
    "bands": {"better": _better, "of": lambda value: "value" if value == "value" else None},
    "steps": {"better": _better, "at_target": _written, "gains": _written, "loses": _written},
    "relative": {
        "better": _better,
        "targets": lambda value: None if value else False,
        "share": _written_percent,
    },
    "count": {"each": _written},
    "ladder": {"due_on": lambda value: value.isoformat() if value else None},
    "per_day": {
        "loses": _written,
        "due_on": lambda value: value.isoformat() if value else None,
    },
    "gate": {"effect": lambda value: value or GateEffect.UNRANKED.value},
}
_PERCENTAGES = frozenset({"proportional_floor", "relative_share"})
_WORDS = frozenset({"better", "of", "effect"})


def _initial_of(node: Node) -> dict[str, Any]:
    """What stands in the form for a stored criterion."""
    initial: dict[str, Any] = {
        "code": node["code"],
        "name": node["name"],
        "points": Decimal(node["max"]),
        "adds": node.get("adds", "base"),
        "evidence": node.get("evidence", False),
        "note": node.get("note", ""),
    }
    rule = node.get("rule")
    if not rule:
        return initial
    kind = rule["kind"]
    initial["kind"] = kind
    for key, value in rule.items():
        name = f"{kind}_{key}"
        if key in _WORDS or isinstance(value, bool):
            initial[name] = value
        elif key == "due_on":
            initial[name] = datetime.date.fromisoformat(value)
        elif isinstance(value, str) and key != "kind":
            initial[name] = percent_of(value) if name in _PERCENTAGES else Decimal(value)
    return initial


def _rows_of(node: Node) -> dict[str, list[dict[str, Any]]]:
    """The lines that stand in the form for a stored rule."""
    rule = node.get("rule") or {}
    kind = rule.get("kind", "")
    if kind not in ROWS:
        return {}
    lines = rule[ROWS[kind][1]]
    if kind == "bands":
        by_value = rule.get("of") == "value"
        return {
            kind: [
                {
                    "start": Decimal(line["from"]) if by_value else percent_of(line["from"]),
                    "open": line.get("open", False),
                    "points": Decimal(line["points"]),
                }
                for line in lines
            ]
        }
    return {kind: [{**line, "points": Decimal(line["points"])} for line in lines]}
