"""Scoring tables as workbooks: written and read again, and what officials write by hand."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from scoring.engine.table import read_table
from scoring.exchange.rule_words import rule_of_words
from scoring.exchange.table_workbook import read_table_workbook, table_workbook
from scoring.models import CriteriaTable, ImportDraft
from tests.cast import World
from tests.scoring.casting import make_scoring


@pytest.fixture
def scoring_world(db: None) -> World:
    return make_scoring()


TABLES = sorted(Path("tests/data/criteria").glob("*.json"))
HEAD = ("STT", "Tiêu chí", "Điểm chuẩn", "Cách tính", "Ghi chú")


def workbook(rows: Sequence[Sequence[Any]], title: str = "Bảng điểm khối 2027") -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.append([title])
    page.append([])
    for row in rows:
        page.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def sound(path: Path) -> dict[str, Any] | None:
    definition = json.loads(path.read_text())
    return definition if read_table(definition).table else None


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_a_table_written_as_a_workbook_and_read_again_is_the_same(path: Path) -> None:
    definition = sound(path)
    assert definition is not None
    table = read_table(definition).table
    assert table is not None
    assert read_table_workbook(table_workbook(definition, table)).definition == definition


def test_words_that_somebody_rewrote_count_and_the_rest_stays() -> None:
    definition = sound(Path("tests/data/criteria/hung-yen-2026.json"))
    assert definition is not None
    table = read_table(definition).table
    assert table is not None
    book = openpyxl.load_workbook(io.BytesIO(table_workbook(definition, table)))
    page = book.worksheets[0]
    leaves = {leaf.code: leaf for leaf in table.leaves()}
    row = next(cells for cells in page.iter_rows(min_row=4) if cells[0].value in leaves)
    row[3].value = "Mỗi ngày chậm trừ 0,25 điểm"
    stream = io.BytesIO()
    book.save(stream)
    reading = read_table_workbook(stream.getvalue())
    assert reading.table is not None
    assert reading.table.table is not None
    read = {leaf.code: leaf for leaf in reading.table.table.leaves()}
    changed = str(row[0].value)
    for code, leaf in read.items():
        assert (leaf == leaves[code]) is (code != changed)


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("Tính theo tỷ lệ hoàn thành", {"kind": "proportional"}),
        ("Theo tỉ lệ, dưới 50% không có điểm", {"kind": "proportional", "floor": "0.5"}),
        ("Chậm mỗi ngày trừ 0,5 điểm", {"kind": "per_day", "loses": "0.5"}),
        ("Mỗi mô hình được cộng 2 điểm", {"kind": "count", "each": "2"}),
        ("Không xếp hạng đơn vị vi phạm", {"kind": "gate", "effect": "unranked"}),
        ("Chấm theo bước 0,25", {"kind": "judged", "step": "0.25"}),
        (
            "Từ 90% trở lên: 10 điểm; từ 80% đến dưới 90%: 8 điểm; từ 0%: 0 điểm",
            {
                "kind": "bands",
                "bands": [
                    {"from": "0.9", "open": False, "points": "10"},
                    {"from": "0.8", "open": False, "points": "8"},
                    {"from": "0", "open": False, "points": "0"},
                ],
            },
        ),
        (
            "Đúng hạn: 10 điểm; chậm 3 ngày: 6 điểm",
            {
                "kind": "ladder",
                "steps": [{"days_late": 0, "points": "10"}, {"days_late": 3, "points": "6"}],
            },
        ),
        (
            "Tốt: 10 điểm; Khá: 7 điểm",
            {
                "kind": "choice",
                "options": [
                    {"key": "a", "name": "Tốt", "points": "10"},
                    {"key": "b", "name": "Khá", "points": "7"},
                ],
            },
        ),
    ],
)
def test_the_usual_phrases_of_officials_become_rules(words: str, rule: dict[str, Any]) -> None:
    assert rule_of_words(words, Decimal(10)) == (rule, True)


def test_a_phrase_that_nobody_knows_is_left_to_judgement_and_said() -> None:
    rule, known = rule_of_words("Do Hội đồng khối xem xét", Decimal(10))
    assert (rule, known) == ({"kind": "judged", "step": "0.5"}, False)


def test_figures_above_the_maximum_make_no_rule() -> None:
    rule, known = rule_of_words("Tốt: 20 điểm; Khá: 7 điểm", Decimal(10))
    assert (rule["kind"], known) == ("judged", False)


def test_a_table_typed_by_hand_is_understood_as_a_tree() -> None:
    reading = read_table_workbook(
        workbook(
            [
                ("TT", "Nội dung", "Điểm tối đa", "Cách chấm", "Ghi chú"),
                ("I", "Nhiệm vụ chính trị", "60,5", None, None),
                (1, "Chỉ tiêu được giao", 40, "Theo tỷ lệ hoàn thành", "Có minh chứng"),
                (2, "Báo cáo", "20,5", None, None),
                ("a", "Đúng hạn", 10, "Mỗi ngày chậm trừ 1 điểm", None),
                ("b", "Đủ nội dung", "10,5", None, None),
                ("II", "Điểm thưởng", 5, None, None),
                (1, "Mô hình mới", 5, "Mỗi mô hình 1 điểm", None),
                (None, "Tổng cộng", "60,5", None, None),
            ]
        )
    )
    assert reading.table is not None
    table = reading.table.table
    assert table is not None
    assert (table.max_total, table.year) == (Decimal("60.5"), 2027)
    assert [(one.code, depth, one.max) for one, depth in table.walk()] == [
        ("I", 0, Decimal("60.5")),
        ("I.1", 1, Decimal(40)),
        ("I.2", 1, Decimal("20.5")),
        ("I.2.a", 2, Decimal(10)),
        ("I.2.b", 2, Decimal("10.5")),
        ("II", 0, Decimal(5)),
        ("II.1", 1, Decimal(5)),
    ]
    found = {one.code: one for one, _depth in table.walk()}
    assert found["I.1"].evidence
    assert found["II"].adds == "bonus"
    assert [line.sure for line in reading.lines if line.code == "I.2.b"] == [False]


@pytest.mark.parametrize("points", ["mười", "-5", "1e30", "NaN"])
def test_points_that_are_no_number_are_told_by_row(points: str) -> None:
    reading = read_table_workbook(workbook([HEAD, ("I", "Nhiệm vụ", points, None, None)]))
    assert reading.table is None
    assert [(fault.path, fault.expected) for fault in reading.faults] == [("dòng 4", points)]


def test_a_stray_cell_far_out_is_no_line_of_the_table() -> None:
    """Asked for its rows, the sheet would make every cell up to there: 17 billion of them."""
    rows = [HEAD, ("I", "Nhiệm vụ", 10, None, None)]
    book = openpyxl.load_workbook(io.BytesIO(workbook(rows)))
    book.worksheets[0]["XFD1048576"] = "x"
    stream = io.BytesIO()
    book.save(stream)
    reading = read_table_workbook(stream.getvalue())
    assert [line.name for line in reading.lines] == ["Nhiệm vụ"]


def test_a_workbook_without_the_columns_is_told_which_it_needs() -> None:
    reading = read_table_workbook(workbook([("Họ tên", "Chức vụ")]))
    assert reading.table is None
    assert "Điểm chuẩn" in reading.faults[0].expected


@pytest.mark.parametrize(
    "hidden",
    ["[1]", "{", '{"node": [], "depth": "x"}', "null", '{"node": {"max": "x"}, "depth": 0}'],
)
def test_hidden_cells_that_somebody_overwrote_are_not_trusted(hidden: str) -> None:
    definition = sound(TABLES[0])
    assert definition is not None
    table = read_table(definition).table
    assert table is not None
    book = openpyxl.load_workbook(io.BytesIO(table_workbook(definition, table)))
    for row in book.worksheets[0].iter_rows(min_row=4):
        row[5].value = hidden
    stream = io.BytesIO()
    book.save(stream)
    reading = read_table_workbook(stream.getvalue())
    assert [line.name for line in reading.lines] == [one.name for one, _depth in table.walk()]


def upload(client: Client, content: bytes, name: str = "bang.xlsx") -> Any:
    given = SimpleUploadedFile(name, content)
    return client.post(reverse("scoring:criteria_import"), {"file": given}, follow=True)


def test_the_secretary_sees_what_was_understood_before_it_is_written(
    client: Client, scoring_world: World
) -> None:
    client.force_login(scoring_world.secretary)
    rows = [HEAD, ("I", "Nhiệm vụ", 10, None, None), (1, "Báo cáo", 10, "Theo tỷ lệ", None)]
    before = CriteriaTable.objects.count()
    page = upload(client, workbook(rows))
    assert "Báo cáo" in page.content.decode()
    assert CriteriaTable.objects.count() == before
    draft = ImportDraft.objects.get()
    answer = client.post(reverse("scoring:import_confirm", args=[draft.pk]), follow=True)
    stored = CriteriaTable.objects.get(title="Bảng điểm khối 2027")
    assert stored.title in answer.content.decode()
    assert [one.code for one in stored.criteria.order_by("position")] == ["I", "I.1"]


def test_a_file_that_only_pretends_to_be_a_workbook_is_refused_in_words(
    client: Client, scoring_world: World
) -> None:
    client.force_login(scoring_world.secretary)
    page = upload(client, b"PK\x03\x04 nothing more")
    assert "Chưa ghi gì" in page.content.decode()
    answer = client.post(
        reverse("scoring:import_confirm", args=[ImportDraft.objects.get().pk]), follow=True
    )
    assert "Chưa ghi gì" in answer.content.decode()


def test_whoever_sees_a_table_takes_it_along_as_a_workbook(
    client: Client, scoring_world: World
) -> None:
    client.force_login(scoring_world.representative)
    table = CriteriaTable.objects.filter(adoptions__isnull=False).first()
    assert table is not None
    answer = client.get(reverse("scoring:table_workbook", args=[table.pk]))
    assert read_table_workbook(answer.content).definition == table.definition
