"""The progress report of one key task."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from compacts.services.progress import ProgressFacts
from units.form_fields import VietnameseDecimalField


class ProgressForm(forms.Form):
    """What was achieved by the end of the period, in the task's unit; left empty it is skipped."""

    achieved = VietnameseDecimalField(label=_("Thực hiện"), required=False)
    note = forms.CharField(label=_("Ghi chú"), max_length=2000, required=False)
    link = forms.URLField(
        label=_("Đường dẫn minh chứng"), required=False, max_length=500, assume_scheme="https"
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def facts(self) -> ProgressFacts | None:
        """The report as the service takes it; None where no figure was typed."""
        given = self.cleaned_data
        if given["achieved"] is None:
            return None
        return ProgressFacts(given["achieved"], given["note"], given["link"])
