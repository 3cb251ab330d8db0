"""Conferences as the tests plan them."""

from __future__ import annotations

import datetime

from django.utils import timezone

from compacts.models import AgendaItem, Conference, Season
from compacts.rules import ConferenceKind, Presence, ScreenKind
from compacts.services.attendance import Guest, Present, mark_attendance
from compacts.services.conferences import (
    ConferenceFacts,
    close_conference,
    open_conference,
    plan_conference,
    record_conclusion,
    show_item,
)
from tests.cast import World, give_role, make_person
from units.rules import RoleKind

CHAIR = "Phạm Sỹ Lợi, Phó Bí thư Thường trực"


def facts(**changes: object) -> ConferenceFacts:
    """A conference at 8:00 on the day of the founding case, with ``changes``."""
    given = {
        "title": "Hội nghị ký kết giao ước thi đua năm 2018",
        "place": "Hội trường Tỉnh ủy",
        "starts_at": datetime.datetime(2018, 3, 20, 8, 0, tzinfo=timezone.get_default_timezone()),
        "chair": CHAIR,
        "minute_taker": "Nguyễn Thị Thư",
    }
    return ConferenceFacts(**{**given, **changes})


def plan(
    world: World, kind: ConferenceKind = ConferenceKind.SIGNING, **changes: object
) -> Conference:
    """A conference that the secretary planned, with its usual agenda."""
    return plan_conference(
        actor=world.secretary, season=world.season, kind=kind, facts=facts(**changes)
    )


def hold(season: Season) -> Conference:
    """The year-end conference: all but one unit there, one item concluded."""
    officer = make_person("thuong-truc-hop", "Đỗ Văn Họp")
    give_role(officer, RoleKind.OFFICER, council=season.bloc.council)
    held = plan_conference(
        actor=officer,
        season=season,
        kind=ConferenceKind.YEAREND,
        facts=facts(
            title="Hội nghị tổng kết năm 2018",
            starts_at=datetime.datetime(
                2018, 12, 20, 8, 5, tzinfo=timezone.get_default_timezone()
            ),
        ),
    )
    open_conference(actor=officer, conference_id=held.pk)
    first, *others = season.participants.all()
    units = {one.pk: Present(Presence.PRESENT, one.signatory_name) for one in others}
    mark_attendance(
        actor=officer,
        conference_id=held.pk,
        units={first.pk: Present(Presence.EXCUSED, note="Đi công tác"), **units},
        guests=[Guest("Trần Thị Khách", "Phó Giám đốc", "Sở Nội vụ")],
        version=1,
    )
    item = held.items.get(screen=ScreenKind.RESULT)
    record_conclusion(actor=officer, item_id=item.pk, text="Nhất trí 100%.", version=1)
    return close_conference(actor=officer, conference_id=held.pk)


def opened(world: World, kind: ConferenceKind = ConferenceKind.SIGNING) -> Conference:
    return open_conference(actor=world.secretary, conference_id=plan(world, kind).pk)


def item_of(conference: Conference, screen: ScreenKind) -> AgendaItem:
    return conference.items.get(screen=screen)


def put_on(world: World, conference: Conference, screen: ScreenKind, page: int = 0) -> AgendaItem:
    return show_item(
        actor=world.secretary,
        conference_id=conference.pk,
        item_id=item_of(conference, screen).pk,
        page=page,
    )
