"""The papers of a whole year in one zip: in slices, cancelled, lost and taken up again."""

from __future__ import annotations

import contextlib
import io
import json
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from pytest_django import Settings

from compacts.documents.paper import Paper
from compacts.documents.workshop import paper_pdf
from compacts.models import Compact, RenderedFile
from compacts.services import document_files
from compacts.services.documents import request_pdf, run_render_job
from compacts.services.papers import WordingFacts, save_wording
from scoring.models import Dossier
from scoring.services.dossiers import (
    cancel_dossier,
    request_dossier,
    retry_dossier,
    run_dossier_job,
)
from scoring.services.imports import import_season
from scoring.services.paper_kinds import KINDS, listed_papers
from tests.cast import World, give_role, make_person, make_registration, make_world
from units.access import AccessDenied
from units.models import Job, Person
from units.rules import JobState, RoleKind, RuleError
from units.services import jobs

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
ANOTHER_WORKER = """
import pathlib
import sys
import django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
settings.MEDIA_ROOT = pathlib.Path(sys.argv[2])
django.setup()
from scoring.services.dossiers import run_dossier_job
run_dossier_job(int(sys.argv[3]))
"""


@pytest.fixture(autouse=True)
def own_folder(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def world() -> World:
    made = make_world()
    for unit in (made.ubkt, made.duk, made.btc):
        make_registration(made.season, unit)
    return made


def order(world: World) -> Dossier:
    return request_dossier(actor=world.secretary, seasons=[world.season])


def test_a_second_press_of_the_button_orders_nothing_more(world: World) -> None:
    first = order(world)
    assert order(world) == first
    assert Job.objects.filter(task=first.job.task if first.job else "").count() == 1
    cancel_dossier(actor=world.secretary, dossier=first)
    assert order(world) != first


def run_to_the_end(dossier: Dossier, slice_seconds: float = 60) -> int:
    """How many slices it took."""
    slices = 0
    while Job.objects.get(pk=dossier.job_id).state == JobState.QUEUED:
        run_dossier_job(dossier.job_id or 0, slice_seconds)
        slices += 1
        assert slices < 200
    dossier.refresh_from_db()
    return slices


def members(dossier: Dossier) -> dict[str, bytes]:
    with dossier.file.open("rb") as stored, zipfile.ZipFile(stored) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_every_paper_goes_in_as_pdf_and_word_with_a_table_of_contents(world: World) -> None:
    dossier = order(world)
    run_to_the_end(dossier)
    found = members(dossier)
    papers = len(listed_papers(world.season, world.secretary))
    assert len(found) == 2 * papers + 1
    assert sum(content.startswith(b"%PDF") for content in found.values()) == papers
    contents = found["muc-luc.csv"].decode("utf-8-sig")
    assert len(contents.splitlines()) == 2 * papers + 1
    assert dossier.size == dossier.file.size


def test_the_work_goes_on_in_slices_and_nothing_is_made_twice(world: World) -> None:
    dossier = order(world)
    run_dossier_job(dossier.job_id or 0, 0)
    first = RenderedFile.objects.get()
    assert run_to_the_end(dossier, slice_seconds=0) > 3
    assert len(dossier.entries) == len(dossier.plan) == RenderedFile.objects.count()
    assert RenderedFile.objects.get(pk=first.pk).made_at == first.made_at
    assert Job.objects.get(pk=dossier.job_id).state == JobState.DONE


def test_a_worker_that_was_killed_is_followed_by_one_that_goes_on_behind_it(world: World) -> None:
    dossier = order(world)
    run_dossier_job(dossier.job_id or 0, 0)
    # Taken by a worker of which nothing was ever heard again.
    lost = jobs.claim(dossier.job_id or 0)
    assert lost is not None
    assert jobs.sweep(lost.beat_at + 2 * jobs.BEAT_LIMIT) == 1
    dossier.refresh_from_db()
    before = list(dossier.entries)
    run_to_the_end(dossier)
    assert dossier.entries[: len(before)] == before
    assert RenderedFile.objects.count() == len(dossier.plan)


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_loses_nothing_and_nothing_is_made_twice(
    world: World, tmp_path: Path
) -> None:
    dossier = order(world)
    worker = subprocess.Popen(
        [
            *(sys.executable, "-c", ANOTHER_WORKER),
            *(str(connection.settings_dict["NAME"]), str(tmp_path), str(dossier.job_id)),
        ],
        cwd=ROOT,
    )
    while RenderedFile.objects.count() < 3:
        with contextlib.suppress(subprocess.TimeoutExpired):
            pytest.fail(f"the worker ended by itself: {worker.wait(0.05)}")
    worker.kill()
    worker.wait()
    before = dict(RenderedFile.objects.values_list("pk", "made_at"))
    lost = Job.objects.get(pk=dossier.job_id)
    assert lost.state == JobState.RUNNING
    assert len(before) < 2 * len(listed_papers(world.season, world.secretary))
    assert jobs.sweep(lost.beat_at + 2 * jobs.BEAT_LIMIT) == 1
    dossier.refresh_from_db()
    run_to_the_end(dossier)
    after = dict(RenderedFile.objects.values_list("pk", "made_at"))
    assert len(after) == len(dossier.plan) == len(dossier.entries)
    assert before.items() <= after.items()
    assert len(members(dossier)) == len(dossier.plan) + 1


def test_a_paper_that_cannot_be_printed_does_not_stop_the_others(
    world: World,
) -> None:
    poisoned = world.season.registrations.all()[0].tasks.all()[0]
    type(poisoned).objects.filter(pk=poisoned.pk).update(text="chữ 漢 lạ")
    dossier = order(world)
    run_to_the_end(dossier)
    assert {fault["path"].rpartition(".")[2] for fault in dossier.faults} == {"pdf", "docx"}
    assert all("không in được" in fault["error"] for fault in dossier.faults)
    assert len(members(dossier)) == len(dossier.plan) - len(dossier.faults) + 1
    assert "không in được" in members(dossier)["muc-luc.csv"].decode("utf-8-sig")


def test_a_paper_that_takes_too_long_does_not_stop_the_others(
    world: World, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hurried(paper: Paper) -> bytes:
        is_slow = paper.name == "Bản đăng ký thi đua" and paper.issuing_body == world.btc.name
        settings.RENDER_SECONDS = 0 if is_slow else 60
        return paper_pdf(paper)

    monkeypatch.setattr(document_files, "paper_pdf", hurried)
    dossier = order(world)
    run_to_the_end(dossier)
    (fault,) = dossier.faults
    assert fault["path"].endswith(".pdf")
    assert "Tạo PDF quá 0 giây" in fault["error"]
    assert len(members(dossier)) == len(dossier.plan)


def test_a_paper_that_hits_a_fault_of_ours_does_not_stop_the_others(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_arguments: object) -> Paper:
        raise KeyError("mất")

    monkeypatch.setitem(KINDS, "dang-ky", replace(KINDS["dang-ky"], make=broken))
    dossier = order(world)
    run_to_the_end(dossier)
    assert dossier.file
    assert len(dossier.faults) == 6
    assert all("lỗi phần mềm" in fault["error"] for fault in dossier.faults)
    assert "KeyError" in caplog.text


def test_a_cancelled_order_stops_and_can_be_gone_on_with(world: World) -> None:
    dossier = order(world)
    run_dossier_job(dossier.job_id or 0, 0)
    assert cancel_dossier(actor=world.secretary, dossier=dossier)
    run_dossier_job(dossier.job_id or 0)
    dossier.refresh_from_db()
    assert len(dossier.entries) == 1
    assert not dossier.file
    retry_dossier(actor=world.secretary, dossier=dossier)
    run_to_the_end(dossier)
    assert dossier.file


def test_a_running_worker_hears_of_the_cancel_at_its_next_report(world: World) -> None:
    dossier = order(world)
    running = jobs.claim(dossier.job_id or 0)
    assert running is not None
    assert jobs.report_progress(running, 5, "")
    cancel_dossier(actor=world.secretary, dossier=dossier)
    assert not jobs.report_progress(running, 10, "")
    assert Job.objects.get(pk=dossier.job_id).state == JobState.CANCELLED


def test_a_worker_taken_for_lost_does_not_go_on_beside_the_one_after_it(world: World) -> None:
    dossier = order(world)
    slow = jobs.claim(dossier.job_id or 0)
    assert slow is not None
    jobs.sweep(slow.beat_at + 2 * jobs.BEAT_LIMIT)
    second = jobs.claim(dossier.job_id or 0)
    assert second is not None
    assert not jobs.report_progress(slow, 10, "")
    assert jobs.report_progress(second, 10, "")


def test_a_second_order_of_the_same_papers_renders_nothing(world: World) -> None:
    first = order(world)
    run_to_the_end(first)
    second = order(world)
    rendered = RenderedFile.objects.count()
    run_to_the_end(second)
    assert RenderedFile.objects.count() == rendered
    assert first.sha256 == second.sha256


def test_who_does_not_run_or_lead_prints_no_dossier(world: World) -> None:
    with pytest.raises(AccessDenied):
        request_dossier(actor=world.representative, seasons=[world.season])
    with pytest.raises(RuleError, match="ít nhất một mùa"):
        request_dossier(actor=world.secretary, seasons=[])


def test_a_council_prints_all_its_blocs_with_the_compact_s_own_pdf(client: Client) -> None:
    demo = Path(__file__).resolve().parents[2] / "demo" / "ha-nam-2018.json"
    season = import_season(actor=None, data=json.loads(demo.read_text(encoding="utf-8")))
    officer = make_person("thuong-truc", "Đỗ Văn Thường")
    give_role(officer, RoleKind.OFFICER, council=season.bloc.council)
    compact = Compact.objects.get(season=season)
    run_render_job(request_pdf(compact=compact, requested_by=officer).pk)
    client.force_login(officer)
    assert "In hồ sơ năm 2018" in client.get("/ho-so/").content.decode()
    answer = client.post("/ho-so/in/", {"year": "2018"})
    dossier = Dossier.objects.get()
    assert answer["Location"] == f"/ho-so/{dossier.pk}/"
    run_to_the_end(dossier, slice_seconds=5)
    assert dossier.faults == []
    page = client.get(f"/ho-so/{dossier.pk}/").content.decode()
    assert "Tải tệp zip" in page
    archive = b"".join(client.get(f"/ho-so/{dossier.pk}/ho-so.zip"))
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        names = opened.namelist()
        own = next(name for name in names if "giao-uoc-chung.pdf" in name)
        document = compact.documents.get()
        assert opened.read(own) == Path(document.file.path).read_bytes()
    assert len(names) == 2 * len(listed_papers(season, officer)) + 1


def test_the_secretariat_s_words_are_in_the_archive_too(world: World) -> None:
    kind = KINDS["tong-hop-dang-ky"]
    save_wording(
        actor=world.secretary,
        season=world.season,
        kind=kind.code,
        subject="chung",
        version=1,
        facts=WordingFacts(place="Phủ Lý"),
        paper=kind.make(world.season, "chung", world.secretary),
    )
    dossier = order(world)
    run_to_the_end(dossier)
    word = next(
        content
        for name, content in members(dossier).items()
        if "tong-hop" in name and name.endswith(".docx")
    )
    with zipfile.ZipFile(io.BytesIO(word)) as opened:
        assert "Phủ Lý" in opened.read("word/document.xml").decode()


def test_nobody_sees_or_stops_another_s_order(world: World, client: Client) -> None:
    dossier = order(world)
    other: Person = world.deputy_secretary
    client.force_login(other)
    assert client.get(f"/ho-so/{dossier.pk}/").status_code == 404
    assert client.post(f"/ho-so/{dossier.pk}/huy/").status_code == 404
    with pytest.raises(RuleError):
        cancel_dossier(actor=other, dossier=dossier)
