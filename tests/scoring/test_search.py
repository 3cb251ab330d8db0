"""One search: with and without diacritics, over what one may see and nothing else."""

from __future__ import annotations

import datetime

import pytest
from django.test import Client

from compacts.models import AdHocTask, Registration
from compacts.rules import DraftKind, RegistrationState
from compacts.services.papers import issue_paper
from compacts.services.texts import start_text
from scoring.queries.search import search
from scoring.services.paper_kinds import KINDS
from tests.cast import World, make_registration
from tests.scoring.casting import make_scoring
from units.models import Person


@pytest.fixture
def world(db: None) -> World:
    made = make_scoring()
    registration = make_registration(made.season, made.btc)
    registration.tasks.update(text="Số hóa hồ sơ cán bộ")
    return made


def found(person: Person, text: str) -> dict[str, list[str]]:
    return {str(group.label): [hit.label for hit in group.hits] for group in search(person, text)}


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


def test_units_seasons_and_issued_papers_are_found(world: World) -> None:
    kind = KINDS["tong-hop-dang-ky"]
    issue_paper(
        actor=world.secretary,
        season=world.season,
        kind=kind.code,
        subject="chung",
        paper=kind.make(world.season, "chung", world.secretary),
        number="09-BTH/KTĐ",
        issued_on=datetime.date(2018, 3, 5),
    )
    hits = found(world.representative, "tong hop dang ky")
    assert len(hits["Văn bản"]) == 1
    assert "09-BTH/KTĐ" in hits["Văn bản"][0]
    assert found(world.representative, "09-bth")["Văn bản"] == hits["Văn bản"]
    assert world.btc.name in found(world.representative, world.btc.name)["Đơn vị"]
    assert found(world.representative, "2018")["Mùa thi đua"] == [str(world.season)]


def test_a_text_being_written_is_found_by_its_authors_alone(world: World) -> None:
    start_text(
        actor=world.secretary, season=world.season, kind=DraftKind.REGULATION, title="Quy chế khối"
    )
    assert found(world.secretary, "quy che")["Văn bản"] == ["Quy chế khối"]
    assert "Văn bản" not in found(world.representative, "quy che")


def test_people_and_blocs_are_found_by_who_sets_them_up(world: World) -> None:
    name = world.representative.full_name
    assert name in found(world.officer, name)["Người dùng"]
    assert "Người dùng" not in found(world.representative, name)


def test_one_letter_asks_for_more_and_what_is_many_is_counted(
    world: World, client: Client
) -> None:
    assert search(world.secretary, "s") == []
    AdHocTask.objects.bulk_create(
        AdHocTask(
            season=world.season,
            unit=world.btc,
            text=f"Đón đoàn {place}",
            assigned_by="Tỉnh ủy",
            assigned_on=datetime.date(2018, 5, 1),
        )
        for place in range(14)
    )
    groups = {str(group.label): group for group in search(world.secretary, "don doan")}
    group = groups["Nhiệm vụ đột xuất"]
    assert (len(group.hits), group.more) == (10, 4)
    client.force_login(world.secretary)
    page = client.get("/tim/", {"q": "đón đoàn"}).content.decode()
    assert "và 4 kết quả nữa" in page
    assert "Không tìm thấy" in client.get("/tim/", {"q": "zzz"}).content.decode()


def test_the_number_of_queries_does_not_grow_with_what_is_found(
    world: World, django_assert_max_num_queries: object
) -> None:
    with django_assert_max_num_queries(40):
        search(world.secretary, "so hoa")
