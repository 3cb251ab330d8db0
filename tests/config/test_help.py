"""The guides are at hand on every page, the reader's own first, at the part that speaks of it."""

from __future__ import annotations

import pytest
from django.test import Client

from config.guide_topics import TOPICS
from config.guides import GUIDES, Place, place_of, read_guide, topic_of
from tests.access import pages_of_compacts, pages_of_scoring, pages_of_units
from tests.cast import World

pytestmark = pytest.mark.django_db
ROWS = pages_of_units.ROWS + pages_of_compacts.ROWS + pages_of_scoring.ROWS
NAMES = {row.name for row in ROWS}
# The guides themselves, the way in and out, machines, and what is no page of its own.
WITHOUT_HELP = {
    "guides guide guide_picture login logout first_login set_language healthz readyz",
    "password_change password_change_done",
    "calendar compacts:calendar_renew",
    "units:job units:job_progress units:job_cancel units:job_retry units:import_template",
    "compacts:comments_file scoring:season_export",
    "scoring:years_brief scoring:brief scoring:mark scoring:mark_template scoring:final_stage",
}


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


def test_a_guide_begins_with_links_to_its_parts(client: Client, world: World) -> None:
    client.force_login(world.secretary)
    page = client.get("/huong-dan/thu-ky/").content.decode()
    parts = read_guide("thu-ky").parts
    assert len(parts) == 8
    for anchor, words in parts.items():
        assert f'<a href="#{anchor}">{words}</a>' in page


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


def test_every_topic_leads_to_a_heading_of_its_guide_and_speaks_of_some_page() -> None:
    for begin, places in TOPICS.items():
        assert any(name.startswith(begin) for name in NAMES), begin
        for guide, anchor in places.items():
            assert anchor in read_guide(guide).headings, (begin, guide, anchor)


def test_every_page_has_its_place_in_a_guide() -> None:
    without = set(" ".join(WITHOUT_HELP).split())
    assert {name for name in NAMES - without if not topic_of(name)} == set()


def test_no_guide_has_two_headings_at_one_address() -> None:
    for guide in GUIDES:
        found = read_guide(guide)
        assert len(found.headings) == found.text.count(' id="')


@pytest.mark.parametrize(
    ("name", "own", "url"),
    [
        ("scoring:season_plan", "thu-ky", "/huong-dan/thu-ky/#1-mo-mua-thi-dua"),
        ("compacts:conference_remote", "thu-ky", "/huong-dan/thu-ky/#hoi-nghi"),
        ("compacts:announcement_new", "thu-ky", "/huong-dan/thu-ky/#bang-tin"),
        ("compacts:movement_list", "don-vi", "/huong-dan/don-vi/#trong-nam"),
        ("compacts:registration_import", "thu-ky", "/huong-dan/thu-ky/#nhap-dang-ky-tu-tep"),
        ("units:workbook_import", "thu-ky", "/huong-dan/thu-ky/#nhap-tu-excel"),
        ("compacts:sign_digitally", "don-vi", "/huong-dan/don-vi/#ky-giao-uoc"),
        ("scoring:ranking", "lanh-dao", "/huong-dan/lanh-dao/#vi-sao"),
        # A leader's guide has no part about registrations: the first that has one serves.
        ("compacts:registration", "lanh-dao", "/huong-dan/thu-ky/#3-dang-ky-va-giao-uoc"),
    ],
)
def test_help_is_of_the_page_and_of_the_reader(name: str, own: str, url: str) -> None:
    place = place_of(name, own)
    assert place is not None
    assert place.url == url


def test_a_page_leads_to_its_part_of_the_readers_guide(client: Client, world: World) -> None:
    for person, guide in ((world.secretary, "thu-ky"), (world.representative, "don-vi")):
        client.force_login(person)
        page = client.get("/khoi/hn-dang/2018/dien-hinh/").content.decode()
        place = place_of("compacts:role_model_list", guide)
        assert place == Place(f"/huong-dan/{guide}/#guong-dien-hinh", "Gương điển hình")
        assert f'href="{place.url}"' in page
