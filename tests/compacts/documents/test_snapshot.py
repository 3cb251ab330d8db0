from __future__ import annotations

import dataclasses
import json
import unicodedata
from decimal import Decimal

import pytest

from compacts.documents.snapshot import normalised
from tests.compacts.documents.examples import make_compact


def test_composed_and_decomposed_letters_are_the_same_input() -> None:
    composed = make_compact(theme="Kỷ cương, sáng tạo")
    decomposed = make_compact(theme=unicodedata.normalize("NFD", "Kỷ cương, sáng tạo"))
    assert composed.theme != decomposed.theme
    assert composed.input_hash() == decomposed.input_hash()
    assert normalised(decomposed) == composed


def test_zeros_a_database_appends_do_not_change_the_input() -> None:
    compact = make_compact(units=1, tasks=1)
    longer = dataclasses.replace(compact.targets[0], target=Decimal("100.000"))
    assert dataclasses.replace(compact, targets=(longer,)).input_hash() == compact.input_hash()


@pytest.mark.parametrize(
    "change",
    [
        {"theme": "Đoàn kết"},
        {"draft": True},
        {"number": "02-GƯ/KTĐ"},
        {"letterhead": "state"},
        {"audit_head": "0" * 64},
        {"signed_on": None},
        {"witness": None},
    ],
)
def test_whatever_is_printed_changes_the_hash(change: dict[str, object]) -> None:
    assert make_compact(**change).input_hash() != make_compact().input_hash()


def test_the_canonical_json_can_be_read_back_with_exact_numbers() -> None:
    content = json.loads(make_compact().canonical_json())
    assert content["signed_on"] == "2018-03-20"
    assert content["targets"][1]["target"] == "98.5"
    assert content["targets"][4]["target"] is None
    assert content["units"][1]["signatory_name"] == "Trần Quốc Hùng"
