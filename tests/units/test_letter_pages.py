"""How a person gets letters, and the log of what was sent."""

from __future__ import annotations

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.cast import PASSWORD, World
from tests.postman import Postman, with_address
from tests.units.correspondence import letter, mail_job, told
from units.models import Job, MailSettings, Person
from units.rules import JobState, LetterState
from units.services.letters import run_mail_job

SETTINGS = "/thong-bao/cai-dat/"
LOG = "/thong-bao/thu/"
CHOICES = {
    "deadline": "digest",
    "returned": "at_once",
    "work": "none",
    "result": "at_once",
    "answer": "digest",
    "received": "digest",
    "issued": "digest",
    "quiet_from": "22:30",
    "quiet_until": "07:00",
    "digest_hour": "8",
    "language": "en",
}


def test_the_page_keeps_what_was_chosen(client: Client, world: World) -> None:
    client.force_login(world.representative)
    assert client.post(SETTINGS, CHOICES).status_code == 302
    person = Person.objects.get(pk=world.representative.pk)
    assert person.language == "en"
    assert person.mail_settings.quiet_from == datetime.time(22, 30)
    assert person.mail_settings.digest_hour == 8
    # Only what differs from the default is kept.
    assert dict(person.mail_rules.values_list("occasion", "choice")) == {
        "deadline": "digest",
        "work": "none",
    }
    page = client.get(SETTINGS)
    assert page.context["form"]["work"].value() == "none"
    assert 'lang="en"' in page.content.decode()[:200]


@pytest.mark.parametrize(
    ("changed", "field", "says"),
    [
        ({"quiet_until": ""}, "quiet_until", "cả giờ bắt đầu và giờ kết thúc"),
        ({"quiet_until": "22:30"}, "quiet_until", "phải khác giờ bắt đầu"),
        ({"quiet_from": "tối"}, "quiet_from", "như 21:00"),
        ({"digest_hour": "3"}, "digest_hour", "3"),
    ],
)
def test_a_wrong_hour_is_refused_at_its_field_and_what_was_typed_is_kept(
    client: Client, world: World, changed: dict[str, str], field: str, says: str
) -> None:
    client.force_login(world.representative)
    page = client.post(SETTINGS, {**CHOICES, **changed})
    assert page.status_code == 200
    assert says in "".join(page.context["form"].errors[field])
    assert page.context["form"]["work"].value() == "none"
    assert not MailSettings.objects.exists()


def test_no_quiet_hours_are_kept_as_none(client: Client, world: World) -> None:
    client.force_login(world.representative)
    client.post(SETTINGS, {**CHOICES, "quiet_from": "", "quiet_until": ""})
    assert MailSettings.objects.get().quiet_from is None


def test_the_log_shows_each_only_what_they_may_know(
    client: Client, world: World, postman: Postman
) -> None:
    everybody = [world.representative, world.secretary, world.stranger]
    told(*(with_address(person) for person in everybody), subject="Điểm 98,5")
    seen = {}
    for name in ("representative", "secretary", "officer", "operator", "stranger"):
        client.force_login(world.people[name])
        page = client.get(LOG)
        assert "98,5" not in page.content.decode()
        seen[name] = {one.person.username for one in page.context["page"]}
    assert seen == {
        "representative": {"dai-dien"},
        "secretary": {"thu-ky"},
        "officer": {"dai-dien", "thu-ky"},
        "operator": {"dai-dien", "thu-ky", "nguoi-la"},
        "stranger": {"nguoi-la"},
    }


def test_the_log_costs_the_same_for_one_letter_and_for_many(
    client: Client, world: World, postman: Postman
) -> None:
    people = [with_address(person) for person in world.people.values()]
    told(*people)
    client.force_login(world.operator)
    client.get(LOG)
    with CaptureQueriesContext(connection) as few:
        client.get(LOG)
    for number in range(3):
        told(*people, key=f"them:{number}")
    with CaptureQueriesContext(connection) as many:
        page = client.get(LOG)
    assert "Trang 1 / 2" in page.content.decode()
    assert len(few) == len(many)


def test_a_letter_that_failed_is_sent_anew_from_the_log(
    client: Client, world: World, postman: Postman
) -> None:
    told(with_address(world.representative))
    postman.refusal = "550 no such mailbox"
    run_mail_job(mail_job().pk)
    client.force_login(world.officer)
    page = client.get(LOG, {"tinh-trang": "failed"}).content.decode()
    assert "550 no such mailbox" in page
    postman.refusal = ""
    again = client.post(f"{LOG}{letter().pk}/gui-lai/", follow=True).content.decode()
    assert "đã xếp lại vào hàng gửi" in again
    run_mail_job(mail_job().pk)
    assert letter().state == LetterState.SENT
    client.force_login(world.secretary)
    assert client.post(f"{LOG}{letter().pk}/gui-lai/").status_code == 404


def test_the_persons_language_is_that_of_the_pages_after_the_login(
    client: Client, world: World
) -> None:
    Person.objects.filter(pk=world.leader.pk).update(language="en")
    for username, language in (("lanh-dao", "en"), ("dai-dien", "vi"), ("lanh-dao", "en")):
        client.post("/dang-nhap/", {"username": username, "password": PASSWORD})
        assert f'<html lang="{language}">' in client.get("/").content.decode()
        client.post("/dang-xuat/")


def test_what_the_mail_server_says_of_a_letter_is_no_progress_for_others(
    world: World, client: Client
) -> None:
    job = Job.objects.create(
        task="units.send_notification",
        key="mail:1",
        subject="letter:1",
        state=JobState.FAILED,
        error="Máy chủ thư không nhận: 550 <bi-mat@example.vn>",
        beat_at=timezone.now(),
        finished_at=timezone.now(),
    )
    client.force_login(world.stranger)
    assert client.get(f"/viec/{job.pk}/tien-do/").status_code == 404
