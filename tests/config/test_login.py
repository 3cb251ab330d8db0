"""Logging in: a password is not found by guessing, and nobody is kept out by a stranger."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as site
from django.core.cache import cache
from django.core.cache.backends.redis import RedisCacheClient
from django.test import Client, RequestFactory
from pytest_django import Settings

from config.login import MOST_FAILURES
from tests.cast import PASSWORD, World
from units.attempts import attempts, count_attempt, forget_attempts, own_memory
from units.http import client_address
from units.models import Person

pytestmark = pytest.mark.django_db
HERE, ELSEWHERE = "203.0.113.7", "203.0.113.8"


@pytest.fixture(autouse=True)
def _nothing_counted() -> Iterator[None]:
    cache.clear()
    own_memory.clear()
    yield
    cache.clear()
    own_memory.clear()


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


# --- several processes, and proxies ------------------------------------------------------------

PROXY = "10.0.0.5"


@pytest.mark.parametrize(
    ("proxies", "told", "address"),
    [
        (0, HERE, PROXY),
        (1, HERE, HERE),
        (1, f"{ELSEWHERE}, {HERE}", HERE),
        (2, f"{ELSEWHERE}, {HERE}, 10.0.0.4", HERE),
        (2, f"{HERE},10.0.0.4", HERE),
        # It came past one of them: nobody of ours wrote that.
        (2, HERE, PROXY),
        (1, "", PROXY),
        (1, "không phải địa chỉ", PROXY),
        (1, "2001:DB8::7", "2001:db8::7"),
    ],
)
def test_who_asks_is_whom_our_own_proxies_heard(
    rf: RequestFactory, settings: Settings, proxies: int, told: str, address: str
) -> None:
    settings.TRUSTED_PROXIES = proxies
    request = rf.get("/", REMOTE_ADDR=PROXY, HTTP_X_FORWARDED_FOR=told)
    assert client_address(request) == address


def test_nobody_keeps_others_out_behind_the_same_proxy_or_writes_an_address(
    client: Client, world: World, settings: Settings
) -> None:
    def through_the_proxy(password: str, heard: str, written: str = "") -> int:
        told = f"{written}, {heard}" if written else heard
        sent = {"username": "dai-dien", "password": password}
        headers = {"x-forwarded-for": told}
        return client.post("/dang-nhap/", sent, REMOTE_ADDR=PROXY, headers=headers).status_code

    settings.TRUSTED_PROXIES = 1
    for number in range(MOST_FAILURES):
        through_the_proxy("đoán mò", HERE, written=f"203.0.113.{100 + number}")
    assert through_the_proxy(PASSWORD, HERE, written="203.0.113.99") == 429
    assert through_the_proxy(PASSWORD, ELSEWHERE) == 302


def test_attempts_are_counted_for_all_processes_together(settings: Settings) -> None:
    settings.CACHES = {"default": site.SHARED_CACHE}
    who = str(uuid.uuid4())
    assert [count_attempt("login", who, seconds=60) for _time in range(2)] == [1, 2]
    program = (
        "import django; django.setup(); from units.attempts import count_attempt;"
        f"print(count_attempt('login', '{who}', seconds=60))"
    )
    # The application's own settings, as a second server process has them.
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"}
    other = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(site.BASE_DIR),
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert other.stdout.strip() == "3"
    assert attempts("login", who) == 3
    forget_attempts("login", who)
    assert attempts("login", who) == 0


def test_a_count_ends_where_its_while_ended_in_the_midst_of_counting(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def just_after_the_end(backend: RedisCacheClient, key: str, delta: int) -> int:
        redis = backend.get_client(key, write=True)
        redis.delete(key)
        return int(redis.incr(key, delta))

    settings.CACHES = {"default": site.SHARED_CACHE}
    monkeypatch.setattr(RedisCacheClient, "incr", just_after_the_end)
    who = str(uuid.uuid4())
    assert [count_attempt("login", who, seconds=1) for _time in range(2)] == [1, 1]
    time.sleep(1.2)
    assert attempts("login", who) == 0


@pytest.fixture
def _redis_away(settings: Settings) -> None:
    settings.CACHES = {"default": {**site.SHARED_CACHE, "LOCATION": "redis://127.0.0.1:1/0"}}


@pytest.mark.usefixtures("_redis_away")
def test_who_knows_the_password_comes_in_while_redis_is_away(
    client: Client, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "units.attempts"):
        for _time in range(2):
            for _wrong in range(MOST_FAILURES - 1):
                assert tried(client, "đoán mò")[0] == 200
            assert tried(client, PASSWORD)[0] == 302
    assert "counted by each process alone" in caplog.text


@pytest.mark.usefixtures("_redis_away")
def test_a_password_is_not_found_by_guessing_while_redis_is_away(
    client: Client, world: World
) -> None:
    for _time in range(MOST_FAILURES):
        assert tried(client, "đoán mò")[0] == 200
    assert tried(client, PASSWORD)[0] == 429
    assert tried(client, PASSWORD, ELSEWHERE)[0] == 302
