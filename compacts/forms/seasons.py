"""Forms of a season: opening it, its offices, its dates."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from compacts.models import Season
from compacts.rules import SelectionWay
from units.form_fields import DateField, DateTimeField, DeadlineField
from units.forms.seen import SeenForm
from units.models import Unit


class OfficesForm(forms.Form):
    """Head and deputies, and how they were chosen."""

    head = forms.ModelChoiceField(label=_("Trưởng khối"), queryset=Unit.objects.none())
    deputies = forms.ModelMultipleChoiceField(
        label=_("Phó trưởng khối (nhiều nhất hai)"),
        queryset=Unit.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    chosen_by = forms.ChoiceField(
        label=_("Cách chọn"), choices=SelectionWay.choices, initial=SelectionWay.ROTATION
    )

    def offer(self, units: Any) -> None:
        """The units that may hold an office."""
        for name in ("head", "deputies"):
            field = self.fields[name]
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = units
        self.helper = FormHelper()
        self.helper.form_tag = False


class NewSeasonForm(OfficesForm):
    """A new season of a bloc."""

    year = forms.IntegerField(label=_("Năm"), min_value=1945, max_value=2200)
    starts_on = DateField(label=_("Từ ngày"))
    ends_on = DateField(label=_("Đến ngày"))
    theme = forms.CharField(
        label=_("Chủ đề"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    field_order = ["year", "starts_on", "ends_on", "theme", "head", "deputies", "chosen_by"]

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer(units)


class SeasonForm(SeenForm, OfficesForm):
    """Theme, leader in charge and offices of a season."""

    theme = forms.CharField(
        label=_("Chủ đề"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    leader_name = forms.CharField(label=_("Lãnh đạo phụ trách"), max_length=150, required=False)
    leader_position = forms.CharField(label=_("Chức vụ"), max_length=200, required=False)
    field_order = ["theme", "leader_name", "leader_position", "head", "deputies", "chosen_by"]

    def __init__(self, *args: Any, season: Season, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        taking_part = season.participants.values("unit")
        self.offer(Unit.objects.filter(pk__in=taking_part))


class MilestoneForm(SeenForm):
    """When a step opens and is due."""

    is_on = forms.BooleanField(label=_("Có thực hiện"), required=False)
    opens_at = DateTimeField(label=_("Mở từ"))
    due_at = DeadlineField(label=_("Hạn"))
    extended_to = DeadlineField(label=_("Gia hạn đến"))
    extension_reason = forms.CharField(label=_("Lý do gia hạn"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
