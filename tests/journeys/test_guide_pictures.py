"""The pictures of the README and the guides: taken from the demo, kept by ``./run pictures``.

Every run takes them, so that what they show is there; ``--keep-pictures`` puts them into
``docs/pictures``, where somebody looks at them before they are committed.
"""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings as site
from django.core.management import call_command
from django.utils import timezone, translation
from django.utils.translation import gettext
from PIL import Image
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from compacts.models import Conference, Movement, RoleModel
from compacts.services.documents import RENDER_TASK, run_render_job
from scoring.models import Round, Sheet
from scoring.queries.sheets import sheet_url
from scoring.services.rounds import open_round
from tests.conftest import fresh_page
from tests.journeys.visitor import PHONE, log_in
from units.models import Job, Person

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
FOLDER = Path(site.BASE_DIR) / "docs" / "pictures"
ON_A_PHONE: dict[str, Any] = {"viewport": PHONE, "has_touch": True, "is_mobile": True}
STILL: dict[str, Any] = {"reduced_motion": "reduce"}
MOST_BYTES = 120_000
REFERENCE = re.compile(r"pictures/([a-z-]+)\.png")
YEAR = timezone.localdate().year
# A picture of the Vietnamese page and one of the English are two files side by side.
ENDINGS = {"vi": "", "en": "-en"}
PAST, NOW = "/khoi/hn-dang/2018/", f"/khoi/hn-dang/{YEAR}/"


def leave_as_it_is(page: Page) -> None:
    """Nothing is done on the page before its picture is taken."""


def write_a_task(page: Page) -> None:
    page.locator("[name=titles]").first.check()
    page.get_by_label(gettext("Nhiệm vụ"), exact=True).first.fill(
        "Thẩm định hồ sơ cán bộ đúng hạn"
    )
    page.get_by_label(gettext("Chỉ số đo")).first.fill("Tỷ lệ hồ sơ thẩm định đúng hạn")
    page.get_by_label(gettext("Chỉ tiêu")).first.fill("98,5")
    page.get_by_label(gettext("Đơn vị tính")).first.fill("%")
    page.get_by_label(gettext("Hạn"), exact=True).first.fill(f"15/12/{YEAR}")
    page.evaluate("scrollTo(0, 0); document.activeElement.blur()")


def open_the_conference(page: Page) -> None:
    begin = page.get_by_role("button", name=gettext("Khai mạc"))
    if begin.count():
        begin.click()
    page.get_by_role("button", name=gettext("Tiếp"), exact=True).first.click()
    page.wait_for_load_state()


def come_to_a_criterion(page: Page) -> None:
    achieved = page.locator('[name$="-achieved"]').first
    # What is saved already is not saved again.
    achieved.fill("8" if achieved.input_value() == "9" else "9")
    achieved.blur()
    saved, _time = gettext("Đã lưu lúc {time}").split("{")
    page.get_by_text(saved).first.wait_for()
    page.locator(".sheet-leaf").first.evaluate("row => row.scrollIntoView()")


