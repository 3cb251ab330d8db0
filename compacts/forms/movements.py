"""The forms of movements: what they are, their launch, their reviews."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from compacts.forms.plain import PlainForm
from compacts.models import Movement
from compacts.rules import MovementKind, ReviewKind
from compacts.services.movements import MovementFacts
from units.form_fields import DateField


class MovementForm(PlainForm):
    """A movement or a drive, and the units that take part."""

    version = forms.IntegerField(widget=forms.HiddenInput, initial=0)
    kind = forms.ChoiceField(label=_("Loại"), choices=MovementKind.choices)
    part_of = forms.ModelChoiceField(
        label=_("Nằm trong phong trào"),
        queryset=Movement.objects.none(),
        required=False,
        empty_label=_("Không"),
        help_text=_("Chỉ chọn cho đợt thi đua."),
    )
    name = forms.CharField(label=_("Tên"), max_length=300)
    theme = forms.CharField(
        label=_("Chủ đề"),
        max_length=300,
        required=False,
        help_text=_("Khẩu hiệu ngắn, hiện to khi phát động."),
    )
    aim = forms.CharField(
        label=_("Mục tiêu"), max_length=5000, widget=forms.Textarea(attrs={"rows": 4})
    )
    targets = forms.CharField(
        label=_("Chỉ tiêu"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Mỗi chỉ tiêu một dòng, có con số: 100% hồ sơ đúng hạn."),
    )
    starts_on = DateField(label=_("Từ ngày"))
    ends_on = DateField(label=_("Đến ngày"))
    units = forms.MultipleChoiceField(
        label=_("Đơn vị tham gia"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self,
        *args: Any,
        units: list[tuple[str, str]],
        movements: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.MultipleChoiceField, self.fields["units"]).choices = units
        cast("forms.ModelChoiceField[Movement]", self.fields["part_of"]).queryset = movements

    def facts(self) -> MovementFacts:
        """The movement as the service takes it."""
        given = self.cleaned_data
        return MovementFacts(
            kind=MovementKind(given["kind"]),
            name=given["name"],
            theme=given["theme"],
            aim=given["aim"],
            targets=given["targets"],
            starts_on=given["starts_on"],
            ends_on=given["ends_on"],
        )


class LaunchForm(PlainForm):
    """Who launches the movement, and when."""

    launched_by = forms.CharField(
        label=_("Người phát động"),
        max_length=200,
        help_text=_("Họ tên, chức vụ."),
    )
    launched_on = DateField(label=_("Ngày phát động"))


class ReviewForm(PlainForm):
    """What came of the movement."""

    kind = forms.ChoiceField(label=_("Loại"), choices=ReviewKind.choices)
    held_on = DateField(label=_("Ngày"))
    text = forms.CharField(
        label=_("Kết quả"),
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Kết quả theo từng chỉ tiêu, bài học, việc tiếp theo."),
    )
    file = forms.FileField(
        label=_("Tệp báo cáo"), required=False, help_text=_("PDF, Word hoặc Excel; tối đa 20 MB.")
    )
