"""Organisers' Markdown as HTML that can do no harm."""

from __future__ import annotations

from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

_TAGS = {
    "a", "abbr", "b", "blockquote", "br", "code", "em", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre",
    "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
_SCHEMES = {"https", "mailto"}
_REL = "noopener noreferrer nofollow ugc"


def markdown(text: str, top: int = 3) -> Markup:
    """HTML of a text: no raw HTML, no pictures, links to https and mailto only. Its headings begin at level `top`, one
    below the heading of the page or part that it stands in, and skip no level, whichever the writer chose."""
    parser = _parser()
    tokens = parser.parse(text or "")
    _set_headings(tokens, top)
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


def _set_headings(tokens: list[Token], top: int) -> None:
    parts = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    chosen = sorted({token.tag for token in parts})
    above = top - 1
    for start, end in zip(parts[::2], parts[1::2], strict=True):
        above = min(top + chosen.index(start.tag), above + 1, 6)
        start.tag = end.tag = f"h{above}"


def _own_schemes(_tag: str, name: str, value: str) -> str | None:
    """Relative addresses, among them //elsewhere.example, lead nowhere an organiser can mean."""
    if name == "href" and not value.lower().startswith(("https://", "mailto:")):
        return None
    return value


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
