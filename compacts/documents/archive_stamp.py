"""A timestamp over a whole signed file (DocTimeStamp, ISO 32000-2, 12.8.5)."""

from __future__ import annotations

import datetime as dt
import io

from django.utils.translation import gettext as _
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.timestamps import HTTPTimeStamper

from compacts.documents.asynchronous import run_now
from compacts.documents.certificates import SigningRefusedError, Trust
from compacts.documents.signing import DIGEST, with_validation_data

FIELD = "dau-thoi-gian"


def archive_stamped(content: bytes, trust: Trust, number: int) -> tuple[bytes, dt.datetime]:
    """The file with fresh validation data and a timestamp over everything, and how long it lasts.

    ``number`` makes the name of the timestamp's field its own; the end is that of the certificate
    of the timestamp server. Raises ``SigningRefusedError`` where that server does not answer.
    """
    kept = with_validation_data(content, trust)
    stamper = PdfTimeStamper(HTTPTimeStamper(trust.timestamp_url), field_name=f"{FIELD}-{number}")
    writer = IncrementalPdfFileWriter(io.BytesIO(kept))
    try:
        output = run_now(stamper.async_timestamp_pdf(writer, DIGEST))
    except Exception as error:
        raise SigningRefusedError(_("Máy chủ cấp dấu thời gian không trả lời."), "file") from error
    made: bytes = output.getvalue()
    newest = PdfFileReader(io.BytesIO(made)).embedded_timestamp_signatures[-1]
    ends: dt.datetime = newest.signer_cert.not_valid_after
    return made, ends
