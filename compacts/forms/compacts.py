"""Forms of the compact: its text, its issue, its signatures."""

from __future__ import annotations

from typing import Any, cast

from crispy_forms.helper import FormHelper
from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from compacts.documents import paper_limits
from compacts.documents.limits import (
    LONGEST_ITEM,
    LONGEST_NAME,
    LONGEST_NUMBER,
    LONGEST_TEXT,
    LONGEST_WORD,
    MOST_BASES,
    MOST_ITEMS,
)
from compacts.forms.printable import Printable, lines_of, one_line
from compacts.models import Article
from compacts.services.compact_template import ArticleText
from units.form_fields import DateField

MAX_ARTICLES = 30


class CompactTextForm(forms.Form):
    """Place and date of the compact, and the version its editor read.

    ``theirs`` are the articles somebody else saved meanwhile, shown after a conflict.
    """

    theirs: list[Article]

    version = forms.IntegerField(widget=forms.HiddenInput)
    place = forms.CharField(
        label=_("Địa danh"), max_length=LONGEST_NUMBER, validators=[Printable()]
    )
    signed_on = DateField(
        label=_("Ngày ký kết (dự kiến)"),
        required=False,
    )
    bases = forms.CharField(
        label=_("Căn cứ"),
        max_length=20000,
        required=False,
        help_text=_("Mỗi căn cứ một dòng; có thể để trống."),
        validators=[Printable(LONGEST_TEXT, most=MOST_BASES)],
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    recipients = forms.CharField(
        label=_("Nơi nhận"),
        max_length=5000,
        required=False,
        help_text=_("Mỗi nơi một dòng; để trống thì in nơi nhận thường dùng."),
        validators=[Printable(LONGEST_NAME, most=MOST_BASES)],
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.theirs = []
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True

    def lines(self, name: str) -> tuple[str, ...]:
        """A field of lines as the service takes it; empty lines are left out."""
        return lines_of(self.cleaned_data[name])

    def take_version(self, version: int) -> None:
        """Show the form again on the newest version, with what was typed."""
        data = cast(QueryDict, self.data).copy()
        data["version"] = str(version)
        self.data = data


class ArticleForm(forms.Form):
    """One article: its heading, and its paragraphs, each on a line of its own."""

    longest_word = LONGEST_WORD
    most_items = MOST_ITEMS

    heading = forms.CharField(label=_("Tiêu đề mục"), max_length=300, validators=[Printable()])
    items = forms.CharField(
        label=_("Nội dung"),
        max_length=20000,
        help_text=_("Mỗi ý một dòng; khi in, các ý được đánh số."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def clean_items(self) -> str:
        """Paragraphs that can be printed."""
        typed: str = self.cleaned_data["items"]
        Printable(LONGEST_ITEM, longest_word=self.longest_word, most=self.most_items)(typed)
        return typed

    def text(self) -> ArticleText:
        """The article as the service takes it; empty lines are left out."""
        return ArticleText(
            one_line(self.cleaned_data["heading"]), lines_of(self.cleaned_data["items"])
        )


class SectionForm(ArticleForm):
    """A section of another text than the compact, where an address of the web has room."""

    longest_word = paper_limits.LONGEST_WORD
    most_items = paper_limits.MOST_WRITTEN


class _Articles(forms.BaseFormSet[ArticleForm]):
    """The articles of one paper, which together are short enough to be printed."""

    def clean(self) -> None:
        """Refuse, at its paragraphs, the article with which the paper becomes too long."""
        most = paper_limits.MOST_WRITTEN
        written = 0
        for row in self.forms:
            facts = row.cleaned_data
            if "heading" not in facts or "items" not in facts or facts.get("DELETE"):
                continue
            written += 1 + len(lines_of(facts["items"]))
            if written > most:
                row.add_error(
                    "items",
                    _("Các mục có %(count)d dòng kể cả tiêu đề, tối đa %(most)d.")
                    % {"count": written, "most": most},
                )
                break


SectionFormSet = forms.formset_factory(
    SectionForm,
    formset=_Articles,
    extra=1,
    can_order=True,
    can_delete=True,
    max_num=MAX_ARTICLES,
    validate_max=True,
)
ArticleFormSet = forms.formset_factory(
    ArticleForm,
    formset=_Articles,
    extra=1,
    can_order=True,
    can_delete=True,
    max_num=MAX_ARTICLES,
    validate_max=True,
)


class IssueForm(forms.Form):
    """Number and date under which the compact is issued."""

    number = forms.CharField(label=_("Số, ký hiệu"), max_length=60, validators=[Printable()])
    signed_on = DateField(label=_("Ngày ký kết"))
    despite_missing = forms.BooleanField(
        label=_("Ban hành dù còn đơn vị chưa được chấp nhận đăng ký"), required=False
    )

    def __init__(self, *args: Any, missing: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not missing:
            del self.fields["despite_missing"]
        self.helper = FormHelper()
        self.helper.form_tag = False


class SignatureForm(forms.Form):
    """Who signed for a unit, as what, when; the scan of the signed page may come later."""

    signatory_name = forms.CharField(
        label=_("Họ và tên người ký"), max_length=150, validators=[Printable()]
    )
    signatory_position = forms.CharField(
        label=_("Chức vụ"), max_length=200, validators=[Printable()]
    )
    signed_on = DateField(label=_("Ngày ký"))
    file = forms.FileField(
        label=_("Bản chụp trang ký"),
        required=False,
        allow_empty_file=True,
        help_text=_("PDF hoặc ảnh PNG, JPEG; tối đa 20 MB. Có thể bổ sung sau."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False


class ScanForm(forms.Form):
    """The scan of a signed page."""

    file = forms.FileField(
        label=_("Bản chụp trang ký"),
        allow_empty_file=True,
        help_text=_("PDF hoặc ảnh PNG, JPEG; tối đa 20 MB."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
