"""Forms of the register of ad-hoc tasks."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Column, Layout, Row
from django import forms
from django.utils.translation import gettext_lazy as _

from compacts.services.ad_hoc_tasks import AdHocFacts
from units.form_fields import DateField


class AdHocTaskForm(forms.Form):
    """A task given during the year, and its result once it is done."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    unit = forms.ChoiceField(label=_("Đơn vị thực hiện"))
    text = forms.CharField(
        label=_("Nhiệm vụ"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    assigned_by = forms.CharField(
        label=_("Cơ quan, người giao"), max_length=200, help_text=_("Ví dụ: Thường trực Tỉnh ủy")
    )
    document_number = forms.CharField(
        label=_("Số văn bản giao"), max_length=100, required=False, help_text=_("Nếu có")
    )
    assigned_on = DateField(label=_("Ngày giao"))
    due_on = DateField(label=_("Hạn hoàn thành"), required=False)
    result = forms.CharField(
        label=_("Kết quả"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    done_on = DateField(label=_("Ngày hoàn thành"), required=False)
    file = forms.FileField(
        label=_("Tệp minh chứng"),
        required=False,
        help_text=_("PDF, ảnh, Word hoặc Excel; tối đa 20 MB. Tệp mới thay tệp cũ."),
    )
    link = forms.URLField(
        label=_("hoặc đường dẫn minh chứng"),
        max_length=500,
        required=False,
        assume_scheme="https",
    )

    def __init__(self, *args: Any, units: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["unit"]
        if isinstance(field, forms.ChoiceField):
            field.choices = units
        self.helper = FormHelper()
        self.helper.form_tag = False
        done = _("Khi đã xong: ghi kết quả để người giao xác nhận")
        self.helper.layout = Layout(
            "version",
            "unit",
            "text",
            Row(Column("assigned_by"), Column("document_number")),
            Row(Column("assigned_on"), Column("due_on")),
            HTML(f'<h2 class="h6 mt-3">{done}</h2>'),
            "result",
            "done_on",
            "file",
            "link",
        )

    def facts(self) -> AdHocFacts:
        """The task as the service takes it."""
        given = self.cleaned_data
        return AdHocFacts(
            text=given["text"],
            assigned_by=given["assigned_by"],
            assigned_on=given["assigned_on"],
            document_number=given["document_number"],
            due_on=given["due_on"],
            result=given["result"],
            done_on=given["done_on"],
            link=given["link"],
        )
