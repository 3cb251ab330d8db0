"""Conferences: planned, opened, led from item to item, attended, concluded, closed."""

from __future__ import annotations

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from compacts.models import AgendaItem, Attendance, Conference, Movement
from compacts.queries.conferences import (
    agenda_of,
    attendance_of,
    screen_of,
)
from compacts.rules import (
    ConferenceKind,
    ConferenceState,
    Presence,
    ScreenKind,
)
from compacts.services.attendance import Guest, Present, mark_attendance
from compacts.services.conferences import (
    AgendaText,
    close_conference,
    open_conference,
    plan_conference,
    record_conclusion,
    save_agenda,
    save_conference,
)
from tests.cast import World
from tests.compacts.conferences import facts, item_of, opened, plan, put_on
from units.access import AccessDenied
from units.models import AuditEntry
from units.rules import EditConflictError, RuleError

PAGES = "/khoi/hn-dang/2018/hoi-nghi/"


def text_of(item: AgendaItem, **changes: object) -> AgendaText:
    given = {
        "pk": item.pk,
        "what": item.what,
        "presenter": item.presenter,
        "minutes": item.minutes,
        "screen": ScreenKind(item.screen),
        "text": item.text,
        "movement": item.movement,
    }
    return AgendaText(**{**given, **changes})


def mark(
    world: World, conference: Conference, units: dict[str, Present | None], *guests: Guest
) -> Conference:
    pks = {row.unit.code: row.pk for row in world.season.participants.select_related("unit")}
    conference.refresh_from_db()
    return mark_attendance(
        actor=world.secretary,
        conference_id=conference.pk,
        units={pks[code]: given for code, given in units.items()},
        guests=guests,
        version=conference.attendance_version,
    )


def test_a_signing_conference_begins_with_the_usual_agenda(world: World) -> None:
    found = plan(world)
    screens = [one.screen for one in found.items.all()]
    assert screens[0] == ScreenKind.WELCOME
    assert screens.index(ScreenKind.REGISTRATIONS) < screens.index(ScreenKind.LAUNCH)
    assert screens.index(ScreenKind.LAUNCH) < screens.index(ScreenKind.SIGNING)
    assert AuditEntry.objects.filter(action="plan_conference").count() == 1


def test_only_a_year_end_conference_usually_shows_the_result(world: World) -> None:
    shown = {
        kind: plan(world, kind).items.filter(screen=ScreenKind.RESULT).exists()
        for kind in ConferenceKind
    }
    assert shown == {
        ConferenceKind.SIGNING: False,
        ConferenceKind.MIDYEAR: False,
        ConferenceKind.YEAREND: True,
    }


def test_a_unit_plans_no_conference(world: World) -> None:
    with pytest.raises(AccessDenied, match="Chỉ thư ký"):
        plan_conference(
            actor=world.representative,
            season=world.season,
            kind=ConferenceKind.SIGNING,
            facts=facts(),
        )


@pytest.mark.parametrize(("field", "words"), [("title", " "), ("place", "")])
def test_a_conference_needs_a_title_and_a_place(world: World, field: str, words: str) -> None:
    with pytest.raises(RuleError) as refusal:
        plan(world, **{field: words})
    assert refusal.value.field == field


def test_each_item_begins_when_those_before_it_had_their_minutes(world: World) -> None:
    found = plan(world)
    lines = agenda_of(found)
    assert lines[0].starts_at == found.starts_at
    assert lines[1].starts_at == found.starts_at + datetime.timedelta(
        minutes=lines[0].item.minutes
    )


def test_facts_changed_meanwhile_are_not_overwritten(world: World) -> None:
    found = plan(world)
    again = {"actor": world.secretary, "conference_id": found.pk, "version": found.version}
    save_conference(facts=facts(place="Nhà văn hóa"), **again)
    with pytest.raises(EditConflictError):
        save_conference(facts=facts(place="Hội trường UBND"), **again)
    found.refresh_from_db()
    assert found.place == "Nhà văn hóa"


def test_the_agenda_is_put_in_order_and_shortened(world: World) -> None:
    found = plan(world)
    first, second = found.items.all()[:2]
    save_agenda(
        actor=world.secretary,
        conference_id=found.pk,
        items=[text_of(second, minutes=7), text_of(first)],
        version=found.version,
    )
    assert [(one.pk, one.minutes) for one in found.items.all()] == [
        (second.pk, 7),
        (first.pk, first.minutes),
    ]


def test_an_item_that_is_on_or_concluded_stays_in_the_agenda(world: World) -> None:
    found = opened(world)
    rest = [text_of(one) for one in found.items.filter(is_current=False)]
    with pytest.raises(RuleError, match="Không bỏ được"):
        save_agenda(
            actor=world.secretary, conference_id=found.pk, items=rest, version=found.version
        )


def test_a_conference_is_opened_at_its_first_item_and_once(world: World) -> None:
    found = opened(world)
    first = found.items.first()
    assert first is not None
    assert first.is_current
    assert found.state == ConferenceState.RUNNING
    with pytest.raises(RuleError, match="Không thể khai mạc"):
        open_conference(actor=world.secretary, conference_id=found.pk)


