"""A sheet in a real browser: the keyboard alone, a lost connection, an explanation answered."""

from __future__ import annotations

import pytest

from scoring.models import Explanation, Mark, Round, Sheet
from scoring.rules import SheetState
from scoring.services.sheets import submit_sheet
from tests.cast import World
from tests.journeys.visitor import Visitor
from tests.scoring.casting import fill, make_scoring, opened_round, put, sheet_of

pytestmark = pytest.mark.django_db(transaction=True)
ROUND = "/khoi/hn-dang/2018/cham-diem/nam/"
OWN = f"{ROUND}btc/self/btc/"


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_scoring()


@pytest.fixture
def scored(world: World) -> Round:
    return opened_round(world)


def test_a_sheet_is_filled_by_keyboard_and_survives_a_lost_connection(
    visitor: Visitor, world: World, scored: Round
) -> None:
    page = visitor.page
    page.set_viewport_size({"width": 1440, "height": 900})
    visitor.become("dai-dien")
    visitor.go(OWN)
    first = page.locator('[name$="-achieved"]').first
    first.focus()
    page.keyboard.type("95")
    for _step in range(12):
        page.keyboard.press("Tab")
        if (page.evaluate("document.activeElement.name") or "").endswith("-points"):
            break
    page.keyboard.type("28,5")
    page.keyboard.press("Tab")
    sheet = sheet_of(scored, world.btc)
    visitor.until(lambda: Mark.objects.filter(sheet=sheet).count() == 2)

    page.context.set_offline(True)
    page.locator('[name$="-days_late"]').first.fill("1")
    page.locator("[data-autosave-status][data-state='offline']").first.wait_for()
    assert Mark.objects.filter(sheet=sheet).count() == 2
    page.context.set_offline(False)
    late = Mark.objects.filter(sheet=sheet, criterion__code="I.3")
    visitor.until(late.exists)
    assert late.get().entry == {"days_late": 1}


def test_a_unit_explains_a_mark_that_was_lowered_and_is_answered(
    visitor: Visitor, world: World, scored: Round
) -> None:
    sheet = sheet_of(scored, world.btc)
    fill(world.representative, sheet)
    submit_sheet(actor=world.representative, sheet_id=sheet.pk)
    verified = sheet_of(scored, world.btc, "verify")
    for code, entry in {"I.1": {"achieved": "95"}, "I.3": {"days_late": 0}}.items():
        put(world.secretary, verified, code, entry)
    put(world.secretary, verified, "I.2", {"points": "20"}, "Hai văn bản phải làm lại")
    submit_sheet(actor=world.secretary, sheet_id=verified.pk)

    page = visitor.page
    visitor.become("dai-dien")
    visitor.go(f"{ROUND}btc/giai-trinh/")
    visitor.picture("giai-trinh")
    page.get_by_role("link", name="Giải trình I.2", exact=True).click()
    page.get_by_role("textbox", name="Giải trình").fill("Hai văn bản đã được duyệt lại ngày 5/12.")
    page.get_by_role("button", name="Gửi").first.click()
    visitor.sees("Hai văn bản đã được duyệt lại")
    explained = Explanation.objects.get()
    assert (explained.unit, explained.criterion.code) == (world.btc, "I.2")
    visitor.become("thu-ky")
    visitor.go(f"{ROUND}btc/giai-trinh/{explained.criterion_id}/tra-loi/")
    visitor.picture("tra-loi-giai-trinh")
    page.get_by_label("Không chấp nhận").check()
    page.get_by_role("textbox", name="Trả lời").fill("Văn bản duyệt lại sau hạn tự chấm.")
    page.locator("main form button").first.click()
    page.wait_for_load_state()
    visitor.become("dai-dien")
    visitor.go(f"{ROUND}btc/giai-trinh/")
    visitor.sees("Văn bản duyệt lại sau hạn tự chấm.")
    assert Sheet.objects.get(pk=verified.pk).state == SheetState.SUBMITTED
