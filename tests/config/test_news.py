"""What others did since the last visit, and what oneself did."""

from __future__ import annotations

import datetime

import pytest
from django.test import Client
from django.utils import timezone

from compacts.models import Registration
from compacts.queries.desk import desk_of
from compacts.rules import RegistrationState
from compacts.services.registrations import return_registration
from config.news import news_entries
from tests.cast import World, make_registration
from units.models import Person, Visit
from units.services.audit import record
from units.services.visits import note_visit

pytestmark = pytest.mark.django_db

LONG_BEFORE = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
NOW = datetime.datetime(2018, 3, 1, 5, tzinfo=datetime.UTC)


def test_news_are_what_others_did_since_the_visit_before(world: World) -> None:
    assert note_visit(person=world.representative, now=NOW) == NOW
    soon = NOW + datetime.timedelta(hours=1)
    assert note_visit(person=world.representative, now=soon) == NOW
    next_day = NOW + datetime.timedelta(days=1)
    assert note_visit(person=world.representative, now=next_day) == soon
    later = next_day + datetime.timedelta(minutes=5)
    assert note_visit(person=world.representative, now=later) == soon
    assert Visit.objects.get().last_at == later


def told(person: Person) -> list[str]:
    return [entry.action for entry in news_entries(desk_of(person), LONG_BEFORE)]


def test_news_tell_a_unit_nothing_of_points_nor_of_what_was_returned_to_another(
    world: World,
) -> None:
    registration = make_registration(world.season, world.btc)
    Registration.objects.filter(pk=registration.pk).update(
        state=RegistrationState.SUBMITTED, submitted_at=NOW
    )
    return_registration(
        actor=world.secretary, registration_id=registration.pk, reason="Thiếu chỉ tiêu"
    )
    for action in ("save_mark", "publish_round"):
        record(
            chain=world.season.audit_chain,
            actor=world.deputy_secretary,
            action=action,
            target="round:1",
            summary="Chấm 9,5 điểm.",
        )
    assert told(world.representative) == ["publish_round", "return_registration"]
    assert told(world.head_of_ubkt) == ["publish_round"]
    assert told(world.leader) == ["publish_round", "return_registration"]
    assert told(world.secretary) == ["publish_round"]
    assert told(world.stranger) == told(world.operator) == []


def test_what_i_did_lists_my_own_deeds_only(client: Client, world: World) -> None:
    for actor in (world.secretary, world.deputy_secretary):
        record(
            chain=world.season.audit_chain,
            actor=actor,
            action="save_milestone",
            target="milestone:1",
            summary=f"{actor.full_name} đặt mốc.",
        )
    client.force_login(world.secretary)
    page = client.get("/viec-da-lam/").content.decode()
    assert "Nguyễn Thị Thư đặt mốc." in page
    assert "Lê Văn Phó đặt mốc." not in page


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "hôm qua"])
def test_news_since_a_day_nobody_means_are_those_since_the_last_visit(
    client: Client, world: World, day: str
) -> None:
    client.force_login(world.secretary)
    page = client.get("/co-gi-moi/", {"tu": day})
    assert page.status_code == 200
    assert timezone.now() - page.context["since"] < datetime.timedelta(minutes=5)
