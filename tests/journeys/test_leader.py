"""A leader at a desk and on a phone: from all blocs down to the evidence, two years, the brief."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from compacts.models import Progress
from compacts.rules import Period, RegistrationState
from tests.cast import World, make_registration, make_round, make_season, make_world
from tests.compacts.moves import PDF
from tests.journeys.visitor import Visitor
from tests.scoring.totals import publish_totals
from units.services.uploads import store_upload

pytestmark = pytest.mark.django_db(transaction=True)
SIZES = [(1440, 900), (360, 740)]
MOST_CLICKS = 3


@pytest.fixture
def world(transactional_db: None) -> World:
    """BTC reached its targets, with a file that proves it; the two years before are published."""
    made = make_world()
    registration = make_registration(made.season, made.btc)
    registration.state = RegistrationState.ACCEPTED
    registration.submitted_at = registration.accepted_at = timezone.now()
    registration.save()
    for task in registration.tasks.all():
        proof = ContentFile(PDF)
        Progress.objects.create(
            task=task,
            period=Period.YEAR,
            achieved=99,
            file=store_upload(actor=made.representative, upload=proof, name="bao-cao.pdf"),
        )
    units = [made.ubkt, made.duk, made.btc]
    earlier = make_season(made.bloc, units, 2016)
    publish_totals(make_round(earlier), ubkt="190", duk="180", btc="170")
    later = make_season(made.bloc, units, 2017)
    publish_totals(make_round(later), btc="198", duk="190", ubkt="181")
    return made


class Clicks:
    """Follows links and counts them."""

    def __init__(self, visitor: Visitor) -> None:
        self.page = visitor.page
        self.count = 0

    def follow(self, name: str) -> None:
        self.page.locator("main").get_by_role("link", name=name, exact=True).first.click()
        self.page.wait_for_load_state()
        self.count += 1


def choose(visitor: Visitor, name: str, one: str) -> None:
    """Tick, or untick, one of the choices of which any number may be chosen."""
    page = visitor.page
    page.locator("summary").filter(has_text=f"{name}:").click()
    page.get_by_role("group", name=name).get_by_label(one).click()
    page.get_by_role("group", name=name).get_by_role("button", name="Xem").click()
    page.wait_for_load_state()


@pytest.mark.parametrize("size", SIZES, ids=["desk", "phone"])
def test_a_leader_goes_from_all_blocs_to_the_evidence_compares_years_and_takes_the_brief(
    visitor: Visitor, world: World, size: tuple[int, int]
) -> None:
    page = visitor.page
    page.set_viewport_size({"width": size[0], "height": size[1]})
    visitor.become("lanh-dao")
    visitor.go("/cac-khoi/?nam=2018")

    clicks = Clicks(visitor)
    clicks.follow("2/2 đạt")
    clicks.follow("2/2")
    with page.expect_download() as proof:
        page.get_by_role("link", name="bao-cao.pdf").first.click()
        clicks.count += 1
    assert proof.value.suggested_filename == "bao-cao.pdf"
    assert clicks.count <= MOST_CLICKS

    visitor.go("/cac-khoi/?nam=2018")
    clicks.follow("So sánh các năm")
    choose(visitor, "Năm", "2018")
    choose(visitor, "Khối", "Khối các Ban Đảng")
    row = page.get_by_role("row", name="Ban Tổ chức Tỉnh ủy")
    assert "tăng 2 bậc" in (row.text_content() or "")
    assert page.get_by_role("img", name="Thứ hạng từ năm 2016 đến năm 2017").is_visible()
    visitor.picture(f"lanh-dao-cac-nam-{size[0]}")
    page.set_viewport_size({"width": size[0], "height": size[1]})

    visitor.go("/cac-khoi/?nam=2018")
    link = page.get_by_role("link", name="Tóm tắt một trang (PDF)")
    brief = page.request.get(visitor.url + (link.get_attribute("href") or ""))
    assert brief.headers["content-type"] == "application/pdf"
    assert brief.body().startswith(b"%PDF-")
