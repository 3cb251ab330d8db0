"""Taking in files: size, kind by content, a safe name."""

from __future__ import annotations

import hashlib
import re
import unicodedata
import uuid
from pathlib import PurePosixPath
from typing import IO

import filetype
from django.conf import settings
from django.core.files.base import File
from django.utils.translation import gettext as _

from units.models import Person, StoredFile
from units.rules import RuleError
from units.vietnamese import nfc

ALLOWED_TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# A page that was signed on paper and photographed: nothing that can be typed on.
SCANS = frozenset({"pdf", "png", "jpg"})
_SAME_TYPE = {"jpeg": "jpg"}
_HEAD_BYTES = 8192
_MAX_NAME = 120
_MAX_ENDING = 10


def safe_name(name: str) -> str:
    """The name without folders, control and direction characters; never empty.

    Keeps Vietnamese letters in NFC; at most 120 characters with the ending kept.
    """
    bare = PurePosixPath(nfc(name).replace("\\", "/")).name
    shown = "".join(c for c in bare if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co"})
    shown = re.sub(r'[<>:"|?*]+', "_", shown).strip(" .") or "tep"
    stem, dot, ending = shown.rpartition(".")
    if not dot:
        return shown[:_MAX_NAME]
    ending = ending[:_MAX_ENDING]
    return f"{stem[: _MAX_NAME - len(ending) - 1] or 'tep'}.{ending}"


def _kind_of(content: IO[bytes], name: str) -> str:
    content.seek(0)
    guess = filetype.guess(content.read(_HEAD_BYTES))
    content.seek(0)
    kind = guess.extension if guess else ""
    ending = name.rpartition(".")[2].lower()
    ending = _SAME_TYPE.get(ending, ending)
    if kind not in ALLOWED_TYPES or ending != kind:
        raise RuleError(
            _("Chỉ nhận tệp PDF, ảnh (PNG, JPEG), Word (.docx) hoặc Excel (.xlsx) đúng nội dung."),
            field="file",
        )
    return kind


def digest_of(upload: File[bytes]) -> str:
    """The SHA-256 of an uploaded file, in hexadecimal digits; the file is rewound."""
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return digest.hexdigest()


def content_type_of(upload: File[bytes], name: str) -> str:
    """The kind of an uploaded file by its content; raises ``RuleError`` as ``store_upload``."""
    return ALLOWED_TYPES[_kind_of(upload.file if upload.file else upload, safe_name(name))]


def store_scan(*, actor: Person, upload: File[bytes], name: str) -> StoredFile:
    """``store_upload`` for the scan of a page: a PDF or a picture, nothing else."""
    return store_upload(actor=actor, upload=upload, name=name, kinds=SCANS)


def store_upload(
    *,
    actor: Person,
    upload: File[bytes],
    name: str,
    kinds: frozenset[str] = frozenset(ALLOWED_TYPES),
) -> StoredFile:
    """Keep an uploaded file and return its row; its kind is judged by content, not by name.

    What else the caller has to judge it judges before: a refusal takes back the row, not the file.
    Raises ``RuleError`` (field ``file``) where it is empty, larger than
    ``settings.UPLOAD_MAX_BYTES``, or of a kind that is not accepted. The caller has asked for the
    right.
    """
    size = upload.size or 0
    if size == 0:
        raise RuleError(_("Tệp rỗng."), field="file")
    if size > settings.UPLOAD_MAX_BYTES:
        limit = settings.UPLOAD_MAX_BYTES // (1024 * 1024)
        raise RuleError(_("Tệp lớn hơn %(limit)s MB.") % {"limit": limit}, field="file")
    shown = safe_name(name)
    kind = _kind_of(upload.file if upload.file else upload, shown)
    if kind not in kinds:
        raise RuleError(_("Bản chụp phải là tệp PDF hoặc ảnh PNG, JPEG."), field="file")
    stored = StoredFile(
        name=shown,
        content_type=ALLOWED_TYPES[kind],
        size=size,
        sha256=digest_of(upload),
        uploaded_by=actor,
    )
    stored.file.save(f"{uuid.uuid4().hex}.{kind}", upload, save=False)
    stored.save()
    return stored
