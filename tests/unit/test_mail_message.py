"""The bytes on the wire, read back by the parser of the standard library."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage, MIMEPart
from email.policy import default
from email.utils import getaddresses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventsapp.mail.message import CalendarPart, Rendered, Undeliverable, clean_line, masked, to_bytes

ICS = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nSUMMARY:Journée de réflexion\r\nEND:VCALENDAR\r\n".encode()
SENT_ON = datetime(2027, 7, 14, 9, 30, tzinfo=UTC)
SECRET = "Zk3".join("abcdefghijklmn")  # 53 characters in mixed case, as the links in letters have


def _bytes(recipient: str = "ada@example.org", **parts: Any) -> bytes:
    letter = Rendered(**{"subject": "You have a place", "text": "Text é\n", "html": "<p>HTML é</p>", **parts})
    return to_bytes(
        letter, sender="events@example.org", recipient=recipient, message_id="<1@example.org>", sent_on=SENT_ON
    )


def _read(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=default)


def _leaves(content: bytes) -> list[EmailMessage]:
    return [part for part in _read(content).walk() if not part.is_multipart()]


def _tree(part: MIMEPart) -> Any:
    inner = [_tree(child) for child in part.iter_parts()] if part.is_multipart() else []
    return (part.get_content_type(), *inner)


def test_letter_without_calendar_is_text_and_html() -> None:
    mail = _read(_bytes())
    assert _tree(mail) == ("multipart/alternative", ("text/plain",), ("text/html",))
    text, html = _leaves(_bytes())
    assert (text.get_content(), html.get_content()) == ("Text é\r\n", "<p>HTML é</p>\r\n")


def test_letter_headers() -> None:
    mail = _read(_bytes(sender_name="Ville, Liège", reply_to="desk@example.org", in_reply_to="<0@example.org>"))
    assert dict(mail.items()) | {"Content-Type": "", "MIME-Version": ""} == {
        "From": '"Ville, Liège" <events@example.org>',
        "To": "ada@example.org",
        "Reply-To": "desk@example.org",
        "Subject": "You have a place",
        "Date": "Wed, 14 Jul 2027 09:30:00 +0000",
        "Message-ID": "<1@example.org>",
        "In-Reply-To": "<0@example.org>",
        "References": "<0@example.org>",
        "Auto-Submitted": "auto-generated",
        "Content-Type": "",
        "MIME-Version": "",
    }


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL"])
def test_invitation_tree(method: Any) -> None:
    mail = _read(_bytes(calendar=CalendarPart(method, ICS)))
    alternative = ("multipart/alternative", ("text/plain",), ("text/html",), ("text/calendar",))
    assert _tree(mail) == ("multipart/mixed", alternative, ("application/ics",))


def test_invitation_parts() -> None:
    inline, attached = _leaves(_bytes(calendar=CalendarPart("REQUEST", ICS)))[2:]
    assert inline.get_payload(decode=True) == attached.get_payload(decode=True) == ICS
    assert inline["Content-Transfer-Encoding"] == attached["Content-Transfer-Encoding"] == "base64"
    assert dict(inline["Content-Type"].params) == {"charset": "utf-8", "method": "REQUEST"}
    assert inline["Content-Disposition"] is None
    assert attached["Content-Type"] == 'application/ics; name="invite.ics"'
    assert attached["Content-Disposition"] == 'attachment; filename="invite.ics"'


@pytest.mark.parametrize("part", [CalendarPart("PUBLISH", ICS), CalendarPart("REQUEST", ICS, inline=False)])
def test_calendar_without_invitation_is_only_attached(part: CalendarPart) -> None:
    alternative = ("multipart/alternative", ("text/plain",), ("text/html",))
    assert _tree(_read(_bytes(calendar=part))) == ("multipart/mixed", alternative, ("application/ics",))


def test_same_letter_twice_differs_in_boundaries_only() -> None:
    first, second = _leaves(_bytes()), _leaves(_bytes())
    assert [part.as_bytes() for part in first] == [part.as_bytes() for part in second]


def test_long_lines_are_broken_on_the_wire() -> None:
    long = "ü" * 5000
    content = _bytes(text=long, html=long, subject=long, sender_name=long[:300], calendar=CalendarPart("REQUEST", ICS))
    assert max(len(line) for line in content.split(b"\r\n")) <= 78
    assert content.count(b"\n") == content.count(b"\r\n")
    assert content.isascii()
    assert _leaves(content)[0].get_content() == long + "\r\n"


@pytest.mark.parametrize(
    "name",
    [
        "Ville, Liège",
        'The "Desk"',
        "Zoë\r\nBcc: x@example.org",
        "a@b.c",
        "(x)",
        "Κοινοτική αστυνόμευση χωρίς σύνορα, Αθήνα και Θεσσαλονίκη, Ελλάδα",
        "é" * 200,
        "x" * 200,
        'A long plain name, "with quotes" and commas, that does not fit on one line of a header',
        "Police de proximité, quartiers Saint-Gilles, Forest, Ixelles et Etterbeek, Région de Bruxelles",
    ],
)
def test_sender_name_stays_a_name(name: str) -> None:
    raw = message_from_bytes(_bytes(sender_name=name))["From"]
    ((found, addr_spec),) = getaddresses([raw])
    assert (str(make_header(decode_header(found))), addr_spec) == (clean_line(name), "events@example.org")


@pytest.mark.parametrize("subject", ["地域警察" * 30, "Vous avez une place : Journée de réflexion " * 3])
def test_long_subject_is_read_back_whole(subject: str) -> None:
    assert _read(_bytes(subject=subject))["Subject"] == clean_line(subject)


@given(st.text(max_size=120), st.text(max_size=300))
def test_no_text_breaks_the_headers(name: str, subject: str) -> None:
    name, subject = name.encode("utf-8", "ignore").decode(), subject.encode("utf-8", "ignore").decode()
    mail = _read(_bytes(sender_name=name, subject=subject))
    assert mail.keys() == _read(_bytes(sender_name="x")).keys()
    assert [address.addr_spec for address in mail["From"].addresses] == ["events@example.org"]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ada",
        "@example.org",
        "ada@",
        "ada@example.org\r\nBcc: x@example.org",
        "ada@ex\nample.org",
        "a b@example.org",
        "a@b@c",
    ],
)
def test_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(Undeliverable):
        _bytes(address)


def test_letters_before_the_at_beyond_ascii_are_refused_in_words() -> None:
    with pytest.raises(Undeliverable, match="letters before the @"):
        _bytes("zoë@example.org")


def test_domain_beyond_ascii_takes_its_idna_form() -> None:
    assert _read(_bytes("zoe@liège.example"))["To"] == "zoe@xn--lige-6oa.example"


@pytest.mark.parametrize("message_id", ["1@example.org", "<1@example.org>\r\nBcc: x@example.org", "<1 2@x>"])
def test_message_id_that_is_none_is_refused(message_id: str) -> None:
    with pytest.raises(Undeliverable):
        _bytes(in_reply_to=message_id)


def test_masked_letter_keeps_all_but_the_secrets() -> None:
    own, other = f"https://example.org/registrations/{SECRET}", "https://example.org/events/reflection-day-in-brussels"
    ics = f"BEGIN:VCALENDAR\r\nURL:{own[:60]}\r\n {own[60:]}\r\nEND:VCALENDAR\r\n".encode()
    content = _bytes(
        text=f"See {own}/cancel and {other}\n",
        html=f'<a href="{own}">é</a>',
        calendar=CalendarPart("REQUEST", ics),
    )
    text, html, inline, attached = _leaves(masked(content))
    assert text.get_content() == f"See https://example.org/registrations/.../cancel and {other}\r\n"
    assert html.get_content() == '<a href="https://example.org/registrations/...">é</a>\r\n'
    for part in (inline, attached):
        assert part.get_payload(decode=True) == (
            b"BEGIN:VCALENDAR\r\nURL:https://example.org/registrations/...\r\nEND:VCALENDAR\r\n"
        )
    assert _tree(_read(masked(content))) == _tree(_read(content))


def test_letter_without_secrets_is_masked_to_itself() -> None:
    content = _bytes(text="https://example.org/events/reflection-day-in-brussels\n")
    assert masked(content) == content
