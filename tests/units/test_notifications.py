from __future__ import annotations

import datetime
import socket
from collections.abc import Iterator
from email.message import Message as Letter
from typing import Any

import pytest
import time_machine
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as MessageHandler
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from tests.cast import World
from tests.races import race
from units.models import Job, Notification, Person
from units.rules import MAX_JOB_ATTEMPTS, JobState
from units.services import jobs
from units.services.notifications import SEND_TASK, Message, notify, run_mail_job

LIST = "/thong-bao/"


class Postman(MessageHandler):
    """Keeps what it is given; ``refusal`` is what it says instead, if anything."""

    def __init__(self) -> None:
        super().__init__()
        self.letters: list[Letter] = []
        self.refusal = ""
        # The server knows its hooks by names in capitals.
        vars(self)["handle_RCPT"] = self.answer_recipient

    async def answer_recipient(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refusal:
            return self.refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    def handle_message(self, message: Letter) -> None:
        self.letters.append(message)


@pytest.fixture
def postman(settings: Settings) -> Iterator[Postman]:
    """A real SMTP server in a thread of this process, to which letters are sent."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    kept = Postman()
    server = Controller(kept, hostname="127.0.0.1", port=port)
    server.start()
    settings.SENDS_EMAIL = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.PUBLIC_URL = "https://thidua.example.vn"
    yield kept
    server.stop()


def with_address(person: Person) -> Person:
    person.email = f"{person.username}@example.vn"
    person.save(update_fields=["email"])
    return person


def message(key: str = "thu:1", **facts: Any) -> Message:
    return Message(
        key=key,
        subject=gettext_lazy("Đăng ký thi đua"),
        text="Đơn vị %(unit)s chưa gửi.",
        path="/mua-thi-dua/",
        facts={"unit": "Ban Tổ chức", **facts},
    )


def told(world: World, *people: Person, key: str = "thu:1") -> list[Notification]:
    return notify(persons=people, message=message(key), sent_by=world.secretary)


def mail_job() -> Job:
    return Job.objects.get(task=SEND_TASK)


# --- telling ----------------------------------------------------------------------------------


def test_a_person_is_told_once_for_a_key(world: World) -> None:
    assert len(told(world, world.representative, world.head_of_btc)) == 2
    assert told(world, world.representative, world.representative) == []
    assert len(told(world, world.representative, key="thu:2")) == 1
    assert world.representative.notifications.count() == 2


def test_a_locked_account_is_told_nothing(world: World) -> None:
    world.representative.is_active = False
    assert told(world, world.representative) == []


def test_the_language_of_the_sender_does_not_matter(world: World) -> None:
    with translation.override("en"):
        (made,) = told(world, world.representative)
    assert made.subject == "Đăng ký thi đua"
    assert made.text == "Đơn vị Ban Tổ chức chưa gửi."


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


# --- letters ----------------------------------------------------------------------------------


def test_a_letter_arrives_with_the_way_to_the_page(world: World, postman: Postman) -> None:
    (made,) = told(world, with_address(world.representative))
    run_mail_job(mail_job().pk)
    (letter,) = postman.letters
    assert letter["To"] == "dai-dien@example.vn"
    assert letter["Message-ID"] == f"<notification-{made.pk}@thidua.example.vn>"
    body = letter.get_payload(decode=True)
    assert isinstance(body, bytes)
    text = body.decode()
    assert "Kính gửi Trần Thị Đại," in text
    assert "Đơn vị Ban Tổ chức chưa gửi." in text
    assert f"https://thidua.example.vn/thong-bao/{made.pk}/" in text
    made.refresh_from_db()
    assert made.emailed_at is not None
    assert mail_job().state == JobState.DONE


def test_a_job_that_is_rung_twice_sends_one_letter(world: World, postman: Postman) -> None:
    told(world, with_address(world.representative))
    run_mail_job(mail_job().pk)
    run_mail_job(mail_job().pk)
    Job.objects.update(state=JobState.QUEUED, finished_at=None)
    run_mail_job(mail_job().pk)
    assert len(postman.letters) == 1
    assert mail_job().state == JobState.DONE


def test_a_server_that_is_away_is_asked_again_later(
    world: World, postman: Postman, settings: Settings
) -> None:
    told(world, with_address(world.representative))
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    run_mail_job(mail_job().pk)
    waiting = mail_job()
    assert (waiting.state, waiting.attempts) == (JobState.QUEUED, 1)
    assert "Máy chủ thư không nhận" in waiting.message
    assert jobs.sweep(timezone.now() + datetime.timedelta(seconds=50)) == 0
    assert jobs.sweep(timezone.now() + datetime.timedelta(seconds=70)) == 1
    settings.EMAIL_PORT = port
    run_mail_job(mail_job().pk)
    assert len(postman.letters) == 1


def test_after_the_last_attempt_the_job_fails_with_the_reason(
    world: World, postman: Postman, settings: Settings
) -> None:
    told(world, with_address(world.representative))
    settings.EMAIL_PORT = 1
    for _attempt in range(MAX_JOB_ATTEMPTS):
        run_mail_job(mail_job().pk)
    assert mail_job().state == JobState.FAILED
    assert "Máy chủ thư không nhận" in mail_job().error


@pytest.mark.parametrize(
    ("refusal", "state"),
    [("550 no such mailbox", JobState.FAILED), ("450 try later", JobState.QUEUED)],
)
def test_an_address_refused_for_good_is_not_tried_again(
    world: World, postman: Postman, refusal: str, state: JobState
) -> None:
    told(world, with_address(world.representative))
    postman.refusal = refusal
    run_mail_job(mail_job().pk)
    assert mail_job().state == state
    assert postman.letters == []


def test_the_bell_of_the_broker_rings_after_the_commit(
    world: World,
    settings: Settings,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    settings.SENDS_EMAIL = True
    with django_capture_on_commit_callbacks() as after:
        told(world, with_address(world.representative))
    assert len(after) == 1


# --- page -------------------------------------------------------------------------------------


def test_the_page_shows_new_ones_first_and_only_ones_own(client: Client, world: World) -> None:
    with time_machine.travel("2018-03-01T01:00:00Z", tick=False):
        told(world, world.representative, key="cu")
    (read,) = told(world, world.representative, key="moi")
    notify(
        persons=[world.leader],
        message=Message(key="khac", subject="Việc của người khác", path="/"),
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
