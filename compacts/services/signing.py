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
from compacts.models import Signature
from compacts.permissions import can_sign_digitally
from compacts.services.compacts import locked_compact
from compacts.services.newest_file import current_file, trust
from compacts.services.signed_files import (
    Signatory,
    check_holder,
    check_turn,
    prepared_file,
    refused,
    take_file,
)
from units.access import require
from units.models import Person, Unit


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
    compact = locked_compact(compact_id)
    require(can_sign_digitally(actor, compact, unit))
    check_turn(compact, unit)
    given = current_file(compact)
    known = trust()
    try:
        key = open_certificate_file(certificate_file, password)
        check_certificate(key.certificate, key.chain, known)
        check_holder(key.certificate, unit, signatory)
        prepared = prepared_file(compact, unit, given, key.certificate, signatory)
        content = signed_by(key, prepared, known)
    except SigningRefusedError as error:
        raise refused(error) from error
    return take_file(compact, unit, given, content, known, signatory, actor, key.certificate)


@transaction.atomic
def take_signed_file(
    *, actor: Person, compact_id: int, unit: Unit, content: bytes, signatory: Signatory
) -> Signature:
    """Take a file that the unit signed by itself, outside, on the newest one it was given.

    Raises ``RuleError`` for a file that is not ours with one good signature more, and
    ``EditConflictError`` where another unit has signed since it was downloaded.
    """
    compact = locked_compact(compact_id)
    require(can_sign_digitally(actor, compact, unit))
    check_turn(compact, unit)
    return take_file(
        compact, unit, current_file(compact), content, trust(), signatory, actor, None
    )