@dataclass(frozen=True)
class Shot:
    """A picture: whose page it is, where, on what, and what is done there first."""

    name: str
    who: str
    address: str
    on_a_phone: bool = False
    prepare: Callable[[Page], None] = leave_as_it_is
    width: int = 1120

    @property
    def screen(self) -> dict[str, Any]:
        """What the browser is told of the screen."""
        desk = {"viewport": {"width": self.width, "height": self.width * 18 // 25}}
        return ON_A_PHONE if self.on_a_phone else desk


def shots() -> list[Shot]:
    """All pictures, in an order in which none spoils the next."""
    past, now = Round.objects.get(season__year=2018), Round.objects.get(season__year=YEAR)
    verified = Sheet.objects.filter(round=past, stage="verify").order_by("unit__code").first()
    own = Sheet.objects.get(round=now, unit__code="btc", stage="self")
    movement = Movement.objects.order_by("pk").first()
    assert verified is not None
    assert movement is not None
    return [
        Shot("viec-cua-toi", "thu-ky", "/"),
        Shot("lap-mua", "thu-ky", "/mua-thi-dua/tiep/hn-dang/moc/"),
        Shot("dang-ky", "dai-dien", f"{NOW}dang-ky/btc/", prepare=write_a_task),
        Shot("giao-uoc", "thu-ky", f"{PAST}giao-uoc/"),
        Shot("tien-do", "thu-ky", f"{NOW}tien-do/?ky=months9"),
        Shot("phong-trao", "thu-ky", f"{NOW}phong-trao/{Movement.objects.order_by('pk')[0].pk}/"),
        Shot("dien-hinh", "dai-dien", f"{NOW}dien-hinh/{RoleModel.objects.get().pk}/"),
        Shot("cham-diem", "thu-ky", sheet_url(verified)),
        Shot("xep-hang", "lanh-dao", f"{PAST}xep-hang/", width=1280),
        Shot("vi-sao", "lanh-dao", f"{PAST}xep-hang/{past.code}/btc/"),
        Shot("cac-khoi", "lanh-dao", "/cac-khoi/?nam=2018", width=1440),
        Shot("van-ban", "thu-ky", f"{PAST}van-ban/"),
        Shot("dien-thoai-viec", "dai-dien", "/", on_a_phone=True),
        Shot("dien-thoai-phieu", "dai-dien", sheet_url(own), True, come_to_a_criterion),
        Shot(
            "dien-thoai-hoi-nghi",
            "thu-ky",
            f"{NOW}hoi-nghi/{Conference.objects.get(season__year=YEAR).pk}/dieu-khien/",
            True,
            open_the_conference,
        ),
    ]


def take(page: Page, url: str, shot: Shot, language: str) -> bytes:
    """The page as it is seen without scrolling, in few colours."""
    page.context.clear_cookies()
    log_in(page, url, Person.objects.get(username=shot.who))
    page.context.add_cookies([{"name": site.LANGUAGE_COOKIE_NAME, "value": language, "url": url}])
    answer = page.goto(url + shot.address)
    assert answer is not None
    assert answer.status == 200, shot
    with translation.override(language):
        shot.prepare(page)
    kept = io.BytesIO()
    with Image.open(io.BytesIO(page.screenshot(animations="disabled"))) as seen:
        seen.convert("RGB").quantize(192).save(kept, "PNG", optimize=True)
    return kept.getvalue()


def named(*paths: Path) -> set[str]:
    """The pictures that texts show."""
    return {name for path in paths for name in REFERENCE.findall(path.read_text())}


def test_the_guides_and_the_readme_show_the_pictures_taken_here(
    browser: Browser,
    live_server: LiveServer,
    artefacts: Path,
    settings: Settings,
    tmp_path: Path,
    pytestconfig: pytest.Config,
) -> None:
    settings.MEDIA_ROOT = tmp_path
    call_command("load_demo", stdout=io.StringIO())
    secretary = Person.objects.get(username="thu-ky")
    open_round(actor=secretary, round_id=Round.objects.get(season__year=YEAR).pk)
    for job in Job.objects.filter(task=RENDER_TASK):
        run_render_job(job.pk)
    folder = FOLDER if pytestconfig.getoption("keep_pictures") else artefacts
    names = set()
    for shot, (language, ending) in itertools.product(shots(), ENDINGS.items()):
        with fresh_page(browser, **STILL, **shot.screen) as page:
            picture = take(page, live_server.url, shot, language)
        name = shot.name + ending
        assert len(picture) <= MOST_BYTES, name
        (folder / f"{name}.png").write_bytes(picture)
        names.add(name)
    docs = Path(site.BASE_DIR) / "docs"
    vietnamese = named(Path(site.BASE_DIR) / "README.md", *docs.glob("huong-dan-*.md"))
    english = named(*docs.glob("guide-*.md"))
    assert (vietnamese | english) == names
    assert {name for name in names if name.endswith(ENDINGS["en"])} == english
    assert {path.stem for path in FOLDER.glob("*.png")} == names
