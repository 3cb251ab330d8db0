"""Digital signatures in the compact's PDF (PAdES), made in three steps and checked.

The server prepares the file and the bytes to be signed, a key signs them (a certificate file
here, a USB token or a remote service elsewhere), the server puts the signature in. The file only
ever grows: each signature is an incremental update after the ones before.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import io
import zlib
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeVar

from asn1crypto import algos, cms, crl, pem, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from django.utils import timezone
from django.utils.translation import gettext as _
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import ExternalSigner, PdfSignatureMetadata, PdfSigner
from pyhanko.sign.signers.pdf_byterange import PreparedByteRangeDigest
from pyhanko.sign.signers.pdf_signer import PdfTBSDocument
from pyhanko.sign.timestamps import HTTPTimeStamper
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import (
    InvalidCertificateError,
    PathBuildingError,
    PathValidationError,
)
from pyhanko_certvalidator.registry import SimpleCertificateStore

DIGEST = "sha256"
# Room for the signature, its certificates and a timestamp, in bytes of DER.
ROOM = 16_384
Result = TypeVar("Result")
# What reading a file that is no PDF, or a broken one, may end in.
_UNREADABLE = (
    PdfError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    IndexError,
    RecursionError,
    zlib.error,
)


class SigningRefusedError(Exception):
    """The signature cannot be made or is not good; the text is Vietnamese and fit to be shown.

    ``what`` names what is wrong: ``password``, ``certificate`` or ``file``.
    """

    def __init__(self, text: str, what: str = "certificate") -> None:
        super().__init__(text)
        self.what = what


class SigningKey(Protocol):
    """Whatever signs: a certificate file, a token, a remote service."""

    @property
    def certificate(self) -> x509.Certificate:
        """The signer's certificate."""

    @property
    def chain(self) -> list[x509.Certificate]:
        """The certificates between it and the root, as far as the signer gives them."""

    def sign(self, attributes: bytes) -> bytes:
        """The signature over the DER bytes of the signed attributes (SHA-256)."""


@dataclass(frozen=True, slots=True)
class Trust:
    """Whose certificates count: roots, certificates in between, revocation lists."""

    roots: tuple[x509.Certificate, ...] = ()
    between: tuple[x509.Certificate, ...] = ()
    revoked: tuple[crl.CertificateList, ...] = ()
    timestamp_url: str = ""
    timestamp_roots: tuple[x509.Certificate, ...] = field(default=())

    def context(self, moment: dt.datetime | None = None) -> ValidationContext:
        """How a certificate is validated at ``moment`` (now when empty); nothing is fetched."""
        return ValidationContext(
            trust_roots=[*self.roots, *self.timestamp_roots],
            other_certs=list(self.between),
            crls=list(self.revoked),
            moment=moment,
            allow_fetching=False,
            revocation_mode="soft-fail",
        )


def load_trust(folder: Path, timestamp_url: str = "") -> Trust:
    """The trust kept in ``folder``: ``*.pem``/``*.crt``/``*.cer`` and ``*.crl``.

    A certificate that signed itself is a root, any other one stands in between. Raises
    ``ValueError`` for a file that is neither.
    """
    roots: list[x509.Certificate] = []
    between: list[x509.Certificate] = []
    revoked: list[crl.CertificateList] = []
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        content = path.read_bytes()
        if path.suffix in {".pem", ".crt", ".cer"}:
            for der in _der(content):
                certificate = x509.Certificate.load(der)
                (roots if certificate.self_signed != "no" else between).append(certificate)
        elif path.suffix == ".crl":
            revoked += [crl.CertificateList.load(der) for der in _der(content)]
    return Trust(tuple(roots), tuple(between), tuple(revoked), timestamp_url)


def _der(content: bytes) -> list[bytes]:
    if pem.detect(content):
        return [der for _kind, _headers, der in pem.unarmor(content, multiple=True)]
    return [content]


def read_certificate(content: bytes) -> x509.Certificate:
    """The certificate in a PEM or DER file; raises ``SigningRefusedError`` for anything else."""
    try:
        certificate = x509.Certificate.load(_der(content)[0])
        _facts = certificate.subject.native, certificate.public_key.algorithm
    except (ValueError, TypeError, IndexError) as error:
        raise SigningRefusedError(_("Tệp này không phải chứng thư số.")) from error
    return certificate


