"""The calendar feed: the person's own deadlines, by a key that a new password voids."""

from __future__ import annotations

import datetime

import icalendar
from django.test import Client

from compacts.rules import Step
from compacts.services.calendar import calendar_key
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
