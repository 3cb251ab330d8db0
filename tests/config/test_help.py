"""The guides are at hand on every page, the reader's own first, at the part that speaks of it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import resolve

from config.guide_topics import TOPICS
from config.guides import GUIDES, Place, place_of, read_guide, topic_of
from tests.access import pages_of_compacts, pages_of_scoring, pages_of_units
from tests.cast import World
from tests.english import LETTER, read_english

pytestmark = pytest.mark.django_db
ROWS = pages_of_units.ROWS + pages_of_compacts.ROWS + pages_of_scoring.ROWS
LANGUAGES = [code for code, _name in settings.LANGUAGES]
CATALOGUE = Path(settings.BASE_DIR) / "locale/en/LC_MESSAGES/django.po"
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
    page = client.get("/huong-dan/", follow=True)
    assert title in page.content.decode()
    pictures = re.findall(r'src="(pictures/[a-z-]+\.png)"', page.content.decode())
    where = page.redirect_chain[-1][0]
    assert pictures
    assert {resolve(where + each).url_name for each in pictures} == {"guide_picture"}


def test_a_guide_begins_with_links_to_its_parts(client: Client, world: World) -> None:
    client.force_login(world.secretary)
    page = client.get("/huong-dan/thu-ky/").content.decode()
    parts = read_guide("thu-ky", "vi").parts
    assert len(parts) == 8
    for anchor, words in parts.items():
        assert f'<a href="#{anchor}">{words}</a>' in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_picture_of_a_guide_can_be_seen(client: Client, world: World, language: str) -> None:
    client.force_login(world.representative)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
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
            for language in LANGUAGES:
                assert anchor in read_guide(guide, language).headings, (begin, guide, anchor)


def test_every_page_has_its_place_in_a_guide() -> None:
    without = set(" ".join(WITHOUT_HELP).split())
    assert {name for name in NAMES - without if not topic_of(name)} == set()


def test_no_guide_has_two_headings_at_one_address() -> None:
    for guide in GUIDES:
        for language in LANGUAGES:
            found = read_guide(guide, language)
            assert len(found.headings) == found.text.count(' id="')


@pytest.mark.parametrize("name", GUIDES)
def test_the_english_guide_is_its_vietnamese_twin_part_by_part(name: str) -> None:
    vietnamese, english = (read_guide(name, language) for language in ("vi", "en"))
    assert list(english.headings) == list(vietnamese.headings)
    assert list(english.parts) == list(vietnamese.parts)
    assert set(english.headings.values()) & set(vietnamese.headings.values()) == set()
    marks = re.compile(r"<(h\d|li)[ >]|src=\"([^\"]+)\"")
    english_pages = vietnamese.text.replace(".png", "-en.png")
    assert marks.findall(english.text) == marks.findall(english_pages)
    assert not LETTER.search(english.text.replace("Kết quả", ""))


def test_english_guides_name_what_the_english_pages_say() -> None:
    said = re.findall(r'^msgstr(?:\[\d\])? ((?:".*"\n)+)', CATALOGUE.read_text(), re.MULTILINE)
    whole = ("".join(map(ast.literal_eval, one.splitlines())) for one in said)
    labels = {re.sub(r"%\(\w+\)s", "…", one).casefold() for one in whole}
    unknown = {}
    for name in GUIDES:
        for emphasised in re.findall(r"<em>(.+?)</em>", read_guide(name, "en").text, re.DOTALL):
            for label in re.split(r" → |, ", " ".join(emphasised.split()).rstrip(".")):
                if not any(one.startswith(label.casefold()) for one in labels):
                    unknown[label] = name
    # A column of a file, which has the same columns for everybody.
    assert set(unknown) == {"Kết quả"}


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


def test_a_reader_of_english_is_led_to_the_english_guide(client: Client, world: World) -> None:
    client.force_login(world.secretary)
    read_english(client)
    page = client.get("/khoi/hn-dang/2018/dien-hinh/").content.decode()
    assert 'href="/huong-dan/thu-ky/#guong-dien-hinh"' in page
    assert "Exemplary models" in page
    guide = client.get("/huong-dan/thu-ky/").content.decode()
    assert '<h3 id="guong-dien-hinh">Exemplary models</h3>' in guide
