"""Signatures on paper with their scans, and the compact in force once every unit has signed."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from compacts import rules
from compacts.models import Compact, Signature
from compacts.permissions import can_manage_season, can_sign_for
from compacts.rules import CompactAction, CompactState, SignatureMethod
from compacts.services.compacts import check_signing_day, locked_compact
from compacts.services.documents import request_pdf
from compacts.services.notices import tell_in_force
from compacts.services.validation_data import order_validation_data
from units.access import require
from units.models import Person, StoredFile, Unit
from units.rules import RuleError
from units.services.audit import record
from units.services.uploads import store_scan


@transaction.atomic
def record_signature(
    *,
    actor: Person | None,
    compact_id: int,
    unit: Unit,
    signatory_name: str,
    signatory_position: str,
    signed_on: datetime.date,
    scan: File[bytes] | None = None,
    scan_name: str = "",
) -> Signature:
    """Record that ``unit`` signed on paper; the last one puts the compact in force.

    Recording it again changes nothing and returns what was recorded. Raises ``RuleError`` for a
    unit that is no party to the compact, where the compact is not open for signing, and for a day
    in the future or far from the season.
    """
    compact = locked_compact(compact_id)
    if actor is not None:
        require(can_sign_for(actor, compact, unit))
    existing = compact.signatures.filter(unit=unit).first()
    if existing is not None:
        return existing
    rules.check_compact(CompactAction.SIGN, compact.state)
    if unit.code not in party_codes(compact):
        raise RuleError(_("Đơn vị này không có tên trong giao ước."))
    if signed_on > timezone.localdate():
        raise RuleError(_("Ngày ký không thể ở tương lai."), field="signed_on")
    check_signing_day(compact.season, signed_on)
    stored = None
    if scan is not None and actor is not None:
        stored = store_scan(actor=actor, upload=scan, name=scan_name)
    signature = Signature.objects.create(
        compact=compact,
        unit=unit,
        signatory_name=signatory_name,
        signatory_position=signatory_position,
        signed_on=signed_on,
        method=SignatureMethod.WET,
        scan=stored,
        recorded_by=actor,
    )
    record(
        chain=compact.season.audit_chain,
        actor=actor,
        action="record_signature",
        target=f"compact:{compact.pk}",
        summary=_("Ghi nhận %(name)s ký thay mặt %(unit)s.")
        % {"name": signatory_name, "unit": unit.name},
        after={
            "unit": unit.code,
            "signatory": signatory_name,
            "position": signatory_position,
            "signed_on": signed_on.isoformat(),
            "scan": stored.sha256 if stored else None,
        },
    )
    complete_signing(compact, actor)
    return signature


def party_codes(compact: Compact) -> set[str]:
    """The codes of the units that the issued compact names."""
    return {party["code"] for party in (compact.snapshot or {}).get("units", [])}


def complete_signing(compact: Compact, actor: Person | None) -> None:
    """Put the compact in force once every unit's signature is recorded."""
    if compact.signatures.count() < len(party_codes(compact)):
        return
    compact.state = CompactState.IN_FORCE
    compact.in_force_at = timezone.now()
    compact.version += 1
    compact.save(update_fields=["state", "in_force_at", "version"])
    record(
        chain=compact.season.audit_chain,
        actor=actor,
        action="put_in_force",
        target=f"compact:{compact.pk}",
        summary=_("Tất cả đơn vị đã ký: giao ước có hiệu lực."),
    )
    order_validation_data(compact, actor)
    if actor is not None:
        request_pdf(compact=compact, requested_by=actor)
        tell_in_force(compact, actor)


@transaction.atomic
def attach_scan(
    *, actor: Person, signature_id: int, scan: File[bytes], scan_name: str
) -> Signature:
    """Add the scan of the signed page to a recorded signature, or replace it.

    An earlier scan stays stored and in the audit trail.
    """
    signature = (
        Signature.objects.select_for_update(of=("self",))
        .select_related("compact__season__bloc", "unit")
        .get(pk=signature_id)
    )
    require(can_sign_for(actor, signature.compact, signature.unit))
    _keep_scan(signature, store_scan(actor=actor, upload=scan, name=scan_name), actor)
    return signature


@transaction.atomic
def attach_scan_to_many(
    *,
    actor: Person,
    compact_id: int,
    signature_ids: Sequence[int],
    scan: File[bytes],
    scan_name: str,
) -> int:
    """Add one scan to several recorded signatures: the pages on which all of them stand.

    Returns how many there were.
    """
    compact = locked_compact(compact_id)
    require(can_manage_season(actor, compact.season))
    signatures = list(
        compact.signatures.select_for_update(of=("self",))
        .filter(pk__in=signature_ids)
        .select_related("unit", "scan", "compact__season__bloc")
    )
    if not signatures:
        raise RuleError(_("Hãy chọn ít nhất một đơn vị."), field="units")
    stored = store_scan(actor=actor, upload=scan, name=scan_name)
    for signature in signatures:
        _keep_scan(signature, stored, actor)
    return len(signatures)


def _keep_scan(signature: Signature, stored: StoredFile, actor: Person) -> None:
    before = signature.scan.sha256 if signature.scan else None
    signature.scan = stored
    signature.save(update_fields=["scan"])
    record(
        chain=signature.compact.season.audit_chain,
        actor=actor,
        action="attach_scan",
        target=f"signature:{signature.pk}",
        summary=_("%(who)s tải bản chụp trang ký của %(unit)s.")
        % {"who": actor.full_name, "unit": signature.unit.name},
        before={"sha256": before},
        after={"sha256": stored.sha256},
    )
