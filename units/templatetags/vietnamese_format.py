"""Numbers and dates as Vietnamese officials write them."""

from __future__ import annotations

import datetime
from decimal import ROUND_HALF_UP, Decimal

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _

from units.rules import POINT_PLACES, last_day
from units.vietnamese import date_text
from units.vietnamese import number as number_text

register = template.Library()
MISSING = "–"
FEWEST_PLACES = 2


@register.filter
def points(value: Decimal | int | str | None, places: int | None = None) -> str:
    """Points with a comma and two decimals, or ``places``: ``88,25``; a dash for none.

    Unless told how many, what has three or four, as points may have, is shown as it is. Of
    anything else, a mean, halves are rounded up, as the scoring format rounds them.
    """
    if value is None or value == "":
        return MISSING
    exact = Decimal(value)
    if places is None:
        own = -int(exact.normalize().as_tuple().exponent)
        places = own if FEWEST_PLACES < own <= POINT_PLACES else FEWEST_PLACES
    return number_text(exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP))


@register.filter
def number(value: Decimal | int | str | None) -> str:
    """A number with the places it has, without zeros that say nothing: ``98,5``, ``−1``."""
    if value is None or value == "":
        return MISSING
    exact = Decimal(str(value))
    whole = exact.to_integral_value()
    return number_text(whole if exact == whole else exact.normalize()).replace("-", "−")


@register.filter
def vn_date(value: datetime.date | None) -> str:
    """A date: ``20/3/2018``; a time is turned into Hà Nội's day first."""
    if value is None:
        return MISSING
    if isinstance(value, datetime.datetime):
        value = timezone.localtime(value).date()
    return date_text(value)


@register.filter
def vn_datetime(value: datetime.datetime | None) -> str:
    """A moment in Hà Nội time: ``14:00 20/3/2018``."""
    if value is None:
        return MISSING
    local = timezone.localtime(value)
    return f"{local:%H:%M} {date_text(local.date())}"


@register.filter
def vn_deadline(value: datetime.datetime | None) -> str:
    """A deadline as people say it: midnight ends the day before, ``hết ngày 10/3/2018``."""
    if value is None:
        return MISSING
    if timezone.localtime(value).time() != datetime.time():
        return vn_datetime(value)
    return _("hết ngày %(day)s") % {"day": date_text(last_day(value))}
