"""What templates can do: Jinja filters and the variables every page has.

Filters: `<h1{{ title|lang_attr }}>`, `_("Agenda: %(title)s", title=title|with_lang)`, `text|markdown`,
`text|contact_link`, `title|translated(event.language)`, `at|day(zone)`, `at|short_day(zone)`, `on|short_date`,
`at|clock_time(zone)`, `at|iso(zone)`; functions: `date_range(from, to, zone)`, `time_range(from, to, zone)`,
`zone_label(zone, at)`. Variables: `lang`, `development`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask
from markupsafe import Markup, escape

from eventsapp.settings import settings
from eventsapp.web import languages
from eventsapp.web.contact import contact_link
from eventsapp.web.dates import clock_time, date_range, day, iso, short_date, short_day, time_range, zone_label
from eventsapp.web.markdown import markdown
from eventsapp.web.text import Picked, pick


def translated(value: Mapping[str, str] | None, language: str = "en") -> Picked:
    """The text of a translated column: in the reader's language, else in `language` (the event's own), else in any."""
    return pick(value, languages.tag(), language)


def lang_attr(text: object) -> Markup:
    """The attribute for an element that holds a picked text alone, when it is in another language than the page."""
    language = getattr(text, "language", "")
    return Markup(' lang="{}"').format(language) if language and language != languages.tag() else Markup("")


def with_lang(text: object) -> Markup:
    """A picked text among other words: within a <span lang> when it is in another language than the page."""
    attribute = lang_attr(text)
    return Markup("<span{}>{}</span>").format(attribute, text) if attribute else escape(text)


def register_filters(app: Flask) -> None:
    app.jinja_env.filters |= {
        "markdown": markdown,
        "translated": translated,
        "lang_attr": lang_attr,
        "with_lang": with_lang,
        "contact_link": contact_link,
        "day": day,
        "short_date": short_date,
        "short_day": short_day,
        "clock_time": clock_time,
        "iso": iso,
    }
    app.jinja_env.globals |= {"date_range": date_range, "time_range": time_range, "zone_label": zone_label}
    app.context_processor(_page_variables)


def _page_variables() -> dict[str, Any]:
    return {"lang": languages.tag(), "development": settings().development}
