"""A real SMTP server that answers as a test tells it to, and remembers what it took."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from types import TracebackType
from typing import Self, cast

import trustme
from aiosmtpd.smtp import SMTP, Envelope, Session

from eventsapp.mail.mailbox import SocketController, listening

TAKEN = "250 taken"
TAKEN_THEN_HANGS_UP = "250 taken, and the line goes dead"
HANGS_UP = "no answer, the line goes dead"
SILENCE = "no answer, the line stays open"


@dataclass(frozen=True)
class Taken:
    """A mail the peer said 250 to."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes

    @property
    def mail(self) -> EmailMessage:
        return message_from_bytes(self.content, policy=default)

    @property
    def message_id(self) -> str:
        return str(self.mail["Message-ID"])


class SmtpPeer:
    """`answers` are given to the mails in turn, `to_recipients` to RCPT TO; then all is taken. `connections` counts."""

    def __init__(
        self,
        answers: Iterable[str] = (),
        *,
        to_recipients: Iterable[str] = (),
        starttls: ssl.SSLContext | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.answers, self.to_recipients = list(answers), list(to_recipients)
        self.taken: list[Taken] = []
        self.seen: list[bytes] = []
        self.connections = 0
        self.stopped = False
        self._controller = SocketController(self, listening(), tls_context=starttls, ssl_context=tls, timeout=30)
        self.port: int = self._controller.port

    def __enter__(self) -> Self:
        self._controller.start()
        self.connections = 0
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Be gone; a second call does nothing."""
        if not self.stopped:
            self.stopped = True
            self._controller.stop()

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.to_recipients.pop(0) if self.to_recipients else "250 known"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = cast("bytes", envelope.original_content)
        self.seen.append(content)
        answer = self.answers.pop(0) if self.answers else TAKEN
        transport = cast("asyncio.Transport", server.transport)
        if answer == SILENCE:
            await asyncio.Event().wait()
        if answer == HANGS_UP:
            transport.abort()
        if answer.startswith("250"):
            self.taken.append(Taken(str(envelope.mail_from), tuple(envelope.rcpt_tos), content))
        if answer == TAKEN_THEN_HANGS_UP:
            # Runs after the answer is written; close() sends what is written first.
            asyncio.get_running_loop().call_soon(transport.close)
        return answer


def certificate(folder: Path, host: str) -> Path:
    """A file with a key, a certificate for a host (a name, or an address such as 127.0.0.1) and the authority's own."""
    path = folder / f"{host}.pem"
    authority = trustme.CA()
    authority.issue_cert(host).private_key_and_cert_chain_pem.write_to_path(str(path))
    authority.cert_pem.write_to_path(str(path), append=True)
    return path


def server_side(pem: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(pem)
    return context
