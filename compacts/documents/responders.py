"""Asking a certificate's own OCSP responder whether it was revoked; only one that is configured.

A certificate names the responders of its issuer. Whoever brings a certificate writes that name, so
an address is asked only where the operator has put it into the settings, word for word.
"""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

import aiohttp
from asn1crypto import ocsp, x509
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import OCSPFetchError, OCSPValidationError
from pyhanko_certvalidator.fetchers.common_utils import (
    format_ocsp_request,
    process_ocsp_response_data,
)
from pyhanko_certvalidator.path import ValidationPath
from pyhanko_certvalidator.revinfo.validate_ocsp import verify_ocsp_response

SECONDS = 5
LONGEST_ANSWER = 1 << 16


class NoAnswerError(Exception):
    """The responder says nothing, or nothing that can be relied on."""


def responder_of(certificate: x509.Certificate, allowed: Sequence[str]) -> str:
    """The first responder named in the certificate that may be asked; empty for none."""
    return next((url for url in certificate.ocsp_urls if url in allowed), "")


async def ask(certificate: x509.Certificate, path: ValidationPath, url: str) -> ocsp.OCSPResponse:
    """What the responder says of the certificate, not yet checked.

    Raises ``NoAnswerError`` where it says nothing within seconds, or sends us elsewhere.
    """
    request = format_ocsp_request(
        certificate,
        path.find_issuing_authority(certificate),
        # The one that every responder knows; it only names the certificate.
        certid_hash_algo="sha1",
        request_nonces=True,
    )
    try:
        content = await _posted(url, request.dump())
        return process_ocsp_response_data(content, ocsp_request=request, ocsp_url=url)
    except (aiohttp.ClientError, TimeoutError, OCSPFetchError) as error:
        raise NoAnswerError(str(error)) from error


async def _posted(url: str, content: bytes) -> bytes:
    timeout = aiohttp.ClientTimeout(total=SECONDS)
    headers = {"Content-Type": "application/ocsp-request", "Accept": "application/ocsp-response"}
    async with (
        aiohttp.ClientSession(timeout=timeout, headers=headers) as session,
        session.post(url, data=content, allow_redirects=False) as answer,
    ):
        if answer.status != HTTPStatus.OK:
            raise NoAnswerError(f"HTTP {answer.status}")
        read = b""
        async for chunk in answer.content.iter_any():
            read += chunk
            if len(read) > LONGEST_ANSWER:
                raise NoAnswerError("too long")
        return read


async def judge(
    certificate: x509.Certificate, path: ValidationPath, context: ValidationContext
) -> None:
    """Pass where the answer in ``context`` is the issuer's own and says that all is well.

    Raises ``RevokedError``, or ``NoAnswerError`` for an answer that cannot be relied on.
    """
    try:
        await verify_ocsp_response(certificate, path, context)
    except OCSPValidationError as error:
        raise NoAnswerError(str(error)) from error
