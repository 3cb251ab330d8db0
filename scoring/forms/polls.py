"""Forms of ballots: what is voted on, the tellers' count."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from scoring.forms.publications import PlainForm
from scoring.rules import BallotBase, PollWay
from scoring.services.polls import PollFacts, Tally
from units.form_fields import VietnameseDecimalField
from units.models import Unit

YES_PREFIX = "yes_"
# Of a threshold in percent; it is stored as a part of 1 with two more.
PLACES = 2


class PollForm(PlainForm):
    """What is voted on, how, and how it is decided."""

    code = forms.SlugField(
        label=_("Mã"), max_length=60, help_text=_("Như trong bảng điểm, ví dụ: co-tinh")
    )
    name = forms.CharField(label=_("Nội dung bỏ phiếu"), max_length=300)
    way = forms.ChoiceField(label=_("Cách bỏ phiếu"), choices=PollWay.choices)
    is_secret = forms.BooleanField(label=_("Bỏ phiếu kín"), required=False, initial=True)
    base = forms.ChoiceField(label=_("Tính tỷ lệ trên"), choices=BallotBase.choices)
    min_percent = VietnameseDecimalField(
        label=_("Tỷ lệ đồng ý phải đạt (%)"), required=False, help_text=_("Ví dụ: 70")
    )
    max_choices = forms.IntegerField(
        label=_("Mỗi phiếu chọn nhiều nhất"),
        required=False,
        min_value=1,
        help_text=_("Bỏ trống: bao nhiêu đơn vị cũng được."),
    )
    candidates = forms.ModelMultipleChoiceField(
        label=_("Đơn vị trên phiếu"),
        queryset=Unit.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ModelMultipleChoiceField[Unit]", self.fields["candidates"])
        field.queryset = units

    def clean_min_percent(self) -> Decimal | None:
        """No more places than are kept, so that nobody's threshold is rounded for them."""
        percent: Decimal | None = self.cleaned_data["min_percent"]
        if percent is not None and percent != round(percent, PLACES):
            raise forms.ValidationError(_("Nhiều nhất hai chữ số sau dấu phẩy, ví dụ 66,67."))
        return percent

    def facts(self) -> PollFacts:
        """The ballot as the service takes it."""
        given = self.cleaned_data
        percent = given["min_percent"]
        return PollFacts(
            code=given["code"],
            name=given["name"],
            is_secret=given["is_secret"],
            way=PollWay(given["way"]),
            base=BallotBase(given["base"]),
            min_share=None if percent is None else percent / 100,
            max_choices=given["max_choices"],
        )


class TallyForm(PlainForm):
    """What the tellers counted from paper."""

    present = forms.IntegerField(label=_("Có mặt"), min_value=0, max_value=10000)
    valid = forms.IntegerField(label=_("Phiếu hợp lệ"), min_value=0, max_value=10000)

    def __init__(self, *args: Any, units: Sequence[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for unit in units:
            self.fields[YES_PREFIX + unit.code] = forms.IntegerField(
                label=_("Đồng ý: %(unit)s") % {"unit": unit.name}, min_value=0, max_value=10000
            )

    def tally(self) -> Tally:
        """The count as the service takes it."""
        given = self.cleaned_data
        yes = {
            name.removeprefix(YES_PREFIX): value
            for name, value in given.items()
            if name.startswith(YES_PREFIX)
        }
        return Tally(present=given["present"], valid=given["valid"], yes=yes)
