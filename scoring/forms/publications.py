"""Forms of publication: the window for objections, corrections, objections and answers."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from units.form_fields import DeadlineField


class PlainForm(forms.Form):
    """A form whose tag and buttons the page writes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False


class PublishForm(PlainForm):
    """Until when units may object; for a correction, why."""

    objections_due_at = DeadlineField(
        label=_("Nhận kiến nghị đến"),
        help_text=_("Bỏ trống nếu không nhận kiến nghị."),
    )
    reason = forms.CharField(
        label=_("Lý do đính chính"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, correction: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not correction:
            del self.fields["reason"]


class CorrectionForm(PlainForm):
    """Why a published ranking is taken back to be corrected."""

    reason = forms.CharField(
        label=_("Lý do đính chính"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class ObjectionForm(PlainForm):
    """What a unit objects to."""

    text = forms.CharField(
        label=_("Nội dung kiến nghị"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Nêu rõ tiêu chí, điểm đề nghị và căn cứ."),
    )


class AnswerForm(PlainForm):
    """The answer to what a unit asked."""

    accepted = forms.TypedChoiceField(
        label=_("Kết luận"),
        choices=[("yes", _("Chấp nhận, sẽ đính chính")), ("no", _("Không chấp nhận"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=_("Trả lời"), max_length=5000, widget=forms.Textarea(attrs={"rows": 4})
    )
