from __future__ import annotations

import dataclasses
import io
import json
from collections import Counter

import pytest
from docx import Document
from docx.shared import Pt
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compacts.documents.compact import render_compact
from compacts.documents.compact_paper import compact_paper
from compacts.documents.errors import RenderError
from compacts.documents.paper import (
    Cell,
    Column,
    Paper,
    Paragraph,
    Row,
    Signatures,
    Table,
    as_plain,
    read_paper,
)
from compacts.documents.paper_limits import MOST_ROWS
from compacts.documents.paper_pdf import render_paper
from compacts.documents.paper_word import word_file
from tests.compacts.documents.examples import make_compact
from tests.compacts.documents.papers import W, make_paper, word_words
from tests.compacts.documents.reading import millimetres, page_image, page_texts, raw_text, reader

LETTERHEADS = ["state", "party"]
HOSTILE = [
    "<script>alert(1)</script>",
    '<img src="http://127.0.0.1:9/x">',
    "{{ settings.SECRET_KEY }} {% include 'x' %}",
    "</td></tr></table><h1>xong",
    "url(file:///etc/passwd) @import",
    "& < > \" ' &amp; ]]>",
]


@pytest.mark.parametrize("letterhead", LETTERHEADS)
def test_pdf_and_word_say_the_same_words(letterhead: str) -> None:
    paper = make_paper(letterhead=letterhead, rows=1)
    printed = Counter(raw_text(render_paper(paper)).split())
    assert Counter(word_words(word_file(paper))) == printed


def test_equal_papers_give_equal_files() -> None:
    assert render_paper(make_paper()) == render_paper(make_paper())
    assert word_file(make_paper()) == word_file(make_paper())


def test_a_paper_comes_back_from_what_is_stored_of_it() -> None:
    paper = make_paper()
    stored = json.loads(json.dumps(as_plain(paper)))
    assert read_paper(stored) == paper
    assert render_paper(read_paper(stored)) == render_paper(paper)


def test_the_pdf_is_an_archive_file_that_carries_its_data() -> None:
    paper = make_paper()
    pdf = reader(render_paper(paper))
    assert pdf.attachments["du-lieu.json"] == [paper.canonical_json().encode()]
    metadata = pdf.xmp_metadata
    assert metadata is not None
    catalog = pdf.trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/Lang"] == "vi"
    assert [entry.title for entry in pdf.outline if not isinstance(entry, list)] == [
        "BIÊN BẢN KIỂM TRA CHÉO"
    ]


def test_a_long_table_repeats_its_head_on_every_page() -> None:
    pages = page_texts(render_paper(make_paper(rows=90)))
    assert len(pages) > 2
    assert all("STT Tiêu chí Điểm" in page for page in pages[:-1])
    file = Document(io.BytesIO(word_file(make_paper(rows=90))))
    heads = file.element.body.findall(".//{*}tblHeader")
    assert len(heads) == 1


def test_the_party_s_paper_carries_no_motto_of_the_state() -> None:
    words = raw_text(render_paper(make_paper(letterhead="party")))
    assert "ĐẢNG CỘNG SẢN VIỆT NAM" in words
    assert "Độc lập" not in words
    assert "Số 12/BB-KTĐ" in words


def test_a_paper_without_a_body_has_no_letterhead() -> None:
    words = raw_text(render_paper(make_paper(issuing_body="", parent_body="")))
    assert words.startswith("BIÊN BẢN KIỂM TRA CHÉO")
    assert "BIÊN" in word_words(word_file(make_paper(issuing_body="", parent_body="")))[0]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_people_write_is_only_ever_text(text: str) -> None:
    table = Table(columns=(Column(label="A", share=100),), rows=(Row(cells=(text,)),))
    paper = make_paper(blocks=(Paragraph(text=text), table))
    shown = raw_text(render_paper(paper))
    assert shown.count(" ".join(text.split())) == 2
    assert "".join(word_words(word_file(paper))).count("".join(text.split())) == 2


