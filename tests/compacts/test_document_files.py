from __future__ import annotations

import time
from pathlib import Path

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from compacts.models import RenderedFile
from compacts.services import document_files
from compacts.services.document_files import file_of, stored_file_of
from compacts.services.recent_files import RecentFiles
from tests.compacts.documents.examples import make_compact
from tests.compacts.documents.papers import make_paper

HOUR = 3600.0
ONE, TWO, THREE = ("1", "pdf"), ("2", "pdf"), ("3", "pdf")


def test_a_file_is_given_as_it_was_put_in() -> None:
    recent = RecentFiles(room=100, seconds=HOUR)
    recent.keep(ONE, b"giao uoc")
    assert recent.get(ONE) == b"giao uoc"
    assert recent.get(("1", "docx")) is None


def test_what_was_not_asked_for_longest_makes_way() -> None:
    recent = RecentFiles(room=10, seconds=HOUR)
    recent.keep(ONE, b"1" * 4)
    recent.keep(TWO, b"2" * 4)
    assert recent.get(ONE)
    recent.keep(THREE, b"3" * 4)
    assert (recent.get(ONE), recent.get(TWO), recent.get(THREE)) == (b"1111", None, b"3333")


def test_a_file_put_in_again_takes_its_room_once() -> None:
    recent = RecentFiles(room=10, seconds=HOUR)
    for _time in range(3):
        recent.keep(ONE, b"1" * 5)
    recent.keep(TWO, b"2" * 5)
    assert recent.get(ONE)
    assert recent.get(TWO)


def test_a_file_larger_than_the_room_is_not_held_and_drives_nothing_out() -> None:
    recent = RecentFiles(room=10, seconds=HOUR)
    recent.keep(ONE, b"1")
    recent.keep(TWO, b"2" * 11)
    assert recent.get(TWO) is None
    assert recent.get(ONE)


def test_a_file_is_not_given_for_ever_so_that_its_use_is_noted() -> None:
    recent = RecentFiles(room=10, seconds=0.01)
    recent.keep(ONE, b"1")
    time.sleep(0.02)
    assert recent.get(ONE) is None


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> RecentFiles:
    recent = RecentFiles(room=1 << 20, seconds=HOUR)
    monkeypatch.setattr(document_files, "_recent", recent)
    return recent


@pytest.mark.django_db
def test_the_same_draft_of_a_compact_is_laid_out_once(memory: RecentFiles) -> None:
    first = file_of(make_compact(units=4, draft=True), "pdf")
    made_at = RenderedFile.objects.get().made_at
    assert file_of(make_compact(units=4, draft=True), "pdf") == first
    assert stored_file_of(make_compact(units=4, draft=True), "pdf") == first
    assert RenderedFile.objects.get().made_at == made_at
    assert file_of(make_compact(units=5, draft=True), "pdf") != first


@pytest.mark.django_db
def test_what_is_in_memory_outlives_a_lost_store_and_a_dossier_has_it_stored_anew(
    memory: RecentFiles,
) -> None:
    paper = make_paper(rows=1)
    first = file_of(paper, "pdf")
    Path(RenderedFile.objects.get().file.path).unlink()
    RenderedFile.objects.all().delete()
    assert file_of(paper, "pdf") == first
    assert not RenderedFile.objects.exists()
    assert stored_file_of(paper, "pdf") == first
    assert Path(RenderedFile.objects.get().file.path).read_bytes() == first


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.django_db
def test_of_two_that_made_the_same_content_one_file_stays(
    settings: Settings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    for _renderer in range(2):
        document_files._keep("key", "pdf", b"content")
    (stored,) = files_in(tmp_path)
    assert Path(RenderedFile.objects.get().file.path) == stored


@pytest.mark.django_db
def test_a_damaged_file_makes_way_for_the_new_one(
    settings: Settings,
    tmp_path: Path,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    settings.MEDIA_ROOT = tmp_path
    document_files._keep("key", "pdf", b"content")
    Path(RenderedFile.objects.get().file.path).write_bytes(b"damaged")
    with django_capture_on_commit_callbacks(execute=True):
        document_files._keep("key", "pdf", b"content")
    (stored,) = files_in(tmp_path)
    assert stored.read_bytes() == b"content"
    assert Path(RenderedFile.objects.get().file.path) == stored