def test_one_item_is_on_at_a_time(world: World) -> None:
    found = opened(world)
    put_on(world, found, ScreenKind.SIGNING)
    assert [one.screen for one in found.items.filter(is_current=True)] == [ScreenKind.SIGNING]
    with pytest.raises(IntegrityError), transaction.atomic():
        found.items.filter(screen=ScreenKind.WELCOME).update(is_current=True)


def test_a_movement_of_another_season_is_not_launched_here(world: World) -> None:
    found = plan(world)
    other = Movement.objects.create(
        season=world.other_season,
        name="Phong trào của khối khác",
        aim="Khác.",
        starts_on=world.other_season.starts_on,
        ends_on=world.other_season.ends_on,
    )
    items = [text_of(item_of(found, ScreenKind.LAUNCH), movement=other)]
    with pytest.raises(RuleError, match="phong trào của mùa thi đua này"):
        save_agenda(
            actor=world.secretary, conference_id=found.pk, items=items, version=found.version
        )


def test_after_the_closing_only_conclusions_and_attendance_are_written(world: World) -> None:
    found = opened(world)
    put_on(world, found, ScreenKind.SIGNING)
    closed = close_conference(actor=world.secretary, conference_id=found.pk)
    assert screen_of(closed).kind == ScreenKind.WELCOME
    with pytest.raises(RuleError, match="Không thể sửa chương trình"):
        save_agenda(actor=world.secretary, conference_id=found.pk, items=[], version=1)
    item = item_of(found, ScreenKind.SIGNING)
    record_conclusion(actor=world.secretary, item_id=item.pk, text="Các đơn vị đã ký.", version=1)
    mark(world, found, {"btc": Present(Presence.PRESENT, "Trần Thị Đại")})
    assert attendance_of(found).attending == 1


@pytest.mark.parametrize("page", ["chuong-trinh", "sua"])
def test_a_closed_conference_does_not_open_for_edit_but_keeps_what_was_typed_before(
    client: Client, world: World, page: str
) -> None:
    found = opened(world)
    address = f"{PAGES}{found.pk}/"
    client.force_login(world.secretary)
    assert client.get(f"{address}{page}/").status_code == 200
    close_conference(actor=world.secretary, conference_id=found.pk)
    refused = client.get(f"{address}{page}/")
    assert refused.status_code == 403
    assert "Hội nghị đã bế mạc" in refused.content.decode()
    read = client.get(address).content.decode()
    assert f"{address}{page}/" not in read
    assert "Ghi kết luận" in read
    typed = {"title": "Hội nghị sửa muộn", "place": "Hà Nam", "starts_at": "8:00 20/3/2018"}
    late = client.post(f"{address}sua/", {**typed, "version": found.version})
    assert "Hội nghị sửa muộn" in late.content.decode()
    assert Conference.objects.get(pk=found.pk).title != "Hội nghị sửa muộn"


def test_a_conclusion_of_somebody_else_is_not_overwritten(world: World) -> None:
    found = opened(world)
    item = item_of(found, ScreenKind.AGENDA)
    record_conclusion(actor=world.secretary, item_id=item.pk, text="Nhất trí.", version=1)
    with pytest.raises(EditConflictError):
        record_conclusion(actor=world.deputy_secretary, item_id=item.pk, text="Khác", version=1)
    item.refresh_from_db()
    assert item.conclusion == "Nhất trí."


def test_two_thirds_of_the_units_are_a_quorum(world: World) -> None:
    found = plan(world)
    mark(world, found, {"btc": Present(Presence.PRESENT)})
    assert not attendance_of(found).has_quorum
    mark(world, found, {"duk": Present(Presence.REPRESENTED, "Vũ Thị Chấm", "Chuyên viên")})
    count = attendance_of(found)
    assert (count.attending, count.total, count.has_quorum) == (2, 3, True)


def test_a_substitute_has_a_name_and_an_excuse_a_reason(world: World) -> None:
    found = plan(world)
    with pytest.raises(RuleError, match="người dự thay"):
        mark(world, found, {"btc": Present(Presence.REPRESENTED)})
    with pytest.raises(RuleError, match="lý do vắng"):
        mark(world, found, {"btc": Present(Presence.EXCUSED)})
    assert not Attendance.objects.exists()


def test_a_unit_is_marked_once_and_may_be_unmarked(world: World) -> None:
    found = plan(world)
    guest = Guest("Đỗ Văn Thường", "Phó Trưởng ban", "Ban Thi đua - Khen thưởng")
    mark(world, found, {"btc": Present(Presence.PRESENT)}, guest)
    mark(world, found, {"btc": Present(Presence.EXCUSED, note="Đi công tác")}, guest)
    assert found.attendance.filter(participant__unit=world.btc).count() == 1
    assert [one.name for one in attendance_of(found).guests] == ["Đỗ Văn Thường"]
    mark(world, found, {"btc": None})
    assert not found.attendance.exists()


