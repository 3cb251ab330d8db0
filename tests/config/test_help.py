"""The guides are at hand on every page, the reader's own first."""

from __future__ import annotations

import pytest
from django.test import Client

from config.help import GUIDES
from tests.cast import World

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("who", "title"),
    [
        ("secretary", "Hướng dẫn thư ký khối"),
        ("representative", "Hướng dẫn đại diện và thủ trưởng đơn vị"),
        ("leader", "Hướng dẫn lãnh đạo"),
        ("officer", "Hướng dẫn lãnh đạo"),
    ],
)
def test_who_asks_for_help_gets_the_guide_of_their_role(
    client: Client, world: World, who: str, title: str
) -> None:
    client.force_login(world.people[who])
    assert title in client.get("/huong-dan/").content.decode()


def test_every_picture_of_a_guide_can_be_seen(client: Client, world: World) -> None:
    client.force_login(world.representative)
    seen = 0
    for name in GUIDES:
        page = client.get(f"/huong-dan/{name}/").content.decode()
        for part in page.split('src="pictures/')[1:]:
            answer = client.get(f"/huong-dan/{name}/pictures/{part.partition(chr(34))[0]}")
            assert answer["Content-Type"] == "image/png"
            assert b"".join(answer).startswith(b"\x89PNG")
            seen += 1
    assert seen


@pytest.mark.parametrize("path", ["/huong-dan/khac/", "/huong-dan/don-vi/pictures/khac.png"])
def test_there_is_no_other_guide_and_no_other_picture(
    client: Client, world: World, path: str
) -> None:
    client.force_login(world.representative)
    assert client.get(path).status_code == 404
