"""Exemplary models: entered by units, read by everybody in the season."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from compacts.models import RoleModel
from compacts.services.role_models import RoleModelFacts, save_role_model
from tests.cast import World
from tests.compacts.moves import PDF, PNG
from units.access import AccessDenied
from units.models import AuditEntry, Unit
from units.rules import EditConflictError, RuleError

PAGES = "/khoi/hn-dang/2018/dien-hinh/"


def facts(**changes: object) -> RoleModelFacts:
    given = {
        "is_collective": False,
        "name": "Nguyễn Thị Gương",
        "summary": "Số hóa hồ sơ cán bộ",
        "story": "Trong ba tháng đã số hóa 1.200 hồ sơ.",
        "multiplied": "Tập huấn cho 5 đơn vị.",
        "found_on": datetime.date(2018, 5, 19),
    }
    return RoleModelFacts(**{**given, **changes})


def enter(world: World, unit: Unit | None = None, **changes: object) -> RoleModel:
    return save_role_model(
        actor=world.representative,
        season=world.season,
        unit=unit or world.btc,
        facts=facts(**changes),
    )


def test_a_unit_enters_its_own_and_nobody_else_s(world: World) -> None:
    assert enter(world).unit == world.btc
    with pytest.raises(AccessDenied, match="Chỉ đơn vị đó"):
        enter(world, world.duk)
    assert AuditEntry.objects.filter(action="save_role_model").count() == 1


@pytest.mark.parametrize("field", ["name", "summary", "story"])
def test_what_is_missing_is_said_at_its_field(world: World, field: str) -> None:
    with pytest.raises(RuleError) as refusal:
        enter(world, **{field: " "})
    assert refusal.value.field == field


def test_it_was_found_within_the_season(world: World) -> None:
    with pytest.raises(RuleError, match="trong mùa thi đua"):
        enter(world, found_on=datetime.date(2017, 12, 31))


def test_two_who_change_it_do_not_overwrite_each_other(world: World) -> None:
    found = enter(world)

    def change(name: str) -> RoleModel:
        return save_role_model(
            actor=world.secretary,
            season=world.season,
            unit=world.btc,
            facts=facts(name=name),
            role_model_id=found.pk,
            version=found.version,
        )

    assert change("Người thứ nhất").version == found.version + 1
    with pytest.raises(EditConflictError):
        change("Người thứ hai")


def test_a_picture_is_a_picture(world: World) -> None:
    def with_file(content: bytes, name: str) -> RoleModel:
        return save_role_model(
            actor=world.representative,
            season=world.season,
            unit=world.btc,
            facts=facts(),
            picture=ContentFile(content),
            picture_name=name,
        )

    with pytest.raises(RuleError, match="PNG hoặc JPEG"):
        with_file(PDF, "anh.pdf")
    assert with_file(PNG, "anh.png").picture is not None


def test_the_pages_enter_show_search_and_export(world: World, client: Client) -> None:
    client.force_login(world.representative)
    sent = {
        "version": "0",
        "unit": "btc",
        "name": "Nguyễn Thị Gương",
        "summary": "Số hóa hồ sơ cán bộ",
        "story": "Đoạn một.\n\nĐoạn hai.",
        "found_on": "19/5/2018",
        "picture": SimpleUploadedFile("anh.png", PNG),
    }
    answer = client.post(f"{PAGES}moi/", sent)
    found = RoleModel.objects.get()
    assert answer["Location"] == f"{PAGES}{found.pk}/"
    page = client.get(f"{PAGES}{found.pk}/").content.decode()
    assert "<p>Đoạn một.</p>" in page
    assert b"".join(client.get(f"{PAGES}{found.pk}/anh/")) == PNG
    client.force_login(world.leader)
    assert "Nguyễn Thị Gương" in client.get(PAGES, {"q": "so hoa"}).content.decode()
    assert "Nguyễn Thị Gương" not in client.get(PAGES, {"q": "khong co"}).content.decode()
    csv = client.get(PAGES, {"dang": "csv"}).content.decode("utf-8-sig")
    assert csv.splitlines()[1].startswith("Nguyễn Thị Gương;")


def test_a_picture_that_is_refused_leaves_no_file_behind(world: World, settings: Settings) -> None:
    with pytest.raises(RuleError, match="PNG hoặc JPEG"):
        save_role_model(
            actor=world.representative,
            season=world.season,
            unit=world.btc,
            facts=facts(),
            picture=ContentFile(PDF),
            picture_name="anh.pdf",
        )
    assert not [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
