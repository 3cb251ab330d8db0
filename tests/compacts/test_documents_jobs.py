from __future__ import annotations

import hashlib
import subprocess
import time
from io import BytesIO

import pypdf
import pytest
from django.db import IntegrityError, connection, transaction
from pytest_django import Settings

from compacts.models import Compact, Document
from compacts.services.documents import (
    compact_pdf,
    newest_document,
    request_pdf,
    run_render_job,
)
from compacts.tasks import render_compact_pdf
from tests.cast import World
from tests.compacts.moves import actions, issue, sign
from tests.races import race
from units.models import Job
from units.rules import JobState, RuleError


def job_of(compact: Compact) -> Job:
    """The newest job that was ordered for the compact."""
    return Job.objects.filter(subject=f"compact:{compact.pk}").latest("pk")


def text_of(document: Document) -> str:
    with document.file.open("rb") as stored:
        pages = pypdf.PdfReader(BytesIO(stored.read())).pages
        return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_no_pdf_of_a_draft_is_stored_for_the_season_to_read(world: World, draft: Compact) -> None:
    with pytest.raises(RuleError, match="Đang soạn"):
        request_pdf(compact=draft, requested_by=world.secretary)
    assert not Job.objects.filter(subject=f"compact:{draft.pk}").exists()


def test_the_task_makes_the_pdf_that_was_ordered_and_says_so(
    world: World, issued: Compact
) -> None:
    job = job_of(issued)
    render_compact_pdf(job.pk)
    job.refresh_from_db()
    assert (job.state, job.progress, job.attempts) == (JobState.DONE, 100, 1)
    document = newest_document(issued)
    assert document is not None
    assert (document.version, document.job) == (1, job)
    with document.file.open("rb") as stored:
        assert hashlib.sha256(stored.read()).hexdigest() == document.sha256
    assert "01-GƯ/KTĐ" in text_of(document)
    assert actions()[-1] == "render_compact_pdf"


def test_the_pages_counted_while_it_is_made_are_progress(world: World, issued: Compact) -> None:
    shown: list[tuple[int, str]] = []

    def watch(execute: object, sql: str, params: tuple[object, ...], *rest: object) -> object:
        assert callable(execute)
        if sql.startswith('UPDATE "units_job" SET "progress"'):
            shown.append((int(str(params[0])), str(params[1])))
        return execute(sql, params, *rest)

    with connection.execute_wrapper(watch):
        run_render_job(job_of(issued).pk)
    percents = [percent for percent, _text in shown]
    assert len(percents) >= 2
    assert percents == sorted(percents)
    assert max(percents) <= 95
    assert all(text for _percent, text in shown)


def test_a_task_that_runs_twice_does_nothing_twice(world: World, issued: Compact) -> None:
    job = job_of(issued)
    run_render_job(job.pk)
    run_render_job(job.pk)
    assert Document.objects.count() == 1
    assert actions().count("render_compact_pdf") == 1
    assert Job.objects.get(pk=job.pk).attempts == 1


def test_the_same_content_asked_for_again_is_the_same_job_and_document(
    world: World, issued: Compact
) -> None:
    job = job_of(issued)
    assert request_pdf(compact=issued, requested_by=world.deputy_secretary) == job
    run_render_job(job.pk)
    Job.objects.filter(pk=job.pk).update(state=JobState.QUEUED, finished_at=None)
    run_render_job(job.pk)
    assert Document.objects.count() == 1
    assert Job.objects.get(pk=job.pk).state == JobState.DONE


def test_a_signature_makes_a_new_version_and_keeps_the_old_one(
    world: World, issued: Compact
) -> None:
    run_render_job(job_of(issued).pk)
    for unit in (world.ubkt, world.duk, world.btc):
        sign(world, issued, unit)
    run_render_job(job_of(issued).pk)
    versions = {document.version: document for document in issued.documents.all()}
    assert set(versions) == {1, 2}
    assert versions[1].sha256 != versions[2].sha256
    assert versions[1].input_hash != versions[2].input_hash


def test_what_can_not_be_printed_fails_the_job_with_the_reason_and_can_be_tried_again(
    world: World, issued: Compact, settings: Settings
) -> None:
    settings.RENDER_SECONDS = 0
    job = job_of(issued)
    run_render_job(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert job.error.startswith("Tạo PDF quá 0 giây")
    assert not Document.objects.exists()
    settings.RENDER_SECONDS = 60
    run_render_job(request_pdf(compact=issued, requested_by=world.secretary).pk)
    assert newest_document(issued) is not None


@pytest.mark.django_db
def test_a_job_without_its_compact_says_so() -> None:
    job = Job.objects.create(
        task="compacts.render_compact_pdf",
        key="compact:9:1:0",
        subject="compact:999999",
        beat_at="2018-01-01T00:00:00Z",
    )
    run_render_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.FAILED, "Giao ước không còn.")


@pytest.mark.parametrize(
    "statement",
    ["UPDATE compacts_document SET sha256 = ''", "DELETE FROM compacts_document"],
)
def test_the_database_refuses_to_change_or_delete_a_document(
    world: World, issued: Compact, statement: str
) -> None:
    run_render_job(job_of(issued).pk)
    with (
        pytest.raises(IntegrityError, match="never change"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_the_same_compact_is_the_same_bytes_every_time(world: World, issued: Compact) -> None:
    assert compact_pdf(issued) == compact_pdf(Compact.objects.get(pk=issued.pk))


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_store_one_document(world: World, issued: Compact) -> None:
    job = job_of(issued)
    second = Job.objects.create(
        task=job.task, key="second", subject=job.subject, beat_at=job.beat_at
    )
    race(
        lambda: run_render_job(job.pk),
        lambda: run_render_job(second.pk),
        meet_at='INSERT INTO "compacts_document"',
    )
    assert Document.objects.count() == 1
    assert set(Job.objects.values_list("state", flat=True)) == {JobState.DONE}


@pytest.mark.django_db(transaction=True)
def test_control_without_the_lock_two_workers_store_the_same_twice(
    world: World, issued: Compact
) -> None:
    """If this ever fails, the test above proves nothing."""
    job = job_of(issued)
    second = Job.objects.create(
        task=job.task, key="second", subject=job.subject, beat_at=job.beat_at
    )
    outcomes = race(
        lambda: run_render_job(job.pk),
        lambda: run_render_job(second.pk),
        meet_at='INSERT INTO "compacts_document"',
        without_locks=True,
    )
    assert any(isinstance(outcome, IntegrityError) for outcome in outcomes)


def test_a_real_worker_makes_the_pdf_of_an_issued_compact(
    worker: subprocess.Popen[bytes], world: World, draft: Compact
) -> None:
    compact = issue(world, draft, despite_missing=True)
    limit = time.monotonic() + 60
    while newest_document(compact) is None and time.monotonic() < limit:
        time.sleep(0.1)
    assert newest_document(compact) is not None
    assert worker.poll() is None
