"""Forms of explanations and of requests that a criterion does not apply."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from compacts.documents.paper_limits import LONGEST_WORD
from compacts.forms.printable import Printable
from scoring.forms.publications import PlainForm
from scoring.forms.rounds import offer
from scoring.models import Criterion


class ExplanationForm(PlainForm):
    """What a unit says about how one criterion was verified."""

    text = forms.CharField(
        label=_("Giải trình"),
        max_length=5000,
        validators=[Printable(longest_word=LONGEST_WORD)],
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Nêu điểm đề nghị và căn cứ."),
    )
    link = forms.URLField(
        label=_("Đường dẫn minh chứng"), required=False, max_length=500, assume_scheme="https"
    )
    file = forms.FileField(label=_("Tệp minh chứng"), required=False)


class ExplanationAnswerForm(PlainForm):
    """The answer to an explanation."""

    accepted = forms.TypedChoiceField(
        label=_("Kết luận"),
        choices=[("yes", _("Chấp nhận, chấm lại tiêu chí này")), ("no", _("Không chấp nhận"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=_("Trả lời"),
        max_length=5000,
        validators=[Printable(longest_word=LONGEST_WORD)],
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class ExemptionRequestForm(PlainForm):
    """A leaf that a unit says does not apply to it, and why."""

    criterion = forms.ModelChoiceField(label=_("Tiêu chí"), queryset=Criterion.objects.none())
    reason = forms.CharField(
        label=_("Lý do"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, criteria: QuerySet[Criterion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "criterion", criteria)
