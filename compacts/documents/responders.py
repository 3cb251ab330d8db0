"""Asking a certificate's own OCSP responder whether it was revoked; only one that is configured.

A certificate names the responders of its issuer. Whoever brings a certificate writes that name, so
an address is asked only where the operator has put it into the settings, word for word.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import TypeAlias

import aiohttp
from asn1crypto import ocsp, x509
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import OCSPValidationError
from pyhanko_certvalidator.fetchers.common_utils import (
    format_ocsp_request,
    process_ocsp_response_data,
)
from pyhanko_certvalidator.path import ValidationPath
from pyhanko_certvalidator.revinfo.validate_ocsp import verify_ocsp_response

from compacts.documents.asynchronous import run_now

logger = logging.getLogger(__name__)

# For one question; and, where somebody waits, for all of a request's together.
SECONDS = 5.0
# For all questions of a worker's job.
PATIENCE = 30.0
LONGEST_ANSWER = 1 << 16
AT_ONCE = 8
_HEADERS = {"Content-Type": "application/ocsp-request", "Accept": "application/ocsp-response"}
_LATER = frozenset({"internal_error", "try_later"})
# What reading an answer that is none may end in: it is read lazily.
_UNREADABLE = (OCSPValidationError, ValueError, TypeError, KeyError)


class NoAnswerError(Exception):
    """The responder says nothing, or nothing that can be relied on."""


class SilentError(NoAnswerError):
    """It says nothing now: unreachable, too slow, or it asks for patience itself."""


class BadAnswerError(NoAnswerError):
    """It says something that cannot be relied on; asking again will not help."""


@dataclass(frozen=True, slots=True)
class Question:
    """Was the certificate, which ``path`` leads to, revoked? Put to the responder at ``url``."""

    certificate: x509.Certificate
    path: ValidationPath
    url: str


Said: TypeAlias = ocsp.OCSPResponse | NoAnswerError


def responder_of(certificate: x509.Certificate, allowed: Sequence[str]) -> str:
    """The first responder named in the certificate that may be asked; empty for none."""
    return next((url for url in certificate.ocsp_urls if url in allowed), "")


class Inquiry:
    """What responders say within one request or job: each is asked once about a certificate.

    All questions together take ``seconds`` at most, and a responder that was silent is not asked
    again: ten certificates of an authority that is away cost no more than one.
    """

    def __init__(self, seconds: float = SECONDS) -> None:
        self._left = seconds
        self._said: dict[bytes, Said] = {}
        self._silent: set[str] = set()

    def answer(self, question: Question) -> ocsp.OCSPResponse:
        """What the responder says, not yet checked; raises ``NoAnswerError``."""
        self.ask([question])
        said = self._said[question.certificate.sha256]
        if isinstance(said, NoAnswerError):
            raise said
        return said

    def ask(self, questions: Iterable[Question]) -> None:
        """Put the questions that were not put yet, all at once; the answers are remembered."""
        new = {
            one.certificate.sha256: one
            for one in questions
            if one.certificate.sha256 not in self._said
        }
        if not new:
            return
        begun = time.monotonic()
        said = run_now(self._all_said(list(new.values()), begun + self._left))
        self._left -= time.monotonic() - begun
        self._said |= dict(zip(new, said, strict=True))

    async def _all_said(self, questions: list[Question], end: float) -> list[Said]:
        gates: defaultdict[str, asyncio.Semaphore] = defaultdict(
            lambda: asyncio.Semaphore(AT_ONCE)
        )
        async with aiohttp.ClientSession(headers=_HEADERS) as session:

            async def said_to(question: Question) -> Said:
                async with gates[question.url]:
                    left = end - time.monotonic()
                    if question.url in self._silent or left <= 0:
                        return SilentError("not asked")
                    said = await _said_to(question, session, min(SECONDS, left))
                if isinstance(said, SilentError):
                    self._silent.add(question.url)
                return said

            return await asyncio.gather(*(said_to(one) for one in questions))


async def _said_to(question: Question, session: aiohttp.ClientSession, seconds: float) -> Said:
    """The answer, or what is wrong with it: a redirect is followed nowhere."""
    request = format_ocsp_request(
        question.certificate,
        question.path.find_issuing_authority(question.certificate),
        # The one that every responder knows; it only names the certificate.
        certid_hash_algo="sha1",
        request_nonces=True,
    )
    try:
        content = await _posted(session, question.url, request.dump(), seconds)
        return _checked(content, request, question.url)
    except NoAnswerError as error:
        found = error
    except (aiohttp.ClientError, OSError) as error:
        found = SilentError(f"{type(error).__name__} {error}")
    except _UNREADABLE as error:
        found = BadAnswerError(f"{type(error).__name__} {error}")
    what = "is silent" if isinstance(found, SilentError) else "cannot be relied on"
    logger.warning("responder %s %s: %s", question.url, what, found)
    return found


def _checked(content: bytes, request: ocsp.OCSPRequest, url: str) -> ocsp.OCSPResponse:
    status = ocsp.OCSPResponse.load(content)["response_status"].native
    if status in _LATER:
        raise SilentError(f"status {status}")
    return process_ocsp_response_data(content, ocsp_request=request, ocsp_url=url)


async def _posted(
    session: aiohttp.ClientSession, url: str, content: bytes, seconds: float
) -> bytes:
    limit = aiohttp.ClientTimeout(total=seconds)
    async with session.post(url, data=content, allow_redirects=False, timeout=limit) as answer:
        if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise SilentError(f"HTTP {answer.status}")
        if answer.status != HTTPStatus.OK:
            raise BadAnswerError(f"HTTP {answer.status}")
        read = b""
        async for chunk in answer.content.iter_any():
            read += chunk
            if len(read) > LONGEST_ANSWER:
                raise BadAnswerError("too long")
        return read


def judge(question: Question, context: ValidationContext) -> None:
    """Pass where the answer in ``context`` is the issuer's own and says that all is well.

    Raises ``RevokedError``, or ``BadAnswerError`` for an answer that cannot be relied on.
    """
    try:
        run_now(verify_ocsp_response(question.certificate, question.path, context))
    except _UNREADABLE as error:
        logger.warning("responder %s cannot be relied on: %s", question.url, error)
        raise BadAnswerError(str(error)) from error
