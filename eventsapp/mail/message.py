"""A composed letter and its bytes on the wire (RFC 5322, RFC 6047). Standard library only."""

from __future__ import annotations

import base64
import quopri
import re
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.errors import MessageError
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Literal

CALENDAR_FILE = "invite.ics"
MAX_SUBJECT = 200
MAX_LINE = 75
LONG_NAME = 40

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_BREAKS = re.compile(r"[\r\n\x00\u2028\u2029]")
_LINK_SECRET = re.compile(rb"(https?://[^\s<>\"']*?/)((?=[^/?#\s]*[A-Z])(?=[^/?#\s]*[a-z0-9])[A-Za-z0-9_.~=-]{20,})")


class Undeliverable(ValueError):
    """This letter can never be sent as it is; the message says why in words an organiser understands."""


@dataclass(frozen=True)
class CalendarPart:
    """An iCalendar object for the recipient. `method` equals its METHOD (RFC 6047 §2.4). `inline` makes it an
    invitation that mail programs answer; without it, and always for PUBLISH, it is a plain attachment."""

    method: Literal["REQUEST", "CANCEL", "PUBLISH"]
    content: bytes
    inline: bool = True


@dataclass(frozen=True)
class Rendered:
    """A letter in words, before it has an envelope. `in_reply_to` is a Message-ID with its angle brackets."""

    subject: str
    text: str
    html: str
    sender_name: str = ""
    reply_to: str | None = None
    calendar: CalendarPart | None = None
    in_reply_to: str | None = None


def clean_line(value: str) -> str:
    """One line for a header: control characters and runs of blanks become one blank."""
    return " ".join(_CONTROLS.sub(" ", value).split())


def address(addr_spec: str, display_name: str = "") -> Address:
    """An address for a header. Raises Undeliverable for line breaks, a missing part, or letters beyond ASCII before
    the @ (that needs SMTPUTF8, RFC 6531, which few servers take); a domain beyond ASCII is put in its IDNA form."""
    local, at, domain = addr_spec.strip().rpartition("@")
    if not at or not local or not domain or _BREAKS.search(addr_spec):
        raise Undeliverable("the address is not a complete e-mail address")
    if not local.isascii():
        raise Undeliverable("the address has letters before the @ that mail servers do not accept (only a-z, 0-9 …)")
    try:
        return Address(clean_line(display_name), addr_spec=f"{local}@{domain.encode('idna').decode('ascii')}")
    except (MessageError, ValueError, LookupError):
        raise Undeliverable("the address is not a valid e-mail address") from None


def to_bytes(letter: Rendered, *, sender: str, recipient: str, message_id: str, sent_on: datetime) -> bytes:
    """The letter as it goes on the wire: CRLF, 7 bit, no line over 998 bytes, one recipient.

    With an invitation the tree is mixed(alternative(plain, html, calendar), application/ics); both calendar parts
    carry the same bytes and the inline one has no Content-Disposition, or Thunderbird hides it. `sent_on` is an
    aware moment. Raises Undeliverable when an address or header cannot be used.
    """
    mail = EmailMessage(policy=SMTP)
    _set_sender(mail, address(sender, letter.sender_name))
    mail["To"] = address(recipient)
    if letter.reply_to:
        mail["Reply-To"] = address(letter.reply_to)
    mail["Subject"] = clean_line(letter.subject)[:MAX_SUBJECT]
    mail["Date"] = sent_on
    mail["Message-ID"] = _message_id(message_id)
    if letter.in_reply_to:
        mail["In-Reply-To"] = mail["References"] = _message_id(letter.in_reply_to)
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(letter.text, cte="quoted-printable")
    mail.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    if letter.calendar is not None:
        _add_calendar(mail, letter.calendar)
    return mail.as_bytes()


def _set_sender(mail: EmailMessage, sender: Address) -> None:
    """The From header. EmailMessage loses the quotes of a name it has to fold, and its commas then part addresses, so
    such names are encoded here as a whole (RFC 2047), in lines short enough to be left alone."""
    if sender.display_name.isascii() and len(sender.display_name) <= LONG_NAME:
        mail["From"] = sender
        return
    name = Header(sender.display_name, "utf-8", maxlinelen=MAX_LINE, header_name="From").encode()
    mail.set_raw("From", f"{name}\n <{sender.addr_spec}>")


def _message_id(value: str) -> str:
    if not re.fullmatch(r"<[^<>\s@]+@[^<>\s@]+>", value):
        raise Undeliverable(f"not a Message-ID: {value!r}")
    return value


def _add_calendar(mail: EmailMessage, part: CalendarPart) -> None:
    if part.inline and part.method != "PUBLISH":
        mail.add_alternative(
            part.content.decode("utf-8"), subtype="calendar", cte="base64", params={"method": part.method}
        )
    mail.add_attachment(part.content, "application", "ics", filename=CALENDAR_FILE, params={"name": CALENDAR_FILE})


def masked(content: bytes) -> bytes:
    """A letter's bytes with the secret in every link replaced by dots, for keeping after it was sent.

    A secret is a path segment of 20 characters or more in mixed case; slugs are lower case, so other links stay.
    """
    mail = message_from_bytes(content, policy=SMTP)
    changed = False
    for part in mail.walk():
        payload = None if part.is_multipart() else part.get_payload(decode=True)
        if not isinstance(payload, bytes) or not _LINK_SECRET.search(_unfolded(part, payload)):
            continue
        changed = True
        payload = _LINK_SECRET.sub(rb"\1...", _unfolded(part, payload))
        base_64 = part["Content-Transfer-Encoding"] == "base64"
        encoded = base64.encodebytes(payload) if base_64 else quopri.encodestring(payload)
        part.set_payload(encoded.decode("ascii"))
    return mail.as_bytes() if changed else content


def _unfolded(part: EmailMessage, payload: bytes) -> bytes:
    """Calendar lines are folded at 75 bytes (RFC 5545 §3.1), links in them too."""
    return re.sub(rb"\r\n[ \t]", b"", payload) if part.get_content_subtype() in ("calendar", "ics") else payload
