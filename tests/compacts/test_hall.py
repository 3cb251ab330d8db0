"""The hall of a conference: what its screen shows, and how the remote control leads it."""

from __future__ import annotations

import datetime

import pytest
from django.test import Client

from compacts.models import Compact
from compacts.queries.conferences import (
    TASKS_ON_A_SCREEN,
    pages_of,
    remote_of,
    screen_of,
)
from compacts.rules import (
    MovementKind,
    RegistrationState,
    ScreenKind,
)
from compacts.services.conferences import (
    show_item,
)
from compacts.services.movements import MovementFacts, save_movement
from tests.cast import World, make_registration
from tests.compacts.conferences import facts, item_of, opened, plan, put_on
from tests.compacts.moves import sign
from units.rules import RuleError

PAGES = "/khoi/hn-dang/2018/hoi-nghi/"


def test_two_remotes_pressed_together_do_not_skip_an_item(world: World) -> None:
    found = opened(world)
    forward = remote_of(found).forward
    assert forward is not None
    for _remote in range(2):
        show_item(
            actor=world.secretary,
            conference_id=found.pk,
            item_id=forward.item.pk,
            page=forward.page,
        )
    current = remote_of(found).current
    assert current is not None
    assert current.position == 2


def test_the_remote_goes_through_the_units_before_the_next_item(world: World) -> None:
    found = opened(world)
    item = put_on(world, found, ScreenKind.REGISTRATIONS)
    assert pages_of(found, item) == 3
    shown = []
    for _press in range(3):
        unit = screen_of(found).unit
        assert unit is not None
        shown.append(unit.page.participant.short_name)
        forward = remote_of(found).forward
        assert forward is not None
        show_item(
            actor=world.secretary,
            conference_id=found.pk,
            item_id=forward.item.pk,
            page=forward.page,
        )
    assert shown == ["UBKT", "ĐUK", "BTC"]
    current = remote_of(found).current
    assert current is not None
    assert current.position == item.position + 1
    back = remote_of(found).back
    assert back is not None
    assert (back.item.pk, back.page) == (item.pk, 2)


def test_a_draft_registration_is_not_read_out_to_the_hall(world: World) -> None:
    registration = make_registration(world.season, world.ubkt)
    found = opened(world)
    put_on(world, found, ScreenKind.REGISTRATIONS)
    unit = screen_of(found).unit
    assert unit is not None
    assert not unit.is_sent
    assert unit.tasks == ()
    registration.state = RegistrationState.SUBMITTED
    registration.submitted_at = facts().starts_at
    registration.save()
    unit = screen_of(found).unit
    assert unit is not None
    assert [task.measure for task in unit.tasks] == ["Tỷ lệ hoàn thành"] * 2


def test_more_key_tasks_than_a_screen_holds_come_on_several(world: World) -> None:
    registration = make_registration(world.season, world.ubkt, tasks=TASKS_ON_A_SCREEN + 1)
    registration.state = RegistrationState.SUBMITTED
    registration.submitted_at = facts().starts_at
    registration.save()
    found = opened(world)
    item = put_on(world, found, ScreenKind.REGISTRATIONS)
    assert pages_of(found, item) == 4
    seen = []
    for page in range(4):
        put_on(world, found, ScreenKind.REGISTRATIONS, page)
        unit = screen_of(found).unit
        assert unit is not None
        seen.append((unit.page.participant.short_name, unit.page.part, len(unit.tasks)))
    assert seen == [("UBKT", 1, TASKS_ON_A_SCREEN), ("UBKT", 2, 1), ("ĐUK", 1, 0), ("BTC", 1, 0)]


def test_the_movement_not_yet_launched_is_the_one_on_the_screen(
    world: World, client: Client
) -> None:
    movement = save_movement(
        actor=world.secretary,
        season=world.season,
        facts=MovementFacts(
            kind=MovementKind.MOVEMENT,
            name="Thi đua cải cách hành chính",
            theme="Hồ sơ đúng hạn, dân hài lòng",
            aim="Nâng chất lượng tham mưu.",
            targets="100% văn bản đúng hạn",
            starts_on=datetime.date(2018, 3, 1),
            ends_on=datetime.date(2018, 12, 31),
        ),
        units=["ubkt", "btc"],
    )
    found = opened(world)
    assert item_of(found, ScreenKind.LAUNCH).movement == movement
    put_on(world, found, ScreenKind.LAUNCH)
    client.force_login(world.leader)
    shown = client.get(f"{PAGES}{found.pk}/man-hinh/").content.decode()
    for told in ("Hồ sơ đúng hạn, dân hài lòng", "100% văn bản đúng hạn", movement.name):
        assert told in shown


def test_the_screen_counts_signatures_as_they_come(
    world: World, issued: Compact, client: Client
) -> None:
    found = opened(world)
    put_on(world, found, ScreenKind.SIGNING)
    client.force_login(world.representative)
    page = client.get(f"{PAGES}{found.pk}/man-hinh/")
    assert "0/3 đơn vị đã ký" in page.content.decode()
    sign(world, issued, world.btc)
    again = f"{PAGES}{found.pk}/man-hinh/?dang-co={page.context['mark']}"
    changed = client.get(again, headers={"hx-request": "true"}).content.decode()
    assert "1/3 đơn vị đã ký" in changed


def test_before_the_opening_nothing_is_shown_but_the_welcome(world: World) -> None:
    found = plan(world)
    assert screen_of(found).kind == ScreenKind.WELCOME
    with pytest.raises(RuleError, match="Không thể trình chiếu"):
        put_on(world, found, ScreenKind.SIGNING)


def test_the_screen_answers_with_nothing_while_nothing_changes(
    world: World, client: Client
) -> None:
    found = opened(world)
    client.force_login(world.representative)
    page = client.get(f"{PAGES}{found.pk}/man-hinh/")
    assert "site-nav" not in page.content.decode()
    again = f"{PAGES}{found.pk}/man-hinh/?dang-co={page.context['mark']}"
    assert client.get(again, headers={"hx-request": "true"}).status_code == 204
    put_on(world, found, ScreenKind.AGENDA)
    changed = client.get(again, headers={"hx-request": "true"}).content.decode()
    assert "Chương trình hội nghị" in changed
    assert "<html" not in changed


def test_a_button_of_the_remote_changes_the_screen_and_nonsense_does_not(
    world: World, client: Client
) -> None:
    found = opened(world)
    client.force_login(world.secretary)
    item = item_of(found, ScreenKind.REGISTRATIONS)
    show = f"{PAGES}{found.pk}/trinh-chieu/"
    client.post(show, {"place": f"{item.pk}.1"})
    assert "Đảng ủy Khối" in client.get(f"{PAGES}{found.pk}/man-hinh/").content.decode()
    for nonsense in ("", "x", "999999.0", f"{item.pk}.-1"):
        assert client.post(show, {"place": nonsense}).status_code == 302
    item.refresh_from_db()
    assert (item.is_current, item.page) == (True, 1)
