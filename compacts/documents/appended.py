"""What somebody appended to a file of ours, and where it shows: asked of files that come back."""

from __future__ import annotations

from django.utils.translation import gettext as _

from compacts.documents.certificates import SigningRefusedError
from compacts.documents.revisions import UNREADABLE, only_signed, read_pdf
from compacts.documents.signature_places import drawn_pages, lies_in_field


def adds_only_signatures(given: bytes, content: bytes) -> bool:
    """Is ``content`` the file ``given`` with nothing appended to it but signatures?

    A signature vouches for the file as its signer's program wrote it: words may have been covered
    or replaced before. Raises ``SigningRefusedError`` for what is no PDF.
    """
    try:
        return only_signed(given, content)
    except UNREADABLE as error:
        raise SigningRefusedError(_("Không đọc được tệp PDF."), "file") from error


def is_in_place(given: bytes, content: bytes, name: str, own: str) -> bool:
    """Does the signature ``name``, and all that was drawn with it, show itself only in ``own``?

    Raises ``SigningRefusedError`` for what is no PDF.
    """
    try:
        return lies_in_field(read_pdf(given), read_pdf(content), name, own)
    except UNREADABLE as error:
        raise SigningRefusedError(_("Không đọc được tệp PDF."), "file") from error


def pages_drawn_on(given: bytes, content: bytes) -> tuple[int, ...]:
    """On which pages of ``content`` something was drawn since ``given``, outside its places.

    Whatever was drawn may cover words, or be read as ours. Raises ``SigningRefusedError`` for what
    is no PDF.
    """
    try:
        return tuple(drawn_pages(read_pdf(given), read_pdf(content)))
    except UNREADABLE as error:
        raise SigningRefusedError(_("Không đọc được tệp PDF."), "file") from error
