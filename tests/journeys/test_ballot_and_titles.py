"""From a closed round to the Council in a real browser: ballot, publication, titles, decision."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps

from compacts.models import Season
from scoring.models import Award, Poll, Publication, Title
from scoring.services.imports import import_season
from tests.cast import give_role, make_person
from tests.journeys.visitor import Visitor
from units.models import Unit
from units.rules import RoleKind

pytestmark = pytest.mark.django_db(transaction=True)
DEMO = Path(__file__).resolve().parents[2] / "demo" / "ha-nam-2018.json"
RANKING = "/khoi/hn-dang/2018/xep-hang/"


@pytest.fixture
def season(transactional_db: None) -> Season:
    """The founding case, scored and closed, with a secretary and three heads of units."""
    # What the migration entered is gone with the first test that empties the database.
    if not Title.objects.exists():
        import_module("scoring.migrations.0006_legal_titles").add_titles(apps, None)
    found = import_season(actor=None, data=json.loads(DEMO.read_text(encoding="utf-8")))
    head = found.offices.get(kind="head").unit
    secretary = make_person("thu-ky", "Nguyễn Thị Thư")
    give_role(secretary, RoleKind.SECRETARY, unit=head, bloc=found.bloc)
    for code in ("btc", "ubkt", "bnc"):
        person = make_person(f"thu-truong-{code}", f"Thủ trưởng {code}")
        give_role(person, RoleKind.SIGNATORY, unit=Unit.objects.get(code=code))
    return found


def hold_the_ballot(visitor: Visitor) -> Poll:
    page = visitor.page
    visitor.become("thu-ky")
    visitor.go("/khoi/hn-dang/2018/bo-phieu/moi/nam/")
    page.get_by_label("Mã", exact=False).first.fill("co-them")
    page.get_by_label("Nội dung bỏ phiếu").fill("Đề nghị tặng Cờ thi đua")
    page.get_by_label("Tỷ lệ đồng ý phải đạt").fill("70")
    for box in page.locator("[name=candidates]").all()[:3]:
        box.check()
    visitor.press("Chuẩn bị")
    visitor.press("Mở hòm phiếu")
    poll = Poll.objects.get(code="co-them")
    address = f"/khoi/hn-dang/2018/bo-phieu/{poll.pk}/"
    for code in ("btc", "ubkt"):
        visitor.become(f"thu-truong-{code}")
        page.set_viewport_size({"width": 360, "height": 740})
        visitor.go(address)
        page.locator("[name=choice]").first.check()
        page.get_by_role("button", name="Bỏ phiếu").first.click()
        page.get_by_text("biên nhận", exact=False).first.wait_for()
    visitor.picture("bo-phieu")
    visitor.become("thu-ky")
    visitor.go(address)
    visitor.press("Khóa và kiểm phiếu")
    visitor.picture("ket-qua-bo-phieu")
    visitor.go(f"{address}bien-ban/")
    visitor.picture("bien-ban-kiem-phieu")
    return Poll.objects.get(pk=poll.pk)


def test_a_ballot_is_held_the_ranking_published_and_titles_go_to_the_council(
    visitor: Visitor, season: Season
) -> None:
    page = visitor.page
    poll = hold_the_ballot(visitor)
    assert poll.state == "closed"

    visitor.go(RANKING)
    page.get_by_role("link", name="Công bố", exact=True).click()
    visitor.press("Công bố")
    assert Publication.objects.count() == 1
    visitor.go(f"{RANKING}nam/danh-hieu/")
    visitor.sees("Luật Thi đua, khen thưởng")
    visitor.press("Lập danh sách đề nghị")
    visitor.sees("Đã lập danh sách")
    assert Award.objects.filter(title_code="co-tinh").count() == 1
    visitor.picture("danh-hieu")
    page.get_by_role("link", name="Ghi quyết định").first.click()
    page.get_by_label("Số quyết định").fill("15/QĐ-UBND")
    page.get_by_label("Ngày quyết định").fill("15/1/2019")
    visitor.press("Ghi")
    visitor.sees("15/QĐ-UBND, 15/1/2019")
    assert Award.objects.exclude(outcome="waiting").count() == 1
