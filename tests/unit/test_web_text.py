"""What people type, made fit to keep, and the checks of every form."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventsapp.web.forms import read_email
from eventsapp.web.logs import redacted
from eventsapp.web.text import clean_line, clean_paragraph, email_key, pick


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Anna \t Berg\n", "Anna Berg"),
        ("Anna\x00\x07\x9fBerg", "AnnaBerg"),
        ("Anna\r\nBcc: x@example.org", "Anna Bcc: x@example.org"),
        ("Anna\u2028Berg\u2029\x85.", "Anna Berg ."),
        ("\u202eanna\u202c \u2066x\u2069", "anna x"),
        ("\u200b\ufeff\u2060", ""),
        ("Ame\u0301lie", "Amélie"),
        ("مريم الفاسي", "مريم الفاسي"),
        ("نمی\u200cخواهم", "نمی\u200cخواهم"),
        ("Zoë 👩‍🚒", "Zoë 👩‍🚒"),
        ("=cmd()", "=cmd()"),
        ("<b>Anna</b>", "<b>Anna</b>"),
        ("a\u00a0b", "a b"),
        ("\ud800", ""),
    ],
)
def test_clean_line(typed: str, kept: str) -> None:
    assert clean_line(typed) == kept


@given(st.text())
def test_clean_line_is_one_normal_printable_line_and_stays_so(typed: str) -> None:
    kept = clean_line(typed)
    assert len(kept.splitlines()) <= 1
    assert kept == kept.strip() == unicodedata.normalize("NFC", kept) == clean_line(kept)
    assert not any(unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp") for letter in kept)


@given(st.text())
def test_clean_paragraph_stays_as_it_is(typed: str) -> None:
    kept = clean_paragraph(typed)
    assert clean_paragraph(kept) == kept
    assert "\r" not in kept
    assert not any(unicodedata.category(letter) == "Cc" for letter in kept.replace("\n", ""))


def test_clean_paragraph_keeps_lines_and_indentation() -> None:
    assert clean_paragraph("\r\n* a \r\n\t* b\r\n\r\n\r\n\r\nc\u2028d\n\n") == "* a\n    * b\n\nc\nd"


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("Anna.Berg@Example.ORG", "Anna.Berg@example.org"),
        (" anna@example.org ", "anna@example.org"),
        ("anna+x@bücher.example.org", "anna+x@xn--bcher-kva.example.org"),
        ("=cmd@example.org", "=cmd@example.org"),
        ("änna@example.org", None),
        ('"a b"@example.org', None),
        ("anna@localhost", None),
        ("anna@[127.0.0.1]", None),
        ("anna@example", None),
        ("anna", None),
        ("", None),
        ("a@b@example.org", None),
        ("anna@example.org, b@example.org", None),
        ("anna@example.org\r\nBcc: b@example.org", None),
        ("Anna <anna@example.org>", None),
        ("a" * 65 + "@example.org", None),
        ("anna@" + "a" * 63 + "." + "b" * 63 + "." + "c" * 63 + "." + "d" * 60 + ".org", None),
    ],
)
def test_read_email(typed: str, address: str | None) -> None:
    assert read_email(typed) == address


def test_email_key_is_the_same_however_it_is_typed() -> None:
    assert {email_key("Anna@Example.org"), email_key(" anna@example.ORG ")} == {"anna@example.org"}


@pytest.mark.parametrize(
    ("value", "languages", "text"),
    [
        ({"en": "Day", "fr": "Jour"}, ("fr", "en"), "Jour"),
        ({"en": "Day", "fr": ""}, ("fr", "en"), "Day"),
        ({"nl": "Dag", "fr": "Jour"}, ("de", "en"), "Jour"),
        ({}, ("en",), ""),
        (None, ("en",), ""),
        ({"en": ""}, ("en",), ""),
    ],
)
def test_pick_takes_the_first_language_that_has_a_text(
    value: dict[str, str] | None, languages: tuple[str, ...], text: str
) -> None:
    assert pick(value, *languages) == text


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("GET /registrations/abc-DEF.1_x HTTP/1.1", "GET /registrations/[token] HTTP/1.1"),
        ("/registrations/abc/agenda.ics", "/registrations/[token]/agenda.ics"),
        ("/feeds/abc.ics?x=1", "/feeds/[token]?x=1"),
        ("/events/day/received/abc.1", "/events/day/received/[token]"),
        ("'/login/abc'", "'/login/[token]'"),
        ("/login?next=/organise/", "/login?next=/organise/"),
        ("DETAIL: Key (email_key)=(anna@example.org) exists", "DETAIL: Key (email_key)=([address]) exists"),
        ("to <o'neil+x@mail.example.org>,", "to <o'[address]>,"),
        ("2 @ 3", "2 @ 3"),
    ],
)
def test_redacted(line: str, kept: str) -> None:
    assert redacted(line) == kept
