"""The door for organisers: who comes to which session, who waits, and placing people by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flask import Blueprint, abort, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from eventsapp import clock
from eventsapp.audit.service import record
from eventsapp.events.for_organisers import organisers_event
from eventsapp.events.words import title_of, when_of
from eventsapp.registration.queries import kinds_of_place
from eventsapp.registration.words import kind_words
from eventsapp.series.words import series_words
from eventsapp.signups import queries, service
from eventsapp.signups.forms import PlaceForm, ReasonForm
from eventsapp.signups.rules import Bar, Standing, places_for
from eventsapp.signups.words import by_hand_words, hours_of, short_standing
from eventsapp.signups.words import title_of as session_title
from eventsapp.spreadsheet import to_csv, to_xlsx
from eventsapp.web import dates
from eventsapp.web.access import Role, organiser_page, scope, user
from eventsapp.web.security import keeps_input

if TYPE_CHECKING:
    from eventsapp.agenda.models import AgendaSession
    from eventsapp.events.models import Event
    from eventsapp.signups.queries import Listed

bp = Blueprint("sessions_organiser", __name__)

ALL = "/organise/events/<slug>/sessions"
_ONE = f"{ALL}/<key>"
_PERSON = f"{_ONE}/<int(max=2147483647):registration_id>"
_HEADER = ("Name", "E-mail", "Organisation", "Status", "Position", "Attends")
_STATUS = {Standing.TAKEN: "place", Standing.WAITING: "waiting", Standing.WISHED: "wish"}
"""In exports: English, always, as in the attendee list."""
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get(ALL)
@organiser_page(Role.viewer)
def show(slug: str) -> str:
    event = organisers_event(slug, Role.viewer)
    counts = queries.counts_of(event.id)
    lines = [
        _line(event, each, kind, counts)
        for each in queries.sessions_to_sign_up(event)
        for kind in kinds_of_place(event.mode)
        if places_for(each, kind) is not None
    ]
    return render_template("organise/sessions.html", lines=lines, **_words(event))


@bp.get(_ONE)
@organiser_page(Role.viewer)
def people(slug: str, key: str) -> Response:
    event, session = _found(slug, key, Role.viewer)
    return _people_page(event, session, _place_form(event, session, fresh=True))


@bp.get(f"{_ONE}.csv")
@organiser_page(Role.viewer)
def csv(slug: str, key: str) -> Response:
    return _download(slug, key, "csv", "text/csv; charset=utf-8", lambda rows: b"".join(to_csv(_HEADER, rows)))


@bp.get(f"{_ONE}.xlsx")
@organiser_page(Role.viewer)
def xlsx(slug: str, key: str) -> Response:
    return _download(slug, key, "xlsx", _XLSX, lambda rows: to_xlsx(_HEADER, rows, title=key))


@bp.post(f"{_ONE}/place")
@organiser_page(Role.editor)
@keeps_input
def place(slug: str, key: str) -> Response:
    """Somebody who has a place at the event gets one here, past line and capacity."""
    event, session = _found(slug, key, Role.editor)
    form = _place_form(event, session)
    if not form.validate_on_submit():
        return _people_page(event, session, form)
    bar = service.place_by_hand(int(form.person.data), key, by=user().id, why=form.why.data)
    return _done(slug, key, bar, gettext("They have a place now, and a letter about it."))


@bp.route(f"{_PERSON}/move-up", methods=["GET", "POST"])
@organiser_page(Role.editor)
@keeps_input
def move_up(slug: str, key: str, registration_id: int) -> Response:
    return _act(slug, key, registration_id, "move_up")


@bp.route(f"{_PERSON}/remove", methods=["GET", "POST"])
@organiser_page(Role.editor)
@keeps_input
def remove(slug: str, key: str, registration_id: int) -> Response:
    return _act(slug, key, registration_id, "remove")


def _act(slug: str, key: str, registration_id: int, name: str) -> Response:
    """Asks for the reason on a page of its own."""
    event, session = _found(slug, key, Role.editor)
    listed = next((each for each in queries.people_of(session) if each.registration.id == registration_id), None)
    if listed is None or (name == "move_up" and listed.standing is not Standing.WAITING):
        abort(404)
    form = ReasonForm()
    if not form.validate_on_submit():
        page = render_template(
            "organise/session_person.html",
            form=form,
            act=name,
            key=key,
            person=listed.registration,
            standing=short_standing(listed.standing),
            session_title=session_title(session, event.language),
            **_words(event),
        )
        return make_response(page, form.status)
    verb = service.place_by_hand if name == "move_up" else service.remove_by_hand
    bar = verb(registration_id, key, by=user().id, why=form.why.data)
    done = {
        "move_up": gettext("They have a place now, and a letter about it."),
        "remove": gettext("They are off the list, and have a letter about it."),
    }[name]
    return _done(slug, key, bar, done)


def _done(slug: str, key: str, bar: Bar | None, done: str) -> Response:
    flash(by_hand_words(bar) if bar else done, "waiting" if bar else "good")
    return redirect(url_for("sessions_organiser.people", slug=slug, key=key), 303)


def _found(slug: str, key: str, role: Role) -> tuple[Event, AgendaSession]:
    """A session that people sign up for, of an event that this organiser may see."""
    event = organisers_event(slug, role)
    session = next((each for each in queries.sessions_to_sign_up(event) if each.key == key), None)
    return event, session if session is not None else abort(404)


def _line(event: Event, session: AgendaSession, kind: str, counts: queries.Counts) -> dict[str, Any]:
    pool = queries.pool_of(session, kind, counts)
    return {
        "key": session.key,
        "title": session_title(session, event.language),
        "when": _when(event, session),
        "room": session.room if kind == "room" else "",
        "kind": kind_words(kind) if event.mode == "hybrid" else "",
        "taken": pool.confirmed,
        "capacity": pool.capacity,
        "waiting": pool.waiting,
        "wished": counts.get((session.id, kind, Standing.WISHED), 0),
    }


def _people_page(event: Event, session: AgendaSession, form: PlaceForm) -> Response:
    counts = queries.counts_of(event.id)
    found = queries.people_of(session)
    kinds = [kind for kind in kinds_of_place(event.mode) if places_for(session, kind) is not None]
    page = render_template(
        "organise/session_people.html",
        form=form,
        key=session.key,
        session_title=session_title(session, event.language),
        when=_when(event, session),
        zone=when_of(event).zone,
        room=session.room,
        lines=[_line(event, session, kind, counts) for kind in kinds],
        groups=[
            (standing.value, short_standing(standing), [each for each in found if each.standing is standing])
            for standing in Standing.in_order()
        ],
        kinds={kind: kind_words(kind) for kind in kinds} if event.mode == "hybrid" else {},
        acts=_may_act(event),
        **_words(event),
    )
    return make_response(page, form.status)


def _place_form(event: Event, session: AgendaSession, *, fresh: bool = False) -> PlaceForm:
    form = PlaceForm(formdata=None) if fresh else PlaceForm()
    people = queries.who_could_come(event.id, session)
    form.person.choices = [
        ("", gettext("Choose a person")),
        *((str(each.id), f"{each.name}, {each.organisation}" if each.organisation else each.name) for each in people),
    ]
    return form


def _may_act(event: Event) -> bool:
    over = event.status == "cancelled" or clock.now() >= event.ends_at
    return scope(Role.editor).allows(event.series_id) and not over


def _when(event: Event, session: AgendaSession) -> str:
    if event.starts_wall.date() == event.ends_wall.date():
        return hours_of(session)
    return f"{dates.short_day(session.starts_at, event.timezone)}, {hours_of(session)}"


def _download(slug: str, key: str, ending: str, kind: str, write: Callable[[Any], bytes]) -> Response:
    event, session = _found(slug, key, Role.viewer)
    found = queries.people_of(session)
    body = write([_row(each) for each in found])
    record(
        "session.exported",
        f"event:{event.id}",
        by=user().id,
        series_id=event.series_id,
        session=key,
        format=ending,
        rows=len(found),
    )
    response = make_response(body)
    response.headers["Content-Type"] = kind
    response.headers["Content-Disposition"] = f'attachment; filename="{slug}-{key}.{ending}"'
    return response


def _row(listed: Listed) -> tuple[object, ...]:
    person = listed.registration
    return (
        person.name,
        person.email,
        person.organisation,
        _STATUS[listed.standing],
        listed.position,
        listed.attends,
    )


def _words(event: Event) -> dict[str, object]:
    return {"event": event, "series": series_words(event.series), "title": title_of(event)}
