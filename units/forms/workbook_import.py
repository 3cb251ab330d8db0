"""The form of an import from a workbook."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class WorkbookForm(forms.Form):
    """The filled workbook."""

    file = forms.FileField(label=_("Tệp Excel đã điền"), allow_empty_file=True)
