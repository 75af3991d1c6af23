"""Organisers' Markdown: what it gives, and what it never does."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from eventsapp.web.markdown import markdown

HARMLESS = {
    "a", "blockquote", "br", "code", "em", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Bring *your* **badge**.", "<p>Bring <em>your</em> <strong>badge</strong>.</p>\n"),
        ("# Travel\n\n## By train", "<h3>Travel</h3>\n<h4>By train</h4>\n"),
        ("###### Deep", "<h3>Deep</h3>\n"),
        ("### Deep\n\n# High\n\n### Deep", "<h3>Deep</h3>\n<h3>High</h3>\n<h4>Deep</h4>\n"),
        ("* a\n* b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        (
            "[map](https://example.org/a?b=1&c=2)",
            '<p><a href="https://example.org/a?b=1&amp;c=2" rel="noopener noreferrer nofollow ugc">map</a></p>\n',
        ),
        (
            "[us](mailto:a@example.org)",
            '<p><a href="mailto:a@example.org" rel="noopener noreferrer nofollow ugc">us</a></p>\n',
        ),
        ("", ""),
    ],
)
def test_markdown_gives(text: str, html: str) -> None:
    made = markdown(text)
    assert str(made) == html
    assert isinstance(made, Markup)


@pytest.mark.parametrize(
    "target",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "&#106;avascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "http://example.org",
        "//evil.example",
        "/organise/",
        "\\\\evil.example",
        "file:///etc/passwd",
    ],
)
def test_links_lead_to_https_and_mailto_only(target: str) -> None:
    page = BeautifulSoup(markdown(f"[x]({target}) <{target}>\n\n[y]\n\n[y]: {target}"), "html.parser")
    assert [link.get("href") for link in page.find_all("a") if link.has_attr("href")] == []


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![x](https://evil.example/pixel.gif)",
        "<iframe src='https://evil.example'>",
        "<a href='https://x' onclick='x()'>y</a>",
        "<style>*{display:none}</style>",
        "<form action='https://evil.example'><input name=password>",
        "`<b>`\n\n```html\n<b>\n```",
    ],
)
def test_nothing_of_html_gets_through(text: str) -> None:
    _assert_harmless(markdown(text))


@given(st.text(alphabet="<>[]()*_`!#&;:/\\\"'= \n\tabjst1-|", max_size=200))
def test_no_text_makes_anything_but_harmless_tags(text: str) -> None:
    _assert_harmless(markdown(text))


def _assert_harmless(html: str) -> None:
    for tag in BeautifulSoup(html, "html.parser").find_all(True):
        assert tag.name in HARMLESS
        assert set(tag.attrs) <= {"href", "title", "rel", "start"}
