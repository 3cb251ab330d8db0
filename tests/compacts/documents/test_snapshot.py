from __future__ import annotations

import dataclasses
import json
import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from weasyprint.text.ffi import pango

from compacts.documents.fingerprint import engine_versions
from compacts.documents.snapshot import normalised, plain
from tests.compacts.documents.examples import make_compact
from tests.compacts.documents.papers import make_paper


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


def test_the_engine_is_known_down_to_what_breaks_its_lines() -> None:
    versions = dict(part.split("==") for part in engine_versions().split())
    assert versions["libpango-1.0.so.0"] == _pango_version()
    assert set(versions) > {"weasyprint", "pydyf", "libharfbuzz.so.0", "zlib"}


def _pango_version() -> str:
    number = pango.pango_version()
    return f"{number // 10_000}.{number // 100 % 100}.{number % 100}"


def test_the_canonical_json_can_be_read_back_with_exact_numbers() -> None:
    content = json.loads(make_compact().canonical_json())
    assert content["signed_on"] == "2018-03-20"
    assert content["targets"][1]["target"] == "98.5"
    assert content["targets"][4]["target"] is None
    assert content["units"][1]["signatory_name"] == "Trần Quốc Hùng"


@given(text=st.text(alphabet=st.sampled_from('aệ́\u0302\\t\r\n\t"Đ '), max_size=12))
def test_the_canonical_json_holds_each_text_as_it_is_printed(text: str) -> None:
    compact = make_compact(theme=text)
    written = json.loads(compact.canonical_json())
    assert written == plain(compact)
    assert written["theme"] == normalised(text)


def test_the_canonical_json_of_a_table_has_sorted_keys_and_no_spaces() -> None:
    written = make_paper(rows=2).canonical_json()
    assert written == json.dumps(
        json.loads(written), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
