"""Printing a whole year: every paper of every bloc, rendered once, packed into one zip.

The work is cut into slices: each ends within its time, leaves what it did in the row, and gives
the job back to the queue. Whatever was rendered is kept by the hash of its content, so a worker
that takes over after a loss makes nothing twice; a paper that cannot be printed is noted and the
others go on.
"""

from __future__ import annotations

import csv
import hashlib
import io
import logging
import tempfile
import time
import zipfile
from collections.abc import Sequence
from typing import IO, Any

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import DatabaseError, transaction
from django.http import Http404
from django.utils.translation import gettext as _

from compacts.documents.errors import RenderError
from compacts.models import RenderedFile, Season
from compacts.services.document_files import stored_file_of
from scoring.models import Dossier
from scoring.permissions import can_print_dossier
from scoring.services.paper_kinds import KINDS, listed_papers, made_paper
from units.access import require
from units.exports import FORMULA_STARTS
from units.models import Job, Person
from units.rules import JobState, RuleError
from units.services import jobs
from units.services.audit import record
from units.vietnamese import fold

logger = logging.getLogger(__name__)

DOSSIER_TASK = "scoring.make_dossier"
ENDINGS = ("pdf", "docx")
SLICE_SECONDS = 60.0
# Papers between two notes of how far it is; what was rendered since is found by its content.
NOTED_EVERY = 20
PACKING_PERCENT = 95
_ZIP_DAY = (1980, 1, 1, 0, 0, 0)


@transaction.atomic
def request_dossier(*, actor: Person, seasons: Sequence[Season]) -> Dossier:
    """Order the papers of the seasons (of one year) as one zip; the job shows how far it is.

    Ordered again before it is done, as by a second press of the button, it is the same one.
    Raises ``RuleError`` for no season or seasons of several years.
    """
    if len({season.year for season in seasons}) != 1:
        raise RuleError(_("Hãy chọn ít nhất một mùa thi đua, cùng một năm."))
    for season in seasons:
        require(can_print_dossier(actor, season))
    Person.objects.select_for_update().get(pk=actor.pk)
    running = Dossier.objects.filter(
        requested_by=actor, job__state__in=(JobState.QUEUED, JobState.RUNNING)
    )
    wanted = {season.pk for season in seasons}
    for dossier in running.prefetch_related("seasons"):
        if {season.pk for season in dossier.seasons.all()} == wanted:
            return dossier
    dossier = Dossier.objects.create(requested_by=actor, year=seasons[0].year)
    dossier.seasons.set(seasons)
    dossier.job = jobs.enqueue(
        task=DOSSIER_TASK,
        key=f"dossier:{dossier.pk}",
        subject=f"dossier:{dossier.pk}",
        requested_by=actor,
    )
    dossier.save(update_fields=["job"])
    for season in seasons:
        record(
            chain=season.audit_chain,
            actor=actor,
            action="request_dossier",
            target=f"dossier:{dossier.pk}",
            summary=_("%(who)s yêu cầu in hồ sơ cả năm.") % {"who": actor.full_name},
        )
    return dossier


def cancel_dossier(*, actor: Person, dossier: Dossier) -> bool:
    """Stop the job; a running worker notices before its next paper. False where it had ended.

    Raises ``RuleError`` for somebody else's order.
    """
    if dossier.requested_by_id != actor.pk or dossier.job is None:
        raise RuleError(_("Chỉ người yêu cầu được hủy."))
    return jobs.cancel(dossier.job)


@transaction.atomic
def retry_dossier(*, actor: Person, dossier: Dossier) -> None:
    """Go on with a failed or cancelled job; papers that could not be made are tried again.

    What was rendered before is found by its content and not rendered again.
    """
    if dossier.requested_by_id != actor.pk or dossier.job is None:
        raise RuleError(_("Chỉ người yêu cầu được thử lại."))
    if dossier.faults:
        dossier.entries = []
        dossier.save(update_fields=["entries"])
    jobs.retry(job=dossier.job, actor=actor)


def run_dossier_job(job_id: int, slice_seconds: float = SLICE_SECONDS) -> None:
    """Do a slice of the job of the task, or its last step; safe to run twice.

    ``slice_seconds`` is after how long the job goes back to the queue.
    """
    job = jobs.claim(job_id)
    if job is None:
        return
    dossier = Dossier.objects.filter(pk=int(job.subject.partition(":")[2])).first()
    if dossier is None:
        jobs.fail(job, _("Yêu cầu không còn."))
        return
    if not dossier.plan:
        dossier.plan = _plan(dossier)
        dossier.save(update_fields=["plan"])
    if not _render(dossier, job, time.monotonic() + slice_seconds):
        return
    _pack(dossier, job)


