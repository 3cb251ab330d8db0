"""What can wait comes in one letter a day."""

from __future__ import annotations

import datetime

import time_machine

from compacts.rules import Step
from config.tasks import send_digest
from tests.cast import World, make_milestone
from tests.postman import Postman, subject_of, with_address, words_of
from tests.units.correspondence import at, letter, told
from units.models import Job, Letter, MailRule, MailSettings, Notification, Person
from units.rules import LetterState, MailChoice, Occasion
from units.services import jobs
from units.services.letters import DIGEST_TASK
from units.services.notifications import mark_read
from units.tasks import gather_digests


def gathered(now: datetime.datetime) -> None:
    with time_machine.travel(now):
        gather_digests()
        for job in Job.objects.filter(task=DIGEST_TASK):
            send_digest(job.pk)


def test_what_can_wait_comes_in_one_letter_in_the_morning_by_seasons(
    world: World, postman: Postman
) -> None:
    person = with_address(world.representative)
    told(person, key="mot", occasion=Occasion.ISSUED, subject="Đã ban hành: Quy chế")
    told(person, key="hai", occasion=Occasion.ANSWER, subject="Được chấp nhận", about="Cụm 2 2018")
    told(person, key="ba", occasion=Occasion.ISSUED, subject="Phát động: Đợt 1")
    assert not Letter.objects.exists()
    gathered(at(6, day=2))
    assert postman.letters == []
    make_milestone(world.season, Step.REGISTRATION, datetime.timedelta(days=3))
    gathered(at(7, 5, day=2))
    gathered(at(7, 15, day=2))
    (mail,) = postman.letters
    assert subject_of(mail) == "Tổng hợp ngày 2/3/2018: 3 thông báo"
    text = words_of(mail)
    order = ["CỤM 2 2018", "Được chấp nhận", "KHỐI CÁC BAN ĐẢNG 2018", "Quy chế", "Đợt 1"]
    assert [text.index(one) for one in order] == sorted(text.index(one) for one in order)
    for one in Notification.objects.filter(person=person):
        assert f"https://thidua.example.vn/thong-bao/{one.pk}/" in text
    assert "SẮP ĐẾN HẠN" in text
    assert "QUÁ HẠN" not in text
    assert "hạn 4/3/2018" in text


def test_what_was_read_in_the_page_is_not_told_again_by_mail(
    world: World, postman: Postman
) -> None:
    person = with_address(world.representative)
    (first,) = told(person, key="mot", occasion=Occasion.ISSUED, subject="Đã đọc rồi")
    mark_read(actor=person, notification_id=first.pk)
    gathered(at(8))
    assert not Letter.objects.exists()
    told(person, key="hai", occasion=Occasion.ISSUED, subject="Chưa đọc")
    gathered(at(9))
    (mail,) = postman.letters
    assert "Chưa đọc" in words_of(mail)
    assert "Đã đọc rồi" not in words_of(mail)


def test_what_was_read_while_the_daily_letter_was_held_is_left_out_of_it(
    world: World, postman: Postman
) -> None:
    both = (with_address(world.representative), with_address(world.leader))
    for person in both:
        MailSettings.objects.create(person=person, quiet_until=datetime.time(8))
    told(*both, key="mot", occasion=Occasion.ISSUED, subject="Đã đọc rồi")
    told(world.leader, key="hai", occasion=Occasion.ISSUED, subject="Chưa đọc")
    gathered(at(7, 10, day=2))
    assert (Letter.objects.count(), postman.letters) == (2, [])
    for read in Notification.objects.filter(key="mot"):
        mark_read(actor=read.person, notification_id=read.pk)
    gathered(at(8, 1, day=2))
    gathered(at(8, 1, day=3))
    (mail,) = postman.letters
    assert (mail["To"], subject_of(mail)) == (
        world.leader.email,
        "Tổng hợp ngày 2/3/2018: 1 thông báo",
    )
    assert "Đã đọc rồi" not in words_of(mail)
    # Who has read all gets none, and the log says why.
    left = Letter.objects.get(person=world.representative)
    assert (left.state, left.sent_at) == (LetterState.READ, None)


def test_what_is_late_is_told_apart_from_what_is_due_soon(world: World, postman: Postman) -> None:
    person = with_address(world.representative)
    told(person, key="mot", occasion=Occasion.ISSUED, subject="Đã ban hành: Quy chế")
    milestone = make_milestone(world.season, Step.REGISTRATION, datetime.timedelta(0))
    milestone.due_at = at(0, day=2)
    milestone.save()
    gathered(at(8, day=5))
    (mail,) = postman.letters
    late = words_of(mail).partition("QUÁ HẠN\r\n")[2]
    assert "hạn 1/3/2018" in late
    assert "SẮP ĐẾN HẠN" not in late


def test_what_comes_later_goes_with_the_next_day_and_nothing_goes_twice(
    world: World, postman: Postman
) -> None:
    person = with_address(world.representative)
    told(person, key="mot", occasion=Occasion.ISSUED, subject="Việc thứ nhất")
    gathered(at(11))
    told(person, key="hai", occasion=Occasion.ISSUED, subject="Việc thứ hai")
    gathered(at(12))
    gathered(at(8, day=2))
    gathered(at(8, day=3))
    first, second = postman.letters
    assert "Việc thứ nhất" in words_of(first)
    assert "Việc thứ nhất" not in words_of(second)
    assert "Việc thứ hai" in words_of(second)


def test_nothing_is_sent_to_whom_nothing_happened(world: World, postman: Postman) -> None:
    make_milestone(world.season, Step.REGISTRATION, datetime.timedelta(days=3))
    with_address(world.representative)
    gathered(at(8, day=2))
    assert not Letter.objects.exists()


def test_the_daily_letter_keeps_the_quiet_hours(world: World, postman: Postman) -> None:
    person = with_address(world.representative)
    MailSettings.objects.create(person=person, quiet_until=datetime.time(8))
    told(person, occasion=Occasion.ISSUED)
    gathered(at(7, 10, day=2))
    assert postman.letters == []
    assert letter().due_at == at(8, day=2)
    with time_machine.travel(at(8, 1, day=2)):
        jobs.sweep()
        send_digest(Job.objects.get(task=DIGEST_TASK).pk)
    assert len(postman.letters) == 1


def test_the_daily_letter_is_in_the_persons_language(world: World, postman: Postman) -> None:
    world.representative.language = "en"
    told(with_address(world.representative), occasion=Occasion.ISSUED)
    Person.objects.update(language="en")
    gathered(at(8, day=2))
    (mail,) = postman.letters
    assert "Emulation registration" in words_of(mail)
    assert mail["Content-Language"] == "en"


def test_each_person_chooses_how_each_occasion_comes(world: World, postman: Postman) -> None:
    person = with_address(world.representative)
    for occasion, choice in (
        (Occasion.WORK, MailChoice.NONE),
        (Occasion.ISSUED, MailChoice.AT_ONCE),
        (Occasion.DEADLINE, MailChoice.DIGEST),
    ):
        MailRule.objects.create(person=person, occasion=occasion, choice=choice)
        told(person, key=occasion.value, occasion=occasion)
    assert person.notifications.count() == 3
    assert letter().occasion == Occasion.ISSUED
    gathered(at(8, day=2))
    (mail,) = postman.letters
    assert subject_of(mail) == "Tổng hợp ngày 2/3/2018: 1 thông báo"
