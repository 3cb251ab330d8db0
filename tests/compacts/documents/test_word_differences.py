"""The differences between two versions of a text, shown in its words."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compacts.documents import word_differences
from compacts.documents.word_differences import text_differences, word_pieces


def test_a_changed_sentence_shows_only_its_words() -> None:
    before = [{"heading": "Mục tiêu", "items": ["Đạt 95% chỉ tiêu.", "Giữ nguyên."]}]
    after = [{"heading": "Mục tiêu", "items": ["Đạt 98% chỉ tiêu.", "Giữ nguyên.", "Thêm."]}]
    lines = [[(p.change, p.text) for p in line.pieces] for line in text_differences(before, after)]
    assert lines == [
        [("same", "Mục tiêu")],
        [("same", "Đạt "), ("removed", "95%"), ("added", "98%"), ("same", " chỉ tiêu.")],
        [("same", "Giữ nguyên.")],
        [("added", "Thêm.")],
    ]


def test_a_sentence_that_was_rewritten_is_not_shown_in_scraps() -> None:
    before = "Đẩy mạnh phong trào thi đua với chỉ tiêu cụ thể, tiêu chí rõ ràng."
    after = "Đẩy mạnh phong trào thi đua, đạt 98,5% chỉ tiêu đã đăng ký."
    assert [(one.change, one.text) for one in word_pieces(before, after)] == [
        ("same", "Đẩy mạnh phong trào thi đua"),
        ("removed", " với chỉ tiêu cụ thể, tiêu chí rõ ràng"),
        ("added", ", đạt 98,5% chỉ tiêu đã đăng ký"),
        ("same", "."),
    ]


def test_a_mark_at_the_end_of_a_word_stays_while_the_word_goes() -> None:
    assert [(one.change, one.text) for one in word_pieces("Các đơn vị.", "Các khối.")] == [
        ("same", "Các "),
        ("removed", "đơn vị"),
        ("added", "khối"),
        ("same", "."),
    ]


@given(st.text(max_size=80), st.text(max_size=80))
def test_both_texts_can_be_read_from_their_differences(before: str, after: str) -> None:
    pieces = word_pieces(before, after)
    assert "".join(one.text for one in pieces if one.change != "added") == before
    assert "".join(one.text for one in pieces if one.change != "removed") == after


SECTIONS = st.lists(
    st.fixed_dictionaries(
        {
            "heading": st.sampled_from(["Mục tiêu", "Nội dung", "Tổ chức"]),
            "items": st.lists(st.sampled_from(["a b c", "a b d", "x", "y z"]), max_size=4),
        }
    ),
    max_size=4,
)


@given(SECTIONS, SECTIONS)
def test_no_line_of_either_version_is_lost(
    before: list[dict[str, object]], after: list[dict[str, object]]
) -> None:
    lines = text_differences(before, after)
    old = [
        "".join(p.text for p in line.pieces if p.change != "added")
        for line in lines
        if any(p.change != "added" for p in line.pieces)
    ]
    new = [
        "".join(p.text for p in line.pieces if p.change != "removed")
        for line in lines
        if any(p.change != "removed" for p in line.pieces)
    ]

    def flat(sections: list[dict[str, object]]) -> list[str]:
        return [t for one in sections for t in [str(one["heading"]), *one["items"]]]

    assert old == flat(before)
    assert new == flat(after)


def test_a_text_rewritten_as_a_whole_is_not_compared_line_by_line_with_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[int] = []

    class Counted(SequenceMatcher[str]):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            made.append(1)
            super().__init__(*args, **kwargs)

    monkeypatch.setattr(word_differences, "SequenceMatcher", Counted)
    counts = []
    for size in (100, 200):
        before, after = ([f"{kind}{n}" for n in range(size)] for kind in "ab")
        made.clear()
        text_differences([{"heading": "I", "items": before}], [{"heading": "I", "items": after}])
        counts.append(len(made))
    assert counts[1] <= 2.2 * counts[0]
