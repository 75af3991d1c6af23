"""What pages say of a series, in the language in force."""

from __future__ import annotations

from dataclasses import dataclass

from eventsapp.series.models import Series
from eventsapp.web import languages
from eventsapp.web.text import pick


@dataclass(frozen=True)
class SeriesWords:
    """What base.html takes as `series`: plain strings, the funder's line among them."""

    title: str
    slug: str
    accent: str
    summary: str
    contact_email: str | None
    funder_statement: str
    grant_number: str


def series_words(series: Series) -> SeriesWords:
    here = languages.tag()
    return SeriesWords(
        title=pick(series.title, here, series.language),
        slug=series.slug,
        accent=series.accent,
        summary=pick(series.summary, here, series.language),
        contact_email=series.contact_email,
        funder_statement=pick(series.funder_statement, here, series.language),
        grant_number=series.grant_number,
    )
