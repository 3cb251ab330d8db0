"""What checking the digital signatures in years to come asks for, put into the file in force.

A worker does it: the responders to be asked again may be many, and silent, and neither the last
signer nor anybody who needs the compact's row is to wait for them.
"""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from compacts.documents.responders import PATIENCE
from compacts.documents.signing import with_validation_data
from compacts.models import Compact, SignedFile
from compacts.rules import CompactState
from compacts.services.compacts import locked_compact
from compacts.services.newest_file import current_file, store_next, trust
from units.models import Job, Person
from units.services import jobs
from units.services.audit import record

VALIDATION_TASK = "compacts.keep_validation_data"


def order_validation_data(compact: Compact, actor: Person | None) -> Job | None:
    """Order it once every unit has signed; None where nobody did so digitally."""
    if not compact.signed_files.exists():
        return None
    return jobs.enqueue(
        task=VALIDATION_TASK,
        key=f"validation-data:{compact.pk}",
        subject=f"signed-file:{compact.pk}",
        requested_by=actor,
    )


def run_validation_job(job_id: int) -> None:
    """Do the job of the task; safe to run twice."""
    job = jobs.claim(job_id)
    if job is None:
        return
    compact = Compact.objects.filter(pk=int(job.subject.partition(":")[2])).first()
    if compact is not None:
        keep_validation_data(compact_id=compact.pk, actor=job.requested_by)
    jobs.finish(job)


def keep_validation_data(*, compact_id: int, actor: Person | None) -> SignedFile | None:
    """Add the data to the newest file; None where it has them, or somebody was faster.

    Responders are asked before the compact's row is locked.
    """
    compact = Compact.objects.get(pk=compact_id)
    newest = compact.signed_files.first()
    if compact.state != CompactState.IN_FORCE or newest is None or newest.signature_id is None:
        return None
    given = current_file(compact)
    content = with_validation_data(given.content, trust(PATIENCE))
    with transaction.atomic():
        compact = locked_compact(compact_id)
        if current_file(compact).sha256 != given.sha256:
            return None
        file = store_next(compact, given, content)
        record(
            chain=compact.season.audit_chain,
            actor=actor,
            action="keep_validation_data",
            target=f"compact:{compact.pk}",
            summary=_("Thêm dữ liệu kiểm tra lâu dài vào tệp giao ước đã ký số."),
            after={"sha256": file.sha256, "base_sha256": given.sha256},
        )
    return file
