"""Digital signatures under the compact: with a certificate file, or in a file signed outside.

The third way, with a key that is elsewhere, is in ``signing_requests``; all end in
``signed_files.take_file``, which judges what came back.
"""

from __future__ import annotations

from django.db import transaction

from compacts.documents.certificates import (
    SigningRefusedError,
    check_certificate,
    open_certificate_file,
)
from compacts.documents.signing import signed_by
from compacts.models import Compact, Signature
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

    Raises ``RuleError`` where the unit may not sign now, or file, password or certificate are not
    good.
    """
    check_signer(actor, Compact.objects.get(pk=compact_id), unit)
    known = trust()
    try:
        key = open_certificate_file(certificate_file, password)
        check_certificate(key.certificate, key.chain, known)
        check_holder(key.certificate, unit, signatory)
    except SigningRefusedError as error:
        raise refused(error) from error

    def signed(compact: Compact, given: CurrentFile) -> bytes:
        prepared = prepared_file(compact, unit, given, key.certificate, signatory)
        return signed_by(key, prepared, known)

    def taken(compact: Compact, given: CurrentFile, content: bytes) -> Signature:
        return take_file(compact, unit, given, content, known, signatory, actor, key.certificate)

    return upon_newest_file(actor, compact_id, unit, signed, taken)


def take_signed_file(
    *, actor: Person, compact_id: int, unit: Unit, content: bytes, signatory: Signatory
) -> Signature:
    """Take a file that the unit signed by itself, outside, on the newest one it was given.

    Raises ``RuleError`` for a file that is not ours with one good signature more, and
    ``EditConflictError`` where another unit has signed since it was downloaded.
    """
    compact = Compact.objects.get(pk=compact_id)
    check_signer(actor, compact, unit)
    known = trust()
    ask_ahead(compact, content, known)
    with transaction.atomic():
        compact = locked_compact(compact_id)
        check_signer(actor, compact, unit)
        given = current_file(compact)
        return take_file(compact, unit, given, content, known, signatory, actor, None)
