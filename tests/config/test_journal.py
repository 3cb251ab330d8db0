"""The audit trail is written in Vietnamese and read in the reader's language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from config.journal import retold
from config.journal_sentences import SENTENCES
from tests.cast import World
from tests.english import LETTER
from units import listing
from units.services.audit import Deed, record_all

CATALOGUE = Path(settings.BASE_DIR) / "locale/en/LC_MESSAGES/django.po"
# Words of papers and files, and a sample: Vietnamese on purpose, but no sentence of the trail.
NOT_OF_THE_TRAIL = {
    "Bảng tiêu chí chấm điểm thi đua năm %(year)s",
    "Thực hiện nhiệm vụ chính trị",
    "Xây dựng Đảng, xây dựng hệ thống chính trị",
    "Công tác thi đua, khen thưởng",
    "STT, Tiêu chí, Điểm chuẩn, Cách tính, Ghi chú",
    "ban hành giao ước.",
}


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (
            "Ghi nhận Trần Quốc Hùng ký thay mặt Ủy ban Kiểm tra Tỉnh ủy.",
            "Recorded that Trần Quốc Hùng signed for Ủy ban Kiểm tra Tỉnh ủy.",
        ),
        (
            "Hệ thống ban hành giao ước số 01-GƯ/KTĐ.",
            "The system issued compact number 01-GƯ/KTĐ.",
        ),
        (
            "Thẩm định Sở Nội vụ, tiêu chí I.1: 9,5 điểm.",
            "Verification of Sở Nội vụ, criterion I.1; points: 9,5.",
        ),
        (
            "Mở lại đợt chấm “Năm”. Lý do: thiếu phiếu",
            "Opened the scoring round “Năm” again. Reason: thiếu phiếu",
        ),
        (
            "BTC gửi đăng ký thi đua (muộn), thủ trưởng duyệt: Lê Văn A.",
            "BTC sent its registration (late), approved by: Lê Văn A.",
        ),
        (
            "BTC gửi đăng ký thi đua, thủ trưởng duyệt: Lê Văn A.",
            "BTC sent its registration, approved by: Lê Văn A.",
        ),
    ],
)
def test_an_entry_is_told_in_english_with_its_values(written: str, told: str) -> None:
    assert retold(written) == written
    with translation.override("en"):
        assert retold(written) == told


def test_what_nobody_knows_stays_as_it_was_written() -> None:
    with translation.override("en"):
        assert retold("Một câu của phiên bản cũ") == "Một câu của phiên bản cũ"


def test_every_sentence_that_is_kept_in_vietnamese_can_be_told_in_english() -> None:
    entries = re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"$', CATALOGUE.read_text(), re.MULTILINE)
    contexts = re.findall(r'^msgctxt ".+"\nmsgid "(.+)"$', CATALOGUE.read_text(), re.MULTILINE)
    kept = {one for one, said in entries if one == said and LETTER.search(one)}
    known = {re.sub(r"\)d", ")s", one) for one in kept - NOT_OF_THE_TRAIL}
    assert known
    assert known - set(contexts) == set()
    with translation.override("en"):
        words = {re.sub(r"%\(\w+\)s", "", str(one)) for one in SENTENCES}
    assert {one for one in words if LETTER.search(one)} == set()


def test_a_label_inside_a_sentence_is_told_too() -> None:
    with translation.override("en"):
        told = retold("Lê Văn A ghi sơ kết phong trào “Xanh”.")
    assert told == "Lê Văn A recorded a review of the movement “Xanh”: interim review."


JOURNAL = "/khoi/hn-dang/2018/nhat-ky/"


def write_down(world: World, *summaries: str) -> None:
    deeds = [Deed("accept", f"x:{place}", text) for place, text in enumerate(summaries)]
    record_all(chain=world.season.audit_chain, actor=world.secretary, deeds=deeds)


@pytest.mark.parametrize("words", ["accepted registration", "chap nhan dang ky", "ban to chuc"])
def test_who_reads_it_in_english_finds_an_entry_by_both_its_words(
    world: World, client: Client, words: str
) -> None:
    write_down(
        world,
        "Phạm Thị Thư chấp nhận đăng ký của Ban Tổ chức Tỉnh ủy.",
        "Phạm Thị Thư sửa nội dung giao ước.",
    )
    client.force_login(world.secretary)
    client.cookies["django_language"] = "en"
    (found,) = client.get(JOURNAL, {"q": words}).context["page"]
    assert found.summary.endswith("Ban Tổ chức Tỉnh ủy.")
    file = client.get(JOURNAL, {"q": words, "dang": "csv"}).content.decode("utf-8-sig")
    (line,) = file.strip().split("\r\n")[1:]
    assert "accepted the registration of Ban Tổ chức Tỉnh ủy." in line


def test_a_search_of_the_journal_asks_as_much_of_a_long_one(
    world: World, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(world.secretary)

    def questions(page: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            shown = client.get(JOURNAL, {"q": "ghi nhan", "trang": page}).context["page"]
        places = [entry.summary for entry in shown]
        assert places == sorted(places, reverse=True)
        assert len(places) in (1, listing.ON_A_PAGE)
        return len(captured)

    write_down(world, "Ghi nhận 00 ký thay mặt X.", "Mở đợt chấm “Năm”.")
    few = questions("1")
    write_down(world, *(f"Ghi nhận {number:02} ký thay mặt X." for number in range(1, 61)))
    assert questions("1") == few
    assert questions("3") == few
