"""The form of who learned from an exemplary model."""

from __future__ import annotations

from typing import Any, cast

from crispy_forms.helper import FormHelper
from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from compacts.services.multiplications import MultiplicationFacts
from units.form_fields import DateField


class MultiplicationForm(forms.Form):
    """Where, what was done, on which day, how many people it reached.

    Who may speak for one unit only (``may_name_elsewhere`` is false) is not asked for another
    place.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, initial=0)
    unit = forms.ChoiceField(label=_("Đơn vị"), required=False)
    elsewhere = forms.CharField(
        label=_("Nơi khác"),
        max_length=200,
        required=False,
        help_text=_("Khi không phải đơn vị trong danh sách: chi bộ, trường, xã, cơ quan khác."),
    )
    deed = forms.CharField(
        label=_("Việc đã làm"), max_length=5000, widget=forms.Textarea(attrs={"rows": 4})
    )
    done_on = DateField(label=_("Ngày"))
    people = forms.IntegerField(
        label=_("Số người được phổ biến"),
        required=False,
        min_value=1,
        max_value=10_000_000,
        help_text=_("Để trống nếu không đếm."),
    )

    def __init__(
        self,
        *args: Any,
        units: list[tuple[str, str]],
        may_name_elsewhere: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        choices = cast(forms.ChoiceField, self.fields["unit"])
        if may_name_elsewhere:
            choices.choices = [("", gettext("– nơi khác –")), *units]
        else:
            choices.choices = units
            del self.fields["elsewhere"]
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True

    def facts(self) -> MultiplicationFacts:
        """The entry as the service takes it."""
        given = self.cleaned_data
        return MultiplicationFacts(
            unit=given["unit"],
            elsewhere=given.get("elsewhere", ""),
            deed=given["deed"],
            done_on=given["done_on"],
            people=given["people"],
        )

    def take_version(self, version: int) -> None:
        """Show the form again on the newest version, with what was typed."""
        data = cast(QueryDict, self.data).copy()
        data["version"] = str(version)
        self.data = data
