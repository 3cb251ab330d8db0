from __future__ import annotations

import dataclasses
import datetime as dt
import json
import unicodedata

import pytest

from compacts.documents.compact import render_compact
from compacts.documents.snapshot import CompactSnapshot
from tests.compacts.documents.examples import (
    make_compact,
    make_draft,
    make_long_compact,
    make_units,
)
from tests.compacts.documents.reading import page_texts, raw_text, reader


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return render_compact(make_compact())


def printed(pdf: bytes) -> str:
    """Words as drawn; a no-break space is a space to whoever searches."""
    return raw_text(pdf).replace("\u00a0", " ")


def expected_texts(compact: CompactSnapshot) -> list[str]:
    texts = [compact.theme, compact.number, compact.place, compact.council_name]
    texts += [*compact.bases]
    texts += [item for article in compact.articles for item in article.items]
    texts += [article.heading.upper() for article in compact.articles]
    texts += [unit.signatory_name for unit in compact.units]
    texts += [unit.name.upper() for unit in compact.units]
    texts += [row.text for row in compact.targets]
    texts += [row.unit_name for row in compact.titles]
    texts += [title for row in compact.titles for title in row.titles]
    return texts


def test_every_text_can_be_found_again_as_it_was_written(pdf: bytes) -> None:
    words = printed(pdf)
    assert unicodedata.is_normalized("NFC", words)
    missing = [text for text in expected_texts(make_compact()) if text not in words]
    assert missing == []


def test_decomposed_input_is_printed_composed() -> None:
    compact = make_compact(
        units=2, tasks=1, theme=unicodedata.normalize("NFD", "Đổi mới, kỷ luật")
    )
    assert "Đổi mới, kỷ luật" in printed(render_compact(compact))


def test_numbers_and_dates_are_written_the_vietnamese_way(pdf: bytes) -> None:
    words = printed(pdf)
    assert "98,5" in words
    assert "98.5" not in words
    assert "6,00" not in words
    assert "30/11/2018" in words
    assert "Hà Nam, ngày 20 tháng 3 năm 2018" in words


def test_the_party_letterhead_has_no_national_motto(pdf: bytes) -> None:
    words = printed(pdf)
    assert "ĐẢNG CỘNG SẢN VIỆT NAM" in words
    assert "Độc lập" not in words
    assert "Số 01-GƯ/KTĐ" in words
    assert "I- CHỦ ĐỀ THI ĐUA" in words
    assert "- Căn cứ Chỉ thị" in words


def test_the_state_letterhead_has_the_national_motto() -> None:
    words = printed(render_compact(make_compact(letterhead="state", units=4, tasks=1)))
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in words
    assert "Độc lập - Tự do - Hạnh phúc" in words
    assert "ĐẢNG CỘNG SẢN" not in words
    assert "Số: 01-GƯ/KTĐ" in words
    assert "I. CHỦ ĐỀ THI ĐUA" in words


def test_sections_stand_in_order_with_the_tables_before_the_closing_article(pdf: bytes) -> None:
    words = printed(pdf)
    headings = [
        "I- CHỦ ĐỀ THI ĐUA",
        "II- NỘI DUNG THI ĐUA",
        "III- CÁC CHỈ TIÊU, NHIỆM VỤ TRỌNG TÂM",
        "IV- ĐĂNG KÝ DANH HIỆU, HÌNH THỨC KHEN THƯỞNG",
        "V- TỔ CHỨC THỰC HIỆN",
        "ĐẠI DIỆN CÁC ĐƠN VỊ KÝ GIAO ƯỚC",
        "CHỨNG KIẾN",
        "Nơi nhận:",
    ]
    places = [words.index(heading) for heading in headings]
    assert places == sorted(places)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 7, 10, 20])
def test_each_unit_has_one_cell_with_head_and_deputy_first(count: int) -> None:
    units = make_units(count)
    words = printed(render_compact(make_compact(signatories=units, tasks=0)))
    signing = words[words.index("ĐẠI DIỆN CÁC ĐƠN VỊ") :]
    signatories = sum(signing.count(name) for name in {unit.signatory_name for unit in units})
    assert signatories == count
    for unit in units:
        assert unit.name.upper() in signing
    if count > 2:
        head, deputy = "(Trưởng khối)", "(Phó trưởng khối)"
        others = [unit.name.upper() for unit in units if unit.role == "member"]
        assert signing.index(head) < min(signing.index(name) for name in others)
        assert signing.index(deputy) < min(signing.index(name) for name in others)


def test_a_signature_given_is_shown_with_its_day() -> None:
    units = make_units(3)
    signed = dataclasses.replace(units[0], signed_on=dt.date(2018, 3, 21))
    words = printed(render_compact(make_compact(signatories=(signed, *units[1:]), tasks=0)))
    assert words.count("Ký ngày 21/3/2018") == 1


