from __future__ import annotations

import datetime
import hashlib
import unicodedata
from decimal import Decimal

import pytest
from django.db import connection

from units.templatetags import vietnamese_format as filters
from units.vietnamese import (
    Piece,
    date_text,
    excerpt,
    fold,
    long_date,
    marked,
    nfc,
    number,
    sort_key,
    whole_number,
)

ALPHABET = list("aăâbcdđeêghiklmnoôơpqrstuưvxy")
TONES_OF_A = ["a", "à", "ả", "ã", "á", "ạ"]
WORDS = (
    "An Ân Ăn Ba Bà Bả Bã Bá Bạ Bắc Băng Bằng Cà Mau|Cần Thơ|Da Đa Đà Nẵng|Đắk Lắk|Điện Biên|"
    "Đồng Nai|Đồng Tháp|Em Êm Gia Lai|Hà Giang|Hà Nam|Hà Nội|Hải Dương|Hải Phòng|Hậu Giang|"
    "Hòa Bình|Hưng Yên|Khánh Hòa|Kiên Giang|Lai Châu|Lạng Sơn|Lâm Đồng|Long An|Nam Định|Nghệ An|"
    "Ninh Bình|Ô Ơ Oa Quảng Nam|Quảng Ngãi|Quảng Trị|Sơn La|Tây Ninh|Thanh Hóa|Thừa Thiên Huế|"
    "Tuyên Quang|Ủy ban|Ưng Vĩnh Long|Vĩnh Phúc|Xã Xà Xá Xạ Yên Bái|sở nội vụ|sở tài chính"
)
LIST = [word for part in WORDS.split("|") for word in ([part] if " " in part else part.split())]


def shuffled(words: list[str]) -> list[str]:
    mixed = list(words)
    mixed.sort(key=lambda word: hashlib.sha256(word.encode()).digest())
    return mixed


def test_letters_come_in_the_order_of_the_vietnamese_alphabet() -> None:
    assert sorted(shuffled(ALPHABET), key=sort_key) == ALPHABET


def test_tones_come_level_huyen_hoi_nga_sac_nang() -> None:
    assert sorted(shuffled(TONES_OF_A), key=sort_key) == TONES_OF_A


def test_letters_count_before_tones_and_tones_before_case() -> None:
    assert sorted(["Bảng", "bang", "Ban", "bán", "Bang"], key=sort_key) == [
        "Ban",
        "bán",
        "bang",
        "Bang",
        "Bảng",
    ]


def test_a_shorter_name_comes_before_the_longer_that_begins_with_it() -> None:
    assert sort_key("Sở Y tế") < sort_key("Sở Y tế tỉnh")


def test_words_are_compared_before_what_follows_them() -> None:
    assert sort_key("Ban Tuyên giáo") < sort_key("Bang")


def test_numbers_in_names_come_before_letters() -> None:
    assert sort_key("Cụm 3") < sort_key("Cụm A")


def test_the_key_does_not_depend_on_how_letters_are_composed() -> None:
    name = "Thừa Thiên Huế"
    assert sort_key(unicodedata.normalize("NFD", name)) == sort_key(name)


@pytest.mark.django_db
def test_the_key_orders_names_as_postgresql_does_with_vietnamese_icu() -> None:
    names = shuffled(LIST + ALPHABET + TONES_OF_A)
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT name FROM unnest(%s::text[]) AS name ORDER BY name COLLATE "vi-VN-x-icu"',
            [names],
        )
        by_database = [row[0] for row in cursor.fetchall()]
    assert sorted(names, key=sort_key) == by_database


@pytest.mark.django_db
def test_stored_keys_keep_their_order_under_the_database_s_own_collation() -> None:
    keys = sorted(sort_key(name) for name in LIST)
    with connection.cursor() as cursor:
        cursor.execute("SELECT k FROM unnest(%s::text[]) AS k ORDER BY k", [shuffled(keys)])
        assert [row[0] for row in cursor.fetchall()] == keys


@pytest.mark.parametrize(
    ("typed", "searched"),
    [
        ("Đảng ủy Khối", "dang uy khoi"),
        ("  ĐẢNG   ỦY ", "dang uy"),
        ("Ưu tú", "uu tu"),
        (unicodedata.normalize("NFD", "Quảng Trị"), "quang tri"),
        ("", ""),
    ],
)
def test_searching_ignores_marks_case_and_spaces(typed: str, searched: str) -> None:
    assert fold(typed) == searched


