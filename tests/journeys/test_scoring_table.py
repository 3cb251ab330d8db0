"""A scoring table in a real browser: drafted, worked out as one types, commented on, adopted."""

from __future__ import annotations

import pytest
from django.utils import timezone

from scoring.models import Adoption, CriteriaTable, TableComment
from scoring.queries.tables import tree_of
from tests.cast import World, make_world
from tests.journeys.visitor import Visitor
from units.vietnamese import date_text

pytestmark = pytest.mark.django_db(transaction=True)
DRAFTS = "/khoi/hn-dang/2018/cham-diem/soan-bang/"


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


def draft(visitor: Visitor) -> CriteriaTable:
    visitor.become("thu-ky")
    visitor.go(DRAFTS)
    visitor.press("Bắt đầu soạn")
    visitor.sees("Đã có bản thảo")
    return CriteriaTable.objects.get()


def add_criterion_by_bands(visitor: Visitor, address: str) -> None:
    page = visitor.page
    visitor.go(f"{address}them/?nhom=I")
    page.get_by_label("Tiêu chí", exact=False).first.fill("Văn bản phát hành đúng hạn")
    page.get_by_label("Điểm chuẩn").fill("100")
    page.get_by_label("Cách tính điểm").select_option("bands")
    page.locator("[name=bands-0-start]").fill("95")
    page.locator("[name=bands-0-points]").fill("100")
    page.get_by_role("button", name="Thêm dòng").locator("visible=true").click()
    page.locator("[name=bands-1-start]").fill("80")
    page.locator("[name=bands-1-points]").fill("60")
    # Worked out beside the form while one types, with the line of figures drawn.
    page.locator("#criterion-example").get_by_text("Từ 80% đến dưới 95%: 60 điểm").wait_for()
    assert page.locator(".band-line svg g").count() == 3
    visitor.picture("soan-tieu-chi")
    visitor.press("Ghi tiêu chí")
    visitor.sees("Đã ghi tiêu chí I.2.")


def codes() -> list[str]:
    return [row.code for row in tree_of(CriteriaTable.objects.get()).rows][:3]


def test_a_table_is_drafted_moved_by_keyboard_and_mouse_commented_on_and_adopted(
    visitor: Visitor, world: World
) -> None:
    table = draft(visitor)
    address = f"{DRAFTS}{table.pk}/"
    add_criterion_by_bands(visitor, address)
    page = visitor.page
    # The sum is compared while one types, and never forced.
    page.locator('[name="points:I.1"]').fill("500")
    assert page.locator('[data-tree-row="I"] [data-tree-sum]').inner_text() == ""
    page.locator('[name="points:I.1"]').fill("400,5")
    visitor.sees("các mục cộng lại 500,5")
    page.locator('[name="points:I.1"]').press("Alt+ArrowDown")
    visitor.sees("Đã chuyển tiêu chí I.1.")
    assert codes() == ["I", "I.2", "I.1"]
    assert page.locator('[name="points:I.1"]').input_value() == "400,5"
    page.locator('[name="points:I.1"]:focus').wait_for()
    row = '[data-tree-row="{}"] > th'
    # Come back without an anchor: a hand waits until the page has scrolled to what was moved.
    visitor.go(address)
    page.locator(row.format("I.1")).hover()
    page.mouse.down()
    # The browser tells where one drags only from the second movement on.
    for _movement in range(2):
        page.locator(row.format("I.2")).hover(position={"x": 5, "y": 4})
    with page.expect_navigation():
        page.mouse.up()
    assert codes() == ["I", "I.1", "I.2"]
    visitor.picture("soan-bang-diem")

    next_year = timezone.localdate().replace(day=1)
    next_year = next_year.replace(year=next_year.year + 1)
    page.get_by_label("Hạn góp ý").fill(f"17:00 {date_text(next_year)}")
    visitor.press("Mời góp ý")
    visitor.sees("Đã mời các đơn vị góp ý.")
    visitor.become("dai-dien")
    visitor.go(f"/bang-diem/{table.pk}/")
    page.get_by_label("Về").select_option("I.2")
    page.get_by_label("Ý kiến").fill("Mức 95% là cao so với điều kiện của đơn vị.")
    visitor.press("Gửi ý kiến")
    visitor.sees("Đã gửi ý kiến.")
    visitor.become("thu-ky")
    visitor.go(f"/bang-diem/{table.pk}/")
    page.get_by_role("textbox", name="Trả lời").fill("Giữ mức 95%, thêm mức 90%.")
    visitor.press("Tiếp thu một phần")
    visitor.sees("Đã trả lời ý kiến.")
    visitor.picture("gop-y-bang-diem")
    assert TableComment.objects.get().outcome == "partly"

    visitor.go(address)
    page.once("dialog", lambda dialog: dialog.accept())
    visitor.press("Thông qua bảng điểm")
    visitor.sees("Đã thông qua bảng điểm")
    assert Adoption.objects.get(season=world.season).table_id == table.pk
