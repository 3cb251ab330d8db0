"""What a form refuses is said in Vietnamese, Django's own messages included."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from types import ModuleType

import pytest
from django import forms
from django.core.validators import MaxLengthValidator, ProhibitNullCharactersValidator
from django.test import Client
from django.utils import translation

import compacts.forms
import scoring.forms
import units.forms
from tests.config.test_translations import LETTER

PACKAGES: tuple[ModuleType, ...] = (units.forms, compacts.forms, scoring.forms)
NUMBERS = re.compile(r"%\(\w+\)s|%d")


def modules() -> Iterator[str]:
    for package in PACKAGES:
        for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            yield found.name


def our_forms() -> set[type[forms.BaseForm]]:
    found: set[type[forms.BaseForm]] = set()
    for name in modules():
        for value in vars(importlib.import_module(name)).values():
            if isinstance(value, type) and issubclass(value, forms.BaseForm):
                found.add(value)
    return found


def test_no_field_of_ours_refuses_in_english() -> None:
    assert len(our_forms()) > 30
    with translation.override("vi"):
        said = {
            str(message)
            for form in our_forms()
            for field in form.base_fields.values()
            for message in (
                *field.error_messages.values(),
                *(getattr(check, "message", "") for check in field.validators),
            )
        }
    assert {one for one in said if one and not LETTER.search(one)} == set()


class Note(forms.Form):
    text = forms.CharField(max_length=3, validators=[MaxLengthValidator(3)])
    amount = forms.IntegerField()


def test_an_empty_field_is_told_what_to_do() -> None:
    with translation.override("vi"):
        refused = Note({"text": "", "amount": "một"}).errors
        assert refused["text"] == ["Hãy điền ô này."]
        assert refused["amount"] == ["Hãy ghi một số nguyên."]
        assert (
            "Nhiều nhất 3 ký tự (đang có 4)."
            in Note({"text": "bốn.", "amount": "1"}).errors["text"]
        )


def test_a_character_that_cannot_be_read_is_said_so() -> None:
    with translation.override("vi"):
        assert "ký tự rỗng" in str(ProhibitNullCharactersValidator().message)


@pytest.mark.django_db
def test_a_wrong_password_is_not_said_to_be_something_else(client: Client) -> None:
    page = client.post("/dang-nhap/", {"username": "khong-co", "password": "sai"}).content.decode()
    assert "Chưa đăng nhập được" in page
    assert "Tên đăng nhập hoặc mật khẩu chưa đúng." in page
