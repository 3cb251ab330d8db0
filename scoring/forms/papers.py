"""Forms of the papers of the year: their words, their number and date."""

from __future__ import annotations

from typing import Any, cast

from crispy_forms.helper import FormHelper
from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from compacts.documents.limits import LONGEST_ITEM, LONGEST_TEXT, MOST_BASES
from compacts.documents.paper import Heading, Paper
from compacts.documents.paper_limits import LONGEST_WORD, MOST_BLOCKS
from compacts.forms.printable import Printable, lines_of
from compacts.models import PaperWording
from compacts.services.papers import WordingFacts
from units.form_fields import DateField
from units.vietnamese import nfc

MOST_ROWS = 12
_LISTS = ("addressees", "bases", "headings", "opening", "closing", "recipients")
_TEXTS = ("number", "place", "about", "parent_body", "issuing_body")


_TEXT = Printable(LONGEST_TEXT, most=MOST_BASES)
_SHORT = Printable()
_HEADING = Printable(LONGEST_TEXT, longest_word=LONGEST_WORD)
_PARAGRAPH = Printable(LONGEST_ITEM, longest_word=LONGEST_WORD)


def _lines(
    label: Any, help_text: Any = "", rows: int = 3, each: Printable = _TEXT
) -> forms.CharField:
    return forms.CharField(
        validators=[each],
        label=label,
        help_text=help_text,
        required=False,
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class WordingForm(forms.Form):
    """The words of a paper that the secretariat may change; never its figures.

    Each field shows what is printed now. What is as the form has it, or empty, is not stored: it
    goes on following the form.
    """

    version = forms.IntegerField(widget=forms.HiddenInput)
    number = forms.CharField(
        label=_("Số, ký hiệu"), max_length=60, required=False, validators=[_SHORT]
    )
    place = forms.CharField(
        label=_("Địa danh"), max_length=60, required=False, validators=[_SHORT]
    )
    day = DateField(label=_("Ngày văn bản"), required=False)
    parent_body = forms.CharField(
        label=_("Cơ quan cấp trên"), max_length=300, required=False, validators=[_SHORT]
    )
    issuing_body = forms.CharField(
        label=_("Cơ quan ban hành"), max_length=300, required=False, validators=[_SHORT]
    )
    about = forms.CharField(
        label=_("Trích yếu"), max_length=500, required=False, validators=[_SHORT]
    )
    addressees = _lines(_("Kính gửi"), _("Mỗi nơi một dòng."), 2)
    bases = _lines(_("Căn cứ"), _("Mỗi căn cứ một dòng."))
    headings = _lines(
        _("Tiêu đề các mục"), _("Mỗi mục một dòng, đúng thứ tự các mục."), 4, _HEADING
    )
    opening = _lines(_("Đoạn thêm ở đầu"), _("Mỗi đoạn một dòng."), each=_PARAGRAPH)
    closing = _lines(_("Đoạn thêm trước phần ký"), _("Mỗi đoạn một dòng."), each=_PARAGRAPH)
    recipients = _lines(_("Nơi nhận"), _("Mỗi nơi một dòng."))

    def __init__(self, data: QueryDict | None, *, wording: PaperWording, paper: Paper) -> None:
        headings = tuple(block.text for block in paper.blocks if isinstance(block, Heading))
        self._standing: dict[str, Any] = {
            "number": paper.number,
            "place": paper.place,
            "day": paper.day,
            "about": paper.subject,
            "parent_body": paper.parent_body,
            "issuing_body": paper.issuing_body,
            "addressees": paper.addressees,
            "bases": paper.bases,
            "headings": headings,
            "opening": (),
            "closing": (),
            "recipients": paper.recipients,
        }
        worded = {name: getattr(wording, name) or text for name, text in self._standing.items()}
        initial = worded | {name: "\n".join(worded[name]) for name in _LISTS}
        super().__init__(data, initial=initial | {"version": wording.version})
        self._room = MOST_BLOCKS - len(paper.blocks)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        for name in (*_LISTS, *_TEXTS):
            # Papers are Vietnamese, whatever language the page around their words speaks.
            self.fields[name].widget.attrs["lang"] = "vi"
        self._show_standing()
        if not headings:
            del self.fields["headings"]

    def _show_standing(self) -> None:
        """What the form has, as the hint inside a field that was emptied; room for every line."""
        for name in _TEXTS:
            self.fields[name].widget.attrs["placeholder"] = self._standing[name]
        for name in _LISTS:
            attributes = self.fields[name].widget.attrs
            attributes["placeholder"] = "\n".join(self._standing[name])
            lines = len(self.initial[name].splitlines())
            attributes["rows"] = min(max(attributes["rows"], lines + 1), MOST_ROWS)

    def clean_headings(self) -> str:
        """As many headings as the paper has, or none."""
        text: str = self.cleaned_data["headings"]
        given = len(lines_of(text))
        wanted = len(self._standing["headings"])
        if given and given != wanted:
            raise forms.ValidationError(
                _("Văn bản có %(wanted)d mục, đã ghi %(given)d dòng."),
                params={"wanted": wanted, "given": given},
            )
        return text

    def clean(self) -> dict[str, Any]:
        """No more paragraphs added than the paper has room for."""
        room = self._room
        for name in ("opening", "closing"):
            count = len(lines_of(self.cleaned_data.get(name, "")))
            if count > room:
                self.add_error(
                    name,
                    _("Có %(count)d dòng, tối đa %(most)d.") % {"count": count, "most": room},
                )
            room -= count
        return self.cleaned_data

    def facts(self) -> WordingFacts:
        """What was typed and is not as the form has it, as the service takes it."""
        typed = self.cleaned_data
        facts: dict[str, Any] = {name: nfc(typed[name]).strip() for name in _TEXTS}
        facts |= {name: lines_of(typed.get(name, "")) for name in _LISTS}
        facts["day"] = typed["day"]
        return WordingFacts(
            **{name: text for name, text in facts.items() if text != self._standing[name]}
        )

    def take_version(self, version: int) -> None:
        """Show the form again on the newest version, with what was typed."""
        data = cast(QueryDict, self.data).copy()
        data["version"] = str(version)
        self.data = data


class PaperIssueForm(forms.Form):
    """Number and date under which a paper is issued."""

    number = forms.CharField(label=_("Số, ký hiệu"), max_length=60)
    issued_on = DateField(label=_("Ngày văn bản"))

    def __init__(self, data: QueryDict | None, *, paper: Paper) -> None:
        initial = {"number": paper.number, "issued_on": paper.day or timezone.localdate()}
        super().__init__(data, initial=initial)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
