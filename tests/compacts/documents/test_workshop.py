"""A rendering process of its own: the same bytes, and an end to what takes too much."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation
from pytest_django import Settings

from compacts.documents import workshop
from compacts.documents.compact import render_compact
from compacts.documents.errors import RenderError
from compacts.documents.paper import Paper, Paragraph, as_plain
from compacts.documents.paper_pdf import render_paper
from compacts.documents.signature_stamp import StampText
from tests.compacts.documents.examples import make_compact
from tests.compacts.documents.papers import make_paper

ROOT = Path(__file__).resolve().parents[3]
LOADED = """
import io, sys
sys.stdin = io.TextIOWrapper(io.BytesIO())
from compacts.documents import render_process
render_process.main()
import compacts.documents.compact, compacts.documents.paper_pdf
# Standard output is for answers.
print(*sys.modules, file=sys.stderr)
"""


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    workshop.close_workshop()


def process() -> workshop._Process:
    assert workshop._current is not None
    return workshop._current


def test_the_other_process_gives_the_very_bytes_of_this_one() -> None:
    compact = make_compact(units=4, tasks=2)
    assert workshop.compact_pdf(compact) == render_compact(compact)
    assert workshop.paper_pdf(make_paper()) == render_paper(make_paper())


def test_the_other_process_loads_no_application() -> None:
    """Models, pages and their libraries would take as much memory as the engine."""
    loaded = subprocess.run(
        [sys.executable, "-c", LOADED], check=True, capture_output=True, text=True, cwd=ROOT
    ).stderr.split()
    assert "compacts.documents.compact" in loaded
    assert not {"compacts.models", "units.models", "celery", "config.settings"} & set(loaded)


def test_one_process_serves_document_after_document() -> None:
    workshop.paper_pdf(make_paper())
    first = process().child.pid
    workshop.paper_pdf(make_paper(rows=5))
    assert process().child.pid == first


def test_progress_comes_through() -> None:
    heard: list[int] = []
    workshop.compact_pdf(
        make_compact(units=3, tasks=1), lambda percent, _text: heard.append(percent)
    )
    assert heard == sorted(heard)
    assert heard[-1] == 100


def test_what_takes_too_long_is_ended_with_a_clear_error(settings: Settings) -> None:
    workshop.paper_pdf(make_paper())
    settings.RENDER_SECONDS = 0
    with pytest.raises(RenderError, match="quá 0 giây"):
        workshop.paper_pdf(make_paper(rows=500))
    settings.RENDER_SECONDS = 60
    assert workshop.paper_pdf(make_paper()) == render_paper(make_paper())


def test_a_document_whose_process_is_killed_is_made_by_another() -> None:
    workshop.paper_pdf(make_paper())
    victim = process().child

    def kill(_percent: int, _phrase: str) -> None:
        victim.kill()

    large = make_paper(rows=300)
    assert workshop.paper_pdf(large, kill) == render_paper(large)
    assert process().child.pid != victim.pid


def test_a_document_that_ends_two_processes_is_told_to_be_too_large() -> None:
    ended = []

    def kill(_percent: int, _phrase: str) -> None:
        ended.append(process().child.pid)
        process().child.kill()

    with pytest.raises(RenderError, match="quá nhiều bộ nhớ"):
        workshop.paper_pdf(make_paper(rows=1500), kill)
    assert len(set(ended)) == len(ended) == 2
    assert workshop.paper_pdf(make_paper()) == render_paper(make_paper())


def test_a_fault_in_the_process_is_told_as_one_and_the_next_document_is_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(workshop, "check_paper", lambda _paper: None)
    values = as_plain(make_paper())
    monkeypatch.setattr(
        Paper, "canonical_json", lambda _paper: json.dumps(values | {"blocks": [{"kind": "x"}]})
    )
    with pytest.raises(RenderError, match="lỗi phần mềm"):
        workshop.paper_pdf(make_paper())
    monkeypatch.undo()
    assert workshop.paper_pdf(make_paper()) == render_paper(make_paper())


def test_a_refusal_comes_with_its_reason_and_the_process_lives_on() -> None:
    workshop.paper_pdf(make_paper())
    first = process().child.pid
    with pytest.raises(RenderError, match="không in được"):
        workshop.paper_pdf(make_paper(blocks=(Paragraph(text="漢"),)))
    workshop.paper_pdf(make_paper())
    assert process().child.pid == first


@pytest.mark.parametrize(
    ("language", "words"), [("vi", "có ký hiệu không đọc được"), ("en", "cannot be read")]
)
def test_a_refusal_of_the_process_is_told_in_the_reader_s_language(
    language: str, words: str
) -> None:
    with translation.override(language), pytest.raises(RenderError, match=words):
        workshop.stamp_pdf(StampText("Tên\x0b", "Đơn vị", "Lúc"), 150, 60)


def test_an_interrupted_wait_leaves_no_half_answer_behind() -> None:
    class Stop(BaseException):
        pass

    def stop(_percent: int, _phrase: str) -> None:
        raise Stop

    workshop.compact_pdf(make_compact(units=3, tasks=1))
    with pytest.raises(Stop):
        workshop.compact_pdf(make_compact(units=4, tasks=1), stop)
    other = make_compact(units=5, tasks=1)
    assert workshop.compact_pdf(other) == render_compact(other)