@pytest.mark.parametrize("tasks", range(9))
def test_the_first_signatures_never_leave_the_last_words_of_the_text(tasks: int) -> None:
    pages = page_texts(render_compact(make_compact(units=5, tasks=tasks)))
    [page] = [page for page in pages if "ĐẠI DIỆN CÁC ĐƠN VỊ KÝ GIAO ƯỚC" in page]
    before, after = page.split("ĐẠI DIỆN CÁC ĐƠN VỊ KÝ GIAO ƯỚC")
    assert "Các đơn vị thống nhất ký bản giao ước này" in before
    assert "Trần Quốc Hùng" in after


@pytest.mark.parametrize("tasks", range(9))
def test_the_last_page_always_bears_signatures(tasks: int) -> None:
    pages = page_texts(render_compact(make_compact(units=5, tasks=tasks)))
    assert "Nơi nhận" in pages[-1]
    assert "Đỗ Thị Thủy" in pages[-1]


def test_pages_are_numbered_from_the_second_on(pdf: bytes) -> None:
    pages = page_texts(pdf)
    assert pages[0].startswith("TỈNH ỦY HÀ NAM")
    assert [page.split()[0] for page in pages[1:]] == [str(n) for n in range(2, len(pages) + 1)]


def test_the_head_of_the_table_is_repeated_on_every_page_of_it(pdf: bytes) -> None:
    pages = page_texts(pdf)
    with_rows = [page for page in pages if "30/11/2018" in page]
    assert len(with_rows) > 1
    assert all("Chỉ số đánh giá" in page for page in with_rows)


def test_a_draft_says_so_on_every_page_and_leaves_blanks() -> None:
    pdf = render_compact(make_draft())
    assert all("DỰ THẢO" in page.extract_text() for page in reader(pdf).pages)
    words = printed(pdf)
    assert "Số ……" in words
    assert "ngày …… tháng …… năm 2018" in words
    assert words.count("(Ký, ghi rõ họ tên)") == 10


def test_an_issued_compact_bears_no_word_of_a_draft(pdf: bytes) -> None:
    assert "DỰ THẢO" not in printed(pdf)


def test_long_names_wrap_and_keep_every_word() -> None:
    compact = make_long_compact(20)
    pdf = render_compact(compact)
    words = printed(pdf)
    assert all(unit.name in words for unit in compact.units)
    assert all(unit.name.upper() in words for unit in compact.units)
    assert len(reader(pdf).pages) < 20


def test_a_word_without_room_in_its_cell_is_parted_and_leaves_none() -> None:
    compact = make_compact(units=6, tasks=1)
    word = "Thử" * 20
    name = "Nghiêngngả" * 3
    units = (dataclasses.replace(compact.units[0], name=name), *compact.units[1:])
    targets = (dataclasses.replace(compact.targets[0], indicator=word), *compact.targets[1:])
    pdf = render_compact(dataclasses.replace(compact, units=units, targets=targets))
    drawn = printed(pdf)
    assert word not in drawn
    assert word in drawn.replace(" ", "")
    assert name.upper() not in drawn
    assert name.upper() in drawn.replace(" ", "")


def test_ten_units_with_five_tasks_fill_a_sane_number_of_pages(pdf: bytes) -> None:
    assert 4 <= len(reader(pdf).pages) <= 8


def test_the_file_is_tagged_titled_and_in_vietnamese(pdf: bytes) -> None:
    document = reader(pdf)
    assert document.metadata is not None
    assert document.metadata.title == (
        "Giao ước thi đua năm 2018 – Khối thi đua các Ban xây dựng Đảng"
        " và các cơ quan trực thuộc Tỉnh ủy"
    )
    assert document.metadata.author == "Ủy ban Kiểm tra"
    root = document.trailer["/Root"]
    assert root["/Lang"] == "vi"
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    metadata = root["/Metadata"].get_data()
    assert b'pdfaid:part="3"' in metadata or b"<pdfaid:part>3<" in metadata


def test_its_sections_can_be_reached_from_the_outline(pdf: bytes) -> None:
    outline = reader(pdf).outline
    titles = [
        entry.title
        for level in outline
        for entry in (level if isinstance(level, list) else [level])
    ]
    assert titles[0] == "GIAO ƯỚC THI ĐUA NĂM 2018"
    assert "V- TỔ CHỨC THỰC HIỆN" in titles


def test_the_same_data_for_machines_is_inside(pdf: bytes) -> None:
    attached = reader(pdf).attachments
    assert list(attached) == ["giao-uoc.json"]
    [content] = attached["giao-uoc.json"]
    assert content.decode() == make_compact().canonical_json()
    assert json.loads(content)["number"] == "01-GƯ/KTĐ"


def test_progress_rises_from_the_check_to_the_end_and_counts_pages() -> None:
    steps: list[tuple[int, str]] = []
    pdf = render_compact(make_compact(), lambda percent, phrase: steps.append((percent, phrase)))
    percents = [percent for percent, _phrase in steps]
    assert percents == sorted(percents)
    assert percents[-1] == 100
    assert len([phrase for _percent, phrase in steps if phrase.startswith("Dàn trang ")]) >= len(
        reader(pdf).pages
    )
