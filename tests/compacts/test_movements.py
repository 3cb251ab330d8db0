"""Movements and drives: planned by the secretariat, launched once, reviewed, told to be alike."""

from __future__ import annotations

import datetime

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from compacts.models import Movement
from compacts.queries import alike_movements
from compacts.rules import MovementKind, MovementPhase, ReviewKind
from compacts.services.movements import (
    MovementFacts,
    launch_movement,
    review_movement,
    save_movement,
)
from tests.cast import World
from tests.compacts.moves import PDF
from units.access import AccessDenied
from units.models import AuditEntry, Notification
from units.rules import EditConflictError, RuleError

PAGES = "/khoi/hn-dang/2018/phong-trao/"
LAUNCHED_ON = datetime.date(2018, 3, 20)
LAUNCHED_BY = "Chủ tịch UBND tỉnh"


def facts(**changes: object) -> MovementFacts:
    given = {
        "kind": MovementKind.MOVEMENT,
        "name": "Thi đua cải cách hành chính",
        "theme": "Kỷ cương, liêm chính",
        "aim": "Nâng chất lượng tham mưu.",
        "targets": "100% văn bản đúng hạn\n\n80% hồ sơ xử lý trên mạng",
        "starts_on": datetime.date(2018, 3, 1),
        "ends_on": datetime.date(2018, 12, 31),
    }
    return MovementFacts(**{**given, **changes})


def enter(world: World, part_of: Movement | None = None, **changes: object) -> Movement:
    return save_movement(
        actor=world.secretary,
        season=world.season,
        facts=facts(**changes),
        units=["ubkt", "btc"],
        part_of=part_of,
    )


def launch(world: World, movement: Movement) -> Movement:
    return launch_movement(
        actor=world.secretary,
        movement_id=movement.pk,
        launched_by=LAUNCHED_BY,
        launched_on=LAUNCHED_ON,
    )


