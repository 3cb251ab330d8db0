"""Old previews are swept with their bytes; what was issued or is in a dossier stays."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from compacts.models import IssuedPaper, RenderedFile
from compacts.services.document_files import file_of
from compacts.services.papers import issue_paper, issued_file, run_paper_job
from scoring.models import Dossier
from scoring.services.dossiers import request_dossier, run_dossier_job
from scoring.services.paper_kinds import KINDS, made_paper
from scoring.services.rendered_files import sweep_rendered_files
from scoring.tasks import sweep_rendered
from tests.cast import World, make_registration, make_world

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def own_folder(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def world() -> World:
    made = make_world()
    make_registration(made.season, made.btc)
    return made


def preview(world: World, kind: str, key: str, ending: str = "docx") -> bytes:
    return file_of(made_paper(world.season, KINDS[kind], key, world.secretary), ending)


def age(days: int) -> None:
    """Let everything that was rendered have been used last so many days ago."""
    RenderedFile.objects.update(used_at=timezone.now() - days * DAY)


def sweep() -> int:
    return sweep_rendered_files(unused_since=timezone.now() - 30 * DAY)


def ordered_paper(world: World) -> IssuedPaper:
    """A paper issued, its PDF not made yet."""
    return issue_paper(
        actor=world.secretary,
        season=world.season,
        kind="tong-hop-dang-ky",
        subject="chung",
        paper=made_paper(world.season, KINDS["tong-hop-dang-ky"], "chung", world.secretary),
        number="03-BC/KTĐ",
        issued_on=datetime.date(2018, 3, 10),
    )


def issued_paper(world: World) -> IssuedPaper:
    issued = ordered_paper(world)
    assert issued.job is not None
    run_paper_job(issued.job.pk)
    issued.refresh_from_db()
    return issued


def test_a_preview_nobody_asks_for_goes_with_its_bytes(world: World) -> None:
    preview(world, "tong-hop-dang-ky", "chung")
    path = Path(RenderedFile.objects.get().file.path)
    assert path.exists()
    age(31)
    assert sweep() == 1
    assert not RenderedFile.objects.exists()
    assert not path.exists()


def test_a_preview_of_these_days_stays(world: World) -> None:
    preview(world, "tong-hop-dang-ky", "chung")
    age(29)
    assert sweep() == 0
    assert RenderedFile.objects.exists()


def test_an_old_file_that_is_asked_for_again_is_not_old(world: World) -> None:
    first = preview(world, "tong-hop-dang-ky", "chung")
    age(31)
    assert preview(world, "tong-hop-dang-ky", "chung") == first
    assert sweep() == 0


def test_a_swept_preview_is_made_anew_with_the_same_bytes(world: World) -> None:
    first = preview(world, "tong-hop-dang-ky", "chung")
    age(31)
    sweep()
    assert preview(world, "tong-hop-dang-ky", "chung") == first
    assert RenderedFile.objects.count() == 1


def test_the_files_of_an_issued_paper_stay(world: World) -> None:
    issued = issued_paper(world)
    word = issued_file(issued, "docx")
    preview(world, "tong-hop-dang-ky", "chung")
    age(1000)
    assert sweep() == 1
    assert {one.ending for one in RenderedFile.objects.all()} == {"pdf", "docx"}
    assert all(Path(one.file.path).exists() for one in RenderedFile.objects.all())
    assert issued_file(issued, "docx") == word


def test_the_file_of_a_paper_issued_in_an_earlier_layout_stays(world: World) -> None:
    issued = issued_paper(world)
    RenderedFile.objects.filter(sha256=issued.pdf_sha256).update(input_hash="0" * 64)
    age(1000)
    assert sweep() == 0


def test_the_file_of_a_paper_whose_pdf_is_still_being_made_stays(world: World) -> None:
    issued_file(ordered_paper(world), "pdf")
    age(1000)
    assert sweep() == 0


def test_the_files_of_a_dossier_stay(world: World) -> None:
    dossier = request_dossier(actor=world.secretary, seasons=[world.season])
    run_dossier_job(dossier.job_id or 0)
    listed = {e["input_hash"] for e in Dossier.objects.get().entries if "input_hash" in e}
    assert listed
    age(1000)
    assert sweep() == 0
    assert set(RenderedFile.objects.values_list("input_hash", flat=True)) == listed


def test_a_row_whose_bytes_were_lost_is_swept_too(world: World) -> None:
    preview(world, "dang-ky", "btc")
    Path(RenderedFile.objects.get().file.path).unlink()
    age(31)
    assert sweep() == 1


def test_the_scheduled_sweep_keeps_the_days_of_the_setting_and_never_fewer_than_two(
    world: World, settings: Settings
) -> None:
    preview(world, "dang-ky", "btc")
    age(5)
    settings.RENDERED_KEPT_DAYS = 7
    sweep_rendered()
    assert RenderedFile.objects.exists()
    age(1)
    settings.RENDERED_KEPT_DAYS = 0
    sweep_rendered()
    assert RenderedFile.objects.exists()
    age(3)
    sweep_rendered()
    assert not RenderedFile.objects.exists()
