from __future__ import annotations

import datetime as dt

import pytest

from compacts.documents.letterheads import RULES, rules_on
from compacts.documents.typography import bound, named, roman, tied, title_lines


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ngày 20 tháng 3 năm 2018", "ngày~20 tháng~3 năm~2018"),
        ("Chỉ thị số 34-CT/TW", "Chỉ thị số~34-CT/TW"),
        ("đạt 98,5 % đúng hạn", "đạt 98,5~% đúng hạn"),
        ("khóa XX, năm và tháng", "khóa~XX, năm và tháng"),
        ("ngày …… tháng ……", "ngày~…… tháng~……"),
        ("Khoản 2 Điều 7", "Khoản~2 Điều~7"),
        ("hằng năm 100 người", "hằng năm~100 người"),
    ],
)
def test_a_number_never_leaves_its_word_at_the_end_of_a_line(text: str, expected: str) -> None:
    assert bound(text) == expected.replace("~", "\u00a0")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Đỗ Văn Kiên (dữ liệu mẫu)", "Đỗ Văn Kiên (dữ~liệu~mẫu)"),
        ("Lê (Toàn) An (quyền)", "Lê (Toàn) An (quyền)"),
        # Held together this would stand out of its cell.
        ("Vũ Huy (Phó Trưởng ban phụ trách)", "Vũ Huy (Phó Trưởng ban phụ trách)"),
        ("(", "("),
    ],
)
def test_a_remark_after_a_name_is_not_parted(name: str, shown: str) -> None:
    assert named(name) == shown.replace("~", "\u00a0")


def test_the_words_of_a_compound_stay_together() -> None:
    assert tied("Ban Nội chính Tỉnh ủy") == "Ban Nội\u00a0chính Tỉnh\u00a0ủy"


def test_a_long_title_is_set_in_lines_of_about_equal_length() -> None:
    title = "Khối thi đua các Ban xây dựng Đảng và các cơ quan trực thuộc Tỉnh ủy"
    lines = title_lines(title, 52)
    assert len(lines) == 2
    assert abs(len(lines[0]) - len(lines[1])) < 10
    assert " ".join(lines).replace("\u00a0", " ") == title


@pytest.mark.parametrize("text", ["x" * 400, "mẹ " + "x" * 400, "x" * 400 + " mẹ"])
def test_a_title_of_fewer_words_than_lines_ends_with_its_words(text: str) -> None:
    assert " ".join(title_lines(text, 52)).split() == text.split()


@pytest.mark.parametrize("text", ["", "Báo Hà Nam"])
def test_a_short_title_stays_as_it_is(text: str) -> None:
    assert [line.replace("\u00a0", " ") for line in title_lines(text, 52)] == (
        [text] if text else []
    )


@pytest.mark.parametrize(
    ("number", "numeral"), [(1, "I"), (4, "IV"), (9, "IX"), (14, "XIV"), (40, "XL"), (52, "LII")]
)
def test_sections_are_numbered_in_roman_numerals(number: int, numeral: str) -> None:
    assert roman(number) == numeral


@pytest.mark.parametrize(
    ("letterhead", "day", "source"),
    [
        ("party", dt.date(2018, 3, 20), "Hướng dẫn 36-HD/VPTW"),
        ("party", dt.date(2026, 5, 26), "Hướng dẫn 36-HD/VPTW"),
        ("party", dt.date(2026, 5, 27), "Hướng dẫn 05-HD/VPTW"),
        ("state", dt.date(2026, 5, 27), "Nghị định 30/2020/NĐ-CP"),
    ],
)
def test_a_document_follows_the_rules_of_its_own_day(
    letterhead: str, day: dt.date, source: str
) -> None:
    assert rules_on(letterhead, day).source == source


def test_no_two_rules_of_one_letterhead_begin_on_one_day() -> None:
    begins = [(rules.letterhead, rules.valid_from) for rules in RULES]
    assert len(begins) == len(set(begins))
