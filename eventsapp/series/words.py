"""What pages say of a series, in the language in force."""

from __future__ import annotations

from dataclasses import dataclass

from eventsapp.series.models import Series
from eventsapp.series.palette import theme_version
from eventsapp.web import languages
from eventsapp.web.text import pick


@dataclass(frozen=True)
class LogoWords:
    """What the address of a logo wants, and how large to show it in CSS pixels: half its own size."""

    digest: str
    width: int
    height: int


@dataclass(frozen=True)
class SeriesWords:
    """What base.html takes as `series`: plain strings, the funder's line among them."""

    id: int
    title: str
    slug: str
    accent: str
    theme_version: str
    """Of the style sheet with the accent, as its address wants it."""
    logo: LogoWords | None
    summary: str
    contact_email: str | None
    funder_statement: str
    grant_number: str


def series_words(series: Series) -> SeriesWords:
    here = languages.tag()
    return SeriesWords(
        id=series.id,
        title=pick(series.title, here, series.language),
        slug=series.slug,
        accent=series.accent,
        theme_version=theme_version(series.accent),
        logo=_logo_words(series),
        summary=pick(series.summary, here, series.language),
        contact_email=series.contact_email,
        funder_statement=pick(series.funder_statement, here, series.language),
        grant_number=series.grant_number,
    )


def _logo_words(series: Series) -> LogoWords | None:
    if not series.logo_digest:
        return None
    return LogoWords(series.logo_digest, (series.logo_width + 1) // 2, (series.logo_height + 1) // 2)