def test_the_secretary_enters_a_movement_and_a_unit_may_not(world: World) -> None:
    made = enter(world)
    assert made.target_lines() == ["100% văn bản đúng hạn", "80% hồ sơ xử lý trên mạng"]
    assert AuditEntry.objects.filter(action="save_movement").count() == 1
    with pytest.raises(AccessDenied, match="Chỉ thư ký"):
        save_movement(
            actor=world.representative, season=world.season, facts=facts(), units=["btc"]
        )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"aim": ""}, "aim"),
        ({"ends_on": datetime.date(2018, 1, 1)}, "ends_on"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    world: World, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(RuleError) as refusal:
        enter(world, **changes)
    assert refusal.value.field == field


def test_a_movement_needs_units(world: World) -> None:
    with pytest.raises(RuleError, match="ít nhất một đơn vị"):
        save_movement(actor=world.secretary, season=world.season, facts=facts(), units=["xa"])


def test_only_a_drive_is_part_of_a_movement(world: World) -> None:
    movement = enter(world)
    drive = enter(world, movement, kind=MovementKind.DRIVE, name="Đợt chào mừng 3/2")
    assert list(movement.drives.all()) == [drive]
    with pytest.raises(RuleError, match="Chỉ đợt thi đua"):
        enter(world, movement, name="Phong trào con")
    with pytest.raises(RuleError, match="Hãy chọn một phong trào"):
        enter(world, drive, kind=MovementKind.DRIVE, name="Đợt trong đợt")


def test_a_movement_is_launched_once_and_the_units_taking_part_are_told(world: World) -> None:
    movement = enter(world)
    assert movement.phase_on(LAUNCHED_ON) == MovementPhase.PLANNED
    launched = launch(world, movement)
    assert launched.phase_on(LAUNCHED_ON) == MovementPhase.RUNNING
    assert launched.phase_on(datetime.date(2019, 1, 1)) == MovementPhase.ENDED
    told = Notification.objects.filter(key=f"movement:{movement.pk}:launched")
    assert {row.person for row in told} == {
        world.representative,
        world.head_of_btc,
        world.head_of_ubkt,
    }
    assert {row.path for row in told} == {f"{PAGES}{movement.pk}/"}
    with pytest.raises(RuleError, match="đã được phát động"):
        launch(world, movement)


def test_a_movement_is_not_launched_in_the_future(world: World) -> None:
    with pytest.raises(RuleError, match="không sau hôm nay"):
        launch_movement(
            actor=world.secretary,
            movement_id=enter(world).pk,
            launched_by=LAUNCHED_BY,
            launched_on=datetime.date(2999, 1, 1),
        )


def test_after_the_final_review_nothing_is_added(world: World) -> None:
    movement = enter(world)

    def review(kind: ReviewKind, day: datetime.date) -> None:
        review_movement(
            actor=world.secretary, movement_id=movement.pk, kind=kind, held_on=day, text="Đạt."
        )

    with pytest.raises(RuleError, match="phát động rồi mới"):
        review(ReviewKind.MIDTERM, LAUNCHED_ON)
    launch(world, movement)
    with pytest.raises(RuleError, match="từ ngày phát động"):
        review(ReviewKind.MIDTERM, datetime.date(2018, 3, 1))
    review(ReviewKind.MIDTERM, datetime.date(2018, 7, 1))
    review(ReviewKind.FINAL, datetime.date(2018, 12, 20))
    assert movement.phase_on(LAUNCHED_ON) == MovementPhase.REVIEWED
    with pytest.raises(RuleError, match="đã tổng kết"):
        review(ReviewKind.FINAL, datetime.date(2018, 12, 21))


def test_two_who_change_it_do_not_overwrite_each_other(world: World) -> None:
    movement = enter(world)

    def change(name: str) -> Movement:
        return save_movement(
            actor=world.secretary,
            season=world.season,
            facts=facts(name=name),
            units=["btc"],
            movement_id=movement.pk,
            version=movement.version,
        )

    change("Tên thứ nhất")
    with pytest.raises(EditConflictError):
        change("Tên thứ hai")


@pytest.mark.parametrize(
    ("name", "starts_on", "told"),
    [
        ("Phong trào cải cách hành chính năm 2018", datetime.date(2018, 6, 1), True),
        ("Phong trào xây dựng nông thôn mới", datetime.date(2018, 6, 1), False),
        ("Phong trào cải cách hành chính", datetime.date(2019, 6, 1), False),
    ],
)
def test_movements_of_nearly_the_same_name_at_the_same_time_are_shown(
    world: World, name: str, starts_on: datetime.date, told: bool
) -> None:
    movement = enter(world)
    ends_on = datetime.date(starts_on.year, 12, 31)
    other = enter(world, name=name, theme="", starts_on=starts_on, ends_on=ends_on)
    assert (other in alike_movements(world.secretary, movement)) is told


def test_a_drive_is_not_told_to_be_like_its_movement(world: World) -> None:
    movement = enter(world)
    drive = enter(world, movement, kind=MovementKind.DRIVE, name=f"Đợt {movement.name}")
    assert alike_movements(world.secretary, movement) == []
    assert alike_movements(world.secretary, drive) == []


def test_the_pages_enter_launch_review_and_export(world: World, client: Client) -> None:
    client.force_login(world.secretary)
    sent = {
        "version": "0",
        "kind": "movement",
        "name": "Thi đua lập thành tích",
        "aim": "Hoàn thành nhiệm vụ.",
        "starts_on": "1/3/2018",
        "ends_on": "31/12/2018",
        "units": ["btc", "duk"],
    }
    answer = client.post(f"{PAGES}moi/", sent)
    movement = Movement.objects.get()
    here = f"{PAGES}{movement.pk}/"
    assert answer["Location"] == here
    launched = {"launched_by": LAUNCHED_BY, "launched_on": "20/3/2018"}
    assert client.post(f"{here}phat-dong/", launched)["Location"] == here
    report = ContentFile(PDF, name="tong-ket.pdf")
    reviewed = {"kind": "final", "held_on": "20/12/2018", "text": "Đạt 100%.", "file": report}
    assert client.post(f"{here}tong-ket/", reviewed)["Location"] == here
    client.force_login(world.leader)
    page = client.get(here).content.decode()
    assert "Chủ tịch UBND tỉnh phát động ngày 20/3/2018" in page
    assert "Đạt 100%." in page
    file = client.get(f"{here}tong-ket/{movement.reviews.get().pk}/tep/")
    assert b"".join(file) == PDF
    assert "attachment" in file["Content-Disposition"]
    assert "lập thành tích" in client.get(PAGES, {"q": "lap thanh tich"}).content.decode()
    assert "lập thành tích" not in client.get(PAGES, {"trang-thai": "planned"}).content.decode()
    csv = client.get(PAGES, {"dang": "csv"}).content.decode("utf-8-sig")
    assert csv.splitlines()[1].startswith("Thi đua lập thành tích;Phong trào thi đua;")


def test_a_refused_form_keeps_what_was_typed(world: World, client: Client) -> None:
    client.force_login(world.secretary)
    sent = {"version": "0", "kind": "movement", "name": "Tên đã gõ", "starts_on": "31/2/2018"}
    page = client.post(f"{PAGES}moi/", sent).content.decode()
    assert "Tên đã gõ" in page
    assert not Movement.objects.exists()
