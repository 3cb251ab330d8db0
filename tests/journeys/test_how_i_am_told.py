"""A representative chooses on a phone how they are told, and reads the pages in English."""

from __future__ import annotations

import datetime

import pytest

from tests.cast import World
from tests.journeys.visitor import PHONE, Visitor
from units.models import Person

pytestmark = pytest.mark.django_db(transaction=True)


def test_preferences_are_set_on_a_phone(world: World, visitor: Visitor) -> None:
    page = visitor.page
    page.set_viewport_size(PHONE)
    visitor.become("dai-dien")
    page.locator(".site-person summary").click()
    page.get_by_role("link", name="Cách nhận thông báo").click()
    page.wait_for_url("**/thong-bao/cai-dat/")
    page.get_by_label("Sắp đến hạn, quá hạn và lời nhắc").select_option("digest")
    page.get_by_label("Ban hành, phát động, có hiệu lực").select_option("none")
    page.get_by_label("Yên lặng từ").fill("20:30")
    page.get_by_label("Yên lặng đến").fill("")
    visitor.press("Lưu")
    visitor.sees("Hãy ghi cả giờ bắt đầu và giờ kết thúc")
    assert page.get_by_label("Sắp đến hạn, quá hạn và lời nhắc").input_value() == "digest"
    page.get_by_label("Yên lặng đến").fill("06:30")
    page.get_by_label("Giờ gửi thư gộp hằng ngày").select_option("8")
    visitor.picture("cach-nhan-thong-bao")
    page.set_viewport_size(PHONE)
    page.get_by_label("Ngôn ngữ của thư và trang").select_option("en")
    visitor.press("Lưu")
    page.locator('html[lang="en"]').wait_for(state="attached")
    person = Person.objects.get(pk=world.representative.pk)
    assert person.language == "en"
    assert person.mail_settings.quiet_from == datetime.time(20, 30)
    assert person.mail_settings.quiet_until == datetime.time(6, 30)
    assert person.mail_settings.digest_hour == 8
    assert dict(person.mail_rules.values_list("occasion", "choice")) == {
        "deadline": "digest",
        "issued": "none",
    }
    # The language comes back with the person, on whatever browser they log in.
    visitor.become("dai-dien")
    page.locator('html[lang="en"]').wait_for(state="attached")
