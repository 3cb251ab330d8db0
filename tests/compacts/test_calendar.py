"""The calendar feed: the person's own deadlines, by a key that a new password voids."""

from __future__ import annotations

import datetime

import icalendar
import time_machine
from django.test import Client

from compacts.models import Milestone
from compacts.rules import Step
from compacts.services.calendar import calendar_key
from compacts.services.seasons import MilestoneFacts, save_milestone
from tests.cast import World, make_milestone


def feed(client: Client, key: str) -> icalendar.Calendar:
    answer = client.get(f"/lich/{key}.ics")
    assert answer["Content-Type"].startswith("text/calendar")
    return icalendar.Calendar.from_ical(answer.content)


def test_each_deadline_is_an_all_day_event_with_an_alarm(world: World, client: Client) -> None:
    milestone = make_milestone(world.season, Step.SIGNING, datetime.timedelta(days=3))
    # Midnight after the last day is how a whole day is stored.
    milestone.due_at = datetime.datetime(2026, 3, 20, 17, 0, tzinfo=datetime.UTC)
    milestone.save()
    make_milestone(world.season, Step.REGISTRATION, datetime.timedelta(days=-900))
    (event,) = feed(client, calendar_key(world.representative)).walk("VEVENT")
    assert str(event["summary"]).startswith("Ký kết giao ước")
    assert event["dtstart"].dt == datetime.date(2026, 3, 20)
    assert event["dtend"].dt == datetime.date(2026, 3, 21)
    assert str(event["url"]).endswith("/khoi/hn-dang/2018/")
    assert len(event.walk("VALARM")) == 1


def test_nobody_sees_another_s_seasons_in_the_feed(world: World, client: Client) -> None:
    make_milestone(world.season, Step.SIGNING, datetime.timedelta(days=3))
    assert feed(client, calendar_key(world.people["stranger"])).walk("VEVENT") == []


def test_a_wrong_or_voided_key_opens_nothing(world: World, client: Client) -> None:
    key = calendar_key(world.representative)
    assert client.get(f"/lich/{key}x.ics").status_code == 404
    world.representative.set_password("mật khẩu khác hẳn 99")
    world.representative.save()
    assert client.get(f"/lich/{key}.ics").status_code == 404


def test_the_page_tells_the_address_and_how_to_add_it(world: World, client: Client) -> None:
    client.force_login(world.representative)
    assert 'href="/lich/"' in client.get("/").content.decode()
    page = client.get("/lich/").content.decode()
    assert calendar_key(world.representative) in page
    for program in ("Google Calendar", "Outlook", "iPhone"):
        assert program in page


def test_a_renewed_address_works_and_the_older_stops(world: World, client: Client) -> None:
    make_milestone(world.season, Step.SIGNING, datetime.timedelta(days=3))
    keys = []
    client.force_login(world.representative)
    for _renewal in range(2):
        keys.append(calendar_key(world.representative))
        answer = client.post("/lich/doi-dia-chi/", follow=True).content.decode()
        assert "Địa chỉ cũ không còn dùng được" in answer
    keys.append(calendar_key(world.representative))
    assert len(set(keys)) == 3
    assert [client.get(f"/lich/{key}.ics").status_code for key in keys] == [404, 404, 200]
    # Somebody else's address stays as it is.
    assert client.get(f"/lich/{calendar_key(world.leader)}.ics").status_code == 200


def test_the_feed_is_in_the_persons_language(world: World, client: Client) -> None:
    make_milestone(world.season, Step.SIGNING, datetime.timedelta(days=3))
    world.representative.language = "en"
    world.representative.save()
    (event,) = feed(client, calendar_key(world.representative)).walk("VEVENT")
    assert "Ký kết" not in str(event["summary"])


def raw(client: Client, world: World) -> list[bytes]:
    content = client.get(f"/lich/{calendar_key(world.representative)}.ics").content
    assert content.endswith(b"\r\n")
    return content.split(b"\r\n")


def test_the_feed_is_written_as_calendar_programs_read_it(world: World, client: Client) -> None:
    world.season.bloc.name = "Khối các Ban Đảng, Ủy ban Kiểm tra; Đảng ủy Khối các cơ quan tỉnh"
    world.season.bloc.save()
    with time_machine.travel("2026-03-01T02:03:04Z", tick=False):
        made = make_milestone(world.season, Step.SIGNING, datetime.timedelta(days=19, hours=14))
    lines = raw(client, world)
    # CRLF alone ends a line, and none is longer than 75 octets.
    assert all(b"\n" not in line and b"\r" not in line for line in lines)
    assert max(map(len, lines)) <= 75
    # None was cut within a letter.
    assert b"\r\n".join(line.decode().encode() for line in lines) == b"\r\n".join(lines)
    text = b"\r\n".join(lines).replace(b"\r\n ", b"").decode()
    assert f"UID:milestone-{made.pk}@" in text
    for line in (
        "METHOD:PUBLISH",
        "DTSTAMP:20260301T020304Z",
        "LAST-MODIFIED:20260301T020304Z",
        "DTSTART;VALUE=DATE:20260320",
        "DTEND;VALUE=DATE:20260321",
        "TRANSP:TRANSPARENT",
        "TRIGGER:-PT16H",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
    ):
        assert f"\r\n{line}\r\n" in text
    (summary,) = (line for line in text.split("\r\n") if line.startswith("SUMMARY"))
    assert "Đảng\\, Ủy ban Kiểm tra\\; Đảng ủy" in summary


def test_a_moved_deadline_is_the_same_event_with_a_later_revision(
    world: World, client: Client
) -> None:
    key = calendar_key(world.representative)
    found = []
    for minute, day in ((0, 20), (5, 27)):
        due = datetime.datetime(2026, 3, day, 17, 0, tzinfo=datetime.UTC)
        with time_machine.travel(f"2026-03-01T02:0{minute}:00Z", tick=False):
            save_milestone(
                actor=world.secretary,
                season_id=world.season.pk,
                step=Step.SIGNING,
                facts=MilestoneFacts(None, due, None, "", is_on=True),
            )
            found += feed(client, key).walk("VEVENT")
            # Nothing has changed since: the same event again.
            assert feed(client, key).walk("VEVENT") == [found[-1]]
    before, after = found
    assert before["uid"] == after["uid"]
    assert [one["dtstart"].dt.day for one in found] == [20, 27]
    assert after["sequence"] > before["sequence"]
    assert after["last-modified"].dt > before["last-modified"].dt


def test_a_step_that_is_switched_off_leaves_the_feed(world: World, client: Client) -> None:
    make_milestone(world.season, Step.SIGNING, datetime.timedelta(days=3))
    Milestone.objects.update(is_on=False)
    assert feed(client, calendar_key(world.representative)).walk("VEVENT") == []
