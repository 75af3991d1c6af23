"""What a series and its privacy notices are made of. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from urllib.parse import urlsplit

from eventsapp.web.rules import (
    N_,
    Problem,
    Texts,
    choice_problems,
    cleaned,
    language_problems,
    length_problems,
    slug_problems,
    texts_problems,
)
from eventsapp.web.text import clean_line

ACCENTS = ("teal", "blue", "plum", "brick", "forest", "amber-brown", "slate", "rose")
"""The palette of static/css/app.css, whose contrast is proved."""
SITE_SLUG = "events"
"""Of the site's own series, for events that name none."""
TITLE_LENGTH = 200
SUMMARY_LENGTH = 4000
STATEMENT_LENGTH = 1000
NOTICE_LENGTH = 4000
SENDER_LENGTH = 120
MOST_HOSTS = 50
_HOST = re.compile(
    r"(?=.{1,253}(:|$))(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*(:[1-9][0-9]{0,4})?", re.ASCII
)
_ADDRESS = re.compile(r"[^@\s<>,;\"]+@[^@\s<>,;\"]+\.[^@\s<>,;\"]+")


@dataclass(frozen=True, kw_only=True)
class SeriesDetails:
    """What an organiser or a file gives; texts are cleaned when it is made."""

    slug: str
    title: Texts
    language: str = "en"
    summary: Texts = field(default_factory=dict)
    accent: str = "teal"
    contact_email: str = ""
    sender_name: str = ""
    """Who letters are from; empty: the title. The address they are from is the site's: mail servers check that."""
    funder_statement: Texts = field(default_factory=dict)
    grant_number: str = ""
    evidence_until: date | None = None
    """Names, organisations and attendance are kept until the end of this day."""
    evidence_reason: str = ""
    embed_hosts: tuple[str, ...] = ()
    """Host names, with a port where it is not the usual one (`hosts_of`)."""

    def __post_init__(self) -> None:
        for name in ("slug", "language", "accent", "contact_email", "sender_name", "grant_number", "evidence_reason"):
            object.__setattr__(self, name, clean_line(getattr(self, name)))
        for name, line in (("title", True), ("summary", False), ("funder_statement", True)):
            object.__setattr__(self, name, cleaned(getattr(self, name), line=line))


@dataclass(frozen=True, kw_only=True)
class NoticeDetails:
    """What participants are told about their data (GDPR article 13)."""

    controller: str
    contact: str
    lawful_basis: Texts
    recipients: Texts
    retention: Texts

    def __post_init__(self) -> None:
        object.__setattr__(self, "controller", clean_line(self.controller))
        object.__setattr__(self, "contact", clean_line(self.contact))
        for name in ("lawful_basis", "recipients", "retention"):
            object.__setattr__(self, name, cleaned(getattr(self, name), line=False))


def problems(details: SeriesDetails) -> list[Problem]:
    """Everything wrong, in the order of the fields; names as in the table [series] of an event file."""
    return list(_problems(details))


def _problems(details: SeriesDetails) -> Iterator[Problem]:
    language = details.language
    yield from slug_problems("slug", details.slug)
    yield from language_problems("language", language)
    yield from texts_problems("title", details.title, TITLE_LENGTH, language=language, required=True)
    yield from texts_problems("summary", details.summary, SUMMARY_LENGTH, language=language)
    yield from choice_problems("accent", details.accent, ACCENTS)
    yield from length_problems("contact_email", details.contact_email, 254)
    if details.contact_email and not _ADDRESS.fullmatch(details.contact_email):
        yield Problem("contact_email", N_("is no e-mail address"))
    yield from length_problems("sender_name", details.sender_name, SENDER_LENGTH)
    yield from texts_problems("funder_statement", details.funder_statement, STATEMENT_LENGTH, language=language)
    yield from length_problems("grant_number", details.grant_number, 80)
    yield from length_problems("evidence_reason", details.evidence_reason, 200)
    if len(details.embed_hosts) > MOST_HOSTS:
        yield Problem("embed_hosts", N_("are too many: at most %(most)s"), {"most": MOST_HOSTS})
    for host in details.embed_hosts:
        if not _HOST.fullmatch(host):
            yield Problem("embed_hosts", N_("“%(host)s” is no site such as www.example.org"), {"host": host[:80]})
    if details.evidence_until and not details.evidence_reason:
        yield Problem("evidence_reason", N_("is missing: people are told why their names are kept"))


def hosts_of(typed: str) -> tuple[str, ...]:
    """The hosts that somebody typed, each once, in order: one on a line or between commas and blanks; of a whole
    address its host. What is none is given back as it is, for `problems` to name."""
    found = dict.fromkeys(_host_of(word) for word in re.split(r"[\s,;]+", typed) if word)
    return tuple(found)


def _host_of(word: str) -> str:
    try:
        host = urlsplit(word if "//" in word else f"//{word}").netloc
        return host.encode("idna").decode("ascii").lower() or word
    except ValueError:
        return word


def notice_problems(notice: NoticeDetails, language: str) -> list[Problem]:
    """Field names are those of the table [series.privacy_notice]; every part is required."""
    found = [
        *length_problems("controller", notice.controller, 200, required=True),
        *length_problems("contact", notice.contact, 254, required=True),
    ]
    for name in ("lawful_basis", "recipients", "retention"):
        found += texts_problems(name, getattr(notice, name), NOTICE_LENGTH, language=language, required=True)
    return found


class Refusal(Enum):
    """Why a verb did nothing; the door puts it in words."""

    SLUG_TAKEN = "slug_taken"
    SLUG_FIXED = "slug_fixed"
    """Links to the series are out."""


@dataclass(frozen=True)
class Saved:
    """Done. `changes` are names of fields; empty: all was so already."""

    series_id: int
    changes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Invalid:
    problems: tuple[Problem, ...]