def test_attendance_marked_meanwhile_is_not_overwritten(world: World) -> None:
    found = plan(world)
    mark(world, found, {"btc": Present(Presence.PRESENT)})
    with pytest.raises(EditConflictError):
        mark_attendance(
            actor=world.deputy_secretary,
            conference_id=found.pk,
            units={},
            guests=[],
            version=1,
        )


def test_the_secretary_plans_and_marks_on_pages(world: World, client: Client) -> None:
    client.force_login(world.secretary)
    answer = client.post(
        f"{PAGES}moi/",
        {
            "kind": "yearend",
            "version": "0",
            "title": "Hội nghị tổng kết",
            "place": "Hội trường",
            "starts_at": "8:00 20/12/2018",
        },
    )
    found = Conference.objects.get()
    assert answer.headers["Location"] == f"{PAGES}{found.pk}/chuong-trinh/"
    assert (
        b"ch\xc6\xb0a \xc4\x91\xe1\xbb\xa7 hai ph\xe1\xba\xa7n ba"
        in client.get(f"{PAGES}{found.pk}/diem-danh/").content
    )
    rows = list(world.season.participants.all())
    data = {
        "version": "1",
        "action": "everybody",
        "units-TOTAL_FORMS": str(len(rows)),
        "units-INITIAL_FORMS": str(len(rows)),
        "guests-TOTAL_FORMS": "0",
        "guests-INITIAL_FORMS": "0",
    }
    for at, row in enumerate(rows):
        data |= {f"units-{at}-participant": str(row.pk), f"units-{at}-presence": ""}
    data |= {"units-2-presence": "excused", "units-2-note": "Đi công tác"}
    client.post(f"{PAGES}{found.pk}/diem-danh/", data)
    assert attendance_of(found).attending == 2


def test_the_agenda_is_edited_on_its_page_with_what_was_typed_kept(
    world: World, client: Client
) -> None:
    found = plan(world)
    first, second = found.items.all()[:2]
    client.force_login(world.secretary)
    data = {
        "version": "1",
        "form-TOTAL_FORMS": "3",
        "form-INITIAL_FORMS": "2",
        "form-0-pk": str(first.pk),
        "form-0-position": "2",
        "form-0-what": "Đón tiếp",
        "form-0-minutes": "10",
        "form-0-screen": "welcome",
        "form-1-pk": str(second.pk),
        "form-1-position": "1",
        "form-1-what": "",
        "form-1-screen": "text",
        "form-2-what": "Văn nghệ chào mừng",
        "form-2-screen": "text",
    }
    address = f"{PAGES}{found.pk}/chuong-trinh/"
    refused = client.post(address, data).content.decode()
    assert "Mỗi mục chương trình cần nội dung." in refused
    assert "Văn nghệ chào mừng" in refused
    client.post(address, data | {"form-1-what": "Giới thiệu đại biểu"})
    assert [one.what for one in found.items.all()] == [
        "Giới thiệu đại biểu",
        "Đón tiếp",
        "Văn nghệ chào mừng",
    ]


def test_without_javascript_the_agenda_offers_an_empty_row_that_may_stay_empty(
    world: World, client: Client
) -> None:
    found = plan(world)
    client.force_login(world.secretary)
    address = f"{PAGES}{found.pk}/chuong-trinh/"
    formset = client.get(address).context["formset"]
    stored = found.items.count()
    sent = {"version": "1", "form-INITIAL_FORMS": str(stored)}
    sent["form-TOTAL_FORMS"] = str(len(formset.forms))
    for row in formset:
        sent |= {f.html_name: str(f.value() or "") for f in row if f.name != "DELETE"}
    assert client.post(address, sent).status_code == 302
    assert found.items.count() == stored
    found.refresh_from_db()
    sent |= {"version": str(found.version), f"form-{stored}-what": "Văn nghệ chào mừng"}
    client.post(address, sent)
    assert [one.what for one in found.items.all()][stored:] == ["Văn nghệ chào mừng"]


def test_the_secretary_finds_the_conference_among_what_waits(world: World, client: Client) -> None:
    found = plan(world)
    client.force_login(world.secretary)
    assert f"Chuẩn bị: {found.title}" in client.get("/").content.decode()
    client.force_login(world.representative)
    assert found.title not in client.get("/").content.decode()


def test_the_timeline_of_the_season_leads_to_the_conference_of_its_step(
    world: World, client: Client
) -> None:
    found = plan(world, ConferenceKind.MIDYEAR)
    client.force_login(world.representative)
    page = client.get("/khoi/hn-dang/2018/").content.decode()
    timeline = page[page.index("season-steps") : page.index("</ol>")]
    steps = timeline.split("<li")
    assert [f"{PAGES}{found.pk}/" in step for step in steps].count(True) == 1
    holding = next(step for step in steps if f"{PAGES}{found.pk}/" in step)
    assert "Sơ kết 6 tháng" in holding
