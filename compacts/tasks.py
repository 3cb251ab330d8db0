"""What workers do for compacts."""

from __future__ import annotations

import datetime
import logging
from decimal import Decimal

from celery import shared_task
from celery.signals import worker_process_init
from django.conf import settings
from django.utils import timezone

from compacts.documents import workshop
from compacts.documents.certificates import SigningRefusedError
from compacts.documents.snapshot import Article, CompactSnapshot, SignatoryUnit, TargetRow
from compacts.services.archiving import (
    ARCHIVE_TASK,
    due_for_stamp,
    forget_requests,
    keep_signatures,
)
from compacts.services.documents import RENDER_TASK, run_render_job
from compacts.services.papers import PAPER_TASK, run_paper_job
from compacts.services.validation_data import VALIDATION_TASK, run_validation_job

logger = logging.getLogger(__name__)


@shared_task(name=RENDER_TASK)
def render_compact_pdf(job_id: int) -> None:
    """Render the compact that the job names; thin: the service does it and may run twice."""
    run_render_job(job_id)


@shared_task(name=PAPER_TASK)
def render_paper_pdf(job_id: int) -> None:
    """Make the PDF of the issued paper that the job names; thin, may run twice."""
    run_paper_job(job_id)


@shared_task(name=VALIDATION_TASK)
def keep_validation_data(job_id: int) -> None:
    """Put into the signed file what checking it later asks for; thin, may run twice."""
    run_validation_job(job_id)


@shared_task(name=ARCHIVE_TASK)
def keep_signed_files() -> None:
    """Cover signed files with timestamps before the last one lapses; remove used-up requests."""
    forget_requests()
    for compact_id in due_for_stamp(timezone.now()) if settings.SIGNING_TSA_URL else ():
        try:
            keep_signatures(compact_id=compact_id)
        except SigningRefusedError as refused:
            # The next round asks again; there are weeks left.
            logger.warning("compact %d: %s", compact_id, refused)


@worker_process_init.connect
def warm_renderer(**_facts: object) -> None:
    """Start the rendering process of each new worker process and fill its caches."""
    workshop.compact_pdf(_EXAMPLE)


_EXAMPLE = CompactSnapshot(
    letterhead="state",
    council_name="Hội đồng",
    issuing_body="Khối thi đua",
    parent_body="Trưởng khối",
    bloc_name="Khối thi đua",
    bloc_kind="khoi",
    year=2018,
    number="01/GƯ-KTĐ",
    place="Hà Nam",
    signed_on=datetime.date(2018, 3, 20),
    theme="Đoàn kết",
    units=(SignatoryUnit(code="a", name="Đơn vị", signatory_name="Nguyễn Văn A"),),
    articles=(Article(heading="Mục tiêu", items=("Hoàn thành nhiệm vụ.",)),),
    targets=(TargetRow(unit_name="Đơn vị", text="Nhiệm vụ", target=Decimal("98.5")),),
)
