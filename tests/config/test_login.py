"""Logging in: a password is not found by guessing, and nobody is kept out by a stranger."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client

from config.login import MOST_FAILURES
from tests.cast import PASSWORD, World
from units.models import Person

pytestmark = pytest.mark.django_db
HERE, ELSEWHERE = "203.0.113.7", "203.0.113.8"


@pytest.fixture(autouse=True)
def _nothing_counted() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def tried(
    client: Client, password: str, address: str = HERE, page: str = "/dang-nhap/"
) -> tuple[int, str]:
    sent = {"username": "dai-dien", "password": password}
    answer = client.post(page, sent, REMOTE_ADDR=address)
    return answer.status_code, answer.content.decode()


def test_after_too_many_wrong_passwords_even_the_right_one_waits(
    client: Client, world: World
) -> None:
    for _time in range(MOST_FAILURES):
        assert tried(client, "đoán mò")[0] == 200
    status, page = tried(client, PASSWORD)
    assert status == 429
    assert "Nhập sai mật khẩu quá nhiều lần; hãy đợi năm phút rồi thử lại." in page
    assert tried(client, PASSWORD, ELSEWHERE)[0] == 302


def test_who_remembers_in_time_begins_anew(client: Client, world: World) -> None:
    for _time in range(2):
        for _wrong in range(MOST_FAILURES - 1):
            tried(client, "đoán mò")
        assert tried(client, PASSWORD)[0] == 302


def test_the_technical_administration_is_not_guessed_into_either(
    client: Client, world: World
) -> None:
    Person.objects.filter(username="dai-dien").update(is_staff=True)
    page = "/quan-tri-he-thong/login/"
    for _time in range(MOST_FAILURES):
        tried(client, "đoán mò", page=page)
    assert "Nhập sai mật khẩu quá nhiều lần" in tried(client, PASSWORD, page=page)[1]
