from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy
from pytest_django import Settings

from tests.cast import World
from tests.postman import with_address
from tests.races import race
from units.models import Job, Notification, Person
from units.rules import Occasion
from units.services.letters import SEND_TASK
from units.services.notifications import Message, notify

LIST = "/thong-bao/"


def message(key: str = "thu:1", **facts: Any) -> Message:
    return Message(
        key=key,
        occasion=Occasion.WORK,
        about="Khối các Ban Đảng 2018",
        subject=gettext_lazy("Đăng ký thi đua"),
        text="Đơn vị %(unit)s chưa gửi.",
        path="/mua-thi-dua/",
        facts={"unit": "Ban Tổ chức", **facts},
    )


def told(world: World, *people: Person, key: str = "thu:1") -> list[Notification]:
    return notify(persons=people, message=message(key), sent_by=world.secretary)


# --- telling ----------------------------------------------------------------------------------


def test_a_person_is_told_once_for_a_key(world: World) -> None:
    assert len(told(world, world.representative, world.head_of_btc)) == 2
    assert told(world, world.representative, world.representative) == []
    assert len(told(world, world.representative, key="thu:2")) == 1
    assert world.representative.notifications.count() == 2


def test_a_locked_account_is_told_nothing(world: World) -> None:
    world.representative.is_active = False
    assert told(world, world.representative) == []


def test_everybody_is_told_in_their_own_language_whatever_the_sender_reads(world: World) -> None:
    world.leader.language = "en"
    with translation.override("en"):
        told(world, world.representative, world.leader)
    made = Notification.objects.get(person=world.representative)
    assert made.subject == "Đăng ký thi đua"
    assert made.text == "Đơn vị Ban Tổ chức chưa gửi."
    assert Notification.objects.get(person=world.leader).subject == "Emulation registration"


def test_without_a_mail_server_or_an_address_there_is_no_job(
    world: World, settings: Settings
) -> None:
    told(world, with_address(world.representative))
    settings.SENDS_EMAIL = True
    told(world, world.head_of_btc, key="thu:2")
    assert not Job.objects.exists()


def test_a_job_is_made_for_each_new_message_with_an_address(
    world: World, settings: Settings
) -> None:
    settings.SENDS_EMAIL = True
    people = (with_address(world.representative), with_address(world.leader), world.officer)
    told(world, *people)
    told(world, *people)
    assert Job.objects.filter(task=SEND_TASK).count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_senders_at_once_tell_a_person_once(world: World) -> None:
    race(
        lambda: told(world, world.representative),
        lambda: told(world, world.representative),
        meet_at='INSERT INTO "units_notification"',
    )
    assert world.representative.notifications.count() == 1


# --- page -------------------------------------------------------------------------------------


def test_the_page_shows_new_ones_first_and_only_ones_own(client: Client, world: World) -> None:
    with time_machine.travel("2018-03-01T01:00:00Z", tick=False):
        told(world, world.representative, key="cu")
    (read,) = told(world, world.representative, key="moi")
    notify(
        persons=[world.leader],
        message=Message(
            key="khac", occasion=Occasion.WORK, subject="Việc của người khác", path="/"
        ),
        sent_by=None,
    )
    client.force_login(world.representative)
    client.get(reverse("units:notification", args=[read.pk]))
    page = client.get(LIST)
    assert [one.key for one in page.context["page"]] == ["cu", "moi"]
    assert "Việc của người khác" not in page.content.decode()
    unread = client.get(LIST, {"loc": "chua-doc"})
    assert [one.key for one in unread.context["page"]] == ["cu"]


def test_opening_a_message_reads_it_and_leads_to_its_page(client: Client, world: World) -> None:
    (made,) = told(world, world.representative)
    client.force_login(world.representative)
    assert '<span class="site-bell-count" aria-hidden="true">1</span>' in (
        client.get(LIST).content.decode()
    )
    opened = client.get(reverse("units:notification", args=[made.pk]))
    assert (opened.status_code, opened["Location"]) == (302, "/mua-thi-dua/")
    assert "site-bell-count" not in client.get(LIST).content.decode()
    client.force_login(world.leader)
    assert client.get(reverse("units:notification", args=[made.pk])).status_code == 404


def test_everything_is_marked_as_read_at_once(client: Client, world: World) -> None:
    for number in range(3):
        told(world, world.representative, world.leader, key=f"thu:{number}")
    client.force_login(world.representative)
    client.post("/thong-bao/doc-het/")
    assert not world.representative.notifications.filter(read_at__isnull=True).exists()
    assert world.leader.notifications.filter(read_at__isnull=True).count() == 3


def test_the_page_costs_the_same_for_one_message_and_for_many(
    client: Client, world: World
) -> None:
    client.force_login(world.representative)
    told(world, world.representative)
    client.get(LIST)
    with CaptureQueriesContext(connection) as few:
        client.get(LIST)
    for number in range(40):
        told(world, world.representative, key=f"thu:{number + 2}")
    with CaptureQueriesContext(connection) as many:
        page = client.get(LIST)
    assert len(few) == len(many)
    assert "Trang 1 / 2" in page.content.decode()
