"""Making the compact's PDF: ordered as a job, rendered once for each content."""

from __future__ import annotations

import hashlib

from django.core.files.base import ContentFile
from django.db import transaction

from compacts.documents import workshop
from compacts.documents.errors import RenderError
from compacts.models import Compact, Document, SignedFile
from compacts.rules import CompactAction, check_compact
from compacts.services.snapshots import printed_snapshot
from units.models import Job, Person
from units.services import audit, jobs

RENDER_TASK = "compacts.render_compact_pdf"
COMPACT_KIND = "compact"


def job_subject(compact: Compact) -> str:
    """How the compact's jobs name it."""
    return f"compact:{compact.pk}"


def request_pdf(*, compact: Compact, requested_by: Person | None) -> Job:
    """Order the PDF of the issued compact; the same content is one job.

    The caller has asked for the right. The row is written in the caller's transaction. Raises
    ``RuleError`` for a draft: what is stored is read by the whole season.
    """
    check_compact(CompactAction.PRINT, compact.state)
    content = printed_snapshot(compact).input_hash()
    key = f"{COMPACT_KIND}:{compact.pk}:{content}"
    return jobs.enqueue(
        task=RENDER_TASK, key=key, subject=job_subject(compact), requested_by=requested_by
    )


def compact_pdf(compact: Compact) -> bytes:
    """The PDF of the compact as it stands, rendered now; raises ``RenderError``."""
    return workshop.compact_pdf(printed_snapshot(compact))


def newest_document(compact: Compact) -> Document | None:
    """The newest stored PDF of the compact, or None."""
    return compact.documents.filter(kind=COMPACT_KIND).order_by("-version").first()


def official_file(compact: Compact) -> SignedFile | Document | None:
    """The compact's own PDF: the newest digitally signed one, else the newest printed one."""
    return compact.signed_files.first() or newest_document(compact)


def run_render_job(job_id: int) -> None:
    """Do the job of the task: render, store, finish; safe to run twice.

    A job that is gone, done or in other hands is left alone. What can't be printed fails the job
    with the reason; a lost worker's job is taken up again by the sweeper.
    """
    job = jobs.claim(job_id)
    if job is None:
        return
    compact = Compact.objects.filter(pk=int(job.subject.partition(":")[2])).first()
    if compact is None:
        jobs.fail(job, "Giao ước không còn.")
        return
    try:
        snapshot = printed_snapshot(compact)
        input_hash = snapshot.input_hash()
        if not compact.documents.filter(kind=COMPACT_KIND, input_hash=input_hash).exists():
            content = workshop.compact_pdf(
                snapshot, lambda percent, text: jobs.report_progress(job, min(percent, 95), text)
            )
            _store(compact, job, content, input_hash)
    except RenderError as error:
        jobs.fail(job, str(error))
    else:
        jobs.finish(job)


@transaction.atomic
def _store(compact: Compact, job: Job, content: bytes, input_hash: str) -> None:
    Compact.objects.select_for_update().get(pk=compact.pk)
    if compact.documents.filter(kind=COMPACT_KIND, input_hash=input_hash).exists():
        return
    newest = newest_document(compact)
    version = newest.version + 1 if newest else 1
    digest = hashlib.sha256(content).hexdigest()
    document = Document(
        compact=compact,
        kind=COMPACT_KIND,
        version=version,
        sha256=digest,
        input_hash=input_hash,
        job=job,
    )
    document.file.save(
        f"giao-uoc-{compact.pk}-{version}-{digest[:8]}.pdf", ContentFile(content), save=False
    )
    document.save()
    season = compact.season
    audit.record(
        chain=season.audit_chain,
        actor=job.requested_by,
        action="render_compact_pdf",
        target=job_subject(compact),
        summary=f"Tạo tệp PDF giao ước, bản {version}.",
        after={"sha256": digest, "version": version},
    )
