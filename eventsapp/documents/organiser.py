"""The door for what organisers print: the signature sheet, one for each day of the event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from babel import Locale
from flask import Blueprint, abort, make_response, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from eventsapp import clock
from eventsapp.audit.service import record
from eventsapp.documents import queries
from eventsapp.documents.rules import BLANK_ROWS, MOST_DAYS, ORDERS, days_of, sorted_lines
from eventsapp.events.for_organisers import organisers_event
from eventsapp.events.words import title_of, where_of
from eventsapp.series.words import series_words
from eventsapp.translations import LANGUAGES, known_language
from eventsapp.web import dates, languages
from eventsapp.web.access import Role, organiser_page, user

if TYPE_CHECKING:
    from eventsapp.events.models import Event

bp = Blueprint("documents", __name__)

_SHEET = "/organise/events/<slug>/signatures"


@dataclass(frozen=True)
class _Choice:
    """What the address says of the sheet."""

    language: str
    order: str
    days: Sequence[date]
    day: date | None
    """The one that is printed; None: all."""


@bp.get(_SHEET)
@organiser_page(Role.desk)
def signatures(slug: str) -> Response:
    event = organisers_event(slug, Role.desk)
    choice = _choice(event)
    lines = sorted_lines(queries.people_in_the_room(event.id), choice.order)
    days = [choice.day] if choice.day is not None else choice.days
    html = render_template(
        "documents/signatures.html",
        event=event,
        series=series_words(event.series),
        title=title_of(event),
        choice=choice,
        number=len(lines),
        sheets=_sheets(event, choice.language, lines, days) if event.mode != "online" else "",
        all_days=len(choice.days) <= MOST_DAYS,
        days=[(each.isoformat(), dates.short_date(each)) for each in choice.days],
        languages_offered=[(code, str(Locale(code).get_display_name(code)).capitalize()) for code in LANGUAGES],
    )
    if event.mode != "online":
        _note(event, len(lines), len(days))
    return make_response(html)


@bp.get(f"{_SHEET}/logos/<int(max=2147483647):logo_id>.png")
@organiser_page(Role.desk)
def logo(slug: str, logo_id: int) -> Response:
    event = organisers_event(slug, Role.desk)
    response = make_response(queries.find_logo(event.series_id, logo_id) or abort(404))
    response.content_type = "image/png"
    return response


def _choice(event: Event) -> _Choice:
    """What means nothing counts as not said: the event's language, by name, every day unless there are many."""
    order, days = request.args.get("sort", ""), days_of(event.starts_wall, event.ends_wall)
    wanted = next((each for each in days if each.isoformat() == request.args.get("day")), None)
    return _Choice(
        language=known_language(request.args.get("language")) or known_language(event.language) or languages.tag(),
        order=order if order in ORDERS else ORDERS[0],
        days=days,
        day=wanted or (days[0] if len(days) > MOST_DAYS else None),
    )


def _sheets(event: Event, language: str, lines: Sequence[tuple[str, str]], days: Sequence[date]) -> Markup:
    """All of it in the sheet's own language, whatever the page around it is in."""
    with languages.in_language(language):
        html = render_template(
            "documents/_sheets.html",
            language=language,
            event=event,
            series=series_words(event.series),
            title=title_of(event),
            where=where_of(event),
            days=[_day_words(each, event.timezone) for each in days],
            lines=lines,
            blank_rows=BLANK_ROWS,
            logos=[
                (each, url_for("documents.logo", slug=event.slug, logo_id=each.id))
                for each in queries.logos_of(event.series_id)
            ],
        )
    return Markup(html)  # noqa: S704 - a template of ours, which escaped what was put into it


def _day_words(day: date, zone: str) -> str:
    return dates.day(clock.instant_of(datetime.combine(day, time(12)), zone), zone)


def _note(event: Event, rows: int, days: int) -> None:
    """Names leave the site on paper, too."""
    subject = f"event:{event.id}"
    record("signatures.printed", subject, by=user().id, series_id=event.series_id, rows=rows, days=days)