def test_decomposed_text_becomes_the_text_everybody_compares_with() -> None:
    assert nfc(unicodedata.normalize("NFD", "Thi đua")) == "Thi đua"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("88.25"), "88,25"),
        (Decimal("1234.50"), "1.234,50"),
        (Decimal("1234567"), "1.234.567"),
        (Decimal("-0.5"), "-0,5"),
        (Decimal("1E+3"), "1.000"),
        (100, "100"),
    ],
)
def test_numbers_have_a_decimal_comma_and_keep_their_places(
    value: Decimal | int, text: str
) -> None:
    assert number(value) == text


def test_dates_are_written_without_leading_zeros() -> None:
    assert date_text(datetime.date(2018, 3, 2)) == "2/3/2018"


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (datetime.date(2018, 2, 5), "ngày 05 tháng 02 năm 2018"),
        (datetime.date(2018, 1, 31), "ngày 31 tháng 01 năm 2018"),
        (datetime.date(2018, 3, 20), "ngày 20 tháng 3 năm 2018"),
        (datetime.date(2018, 12, 9), "ngày 09 tháng 12 năm 2018"),
    ],
)
def test_documents_write_dates_as_the_decree_wants(day: datetime.date, text: str) -> None:
    assert long_date(day) == text


def test_pages_show_points_with_two_places_and_a_dash_for_none() -> None:
    assert filters.points(Decimal("88.2500")) == "88,25"
    assert filters.points(9) == "9,00"
    assert filters.points(None) == "–"


def test_points_exactly_in_the_middle_are_shown_rounded_away_from_zero() -> None:
    assert filters.points(Decimal("88.125"), 2) == "88,13"
    assert filters.points(Decimal("-88.125"), 2) == "-88,13"


def test_pages_show_numbers_without_zeros_that_say_nothing() -> None:
    assert filters.number("98.50") == "98,5"
    assert filters.number(Decimal("100.00")) == "100"
    assert filters.number(Decimal("-0.0")) == "0"
    assert filters.number("") == "–"
    assert filters.number(None) == "–"


def test_pages_show_a_moment_on_hanoi_s_day() -> None:
    late = datetime.datetime(2018, 3, 19, 18, 30, tzinfo=datetime.UTC)
    assert filters.vn_date(late) == "20/3/2018"
    assert filters.vn_datetime(late) == "01:30 20/3/2018"
    assert filters.vn_date(None) == "–"
    assert filters.vn_datetime(None) == "–"


def shown(pieces: list[Piece]) -> str:
    return "".join(f"[{piece.text}]" if piece.is_hit else piece.text for piece in pieces)


@pytest.mark.parametrize(
    ("text", "words", "wanted"),
    [
        ("Số hóa hồ sơ", ("so", "hoa"), "[Số] [hóa] hồ [sơ]"),
        (unicodedata.normalize("NFD", "Số hóa"), ("hoa",), "Số [hóa]"),
        ("ĐẢNG ỦY", ("dang",), "[ĐẢNG] ỦY"),
        ("09-BTH/KTĐ", ("09-bth",), "[09-BTH]/KTĐ"),
        ("Không có", ("xyz",), "Không có"),
        ("", ("a",), ""),
    ],
)
def test_words_are_marked_however_they_are_accented(
    text: str, words: tuple[str, ...], wanted: str
) -> None:
    assert shown(marked(text, words)) == wanted


def test_an_excerpt_shows_where_the_word_stands_and_that_there_is_more() -> None:
    text = f"{'trước ' * 40}rút ngắn{' sau' * 60}"
    piece = shown(excerpt(text, ("ngan",)))
    assert piece.startswith("… trước")
    assert "rút [ngắn] sau" in piece
    assert piece.endswith("sau …")
    assert excerpt(text, ("xyz",)) == []
    assert shown(excerpt("Tỷ lệ\nsố hóa", ("so",))) == "Tỷ lệ [số] hóa"


def test_an_excerpt_shows_the_place_with_the_most_of_the_words() -> None:
    text = f"Bài nói về ba việc. {'Rồi tiếp. ' * 30}Dùng phiếu ba câu hỏi.{' Rồi hết.' * 30}"
    assert "Dùng [phiếu] [ba] [câu] hỏi." in shown(excerpt(text, ("phieu", "ba", "cau")))


@pytest.mark.parametrize(
    ("text", "read"),
    [("2018", 2018), ("", 0), ("-1", 0), ("٣", 0), ("9" * 10, 0), ("9" * 5000, 0)],
)
def test_a_whole_number_is_read_or_nothing_is(text: str, read: int) -> None:
    assert whole_number(text) == read
