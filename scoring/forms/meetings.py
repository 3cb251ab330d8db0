"""Forms of what a meeting decides: counted ballots, the order of equals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from scoring.rules import BallotBase

YES_PREFIX = "yes_"
PLACE_PREFIX = "place_"


class BallotForm(forms.Form):
    """The counted result of a ballot, with a field of yes votes for each unit."""

    code = forms.SlugField(
        label=_("Mã"), max_length=60, help_text=_("Như trong bảng điểm, ví dụ: co-tinh")
    )
    name = forms.CharField(label=_("Nội dung bỏ phiếu"), max_length=300)
    voters = forms.IntegerField(label=_("Tổng số thành viên"), min_value=1, max_value=10000)
    present = forms.IntegerField(label=_("Có mặt"), min_value=0, max_value=10000)
    valid = forms.IntegerField(label=_("Phiếu hợp lệ"), min_value=0, max_value=10000)
    base = forms.ChoiceField(label=_("Tính tỷ lệ trên"), choices=BallotBase.choices)

    def __init__(self, *args: Any, units: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, name in units:
            self.fields[YES_PREFIX + code] = forms.IntegerField(
                label=_("Đồng ý: %(unit)s") % {"unit": name},
                min_value=0,
                max_value=10000,
                required=False,
            )
        self.helper = FormHelper()
        self.helper.form_tag = False

    def yes(self) -> dict[str, int]:
        """The votes by unit code, for the units that stood in the ballot."""
        return {
            name.removeprefix(YES_PREFIX): value
            for name, value in self.cleaned_data.items()
            if name.startswith(YES_PREFIX) and value is not None
        }


class DecisionForm(forms.Form):
    """The order of units with equal totals, and why."""

    reason = forms.CharField(
        label=_("Lý do"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, units: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, name in units:
            self.fields[PLACE_PREFIX + code] = forms.IntegerField(
                label=_("Thứ tự của %(unit)s") % {"unit": name},
                min_value=1,
                max_value=len(units),
            )
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        places = [value for name, value in facts.items() if name.startswith(PLACE_PREFIX)]
        if len(set(places)) != len(places):
            raise forms.ValidationError(_("Mỗi đơn vị cần một thứ tự riêng."))
        return facts

    def order(self) -> list[str]:
        """The unit codes, the better placed first."""
        placed = [
            (value, name.removeprefix(PLACE_PREFIX))
            for name, value in self.cleaned_data.items()
            if name.startswith(PLACE_PREFIX)
        ]
        return [code for _place, code in sorted(placed)]
