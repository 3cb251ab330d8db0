"""Error pages say what happened and what to do next, in the reader's language, and lead on."""

from __future__ import annotations

from typing import cast

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.test import Client, RequestFactory

from config import errors
from tests.cast import World

REGISTRATIONS = "/khoi/hn-dang/2018/dang-ky/"
ACCEPT = f"{REGISTRATIONS}btc/chap-nhan/"


def test_an_address_that_does_not_exist_is_said_in_vietnamese(client: Client) -> None:
    answer = client.get("/khong-co/", headers={"accept-language": "en"})
    assert answer.status_code == 404
    assert "Không tìm thấy" in answer.text
    assert 'lang="vi"' in answer.text


def test_who_chose_english_reads_the_error_in_english(client: Client) -> None:
    client.cookies["django_language"] = "en"
    answer = client.get("/khong-co/")
    assert 'lang="en"' in answer.text
    assert "Not found" in answer.text


@pytest.mark.django_db
def test_who_is_lost_may_search_and_has_all_ways_of_the_site(client: Client, world: World) -> None:
    client.force_login(world.representative)
    page = client.get("/khoi/khong-co/2018/").text
    assert 'action="/tim/"' in page
    assert 'href="/mua-thi-dua/"' in page
    assert "Về Việc của tôi" in page


@pytest.mark.django_db
def test_a_refusal_shows_its_reason_and_leads_back(client: Client, world: World) -> None:
    client.force_login(world.representative)
    from_there = {"referer": f"http://testserver{REGISTRATIONS}?trang-thai=none"}
    answer = client.get("/khoi/hn-dang/2018/bang-tin/moi/", headers=from_there)
    assert answer.status_code == 403
    assert "Chỉ thư ký" in answer.text
    assert f'href="{REGISTRATIONS}?trang-thai=none"' in answer.text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("who", "whom"),
    [
        ("representative", "thư ký khối hoặc thường trực Hội đồng."),
        ("secretary", "thường trực Hội đồng."),
        ("officer", "quản trị kỹ thuật."),
    ],
)
def test_nobody_is_sent_to_ask_themselves_for_a_right(
    rf: RequestFactory, world: World, who: str, whom: str
) -> None:
    request = rf.get("/")
    request.user = getattr(world, who)
    answer = errors.permission_denied(request, PermissionDenied("Sổ đã khóa."))
    assert f"Nếu cần quyền này, hãy báo {whom}" in answer.content.decode()


@pytest.mark.parametrize("referer", ["https://noi-khac.vn/x/", "javascript:alert(1)", ""])
def test_an_error_leads_back_to_no_other_site(rf: RequestFactory, referer: str) -> None:
    request = rf.get("/", headers={"referer": referer})
    answer = errors.permission_denied(request, PermissionDenied("Sổ đã khóa."))
    assert "Sổ đã khóa." in answer.content.decode()
    assert "Mở lại trang trước" not in answer.content.decode()


@pytest.mark.django_db
def test_a_form_from_before_the_login_says_that_nothing_was_written(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.secretary)
    from_there = {"referer": f"http://testserver{REGISTRATIONS}btc/"}
    answer = client.post(ACCEPT, headers=from_there)
    assert answer.status_code == 403
    assert "chưa được ghi" in answer.text
    assert f'href="{REGISTRATIONS}btc/"' in answer.text


@pytest.mark.django_db
def test_the_address_of_a_form_opened_as_a_page_explains_itself(
    client: Client, world: World
) -> None:
    client.force_login(world.secretary)
    answer = client.get(ACCEPT)
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "Không mở được địa chỉ này" in answer.text


@pytest.mark.django_db
def test_whose_session_ended_while_writing_comes_back_to_the_page_of_the_form(
    client: Client, world: World
) -> None:
    page = f"{REGISTRATIONS}btc/"
    answer = client.post(ACCEPT, headers={"referer": f"http://testserver{page}"}, follow=True)
    assert "chưa được ghi" in answer.text
    login = answer.redirect_chain[-1][0]
    data = {"username": "thu-ky", "password": "mật khẩu của thử nghiệm", "next": page}
    assert f'name="next" value="{page}"' in answer.text
    assert client.post(login, data)["Location"] == page


@pytest.mark.django_db
def test_who_writes_without_a_page_before_begins_at_the_first_one(client: Client) -> None:
    assert client.post(ACCEPT)["Location"] == "/dang-nhap/?next=%2F&chua-ghi=1"


class Broken:
    """A request of which nothing can be asked any more."""

    def __getattr__(self, name: str) -> object:
        raise ConnectionError(name)


def test_a_fault_of_ours_asks_nothing_of_what_may_be_broken_and_shows_nothing_of_it() -> None:
    answer = errors.server_error(cast(HttpRequest, Broken()))
    assert answer.status_code == 500
    page = answer.content.decode()
    assert "Lỗi hệ thống" in page
    assert 'href="/"' in page
    assert "ConnectionError" not in page


def test_a_damaged_request_says_that_nothing_was_written(rf: RequestFactory) -> None:
    answer = errors.bad_request(rf.get("/"), ValueError("x"))
    assert answer.status_code == 400
    assert "chưa có gì được ghi" in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    ["/ky-so/%00/", "/khoi/hn-dang/2018/dang-ky/%00/", "/khoi/hn-dang/2018/tien-do/%00/"],
)
def test_an_address_with_a_zero_byte_leads_nowhere(
    client: Client, world: World, address: str
) -> None:
    client.force_login(world.representative)
    answer = client.get(address)
    assert answer.status_code == 404
    assert "Không tìm thấy" in answer.text
