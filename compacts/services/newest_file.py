"""The compact's newest file: what is signed next, and what every signature is kept in."""

from __future__ import annotations

import datetime
import hashlib
from dataclasses import dataclass

from django.conf import settings
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from compacts.documents.certificates import Trust, load_trust
from compacts.documents.responders import SECONDS
from compacts.models import Compact, Document, Signature, SignedFile
from compacts.services.documents import newest_document
from units.rules import RuleError


@dataclass(frozen=True, slots=True)
class CurrentFile:
    """The file that the next signature goes into."""

    content: bytes
    sha256: str
    document: Document
    number: int


def trust(patience: float = SECONDS) -> Trust:
    """The authorities that this installation trusts, for one request or job.

    It remembers what responders said, and asks them for ``patience`` seconds in all.
    """
    return load_trust(
        settings.SIGNING_TRUST_DIR,
        settings.SIGNING_TSA_URL,
        tuple(settings.SIGNING_OCSP_URLS),
        patience,
    )


def current_file(compact: Compact) -> CurrentFile:
    """The newest signed file, or the issued PDF that nobody has signed digitally yet.

    Raises ``RuleError`` while that PDF is still being made.
    """
    signed = compact.signed_files.select_related("document").first()
    if signed is not None:
        with signed.file.open("rb") as stored:
            return CurrentFile(stored.read(), signed.sha256, signed.document, signed.number)
    document = newest_document(compact)
    if document is None:
        raise RuleError(_("Tệp PDF của giao ước đang được tạo, hãy thử lại sau ít phút."))
    with document.file.open("rb") as stored:
        return CurrentFile(stored.read(), document.sha256, document, 0)


def store_next(
    compact: Compact,
    given: CurrentFile,
    content: bytes,
    *,
    signature: Signature | None = None,
    protected_until: datetime.datetime | None = None,
) -> SignedFile:
    """Keep ``content``, which is ``given`` and more, as the compact's newest file."""
    digest = hashlib.sha256(content).hexdigest()
    file = SignedFile(
        compact=compact,
        document=given.document,
        number=given.number + 1,
        signature=signature,
        sha256=digest,
        base_sha256=given.sha256,
        size=len(content),
        protected_until=protected_until,
    )
    name = f"giao-uoc-{compact.pk}-ky-{file.number}-{digest[:8]}.pdf"
    file.file.save(name, ContentFile(content), save=False)
    file.save()
    return file
