from __future__ import annotations

import datetime
import unicodedata
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError

from compacts.models import KeyTask
from tests.cast import World, make_council, make_registration, make_unit
from units.fields import ExactDecimalField, VietnameseCharField, VietnameseTextField
from units.form_fields import DateField, DateTimeField, DeadlineField
from units.forms.set_up import RoleForm, UnitForm
from units.models import Unit

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
COMPOSED = "Đảng ủy Khối các cơ quan tỉnh"
DECOMPOSED = unicodedata.normalize("NFD", COMPOSED)


@pytest.mark.django_db
def test_a_name_typed_in_decomposed_letters_is_stored_and_found_composed() -> None:
    make_unit(make_council(), "duk", f"  {DECOMPOSED} ")
    assert Unit.objects.get(name=COMPOSED).name == COMPOSED
    assert Unit.objects.get(name=DECOMPOSED).name == COMPOSED


def test_forms_see_the_composed_text_too() -> None:
    assert VietnameseCharField().to_python(DECOMPOSED + " ") == COMPOSED
    assert VietnameseTextField().to_python(DECOMPOSED + "\n") == COMPOSED + "\n"


@pytest.mark.django_db
@pytest.mark.parametrize("written", ["95.50", "98", "0.10", "1000000.000", "-3.5", "0"])
def test_a_target_keeps_the_places_it_was_written_with(world: World, written: str) -> None:
    registration = make_registration(world.season, world.btc, tasks=0)
    task = KeyTask.objects.create(
        registration=registration,
        position=1,
        text="Nhiệm vụ",
        measure="Tỷ lệ",
        unit_of_measure="%",
        target=Decimal(written),
        due_on=datetime.date(2018, 12, 1),
    )
    task.refresh_from_db()
    assert isinstance(task.target, Decimal)
    assert str(task.target) == written


def test_a_number_written_with_an_exponent_is_stored_plainly() -> None:
    assert ExactDecimalField().get_prep_value(Decimal("1E+3")) == "1000"


@pytest.mark.parametrize("wrong", ["chín mươi", "NaN", "Infinity", "", "1,5"])
def test_what_is_no_number_is_refused_in_vietnamese(wrong: str) -> None:
    with pytest.raises(ValidationError, match="Hãy nhập một số"):
        ExactDecimalField().to_python(wrong)


def test_no_number_stays_no_number() -> None:
    assert ExactDecimalField().get_prep_value(None) is None
    assert ExactDecimalField().from_db_value(None) is None


@pytest.mark.parametrize("year", ["0001", "1899", "2201", "9999"])
def test_a_year_that_nobody_means_is_refused_at_its_field(year: str) -> None:
    """Time zones, databases and workbooks end before the years 1 and 9999."""
    for form_field, typed in (
        (DateField(), f"1/1/{year}"),
        (DateTimeField(), f"00:00 1/1/{year}"),
    ):
        with pytest.raises(ValidationError, match="Năm phải từ 1900 đến 2200"):
            form_field.clean(typed)


def test_a_deadline_on_a_day_lasts_until_its_end_and_is_shown_as_that_day() -> None:
    deadline, opening = DeadlineField(), DateTimeField()
    until = deadline.clean("15/7/2026")
    assert until == datetime.datetime(2026, 7, 16, tzinfo=HANOI)
    assert deadline.prepare_value(until) == "15/7/2026"
    assert deadline.clean(deadline.prepare_value(until)) == until
    assert deadline.clean("17:00 15/7/2026") == datetime.datetime(2026, 7, 15, 17, tzinfo=HANOI)
    since = opening.clean("15/7/2026")
    assert since == datetime.datetime(2026, 7, 15, tzinfo=HANOI)
    assert opening.prepare_value(since) == "15/7/2026"
    with pytest.raises(ValidationError, match="Năm phải từ 1900 đến 2200"):
        deadline.clean("31/12/9999")


def test_the_years_of_units_and_roles_are_held_to_the_same(world: World) -> None:
    unit = UnitForm({"valid_from": "1/1/9999"}, instance=Unit(council=world.council))
    role = RoleForm({"starts_on": "1/1/0001"}, giver=world.officer)
    for form, name in ((unit, "valid_from"), (role, "starts_on")):
        assert "Năm phải từ 1900 đến 2200." in form.errors[name]
