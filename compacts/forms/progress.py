"""The progress report of one key task."""

from __future__ import annotations

from typing import Any

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
    file = forms.FileField(
        label=_("Tệp minh chứng"),
        required=False,
        help_text=_("PDF, ảnh, Word hoặc Excel; tối đa 20 MB. Tệp mới thay tệp cũ."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(self, *args: Any, is_reported: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_reported = is_reported

    def clean(self) -> dict[str, Any]:
        """Ask for the figure where only what goes with it was given, or it was given before."""
        given = super().clean() or self.cleaned_data
        beside = any(given.get(name) for name in ("note", "link", "file"))
        if beside and "achieved" in given and given["achieved"] is None:
            self.add_error("achieved", _("Hãy ghi số đã thực hiện."))
        elif self.is_reported and "achieved" in given and given["achieved"] is None:
            self.add_error("achieved", _("Số đã báo cáo không xóa được; hãy ghi số đúng."))
        return given

    def facts(self) -> ProgressFacts | None:
        """The report as the service takes it; None where no figure was typed."""
        given = self.cleaned_data
        if given["achieved"] is None:
            return None
        return ProgressFacts(given["achieved"], given["note"], given["link"])