def certificate_facts(certificate: x509.Certificate) -> dict[str, str]:
    """What is kept and shown of a certificate, as text."""
    return {
        "subject": certificate.subject.human_friendly,
        "name": _name(certificate, "common_name"),
        "organization": _name(certificate, "organization_name"),
        "issuer": certificate.issuer.human_friendly,
        "serial": format(certificate.serial_number, "x"),
        "valid_from": certificate.not_valid_before.isoformat(),
        "valid_to": certificate.not_valid_after.isoformat(),
        "sha256": certificate.sha256.hex(),
    }


def _name(certificate: x509.Certificate, part: str) -> str:
    value = certificate.subject.native.get(part, "")
    return ", ".join(value) if isinstance(value, list) else str(value)


def check_certificate(
    certificate: x509.Certificate,
    chain: list[x509.Certificate],
    trust: Trust,
    moment: dt.datetime | None = None,
) -> None:
    """Pass, or raise ``SigningRefusedError`` saying what is wrong with the certificate."""
    now = moment or timezone.now()
    if now < certificate.not_valid_before:
        raise SigningRefusedError(_("Chứng thư số chưa có hiệu lực."))
    if now > certificate.not_valid_after:
        raise SigningRefusedError(_("Chứng thư số đã hết hạn."))
    if not trust.roots:
        raise SigningRefusedError(
            _("Hệ thống chưa được cấu hình tổ chức chứng thực tin cậy nên chưa ký số được.")
        )
    usage = certificate.key_usage_value
    if usage is not None and not usage.native & {"digital_signature", "non_repudiation"}:
        raise SigningRefusedError(_("Chứng thư số này không dùng để ký."))
    if _is_listed(certificate, trust, now):
        raise SigningRefusedError(_("Chứng thư số đã bị thu hồi."))
    _check_path(certificate, chain, trust, moment)


def _is_listed(certificate: x509.Certificate, trust: Trust, moment: dt.datetime) -> bool:
    """Does a list of the certificate's issuer name it as revoked at ``moment``?

    Asked besides the path's own check, which skips certificates that name no list.
    """
    for one in trust.revoked:
        if one.issuer != certificate.issuer:
            continue
        for entry in one["tbs_cert_list"]["revoked_certificates"] or ():
            if entry["user_certificate"].native == certificate.serial_number:
                revoked_at: dt.datetime = entry["revocation_date"].native
                if revoked_at <= moment:
                    return True
    return False


def _check_path(
    certificate: x509.Certificate,
    chain: list[x509.Certificate],
    trust: Trust,
    moment: dt.datetime | None,
) -> None:
    validator = CertificateValidator(
        certificate, intermediate_certs=chain, validation_context=trust.context(moment)
    )
    try:
        _run(validator.async_validate_path())
    except PathBuildingError as error:
        raise SigningRefusedError(_("Chứng thư số không do tổ chức được tin cậy cấp.")) from error
    except (PathValidationError, InvalidCertificateError) as error:
        if "revoked" in str(error).lower():
            raise SigningRefusedError(_("Chứng thư số đã bị thu hồi.")) from error
        raise SigningRefusedError(_("Chứng thư số không hợp lệ.")) from error


@dataclass(frozen=True, slots=True)
class CertificateFile:
    """A key in a certificate file (.p12, .pfx) that the signer brought; kept nowhere."""

    certificate: x509.Certificate
    chain: list[x509.Certificate]
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

    def sign(self, attributes: bytes) -> bytes:
        """The signature over ``attributes``: RSA with PKCS #1 v1.5 or ECDSA, SHA-256."""
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(attributes, padding.PKCS1v15(), hashes.SHA256())
        return self.key.sign(attributes, ec.ECDSA(hashes.SHA256()))


