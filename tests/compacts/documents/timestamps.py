"""A real timestamp server (RFC 3161) of the tests' authority, on its own port."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from asn1crypto import keys, tsp, x509
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from tests.compacts.documents.certificates import Authority


class StampServer(BaseHTTPRequestHandler):
    """Answers timestamp requests."""

    stamper: DummyTimeStamper

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        request = tsp.TimeStampReq.load(self.rfile.read(length))
        answer = self.stamper.request_tsa_response(request).dump()
        self.send_response(200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@contextlib.contextmanager
def timestamp_server(authority: Authority) -> Iterator[str]:
    """The address of a server that stamps with a certificate of ``authority``."""
    certificate, key = authority.issue("Dấu thời gian", "Ban Cơ yếu", stamps_time=True)
    der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    StampServer.stamper = DummyTimeStamper(
        tsa_cert=x509.Certificate.load(certificate.public_bytes(Encoding.DER)),
        tsa_key=keys.PrivateKeyInfo.load(der),
        certs_to_embed=SimpleCertificateStore(),
    )
    server = ThreadingHTTPServer(("127.0.0.1", 0), StampServer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
