"""Who may open which address: the table in ``tests/access`` against the running pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pytest_django import Settings

from tests.access import pages_of_compacts, pages_of_scoring, pages_of_units
from tests.access.row import LOGIN, PEOPLE, Row, Status
from tests.access.scene import make_scene
from tests.cast import World
from units.models import Person

ROWS = pages_of_units.ROWS + pages_of_compacts.ROWS + pages_of_scoring.ROWS
# The administration site has its own login and is for technical operators only.
NOT_OURS = {"admin"}


def all_names(resolver: URLResolver, space: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield space + (entry.name or f"(no name: {entry.pattern})")
        elif entry.namespace not in NOT_OURS:
            yield from all_names(entry, f"{entry.namespace}:" if entry.namespace else space)


def answer(client: Client, row: Row, scene: dict[str, object]) -> Status:
    """The status of the answer; what the request changed is taken back."""
    address = reverse(row.name, args=[scene[key] for key in row.at])
    data = {name.format(**scene): value.format(**scene) for name, value in row.data.items()}
    with transaction.atomic():
        response = getattr(client, row.method)(address, data)
        transaction.set_rollback(True)
    if response.streaming:
        # Read to its end, the file behind it is closed.
        list(response)
    to_login = response.status_code == 302 and "?next=" in response["Location"]
    return LOGIN if to_login else int(response.status_code)


@pytest.mark.parametrize("who", PEOPLE)
def test_at_every_address_this_person_gets_what_the_table_says(
    world: World, settings: Settings, tmp_path: Path, who: str
) -> None:
    settings.MEDIA_ROOT = tmp_path
    scene = make_scene(world)
    wrong = {}
    for row in ROWS:
        client = Client(raise_request_exception=False)
        if who != "anonymous":
            client.force_login(Person.objects.get(pk=world.people[who].pk))
        got = answer(client, row, scene)
        if got != row.expected(who):
            wrong[f"{row.name} {row.at}"] = f"expected {row.expected(who)}, got {got}"
    assert wrong == {}


def test_every_address_is_in_the_table() -> None:
    missing = sorted(set(all_names(get_resolver())) - {row.name for row in ROWS})
    assert missing == [], (
        "Add a Row to tests/access/pages_of_(app).py for each of these names, saying who may, who "
        "is refused with 403 (the others get 404), and what its address needs from "
        f"tests/access/scene.py: {', '.join(missing)}"
    )


def test_the_table_holds_no_address_that_is_gone() -> None:
    assert sorted({row.name for row in ROWS} - set(all_names(get_resolver()))) == []


@pytest.mark.parametrize("who", ["representative", "leader"])
def test_who_is_refused_reads_why(world: World, client: Client, who: str) -> None:
    client.force_login(world.people[who])
    response = client.get(reverse("units:setup"))
    assert response.status_code == 403
    assert "Chỉ thư ký khối và thường trực Hội đồng được thiết lập." in response.content.decode()
