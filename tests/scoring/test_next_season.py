"""The next season on one page: rotated, dated, its units told."""

from __future__ import annotations

import datetime

import pytest
from django.test import Client

from compacts.models import Milestone, Season
from compacts.rules import OfficeKind, SelectionWay, Step
from scoring.models import Adoption, CriteriaTable
from scoring.services.next_season import (
    NextSeasonFacts,
    TableChoice,
    later_by_years,
    open_next_season,
    propose_next_season,
)
from tests.cast import LONG_AGO, World, make_member, make_unit
from tests.scoring.casting import make_scoring
from units.access import AccessDenied
from units.models import Membership, Notification
from units.rules import RuleError
from units.services.notifications import mail_of


@pytest.fixture
def world(db: None) -> World:
    made = make_scoring()
    for place, unit in enumerate((made.ubkt, made.duk, made.btc)):
        if not Membership.objects.filter(bloc=made.bloc, unit=unit).exists():
            make_member(made.bloc, unit, place)
    return made


def facts(world: World, **changes: object) -> NextSeasonFacts:
    given = {
        "year": 2019,
        "starts_on": datetime.date(2019, 1, 1),
        "ends_on": datetime.date(2019, 12, 31),
        "theme": "",
        "head": world.duk,
        "deputies": (world.btc,),
        "chosen_by": SelectionWay.ROTATION,
        "table": TableChoice.SAME,
        "invite": True,
    }
    return NextSeasonFacts(**{**given, **changes})


def test_the_deputy_is_proposed_as_head_and_the_unit_after_it_as_deputy(world: World) -> None:
    proposal = propose_next_season(world.bloc)
    assert proposal is not None
    assert (proposal.year, proposal.starts_on) == (2019, datetime.date(2019, 1, 1))
    assert proposal.head == world.duk
    assert len(proposal.deputies) == 1
    assert proposal.deputies[0] != world.duk


def test_units_that_came_and_went_are_named(world: World) -> None:
    fresh = make_unit(world.council, "bao", "Báo Hà Nam")
    Membership.objects.create(
        bloc=world.bloc, unit=fresh, position=9, starts_on=datetime.date(2018, 12, 1)
    )
    gone = Membership.objects.get(bloc=world.bloc, unit=world.btc)
    gone.ends_on = datetime.date(2018, 11, 1)
    gone.save()
    proposal = propose_next_season(world.bloc)
    assert proposal is not None
    assert proposal.joined == ("Báo Hà Nam",)
    assert proposal.left == (world.btc.name,)
    assert proposal.starts_on > LONG_AGO


def test_dates_signatories_leader_and_table_are_taken_over(world: World) -> None:
    Milestone.objects.create(
        season=world.season,
        step=Step.SIGNING,
        due_at=datetime.datetime(2018, 4, 2, 17, 0, tzinfo=datetime.UTC),
        is_on=False,
    )
    Season.objects.filter(pk=world.season.pk).update(leader_name="Phạm Sỹ Lợi")
    opened = open_next_season(actor=world.secretary, bloc=world.bloc, facts=facts(world))
    moved = opened.milestones.get(step=Step.SIGNING)
    assert moved.due_at == datetime.datetime(2019, 4, 2, 17, 0, tzinfo=datetime.UTC)
    assert not moved.is_on
    assert opened.leader_name == "Phạm Sỹ Lợi"
    signatory = opened.participants.get(unit=world.btc).signatory_name
    assert signatory == world.season.participants.get(unit=world.btc).signatory_name
    before = Adoption.objects.get(season=world.season)
    assert Adoption.objects.get(season=opened).table_id == before.table_id
    offices = {office.unit_id: office.kind for office in opened.offices.all()}
    assert offices == {world.duk.pk: OfficeKind.HEAD, world.btc.pk: OfficeKind.DEPUTY}


def test_a_copy_of_the_table_is_a_draft_to_be_discussed(world: World) -> None:
    opened = open_next_season(
        actor=world.secretary, bloc=world.bloc, facts=facts(world, table=TableChoice.COPY)
    )
    assert not Adoption.objects.filter(season=opened).exists()
    assert CriteriaTable.objects.get(season=opened).frozen_at is None


def test_units_are_invited_once_and_new_people_get_their_first_login(
    world: World, client: Client
) -> None:
    world.representative.set_unusable_password()
    world.representative.email = "dai-dien@example.vn"
    world.representative.save()
    opened = open_next_season(actor=world.secretary, bloc=world.bloc, facts=facts(world))
    invited = Notification.objects.get(
        person=world.representative, key=f"season:{opened.pk}:invited"
    )
    letter = str(mail_of(invited).body)
    start = letter.index("/lan-dau/")
    address = letter[start:].split()[0]
    page = client.get(address, follow=True)
    assert "Hãy đặt mật khẩu" in page.content.decode()
    secret = "mật khẩu mới của tôi 7"
    done = client.post(
        page.redirect_chain[-1][0], {"new_password1": secret, "new_password2": secret}
    )
    assert done["Location"] == "/"
    assert client.get("/").status_code == 200
    again = Client().get(address, follow=True).content.decode()
    assert "đã dùng hoặc đã hết hạn" in again
    invited = Notification.objects.get(pk=invited.pk)
    assert "/lan-dau/" not in str(mail_of(invited).body)


def test_only_who_sets_the_bloc_up_opens_its_season(world: World) -> None:
    with pytest.raises(AccessDenied):
        open_next_season(actor=world.representative, bloc=world.bloc, facts=facts(world))


def test_a_year_that_is_there_is_refused_and_nothing_is_left_behind(world: World) -> None:
    with pytest.raises(RuleError, match="đã có mùa thi đua"):
        open_next_season(actor=world.secretary, bloc=world.bloc, facts=facts(world, year=2018))
    assert Season.objects.filter(bloc=world.bloc).count() == 1


def test_the_page_needs_one_press(world: World, client: Client) -> None:
    client.force_login(world.secretary)
    address = f"/mua-thi-dua/tiep/{world.bloc.code}/"
    page = client.get(address).content.decode()
    assert 'value="2019"' in page
    assert 'value="1/1/2019"' in page
    sent = {
        "year": "2019",
        "starts_on": "1/1/2019",
        "ends_on": "31/12/2019",
        "theme": "Đoàn kết",
        "head": str(world.duk.pk),
        "deputies": [str(world.btc.pk)],
        "chosen_by": "rotation",
        "table": "copy",
        "invite": "on",
    }
    assert client.post(address, sent)["Location"] == f"/khoi/{world.bloc.code}/2019/"


def test_the_29th_of_february_becomes_the_28th() -> None:
    assert later_by_years(datetime.date(2024, 2, 29), 1) == datetime.date(2025, 2, 28)
    assert later_by_years(datetime.date(2024, 2, 29), 4) == datetime.date(2028, 2, 29)
