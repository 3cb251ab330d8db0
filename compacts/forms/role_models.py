"""The form of an exemplary model."""

from __future__ import annotations

from typing import Any, cast

from crispy_forms.helper import FormHelper
from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from compacts.services.role_models import RoleModelFacts
from units.form_fields import DateField


class RoleModelForm(forms.Form):
    """Who, what they did, how it was multiplied, a picture."""

    version = forms.IntegerField(widget=forms.HiddenInput, initial=0)
    unit = forms.ChoiceField(label=_("Đơn vị"))
    is_collective = forms.BooleanField(label=_("Là tập thể, mô hình"), required=False)
    name = forms.CharField(label=_("Tên cá nhân, tập thể, mô hình"), max_length=200)
    summary = forms.CharField(
        label=_("Tóm tắt"), max_length=300, help_text=_("Một câu, đọc là hiểu việc đã làm.")
    )
    story = forms.CharField(
        label=_("Câu chuyện"),
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Việc làm cụ thể, con số, kết quả; mỗi đoạn một dòng."),
    )
    multiplied = forms.CharField(
        label=_("Cách nhân rộng"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Nói chung; từng đơn vị đã học tập thì ghi riêng ở trang của gương."),
    )
    found_on = DateField(label=_("Ngày phát hiện"))
    picture = forms.FileField(
        label=_("Ảnh"),
        required=False,
        allow_empty_file=True,
        help_text=_("PNG hoặc JPEG, tối đa 20 MB."),
    )

    def __init__(self, *args: Any, units: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["unit"]).choices = units
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True

    def facts(self) -> RoleModelFacts:
        """The model as the service takes it."""
        given = self.cleaned_data
        return RoleModelFacts(
            is_collective=given["is_collective"],
            name=given["name"],
            summary=given["summary"],
            story=given["story"],
            multiplied=given["multiplied"],
            found_on=given["found_on"],
        )

    def take_version(self, version: int) -> None:
        """Show the form again on the newest version, with what was typed."""
        data = cast(QueryDict, self.data).copy()
        data["version"] = str(version)
        self.data = data
