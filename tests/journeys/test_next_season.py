"""The next season set up from last year's, and a newcomer who follows the letter on a phone."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from compacts.models import Season
from compacts.rules import OfficeKind
from scoring.models import CriteriaTable, SeasonPlan
from tests.cast import (
    World,
    adopt,
    give_role,
    make_person,
    make_table,
    make_world,
    table_definition,
)
from tests.journeys.axe import violations
from tests.journeys.visitor import PHONE, Visitor
from tests.postman import Postman, mail_server, subject_of, with_address, words_of
from units.models import Invitation, Job
from units.rules import JobState, RoleKind
from units.services.letters import SEND_TASK, run_mail_job

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
PLAN = "/mua-thi-dua/tiep/hn-dang/"
DESK = {"width": 1440, "height": 900}
SECRET = "mật khẩu mới của tôi 7"


@pytest.fixture
def world(transactional_db: None) -> World:
    made = make_world()
    adopt(made.season, make_table(table_definition()))
    newcomer = with_address(make_person("dai-dien-duk", "Ngô Thị Mới"))
    newcomer.set_unusable_password()
    newcomer.save()
    give_role(newcomer, RoleKind.REPRESENTATIVE, unit=made.duk)
    return made


@pytest.fixture
def postman(settings: Settings, live_server: LiveServer) -> Iterator[Postman]:
    with mail_server() as (kept, port):
        settings.SENDS_EMAIL = True
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        settings.PUBLIC_URL = live_server.url
        yield kept


def show(visitor: Visitor, name: str) -> None:
    """Keep the page at three sizes; at the last one nobody is shut out."""
    visitor.picture(name)
    assert violations(visitor.page) == [], name


def prepare(visitor: Visitor) -> None:
    page = visitor.page
    page.set_viewport_size(DESK)
    visitor.become("thu-ky")
    visitor.go("/thiet-lap/khoi/hn-dang/")
    page.get_by_role("link", name="Mở mùa thi đua tiếp theo").click()
    page.wait_for_url(f"**{PLAN}mua/")
    page.get_by_label("Chủ đề").fill("Đoàn kết, kỷ cương, về đích sớm")
    page.get_by_label("Đến ngày").fill("31/12/2017")
    visitor.press("Lưu và tiếp tục")
    visitor.sees("Ngày kết thúc phải sau ngày bắt đầu.")
    show(visitor, "lap-mua-1-loi")
    page.get_by_label("Đến ngày").fill("31/12/2019")
    visitor.press("Lưu và tiếp tục")
    page.wait_for_url(f"**{PLAN}moc/")
    show(visitor, "lap-mua-2-moc")
    visitor.press("Lưu và tiếp tục")
    # Called away in the middle: what was done is there, and the door leads on.
    visitor.go("/")
    visitor.go(PLAN)
    page.wait_for_url(f"**{PLAN}don-vi/")
    show(visitor, "lap-mua-3-don-vi")
    visitor.press("Lưu và tiếp tục")
    visitor.sees("Những mùa trước")
    show(visitor, "lap-mua-4-luan-phien")
    visitor.press("Lưu và tiếp tục")
    page.wait_for_url(f"**{PLAN}bang-diem/")
    show(visitor, "lap-mua-5-bang-diem")
    visitor.press("Lưu và tiếp tục")
    visitor.sees("thiếu địa chỉ thư")
    missing = re.compile("Thêm người.*Thủ trưởng đơn vị, Đảng ủy Khối")
    page.get_by_role("link", name=missing).click()
    page.get_by_label("Họ và tên").fill("Đặng Văn Khối")
    show(visitor, "them-nguoi")
    visitor.press("Thêm người")
    visitor.sees("Đã thêm Đặng Văn Khối, tên đăng nhập: dang-van-khoi.")
    show(visitor, "lap-mua-6-loi-moi")
    visitor.press("Lưu và tiếp tục")
    page.wait_for_url(f"**{PLAN}tom-tat/")
    visitor.sees("Đoàn kết, kỷ cương, về đích sớm")
    show(visitor, "lap-mua-7-xem-lai")
    page.set_viewport_size(DESK)
    visitor.press("Lập mùa thi đua")
    page.wait_for_url("**/khoi/hn-dang/2019/")
    visitor.sees("Đã lập mùa thi đua theo bản chuẩn bị.")


def deliver() -> None:
    """What the worker does."""
    for job in Job.objects.filter(task=SEND_TASK, state=JobState.QUEUED):
        run_mail_job(job.pk)


def come_in(visitor: Visitor, letter: str) -> None:
    page = visitor.page
    page.context.clear_cookies()
    page.set_viewport_size(PHONE)
    found = re.search(r"http\S+/lan-dau/\S+", letter)
    assert found is not None
    page.goto(found[0])
    visitor.sees("Hãy đặt mật khẩu của đồng chí")
    show(visitor, "dang-nhap-lan-dau")
    page.set_viewport_size(PHONE)
    page.locator("input[name=new_password1]").fill(SECRET)
    page.locator("input[name=new_password2]").fill(SECRET)
    visitor.press("Đặt mật khẩu")
    page.wait_for_url(f"{visitor.url}/")
    visitor.sees("Việc của tôi")
    visitor.go("/khoi/hn-dang/2019/dang-ky/duk/")


def test_a_season_is_set_up_from_last_years_and_a_newcomer_follows_the_letter(
    world: World, visitor: Visitor, postman: Postman
) -> None:
    prepare(visitor)
    season = Season.objects.get(bloc=world.bloc, year=2019)
    assert season.offices.get(kind=OfficeKind.HEAD).unit == world.duk
    assert CriteriaTable.objects.filter(season=season).exists()
    assert not SeasonPlan.objects.exists()
    (invited,) = Invitation.objects.filter(notification__letter__isnull=False)
    assert invited.person.username == "dai-dien-duk"
    visitor.become("thu-ky-pho")
    visitor.go("/khoi/hn-dang/2019/loi-moi/")
    visitor.sees("Đang gửi")
    deliver()
    visitor.go("/khoi/hn-dang/2019/loi-moi/")
    visitor.sees("Đã mời, chưa đăng nhập")
    show(visitor, "loi-moi")
    letters = {subject_of(one): words_of(one) for one in postman.letters}
    invitation, told = sorted(letters)[::-1]
    assert invitation.startswith("Mời tham gia mùa thi đua 2019")
    assert told.startswith("Có người được trao vai trò ở Đảng ủy Khối")
    come_in(visitor, letters[invitation])
    visitor.become("thu-ky-pho")
    visitor.go("/khoi/hn-dang/2019/loi-moi/?tinh-trang=da-dang-nhap")
    visitor.sees("Ngô Thị Mới")
