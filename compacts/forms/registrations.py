"""Forms of the registration: titles, key tasks, return, approval."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from compacts.documents.limits import LONGEST_TEXT
from compacts.forms.printable import Printable, one_line
from compacts.models import OfferedTitle
from compacts.services.registrations import TaskText
from units.form_fields import DateField, VietnameseDecimalField

MAX_TASKS = 40
USUAL_TASKS = 10
# So many rows stand open at least; the other empty ones lie under a fold.
OPEN_ROWS = 3


class RegistrationForm(forms.Form):
    """The titles a unit registers, and the version its writer read."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    titles = forms.MultipleChoiceField(
        label=_("Danh hiệu đăng ký"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, offered: list[OfferedTitle], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["titles"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = [(title.code, title.name) for title in offered]


# What makes a row a task, if only one of them is there.
_WRITTEN = ("text", "measure", "unit_of_measure", "target", "due_on")


class TaskForm(forms.Form):
    """A key task; in a draft any part may still be empty."""

    text = forms.CharField(
        label=_("Nhiệm vụ"),
        max_length=LONGEST_TEXT,
        required=False,
        validators=[Printable()],
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    measure = forms.CharField(
        label=_("Chỉ số đo"),
        max_length=300,
        required=False,
        validators=[Printable()],
    )
    unit_of_measure = forms.CharField(
        label=_("Đơn vị tính"),
        max_length=60,
        required=False,
        validators=[Printable()],
    )
    target = VietnameseDecimalField(label=_("Chỉ tiêu"), max_length=30, required=False)
    due_on = DateField(
        label=_("Hạn"),
        required=False,
    )
    ad_hoc = forms.BooleanField(label=_("Đột xuất"), required=False)

    def is_written(self) -> bool:
        """Does anything stand in the row, or was anything wrong in it?"""
        return bool(self.errors) or any(self[name].value() for name in self.fields)

    def task(self) -> TaskText | None:
        """The task as the service takes it; None for an empty row."""
        facts = self.cleaned_data
        # A target of 0 is written, too.
        written = any(facts.get(name) not in (None, "") for name in _WRITTEN)
        if not written or facts.get("DELETE"):
            return None
        return TaskText(
            text=one_line(facts["text"]),
            measure=one_line(facts["measure"]),
            unit_of_measure=one_line(facts["unit_of_measure"]),
            target=facts["target"],
            due_on=facts["due_on"],
            ad_hoc=facts["ad_hoc"],
        )


TaskFormSet = forms.formset_factory(
    TaskForm, extra=0, can_delete=True, max_num=MAX_TASKS, validate_max=True
)


NumberedRow = tuple[int, TaskForm]


def rows_of(formset: Any) -> tuple[list[NumberedRow], list[NumberedRow]]:
    """The rows to show, one empty one after the last that is written; and those to fold away."""
    rows: list[NumberedRow] = list(enumerate(formset, start=1))
    written = [number for number, row in rows if row.is_written()]
    count = max(OPEN_ROWS, written[-1] + 1 if written else 0)
    return rows[:count], rows[count:]


class ReasonForm(forms.Form):
    """Why something is returned."""

    reason = forms.CharField(
        label=_("Lý do trả lại"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
