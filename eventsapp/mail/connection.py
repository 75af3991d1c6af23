"""Flask-Mail's connection made safe: a time limit, verified TLS, and no error after a mail was taken.

Flask-Mail 0.10 waits for ever on a silent server, takes any certificate, and raises from QUIT although the mail was
accepted; a second attempt would then send it twice.
"""

from __future__ import annotations

import contextlib
import ipaddress
import smtplib
import socket
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from flask_mail import Connection, Mail, Message

if TYPE_CHECKING:
    from config import Config


class Unreachable(Exception):
    """The mail server cannot be talked to. No letter is at fault; the message is one line that says why."""


@dataclass(frozen=True)
class Server:
    """Where letters go. `tls`: "on" is STARTTLS, "ssl" is TLS from the first byte, "off" is plain text."""

    host: str
    port: int
    tls: Literal["on", "ssl", "off"]
    username: str | None
    password: str | None
    ca_file: str | None
    timeout: float
    own_name: str
    """How we introduce ourselves (RFC 5321 §4.1.1.1)."""


def server_of(config: Config, mailbox_port: int) -> Server:
    """The mail server of the settings, or the local mailbox at a port of this machine when none is set."""
    own_name = config.host
    with contextlib.suppress(ValueError):
        own_name = f"[{ipaddress.ip_address(config.host)}]"
    if config.mail_server is None:
        return Server("127.0.0.1", mailbox_port, "off", None, None, None, config.mail_timeout_seconds, own_name)
    return Server(
        host=config.mail_server,
        port=config.mail_port,
        tls=config.mail_tls,
        username=config.mail_username,
        password=config.mail_password,
        ca_file=config.mail_ca_file,
        timeout=config.mail_timeout_seconds,
        own_name=own_name,
    )


class KeptMessage(Message):
    """A message whose bytes were made, and kept, before: the same at every attempt."""

    def __init__(self, content: bytes, sender: str, recipient: str) -> None:
        super().__init__(sender=sender, recipients=[recipient])
        self.content = content

    def as_bytes(self) -> bytes:
        return self.content


class SafeConnection(Connection):
    """A connection opened at first use and again when the server has hung up. Close it with `close`."""

    host: smtplib.SMTP | smtplib.SMTP_SSL | None

    def __init__(self, server: Server) -> None:
        state = Mail().init_mail({"MAIL_SERVER": server.host, "MAIL_PORT": server.port, "MAIL_SUPPRESS_SEND": False})
        super().__init__(state)  # type: ignore[arg-type]  # Flask-Mail itself passes the state here
        self.server = server
        self.host = None

    def ready(self) -> None:
        """Have a live connection, or raise Unreachable. Plain text is never a way out of missing TLS."""
        if self.host is not None and not self._alive():
            self.close()
        if self.host is None:
            try:
                self.host = self.configure_host()
            except (OSError, smtplib.SMTPException, ValueError) as error:
                raise Unreachable(f"mail server {self.server.host}:{self.server.port}: {self._why(error)}") from error

    def _alive(self) -> bool:
        try:
            return self.host is not None and self.host.noop()[0] == 250
        except (OSError, smtplib.SMTPException):
            return False

    def configure_host(self) -> smtplib.SMTP | smtplib.SMTP_SSL:
        """Connect, secure, log in. Whatever goes wrong on the way closes the socket again."""
        host = self._greeted()
        try:
            if self.server.tls == "on":
                host.starttls(context=self._tls())
            if self.server.username and self.server.password:
                host.login(self.server.username, self.server.password)
        except BaseException:
            host.close()
            raise
        return host

    def _greeted(self) -> smtplib.SMTP | smtplib.SMTP_SSL:
        server = self.server
        if server.tls == "ssl":
            return smtplib.SMTP_SSL(
                server.host, server.port, server.own_name, timeout=server.timeout, context=self._tls()
            )
        return smtplib.SMTP(server.host, server.port, server.own_name, timeout=server.timeout)

    def _tls(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.server.ca_file)

    def _why(self, error: Exception) -> str:
        if isinstance(error, smtplib.SMTPNotSupportedError) and self.server.tls == "on":
            return "offers no STARTTLS; letters are not sent in plain text (EVENTSAPP_MAIL_USE_TLS)"
        if isinstance(error, ssl.SSLCertVerificationError):
            return f"its certificate is not trusted: {error.verify_message} (EVENTSAPP_MAIL_CA_FILE)"
        if isinstance(error, smtplib.SMTPAuthenticationError):
            return f"refuses the login: {error.smtp_code} (EVENTSAPP_MAIL_USERNAME, EVENTSAPP_MAIL_PASSWORD)"
        # smtplib wraps a time-out of its own reading.
        if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
            return f"no answer within {self.server.timeout:g} seconds"
        if isinstance(error, socket.gaierror):
            return "its name is not known (EVENTSAPP_MAIL_SERVER)"
        return " ".join(str(error).split()) or type(error).__name__

    def close(self) -> None:
        """Say goodbye if the server still listens. Never raises: what was taken before stays taken."""
        host, self.host = self.host, None
        if host is None:
            return
        with contextlib.suppress(OSError, smtplib.SMTPException):
            host.quit()
        host.close()
