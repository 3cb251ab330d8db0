"""Form fields for what Vietnamese users type."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from units.rules import end_of_day, last_day
from units.vietnamese import date_text, number

FIRST_YEAR, LAST_YEAR = 1900, 2200
DAY_ALONE = "%d/%m/%Y"
_NUMBER = re.compile(r"\d{1,15}(?:[.,]\d{1,6})?")


class VietnameseDecimalField(forms.CharField):
    """A number from 0 up, with a decimal comma or point; thousands are not grouped.

    ``1.234`` could be 1,234 or 1234: three places after a point are refused, the message says how
    to write it. Cleaned to a ``Decimal`` with the places that were typed, or None. ``most`` is
    the largest that is taken, where there is one, and ``places`` are the most after the comma.
    """

    def __init__(self, *, most: int | None = None, places: int = 6, **kwargs: Any) -> None:
        self.most = most
        self.places = places
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal"}))
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Show a stored number with a comma and without grouping."""
        return number(value).replace(".", "") if isinstance(value, Decimal) else value

    def clean(self, value: Any) -> Any:
        """The number; raises ``ValidationError`` for anything else."""
        text = super().clean(value)
        if text == "":
            return None
        if not _NUMBER.fullmatch(text):
            raise ValidationError(_("Hãy nhập một số, ví dụ 98,5."))
        if re.fullmatch(r"\d{1,3}\.\d{3}", text):
            raise ValidationError(_("Không rõ là phần nghìn hay phần lẻ: viết 1234 hoặc 1,234."))
        found = Decimal(text.replace(",", "."))
        if -int(found.normalize().as_tuple().exponent) > self.places:
            raise ValidationError(
                ngettext_lazy(
                    "Nhiều nhất %(places)s chữ số sau dấu phẩy.",
                    "Nhiều nhất %(places)s chữ số sau dấu phẩy.",
                    self.places,
                ),
                params={"places": self.places},
            )
        if self.most is not None and found > self.most:
            raise ValidationError(
                _("Số lớn nhất là %(most)s."), params={"most": number(self.most)}
            )
        return found


def within_years(day: datetime.date) -> None:
    """Refuse a year that nobody means: time zones, databases and workbooks end before year 1."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValidationError(
            _("Năm phải từ %(first)s đến %(last)s."),
            params={"first": FIRST_YEAR, "last": LAST_YEAR},
        )


class DayInput(forms.DateInput):
    """A date as officials write it: 20/3/2018."""

    def __init__(self) -> None:
        super().__init__(format="%-d/%-m/%Y", attrs={"placeholder": _("ngày/tháng/năm")})


class DateField(forms.DateField):
    """A date typed, and shown again, the Vietnamese way: 20/3/2018."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=DayInput(), validators=[within_years], **kwargs)


class DateTimeField(forms.DateTimeField):
    """A moment in Hà Nội: 17:00 20/3/2018, 20/3/2018 17:00, or 20/3/2018 for its beginning."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        attrs = {"placeholder": _("ngày/tháng/năm hoặc giờ:phút ngày/tháng/năm")}
        super().__init__(
            input_formats=["%d/%m/%Y %H:%M", "%H:%M %d/%m/%Y", DAY_ALONE],
            widget=forms.DateTimeInput(format="%H:%M %-d/%-m/%Y", attrs=attrs),
            validators=[within_years],
            **kwargs,
        )

    def prepare_value(self, value: Any) -> Any:
        """Show a stored moment, midnight as the day that it stands for."""
        is_moment = isinstance(value, datetime.datetime) and value.tzinfo is not None
        if is_moment and timezone.localtime(value).time() == datetime.time():
            return date_text(self.day_at_midnight(value))
        return super().prepare_value(value)

    def day_at_midnight(self, moment: datetime.datetime) -> datetime.date:
        """The day that is meant by a midnight: the one that begins."""
        return timezone.localdate(moment)


class DeadlineField(DateTimeField):
    """A moment until which something is done; a day alone means its end, as people say it.

    Kept as the first moment of the day after, like ``units.rules.end_of_day``.
    """

    def to_python(self, value: Any) -> Any:
        """The moment; raises ``ValidationError`` for anything else."""
        moment = super().to_python(value)
        if moment is None or not isinstance(value, str) or ":" in value:
            return moment
        within_years(moment)
        return end_of_day(timezone.localdate(moment))

    def day_at_midnight(self, moment: datetime.datetime) -> datetime.date:
        """The day that is meant by a midnight: the one that ends."""
        return last_day(moment)
