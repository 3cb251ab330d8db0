"""The papers of the demo's founding season, as a newcomer opens them."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from compacts.documents.paper_word import word_file
from compacts.models import Draft, IssuedPaper, Season
from compacts.rules import DraftKind, DraftState
from compacts.services.text_papers import comments_paper
from scoring.models import Round
from scoring.queries.explanations import verified_criteria
from scoring.services.paper_kinds import KINDS, listed_papers, made_paper
from tests.compacts.documents.papers import word_words
from units.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def season() -> Season:
    call_command("load_demo")
    return Season.objects.select_related("bloc__council").get(year=2018)


def words_of(season: Season, kind: str) -> str:
    secretary = Person.objects.get(username="thu-ky")
    key = next(
        one.subject.key for one in listed_papers(season, secretary) if one.kind.code == kind
    )
    return " ".join(word_words(word_file(made_paper(season, KINDS[kind], key, secretary))))


def test_each_kind_of_paper_is_there(season: Season) -> None:
    listed = listed_papers(season, Person.objects.get(username="thu-ky"))
    assert {one.kind.code for one in listed} == set(KINDS)


def test_papers_say_figures_where_points_come_later_and_nobody_where_nobody_was_away(
    season: Season,
) -> None:
    # I.2.2 is counted against the best unit of the bloc, so a sheet alone has no points for it.
    unit = season.participants.get(unit__code="btc").unit
    verified = verified_criteria(Round.objects.get(season=season), unit)
    rows = {one.criterion.code: one for one in verified}
    assert rows["I.2.2"].differs
    assert not rows["I.2.1"].differs
    explained = words_of(season, "giai-trinh")
    assert "đạt 10" in explained
    assert "đạt 9" in explained
    minutes = words_of(season, "bien-ban-hoi-nghi")
    assert "Có mặt 10/10 đơn vị" in minutes
    assert "Vắng mặt: không có." in minutes


def test_the_founding_year_s_texts_are_issued_and_every_comment_is_answered(
    season: Season,
) -> None:
    programme, amendment = season.drafts.order_by("pk")
    assert (programme.kind, programme.state) == (DraftKind.PROGRAMME, DraftState.ISSUED)
    assert (amendment.kind, amendment.state) == (DraftKind.AMENDMENT, DraftState.ISSUED)
    assert IssuedPaper.objects.filter(season=season).count() == 2
    words = " ".join(word_words(word_file(comments_paper(programme))))
    assert "Có 5 ý kiến của 4 đơn vị." in words
    assert "Chưa trả lời" not in words


def test_units_are_asked_for_comments_on_the_running_season_s_text_alone(season: Season) -> None:
    regulation = Draft.objects.get(season__year__gt=2018)
    assert regulation.state == DraftState.COMMENTING
    person = Person.objects.get(username="dai-dien")
    unread = person.notifications.filter(key__startswith="draft:", read_at=None)
    assert [one.key for one in unread] == [f"draft:{regulation.pk}:opened"]
