"""The upload of an exchange file."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from scoring.exchange.files import LARGEST_FILE


class ExchangeFileForm(forms.Form):
    """A file of the exchange formats, or a table's workbook; judged by the preview."""

    file = forms.FileField(
        label=_("Tệp"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".json,.xlsx"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        if upload.size > LARGEST_FILE:
            limit = LARGEST_FILE // 1024 // 1024
            raise forms.ValidationError(_("Tệp lớn hơn %(limit)s MB.") % {"limit": limit})
        return upload
