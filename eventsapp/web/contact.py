"""How to reach somebody, as an organiser typed it on one line: what can be followed in it becomes a link."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

from markupsafe import Markup, escape

from eventsapp.web.forms import read_email

_REL = "noopener noreferrer"
_WORD = re.compile(r"(?P<before>[(<]?)(?P<word>\S*?)(?P<after>[).,;:>]*)")


def contact_link(text: str) -> Markup:
    """Addresses that begin with https:// and e-mail addresses are links; all else is text."""
    return Markup(" ").join(map(_linked, text.split(" ")))


def _linked(text: str) -> Markup:
    parts = _WORD.fullmatch(text)
    href = _href(parts["word"]) if parts else None
    if parts is None or href is None:
        return escape(text)
    rel = "" if href.startswith("mailto:") else Markup(' rel="{}"').format(_REL)
    link = Markup('<a href="{}"{}>{}</a>').format(href, rel, parts["word"])
    return Markup("{}{}{}").format(parts["before"], link, parts["after"])


def _href(word: str) -> str | None:
    if word.lower().startswith("https://"):
        return word if _is_sound(word) else None
    address = read_email(word) if "@" in word else None
    return f"mailto:{quote(address, safe='@')}" if address else None


def _is_sound(url: str) -> bool:
    """With a host and no user name, which could make it look like another's."""
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return False
