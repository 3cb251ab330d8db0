"""One search: with and without diacritics, over what one may see and nothing else."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from compacts.models import AdHocTask, IssuedPaper, KeyTask, Movement, Participant, Registration
from compacts.rules import DraftKind, MovementKind, RegistrationState
from compacts.services.compact_template import ArticleText
from compacts.services.movements import MovementFacts, save_movement
from compacts.services.multiplications import MultiplicationFacts, save_multiplication
from compacts.services.papers import issue_paper
from compacts.services.role_models import RoleModelFacts, save_role_model
from compacts.services.texts import save_text, start_text
from scoring.queries.search import search
from scoring.queries.search_kinds import KINDS as SEARCH_KINDS
from scoring.services.paper_kinds import KINDS
from tests.access.scene import make_scene
from tests.cast import (
    World,
    make_member,
    make_registration,
    make_role_model,
    make_season,
    make_unit,
    make_world,
)
from tests.compacts.conferences import plan
from tests.scoring.casting import make_scoring
from units.models import Notification, Person, Unit
from units.services.notifications import Message, notify


@pytest.fixture
def world(db: None) -> World:
    made = make_scoring()
    registration = make_registration(made.season, made.btc)
    for task in registration.tasks.all():
        task.text = "Số hóa hồ sơ cán bộ"
        task.save()
    return made


def found(person: Person, text: str, **asked: str) -> dict[str, list[str]]:
    groups = search(person, text, **asked).groups
    return {str(group.label): [hit.label for hit in group.hits] for group in groups}


def give_tasks(world: World, count: int) -> None:
    AdHocTask.objects.bulk_create(
        AdHocTask(
            season=world.season,
            unit=world.btc,
            text=f"Đón đoàn {place}",
            assigned_by="Tỉnh ủy",
            assigned_on=datetime.date(2018, 5, 1),
        )
        for place in range(count)
    )


def issued_paper(world: World) -> IssuedPaper:
    kind = KINDS["tong-hop-dang-ky"]
    return issue_paper(
        actor=world.secretary,
        season=world.season,
        kind=kind.code,
        subject="chung",
        paper=kind.make(world.season, "chung", world.secretary),
        number="09-BTH/KTĐ",
        issued_on=datetime.date(2018, 3, 5),
    )


def launch_something(world: World) -> Movement:
    return save_movement(
        actor=world.secretary,
        season=world.season,
        facts=MovementFacts(
            kind=MovementKind.MOVEMENT,
            name="Thi đua xây dựng nông thôn mới",
            theme="Chung sức",
            aim="Mỗi cơ quan đỡ đầu một xã",
            targets="Một xã đạt chuẩn",
            starts_on=datetime.date(2018, 1, 5),
            ends_on=datetime.date(2018, 12, 1),
        ),
        units=["btc", "duk", "ubkt"],
    )


@pytest.mark.parametrize("text", ["Số hóa", "so hoa", "SO HOA HO SO", "cán hồ"])
def test_a_key_task_is_found_with_and_without_diacritics(world: World, text: str) -> None:
    assert found(world.representative, text)["Nhiệm vụ trọng tâm"] == [
        "Số hóa hồ sơ cán bộ",
        "Số hóa hồ sơ cán bộ",
    ]


def test_another_unit_s_draft_is_not_found_before_it_is_sent(world: World) -> None:
    stranger = world.people["scorer_of_duk"]
    registration = Registration.objects.get(season=world.season, unit=world.btc)
    world.season.offices.filter(unit=world.duk).delete()
    assert "Nhiệm vụ trọng tâm" not in found(stranger, "so hoa")
    Registration.objects.filter(pk=registration.pk).update(
        state=RegistrationState.SUBMITTED, submitted_at=datetime.datetime.now(datetime.UTC)
    )
    assert "Nhiệm vụ trọng tâm" in found(stranger, "so hoa")


def test_somebody_of_no_season_finds_nothing(world: World) -> None:
    assert found(world.people["stranger"], "so hoa") == {}
    assert found(world.people["stranger"], "Ban Tổ chức") == {}


def test_units_and_seasons_are_found(world: World) -> None:
    assert world.btc.name in found(world.representative, world.btc.name)["Đơn vị"]
    assert found(world.representative, "2018")["Mùa thi đua"] == [str(world.season)]


def test_a_unit_of_no_season_is_found_by_who_sees_it_and_has_a_page(
    world: World, client: Client
) -> None:
    new = make_unit(world.council, "stttt", "Sở Thông tin và Truyền thông", "Sở TTTT")
    for who in (world.secretary, world.leader, world.officer, world.operator):
        assert found(who, "thong tin truyen thong")["Đơn vị"] == [new.name], who.username
    for who in (world.representative, world.stranger):
        assert "Đơn vị" not in found(who, "thong tin truyen thong"), who.username
    make_member(world.bloc, new)
    ((hit,),) = [group.hits for group in search(world.representative, "so tttt").groups]
    assert (hit.where, hit.url) == (world.council.name, f"/don-vi/{new.pk}/")
    client.force_login(world.representative)
    page = client.get(hit.url).content.decode()
    assert "chưa tham gia mùa thi đua nào" in page
    assert "Sửa đơn vị" not in page
    client.force_login(world.officer)
    assert "Sửa đơn vị" in client.get(hit.url).content.decode()
    assert found(world.secretary, "so tttt", year="2018") == {}


def test_a_unit_is_found_once_by_its_name_of_then_and_by_that_of_today(world: World) -> None:
    Unit.objects.filter(pk=world.btc.pk).update(
        name="Ban Tổ chức và Nội chính", search_key="ban to chuc va noi chinh btc"
    )
    assert found(world.secretary, "noi chinh")["Đơn vị"] == ["Ban Tổ chức và Nội chính"]
    assert found(world.secretary, "ban to chuc")["Đơn vị"] == ["Ban Tổ chức Tỉnh ủy"]


def test_a_model_is_found_by_who_learned_from_it_and_by_what_they_did(world: World) -> None:
    model = make_role_model(world.season, world.btc)
    for unit, elsewhere, deed in (
        ("ubkt", "", "Mở lớp kèm cặp"),
        ("", "Trường Chính trị", "Đưa vào bài giảng"),
    ):
        facts = MultiplicationFacts(unit, elsewhere, deed, datetime.date(2018, 6, 1), None)
        save_multiplication(actor=world.secretary, role_model_id=model.pk, facts=facts)
    for text in ("kem cap", "truong chinh tri", "uy ban kiem tra", "guong bai giang"):
        (group,) = [
            one for one in search(world.leader, text).groups if str(one.label) == "Gương điển hình"
        ]
        (hit,) = group.hits
        assert hit.label == model.name
    assert "Đưa vào bài giảng" in "".join(piece.text for piece in hit.text)
    assert "Gương điển hình" not in found(world.stranger, "kem cap")


@pytest.mark.usefixtures("db")
def test_every_hit_leads_to_a_page_for_whoever_finds_it(
    client: Client, settings: Settings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    world = make_world()
    make_scene(world)
    make_member(world.bloc, make_unit(world.council, "moi", "Ban Thi đua mới", "BTĐ"))
    issued_paper(world)
    # Words that are in something of every kind.
    words = ("thi đua", "2018", "thư", "bảng điểm", "ban", "nguyễn", "chương trình", "việc")
    words += ("nhiệm vụ", "số", "09-bth", "phiếu", "kế hoạch")
    kinds: set[str] = set()
    dead = []
    for person in world.people.values():
        client.force_login(person)
        hits = {
            (group.code, hit.url)
            for text in words
            for group in search(person, text).groups
            for hit in group.hits
        }
        kinds |= {kind for kind, _url in hits}
        for kind, url in sorted(hits):
            status = client.get(url, follow=True).status_code
            dead += [(person.username, kind, url, status)] if status != 200 else []
    assert dead == []
    assert kinds == {kind.code for kind in SEARCH_KINDS}


def test_an_issued_paper_is_found_by_its_title_its_number_and_its_code(world: World) -> None:
    paper = issued_paper(world)
    for text in ("tong hop dang ky", "09-bth", paper.verify_code):
        (hit,) = found(world.representative, text)["Văn bản đã ban hành"]
        assert "09-BTH/KTĐ" in hit


def test_movements_models_and_conferences_are_found(world: World) -> None:
    launch_something(world)
    save_role_model(
        actor=world.representative,
        season=world.season,
        unit=world.btc,
        facts=RoleModelFacts(
            is_collective=False,
            name="Chị Trần Thị Đại",
            summary="Một cửa không giấy",
            story="Sáng kiến rút ngắn nửa thời gian xét hồ sơ.",
            multiplied="",
            found_on=datetime.date(2018, 6, 1),
        ),
    )
    plan(world)
    see = world.people["scorer_of_duk"]
    assert found(see, "do dau")["Phong trào thi đua"] == ["Thi đua xây dựng nông thôn mới"]
    assert found(see, "rut ngan")["Gương điển hình"] == ["Chị Trần Thị Đại"]
    assert found(see, "hoi truong")["Hội nghị"] == ["Hội nghị ký kết giao ước thi đua năm 2018"]
    stranger = found(world.stranger, "thi đua")
    assert not {"Phong trào thi đua", "Gương điển hình", "Hội nghị"} & set(stranger)


def test_a_message_is_found_by_whom_it_was_sent_to_alone(world: World) -> None:
    message = Message(key="x:1", subject="Đã gia hạn đăng ký", path="/khoi/hn-dang/2018/")
    notify(persons=[world.representative], message=message, sent_by=None)
    assert found(world.representative, "gia han")["Thông báo"] == ["Đã gia hạn đăng ký"]
    assert "Thông báo" not in found(world.secretary, "gia han")


def test_a_text_being_written_is_found_by_its_authors_alone(world: World) -> None:
    start_text(
        actor=world.secretary, season=world.season, kind=DraftKind.REGULATION, title="Quy chế khối"
    )
    assert found(world.secretary, "quy che")["Văn bản"] == ["Quy chế khối"]
    assert found(world.officer, "quy che")["Văn bản"] == ["Quy chế khối"]
    assert "Văn bản" not in found(world.representative, "quy che")


def test_what_was_renamed_is_found_by_its_new_name_alone(world: World) -> None:
    draft = start_text(
        actor=world.secretary, season=world.season, kind=DraftKind.REGULATION, title="Quy chế khối"
    )
    save_text(
        actor=world.secretary,
        draft_id=draft.pk,
        number=1,
        title="Quy định phối hợp",
        sections=[ArticleText(heading="Phạm vi", items=("Trong khối",))],
    )
    assert found(world.secretary, "phoi hop")["Văn bản"] == ["Quy định phối hợp"]
    assert "Văn bản" not in found(world.secretary, "quy che khoi")


def test_people_and_blocs_are_found_by_who_sets_them_up(world: World) -> None:
    name = world.representative.full_name
    assert name in found(world.officer, name)["Người dùng"]
    assert "Người dùng" not in found(world.representative, name)
    assert found(world.officer, "ban dang")["Khối, cụm"] == [world.bloc.name]
    assert "Khối, cụm" not in found(world.representative, "ban dang")


def test_a_year_and_a_bloc_in_the_address_narrow_what_is_found(world: World) -> None:
    later = make_season(world.bloc, [world.ubkt, world.duk, world.btc], 2019)
    make_registration(later, world.btc, tasks=1)
    tasks = search(world.secretary, "trong tam", kind="nhiem-vu").count
    assert tasks == 1
    assert search(world.secretary, "so hoa", year="2018").count == 2
    assert search(world.secretary, "so hoa", year="2019").count == 0
    assert search(world.secretary, "so hoa", bloc="hn-dang").count == 2
    assert search(world.secretary, "so hoa", bloc="không-có").count == 2
    assert "Người dùng" not in found(world.officer, world.representative.full_name, year="2018")


def test_one_kind_is_shown_page_by_page(world: World, client: Client) -> None:
    give_tasks(world, 34)
    client.force_login(world.secretary)
    everything = client.get("/tim/", {"q": "đón đoàn"}).content.decode()
    assert "Nhiệm vụ đột xuất (34)" in everything
    assert "Xem cả 34 kết quả" in everything
    second = client.get("/tim/", {"q": "đón đoàn", "loai": "dot-xuat", "trang": "2"})
    assert "Trang 2 / 2" in second.content.decode()
    (group,) = second.context["found"].groups
    assert len(group.hits) == 4
    beyond = client.get("/tim/", {"q": "đón đoàn", "loai": "dot-xuat", "trang": "99"})
    assert "Trang 2 / 2" in beyond.content.decode()


def test_what_was_looked_for_is_marked_and_stays_text(world: World, client: Client) -> None:
    KeyTask.objects.filter(registration__unit=world.btc).delete()
    registration = Registration.objects.get(season=world.season, unit=world.btc)
    registration.tasks.create(position=1, text="Số hóa <b>hồ sơ</b>", measure="Tỷ lệ số hóa")
    client.force_login(world.representative)
    page = client.get("/tim/", {"q": "so hoa <b>"}).content.decode()
    assert (
        "<mark>Số</mark> <mark>hóa</mark> <mark>&lt;b&gt;</mark>hồ <mark>sơ</mark>&lt;/b&gt;"
        in page
    )
    assert "Tỷ lệ <mark>số</mark> <mark>hóa</mark>" in page


def test_what_is_too_short_or_not_there_is_said_with_advice(world: World, client: Client) -> None:
    client.force_login(world.secretary)
    assert "ít nhất 2 chữ" in client.get("/tim/", {"q": "s"}).content.decode()
    empty = client.get("/tim/", {"q": "zzz", "nam": "2018"}).content.decode()
    assert "Không tìm thấy “zzz”" in empty
    assert "Tìm trong mọi loại, mọi khối, mọi năm." in empty
    odd = {"q": "zzz", "loai": "<x>", "khoi": "'", "nam": "-1", "trang": "x"}
    assert client.get("/tim/", odd).status_code == 200


def test_percent_signs_and_quotes_are_letters_like_others(world: World) -> None:
    assert found(world.secretary, "%%") == {}
    assert found(world.secretary, "__") == {}
    assert found(world.secretary, "'; --") == {}


def questions(person: Person, text: str, **asked: str) -> int:
    # Read anew: the roles stay with the person.
    somebody = Person.objects.get(pk=person.pk)
    with CaptureQueriesContext(connection) as asking:
        search(somebody, text, **asked)
    return len(asking)


@pytest.mark.parametrize("asked", [{}, {"kind": "dot-xuat"}, {"year": "2018"}])
def test_the_number_of_queries_does_not_grow_with_what_is_found(
    world: World, asked: dict[str, str]
) -> None:
    give_tasks(world, 1)
    few = questions(world.secretary, "don doan", **asked)
    give_tasks(world, 40)
    make_registration(world.season, world.duk, tasks=9)
    assert questions(world.secretary, "don doan", **asked) == few


FILLED: list[tuple[str, Callable[[World], Any]]] = [
    ("compacts.migrations.0013_search_keys", lambda world: KeyTask.objects.first()),
    ("compacts.migrations.0013_search_keys", lambda world: Participant.objects.first()),
    (
        "compacts.migrations.0013_search_keys",
        lambda world: start_text(
            actor=world.secretary, season=world.season, kind=DraftKind.REGULATION, title="Quy chế"
        ),
    ),
    ("units.migrations.0010_notification_search_keys", lambda world: _told(world)),
]


def _told(world: World) -> Notification:
    message = Message(key="x:1", subject="Đã gia hạn", path="/khoi/hn-dang/2018/")
    (made,) = notify(persons=[world.secretary], message=message, sent_by=None)
    return made


@pytest.mark.parametrize(("migration", "make"), FILLED)
def test_rows_from_before_get_the_key_that_saving_them_would_give(
    world: World, migration: str, make: Callable[[World], Any]
) -> None:
    row = make(world)
    wanted = type(row).objects.values_list("search_key", flat=True).get(pk=row.pk)
    type(row).objects.filter(pk=row.pk).update(search_key=None)
    with connection.schema_editor() as editor:
        import_module(migration).fold_all(apps, editor)
    assert type(row).objects.values_list("search_key", flat=True).get(pk=row.pk) == wanted
    assert wanted
