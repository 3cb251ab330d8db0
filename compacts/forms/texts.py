"""Forms of the texts that a bloc agrees on."""

from __future__ import annotations

from typing import Any, cast

from crispy_forms.helper import FormHelper
from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from compacts.documents.paper_limits import LONGEST_WORD
from compacts.forms.printable import Printable
from compacts.models import Draft
from compacts.rules import DraftKind, DraftState
from units.form_fields import DateField, DeadlineField


class _Plain(forms.Form):
    """A form without its own tag: the page has it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True


class TextNewForm(_Plain):
    """Which text is begun: its kind and name, and the issued one it amends."""

    kind = forms.ChoiceField(label=_("Loại văn bản"), choices=DraftKind.choices)
    title = forms.CharField(
        label=_("Tên văn bản"),
        max_length=300,
        validators=[Printable()],
        help_text=_("Ví dụ: Công tác thi đua, khen thưởng năm 2026 của Khối."),
    )
    amends = forms.ModelChoiceField(
        label=_("Sửa đổi văn bản đã ban hành"),
        queryset=Draft.objects.none(),
        required=False,
        empty_label=_("Không, soạn mới"),
    )

    def __init__(self, *args: Any, season: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ModelChoiceField[Draft]", self.fields["amends"])
        field.queryset = Draft.objects.filter(season=season, state=DraftState.ISSUED)


class TextForm(_Plain):
    """Name of the text, what changed in this version, and the version the editor read."""

    number = forms.IntegerField(widget=forms.HiddenInput)
    title = forms.CharField(label=_("Tên văn bản"), max_length=300, validators=[Printable()])
    note = forms.CharField(
        label=_("Thay đổi chính của phiên bản này"), max_length=300, required=False
    )

    def take_number(self, number: int) -> None:
        """Show the form again on the newest version, with what was typed."""
        data = cast(QueryDict, self.data).copy()
        data["number"] = str(number)
        self.data = data


class OpenForm(_Plain):
    """Until when units may comment."""

    due_at = DeadlineField(label=_("Lấy ý kiến đến"), required=True)


class CommentForm(_Plain):
    """What the unit says about a section, or about the whole text."""

    section = forms.TypedChoiceField(label=_("Về nội dung"), coerce=int)
    text = forms.CharField(
        label=_("Ý kiến"),
        max_length=4000,
        validators=[Printable(longest_word=LONGEST_WORD)],
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, headings: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(forms.TypedChoiceField, self.fields["section"])
        field.choices = [(0, _("Cả văn bản")), *enumerate(headings, start=1)]


class TextIssueForm(_Plain):
    """Number and date of issue; with open comments, that one goes on knowingly."""

    number = forms.CharField(label=_("Số, ký hiệu"), max_length=60, validators=[Printable()])
    issued_on = DateField(label=_("Ngày ban hành"))
    despite_open_comments = forms.BooleanField(
        label=_("Ban hành dù còn ý kiến chưa trả lời"), required=False
    )

    def __init__(self, *args: Any, open_comments: int = 0, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {}).setdefault("issued_on", timezone.localdate())
        super().__init__(*args, **kwargs)
        if not open_comments:
            del self.fields["despite_open_comments"]
