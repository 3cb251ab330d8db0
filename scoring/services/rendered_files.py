"""Sweeping rendered files: previews that nobody asks for any more, with their stored bytes."""

from __future__ import annotations

import datetime
import logging

from django.db import transaction

from compacts.documents.paper import read_paper
from compacts.models import IssuedPaper, RenderedFile
from scoring.models import Dossier

logger = logging.getLogger(__name__)


def sweep_rendered_files(*, unused_since: datetime.datetime) -> int:
    """Remove the rendered files last used before ``unused_since``; how many there were.

    Files of issued papers and of dossiers stay. Whoever asks for a removed one has it made anew.
    """
    protected = _hashes_of_issued() | _hashes_in_dossiers()
    unused = RenderedFile.objects.filter(used_at__lt=unused_since)
    candidates = unused.order_by("pk").values_list("pk", "input_hash")
    removed = sum(
        _removed(pk, unused_since) for pk, key in list(candidates) if key not in protected
    )
    if removed:
        logger.info("%d rendered files swept", removed)
    return removed


@transaction.atomic
def _removed(pk: int, unused_since: datetime.datetime) -> bool:
    """Remove one file unless it was asked for meanwhile.

    The bytes go first: a row that lost them is made anew when it is asked for, while bytes that
    lost their row would stay for ever.
    """
    found = (
        RenderedFile.objects.select_for_update().filter(pk=pk, used_at__lt=unused_since).first()
    )
    if found is None:
        return False
    found.file.delete(save=False)
    found.delete()
    return True


def _hashes_of_issued() -> set[str]:
    """Hashes of the issued papers in today's layout, and in the one in which each was issued."""
    contents = IssuedPaper.objects.values_list("content", flat=True)
    today = {read_paper(content).input_hash() for content in contents.iterator()}
    issued = IssuedPaper.objects.exclude(pdf_sha256="").values("pdf_sha256")
    return today | set(
        RenderedFile.objects.filter(sha256__in=issued).values_list("input_hash", flat=True)
    )


def _hashes_in_dossiers() -> set[str]:
    entries = Dossier.objects.values_list("entries", flat=True)
    return {
        entry["input_hash"] for one in entries.iterator() for entry in one if "input_hash" in entry
    }
