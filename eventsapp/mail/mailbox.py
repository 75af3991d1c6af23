"""The local mailbox: a real SMTP server on this machine that keeps every mail as a file, and reading them.

For development: letters take the same way as to any mail server. One file per Message-ID, so a mail sent again
overwrites itself.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import os
import re
import signal
import socket
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.policy import default
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

HOST = "127.0.0.1"
SHOWN = 500
MAIL_ID = re.compile(r"[0-9a-f]{32}")


def folder_of(instance: Path) -> Path:
    return instance / "mailbox"


def listening(port: int = 0) -> socket.socket:
    """A socket that listens on this machine only; port 0 takes a free one. Raises OSError when the port is taken."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((HOST, port))
        sock.listen(64)
    except BaseException:
        sock.close()
        raise
    return sock


class _Keeper:
    """Keeps each mail: written aside, synced, then put in its place, so that no half mail is ever seen."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = cast("bytes", envelope.content)
        await asyncio.get_running_loop().run_in_executor(None, keep, self.folder, content)
        return "250 kept"


def keep(folder: Path, content: bytes) -> Path:
    """Put a mail into the folder, durably, in place of an earlier one with the same Message-ID."""
    message_id = BytesHeaderParser(policy=default).parsebytes(content).get("Message-ID")
    name = hashlib.sha256(str(message_id).encode() if message_id else content).hexdigest()[:32]
    path, draft = folder / f"{name}.eml", folder / f".{name}.{os.getpid()}"
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return path


class SocketController(Controller):
    """An SMTP server on a socket that is open already: no port is named twice, none is free and then taken."""

    def __init__(self, handler: Any, sock: socket.socket, **smtp: Any) -> None:
        self.sock = sock
        super().__init__(handler, hostname=HOST, port=sock.getsockname()[1], server_hostname="localhost", **smtp)

    def _create_server(self) -> Awaitable[asyncio.AbstractServer]:
        return self.loop.create_server(self._factory_invoker, sock=self.sock, ssl=self.ssl_context)


class LocalMailbox:
    """The mailbox while it is open: `with LocalMailbox(instance) as mailbox:`, then mailbox.port takes SMTP."""

    def __init__(self, instance: Path, sock: socket.socket | None = None) -> None:
        self.folder = folder_of(instance)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._controller = SocketController(_Keeper(self.folder), sock or listening())
        self.port: int = self._controller.port

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._controller.stop()


@dataclass(frozen=True)
class MailSummary:
    mail_id: str
    to: str
    subject: str
    arrived_at: datetime


@dataclass(frozen=True)
class KeptMail:
    """A mail taken apart for reading; `calendar` is the text of its calendar part, inline or attached."""

    summary: MailSummary
    headers: tuple[tuple[str, str], ...]
    text: str | None
    html: str | None
    calendar: str | None


def mails(instance: Path) -> list[MailSummary]:
    """The mails in the mailbox, newest first, at most 500."""
    files = (path for path in folder_of(instance).glob("*.eml") if MAIL_ID.fullmatch(path.stem))
    found = [(path.stat().st_mtime_ns, path) for path in files]
    parser = BytesHeaderParser(policy=default)
    newest = sorted(found, reverse=True)[:SHOWN]
    return [_summary(path, parser.parsebytes(path.read_bytes())) for _, path in newest]


def find_mail(instance: Path, mail_id: str) -> KeptMail | None:
    path = find_file(instance, mail_id)
    if path is None:
        return None
    mail = message_from_bytes(path.read_bytes(), policy=default)
    by_type: dict[str, str] = {}
    for part in mail.walk():
        if not part.is_multipart():
            by_type.setdefault(part.get_content_type(), _text_of(part))
    return KeptMail(
        summary=_summary(path, mail),
        headers=tuple((name, str(value)) for name, value in mail.items()),
        text=by_type.get("text/plain"),
        html=by_type.get("text/html"),
        calendar=by_type.get("text/calendar") or by_type.get("application/ics"),
    )


def find_file(instance: Path, mail_id: str) -> Path | None:
    """The mail's file; None for what is not an id or not there."""
    path = folder_of(instance) / f"{mail_id}.eml"
    return path if MAIL_ID.fullmatch(mail_id) and path.is_file() else None


def _summary(path: Path, mail: EmailMessage) -> MailSummary:
    arrived_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return MailSummary(path.stem, str(mail.get("To", "")), str(mail.get("Subject", "")), arrived_at)


def _text_of(part: EmailMessage) -> str:
    payload = part.get_payload(decode=True)
    return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""


def main(arguments: Sequence[str] | None = None) -> None:
    """Keep mail until SIGTERM or SIGINT: `python -m eventsapp.mail.mailbox --fd 5 --instance instance`."""
    parser = argparse.ArgumentParser(prog="mailbox")
    parser.add_argument("--fd", type=int, required=True, help="a listening socket, inherited")
    parser.add_argument("--instance", type=Path, required=True)
    given = parser.parse_args(arguments)
    signals = (signal.SIGTERM, signal.SIGINT)
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    with LocalMailbox(given.instance, socket.socket(fileno=given.fd)):
        signal.sigwait(signals)


if __name__ == "__main__":
    main()
