"""Certificates of signers: whose count, what is wrong with one, the key in a file."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from asn1crypto import crl, ocsp, pem, x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from cryptography.x509 import load_der_x509_certificate
from django.utils import timezone
from django.utils.translation import gettext as _
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import (
    InvalidCertificateError,
    PathBuildingError,
    PathValidationError,
    RevokedError,
)
from pyhanko_certvalidator.path import ValidationPath

from compacts.documents.asynchronous import run_now
from compacts.documents.responders import (
    SECONDS,
    Inquiry,
    NoAnswerError,
    Question,
    SilentError,
    judge,
    responder_of,
)
from units.vietnamese import date_text


class SigningRefusedError(Exception):
    """The signature cannot be made or is not good; the text is Vietnamese and fit to be shown.

    ``what`` names what is wrong: ``password``, ``certificate`` or ``file``.
    """

    def __init__(self, text: str, what: str = "certificate") -> None:
        super().__init__(text)
        self.what = what


class RevokedCertificateError(SigningRefusedError):
    """The certificate's issuer has revoked it."""


class UntoldError(SigningRefusedError):
    """The certificate's issuer does not say whether it has revoked it."""


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
    """Whose certificates count: roots, certificates in between, revocation lists.

    ``responders`` are the addresses that may be asked whether a certificate was revoked (OCSP),
    ``inquiry`` remembers what they said.
    """

    roots: tuple[x509.Certificate, ...] = ()
    between: tuple[x509.Certificate, ...] = ()
    revoked: tuple[crl.CertificateList, ...] = ()
    timestamp_url: str = ""
    timestamp_roots: tuple[x509.Certificate, ...] = field(default=())
    responders: tuple[str, ...] = ()
    inquiry: Inquiry = field(default_factory=Inquiry, compare=False)

    def context(
        self, moment: dt.datetime | None = None, answers: tuple[ocsp.OCSPResponse, ...] = ()
    ) -> ValidationContext:
        """How a certificate is validated at ``moment`` (now when empty); nothing is fetched."""
        return ValidationContext(
            trust_roots=[*self.roots, *self.timestamp_roots],
            other_certs=list(self.between),
            crls=list(self.revoked),
            ocsps=list(answers),
            moment=moment,
            allow_fetching=False,
            revocation_mode="soft-fail",
        )


