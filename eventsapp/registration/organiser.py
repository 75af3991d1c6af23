"""The door for organisers: who comes and who waits, as a page and as a spreadsheet; one person, and what to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from eventsapp import clock
from eventsapp.audit.service import record
from eventsapp.events.for_organisers import organisers_event
from eventsapp.events.words import moment, title_of
from eventsapp.registration import export, extensions, handling, queries
from eventsapp.registration.handling import Unable
from eventsapp.registration.handling_forms import ACTS, FORMS
from eventsapp.registration.handling_words import done_words, move_words, places_figures, state_words, unable_words
from eventsapp.registration.rules import State
from eventsapp.registration.words import kind_words
from eventsapp.series.words import series_words
from eventsapp.spreadsheet import to_csv, to_xlsx
from eventsapp.web.access import Role, organiser_page, scope, user
from eventsapp.web.security import keeps_input
from eventsapp.web.text import clean_line

if TYPE_CHECKING:
    from eventsapp.events.models import Event
    from eventsapp.registration.models import Registration

bp = Blueprint("attendees", __name__)

_LIST = "/organise/events/<slug>/attendees"
_PERSON = f"{_LIST}/<int(max=2147483647):registration_id>"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SEARCH_MAX = 200
_LAST_PAGE = 1_000_000


@bp.get(_LIST, endpoint="list")
@organiser_page(Role.viewer)
def show_list(slug: str) -> Response:
    event = organisers_event(slug, Role.viewer)
    status, q = _filter()
    page = min(request.args.get("page", 1, type=int), _LAST_PAGE)
    found = queries.attendees(event.id, status=status, q=q, page=page)
    chosen: dict[str, Any] = {"status": status or None, "q": q or None}
    html = render_template(
        "organise/attendees.html",
        found=found,
        figures=places_figures(event),
        chips=[(state.value, state_words(state)[0], found.counts[state]) for state in State],
        state_words=state_words,
        kind_words=kind_words,
        status=status,
        q=q,
        chosen=chosen,
        url_for_page=lambda number: url_for("attendees.list", slug=slug, page=number, **chosen),
        **_words(event),
    )
    return make_response(html)


@bp.get(f"{_LIST}.csv", endpoint="csv")
@organiser_page(Role.viewer)
def download_csv(slug: str) -> Response:
    return _download(slug, "csv", "text/csv; charset=utf-8", lambda rows: b"".join(to_csv(export.HEADER, rows)))


@bp.get(f"{_LIST}.xlsx", endpoint="xlsx")
@organiser_page(Role.viewer)
def download_xlsx(slug: str) -> Response:
    return _download(slug, "xlsx", _XLSX, lambda rows: to_xlsx(export.HEADER, rows, title=slug))


@bp.get(_PERSON)
@organiser_page(Role.viewer)
def person(slug: str, registration_id: int) -> Response:
    event = organisers_event(slug, Role.viewer)
    return _person_page(event, _registration(event, registration_id), {})


@bp.post(f"{_PERSON}/approve")
@organiser_page(Role.editor)
@keeps_input
def approve(slug: str, registration_id: int) -> Response:
    return _act(slug, registration_id, "approve", lambda by, _: handling.approve(registration_id, by=by))


@bp.post(f"{_PERSON}/decline")
@organiser_page(Role.editor)
@keeps_input
def decline(slug: str, registration_id: int) -> Response:
    return _act(slug, registration_id, "decline", lambda by, why: handling.decline(registration_id, by=by, why=why))


@bp.post(f"{_PERSON}/withdraw")
@organiser_page(Role.editor)
@keeps_input
def withdraw(slug: str, registration_id: int) -> Response:
    return _act(slug, registration_id, "withdraw", lambda by, why: handling.withdraw(registration_id, by=by, why=why))


@bp.post(f"{_PERSON}/move-up")
@organiser_page(Role.editor)
@keeps_input
def move_up(slug: str, registration_id: int) -> Response:
    return _act(slug, registration_id, "move_up", lambda by, why: handling.move_up(registration_id, by=by, why=why))


@bp.post(f"{_PERSON}/put-back")
@organiser_page(Role.editor)
@keeps_input
def put_back(slug: str, registration_id: int) -> Response:
    return _act(slug, registration_id, "put_back", lambda by, why: handling.put_back(registration_id, by=by, why=why))


def _act(slug: str, registration_id: int, name: str, do: Callable[[int, str], State | Unable]) -> Response:
    event = organisers_event(slug, Role.editor)
    registration = _registration(event, registration_id)
    form = FORMS[name]()
    if not form.validate_on_submit():
        return _person_page(event, registration, {name: form}, form.status)
    answer = do(user().id, form.why.data if "why" in form else "")
    if isinstance(answer, Unable):
        flash(unable_words(answer), "waiting")
    else:
        flash(done_words(name, answer), "good")
    return redirect(url_for("attendees.person", slug=slug, registration_id=registration_id), 303)


def _person_page(event: Event, registration: Registration, forms: dict[str, Any], status: int = 200) -> Response:
    """`forms`: what came back with errors; fresh ones are made for the other acts that can be done now."""
    shown = {
        name: forms[name] if name in forms else FORMS[name](formdata=None) for name in _acts(event, registration.state)
    }
    for name, form in shown.items():
        if "why" in form:
            form.why.id = f"{name}-why"
    label, tone = state_words(registration.state)
    html = render_template(
        "organise/person.html",
        person=registration,
        label=label,
        tone=tone,
        position=queries.position_of(registration),
        attends=kind_words(registration.attends) if event.mode == "hybrid" else "",
        registered=moment(registration.registered_at, event.timezone),
        history=_history(event, registration),
        acts=shown,
        wrong=forms,
        parts=extensions.person_page(event, registration, sensitive=scope(Role.editor).allows(event.series_id)),
        **_words(event),
    )
    return make_response(html, status)


def _acts(event: Event, state: str) -> tuple[str, ...]:
    """What this organiser can do now with somebody in this state."""
    over = event.status == "cancelled" or clock.now() >= event.ends_at
    may_act = scope(Role.editor).allows(event.series_id) and not over
    return ACTS.get(State(state), ()) if may_act else ()


def _history(event: Event, registration: Registration) -> list[tuple[str, str, str, str]]:
    """When, what, who and why, oldest first."""
    return [
        (moment(line.move.at, event.timezone), *move_words(line), line.move.why)
        for line in queries.history(registration.id)
    ]


def _download(slug: str, ending: str, kind: str, write: Callable[[Any], bytes]) -> Response:
    """Exactly what the filter shows, all pages of it. Noted in the audit log, without what was searched for."""
    event = organisers_event(slug, Role.viewer)
    status, q = _filter()
    found = queries.attendees(event.id, status=status, q=q, size=None)
    body = write(export.rows(found.rows, event.timezone))
    facts: dict[str, Any] = {"format": ending, "status": status, "searched": bool(q), "rows": found.total}
    record("attendees.exported", f"event:{event.id}", by=user().id, series_id=event.series_id, **facts)
    response = make_response(body)
    response.headers["Content-Type"] = kind
    response.headers["Content-Disposition"] = f'attachment; filename="{slug}-attendees.{ending}"'
    return response


def _filter() -> tuple[str, str]:
    """Status and search of the address; a status that there is not counts as none."""
    status = request.args.get("status", "")
    return (status if status in set(State) else ""), clean_line(request.args.get("q", ""))[:_SEARCH_MAX]


def _registration(event: Event, registration_id: int) -> Registration:
    found = queries.find_of_event(event.id, registration_id)
    return found if found is not None else abort(404)


def _words(event: Event) -> dict[str, object]:
    return {"event": event, "series": series_words(event.series), "title": title_of(event)}
