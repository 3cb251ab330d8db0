"""Charts place figures truthfully: in order, to scale, on one axis, within the drawing."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from units.charts import (
    EDGE,
    WIDTH,
    Axis,
    Parts,
    Ranks,
    Values,
    axis_around,
    place,
    range_chart,
    shortened,
    slope_chart,
    stack_chart,
    strip,
)

percents = st.decimals(0, 130, places=2)


def numbers(*texts: str) -> list[Decimal]:
    return [Decimal(text) for text in texts]


@pytest.mark.parametrize(
    ("value", "text"), [("12.34", "12.3"), ("12.00", "12"), ("100", "100"), ("0", "0")]
)
def test_a_coordinate_has_a_point_and_no_idle_zeros(value: str, text: str) -> None:
    assert place(Decimal(value)) == text


@given(values=st.lists(percents, min_size=1, max_size=20))
def test_the_axis_holds_every_value_between_tens(values: list[Decimal]) -> None:
    axis = axis_around(values)
    assert axis.low <= min(values) <= max(values) <= axis.high
    assert axis.low % 10 == axis.high % 10 == 0
    assert axis.low < axis.high


@given(less=percents, more=percents)
def test_a_larger_value_never_lies_further_left(less: Decimal, more: Decimal) -> None:
    low, high = sorted((less, more))
    axis = Axis(Decimal(0), Decimal(100))
    assert EDGE <= axis.at(low) <= axis.at(high) <= WIDTH - EDGE


def test_a_long_axis_has_a_tick_every_twenty() -> None:
    assert [label for _x, label in Axis(Decimal(60), Decimal(90)).ticks()] == [
        "60", "70", "80", "90",
    ]  # fmt: skip
    assert [label for _x, label in Axis(Decimal(0), Decimal(100)).ticks()] == [
        "0", "20", "40", "60", "80", "100",
    ]  # fmt: skip


def test_the_mean_lies_between_the_lowest_and_the_highest_dot() -> None:
    chart = range_chart(
        "k", "Điểm", "", [Values("Khối A", tuple(numbers("80", "90", "95")), "80–95%")]
    )
    (row,) = chart.rows
    low, mean, high = numbers(row.low, row.mean, row.high)
    assert low < mean < high
    assert sorted(numbers(*row.dots)) == [low, *numbers(row.dots[1]), high]


def test_two_blocs_share_one_axis_and_an_empty_one_is_left_out() -> None:
    lines = [
        Values("A", tuple(numbers("80", "90")), ""),
        Values("B", (), ""),
        Values("C", tuple(numbers("90", "100")), ""),
    ]
    first, second = range_chart("k", "", "", lines).rows
    assert first.high == second.low
    assert Decimal(first.middle) < Decimal(second.middle)


def test_the_parts_of_a_bar_follow_each_other_to_scale() -> None:
    chart = stack_chart(
        "k",
        "",
        "",
        ["đạt", "chậm", "không có"],
        [
            Parts("A", ((Decimal(6), "6"), (Decimal(0), "0"), (Decimal(2), "2")), "8"),
            Parts("B", ((Decimal(4), "4"), (Decimal(0), "0"), (Decimal(0), "0")), "4"),
        ],
    )
    long, short = chart.rows
    assert [part.pattern for part in long.segments] == [1, 3]
    assert numbers(*(part.width for part in long.segments)) == [255, 85]
    assert long.segments[1].x == long.segments[0].width
    assert numbers(*(part.width for part in short.segments)) == [170]


def test_a_chart_of_nothing_draws_nothing() -> None:
    assert stack_chart("k", "", "", [], []).rows == ()
    nothing = stack_chart("k", "", "", ["đạt"], [Parts("A", ((Decimal(0), "0"),), "0")])
    assert nothing.rows[0].segments == ()


def test_a_line_tells_by_its_stroke_whether_the_unit_rose_or_fell() -> None:
    chart = slope_chart(
        "k",
        "",
        "",
        ["2017", "2018"],
        [
            Ranks("Lên", (3, 1), ""),
            Ranks("Xuống", (1, 2), ""),
            Ranks("Giữ", (2, 2), ""),
            Ranks("Mới", (None, 4), ""),
            Ranks("Đi", (5, None), ""),
        ],
    )
    assert [line.way for line in chart.lines] == ["up", "down", "same", "new", "gone"]
    assert [len(line.paths) for line in chart.lines] == [1, 1, 1, 0, 0]
    rising = chart.lines[0]
    assert Decimal(rising.stops[0].y) > Decimal(rising.stops[1].y)


def test_units_of_one_rank_do_not_hide_each_other() -> None:
    chart = slope_chart("k", "", "", ["2018"], [Ranks("A", (1,), ""), Ranks("B", (1,), "")])
    first, second = (line.stops[0] for line in chart.lines)
    assert first.x != second.x
    assert chart.lines[0].label_y != chart.lines[1].label_y


def test_a_line_is_broken_over_a_year_without_a_rank() -> None:
    chart = slope_chart("k", "", "", ["2016", "2017", "2018"], [Ranks("A", (1, None, 2), "")])
    assert chart.lines[0].paths == ()
    assert [stop.text for stop in chart.lines[0].stops] == ["1", "2"]


@given(shares=st.lists(st.decimals(0, 1, places=3), min_size=1, max_size=8))
def test_the_steps_of_a_strip_stay_apart_and_within(shares: list[Decimal]) -> None:
    steps = [(share, number, "done", "") for number, share in enumerate(shares, start=1)]
    chart = strip("k", "", steps, None)
    xs = [Decimal(notch.x) for notch in chart.notches]
    assert all(right - left >= 23 for left, right in pairwise(xs))
    assert xs[0] >= EDGE
    assert xs[-1] <= WIDTH - EDGE
    assert chart.today == ""


def test_a_long_name_is_cut_with_a_sign_of_it() -> None:
    assert shortened("Ban Tổ chức") == "Ban Tổ chức"
    assert shortened("Đảng ủy Khối các cơ quan tỉnh", 12) == "Đảng ủy Khố…"
