"""The file that the next signature goes into, and the one that comes back with it.

It is looked at as anybody could: it must be the one we gave out with one good signature more, and
nothing else.
"""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from asn1crypto import x509
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from compacts import rules
from compacts.documents.appended import adds_only_signatures, is_in_place
from compacts.documents.certificates import (
    SigningRefusedError,
    Trust,
    certificate_facts,
    check_certificate,
)
from compacts.documents.paper_language import in_vietnamese
from compacts.documents.signature_fields import field_name
from compacts.documents.signature_stamp import StampText, moment_text
from compacts.documents.signing import (
    FoundSignature,
    Prepared,
    ask_about_signers,
    found_signatures,
    prepare,
)
from compacts.documents.workshop import stamp_pdf
from compacts.models import Compact, Signature
from compacts.permissions import can_sign_digitally
from compacts.rules import CompactAction, SignatureMethod
from compacts.services.compacts import locked_compact
from compacts.services.newest_file import CurrentFile, current_file, store_next
from compacts.services.signatures import complete_signing, party_codes
from units.access import require
from units.models import Person, Unit
from units.rules import EditConflictError, RuleError
from units.services.audit import record
from units.vietnamese import fold

Made = TypeVar("Made")
Taken = TypeVar("Taken")
UNLOCKED_ATTEMPTS = 3
_FIELDS = {"password": "password", "file": "file", "certificate": "file"}


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who signs for the unit, and as what."""

    name: str
    position: str


def check_signer(actor: Person, compact: Compact, unit: Unit) -> None:
    """Pass where the actor may sign for the unit now; ``RuleError`` where it cannot, or has."""
    require(can_sign_digitally(actor, compact, unit))
    rules.check_compact(CompactAction.SIGN, compact.state)
    if unit.code not in party_codes(compact):
        raise RuleError(_("Đơn vị này không có tên trong giao ước."))
    if compact.signatures.filter(unit=unit).exists():
        raise RuleError(_("Đơn vị này đã ký, không ký lần nữa."))


def ask_ahead(compact: Compact, content: bytes, known: Trust) -> None:
    """Ask about whoever signed the file newly, so that ``known`` knows before the row is locked.

    Judges nothing: what cannot be read, ``take_file`` says.
    """
    if len(content) <= settings.UPLOAD_MAX_BYTES:
        with contextlib.suppress(SigningRefusedError):
            ask_about_signers(content, known, _taken(compact))


def refused(error: SigningRefusedError) -> RuleError:
    """What the signer is told, at the field that it is about."""
    return RuleError(str(error), field=_FIELDS[error.what])


def check_holder(certificate: x509.Certificate, unit: Unit, signatory: Signatory) -> None:
    """Pass, or raise ``RuleError``: the certificate is the signatory's own, or the unit's seal."""
    facts = certificate_facts(certificate)
    # Its organization says where the holder works, not who signs: a colleague's has the same.
    if fold(facts["name"]) in {fold(signatory.name), fold(unit.name)}:
        return
    raise RuleError(
        _("Chứng thư số cấp cho “%(holder)s”, không phải cho %(name)s hay %(unit)s.")
        % {
            "holder": facts["name"] or facts["subject"],
            "name": signatory.name,
            "unit": unit.name,
        },
        field="file",
    )


def upon_newest_file(
    actor: Person,
    compact_id: int,
    unit: Unit,
    make: Callable[[Compact, CurrentFile], Made],
    take: Callable[[Compact, CurrentFile, Made], Taken],
) -> Taken:
    """What ``take`` keeps of what ``make`` made of the compact's newest file.

    Made while nobody is kept waiting, for it draws a stamp and asks a timestamp server; taken
    while the compact's row is locked. Where another unit has signed in between it is made anew,
    the last time with the row locked.
    """
    for _attempt in range(UNLOCKED_ATTEMPTS):
        compact = Compact.objects.select_related("season__bloc__council").get(pk=compact_id)
        given = current_file(compact)
        made = _made(make, compact, given)
        with transaction.atomic():
            compact = locked_compact(compact_id)
            check_signer(actor, compact, unit)
            if current_file(compact).sha256 == given.sha256:
                return take(compact, given, made)
    with transaction.atomic():
        compact = locked_compact(compact_id)
        check_signer(actor, compact, unit)
        given = current_file(compact)
        return take(compact, given, _made(make, compact, given))


def _made(
    make: Callable[[Compact, CurrentFile], Made], compact: Compact, given: CurrentFile
) -> Made:
    try:
        return make(compact, given)
    except SigningRefusedError as error:
        raise refused(error) from error


@in_vietnamese
def prepared_file(
    compact: Compact,
    unit: Unit,
    given: CurrentFile,
    certificate: x509.Certificate,
    signatory: Signatory,
) -> Prepared:
    """The file with an open place for the unit's signature, and what the key is to sign."""
    return prepare(
        given.content,
        field_name=field_name(unit.code),
        certificate=certificate,
        name=signatory.name,
        reason=_("Ký kết giao ước thi đua số %(number)s") % {"number": compact.number},
        location=compact.place,
        stamp=partial(
            stamp_pdf,
            StampText(signatory.name, unit.name, moment_text(timezone.localtime())),
        ),
    )


