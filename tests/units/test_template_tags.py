from __future__ import annotations

import datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, RequestContext, Template
from django.template.loader import render_to_string
from django.test import RequestFactory

from tests.cast import World
from units.models import Person
from units.templatetags.vietnamese_format import (
    number,
    points,
    vn_date,
    vn_datetime,
    vn_deadline,
)

UTC = datetime.UTC


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("88.25"), "88,25"),
        (Decimal("1040.085"), "1.040,085"),
        (Decimal("1040.0850001"), "1.040,09"),
        (Decimal("88.2500"), "88,25"),
        (Decimal("-0.005"), "-0,005"),
        (Decimal("0.00501"), "0,01"),
        (Decimal("-0.00499"), "0,00"),
        (0, "0,00"),
        (None, "–"),
    ],
)
def test_points_have_a_comma_and_two_places_or_those_they_were_given(
    value: Decimal | int | None, text: str
) -> None:
    assert points(value) == text


def test_points_keep_the_places_they_are_asked_for() -> None:
    assert points(Decimal("9.5"), 1) == "9,5"
    assert points(Decimal("9.5"), 0) == "10"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("98.500"), "98,5"),
        (Decimal("1000"), "1.000"),
        ("0.10", "0,1"),
        (Decimal("0.000"), "0"),
        ("", "–"),
        (None, "–"),
    ],
)
def test_a_number_has_no_zeros_that_say_nothing(value: Any, text: str) -> None:
    assert number(value) == text


def test_a_date_has_no_leading_zeros() -> None:
    assert vn_date(datetime.date(2018, 3, 5)) == "5/3/2018"
    assert vn_date(None) == "–"


def test_a_moment_late_in_london_is_the_next_day_in_ha_noi() -> None:
    moment = datetime.datetime(2018, 3, 19, 20, 30, tzinfo=UTC)
    assert vn_date(moment) == "20/3/2018"
    assert vn_datetime(moment) == "03:30 20/3/2018"
    assert vn_datetime(None) == "–"


def asked(name: str, person: Person, thing: Any) -> str:
    source = (
        "{% load access %}{% can name thing as verdict %}"
        '{% include "components/verdict.html" with verdict=verdict url="/sua/" label="Sửa" only %}'
    )
    request = RequestFactory().get("/")
    request.user = person
    return Template(source).render(RequestContext(request, {"name": name, "thing": thing}))


def test_what_is_allowed_is_a_link(world: World) -> None:
    page = asked("units.set_up_bloc", world.secretary, world.bloc)
    assert '<a class="btn btn-outline-secondary" href="/sua/">Sửa</a>' in page


def test_what_is_refused_says_why(world: World) -> None:
    page = asked("units.set_up_bloc", world.stranger, world.bloc)
    assert "Sửa: Chỉ thư ký của khối" in page
    assert "/sua/" not in page


def test_a_right_that_nobody_registered_is_an_error(world: World) -> None:
    with pytest.raises(KeyError):
        asked("units.nobody_registered_this", world.secretary, world.bloc)


@pytest.mark.parametrize(
    ("kind", "css", "sign"),
    [
        ("accepted", "state-success", "#done"),
        ("returned", "state-warning", "#warning"),
        ("failed", "state-danger", "#cross"),
        ("submitted", "state-info", "#now"),
        ("draft", "state", "#open"),
        ("", "state", "#open"),
    ],
)
def test_a_state_is_told_by_words_and_a_sign_and_not_by_colour_alone(
    kind: str, css: str, sign: str
) -> None:
    badge = render_to_string("components/state_badge.html", {"kind": kind, "label": "Đã gửi"})
    assert "Đã gửi" in badge
    assert f'<span class="state {css}">' in badge or css == "state"
    assert sign in badge


def test_the_next_page_keeps_what_was_searched() -> None:
    request = RequestFactory().get("/", {"q": "ban tổ chức", "trang": "2"})
    page = Paginator(range(50), 10).page(2)
    text = Template('{% include "components/pagination.html" %}').render(
        RequestContext(request, {"page": page})
    )
    assert "q=ban+t%E1%BB%95+ch%E1%BB%A9c&amp;trang=3" in text
    assert "Trang 2 / 5" in text


def test_one_page_needs_no_pagination() -> None:
    page = Paginator(range(5), 10).page(1)
    text = render_to_string("components/pagination.html", {"page": page})
    assert not text.strip()


class NameForm(forms.Form):
    name = forms.CharField(label="Tên", error_messages={"required": "Hãy ghi tên."})


def test_every_error_leads_to_its_field() -> None:
    summary = render_to_string("components/error_summary.html", {"form": NameForm({})})
    assert '<a href="#id_name">Tên: Hãy ghi tên.</a>' in summary
    assert not render_to_string("components/error_summary.html", {"form": NameForm()}).strip()


def test_every_form_says_above_its_fields_all_that_was_refused() -> None:
    shown = Template("{% load crispy_forms_tags %}{{ form|crispy }}").render(
        Context({"form": NameForm({})})
    )
    assert shown.index('<a href="#id_name">Tên: Hãy ghi tên.</a>') < shown.index("<input")


@pytest.mark.parametrize(
    ("state", "asks"), [("running", True), ("done", False), ("failed", False)]
)
def test_a_page_asks_for_progress_only_while_there_is_some(state: str, asks: bool) -> None:
    job = SimpleNamespace(
        pk=7, state=state, get_state_display="Đang chạy", progress=40, message="", error="hỏng"
    )
    text = render_to_string("components/progress.html", {"job": job})
    assert ("hx-get" in text) is asks
    assert ("hỏng" in text) is (state == "failed")


def test_text_of_a_person_cannot_become_markup() -> None:
    text = Template('{% include "components/empty_state.html" %}').render(
        Context({"title": "<script>alert(1)</script>"})
    )
    assert "<script>" not in text


def test_a_deadline_at_midnight_is_told_as_the_end_of_the_day_before() -> None:
    midnight = datetime.datetime(2018, 3, 10, 17, tzinfo=datetime.UTC)
    assert vn_deadline(midnight) == "hết ngày 10/3/2018"
    assert vn_deadline(midnight - datetime.timedelta(hours=1)) == "23:00 10/3/2018"
    assert vn_deadline(None) == "–"
