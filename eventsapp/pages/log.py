"""The audit log of a series, for its owners; and of the whole site, for owners of every series.

Each page is there twice, as those of the team. Reading needs no note, downloading gets one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from flask import Blueprint, abort, make_response, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from eventsapp.audit import queries as audit
from eventsapp.audit.queries import Chosen
from eventsapp.audit.service import record
from eventsapp.audit.words import action_words
from eventsapp.delegations.naming import subjects_of_event
from eventsapp.events.naming import events_within
from eventsapp.pages.log_lines import CSV_HEADER, csv_rows, lines
from eventsapp.people.queries import names_of
from eventsapp.series import queries as series_queries
from eventsapp.series.words import series_words
from eventsapp.spreadsheet import to_csv
from eventsapp.web import languages
from eventsapp.web.access import Role, check, organiser_page, scope, user
from eventsapp.web.rules import is_slug

if TYPE_CHECKING:
    from eventsapp.series.models import Series

bp = Blueprint("log", __name__)

PAGE = 50
_LAST_ID = 2**31 - 1
_ACTORS = ("participant", "contact", "command", "worker")


@bp.get("/organise/series/<slug>/log")
@organiser_page(Role.owner)
def show(slug: str) -> Response:
    return _show(_series(slug))


@bp.get("/organise/log")
@organiser_page(Role.owner)
def show_everywhere() -> Response:
    _check_everywhere()
    return _show(None)


@bp.get("/organise/series/<slug>/log.csv")
@organiser_page(Role.owner)
def csv(slug: str) -> Response:
    return _csv(_series(slug))


@bp.get("/organise/log.csv")
@organiser_page(Role.owner)
def csv_everywhere() -> Response:
    _check_everywhere()
    return _csv(None)


def _show(series: Series | None) -> Response:
    series_id = series.id if series is not None else None
    chosen, asked = _chosen(series_id)
    before = request.args.get("before", type=int)
    before = before if before is not None and 0 < before <= _LAST_ID else None
    found = audit.entries(chosen, before=before, limit=PAGE + 1)
    more = found[PAGE - 1].id if len(found) > PAGE else None
    page = render_template(
        "organise/log.html",
        series=series_words(series) if series is not None else None,
        lines=lines(found[:PAGE], languages.tag(), name_series=series is None),
        asked=asked,
        older=_url("show", series, before=more, **asked) if more is not None else None,
        newest=_url("show", series, **asked) if before is not None else None,
        download=_url("csv", series, **asked),
        everything=_url("show", series),
        **_choices(series_id, asked.get("action", "")),
    )
    return make_response(page)


def _csv(series: Series | None) -> Response:
    """Whole values of all that the filter shows, the newest first. Noted, without the filter's dates."""
    series_id = series.id if series is not None else None
    chosen, asked = _chosen(series_id)
    rows = list(_rows(chosen, languages.tag(), name_series=series is None))
    filtered = sorted(asked)
    record("log.exported", f"series:{series_id}" if series_id else "site", by=user().id, series_id=series_id,
           rows=len(rows), filtered=filtered)  # fmt: skip
    response = make_response(b"".join(to_csv(CSV_HEADER, rows)))
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    name = f"{series.slug}-log.csv" if series is not None else "log.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _rows(chosen: Chosen, language: str, *, name_series: bool) -> Iterator[Sequence[object]]:
    for batch in audit.every_entry(chosen):
        yield from csv_rows(batch, language, name_series=name_series)


def _chosen(series_id: int | None) -> tuple[Chosen, dict[str, str]]:
    """The filter of the address, and what of it counts; what is nonsense counts as not asked."""
    who, action = request.args.get("who", ""), request.args.get("action", "")
    event, since, until = request.args.get("event", type=int), _day("from"), _day("to")
    user_id = int(who) if who.isascii() and who.isdigit() and len(who) < 10 else None
    actor = who if who in _ACTORS else ""
    action = action if action.isprintable() and len(action) <= 60 else ""
    event = event if event is not None and 0 < event <= _LAST_ID else None
    chosen = Chosen(
        series_id=series_id,
        user_id=user_id,
        actor=actor,
        action=action,
        subjects=subjects_of_event(event) if event is not None else None,
        since=_midnight(since) if since is not None else None,
        until=_midnight(until) + timedelta(days=1) if until is not None else None,
    )
    asked = {
        "who": who if user_id is not None or actor else "",
        "action": action,
        "event": str(event or ""),
        "from": since.isoformat() if since is not None else "",
        "to": until.isoformat() if until is not None else "",
    }
    return chosen, {name: value for name, value in asked.items() if value}


def _choices(series_id: int | None, asked: str) -> dict[str, Any]:
    """What the filter offers: who and what is in the log, and the events that there are; what is asked for too."""
    people = names_of(audit.user_ids(series_id))
    actors = {
        "participant": gettext("Participants"),
        "contact": gettext("Contacts of delegations"),
        "command": gettext("The command line"),
        "worker": gettext("By itself"),
    }
    actions = [(action, action_words(action)) for action in {*audit.actions_there(series_id), asked} - {""}]
    return {
        "who_choices": sorted(((str(key), name) for key, name in people.items()), key=_by_words) + list(actors.items()),
        "action_choices": sorted(actions, key=_by_words),
        "event_choices": [
            (str(each.id), each.title) for each in events_within(scope(Role.owner), series_id, languages.tag())
        ],
    }


def _by_words(choice: tuple[str, str]) -> str:
    return choice[1].casefold()


def _day(name: str) -> date | None:
    try:
        day = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    return day if 1900 < day.year < 9000 else None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _url(name: str, series: Series | None, **values: Any) -> str:
    if series is None:
        return url_for(f"log.{name}_everywhere", **values)
    return url_for(f"log.{name}", slug=series.slug, **values)


def _series(slug: str) -> Series:
    series = series_queries.find_for_organiser(slug, scope(Role.viewer)) if is_slug(slug) else None
    if series is None:
        abort(404)
    check(Role.owner, series.id)
    return series


def _check_everywhere() -> None:
    if not scope(Role.owner).everywhere:
        abort(403, description=gettext("Only an owner of every series reads the log of the whole site."))
