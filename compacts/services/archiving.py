"""Signatures that can be checked for decades: timestamps over whole files, renewed in time.

PAdES B-LTA (ETSI EN 319 142-1): the certificates and lists are in the file, and a timestamp of the
document covers them; before the certificate of that timestamp lapses, another one covers it.
"""

from __future__ import annotations

import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from compacts.documents.archive_stamp import archive_stamped
from compacts.documents.responders import PATIENCE
from compacts.models import Compact, SignedFile, SigningRequest
from compacts.rules import CompactState
from compacts.services.compacts import locked_compact
from compacts.services.newest_file import current_file, store_next, trust
from units.services.audit import record

ARCHIVE_TASK = "compacts.keep_signatures"
# A timestamp server may be away for weeks without harm.
RENEW_BEFORE = datetime.timedelta(days=90)
REQUEST_KEPT = datetime.timedelta(days=1)


def due_for_stamp(now: datetime.datetime) -> list[int]:
    """The ids of digitally signed compacts in force whose newest file is not covered for long."""
    newest = (
        SignedFile.objects.filter(compact__state=CompactState.IN_FORCE)
        .order_by("compact", "-number")
        .values_list("compact", "protected_until")
    )
    until: dict[int, datetime.datetime | None] = {}
    for compact, protected_until in newest:
        until.setdefault(compact, protected_until)
    return [pk for pk, end in until.items() if end is None or end <= now + RENEW_BEFORE]


def keep_signatures(*, compact_id: int) -> SignedFile | None:
    """Cover the compact's newest signed file with a timestamp; None where it need not be.

    Servers are asked before the compact's row is locked. Raises ``SigningRefusedError`` where the
    timestamp server does not answer; asked again later, nothing is made twice.
    """
    if compact_id not in due_for_stamp(timezone.now()) or not settings.SIGNING_TSA_URL:
        return None
    given = current_file(Compact.objects.get(pk=compact_id))
    content, protected_until = archive_stamped(given.content, trust(PATIENCE), given.number + 1)
    with transaction.atomic():
        compact = locked_compact(compact_id)
        if current_file(compact).sha256 != given.sha256:
            # Another worker was faster.
            return None
        file = store_next(compact, given, content, protected_until=protected_until)
        record(
            chain=compact.season.audit_chain,
            actor=None,
            action="keep_signatures",
            target=f"compact:{compact.pk}",
            summary=_("Đóng dấu thời gian lưu trữ lên tệp giao ước đã ký số."),
            after={
                "sha256": file.sha256,
                "base_sha256": given.sha256,
                "until": protected_until.isoformat(),
            },
        )
    return file


def forget_requests() -> int:
    """Remove signing requests that were used or ran out a day ago, with their prepared files."""
    old = timezone.now() - REQUEST_KEPT
    gone = 0
    for request in SigningRequest.objects.filter(Q(used_at__lt=old) | Q(expires_at__lt=old)):
        storage, name = request.prepared.storage, str(request.prepared)
        request.delete()
        storage.delete(name)
        gone += 1
    return gone
