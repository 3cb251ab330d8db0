"""The choices of a rule and the lines that bands, options and ladders are made of."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from units.form_fields import VietnameseDecimalField
from units.rules import POINT_PLACES


class RuleKind(TextChoices):
    """How a criterion gives points (formats.md section 2)."""

    JUDGED = "judged", gettext_lazy("Người chấm cho điểm")
    PROPORTIONAL = "proportional", gettext_lazy("Theo tỷ lệ hoàn thành chỉ tiêu")
    BANDS = "bands", gettext_lazy("Theo các mức đạt được")
    STEPS = "steps", gettext_lazy("Đạt chỉ tiêu, cộng khi vượt, trừ khi hụt")
    RELATIVE = "relative", gettext_lazy("So với đơn vị dẫn đầu")
    CHOICE = "choice", gettext_lazy("Chọn một mức")
    CHECKLIST = "checklist", gettext_lazy("Danh sách việc đã làm")
    COUNT = "count", gettext_lazy("Đếm số việc")
    LADDER = "ladder", gettext_lazy("Theo thời hạn, từng bậc chậm")
    PER_DAY = "per_day", gettext_lazy("Trừ theo ngày chậm")
    GATE = "gate", gettext_lazy("Điều kiện loại")


class Better(TextChoices):
    HIGHER = "higher", gettext_lazy("Càng cao càng tốt")
    LOWER = "lower", gettext_lazy("Càng thấp càng tốt")


class BandsOf(TextChoices):
    RATIO = "ratio", gettext_lazy("Tỷ lệ % so với chỉ tiêu")
    VALUE = "value", gettext_lazy("Con số đạt được")


class GateEffect(TextChoices):
    UNRANKED = "unranked", gettext_lazy("Không xếp hạng")
    UNTITLED = "untitled", gettext_lazy("Không xét danh hiệu")


class Adds(TextChoices):
    BASE = "base", gettext_lazy("Điểm chính")
    BONUS = "bonus", gettext_lazy("Điểm thưởng")
    MINUS = "minus", gettext_lazy("Điểm trừ")


def decimal_text(value: Decimal) -> str:
    """The decimal string of formats.md, its places kept."""
    return f"{value:f}"


def ratio_text(percent: Decimal) -> str:
    """The ratio of formats.md for a percentage as officials write it."""
    return f"{(percent / 100).normalize():f}"


def percent_of(ratio: str) -> Decimal:
    """The percentage for a ratio of formats.md."""
    return Decimal(f"{(Decimal(ratio) * 100).normalize():f}")


class Row(forms.Form):
    """A line of a rule; left empty it does not count, begun it must be complete."""

    optional: tuple[str, ...] = ()

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if self.is_blank():
            return given
        for name in self.fields:
            missing = given.get(name) in (None, "")
            if missing and name not in self.optional and name not in self.errors:
                self.add_error(name, _("Hãy điền ô này."))
        return given

    def is_blank(self) -> bool:
        """Nothing was typed in this line."""
        typed = [self.cleaned_data.get(name) for name in self.fields if name != "key"]
        # Not “in (None, "", False)”: no days late are 0, which equals False.
        return not self.errors and all(
            value is None or value is False or value == "" for value in typed
        )


class OptionRow(Row):
    """A level to choose, or a thing to have done."""

    optional = ("key",)

    key = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    name = forms.CharField(label=gettext_lazy("Nội dung"), max_length=1000, required=False)
    points = VietnameseDecimalField(
        label=gettext_lazy("Điểm"), places=POINT_PLACES, required=False
    )


class BandRow(Row):
    """A level from a bound up (down, where a lower figure is better)."""

    optional = ("open",)

    start = VietnameseDecimalField(label=gettext_lazy("Từ mức"), required=False)
    open = forms.BooleanField(label=gettext_lazy("Phải vượt mức này"), required=False)
    points = VietnameseDecimalField(
        label=gettext_lazy("Điểm"), places=POINT_PLACES, required=False
    )


class LadderRow(Row):
    """The points when late by up to so many days."""

    days_late = forms.IntegerField(
        label=gettext_lazy("Chậm đến (ngày)"), required=False, min_value=0, max_value=3660
    )
    points = VietnameseDecimalField(
        label=gettext_lazy("Điểm"), places=POINT_PLACES, required=False
    )