def load_trust(
    folder: Path,
    timestamp_url: str = "",
    responders: tuple[str, ...] = (),
    patience: float = SECONDS,
) -> Trust:
    """The trust kept in ``folder``: ``*.pem``/``*.crt``/``*.cer`` and ``*.crl``.

    A certificate that signed itself is a root, any other one stands in between. All questions to
    ``responders`` take ``patience`` seconds at most. Raises ``ValueError`` for a file that is
    neither.
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
    return Trust(
        tuple(roots),
        tuple(between),
        tuple(revoked),
        timestamp_url,
        responders=responders,
        inquiry=Inquiry(patience),
    )


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
        "subject": _called(certificate.subject),
        "name": _part(certificate.subject, "common_name"),
        "organization": _part(certificate.subject, "organization_name"),
        "issuer": _called(certificate.issuer),
        "serial": format(certificate.serial_number, "x"),
        "valid_from": certificate.not_valid_before.isoformat(),
        "valid_to": certificate.not_valid_after.isoformat(),
        "sha256": certificate.sha256.hex(),
    }


def _part(name: x509.Name, part: str) -> str:
    value = name.native.get(part, "")
    return ", ".join(value) if isinstance(value, list) else str(value)


def _called(name: x509.Name) -> str:
    """Name and organization alone; what the library writes of the whole is English labels."""
    parts = (_part(name, "common_name"), _part(name, "organization_name"))
    return ", ".join(filter(None, dict.fromkeys(parts))) or name.human_friendly


def check_certificate(
    certificate: x509.Certificate,
    chain: list[x509.Certificate],
    trust: Trust,
    moment: dt.datetime | None = None,
) -> None:
    """Pass, or raise ``SigningRefusedError`` saying what is wrong with the certificate.

    For now, not for an earlier ``moment``, its responder is asked where it may be.
    """
    now = moment or timezone.now()
    if now < certificate.not_valid_before:
        raise SigningRefusedError(
            _("Chứng thư số chưa có hiệu lực, từ ngày %(day)s mới dùng được.")
            % {"day": _day(certificate.not_valid_before)}
        )
    if now > certificate.not_valid_after:
        raise SigningRefusedError(
            _("Chứng thư số đã hết hạn ngày %(day)s; hãy dùng chứng thư còn hạn.")
            % {"day": _day(certificate.not_valid_after)}
        )
    if not trust.roots:
        raise SigningRefusedError(
            _("Hệ thống chưa được cấu hình tổ chức chứng thực tin cậy nên chưa ký số được.")
        )
    usage = certificate.key_usage_value
    if usage is not None and not usage.native & {"digital_signature", "non_repudiation"}:
        raise SigningRefusedError(_("Chứng thư số này không dùng để ký."))
    if is_listed(certificate, trust, now):
        raise _revoked()
    path = _checked_path(certificate, chain, trust, moment)
    if moment is None:
        _responder_says(certificate, path, trust)


def responder_answer(
    certificate: x509.Certificate, chain: list[x509.Certificate], trust: Trust
) -> ocsp.OCSPResponse | None:
    """What the certificate's responder says; None where none may be asked.

    Raises ``SigningRefusedError`` where it says that it is revoked, or nothing to rely on.
    """
    if not responder_of(certificate, trust.responders):
        return None
    return _responder_says(certificate, _checked_path(certificate, chain, trust, None), trust)


def ask_responders(
    signers: Iterable[tuple[x509.Certificate, list[x509.Certificate]]], trust: Trust
) -> None:
    """Ask about all these certificates, each with its chain, at once; ``trust`` remembers.

    Says nothing itself: whoever judges one of them afterwards need not wait for its responder.
    """
    questions = []
    for certificate, chain in signers:
        # A stranger's certificate may be broken in any way; whoever judges it says so.
        with contextlib.suppress(SigningRefusedError, ValueError, TypeError, KeyError):
            if url := responder_of(certificate, trust.responders):
                path = _checked_path(certificate, chain, trust, None)
                questions.append(Question(certificate, path, url))
    trust.inquiry.ask(questions)


def _responder_says(
    certificate: x509.Certificate, path: ValidationPath, trust: Trust
) -> ocsp.OCSPResponse | None:
    url = responder_of(certificate, trust.responders)
    if not url:
        return None
    question = Question(certificate, path, url)
    try:
        answer = trust.inquiry.answer(question)
        judge(question, trust.context(answers=(answer,)))
    except RevokedError as error:
        raise _revoked() from error
    except SilentError as error:
        raise UntoldError(
            _(
                "Nơi cấp chưa trả lời chứng thư số còn dùng được hay đã bị thu hồi; hãy ký lại "
                "sau ít phút, nếu vẫn vậy thì báo quản trị kỹ thuật."
            )
        ) from error
    except NoAnswerError as error:
        raise UntoldError(
            _(
                "Nơi cấp có trả lời nhưng không xác nhận được chứng thư số còn dùng được, nên "
                "chưa ký được; ký lại cũng vậy, hãy báo quản trị kỹ thuật."
            )
        ) from error
    return answer


def _day(moment: dt.datetime) -> str:
    return date_text(timezone.localdate(moment))


def _revoked() -> SigningRefusedError:
    return RevokedCertificateError(
        _("Chứng thư số đã bị thu hồi; hãy hỏi nơi cấp để đổi chứng thư.")
    )


def is_listed(certificate: x509.Certificate, trust: Trust, moment: dt.datetime) -> bool:
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


def _checked_path(
    certificate: x509.Certificate,
    chain: list[x509.Certificate],
    trust: Trust,
    moment: dt.datetime | None,
) -> ValidationPath:
    validator = CertificateValidator(
        certificate, intermediate_certs=chain, validation_context=trust.context(moment)
    )
    try:
        return run_now(validator.async_validate_path())
    except PathBuildingError as error:
        raise SigningRefusedError(
            _(
                "Chứng thư số không do tổ chức được tin cậy cấp (nơi cấp: %(issuer)s); nếu cơ "
                "quan vẫn dùng nơi cấp này, hãy báo quản trị kỹ thuật."
            )
            % {"issuer": _called(certificate.issuer)}
        ) from error
    except (PathValidationError, InvalidCertificateError) as error:
        if "revoked" in str(error).lower():
            raise _revoked() from error
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


def is_signed_by(certificate: x509.Certificate, content: bytes, signature: bytes) -> bool:
    """Did the certificate's key make the signature over ``content``, as a ``SigningKey`` does?"""
    key = load_der_x509_certificate(certificate.dump()).public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, content, padding.PKCS1v15(), hashes.SHA256())
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, content, ec.ECDSA(hashes.SHA256()))
        else:
            return False
    except InvalidSignature:
        return False
    return True


def open_certificate_file(content: bytes, password: str) -> CertificateFile:
    """The key in a PKCS #12 file; raises ``SigningRefusedError`` for a wrong password or file."""
    try:
        key, certificate, others = pkcs12.load_key_and_certificates(content, password.encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        if "password" in str(error).lower() or "mac" in str(error).lower():
            raise SigningRefusedError(
                _("Mật khẩu của tệp không đúng; hãy chọn lại tệp và gõ lại mật khẩu."), "password"
            ) from error
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