def _plan(dossier: Dossier) -> list[dict[str, Any]]:
    """What goes in, in the order of blocs and of the year."""
    plan = []
    for season in dossier.seasons.select_related("bloc__council").order_by("bloc__sort_key"):
        folder = f"{season.bloc.code}-{season.year}"
        for place, listed in enumerate(listed_papers(season, dossier.requested_by), start=1):
            name = "-".join(fold(f"{listed.kind.code} {listed.subject.key}").split())
            plan += [
                {
                    "season": season.pk,
                    "kind": listed.kind.code,
                    "key": listed.subject.key,
                    "label": listed.label,
                    "ending": ending,
                    "path": f"{folder}/{place:03d}-{name}.{ending}".replace("~", "-"),
                }
                for ending in ENDINGS
            ]
    return plan


def _render(dossier: Dossier, job: Job, until: float) -> bool:
    """Render behind the last entry; True once all are there, False where the slice ended."""
    seasons = {season.pk: season for season in dossier.seasons.select_related("bloc__council")}
    while len(dossier.entries) < len(dossier.plan):
        done = len(dossier.entries)
        item = dossier.plan[done]
        percent = PACKING_PERCENT * done // len(dossier.plan)
        words = _("%(done)d/%(all)d: %(label)s")
        facts = {"done": done + 1, "all": len(dossier.plan), "label": item["label"]}
        if not jobs.report_progress(job, percent, words % facts):
            return False
        dossier.entries.append(_entry(seasons[item["season"]], item, dossier.requested_by))
        is_over = time.monotonic() > until
        if is_over or len(dossier.entries) % NOTED_EVERY == 0:
            dossier.save(update_fields=["entries"])
        if is_over and len(dossier.entries) < len(dossier.plan):
            jobs.go_on(job)
            return False
    dossier.save(update_fields=["entries"])
    return True


def _entry(season: Season, item: dict[str, Any], person: Person) -> dict[str, str]:
    """The rendered file's hash, or the reason why there is none."""
    head = {"path": item["path"], "label": item["label"]}
    kind = KINDS[item["kind"]]
    try:
        kept = kind.kept(season) if item["ending"] == "pdf" else None
        if kept is not None:
            return head | {"kept": kept.file.name, "sha256": kept.sha256}
        paper = made_paper(season, kind, item["key"], person)
        content = stored_file_of(paper, item["ending"])
    except (RenderError, RuleError) as error:
        return head | {"error": str(error)}
    except Http404:
        return head | {"error": _("Không còn văn bản.")}
    except DatabaseError:
        raise
    except Exception:
        # Whatever is wrong with one paper, the others are printed.
        logger.exception("%s of season %d", item["path"], season.pk)
        return head | {"error": _("Văn bản này gặp lỗi phần mềm; hãy báo quản trị kỹ thuật.")}
    return head | {
        "input_hash": paper.input_hash(),
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def _pack(dossier: Dossier, job: Job) -> None:
    """Put the rendered files into one zip in the storage, file by file, never all in memory."""
    if dossier.file:
        jobs.finish(job)
        return
    if not jobs.report_progress(job, PACKING_PERCENT, _("Đóng gói")):
        return
    with tempfile.TemporaryFile() as packed:
        _write_zip(dossier, packed)
        size = packed.tell()
        packed.seek(0)
        digest = hashlib.file_digest(packed, "sha256").hexdigest()
        packed.seek(0)
        if not jobs.report_progress(job, 99, _("Lưu tệp")):
            return
        dossier.sha256, dossier.size = digest, size
        dossier.file.save(
            f"ho-so-{dossier.year}-{dossier.pk}-{digest[:8]}.zip", File(packed), save=False
        )
    dossier.save(update_fields=["file", "sha256", "size"])
    jobs.finish(job)


def _write_zip(dossier: Dossier, target: IO[bytes]) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(_member("muc-luc.csv"), _contents(dossier))
        for entry in dossier.entries:
            if entry.get("error"):
                continue
            with default_storage.open(_stored_name(entry)) as stored:
                archive.writestr(_member(entry["path"]), stored.read())


def _stored_name(entry: dict[str, str]) -> str:
    """Where the storage keeps the file of an entry."""
    if "kept" in entry:
        return entry["kept"]
    ending = entry["path"].rpartition(".")[2]
    rendered = RenderedFile.objects.get(input_hash=entry["input_hash"], ending=ending)
    return str(rendered.file.name)


def _member(path: str) -> zipfile.ZipInfo:
    """A member whose bytes depend on its content alone."""
    return zipfile.ZipInfo(path, _ZIP_DAY)


def _contents(dossier: Dossier) -> bytes:
    """The table of contents: path, paper, hash, and what could not be printed."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=";")
    writer.writerow([_("Tệp"), _("Văn bản"), "SHA-256", _("Lỗi")])
    for entry in dossier.entries:
        cells = (entry["path"], entry["label"], entry.get("sha256", ""), entry.get("error", ""))
        writer.writerow([_guarded(cell) for cell in cells])
    return stream.getvalue().encode("utf-8-sig")


def _guarded(cell: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA_STARTS) else cell
