"""The next season opened from an earlier one: rotated, dated, its units told."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
from django.test import Client

from compacts.models import Milestone, Season
from compacts.rules import OfficeKind, SelectionWay, Step
from scoring.models import Adoption, CriteriaTable
from scoring.queries.season_plan import later_by_years, next_in_turn, units_for
from scoring.rules import TableChoice
from scoring.services.next_season import NextSeasonFacts, PlannedMilestone, open_next_season
from tests.cast import LONG_AGO, World, make_unit
from tests.postman import Postman, with_address, words_of
from tests.scoring.casting import make_scoring
from units.access import AccessDenied
from units.models import Invitation, Job, Membership, Notification, UnitEvent
from units.rules import RuleError, UnitEventKind
from units.services.letters import run_mail_job

FIRST_DAY = datetime.date(2019, 1, 1)


@pytest.fixture
def world(db: None) -> World:
    return make_scoring()


def facts(world: World, **changes: Any) -> NextSeasonFacts:
    given: dict[str, Any] = {
        "earlier": world.season,
        "year": 2019,
        "starts_on": FIRST_DAY,
        "ends_on": datetime.date(2019, 12, 31),
        "theme": "",
        "milestones": {},
        "units": (world.ubkt, world.duk, world.btc),
        "head": world.duk,
        "deputies": (world.btc,),
        "chosen_by": SelectionWay.ROTATION,
        "table": TableChoice.SAME,
        "invited": frozenset({world.representative.pk, world.head_of_btc.pk}),
    }
    return NextSeasonFacts(**{**given, **changes})


def opened(world: World, **changes: Any) -> Season:
    return open_next_season(actor=world.secretary, bloc=world.bloc, facts=facts(world, **changes))


# --- whose turn it is, who takes part ---------------------------------------------------------


def test_the_deputy_is_proposed_as_head_and_the_unit_after_it_as_deputy(world: World) -> None:
    units = [world.ubkt, world.duk, world.btc]
    assert next_in_turn(world.season, units) == (world.duk, (world.btc,))
    assert next_in_turn(world.season, [world.ubkt, world.btc]) == (world.btc, (world.ubkt,))
    assert next_in_turn(world.season, [world.btc]) == (world.btc, ())


def test_units_that_came_and_went_are_named(world: World) -> None:
    fresh = make_unit(world.council, "bao", "Báo Hà Nam")
    Membership.objects.create(
        bloc=world.bloc, unit=fresh, position=9, starts_on=datetime.date(2018, 12, 1)
    )
    gone = Membership.objects.get(bloc=world.bloc, unit=world.btc)
    gone.ends_on = datetime.date(2018, 11, 1)
    gone.save()
    found = units_for(world.bloc, world.season, FIRST_DAY)
    notes = {line.unit.code: line.notes for line in found.lines}
    assert notes["bao"] == ("Mới tham gia so với mùa trước.",)
    assert notes["ubkt"] == ()
    assert found.left == (world.btc.name,)


def test_the_unit_that_others_were_merged_into_is_offered_instead_of_them(world: World) -> None:
    merged = make_unit(world.council, "btgdv", "Ban Tuyên giáo và Dân vận Tỉnh ủy")
    event = UnitEvent.objects.create(
        kind=UnitEventKind.MERGE, happened_on=datetime.date(2018, 9, 1), decision_number="12-QĐ"
    )
    event.before.set([world.duk, world.btc])
    event.after.set([merged])
    for unit in (world.duk, world.btc):
        unit.valid_to = datetime.date(2018, 8, 31)
        unit.save()
    found = units_for(world.bloc, world.season, FIRST_DAY)
    assert {line.unit.code: line.suggested for line in found.lines} == {
        "ubkt": True, "duk": False, "btc": False, "btgdv": True,
    }  # fmt: skip
    (text,) = found.events
    assert text.startswith("Sáp nhập ngày 1/9/2018: ")
    assert text.endswith("→ Ban Tuyên giáo và Dân vận Tỉnh ủy. Quyết định: 12-QĐ")
    season = opened(world, units=(world.ubkt, merged), head=merged, deputies=())
    assert set(season.participants.values_list("unit__code", flat=True)) == {"ubkt", "btgdv"}
    joined = Membership.objects.get(bloc=world.bloc, unit=merged)
    assert joined.starts_on == FIRST_DAY
    assert Membership.objects.get(bloc=world.bloc, unit=world.btc).ends_on is None


def test_a_unit_that_is_left_out_stays_a_member(world: World) -> None:
    season = opened(world, units=(world.ubkt, world.duk), deputies=())
    assert season.participants.count() == 2
    assert Membership.objects.get(bloc=world.bloc, unit=world.btc).starts_on == LONG_AGO


def test_an_office_is_refused_to_a_unit_that_does_not_take_part(world: World) -> None:
    with pytest.raises(RuleError, match="phải là đơn vị của mùa này"):
        opened(world, units=(world.ubkt, world.duk))


# --- opened -----------------------------------------------------------------------------------


def test_dates_signatories_leader_and_table_are_taken_over(world: World) -> None:
    Season.objects.filter(pk=world.season.pk).update(leader_name="Phạm Sỹ Lợi")
    world.season.refresh_from_db()
    due = datetime.datetime(2019, 4, 2, 17, 0, tzinfo=datetime.UTC)
    signing = PlannedMilestone(opens_at=None, due_at=due, is_on=False)
    season = opened(world, milestones={Step.SIGNING: signing})
    stored = season.milestones.get(step=Step.SIGNING)
    assert (stored.due_at, stored.is_on) == (due, False)
    assert Milestone.objects.filter(season=season).count() == len(Step)
    assert season.leader_name == "Phạm Sỹ Lợi"
    signatory = season.participants.get(unit=world.btc).signatory_name
    assert signatory == world.season.participants.get(unit=world.btc).signatory_name
    before = Adoption.objects.get(season=world.season)
    assert Adoption.objects.get(season=season).table_id == before.table_id
    offices = {office.unit_id: office.kind for office in season.offices.all()}
    assert offices == {world.duk.pk: OfficeKind.HEAD, world.btc.pk: OfficeKind.DEPUTY}


def test_a_copy_of_the_table_is_a_draft_to_be_discussed(world: World) -> None:
    season = opened(world, table=TableChoice.COPY)
    assert not Adoption.objects.filter(season=season).exists()
    assert CriteriaTable.objects.get(season=season).frozen_at is None


def test_who_was_chosen_is_invited_by_a_letter_that_brings_the_first_login(
    world: World, postman: Postman, client: Client
) -> None:
    with_address(world.representative).set_unusable_password()
    world.representative.save()
    season = opened(world)
    run_mail_job(Job.objects.get(subject__startswith="letter:").pk)
    (mail,) = postman.letters
    found = re.search(r"/lan-dau/\S+", words_of(mail))
    assert found is not None
    assert "Hãy đặt mật khẩu" in client.get(found[0], follow=True).content.decode()
    (letter,) = Invitation.objects.filter(occasion=f"season:{season.pk}", brings_login=True)
    assert letter.person == world.representative


def test_only_who_was_chosen_and_speaks_for_a_unit_is_invited(world: World) -> None:
    chosen = frozenset({world.representative.pk, world.stranger.pk})
    season = opened(world, invited=chosen)
    told = Notification.objects.filter(key=f"season:{season.pk}:invited:1")
    assert [one.person for one in told] == [world.representative]


def test_only_who_sets_the_bloc_up_opens_its_season(world: World) -> None:
    with pytest.raises(AccessDenied):
        open_next_season(actor=world.representative, bloc=world.bloc, facts=facts(world))


def test_a_year_that_is_there_is_refused_and_nothing_is_left_behind(world: World) -> None:
    fresh = make_unit(world.council, "bao", "Báo Hà Nam")
    with pytest.raises(RuleError, match="đã có mùa thi đua"):
        opened(world, year=2018, units=(world.ubkt, world.duk, world.btc, fresh))
    assert Season.objects.filter(bloc=world.bloc).count() == 1
    assert not Membership.objects.filter(unit=fresh).exists()


def test_the_29th_of_february_becomes_the_28th() -> None:
    assert later_by_years(datetime.date(2024, 2, 29), 1) == datetime.date(2025, 2, 28)
    assert later_by_years(datetime.date(2024, 2, 29), 4) == datetime.date(2028, 2, 29)
