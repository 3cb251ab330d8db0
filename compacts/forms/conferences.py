"""The forms of conferences: what and when, the agenda, who is there, conclusions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from compacts.documents.limits import LONGEST_ITEM
from compacts.documents.paper_limits import LONGEST_WORD
from compacts.forms.plain import PlainForm
from compacts.forms.printable import Printable
from compacts.models import Movement
from compacts.rules import ConferenceKind, Presence, ScreenKind
from compacts.services.attendance import Guest, Present
from compacts.services.conferences import AgendaText, ConferenceFacts
from units.form_fields import DateTimeField

MAX_ITEMS = 40
MAX_GUESTS = 60
MAX_UNITS = 500
LAST = 1001
# The minutes put a word before what was concluded.
ROOM_FOR_LABEL = 20


class ConferenceForm(PlainForm):
    """What, where, when, who chairs and who takes the minutes."""

    version = forms.IntegerField(widget=forms.HiddenInput, initial=0)
    title = forms.CharField(label=_("Tên hội nghị"), max_length=300)
    place = forms.CharField(label=_("Địa điểm"), max_length=300)
    starts_at = DateTimeField(label=_("Thời gian"), required=True)
    chair = forms.CharField(
        label=_("Chủ trì"), max_length=300, required=False, help_text=_("Họ tên, chức vụ.")
    )
    minute_taker = forms.CharField(
        label=_("Thư ký"), max_length=300, required=False, help_text=_("Người ghi biên bản.")
    )

    def facts(self) -> ConferenceFacts:
        """The conference as the service takes it."""
        given = self.cleaned_data
        return ConferenceFacts(
            title=given["title"],
            place=given["place"],
            starts_at=given["starts_at"],
            chair=given["chair"],
            minute_taker=given["minute_taker"],
        )


class NewConferenceForm(ConferenceForm):
    """The first facts of a conference, with its kind, which decides the usual agenda."""

    kind = forms.ChoiceField(label=_("Loại"), choices=ConferenceKind.choices)
    field_order = ("version", "kind")


class AgendaItemForm(forms.Form):
    """An item of the agenda; ``pk`` is empty for a new one."""

    pk = forms.IntegerField(widget=forms.HiddenInput, required=False)
    position = forms.IntegerField(label=_("Thứ tự"), min_value=1, max_value=1000, required=False)
    what = forms.CharField(label=_("Nội dung"), max_length=300, required=False)
    presenter = forms.CharField(label=_("Người trình bày"), max_length=300, required=False)
    minutes = forms.IntegerField(
        label=_("Số phút"), min_value=0, max_value=600, required=False, initial=10
    )
    screen = forms.ChoiceField(
        label=_("Màn hình hội trường"), choices=ScreenKind.choices, initial=ScreenKind.TEXT
    )
    text = forms.CharField(
        label=_("Chữ trên màn hình"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    movement = forms.ModelChoiceField(
        label=_("Phong trào được phát động"),
        queryset=Movement.objects.none(),
        required=False,
        empty_label=_("Chủ đề của mùa thi đua"),
    )

    def __init__(self, *args: Any, movements: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ModelChoiceField[Movement]", self.fields["movement"])
        # The choices of all rows come from one query; what was chosen is looked up once a row.
        field.queryset = Movement.objects.filter(pk__in=[pk for pk, _name in movements])
        field.choices = [("", field.empty_label or ""), *movements]

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        if not facts.get("what") and (facts.get("pk") or facts.get("presenter")):
            self.add_error("what", _("Mỗi mục chương trình cần nội dung."))
        return facts

    def item(self) -> AgendaText | None:
        """The item as the service takes it; None for an empty or deleted row."""
        given = self.cleaned_data
        if not given.get("what") or given.get("DELETE"):
            return None
        return AgendaText(
            pk=given["pk"],
            what=given["what"],
            presenter=given["presenter"],
            minutes=given["minutes"] or 0,
            screen=ScreenKind(given["screen"]),
            text=given["text"],
            movement=given["movement"],
        )


AgendaFormSet = forms.formset_factory(
    AgendaItemForm,
    # Without JavaScript nothing else offers a new item.
    extra=1,
    can_delete=True,
    max_num=MAX_ITEMS,
    validate_max=True,
)


def agenda_items(rows: Iterable[AgendaItemForm]) -> list[AgendaText]:
    """The agenda in the order of the numbers before its items; those without one come last."""
    placed = []
    for at, row in enumerate(rows):
        item = row.item()
        if item is not None:
            placed.append(((row.cleaned_data["position"] or LAST, at), item))
    return [item for _place, item in sorted(placed, key=lambda one: one[0])]


class CellField(forms.CharField):
    """A line of text in a table's cell, which may stay empty."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"class": "form-control"})
        super().__init__(required=False, widget=widget, **kwargs)


class AttendanceForm(forms.Form):
    """How one unit is there."""

    participant = forms.IntegerField(widget=forms.HiddenInput, max_value=2**62)
    presence = forms.ChoiceField(
        label=_("Có mặt"),
        choices=[("", _("Chưa điểm danh")), *Presence.choices],
        required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    name = CellField(label=_("Người dự"), max_length=150)
    title = CellField(label=_("Chức vụ"), max_length=200)
    note = CellField(label=_("Lý do vắng"), max_length=300)

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        if facts.get("presence") == Presence.REPRESENTED and not facts.get("name"):
            self.add_error("name", _("Hãy ghi người dự thay."))
        if facts.get("presence") == Presence.EXCUSED and not facts.get("note"):
            self.add_error("note", _("Hãy ghi lý do vắng."))
        return facts

    def present(self, *, unknown_are_present: bool) -> Present | None:
        """The unit's attendance as the service takes it; None where nobody has said yet."""
        given = self.cleaned_data
        presence = given["presence"] or (Presence.PRESENT if unknown_are_present else "")
        if not presence:
            return None
        return Present(Presence(presence), given["name"], given["title"], given["note"])


AttendanceFormSet = forms.formset_factory(AttendanceForm, extra=0, max_num=MAX_UNITS)


class GuestForm(forms.Form):
    """A guest of the conference."""

    name = CellField(label=_("Họ tên"), max_length=150)
    title = CellField(label=_("Chức vụ"), max_length=200)
    organisation = CellField(label=_("Cơ quan"), max_length=300)

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        if not facts.get("name") and (facts.get("title") or facts.get("organisation")):
            self.add_error("name", _("Hãy ghi họ tên của khách mời."))
        return facts

    def guest(self) -> Guest | None:
        """The guest as the service takes it; None for an empty row."""
        given = self.cleaned_data
        if not given.get("name"):
            return None
        return Guest(given["name"], given["title"], given["organisation"])


GuestFormSet = forms.formset_factory(GuestForm, extra=3, max_num=MAX_GUESTS, validate_max=True)


class ConclusionForm(PlainForm):
    """What the conference concluded on an item."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("Ý kiến thảo luận, kết luận"),
        max_length=20000,
        validators=[Printable(LONGEST_ITEM - ROOM_FOR_LABEL, longest_word=LONGEST_WORD)],
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Vào biên bản hội nghị."),
    )


class PlaceForm(forms.Form):
    """Where a button of the remote control leads: an item and one of its pages, as "12.0"."""

    place = forms.RegexField(regex=r"^[0-9]{1,15}\.[0-9]{1,4}$")

    def item_and_page(self) -> tuple[int, int]:
        """The item's id and the page, counted from 0."""
        item, page = self.cleaned_data["place"].split(".")
        return int(item), int(page)
