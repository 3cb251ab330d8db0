"""Moves of digital signing that its tests make again and again."""

from __future__ import annotations

import base64
from pathlib import Path

from asn1crypto import pem
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from pytest_django import Settings

from compacts.documents.certificates import CertificateFile, Trust, open_certificate_file
from compacts.documents.signature_fields import field_name
from compacts.documents.signing import embed, prepare
from compacts.models import Compact, Signature, SigningRequest
from compacts.services.signed_files import Signatory
from compacts.services.signing import sign_with_file, take_signed_file
from compacts.services.signing_requests import begin_signing
from tests.cast import World, give_role, make_person
from tests.compacts.documents.certificates import PASSWORD, Authority
from tests.compacts.documents.examples import drawn_stamp
from units.models import Person, Unit
from units.rules import RoleKind

NAME = "Phạm Văn Trưởng"


def set_up_trust(settings: Settings, folder: Path, authority: Authority) -> Path:
    folder.mkdir(exist_ok=True)
    known = authority.trust()
    root = pem.armor("CERTIFICATE", known.roots[0].dump())
    (folder / "root.pem").write_bytes(root)
    (folder / "list.crl").write_bytes(known.revoked[0].dump())
    settings.SIGNING_TRUST_DIR = folder
    return folder


def people(world: World) -> dict[str, tuple[Person, Unit]]:
    """Somebody of each unit."""
    duk = make_person("dai-dien-duk", "Lê Văn Khối")
    give_role(duk, RoleKind.REPRESENTATIVE, unit=world.duk)
    return {
        "btc": (world.representative, world.btc),
        "ubkt": (world.head_of_ubkt, world.ubkt),
        "duk": (duk, world.duk),
    }


def sign_digitally(
    authority: Authority, compact: Compact, actor: Person, unit: Unit, name: str = NAME
) -> Signature:
    return sign_with_file(
        actor=actor,
        compact_id=compact.pk,
        unit=unit,
        certificate_file=authority.file(name, "Tỉnh ủy Hà Nam"),
        password=PASSWORD,
        signatory=Signatory(name, "Trưởng ban"),
    )


def requested(
    printed: Compact, actor: Person, unit: Unit, certificate: x509.Certificate
) -> SigningRequest:
    """What is prepared for the holder of the certificate to sign elsewhere."""
    return begin_signing(
        actor=actor,
        compact_id=printed.pk,
        unit=unit,
        certificate=certificate.public_bytes(Encoding.PEM),
        signatory=Signatory(NAME, "Trưởng ban"),
    )


def begun(
    authority: Authority, printed: Compact, actor: Person, unit: Unit
) -> tuple[SigningRequest, rsa.RSAPrivateKey]:
    certificate, key = authority.issue(NAME, "Tỉnh ủy Hà Nam")
    assert isinstance(key, rsa.RSAPrivateKey)
    return requested(printed, actor, unit, certificate), key


def by_token(request: SigningRequest, key: rsa.RSAPrivateKey) -> str:
    """What the signer's device answers."""
    made = key.sign(bytes(request.attributes), padding.PKCS1v15(), hashes.SHA256())
    return base64.b64encode(made).decode()


def signed_outside(authority: Authority, content: bytes, unit: Unit, name: str = NAME) -> bytes:
    """What a program on the unit's own machine makes of the file."""
    key = open_certificate_file(authority.file(name, "Tỉnh ủy"), PASSWORD)
    return signed_with(key, content, unit)


def signed_with(key: CertificateFile, content: bytes, unit: Unit) -> bytes:
    """The file signed in the unit's field, without asking our server."""
    prepared = prepare(
        content,
        field_name=field_name(unit.code),
        certificate=key.certificate,
        name=NAME,
        reason="",
        location="",
        stamp=drawn_stamp,
    )
    return embed(
        prepared,
        certificate=key.certificate,
        chain=[],
        signature=key.sign(prepared.attributes),
        trust=Trust(),
    )


def bring(world: World, printed: Compact, content: bytes) -> Signature:
    return take_signed_file(
        actor=world.representative,
        compact_id=printed.pk,
        unit=world.btc,
        content=content,
        signatory=Signatory(NAME, "Trưởng ban"),
    )
