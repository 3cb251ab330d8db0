"""The form of a paper's words: it shows what is printed, and refuses what cannot be."""

from __future__ import annotations

import pytest
from django.test import Client

from compacts.documents.limits import MOST_BASES
from compacts.documents.paper import Paper
from compacts.documents.paper_limits import MOST_BLOCKS
from compacts.models import PaperWording, Season
from compacts.services.papers import WordingFacts, save_wording, wording_of
from tests.cast import World
from tests.compacts.documents.reading import raw_text
from tests.scoring.year_end import finished_year, paper_of
from units.models import Person
from units.rules import EditConflictError

pytestmark = pytest.mark.django_db
PAPERS = "/khoi/hn-dang/2018/van-ban/"
ADDRESS = f"{PAPERS}to-trinh/nam/the-thuc/"


@pytest.fixture
def season() -> Season:
    return finished_year()


@pytest.fixture
def officer(season: Season) -> Person:
    return Person.objects.get(username="thuong-truc")


def typed_as_shown(client: Client, **changes: str) -> dict[str, str]:
    """What the form sends when nothing but ``changes`` was touched."""
    form = client.get(ADDRESS).context["form"]
    shown = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else str(value) for name, value in (shown | changes).items()}


def test_the_form_shows_what_is_printed_and_stores_only_what_was_changed(
    season: Season, officer: Person, client: Client
) -> None:
    client.force_login(officer)
    plain = paper_of(season, "to-trinh", officer)
    typed = typed_as_shown(client)
    assert typed["about"] == plain.subject
    assert typed["recipients"].splitlines() == list(plain.recipients)
    changed = typed["recipients"].replace("Như trên;", "Như trên (kèm hồ sơ);")
    client.post(ADDRESS, typed | {"recipients": changed})
    stored = PaperWording.objects.get()
    assert stored.recipients == changed.splitlines()
    assert (stored.about, stored.place, stored.headings, stored.bases) == ("", "", [], [])
    season.bloc.council.place = "Phủ Lý"
    season.bloc.council.save()
    assert paper_of(season, "to-trinh", officer).recipients == tuple(changed.splitlines())


@pytest.mark.parametrize(
    ("field", "most"),
    [("bases", MOST_BASES), ("recipients", MOST_BASES), ("opening", MOST_BLOCKS)],
)
def test_more_lines_than_the_paper_takes_are_refused_at_their_field(
    season: Season, officer: Person, client: Client, field: str, most: int
) -> None:
    client.force_login(officer)
    lines = "\n".join(f"Ý {place}." for place in range(most + 1))
    answer = client.post(ADDRESS, typed_as_shown(client, **{field: lines}))
    assert answer.status_code == 200
    (fault,) = answer.context["form"].errors[field]
    assert fault.startswith(f"Có {most + 1} dòng, tối đa ")
    assert f"Ý {most}." in answer.content.decode()
    assert not PaperWording.objects.exists()


def test_words_are_previewed_before_they_are_stored(
    season: Season, officer: Person, client: Client
) -> None:
    client.force_login(officer)
    typed = typed_as_shown(client, closing="Rất mong Hội đồng quan tâm.")
    shown = client.post(ADDRESS, typed | {"xem-truoc": "1"})
    assert shown["Content-Type"] == "application/pdf"
    assert shown["X-Frame-Options"] == "SAMEORIGIN"
    assert "Rất mong Hội đồng quan tâm." in raw_text(shown.content)
    assert not PaperWording.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [("headings", "Một mục", "đã ghi 1 dòng"), ("place", "漢", "không in được")],
)
def test_a_preview_that_cannot_be_printed_says_why(
    season: Season, officer: Person, client: Client, field: str, value: str, why: str
) -> None:
    client.force_login(officer)
    typed = typed_as_shown(client, **{field: value})
    shown = client.post(ADDRESS, typed | {"xem-truoc": "1"})
    assert shown.status_code == 422
    assert why in shown.content.decode()


def test_the_words_of_the_issued_compact_are_not_touched(
    season: Season, officer: Person, client: Client
) -> None:
    client.force_login(officer)
    page = client.get(f"{PAPERS}giao-uoc/chung/")
    assert page.status_code == 200
    assert "the-thuc" not in page.content.decode()
    assert client.get(f"{PAPERS}giao-uoc/chung/the-thuc/").status_code == 404


def test_the_second_to_word_a_paper_for_the_first_time_is_told_of_the_first(world: World) -> None:
    seen = wording_of(world.season, "minutes", "")
    paper = Paper(letterhead="party", year=2018, name="Biên bản")

    def word(actor: Person, place: str) -> PaperWording:
        return save_wording(
            actor=actor,
            season=world.season,
            kind="minutes",
            subject="",
            version=seen.version,
            facts=WordingFacts(place=place),
            paper=paper,
        )

    word(world.secretary, "Phủ Lý")
    with pytest.raises(EditConflictError):
        word(world.deputy_secretary, "Hà Nam")
    assert wording_of(world.season, "minutes", "").place == "Phủ Lý"
