"""The demo: the founding case, and the same bloc's running year."""

from __future__ import annotations

import pytest
import time_machine
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from compacts.models import Progress, Season
from compacts.rules import Step, light_of
from scoring.management.demo_founding import with_cross_checks
from scoring.models import CriteriaTable, Publication, Round
from scoring.queries.season_board import StepState, whole_board
from scoring.queries.standings import compute_standings
from scoring.rules import RoundState
from scoring.services.imports import import_season
from scoring.services.publications import start_correction
from tests.scoring.exchange.samples import DEMO, read, rows_everywhere
from units.models import Person

pytestmark = pytest.mark.django_db


def running() -> Season:
    return Season.objects.get(year=timezone.localdate().year)


def test_the_demo_shows_a_year_that_is_under_way():
    with time_machine.travel("2026-11-29T02:00:00Z", tick=False):
        call_command("load_demo")
        season = running()
    assert {one.launched_on is not None for one in season.movements.all()} == {True, False}
    assert set(season.ad_hoc_tasks.values_list("state", flat=True)) == {
        "entered", "done", "confirmed",
    }  # fmt: skip
    assert season.announcements.exists()
    model = season.role_models.get()
    assert model.picture.content_type == "image/png"
    assert model.multiplied
    lights = {
        light_of(row.achieved, row.task.target, row.period, row.task.unit_of_measure)
        for row in Progress.objects.filter(task__registration__season=season)
    }
    assert len(lights) == 3


@pytest.mark.parametrize("day", ["2026-02-01", "2026-03-12", "2026-11-29", "2027-12-30"])
def test_on_whatever_day_the_demo_is_loaded_what_is_still_to_be_done_is_not_late(day: str) -> None:
    with time_machine.travel(f"{day}T02:00:00Z", tick=False):
        call_command("load_demo")
        steps = {one.key: one for one in whole_board(running()).steps}
        for step in (steps[Step.REGISTRATION], steps[Step.SIGNING]):
            assert step.state != StepState.LATE
            assert step.deadline > timezone.now()


def test_whoever_loads_the_demo_in_january_finds_a_year_that_has_just_begun():
    # In Hà Nội it is New Year's Day already.
    with time_machine.travel("2026-12-31T17:30:00Z", tick=False):
        call_command("load_demo")
        season = running()
        assert (season.year, season.starts_on.year, season.ends_on.year) == (2027, 2027, 2027)
        assert season.participants.count() == 10
        assert not Progress.objects.filter(task__registration__season=season).exists()
        days = season.ad_hoc_tasks.values_list("assigned_on", flat=True)
        assert max(days) <= timezone.localdate()


def test_a_demo_of_last_year_and_what_people_opened_since_stay_as_they_are():
    with time_machine.travel("2026-11-29T02:00:00Z", tick=False):
        call_command("load_demo")
    last = Season.objects.get(year=2026)
    opened = {"bloc": last.bloc, "starts_on": last.starts_on, "ends_on": last.ends_on}
    for year in (2025, 2027):
        Season.objects.create(year=year, **opened)
    before = rows_everywhere()
    with time_machine.travel("2027-01-05T02:00:00Z", tick=False):
        call_command("load_demo")
    assert rows_everywhere() == before


def test_the_demo_loads_once_and_again(capsys):
    call_command("load_demo")
    before = rows_everywhere()
    call_command("load_demo")
    assert rows_everywhere() == before
    assert "thu-ky" in capsys.readouterr().out
    assert CriteriaTable.objects.filter(code="dbsh-2018").count() == 1


def test_the_demo_s_founding_case_is_published_so_that_units_and_leaders_see_it():
    call_command("load_demo")
    assert Publication.objects.get().round.season.year == 2018


def places_of(season: Season) -> dict[str, int | None]:
    standings = compute_standings(Round.objects.get(season=season))
    return {row.unit: row.rank for row in standings.rows}


def test_the_demo_s_cross_checks_move_nobody_s_place():
    data = read(DEMO)
    with transaction.atomic():
        places = places_of(import_season(actor=None, data=data))
        transaction.set_rollback(True)
    assert places_of(import_season(actor=None, data=with_cross_checks(data))) == places


def test_a_correction_of_the_demo_is_still_there_when_it_is_loaded_again():
    call_command("load_demo")
    scored = Round.objects.get(season__year=2018)
    secretary = Person.objects.get(username="thu-ky")
    start_correction(actor=secretary, round_id=scored.pk, reason="Cộng nhầm")
    call_command("load_demo")
    scored.refresh_from_db()
    assert scored.state != RoundState.PUBLISHED
    assert scored.publications.count() == 1
