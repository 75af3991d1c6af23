"""The door for organisers to one person: their history, and what can be done."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flask import abort, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from eventsapp import clock
from eventsapp.events.for_organisers import organisers_event
from eventsapp.events.words import moment
from eventsapp.registration import extensions, handling, offers, queries
from eventsapp.registration.asked import LIST
from eventsapp.registration.handling import Unable
from eventsapp.registration.handling_forms import ACTS, FORMS
from eventsapp.registration.handling_words import done_words, move_words, state_words, unable_words
from eventsapp.registration.list_page import page_words
from eventsapp.registration.listing import bp
from eventsapp.registration.person_page import person_values
from eventsapp.registration.rules import State
from eventsapp.registration.words import kind_words, lines_words
from eventsapp.web.access import Role, organiser_page, scope, user
from eventsapp.web.security import keeps_input

if TYPE_CHECKING:
    from eventsapp.events.models import Event
    from eventsapp.registration.models import Registration

__all__ = ["bp"]
# The list and the person are one blueprint: whoever takes this door in has both.

_PERSON = f"{LIST}/<int(max=2147483647):registration_id>"


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


@bp.post(f"{_PERSON}/switch/<attends>")
@organiser_page(Role.editor)
@keeps_input
def switch(slug: str, registration_id: int, attends: str) -> Response:
    if attends not in queries.kinds_of_place(organisers_event(slug, Role.editor).mode):
        abort(404)

    def do(by: int, why: str) -> State | Unable:
        return handling.switch(registration_id, attends, by=by, why=why)

    return _act(slug, registration_id, "switch", do)


@bp.post(f"{_PERSON}/put-back")
@organiser_page(Role.editor)
@keeps_input
def put_back(slug: str, registration_id: int) -> Response:
    return _act(slug, registration_id, "put_back", lambda by, why: handling.put_back(registration_id, by=by, why=why))


@bp.post(f"{_PERSON}/confirm-offer")
@organiser_page(Role.editor)
@keeps_input
def confirm_offer(slug: str, registration_id: int) -> Response:
    return _act(slug, registration_id, "confirm_offer", lambda by, why: offers.confirm(registration_id, by=by, why=why))


def _act(slug: str, registration_id: int, name: str, do: Callable[[int, str], State | Unable]) -> Response:
    event = organisers_event(slug, Role.editor)
    registration = _registration(event, registration_id)
    form = FORMS[name]()
    if not form.validate_on_submit():
        return _person_page(event, registration, {name: form}, form.status)
    answer = do(user().id, form.why.data if "why" in form else "")
    if answer is Unable.NO_REASON:
        form.why.errors = [gettext("No place is free, or somebody waits for one: give a reason.")]
        event = organisers_event(slug, Role.editor)
        return _person_page(event, _registration(event, registration_id), {name: form}, form.status)
    if isinstance(answer, Unable):
        flash(unable_words(answer), "waiting")
    else:
        flash(done_words(name, answer), "good")
    return redirect(url_for("attendees.person", slug=slug, registration_id=registration_id), 303)


def _person_page(event: Event, registration: Registration, forms: dict[str, Any], status: int = 200) -> Response:
    """`forms`: what came back with errors; fresh ones are made for the other acts that can be done now."""
    shown = {
        name: forms[name] if name in forms else FORMS[name](formdata=None)
        for name in _acts(event, registration.state)
        if _applies(name, event, registration)
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
        position=queries.position_of(registration) if registration.state == State.WAITLISTED else None,
        **_kinds(event, registration),
        registered=moment(registration.registered_at, event.timezone),
        history=_history(event, registration),
        acts=shown,
        wrong=forms,
        **person_values(event, registration),
        parts=extensions.person_page(event, registration, sensitive=scope(Role.editor).allows(event.series_id)),
        **page_words(event),
    )
    return make_response(html, status)


def _kinds(event: Event, registration: Registration) -> dict[str, Any]:
    """How the person takes part, and what they wait for, where there is a choice."""
    if event.mode != "hybrid":
        return {"attends": "", "waits": "", "other_kind": ""}
    fine = registration.online_fine and registration.state in (State.PENDING, State.WAITLISTED)
    return {
        "attends": gettext("In the room; online is fine as well") if fine else kind_words(registration.attends),
        "waits": lines_words(queries.positions_of(registration)),
        "other_kind": "online" if registration.attends == "room" else "room",
    }


def _acts(event: Event, state: str) -> tuple[str, ...]:
    """What this organiser can do now with somebody in this state."""
    over = event.status == "cancelled" or clock.now() >= event.ends_at
    may_act = scope(Role.editor).allows(event.series_id) and not over
    return ACTS.get(State(state), ()) if may_act else ()


def _applies(act: str, event: Event, registration: Registration) -> bool:
    if act == "switch":
        return event.mode == "hybrid" and registration.delegation_id is None
    return registration.takes_place or act != "put_back"


def _history(event: Event, registration: Registration) -> list[tuple[str, str, str, str]]:
    """When, what, who and why, oldest first."""
    return [
        (moment(line.move.at, event.timezone), *move_words(line), line.move.why)
        for line in queries.history(registration.id)
    ]


def _registration(event: Event, registration_id: int) -> Registration:
    found = queries.find_of_event(event.id, registration_id)
    return found if found is not None else abort(404)
