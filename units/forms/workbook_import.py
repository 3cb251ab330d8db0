"""The form of an import from a workbook."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class WorkbookForm(forms.Form):
    """The filled workbook."""

    file = forms.FileField(
        label=_("Tệp đã điền"),
        help_text=_("Tệp .xlsx hoặc .csv, tối đa 5 MB."),
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
    )
