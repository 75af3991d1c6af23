"""Organisers' Markdown as HTML that can do no harm."""

from __future__ import annotations

from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

_TAGS = {
    "a", "abbr", "b", "blockquote", "br", "code", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
_SCHEMES = {"https", "mailto"}
_REL = "noopener noreferrer nofollow ugc"


def markdown(text: str) -> Markup:
    """HTML of a text: no raw HTML, no pictures, links to https and mailto only. Its first heading is an h3, since the
    page has its own above."""
    parser = _parser()
    tokens = parser.parse(text or "")
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + 2, 6)}"
    html = parser.renderer.render(tokens, parser.options, {})
    return Markup(  # noqa: S704 - cleaned in this very expression
        nh3.clean(
            html,
            tags=_TAGS,
            attributes=_ATTRIBUTES,
            attribute_filter=_own_schemes,
            url_schemes=_SCHEMES,
            link_rel=_REL,
        )
    )


def _own_schemes(_tag: str, name: str, value: str) -> str | None:
    """Relative addresses, among them //elsewhere.example, lead nowhere an organiser can mean."""
    if name == "href" and not value.lower().startswith(("https://", "mailto:")):
        return None
    return value


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
