"""A real mail server for the tests, and people with addresses."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email.header import decode_header, make_header
from email.message import Message as Mail

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as MessageHandler
from aiosmtpd.smtp import SMTP, Envelope, Session

from units.models import Person


class Postman(MessageHandler):
    """Keeps what it is given; ``refusal`` is what it says instead, if anything.

    ``hangs_up``: it takes the letter and breaks the line before it says so.
    """

    def __init__(self) -> None:
        super().__init__()
        self.letters: list[Mail] = []
        self.refusal = ""
        self.hangs_up = False
        # The server knows its hooks by names in capitals.
        vars(self)["handle_RCPT"] = self.answer_recipient
        vars(self)["handle_DATA"] = self.take_letter

    async def answer_recipient(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refusal:
            return self.refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def take_letter(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = str(await super().handle_DATA(server, session, envelope))
        if self.hangs_up:
            server.transport.abort()
        return answer

    def handle_message(self, message: Mail) -> None:
        self.letters.append(message)


@contextmanager
def mail_server() -> Iterator[tuple[Postman, int]]:
    """An SMTP server in a thread of this process, and its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    kept = Postman()
    server = Controller(kept, hostname="127.0.0.1", port=port)
    server.start()
    try:
        yield kept, port
    finally:
        server.stop()


def subject_of(mail: Mail) -> str:
    return str(make_header(decode_header(mail["Subject"])))


def words_of(mail: Mail) -> str:
    body = mail.get_payload(decode=True)
    assert isinstance(body, bytes)
    return body.decode()


def with_address(person: Person) -> Person:
    person.email = f"{person.username}@example.vn"
    person.save(update_fields=["email"])
    return person
