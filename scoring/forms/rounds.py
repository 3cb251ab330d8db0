"""Forms of rounds: what a round is, who scores whom, what does not apply."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, cast

from crispy_forms.helper import FormHelper
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from compacts.models import Season
from scoring.models import Criterion
from scoring.rules import CrossMethod, FinalMethod, Stage
from scoring.services.assignments import ASSIGNED_STAGES
from scoring.services.rounds import RoundFacts
from units.form_fields import DateTimeField, DeadlineField
from units.models import Unit

RESERVED_CODES = frozenset({"moi", "bang-diem", "khong-ap-dung", "so-lieu", "soan-bang"})
_WEIGHT = "weight_"


def _helper() -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    return helper


class RoundForm(forms.Form):
    """Code, name, window, and how the stages become final points."""

    code = forms.SlugField(label=_("Mã đợt"), max_length=60, help_text=_("Ví dụ: nam, 6-thang"))
    name = forms.CharField(label=_("Tên đợt"), max_length=200)
    opens_at = DateTimeField(label=_("Mở từ"), required=False)
    due_at = DeadlineField(
        label=_("Hạn tự chấm"),
        required=False,
        help_text=_("Phiếu gửi sau hạn vẫn nhận, nhưng ghi là muộn."),
    )
    final_method = forms.ChoiceField(
        label=_("Cách tính điểm cuối"), choices=FinalMethod.choices, initial=FinalMethod.STAGE
    )
    final_stage = forms.ChoiceField(
        label=_("Lấy điểm của bước"),
        choices=Stage.choices,
        initial=Stage.VERIFY,
        required=False,
        help_text=_("Bước đó chưa chấm mục nào thì lấy bước gần nhất trước đó."),
    )
    cross_method = forms.ChoiceField(
        label=_("Gộp điểm kiểm tra chéo"), choices=CrossMethod.choices, initial=CrossMethod.MEAN
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for stage in Stage:
            self.fields[_WEIGHT + stage.value] = forms.DecimalField(
                label=_("Trọng số: %(stage)s") % {"stage": stage.label},
                required=False,
                min_value=0,
                max_value=1,
                max_digits=5,
                decimal_places=4,
                localize=True,
                widget=forms.TextInput(attrs={"inputmode": "decimal"}),
            )
        self.helper = _helper()

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if code in RESERVED_CODES:
            raise forms.ValidationError(_("Mã này dành cho trang khác, hãy chọn mã khác."))
        return code

    def facts(self) -> RoundFacts:
        """The round as the service takes it."""
        given = self.cleaned_data
        weights: dict[Stage, Decimal] = {
            stage: given[_WEIGHT + stage.value]
            for stage in Stage
            if given.get(_WEIGHT + stage.value) is not None
        }
        return RoundFacts(
            code=given["code"],
            name=given["name"],
            opens_at=given["opens_at"],
            due_at=given["due_at"],
            final_method=FinalMethod(given["final_method"]),
            final_stage=Stage(given["final_stage"]) if given["final_stage"] else None,
            weights=weights,
            cross_method=CrossMethod(given["cross_method"]),
        )


class RoundTimesForm(forms.Form):
    """When a round opens and is due; why that changes once it is open."""

    TIMES = ("opens_at", "due_at", "explanations_due_at")

    opens_at = DateTimeField(label=_("Mở từ"))
    due_at = DeadlineField(label=_("Hạn tự chấm"))
    explanations_due_at = DeadlineField(
        label=_("Hạn giải trình"), help_text=_("Đến lúc đó đơn vị giải trình điểm thẩm định.")
    )
    reason = forms.CharField(label=_("Lý do đổi hạn"), max_length=1000, required=False)
    helper = _helper()


def _members(season: Season) -> QuerySet[Unit]:
    return Unit.objects.filter(pk__in=season.participants.values("unit"))


def offer(form: forms.Form, name: str, rows: QuerySet[Any]) -> None:
    """Let the form's field ``name`` offer these rows."""
    cast("forms.ModelChoiceField[Any]", form.fields[name]).queryset = rows


class AssignmentForm(forms.Form):
    """Who scores whom, at which stage, for which criteria."""

    stage = forms.ChoiceField(
        label=_("Bước"), choices=[(stage.value, stage.label) for stage in ASSIGNED_STAGES]
    )
    unit = forms.ModelChoiceField(label=_("Đơn vị được chấm"), queryset=Unit.objects.none())
    scorer = forms.ModelChoiceField(
        label=_("Đơn vị chấm"),
        queryset=Unit.objects.none(),
        required=False,
        empty_label=_("Tổ thư ký"),
        help_text=_(
            "Kiểm tra chéo: một đơn vị khác trong khối. Thẩm định: cả cơ quan chuyên môn."
        ),
    )
    criteria = forms.ModelMultipleChoiceField(
        label=_("Tiêu chí"),
        queryset=Criterion.objects.none(),
        required=False,
        help_text=_("Không chọn mục nào là giao tất cả."),
        widget=forms.SelectMultiple(attrs={"size": 10}),
    )

    def __init__(
        self, *args: Any, season: Season, criteria: QuerySet[Criterion], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "unit", _members(season))
        offer(self, "scorer", Unit.objects.filter(council=season.bloc.council_id))
        offer(self, "criteria", criteria)
        self.helper = _helper()


class ExemptionForm(forms.Form):
    """A leaf that does not apply to a unit, and why."""

    unit = forms.ModelChoiceField(label=_("Đơn vị"), queryset=Unit.objects.none())
    criterion = forms.ModelChoiceField(label=_("Tiêu chí"), queryset=Criterion.objects.none())
    reason = forms.CharField(
        label=_("Lý do"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(
        self, *args: Any, season: Season, criteria: QuerySet[Criterion], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "unit", _members(season))
        offer(self, "criterion", criteria)
        self.helper = _helper()


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = forms.CharField(label=_("Lý do"), max_length=1000)
