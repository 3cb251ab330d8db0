"""Digital signatures in the compact's PDF (PAdES), made in three steps and checked.

The server prepares the file and the bytes to be signed, a key signs them (a certificate file
here, a USB token or a remote service elsewhere), the server puts the signature in. The file only
ever grows: each signature is an incremental update after the ones before.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import re
import tempfile
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from asn1crypto import algos, cms, x509
from django.utils import timezone
from django.utils.translation import gettext as _
from pyhanko.pdf_utils.form_tools import annot_width_height
from pyhanko.pdf_utils.generic import pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
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
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from compacts.documents.asynchronous import run_now
from compacts.documents.certificates import (
    RevokedCertificateError,
    SigningKey,
    SigningRefusedError,
    Trust,
    UntoldError,
    ask_responders,
    certificate_facts,
    is_listed,
    responder_answer,
)
from compacts.documents.revisions import SIGNING_ONLY, UNREADABLE, read_pdf

DIGEST = "sha256"


# How programs write the end of a time in UTC, of which the apostrophes are too many.
_ZULU = re.compile(r"Z[0']+$")
# Room for the signature, its certificates and a timestamp, in bytes of DER.
ROOM = 16_384


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
    stamp: Callable[[float, float], bytes],
) -> Prepared:
    """Room for a signature in the empty field ``field_name``, appended to ``content``.

    ``stamp`` draws what is seen in the field, as one page of PDF of the field's width and height
    in points. Raises ``SigningRefusedError`` where the file has no such empty field.
    """
    try:
        writer = IncrementalPdfFileWriter(io.BytesIO(content))
        empty = {
            name: field
            for name, _value, field in enumerate_sig_fields(writer.prev, filled_status=False)
        }
    except UNREADABLE as error:
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
    width, height = annot_width_height(empty[field_name].get_object())
    with _drawn(stamp(float(width), float(height))) as style:
        plan, room = run_now(_digest(PdfSigner(metadata, signer, stamp_style=style), writer))
    signed = run_now(signer.signed_attrs(plan.document_digest, DIGEST, use_pades=True))
    return Prepared(
        room,
        signed.dump(),
        {
            "digest": plan.document_digest.hex(),
            "start": plan.reserved_region_start,
            "end": plan.reserved_region_end,
        },
    )


@contextlib.contextmanager
def _drawn(page: bytes) -> Iterator[StaticStampStyle]:
    """The page as the look of a field; pyHanko reads it from a file."""
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(page)
        file.flush()
        yield StaticStampStyle.from_pdf_file(file.name, border_width=0)


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
        content = run_now(
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
        run_now(PdfTBSDocument.async_finish_signing(output, plan, content))
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
    """A signature in a PDF and whether it holds.

    ``untold``: nobody who could know says today whether the certificate was revoked.
    """

    field_name: str
    certificate: x509.Certificate
    signed_at: dt.datetime | None
    intact: bool
    trusted: bool
    revoked: bool
    stamped: bool
    later_changes: bool
    untold: bool = False

    @property
    def holds(self) -> bool:
        """Is the signed content unchanged, the signer trusted, and nothing altered afterwards?"""
        return self.intact and self.trusted and not self.later_changes


def found_signatures(
    content: bytes, trust: Trust, moments: Mapping[str, dt.datetime] | None = None
) -> list[FoundSignature]:
    """Every signature in the PDF, checked; ``moments`` are when the server took which field.

    Raises ``SigningRefusedError`` for what is no PDF, or where a signature names no signer.
    """
    try:
        reader = read_pdf(content)
        embedded = list(reader.embedded_regular_signatures)
        for one in embedded:
            certificate_facts(one.signer_cert)
            _mend_time(one)
    except UNREADABLE as error:
        raise SigningRefusedError(_("Không đọc được tệp PDF."), "file") from error
    taken = moments or {}
    _ask(embedded, taken, trust)
    return [_checked(one, trust, taken.get(one.field_name)) for one in embedded]


def _mend_time(one: Any) -> None:
    """Let the time that the signature says be one, or none.

    LibreOffice writes ``Z'`` where ``Z`` is meant, and the library ends there in the middle of
    judging. What was signed is the file's bytes, not this.
    """
    said = one.sig_object
    if "/M" in said:
        said["/M"] = pdf_string(_ZULU.sub("Z", str(said["/M"])))
        if _said_time(one) is None:
            del said["/M"]


def _said_time(one: Any) -> dt.datetime | None:
    try:
        said: dt.datetime | None = one.self_reported_timestamp
    except UNREADABLE:
        return None
    return said


def _moment(told: dt.datetime | None) -> dt.datetime | None:
    """What a stranger's program wrote as a moment of ours; None where it is none.

    A time without a zone is one of the clock on our wall.
    """
    try:
        return told and timezone.localtime(told if told.tzinfo else timezone.make_aware(told))
    except (OverflowError, ValueError):
        # In the first or the last hours that there are.
        return None


def ask_about_signers(content: bytes, trust: Trust, taken: Container[str] = ()) -> None:
    """Ask at once whether the certificates of all signatures in other fields were revoked.

    ``trust`` remembers what is said: judging the file afterwards waits for nobody. Raises
    ``SigningRefusedError`` for what is no PDF.
    """
    try:
        _ask(read_pdf(content).embedded_regular_signatures, taken, trust)
    except UNREADABLE as error:
        raise SigningRefusedError(_("Không đọc được tệp PDF."), "file") from error


def _ask(embedded: Iterable[Any], taken: Container[str], trust: Trust) -> None:
    ask_responders(
        (
            (one.signer_cert, one.other_embedded_certs)
            for one in embedded
            if one.field_name not in taken
        ),
        trust,
    )


def _checked(one: Any, trust: Trust, moment: dt.datetime | None) -> FoundSignature:
    certificate = one.signer_cert
    stamped = False
    try:
        status: PdfSignatureStatus | None = run_now(
            async_validate_pdf_signature(
                one,
                signer_validation_context=trust.context(moment),
                ts_validation_context=trust.context(moment),
                diff_policy=SIGNING_ONLY,
            )
        )
    except (SignatureValidationError, *UNREADABLE):
        status = None
    if status is None:
        return FoundSignature(
            one.field_name, certificate, _moment(_said_time(one)), False, False, False, False,
            False,
        )  # fmt: skip
    listed = is_listed(certificate, trust, moment or timezone.now())
    # One that we took was asked about when we took it; what is said of it today comes too late.
    told, untold = _told(one, trust) if moment is None and status.trusted else (False, False)
    revoked = listed or told
    stamped = status.timestamp_validity is not None and status.timestamp_validity.valid
    return FoundSignature(
        field_name=one.field_name,
        certificate=certificate,
        signed_at=_moment(
            status.timestamp_validity.timestamp
            if stamped and status.timestamp_validity
            else status.signer_reported_dt
        ),
        intact=bool(status.valid and status.intact),
        trusted=bool(status.trusted) and not revoked,
        revoked=bool(status.revoked) or revoked,
        stamped=stamped,
        later_changes=not status.docmdp_ok or (status.diff_result is None and not _covers(status)),
        untold=untold,
    )


def _told(one: Any, trust: Trust) -> tuple[bool, bool]:
    """Does the responder say that the certificate was revoked, or does it not say anything?"""
    try:
        responder_answer(one.signer_cert, one.other_embedded_certs, trust)
    except RevokedCertificateError:
        return True, False
    except UntoldError:
        # Whoever takes the signature refuses it without an answer.
        return False, True
    except SigningRefusedError:
        return False, False
    return False, False


def _covers(status: PdfSignatureStatus) -> bool:
    coverage = status.coverage
    return coverage is not None and coverage.name == "ENTIRE_FILE"


def attached_texts(content: bytes) -> list[bytes]:
    """The files attached to the PDF, as their bytes; raises ``SigningRefusedError`` for no PDF."""
    try:
        reader = read_pdf(content)
        if "/Names" not in reader.root or "/EmbeddedFiles" not in reader.root["/Names"]:
            return []
        names = reader.root["/Names"]["/EmbeddedFiles"]["/Names"]
        return [names[place]["/EF"]["/F"].data for place in range(1, len(names), 2)]
    except UNREADABLE as error:
        raise SigningRefusedError(_("Không đọc được tệp PDF."), "file") from error


def with_validation_data(content: bytes, trust: Trust) -> bytes:
    """The file with what checking it in years to come asks for (LTV).

    Certificates, revocation lists, and what the signers' responders say today.

    One update after the last signature (DSS, ETSI EN 319 142); signatures stay as they are.
    """
    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    certificates = {one.sha256: one for one in (*trust.roots, *trust.between)}
    answers = []
    signatures = writer.prev.embedded_regular_signatures
    _ask(signatures, (), trust)
    for found in signatures:
        for one in (found.signer_cert, *found.other_embedded_certs):
            certificates[one.sha256] = one
        # The signatures stand without it: each was asked about when it was taken.
        with contextlib.suppress(SigningRefusedError):
            answers.append(responder_answer(found.signer_cert, found.other_embedded_certs, trust))
    DocumentSecurityStore.supply_dss_in_writer(
        writer,
        None,
        certs=list(certificates.values()),
        crls=list(trust.revoked),
        ocsps=[answer for answer in answers if answer is not None],
    )
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()
