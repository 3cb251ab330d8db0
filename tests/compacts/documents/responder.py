"""A real OCSP responder of the tests' authority, on its own port."""

from __future__ import annotations

import contextlib
import datetime as dt
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from tests.compacts.documents.certificates import Authority


class Responder(ThreadingHTTPServer):
    """Says of a certificate of ``authority`` whether it was revoked, and counts the questions.

    ``signer`` is whose answer it is, ``status`` that of HTTP, ``says`` what it says instead, and
    nothing before it ``may_speak``.
    """

    def __init__(self, authority: Authority) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.authority = authority
        self.signer = authority
        self.elsewhere = ""
        self.status = 200
        self.says: bytes | None = None
        self.may_speak = threading.Event()
        self.may_speak.set()
        self.asked = 0

    @property
    def url(self) -> str:
        """Where it is asked."""
        return f"http://127.0.0.1:{self.server_port}/ocsp"

    def answer(self, question: bytes) -> bytes:
        """The signed answer to a request."""
        request = ocsp.load_der_ocsp_request(question)
        self.asked += 1
        self.may_speak.wait(20)
        if self.says is not None:
            return self.says
        now = dt.datetime.now(dt.UTC)
        is_revoked = request.serial_number in self.authority.revoked
        single = ocsp.OCSPResponseBuilder().add_response_by_hash(
            issuer_name_hash=request.issuer_name_hash,
            issuer_key_hash=request.issuer_key_hash,
            serial_number=request.serial_number,
            algorithm=request.hash_algorithm,
            cert_status=ocsp.OCSPCertStatus.REVOKED if is_revoked else ocsp.OCSPCertStatus.GOOD,
            this_update=now,
            next_update=now + dt.timedelta(hours=1),
            revocation_time=now - dt.timedelta(days=1) if is_revoked else None,
            revocation_reason=None,
        )
        nonce = request.extensions.get_extension_for_class(x509.OCSPNonce).value
        signed = (
            single.responder_id(ocsp.OCSPResponderEncoding.NAME, self.signer.root)
            .add_extension(nonce, critical=False)
            .sign(self.signer.key, hashes.SHA256())
        )
        return signed.public_bytes(Encoding.DER)


class _Handler(BaseHTTPRequestHandler):
    server: Responder

    def do_POST(self) -> None:
        question = self.rfile.read(int(self.headers["Content-Length"]))
        if self.server.elsewhere:
            self.send_response(307)
            self.send_header("Location", self.server.elsewhere)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        answer = self.server.answer(question)
        with contextlib.suppress(ConnectionError):
            self.give(answer)

    def give(self, answer: bytes) -> None:
        self.send_response(self.server.status)
        self.send_header("Content-Type", "application/ocsp-response")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@contextlib.contextmanager
def running_responder(authority: Authority) -> Iterator[Responder]:
    """A responder that answers until the end of the block."""
    server = Responder(authority)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.may_speak.set()
    server.shutdown()
    server.server_close()
