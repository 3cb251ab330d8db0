"""Digital signatures under the compact: with a certificate file, a token, or a signed file.

The three ways end in one place, which looks at the file as anybody could: it must be the one we
gave out with one good signature more, and nothing else.
"""

from __future__ import annotations

import base64
import binascii
import datetime
import hashlib
import secrets
from dataclasses import dataclass
from functools import partial

from asn1crypto import x509
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from compacts import rules
from compacts.documents.certificates import (
    SigningRefusedError,
    Trust,
    certificate_facts,
    check_certificate,
    load_trust,
    open_certificate_file,
    read_certificate,
)
from compacts.documents.signature_fields import field_name
from compacts.documents.signature_stamp import StampText, moment_text
from compacts.documents.signing import (
    FoundSignature,
    Prepared,
    embed,
    found_signatures,
    prepare,
    signed_by,
    with_validation_data,
)
from compacts.documents.workshop import stamp_pdf
from compacts.models import Compact, Document, Signature, SignedFile, SigningRequest
from compacts.permissions import can_sign_digitally
from compacts.rules import CompactAction, SignatureMethod
from compacts.services.compacts import complete_signing, is_last_signature, party_codes
from compacts.services.documents import newest_document
from units.access import require
from units.models import Person, Unit
from units.rules import EditConflictError, RuleError
from units.services.audit import record
from units.vietnamese import fold

REQUEST_LIFE = datetime.timedelta(minutes=15)
_FIELDS = {"password": "password", "file": "file", "certificate": "file"}


