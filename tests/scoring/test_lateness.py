"""How late something is, in words that a reader can use."""

from __future__ import annotations

import datetime

import pytest

from scoring.queries.season_cells import Cell, CellState
from scoring.queries.steps import StepMark, overdue

DUE = datetime.date(2026, 3, 10)


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "chưa gửi đăng ký"),
        (1, "chưa gửi đăng ký, quá hạn 1 ngày"),
        (30, "chưa gửi đăng ký, quá hạn 30 ngày"),
        (31, "chưa gửi đăng ký, hạn 10/3/2026"),
        (264, "chưa gửi đăng ký, hạn 10/3/2026"),
    ],
)
def test_days_are_counted_for_a_month_and_then_the_date_is_told(days: int, words: str) -> None:
    assert overdue("chưa gửi đăng ký", days, DUE) == words


@pytest.mark.parametrize(("days", "words"), [(12, "chậm 12 ngày"), (264, "chậm, hạn 10/3/2026")])
def test_a_step_is_late_by_days_and_then_since_a_date(days: int, words: str) -> None:
    assert StepMark("signing", "Ký kết", None, DUE, "late", days).lateness == words


def test_a_cell_below_a_date_long_past_only_says_that_it_is_late() -> None:
    assert Cell(CellState.LATE, days=12).standing == "Trễ 12 ngày"
    assert Cell(CellState.LATE, days=264, note="bị trả lại").standing == "Trễ hạn, bị trả lại"
