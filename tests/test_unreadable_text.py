"""A zero byte, which no column of PostgreSQL holds: refused wherever a request brings it."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path

import pytest
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django import Settings

from config.middleware import ReadableTextMiddleware
from tests.access import pages_of_compacts, pages_of_scoring, pages_of_units
from tests.access.scene import make_scene
from tests.cast import World

POSTS = [
    row
    for row in pages_of_units.ROWS + pages_of_compacts.ROWS + pages_of_scoring.ROWS
    if row.method == "post"
]
# What views read beside the fields of their forms.
READ = [
    "version", "outcome", "answer", "seen", "approved_by_name", "reason", "cach", "ai", "nguoi",
    "action", "evidence", "unit", "person", "choice", "table", "checkers", "edition", "do",
    "criterion", "award", "season", "go", "seal",
]  # fmt: skip
BROKEN = "a\0b"
TOLD = "Không đọc được chữ vừa gửi"


def refused(response: HttpResponse) -> bool:
    return response.status_code == HTTPStatus.BAD_REQUEST and TOLD in response.content.decode()


@pytest.mark.parametrize("who", ["secretary", "representative"])
def test_no_button_fails_for_a_zero_byte(
    world: World, settings: Settings, tmp_path: Path, who: str
) -> None:
    settings.MEDIA_ROOT = tmp_path
    scene = make_scene(world)
    answers: dict[str, int] = {}
    told = set()

    def press(name: str, address: str, data: Mapping[str, str]) -> None:
        # One of the buttons logs out.
        client = Client(raise_request_exception=False)
        client.force_login(world.people[who])
        with transaction.atomic():
            response = client.post(address, data)
            transaction.set_rollback(True)
        answers[f"{name} {[one for one in data if data[one] == BROKEN]}"] = response.status_code
        if refused(response):
            told.add(name)

    for row in POSTS:
        address = reverse(row.name, args=[scene[key] for key in row.at])
        facts = {name.format(**scene): text.format(**scene) for name, text in row.data.items()}
        press(row.name, address, dict.fromkeys([*READ, *facts], BROKEN))
        for name in facts:
            press(row.name, address, facts | {name: BROKEN})
    failed = {name: status for name, status in answers.items() if status >= 500}
    assert failed == {}
    assert told


def test_a_cookie_of_no_browser_is_refused_before_the_session_is_looked_for(world: World) -> None:
    client = Client(raise_request_exception=False)
    answer = client.get("/", headers={"cookie": 'sessionid="a\\000b"'})
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert "chưa có gì được ghi" in answer.content.decode()


@pytest.mark.parametrize(
    ("given", "fault", "is_told"),
    [
        ("chu=a%00b", ValueError("NUL"), True),
        ("a%00b=chu", ValueError("NUL"), True),
        ("chu=a", ValueError("a fault of ours"), False),
        ("chu=a%00b", KeyError("a fault of ours"), False),
    ],
)
def test_only_what_came_with_the_request_is_told_as_its_fault(
    rf: RequestFactory, given: str, fault: Exception, is_told: bool
) -> None:
    def view(_request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    request = rf.get("/")
    request.GET = QueryDict(given)
    answer = ReadableTextMiddleware(view).process_exception(request, fault)
    assert (answer is not None) == is_told