def test_lines_and_tabs_as_browsers_send_them_are_printed_in_both_files() -> None:
    group = Row(cells=("I. Nhiệm vụ\r\nchính trị (30 điểm)",), style="group")
    table = Table(
        columns=(Column(label="A", share=100),), rows=(group, Row(cells=("một\r\nhai\tba",)))
    )
    paper = make_paper(blocks=(table,), place="Hà\tNam")
    wanted = "I.Nhiệmvụchínhtrị(30điểm)mộthaiba"
    assert wanted in "".join(raw_text(render_paper(paper)).split())
    assert wanted in "".join(word_words(word_file(paper)))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a" * 100_000, "dài 100000 ký tự"),
        ("a" * 201, "có từ dài 201 ký tự"),
        ("một\x00hai", r"U\+0000"),
        ("mật\u202emã", r"U\+202E"),
        ("漢字", "không in được"),
    ],
)
def test_what_cannot_be_printed_is_refused_with_its_place(text: str, why: str) -> None:
    for make in (render_paper, word_file):
        with pytest.raises(RenderError, match=why):
            make(make_paper(blocks=(Paragraph(text=text),)))


def test_more_rows_than_can_be_printed_in_time_are_refused() -> None:
    with pytest.raises(RenderError, match="Quá nhiều dòng trong bảng"):
        render_paper(make_paper(rows=MOST_ROWS + 1))


@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.text(alphabet="aăâbcđeêghơưởẩữỳ 0123456789.,;:-()%&<>\"'/", min_size=1, max_size=60),
        min_size=1,
        max_size=8,
    )
)
def test_whatever_is_written_both_files_carry_it(texts: list[str]) -> None:
    lines = [text for text in texts if text.strip()]
    paper: Paper = make_paper(blocks=tuple(Paragraph(text=text) for text in lines))
    wanted = "".join("".join(lines).split())
    assert wanted in "".join(word_words(word_file(paper)))
    assert wanted in "".join(raw_text(render_paper(paper)).split())


@pytest.mark.parametrize("letterhead", LETTERHEADS)
def test_the_compact_s_word_file_says_what_its_pdf_says(letterhead: str) -> None:
    address = "https://td.vn/xac-thuc/7f3a9c2e51"
    compact = make_compact(units=3, tasks=2, letterhead=letterhead, verify_url=address)
    pdf = render_compact(compact)
    printed = Counter("".join(raw_text(pdf).split()))
    pages = len(reader(pdf).pages)
    printed -= Counter("".join(str(page) for page in range(2, pages + 1)))
    # Each further page of a table repeats its head.
    words = Counter("".join(word_words(word_file(compact_paper(compact)))))
    assert not words - printed
    repeated = Counter("STTChỉtiêu,nhiệmvụChỉsốđánhgiáĐơnvịtínhMứcgiaoướcThờihạn")
    assert printed - words in (Counter(), repeated)


ONE_SIGNS = Signatures(rows=((Cell(title=""), Cell(title="Trưởng đoàn", name="Nguyễn Văn Ưởng")),))


@pytest.mark.parametrize("letterhead", LETTERHEADS)
def test_recipients_stand_level_with_the_one_signature(letterhead: str) -> None:
    paper = make_paper(letterhead=letterhead, blocks=(Paragraph(text="Kính báo."), ONE_SIGNS))
    assert "Nơi nhận: TRƯỞNG ĐOÀN" in page_texts(render_paper(paper))[0]
    rows = [row for table in Document(io.BytesIO(word_file(paper))).tables for row in table.rows]
    signed = next(row for row in rows if row.cells[-1].text == "TRƯỞNG ĐOÀN")
    assert signed.cells[0].text.startswith("Nơi nhận:")


def test_no_place_to_sign_and_no_last_words_stand_alone_on_a_page() -> None:
    parted = 0
    for rows in range(12, 24):
        table = next(block for block in make_paper(rows=rows).blocks if isinstance(block, Table))
        for ending, word in ((ONE_SIGNS, "TRƯỞNG ĐOÀN"), (Paragraph(text="Dấu."), "Dấu.")):
            paper = make_paper(blocks=(table, ending), verify_url="", recipients=())
            pages = page_texts(render_paper(paper))
            parted += len(pages) > 1
            assert "Tổng" in next(page for page in pages if word in page)
    assert parted


