"""From a letter's templates to its words: templates/mail/<letter>/subject.txt, body.txt, body.html."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from flask import current_app, render_template
from flask_babel import force_locale, get_locale

from eventsapp.mail.message import CalendarPart, Rendered, clean_line
from eventsapp.settings import settings
from eventsapp.translations import LANGUAGES, known_language

_BLANK_LINES = re.compile(r"\n{3,}")
_LINKABLE = re.compile(r"(?<=[\w\]])([.@:])(?=[\w/])|(?<=\w)(@)(?=\[)")


@contextmanager
def letter_context(language: str) -> Iterator[None]:
    """Where letters are composed: in their language, with url_for(…, _external=True) giving the base URL.

    A language that is none of ours is English: a letter in the wrong language beats none.
    """
    with current_app.test_request_context(base_url=settings().base_url), force_locale(_ours(language)):
        yield


def _ours(language: str) -> str:
    return known_language(language) or LANGUAGES[0]


def unlinked(value: str) -> str:
    """What a stranger typed, for a letter: one line in which no mail program finds a link or an address.

    A blank goes in after each dot, colon or @ within a word ("J.P." becomes "J. P.", "evil.example" "evil. example").
    Never for an address that the letter must show as it is.
    """
    return _LINKABLE.sub(lambda match: match.group(0) + " ", clean_line(value))


def render_letter(
    template: str,
    context: Mapping[str, Any],
    *,
    sender_name: str = "",
    reply_to: str | None = None,
    calendar: CalendarPart | None = None,
    in_reply_to: str | None = None,
) -> Rendered:
    """The letter in the language that is in force (see `letter_context`). Templates extend mail/layout.txt and
    mail/layout.html; what these need, such as `sender_name` and `funder`, comes in `context`.

    The templates get `context` and `unlinked`, to be put on every value a participant typed: HTML escapes by itself,
    but mail programs make links of what looks like one in plain text too.
    """
    values = {"lang": get_locale().language, **context, "unlinked": unlinked}
    subject = clean_line(render_template(f"mail/{template}/subject.txt", **values))
    text = "\n".join(line.rstrip() for line in render_template(f"mail/{template}/body.txt", **values).splitlines())
    return Rendered(
        subject=subject,
        text=_BLANK_LINES.sub("\n\n", text).strip() + "\n",
        html=render_template(f"mail/{template}/body.html", **values),
        sender_name=sender_name,
        reply_to=reply_to,
        calendar=calendar,
        in_reply_to=in_reply_to,
    )