@dataclass(frozen=True, slots=True)
class CurrentFile:
    """The file that the next signature goes into."""

    content: bytes
    sha256: str
    document: Document
    number: int


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who signs for the unit, and as what."""

    name: str
    position: str


def trust() -> Trust:
    """The authorities that this installation trusts."""
    return load_trust(settings.SIGNING_TRUST_DIR, settings.SIGNING_TSA_URL)


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


def _locked(compact_id: int) -> Compact:
    return (
        Compact.objects.select_for_update(of=("self",))
        .select_related("season__bloc__council")
        .get(pk=compact_id)
    )


def _check_turn(compact: Compact, unit: Unit) -> None:
    rules.check_compact(CompactAction.SIGN, compact.state)
    if unit.code not in party_codes(compact):
        raise RuleError(_("Đơn vị này không có tên trong giao ước."))
    if compact.signatures.filter(unit=unit).exists():
        raise RuleError(_("Đơn vị này đã ký, không ký lần nữa."))


def _refused(error: SigningRefusedError) -> RuleError:
    return RuleError(str(error), field=_FIELDS[error.what])


def _check_holder(certificate: x509.Certificate, unit: Unit, signatory: Signatory) -> None:
    """The certificate is the signatory's own, or the unit's (its seal)."""
    facts = certificate_facts(certificate)
    holders = {fold(facts["name"]), fold(facts["organization"])}
    if holders & {fold(signatory.name), fold(unit.name)}:
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


@transaction.atomic
def sign_with_file(
    *,
    actor: Person,
    compact_id: int,
    unit: Unit,
    certificate_file: bytes,
    password: str,
    signatory: Signatory,
) -> Signature:
    """Sign for the unit with the key in a certificate file (.p12, .pfx), which is not kept.

    Raises ``RuleError`` where the unit may not sign now, or file, password or certificate are
    not good.
    """
    compact = _locked(compact_id)
    require(can_sign_digitally(actor, compact, unit))
    _check_turn(compact, unit)
    given = current_file(compact)
    known = trust()
    try:
        key = open_certificate_file(certificate_file, password)
        check_certificate(key.certificate, key.chain, known)
        _check_holder(key.certificate, unit, signatory)
        prepared = _prepared(compact, unit, given, key.certificate, signatory)
        content = signed_by(key, prepared, known)
    except SigningRefusedError as error:
        raise _refused(error) from error
    return _take(compact, unit, given, content, known, signatory, actor, key.certificate)


def _prepared(
    compact: Compact,
    unit: Unit,
    given: CurrentFile,
    certificate: x509.Certificate,
    signatory: Signatory,
) -> Prepared:
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


@transaction.atomic
def begin_signing(
    *, actor: Person, compact_id: int, unit: Unit, certificate: bytes, signatory: Signatory
) -> SigningRequest:
    """Prepare the file for a key that is elsewhere (USB token, remote service).

    The request's ``attributes`` are what that key signs; it is good once, for 15 minutes, and
    only while nobody else signs. Raises ``RuleError`` as ``sign_with_file``.
    """
    compact = _locked(compact_id)
    require(can_sign_digitally(actor, compact, unit))
    _check_turn(compact, unit)
    given = current_file(compact)
    try:
        holder = read_certificate(certificate)
        check_certificate(holder, [], trust())
        _check_holder(holder, unit, signatory)
        prepared = _prepared(compact, unit, given, holder, signatory)
    except SigningRefusedError as error:
        raise _refused(error) from error
    request = SigningRequest(
        compact=compact,
        unit=unit,
        token=secrets.token_urlsafe(32),
        certificate=base64.b64encode(holder.dump()).decode(),
        base_sha256=given.sha256,
        plan=dict(prepared.plan),
        attributes=prepared.attributes,
        signatory={"name": signatory.name, "position": signatory.position},
        requested_by=actor,
        expires_at=timezone.now() + REQUEST_LIFE,
    )
    request.prepared.save(f"{request.token[:16]}.pdf", ContentFile(prepared.content), save=False)
    request.save()
    return request


def open_request(token: str) -> SigningRequest | None:
    """The request of this token while it may still be used, or None."""
    return (
        SigningRequest.objects.select_related("compact__season__bloc", "unit", "requested_by")
        .filter(token=token, used_at__isnull=True, expires_at__gt=timezone.now())
        .first()
    )


def _used(token: str) -> tuple[SigningRequest, Compact]:
    """The request, marked as used, and its compact, both locked."""
    request = (
        SigningRequest.objects.select_for_update(of=("self",))
        .select_related("unit", "requested_by")
        .filter(token=token, used_at__isnull=True, expires_at__gt=timezone.now())
        .first()
    )
    if request is None:
        raise RuleError(_("Yêu cầu ký đã dùng hoặc đã hết hạn; hãy bắt đầu ký lại."))
    compact = _locked(request.compact_id)
    require(can_sign_digitally(request.requested_by, compact, request.unit))
    _check_turn(compact, request.unit)
    if current_file(compact).sha256 != request.base_sha256:
        raise EditConflictError(
            _("Đơn vị khác vừa ký trước; hãy bắt đầu ký lại trên tệp mới nhất.")
        )
    request.used_at = timezone.now()
    request.save(update_fields=["used_at"])
    return request, compact


@transaction.atomic
def finish_signing(*, token: str, signature: str) -> Signature:
    """Put in the signature (base64) that the key elsewhere made over the request's attributes.

    Raises ``RuleError`` for a token that is used up, a signature that does not fit, and
    ``EditConflictError`` where another unit has signed since.
    """
    request, compact = _used(token)
    try:
        made = base64.b64decode(signature, validate=True)
    except (binascii.Error, ValueError) as error:
        raise RuleError(_("Chữ ký gửi về không đúng dạng base64."), field="signature") from error
    holder = x509.Certificate.load(base64.b64decode(request.certificate))
    known = trust()
    given = current_file(compact)
    with request.prepared.open("rb") as stored:
        prepared = Prepared(stored.read(), bytes(request.attributes), request.plan)
    try:
        content = embed(prepared, certificate=holder, chain=[], signature=made, trust=known)
    except SigningRefusedError as error:
        raise _refused(error) from error
    signatory = Signatory(**request.signatory)
    actor = request.requested_by
    return _take(compact, request.unit, given, content, known, signatory, actor, holder)


@transaction.atomic
def take_file_of_request(*, token: str, content: bytes) -> Signature:
    """Take the whole file back, signed by a program on the signer's machine (VGCA and the like).

    Raises ``RuleError`` and ``EditConflictError`` as ``finish_signing``.
    """
    request, compact = _used(token)
    given = current_file(compact)
    signatory = Signatory(**request.signatory)
    holder = x509.Certificate.load(base64.b64decode(request.certificate))
    known = trust()
    actor = request.requested_by
    return _take(compact, request.unit, given, content, known, signatory, actor, holder)


@transaction.atomic
def take_signed_file(
    *, actor: Person, compact_id: int, unit: Unit, content: bytes, signatory: Signatory
) -> Signature:
    """Take a file that the unit signed by itself, outside, on the newest one it was given.

    Raises ``RuleError`` for a file that is not ours with one good signature more, and
    ``EditConflictError`` where another unit has signed since it was downloaded.
    """
    compact = _locked(compact_id)
    require(can_sign_digitally(actor, compact, unit))
    _check_turn(compact, unit)
    return _take(compact, unit, current_file(compact), content, trust(), signatory, actor, None)


def _take(
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
    found = _new_signature(compact, given, content, known)
    if expected is not None and found.certificate.sha256 != expected.sha256:
        raise RuleError(_("Tệp được ký bằng chứng thư số khác."), field="file")
    _check_new(found, known)
    _check_holder(found.certificate, unit, signatory)
    if is_last_signature(compact):
        content = with_validation_data(content, known)
    signed_at = found.signed_at or timezone.now()
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
    digest = hashlib.sha256(content).hexdigest()
    file = SignedFile(
        compact=compact,
        document=given.document,
        number=given.number + 1,
        signature=signature,
        sha256=digest,
        base_sha256=given.sha256,
        size=len(content),
    )
    file.file.save(
        f"giao-uoc-{compact.pk}-ky-{file.number}-{digest[:8]}.pdf",
        ContentFile(content),
        save=False,
    )
    file.save()
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
            "sha256": digest,
            "base_sha256": given.sha256,
        },
    )
    complete_signing(compact, actor)
    return signature


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


def _new_signature(
    compact: Compact, given: CurrentFile, content: bytes, known: Trust
) -> FoundSignature:
    moments = {
        row.certificate["field"]: row.recorded_at
        for row in compact.signatures.filter(method=SignatureMethod.DIGITAL)
        if row.certificate
    }
    try:
        before = {one.field_name for one in found_signatures(given.content, known, moments)}
        found = found_signatures(content, known, moments)
    except SigningRefusedError as error:
        raise _refused(error) from error
    fresh = [one for one in found if one.field_name not in before]
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
    return fresh[0]


def _check_new(found: FoundSignature, known: Trust) -> None:
    try:
        check_certificate(found.certificate, [], known)
    except SigningRefusedError as error:
        raise _refused(error) from error
    if not found.holds:
        raise RuleError(_("Chữ ký số không hợp lệ."), field="file")
