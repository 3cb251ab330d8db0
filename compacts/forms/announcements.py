"""The form of an announcement or a shared document."""

from __future__ import annotations

from typing import Any, cast

from crispy_forms.helper import FormHelper
from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from compacts.rules import AnnouncementKind
from compacts.services.announcements import AnnouncementFacts
from units.form_fields import DateField


class AnnouncementForm(forms.Form):
    """What it is, its words, its file, and how long it counts."""

    version = forms.IntegerField(widget=forms.HiddenInput, initial=0)
    kind = forms.ChoiceField(
        label=_("Loại"), choices=AnnouncementKind.choices, initial=AnnouncementKind.NOTICE
    )
    title = forms.CharField(label=_("Tiêu đề"), max_length=300)
    text = forms.CharField(
        label=_("Nội dung"),
        max_length=20000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Thông báo cần có nội dung; tài liệu có thể chỉ cần tệp."),
    )
    file = forms.FileField(
        label=_("Tệp"),
        required=False,
        allow_empty_file=True,
        help_text=_("PDF, Word, Excel hoặc ảnh, tối đa 20 MB."),
    )
    until = DateField(
        label=_("Hiệu lực đến hết ngày"),
        required=False,
        help_text=_("Để trống nếu không có hạn. Hết hạn thì chỉ còn trong bảng tin."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True

    def facts(self) -> AnnouncementFacts:
        """What is put up, as the service takes it."""
        given = self.cleaned_data
        return AnnouncementFacts(
            kind=AnnouncementKind(given["kind"]),
            title=given["title"],
            text=given["text"],
            until=given["until"],
        )

    def take_version(self, version: int) -> None:
        """Show the form again on the newest version, with what was typed."""
        data = cast(QueryDict, self.data).copy()
        data["version"] = str(version)
        self.data = data
