"""Minutes and submission: what is known stands there, what is not leaves room to write."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from compacts.documents.paper_word import word_file
from compacts.models import Conference, Season
from compacts.rules import ConferenceKind
from compacts.services.conferences import plan_conference
from scoring.models import Round
from scoring.services.imports import import_season
from scoring.services.paper_kinds import KINDS
from tests.compacts import conferences
from tests.compacts.documents.papers import word_words
from tests.generated import season_of_size
from tests.scoring.year_end import finished_year, make_officer, paper_of
from units.models import Person

pytestmark = pytest.mark.django_db
DOTS = "…" * 24


@pytest.fixture
def season() -> Season:
    return finished_year()


@pytest.fixture
def officer(season: Season) -> Person:
    return Person.objects.get(username="thuong-truc")


@pytest.mark.parametrize("kind", ["bien-ban-hop", "bien-ban-hoi-nghi"])
def test_minutes_say_when_where_who_was_there_and_what_was_concluded(
    season: Season, officer: Person, kind: str
) -> None:
    paper = paper_of(season, kind, officer)
    words = " ".join(word_words(word_file(paper)))
    for told in (
        "08 giờ 05, ngày 20/12/2018",
        "Hội trường Tỉnh ủy",
        conferences.CHAIR,
        "Có mặt 9/10 đơn vị",
        "Vắng mặt 1 đơn vị",
        "Đi công tác",
        "Trần Thị Khách, Phó Giám đốc, Sở Nội vụ",
        "Công bố kết quả xếp hạng",
        "Nhất trí 100%.",
    ):
        assert told in words, told
    assert "ngày 20 tháng 12 năm 2018" in words
    assert "…" * 6 not in words


def test_without_a_conference_the_minutes_leave_room_to_write(
    season: Season, officer: Person
) -> None:
    Conference.objects.all().delete()
    paper = paper_of(season, "bien-ban-hop", officer)
    words = " ".join(word_words(word_file(paper)))
    for label in ("Thời gian", "Địa điểm", "Chủ trì", "Thư ký", "Có mặt", "Vắng mặt"):
        assert f"{label}: {DOTS}" in words
    # What the season knows stands there: its units, the place of its papers, the year.
    for one in season.participants.all():
        assert one.name in words
    assert "Hà Nam, ngày …… tháng …… năm 2018" in " ".join(words.split())
    assert not KINDS["bien-ban-hoi-nghi"].subjects(season, officer)


def test_what_the_plan_of_a_conference_knows_is_not_left_to_write_by_hand(
    season: Season, officer: Person
) -> None:
    Conference.objects.all().delete()
    planned = plan_conference(
        actor=officer,
        season=season,
        kind=ConferenceKind.YEAREND,
        facts=conferences.facts(minute_taker=""),
    )
    paper = paper_of(season, "bien-ban-hop", officer)
    words = " ".join(word_words(word_file(paper)))
    for told in (
        "Thời gian: 08 giờ 00, ngày 20/3/2018.",
        "Địa điểm: Hội trường Tỉnh ủy.",
        f"Chủ trì: {conferences.CHAIR}.",
        f"Thư ký: {DOTS}",
        f"Có mặt: {DOTS}",
        f"Vắng mặt: {DOTS}",
    ):
        assert told in words, told
    assert paper.day == datetime.date(2018, 3, 20)
    for item in planned.items.all():
        assert f"{item.what}. {DOTS}" in words


@pytest.mark.parametrize("kind", ["bien-ban-hop", "to-trinh"])
def test_ballots_counted_outside_are_told_of_as_those_held_here(
    season: Season, officer: Person, kind: str
) -> None:
    words = " ".join(word_words(word_file(paper_of(season, kind, officer))))
    scored = Round.objects.get(season=season)
    assert scored.ballots.filter(poll=None).exists()
    for ballot in scored.ballots.all():
        assert f"Nội dung: {ballot.name}." in words
    assert "Khối không bỏ phiếu" not in words


@pytest.mark.parametrize("kind", ["bien-ban-hop", "to-trinh"])
def test_a_bloc_that_held_no_ballot_says_so(db: None, kind: str) -> None:
    made = import_season(actor=None, data=season_of_size("nho", units=3, leaves=6))
    words = " ".join(word_words(word_file(paper_of(made, kind, make_officer(made)))))
    assert "Khối không bỏ phiếu." in words


def test_a_conference_that_was_held_is_told_of_before_one_that_is_planned(
    season: Season, officer: Person
) -> None:
    plan_conference(
        actor=officer,
        season=season,
        kind=ConferenceKind.YEAREND,
        facts=conferences.facts(
            starts_at=datetime.datetime(2018, 12, 28, 8, 0, tzinfo=timezone.get_default_timezone())
        ),
    )
    assert paper_of(season, "bien-ban-hop", officer).day == datetime.date(2018, 12, 20)
