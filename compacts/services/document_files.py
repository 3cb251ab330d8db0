"""Files of papers and compacts: each content is made once, stored, and at hand while in use."""

from __future__ import annotations

import datetime
import hashlib
from functools import partial

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from compacts.documents.paper import Paper
from compacts.documents.paper_word import word_file
from compacts.documents.snapshot import CompactSnapshot
from compacts.documents.workshop import compact_pdf, paper_pdf
from compacts.models import RenderedFile
from compacts.services.recent_files import RecentFiles

USE_NOTED_EVERY = datetime.timedelta(days=1)
CONTENT_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
_recent = RecentFiles(settings.RECENT_FILES_MIB << 20, USE_NOTED_EVERY.total_seconds())


def file_of(content: Paper | CompactSnapshot, ending: str) -> bytes:
    """The paper as ``pdf`` or ``docx``, a compact as ``pdf``; made only where it is new.

    Raises ``RenderError`` where it cannot be printed, in the reader's language; the file itself
    is Vietnamese.
    """
    key = content.input_hash(), ending
    found = _recent.get(key)
    if found is None:
        found = _kept_file(content, *key)
        _recent.keep(key, found)
    return found


def stored_file_of(content: Paper | CompactSnapshot, ending: str) -> bytes:
    """As ``file_of``, and sure to be in the store afterwards."""
    return _kept_file(content, content.input_hash(), ending)


def _kept_file(content: Paper | CompactSnapshot, key: str, ending: str) -> bytes:
    known = RenderedFile.objects.filter(input_hash=key, ending=ending).first()
    stored = b""
    if known is not None:
        _note_use(known)
        stored = _stored(known)
    if not stored:
        stored = _made(content, ending)
        _keep(key, ending, stored)
    return stored


def _made(content: Paper | CompactSnapshot, ending: str) -> bytes:
    if isinstance(content, CompactSnapshot):
        if ending != "pdf":
            raise ValueError(f"a compact's snapshot has no {ending}")
        return compact_pdf(content)
    return {"pdf": paper_pdf, "docx": word_file}[ending](content)


def _note_use(known: RenderedFile) -> None:
    """Keep the file from the sweep; once a day is often enough."""
    now = timezone.now()
    if known.used_at < now - USE_NOTED_EVERY:
        RenderedFile.objects.filter(pk=known.pk).update(used_at=now)


def _stored(known: RenderedFile) -> bytes:
    """What the storage keeps of a rendered file; empty where it was lost or damaged."""
    try:
        with known.file.open("rb") as stored:
            content: bytes = stored.read()
    except FileNotFoundError:
        return b""
    return content if hashlib.sha256(content).hexdigest() == known.sha256 else b""


def _keep(key: str, ending: str, content: bytes) -> None:
    """Store a rendered file; of two that made the same the first one's stays."""
    made = RenderedFile(
        input_hash=key,
        ending=ending,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
    )
    made.file.save(f"{key}.{ending}", ContentFile(content), save=False)
    with transaction.atomic():
        kept, is_new = RenderedFile.objects.select_for_update().get_or_create(
            input_hash=key,
            ending=ending,
            defaults={"file": made.file.name, "sha256": made.sha256, "size": made.size},
        )
        if not is_new:
            _settle(kept, made)


def _settle(kept: RenderedFile, made: RenderedFile) -> None:
    """Leave one file to the row: the one it has, or the new one where that was lost or damaged."""
    if _stored(kept):
        made.file.delete(save=False)
        return
    storage, lost = kept.file.storage, kept.file.name
    kept.file, kept.sha256, kept.size = made.file.name, made.sha256, made.size
    kept.used_at = timezone.now()
    kept.save(update_fields=["file", "sha256", "size", "used_at"])
    # A file that was gone has left its name to the new one.
    if lost and lost != kept.file.name:
        transaction.on_commit(partial(storage.delete, lost))
