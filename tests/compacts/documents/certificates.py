"""A real certification authority of the tests: roots, signers, revocation, a timestamp server."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from asn1crypto import crl as asn1_crl
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import (
    AuthorityInformationAccessOID,
    ExtendedKeyUsageOID,
    NameOID,
)

from compacts.documents.certificates import Trust

PASSWORD = "mật khẩu chứng thư"
DAY = dt.timedelta(days=1)
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


def _name(common: str, organization: str = "") -> x509.Name:
    parts = [x509.NameAttribute(NameOID.COUNTRY_NAME, "VN")]
    if organization:
        parts.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization))
    return x509.Name([*parts, x509.NameAttribute(NameOID.COMMON_NAME, common)])


@dataclass
class Authority:
    """A root that issues certificates and revokes them."""

    common_name: str = "Ban Cơ yếu thử nghiệm"
    key: rsa.RSAPrivateKey = field(
        default_factory=lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048)
    )
    revoked: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        now = dt.datetime.now(dt.UTC)
        self.root = (
            x509.CertificateBuilder()
            .subject_name(_name(self.common_name))
            .issuer_name(_name(self.common_name))
            .public_key(self.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - 3650 * DAY)
            .not_valid_after(now + 3650 * DAY)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(_usage(signs_certificates=True), critical=True)
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(self.key.public_key()), critical=False
            )
            .sign(self.key, hashes.SHA256())
        )

    def issue(
        self,
        common: str,
        organization: str,
        *,
        starts: dt.timedelta = -30 * DAY,
        ends: dt.timedelta = 365 * DAY,
        elliptic: bool = False,
        stamps_time: bool = False,
        responder: str = "",
    ) -> tuple[x509.Certificate, Key]:
        """A signer's certificate, valid from ``starts`` to ``ends`` after now, and its key."""
        key: Key = (
            ec.generate_private_key(ec.SECP256R1())
            if elliptic
            else rsa.generate_private_key(public_exponent=65537, key_size=2048)
        )
        now = dt.datetime.now(dt.UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(_name(common, organization))
            .issuer_name(self.root.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + starts)
            .not_valid_after(now + ends)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(), critical=True)
        )
        if stamps_time:
            purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
            builder = builder.add_extension(purpose, critical=True)
        if responder:
            place = x509.AccessDescription(
                AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(responder)
            )
            facts = x509.AuthorityInformationAccess([place])
            builder = builder.add_extension(facts, critical=False)
        return builder.sign(self.key, hashes.SHA256()), key

    def file(self, common: str, organization: str = "", **more: object) -> bytes:
        """A .p12 file as a unit has one."""
        certificate, key = self.issue(common, organization, **more)
        return pkcs12_file(certificate, key)

    def revoke(self, certificate: x509.Certificate) -> None:
        """Put the certificate on the authority's list."""
        self.revoked.append(certificate.serial_number)

    def trust(self, timestamp_url: str = "") -> Trust:
        """What a server that knows this authority trusts."""
        now = dt.datetime.now(dt.UTC)
        lists = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.root.subject)
            .last_update(now - DAY)
            .next_update(now + 30 * DAY)
        )
        for serial in self.revoked:
            lists = lists.add_revoked_certificate(
                x509.RevokedCertificateBuilder()
                .serial_number(serial)
                .revocation_date(now - DAY / 2)
                .build()
            )
        signed = lists.sign(self.key, hashes.SHA256())
        der = serialization.Encoding.DER
        return Trust(
            roots=(asn1_x509.Certificate.load(self.root.public_bytes(der)),),
            revoked=(asn1_crl.CertificateList.load(signed.public_bytes(der)),),
            timestamp_url=timestamp_url,
        )


def pkcs12_file(certificate: x509.Certificate, key: Key) -> bytes:
    """Key and certificate behind ``PASSWORD``."""
    return pkcs12.serialize_key_and_certificates(
        b"ky", key, certificate, None, serialization.BestAvailableEncryption(PASSWORD.encode())
    )


def _usage(*, signs_certificates: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=not signs_certificates,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )
