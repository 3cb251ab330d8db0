"""Signatures made elsewhere, by a token or a remote service, over what we prepared for them."""

from __future__ import annotations

import base64
import binascii
import datetime
import secrets

from asn1crypto import x509
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from compacts.documents.certificates import (
    SigningRefusedError,
    Trust,
    ask_responders,
    certificate_facts,
    check_certificate,
    is_signed_by,
    read_certificate,
)
from compacts.documents.signing import Prepared, embed
from compacts.models import Compact, Signature, SigningRequest
from compacts.services.compacts import locked_compact
from compacts.services.newest_file import CurrentFile, current_file, trust
from compacts.services.signed_files import (
    Signatory,
    ask_ahead,
    check_holder,
    check_signer,
    prepared_file,
    refused,
    take_file,
    upon_newest_file,
)
from units.models import Person, Unit
from units.rules import EditConflictError, RuleError

REQUEST_LIFE = datetime.timedelta(minutes=15)


def begin_signing(
    *, actor: Person, compact_id: int, unit: Unit, certificate: bytes, signatory: Signatory
) -> SigningRequest:
    """Prepare the file for a key that is elsewhere (USB token, remote service).

    The request's ``attributes`` are what that key signs; it is good once, for 15 minutes, and
    only while nobody else signs. Raises ``RuleError`` as ``sign_with_file``.
    """
    check_signer(actor, Compact.objects.get(pk=compact_id), unit)
    try:
        holder = read_certificate(certificate)
        check_certificate(holder, [], trust())
        check_holder(holder, unit, signatory)
    except SigningRefusedError as error:
        raise refused(error) from error

    def prepared(compact: Compact, given: CurrentFile) -> Prepared:
        return prepared_file(compact, unit, given, holder, signatory)

    def kept(compact: Compact, given: CurrentFile, made: Prepared) -> SigningRequest:
        return _kept_request(actor, compact, unit, holder, signatory, given, made)

    return upon_newest_file(actor, compact_id, unit, prepared, kept)


def _kept_request(
    actor: Person,
    compact: Compact,
    unit: Unit,
    holder: x509.Certificate,
    signatory: Signatory,
    given: CurrentFile,
    prepared: Prepared,
) -> SigningRequest:
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


def why_overtaken(request: SigningRequest) -> str:
    """Why what was prepared cannot be taken any more, told before it is signed; else empty."""
    try:
        _check_base(request, request.compact)
    except RuleError as refusal:
        return str(refusal)
    return ""


def _opened(token: str) -> SigningRequest:
    """The request, while the file that it was made for is the newest one."""
    request = open_request(token)
    if request is None:
        raise _used_up()
    _check_base(request, request.compact)
    return request


def _used_up() -> RuleError:
    return RuleError(_("Yêu cầu ký đã dùng hoặc đã hết hạn; hãy bắt đầu ký lại."))


def _check_base(request: SigningRequest, compact: Compact) -> None:
    check_signer(request.requested_by, compact, request.unit)
    if current_file(compact).sha256 != request.base_sha256:
        raise EditConflictError(
            _("Đơn vị khác vừa ký trước; hãy bắt đầu ký lại trên tệp mới nhất.")
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
        raise _used_up()
    compact = locked_compact(request.compact_id)
    _check_base(request, compact)
    request.used_at = timezone.now()
    request.save(update_fields=["used_at"])
    return request, compact


def _holder(request: SigningRequest) -> x509.Certificate:
    return x509.Certificate.load(base64.b64decode(request.certificate))


def finish_signing(*, token: str, signature: str) -> Signature:
    """Put in the signature (base64) that the key elsewhere made over the request's attributes.

    Raises ``RuleError`` for a token that is used up, a signature that does not fit, and
    ``EditConflictError`` where another unit has signed since.
    """
    opened = _opened(token)
    known = trust()
    content = _embedded(opened, signature, known)
    ask_responders([(_holder(opened), [])], known)
    return _taken(token, content, known)


def _embedded(request: SigningRequest, signature: str, known: Trust) -> bytes:
    """The request's file with the signature, which may ask a timestamp server."""
    try:
        made = base64.b64decode(signature, validate=True)
    except (binascii.Error, ValueError) as error:
        raise RuleError(_("Chữ ký gửi về không đúng dạng base64."), field="signature") from error
    holder = _holder(request)
    if not is_signed_by(holder, bytes(request.attributes), made):
        raise RuleError(
            _(
                "Chữ ký gửi về không khớp: hãy ký đúng dữ liệu của trang này, bằng thiết bị giữ "
                "chứng thư số đã chọn (%(holder)s)."
            )
            % {"holder": certificate_facts(holder)["name"]},
            field="signature",
        )
    with request.prepared.open("rb") as stored:
        prepared = Prepared(stored.read(), bytes(request.attributes), request.plan)
    try:
        return embed(prepared, certificate=holder, chain=[], signature=made, trust=known)
    except SigningRefusedError as error:
        raise refused(error) from error


def take_file_of_request(*, token: str, content: bytes) -> Signature:
    """Take the whole file back, signed by a program on the signer's machine (VGCA and the like).

    Raises ``RuleError`` and ``EditConflictError`` as ``finish_signing``.
    """
    known = trust()
    ask_ahead(_opened(token).compact, content, known)
    return _taken(token, content, known)


@transaction.atomic
def _taken(token: str, content: bytes, known: Trust) -> Signature:
    request, compact = _used(token)
    return take_file(
        compact,
        request.unit,
        current_file(compact),
        content,
        known,
        Signatory(**request.signatory),
        request.requested_by,
        _holder(request),
    )
