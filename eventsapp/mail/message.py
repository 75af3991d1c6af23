"""A composed letter and its bytes on the wire (RFC 5322, RFC 6047). Standard library only."""

from __future__ import annotations

import base64
import quopri
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Literal
from uuid import uuid4

CALENDAR_FILE = "invite.ics"
MAX_SUBJECT = 200
MAX_LINE = 75
LONG_NAME = 40

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_BREAKS = re.compile(r"[\r\n\x00\u2028\u2029]")
_BOUNDARY = re.compile(rb'(?mi)^(?:Content-Type: multipart/[^\r\n]*|[ \t][^\r\n]*)\bboundary="([^"\r\n]+)"')
_ENCODING = re.compile(rb"(?mi)^Content-Transfer-Encoding: *([\w-]+)")
_CALENDAR = re.compile(rb"(?mi)^Content-Type: *(?:text/calendar|application/ics)\b")
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
    mail["MIME-Version"] = "1.0"
    return mail.as_bytes().removesuffix(b"\r\n") + _body(letter)


def _body(letter: Rendered) -> bytes:
    """The tree of parts, each with its headers, the first ones on top of it. Put together here: EmailMessage reads
    every header of every part anew at each step, which costs more than all the rest of a letter."""
    part = letter.calendar
    words = [
        _part('text/plain; charset="utf-8"', "quoted-printable", _quoted(letter.text)),
        _part('text/html; charset="utf-8"', "quoted-printable", _quoted(letter.html)),
    ]
    if part is not None and part.inline and part.method != "PUBLISH":
        kind = f'text/calendar; charset="utf-8"; method="{part.method}"'
        words.append(_part(kind, "base64", _base_64(part.content)))
    alternative = _multipart("alternative", words)
    if part is None:
        return alternative
    kind = f'application/ics; name="{CALENDAR_FILE}"'
    named = f'Content-Disposition: attachment; filename="{CALENDAR_FILE}"\r\n'
    return _multipart("mixed", [alternative, _part(kind, "base64", _base_64(part.content), named)])


def _part(kind: str, encoding: str, content: bytes, more: str = "") -> bytes:
    head = f"Content-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\n{more}\r\n"
    return head.encode("ascii") + content


def _multipart(kind: str, parts: Sequence[bytes]) -> bytes:
    # No encoded line can be the boundary: "=" is always followed by two of 0-9A-F in quoted-printable, and in base64
    # it stands at the end alone.
    boundary = f"=_{uuid4().hex}"
    head = f'Content-Type: multipart/{kind};\r\n boundary="{boundary}"\r\n\r\n'
    inner = b"".join(b"--%b\r\n%b\r\n" % (boundary.encode("ascii"), part) for part in parts)
    return head.encode("ascii") + inner + f"--{boundary}--\r\n".encode("ascii")


def _quoted(text: str) -> bytes:
    lines = b"\n".join([*text.encode("utf-8").splitlines(), b""])
    return quopri.encodestring(lines).replace(b"\n", b"\r\n")


def _base_64(content: bytes) -> bytes:
    return base64.encodebytes(content).rstrip(b"\n").replace(b"\n", b"\r\n")


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


def masked(content: bytes) -> bytes:
    """A letter's bytes with the secret in every link replaced by dots, for keeping after it was sent.

    A secret is a path segment of 20 characters or more in mixed case; slugs are lower case, so other links stay.
    For bytes of our own making (`to_bytes`): nothing but headers and the lines between parts is read of them.
    """
    ends = {re.escape(each) for each in _BOUNDARY.findall(content)}
    if not ends:
        return _masked_part(content)
    pieces = re.split(rb"(\r\n--(?:%b)(?:--)?\r\n)" % b"|".join(ends), content)
    return b"".join(_masked_part(each) for each in pieces)


def _masked_part(part: bytes) -> bytes:
    head, blank, body = part.partition(b"\r\n\r\n")
    found = _ENCODING.search(head)
    encoding = found[1].lower() if found else b""
    is_base64, is_quoted = encoding == b"base64", encoding == b"quoted-printable"
    text = base64.b64decode(body) if is_base64 else quopri.decodestring(body) if is_quoted else body
    if _CALENDAR.search(head):
        # Calendar lines are folded at 75 bytes (RFC 5545 §3.1), links in them too.
        text = re.sub(rb"\r\n[ \t]", b"", text)
    if not _LINK_SECRET.search(text):
        return part
    text = _LINK_SECRET.sub(rb"\1...", text)
    if is_base64:
        text = _base_64(text)
    elif is_quoted:
        text = quopri.encodestring(text)
    return head + blank + text