def take_file(
    compact: Compact,
    unit: Unit,
    given: CurrentFile,
    content: bytes,
    known: Trust,
    signatory: Signatory,
    actor: Person,
    expected: x509.Certificate | None,
) -> Signature:
    """Judge the signed file and record the signature; the compact's row is locked."""
    if len(content) > settings.UPLOAD_MAX_BYTES:
        raise RuleError(_("Tệp quá lớn."), field="file")
    if not content.startswith(given.content):
        _refuse_other_base(compact, given, content)
    found = _new_signature(compact, unit, given, content, known)
    if expected is not None and found.certificate.sha256 != expected.sha256:
        raise RuleError(_("Tệp được ký bằng chứng thư số khác."), field="file")
    _check_new(found, known)
    check_holder(found.certificate, unit, signatory)
    signed_at = _signed_at(found, given)
    signature = Signature.objects.create(
        compact=compact,
        unit=unit,
        signatory_name=signatory.name,
        signatory_position=signatory.position,
        signed_on=timezone.localdate(signed_at),
        method=SignatureMethod.DIGITAL,
        certificate={
            **certificate_facts(found.certificate),
            "signed_at": signed_at.isoformat(),
            "stamped": found.stamped,
            "field": found.field_name,
        },
        recorded_by=actor,
    )
    file = store_next(compact, given, content, signature=signature)
    record(
        chain=compact.season.audit_chain,
        actor=actor,
        action="sign_digitally",
        target=f"compact:{compact.pk}",
        summary=_("%(name)s ký số thay mặt %(unit)s.")
        % {"name": signatory.name, "unit": unit.name},
        after={
            "unit": unit.code,
            "signatory": signatory.name,
            "certificate": signature.certificate,
            "sha256": file.sha256,
            "base_sha256": given.sha256,
        },
    )
    complete_signing(compact, actor)
    return signature


def _signed_at(found: FoundSignature, given: CurrentFile) -> datetime.datetime:
    """When the file was signed, as its signer's clock says where that can be: its day is printed.

    Nobody signs a file before it is made, or tomorrow; then it is the time of its coming.
    """
    now = timezone.now()
    told = found.signed_at
    return told if told is not None and given.document.created_at <= told <= now else now


def _refuse_other_base(compact: Compact, given: CurrentFile, content: bytes) -> None:
    """Say whether the file is an older one of ours, or none of ours at all."""
    for earlier in compact.signed_files.filter(number__lt=given.number):
        with earlier.file.open("rb") as stored:
            if content.startswith(stored.read()):
                raise EditConflictError(
                    _("Đơn vị khác đã ký trong khi đồng chí ký; hãy tải tệp mới nhất và ký lại.")
                )
    with given.document.file.open("rb") as stored:
        if given.number and content.startswith(stored.read()):
            raise EditConflictError(
                _("Đơn vị khác đã ký trong khi đồng chí ký; hãy tải tệp mới nhất và ký lại.")
            )
    raise RuleError(
        _("Tệp này không phải bản giao ước đã tải, hoặc nội dung đã bị thay đổi."), field="file"
    )


def _taken(compact: Compact) -> dict[str, datetime.datetime]:
    """The fields that the compact's signatures stand in, and when each was taken."""
    return {
        row.certificate["field"]: row.recorded_at
        for row in compact.signatures.filter(method=SignatureMethod.DIGITAL)
        if row.certificate
    }


def _new_signature(
    compact: Compact, unit: Unit, given: CurrentFile, content: bytes, known: Trust
) -> FoundSignature:
    moments = _taken(compact)
    try:
        before = {one.field_name for one in found_signatures(given.content, known, moments)}
        found = found_signatures(content, known, moments)
        is_unchanged = adds_only_signatures(given.content, content)
    except SigningRefusedError as error:
        # It begins with our file, which can be read.
        raise RuleError(
            _(
                "Phần mà phần mềm ký ghi thêm vào tệp không đọc được; hãy ký vào ô có sẵn của "
                "đơn vị, hoặc ký bằng phần mềm khác."
            ),
            field="file",
        ) from error
    fresh = [one for one in found if one.field_name not in before]
    if not fresh:
        raise RuleError(
            _("Tệp chưa có chữ ký số mới; hãy ký bằng phần mềm trên máy rồi gửi lại."),
            field="file",
        )
    if len(fresh) != 1:
        raise RuleError(
            _("Tệp phải có thêm đúng một chữ ký số; đây có thêm %(count)d.")
            % {"count": len(fresh)},
            field="file",
        )
    if not all(one.intact for one in found):
        raise RuleError(_("Chữ ký số trong tệp không còn nguyên vẹn."), field="file")
    if any(one.later_changes for one in found):
        raise RuleError(_("Nội dung tệp bị thay đổi sau khi ký."), field="file")
    if not is_unchanged:
        raise RuleError(
            _("Nội dung tệp bị thay đổi trước khi ký; hãy tải tệp mới nhất và ký đúng tệp ấy."),
            field="file",
        )
    own = field_name(unit.code)
    if not is_in_place(given.content, content, fresh[0].field_name, own):
        raise RuleError(
            _("Chữ ký nằm ngoài ô ký của đơn vị; hãy ký vào ô ấy (tên ô trong tệp: %(field)s).")
            % {"field": own},
            field="file",
        )
    return fresh[0]


def _check_new(found: FoundSignature, known: Trust) -> None:
    try:
        check_certificate(found.certificate, [], known)
    except SigningRefusedError as error:
        raise refused(error) from error
    if not found.holds:
        raise RuleError(_("Chữ ký số không hợp lệ."), field="file")
