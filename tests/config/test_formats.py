from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from django import forms
from django.template import Context, Template
from django.utils import translation

DAY = datetime.date(2026, 11, 3)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(
    "text", ["03/11/2026", "3/11/2026", "03-11-2026", "3.11.2026", "2026-11-03"]
)
def test_a_date_is_read_day_first(language: str, text: str) -> None:
    with translation.override(language):
        assert forms.DateField().clean(text) == DAY


def test_a_date_with_a_thirteenth_month_is_refused() -> None:
    with pytest.raises(forms.ValidationError):
        forms.DateField().clean("11/25/2026")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_date_is_written_day_first(language: str) -> None:
    with translation.override(language):
        assert Template("{{ day }}").render(Context({"day": DAY})) == "03/11/2026"


def test_a_moment_is_read_in_vietnamese_time() -> None:
    moment = forms.DateTimeField().clean("03/11/2026 17:00")
    assert moment == datetime.datetime(2026, 11, 3, 10, tzinfo=datetime.UTC)


@pytest.mark.parametrize(("text", "value"), [("98,5", "98.5"), ("98.5", "98.5"), ("100", "100")])
def test_a_decimal_is_read_with_a_comma_or_a_point(text: str, value: str) -> None:
    assert forms.DecimalField(localize=True).clean(text) == Decimal(value)


def test_a_decimal_is_written_with_a_comma_and_without_grouping() -> None:
    rendered = Template("{{ points }} {{ year }}").render(
        Context({"points": Decimal("1098.5"), "year": 2026})
    )
    assert rendered == "1098,5 2026"


def test_a_total_is_grouped_where_the_page_asks_for_it() -> None:
    assert (
        Template('{{ n|floatformat:"1g" }}').render(Context({"n": Decimal("1234.5")})) == "1.234,5"
    )