def open_certificate_file(content: bytes, password: str) -> CertificateFile:
    """The key in a PKCS #12 file; raises ``SigningRefusedError`` for a wrong password or file."""
    try:
        key, certificate, others = pkcs12.load_key_and_certificates(content, password.encode())
    except ValueError as error:
        if "password" in str(error).lower() or "mac" in str(error).lower():
            raise SigningRefusedError(_("Mật khẩu của tệp không đúng."), "password") from error
        raise SigningRefusedError(
            _("Tệp này không phải tệp chứng thư số (.p12, .pfx)."), "file"
        ) from error
    if certificate is None or not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise SigningRefusedError(_("Tệp không có khóa ký RSA hoặc ECDSA."), "file")
    return CertificateFile(
        x509.Certificate.load(certificate.public_bytes(Encoding.DER)),
        [x509.Certificate.load(one.public_bytes(Encoding.DER)) for one in others],
        key,
    )


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file with room for a signature, and the bytes that the key is to sign."""

    content: bytes
    attributes: bytes
    plan: Mapping[str, Any]


def prepare(
    content: bytes,
    *,
    field_name: str,
    certificate: x509.Certificate,
    name: str,
    reason: str,
    location: str,
) -> Prepared:
    """Room for a signature in the empty field ``field_name``, appended to ``content``.

    Raises ``SigningRefusedError`` where the file has no such empty field.
    """
    try:
        writer = IncrementalPdfFileWriter(io.BytesIO(content))
        empty = {found[0] for found in enumerate_sig_fields(writer.prev, filled_status=False)}
    except _UNREADABLE as error:
        raise SigningRefusedError(_("Không đọc được tệp PDF."), "file") from error
    if field_name not in empty:
        raise SigningRefusedError(_("Ô ký của đơn vị này không còn trống."), "file")
    signer = ExternalSigner(certificate, SimpleCertificateStore(), signature_value=ROOM // 8)
    metadata = PdfSignatureMetadata(
        field_name=field_name,
        md_algorithm=DIGEST,
        name=name,
        reason=reason,
        location=location,
        subfilter=SigSeedSubFilter.PADES,
    )
    plan, room = _run(_digest(PdfSigner(metadata, signer), writer))
    signed = _run(signer.signed_attrs(plan.document_digest, DIGEST, use_pades=True))
    return Prepared(
        room,
        signed.dump(),
        {
            "digest": plan.document_digest.hex(),
            "start": plan.reserved_region_start,
            "end": plan.reserved_region_end,
        },
    )


async def _digest(
    signer: PdfSigner, writer: IncrementalPdfFileWriter
) -> tuple[PreparedByteRangeDigest, bytes]:
    plan, _document, output = await signer.async_digest_doc_for_signing(
        writer, existing_fields_only=True, bytes_reserved=2 * ROOM
    )
    output.seek(0)
    return plan, output.read()


def embed(
    prepared: Prepared,
    *,
    certificate: x509.Certificate,
    chain: list[x509.Certificate],
    signature: bytes,
    trust: Trust,
) -> bytes:
    """The prepared file with ``signature`` in its room, with a timestamp where there is a server.

    Raises ``SigningRefusedError`` where the timestamp server does not answer.
    """
    store = SimpleCertificateStore()
    store.register_multiple([*chain, *trust.between])
    signer = ExternalSigner(
        certificate,
        store,
        signature_value=signature,
        signature_mechanism=_mechanism(certificate),
        embed_roots=False,
    )
    stamper = HTTPTimeStamper(trust.timestamp_url) if trust.timestamp_url else None
    attributes = cms.CMSAttributes.load(prepared.attributes)
    try:
        content = _run(
            signer.async_sign_prescribed_attributes(DIGEST, attributes, timestamper=stamper)
        )
    except Exception as error:
        if stamper is None:
            raise
        raise SigningRefusedError(_("Máy chủ cấp dấu thời gian không trả lời."), "file") from error
    plan = PreparedByteRangeDigest(
        bytes.fromhex(prepared.plan["digest"]), prepared.plan["start"], prepared.plan["end"]
    )
    output = io.BytesIO(prepared.content)
    try:
        _run(PdfTBSDocument.async_finish_signing(output, plan, content))
    except SigningError as error:
        raise SigningRefusedError(_("Chữ ký số quá lớn so với ô ký."), "file") from error
    return output.getvalue()


def signed_by(key: SigningKey, prepared: Prepared, trust: Trust) -> bytes:
    """The prepared file signed by a key that is at hand; raises as ``embed``."""
    return embed(
        prepared,
        certificate=key.certificate,
        chain=key.chain,
        signature=key.sign(prepared.attributes),
        trust=trust,
    )


def _mechanism(certificate: x509.Certificate) -> algos.SignedDigestAlgorithm:
    kind = "ecdsa" if certificate.public_key.algorithm == "ec" else "rsa"
    return algos.SignedDigestAlgorithm({"algorithm": f"{DIGEST}_{kind}"})


@dataclass(frozen=True, slots=True)
class FoundSignature:
    """A signature in a PDF and whether it holds."""

    field_name: str
    certificate: x509.Certificate
    signed_at: dt.datetime | None
    intact: bool
    trusted: bool
    revoked: bool
    stamped: bool
    later_changes: bool

    @property
    def holds(self) -> bool:
        """Is the signed content unchanged, the signer trusted, and nothing altered afterwards?"""
        return self.intact and self.trusted and not self.later_changes


def found_signatures(
    content: bytes, trust: Trust, moments: Mapping[str, dt.datetime] | None = None
) -> list[FoundSignature]:
    """Every signature in the PDF, checked; ``moments`` are when the server took which field.

    Raises ``SigningRefusedError`` for what is no PDF.
    """
    try:
        reader = PdfFileReader(io.BytesIO(content))
        embedded = list(reader.embedded_regular_signatures)
    except _UNREADABLE as error:
        raise SigningRefusedError(_("Không đọc được tệp PDF."), "file") from error
    return [_checked(one, trust, (moments or {}).get(one.field_name)) for one in embedded]


def _checked(one: Any, trust: Trust, moment: dt.datetime | None) -> FoundSignature:
    certificate = one.signer_cert
    stamped = False
    try:
        status: PdfSignatureStatus | None = _run(
            async_validate_pdf_signature(
                one,
                signer_validation_context=trust.context(moment),
                ts_validation_context=trust.context(moment),
            )
        )
    except (SignatureValidationError, *_UNREADABLE):
        status = None
    if status is None:
        return FoundSignature(
            one.field_name, certificate, one.self_reported_timestamp, False, False, False, False,
            False,
        )  # fmt: skip
    listed = _is_listed(certificate, trust, moment or timezone.now())
    stamped = status.timestamp_validity is not None and status.timestamp_validity.valid
    return FoundSignature(
        field_name=one.field_name,
        certificate=certificate,
        signed_at=(
            status.timestamp_validity.timestamp
            if stamped and status.timestamp_validity
            else status.signer_reported_dt
        ),
        intact=bool(status.valid and status.intact),
        trusted=bool(status.trusted) and not listed,
        revoked=bool(status.revoked) or listed,
        stamped=stamped,
        later_changes=not status.docmdp_ok or (status.diff_result is None and not _covers(status)),
    )


def _covers(status: PdfSignatureStatus) -> bool:
    coverage = status.coverage
    return coverage is not None and coverage.name == "ENTIRE_FILE"


def attached_texts(content: bytes) -> list[bytes]:
    """The files attached to the PDF, as their bytes; raises ``SigningRefusedError`` for no PDF."""
    try:
        reader = PdfFileReader(io.BytesIO(content))
        if "/Names" not in reader.root or "/EmbeddedFiles" not in reader.root["/Names"]:
            return []
        names = reader.root["/Names"]["/EmbeddedFiles"]["/Names"]
        return [names[place]["/EF"]["/F"].data for place in range(1, len(names), 2)]
    except _UNREADABLE as error:
        raise SigningRefusedError(_("Không đọc được tệp PDF."), "file") from error


def with_validation_data(content: bytes, trust: Trust) -> bytes:
    """The file with certificates and revocation lists for checking it in years to come (LTV).

    One update after the last signature (DSS, ETSI EN 319 142); signatures stay as they are.
    """
    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    certificates = {one.sha256: one for one in (*trust.roots, *trust.between)}
    for found in writer.prev.embedded_regular_signatures:
        for one in (found.signer_cert, *found.other_embedded_certs):
            certificates[one.sha256] = one
    DocumentSecurityStore.supply_dss_in_writer(
        writer, None, certs=list(certificates.values()), crls=list(trust.revoked)
    )
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def _run(work: Coroutine[Any, Any, Result]) -> Result:
    """Run pyHanko's asynchronous functions from ordinary code, also inside a running loop."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as other:
        return other.submit(asyncio.run, work).result()
