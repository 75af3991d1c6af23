"""How to reach somebody: what can be followed is a link, all else is text."""

from __future__ import annotations

import pytest

from eventsapp.web.contact import contact_link

OUT = ' rel="noopener noreferrer"'


@pytest.mark.parametrize(
    ("typed", "html"),
    [
        ("info@example.org", '<a href="mailto:info@example.org">info@example.org</a>'),
        ("Ann, info@example.org.", 'Ann, <a href="mailto:info@example.org">info@example.org</a>.'),
        ("<info@example.org>", '&lt;<a href="mailto:info@example.org">info@example.org</a>&gt;'),
        ("a?bcc=b@example.org", '<a href="mailto:a%3Fbcc%3Db@example.org">a?bcc=b@example.org</a>'),
        (
            "The form (https://example.org/data?a=1&b=2)",
            f'The form (<a href="https://example.org/data?a=1&amp;b=2"{OUT}>https://example.org/data?a=1&amp;b=2</a>)',
        ),
        ("https://example.org/~ann", f'<a href="https://example.org/~ann"{OUT}>https://example.org/~ann</a>'),
    ],
)
def test_what_can_be_followed_is_a_link(typed: str, html: str) -> None:
    assert contact_link(typed) == html


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "Main Street 1, 1000 Brussels",
        "http://example.org",
        "javascript:alert(1)",
        "https://",
        "https://user@example.org",
        "https://[",
        "@example",
        "a@b@c",
        "HTTPS:example.org",
    ],
)
def test_what_cannot_be_followed_is_text(typed: str) -> None:
    assert contact_link(typed) == typed


def test_nothing_typed_becomes_markup() -> None:
    assert contact_link('https://example.org/"><b>') == (
        f'<a href="https://example.org/&#34;&gt;&lt;b"{OUT}>https://example.org/&#34;&gt;&lt;b</a>&gt;'
    )
    assert contact_link("<b>Ann</b>") == "&lt;b&gt;Ann&lt;/b&gt;"
