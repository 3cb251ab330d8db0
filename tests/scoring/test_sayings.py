"""The engine's sentences, said in the language of the reader."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import translation

from scoring.engine.phrases import counted, phrase, series
from scoring.sayings import said


def test_a_phrase_is_its_vietnamese_sentence() -> None:
    told = phrase("hạng %(rank)s", rank=2)
    assert told == "hạng 2"
    assert said(told) == "hạng 2"


def test_a_phrase_inside_a_phrase_or_a_series_is_said_too() -> None:
    late = counted("chậm %(days)s ngày", 2, days=2)
    line = phrase("Đạt: %(condition)s.", condition=series(" → ", (late, "10 − 2 × 2")))
    assert line == "Đạt: chậm 2 ngày → 10 − 2 × 2."
    with translation.override("en"):
        assert said(line) == "Met: 2 days late → 10 − 2 × 2."


@pytest.mark.parametrize(
    ("points", "told"),
    [("1", "1 point"), ("0", "0 points"), ("0.5", "0,5 points"), ("1.5", "1,5 points")],
)
def test_english_counts_points_and_keeps_vietnamese_numbers(points: str, told: str) -> None:
    shown = points.replace(".", ",")
    with translation.override("en"):
        assert said(counted("%(points)s điểm", Decimal(points), points=shown)) == told


def test_what_people_wrote_stays_as_it_is() -> None:
    with translation.override("en"):
        assert said("Đạt 100% hồ sơ") == "Đạt 100% hồ sơ"
        chosen = phrase("chọn “%(option)s”", option="Tốt 100%")
        assert said(chosen) == "chosen: “Tốt 100%”"