@pytest.mark.parametrize("words", [[150, 150, 150], [300, 30, 300, 30]])
def test_the_last_row_stays_with_the_place_to_sign_where_two_have_no_room_beside_it(
    words: list[int],
) -> None:
    columns = (Column(label="Góp ý", share=30), Column(label="Trả lời", share=70))
    rows = tuple(Row(cells=("dài " * count, "Tiếp thu")) for count in words)
    paper = make_paper(blocks=(Table(columns=columns, rows=rows), ONE_SIGNS), verify_url="")
    pages = page_texts(render_paper(paper))
    assert "dài" in next(page for page in pages if "TRƯỞNG ĐOÀN" in page)


def test_the_frame_of_a_table_ends_with_its_last_row_on_the_page() -> None:
    group = Row(cells=("II. Nhóm",), style="group")
    table = next(block for block in make_paper(rows=60).blocks if isinstance(block, Table))
    rows = tuple(line for row in table.rows for line in (row, group))
    pdf = render_paper(make_paper(blocks=(dataclasses.replace(table, rows=rows), ONE_SIGNS)))
    image = page_image(pdf, 2, 100)
    column = [image.getpixel((millimetres(30, 100) + shift, y)) for shift in (-1, 0, 1)
              for y in range(image.height - millimetres(20, 100), image.height)]  # fmt: skip
    assert min(column) > 200


@pytest.mark.parametrize("letterhead", LETTERHEADS)
def test_the_word_file_has_the_rules_and_indents_of_the_layout(letterhead: str) -> None:
    body = Document(io.BytesIO(word_file(make_paper(letterhead=letterhead)))).element.body
    # Under the national motto, the issuing body and the subject; the Party has a star instead.
    assert len(body.findall(".//{*}pBdr")) == (3 if letterhead == "state" else 2)
    heading = next(p for p in body.iter(f"{W}p") if "THÀNH PHẦN" in "".join(p.itertext()))
    assert int(heading.find(".//{*}ind").get(f"{W}firstLine")) > 500
    assert body.findall(".//{*}cantSplit")


def test_the_year_stands_in_a_line_of_its_own_below_the_name_in_both_files() -> None:
    paper = make_paper(name="Giao ước thi đua năm 2018")
    assert "GIAO ƯỚC THI ĐUA NĂM 2018" in raw_text(render_paper(paper))
    title = next(
        one
        for one in Document(io.BytesIO(word_file(paper))).paragraphs
        if one.style is not None and one.style.name == "Heading 1"
    )
    assert title.text == "GIAO ƯỚC THI ĐUA\nNĂM 2018"


def test_the_theme_is_bold_and_italic_in_both_files() -> None:
    paper = compact_paper(make_compact(units=2))
    theme = next(
        one
        for one in Document(io.BytesIO(word_file(paper))).paragraphs
        if one.text.startswith("“")
    )
    assert [(run.bold, run.italic) for run in theme.runs] == [(True, True)]
    assert Paragraph(text=theme.text, style="theme") in paper.blocks


@pytest.mark.parametrize("verify_url", ["", "https://td.vn/xac-thuc/7f3a9c2e51"])
def test_the_last_line_of_the_word_file_never_begins_an_empty_page(verify_url: str) -> None:
    paper = make_paper(blocks=(ONE_SIGNS,), verify_url=verify_url)
    *_, table, _last = Document(io.BytesIO(word_file(paper))).element.body.iterchildren(
        f"{W}tbl", f"{W}p"
    )
    last_row = table.findall(f"{W}tr")[-1]
    assert all(one.find(f"{W}pPr/{W}keepNext") is not None for one in last_row.iter(f"{W}p"))


def test_an_empty_cell_is_as_tall_as_its_letters_would_be() -> None:
    table = Table(columns=(Column(label="Lý do", share=100),), rows=(Row(cells=("",)),))
    made = Document(io.BytesIO(word_file(make_paper(blocks=(table,)))))
    (cell,) = made.tables[1].rows[1].cells
    style = cell.paragraphs[0].style
    assert style is not None
    assert style.font.size == Pt(12)
