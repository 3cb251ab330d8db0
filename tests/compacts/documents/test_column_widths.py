"""Columns as their author shared them out, but wide enough for every figure."""

from __future__ import annotations

import io

import pytest
from docx import Document
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compacts.documents.column_widths import column_widths
from compacts.documents.paper import Column, Paper, Row, Table
from compacts.documents.paper_pdf import render_paper
from compacts.documents.paper_word import word_file
from tests.compacts.documents.papers import W, make_paper, words_parted, words_too_wide

NARROW = (
    Column(label="STT", share=5, align="centre"),
    Column(label="Tiêu chí", share=43),
    Column(label="Điểm chuẩn", share=8, align="right"),
    Column(label="Tổng điểm", share=8, align="right"),
    Column(label="Thời hạn", share=8, align="centre"),
    Column(label="Ghi chú", share=28),
)
FIGURES = ("100", "Đạt 98,5 % kế hoạch", "1.000", "1.234,75", "20/12/2018", "Khuếch trương")


def table_of(*rows: tuple[str, ...]) -> Table:
    return Table(columns=NARROW, rows=tuple(Row(cells=cells) for cells in rows))


def paper_of(table: Table, *, is_wide: bool = False) -> Paper:
    return make_paper(blocks=(table,), is_wide=is_wide)


@pytest.mark.parametrize("is_wide", [False, True])
def test_no_figure_date_or_syllable_is_parted(is_wide: bool) -> None:
    table = table_of(FIGURES)
    paper = paper_of(Table(columns=NARROW, rows=(*table.rows, Row(cells=FIGURES, style="total"))))
    assert words_parted(paper, render_paper(paper)) == []
    assert words_too_wide(word_file(paper)) == []


def test_columns_stay_as_they_were_shared_out_while_there_is_room() -> None:
    columns = (Column(label="STT", share=20), Column(label="Đơn vị", share=80))
    table = Table(columns=columns, rows=(Row(cells=("1", "Sở Nội vụ")),))
    assert column_widths(table, is_wide=False).shares == (20, 80)


def test_an_address_too_long_for_any_column_leaves_the_others_their_room() -> None:
    long = column_widths(table_of(("1", "x", "1", "1", "1", "a" * 200)), is_wide=True)
    without = column_widths(table_of(("1", "x", "1", "1", "1", "")), is_wide=True)
    assert long.shares == without.shares


def test_where_not_all_words_have_room_figures_come_first() -> None:
    long = "nghiêngnghiêngngả"
    table = table_of((long, long, "1.000.000,25", "1.000.000,25", long, long))
    paper = paper_of(table)
    parted = words_parted(paper, render_paper(paper))
    assert not [word for word in parted if word[0].isdigit()]


def test_the_columns_fill_the_table() -> None:
    shares = column_widths(table_of(FIGURES), is_wide=False).shares
    assert sum(shares) == pytest.approx(100, abs=0.01)


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.decimals(0, 9_999_999, places=2), min_size=2, max_size=2))
def test_whatever_the_figures_they_stay_whole(values: list[object]) -> None:
    cells = [f"{value:,.2f}".translate(str.maketrans(",.", ".,")) for value in values]
    paper = paper_of(table_of(("1", "Hoàn thành nhiệm vụ", *cells, "01/02/2018", "")))
    assert words_parted(paper, render_paper(paper)) == []
    assert words_too_wide(word_file(paper)) == []


def test_word_is_told_the_width_of_every_cell() -> None:
    body = Document(io.BytesIO(word_file(paper_of(table_of(FIGURES))))).element.body
    for table in body.iter(f"{W}tbl"):
        columns = [int(one.get(f"{W}w")) for one in table.iter(f"{W}gridCol")]
        for row in table.iter(f"{W}tr"):
            cells = [int(one.get(f"{W}w")) for one in row.iter(f"{W}tcW")]
            assert len(cells) == len(columns)
            assert cells == pytest.approx(columns, abs=1)
