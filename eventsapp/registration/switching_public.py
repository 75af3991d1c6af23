"""The door through which people of hybrid events switch between the room and online, or say what they wait for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, flash, make_response
from werkzeug.wrappers import Response

from eventsapp import clock
from eventsapp.places import Answer, answer
from eventsapp.registration import queries, words
from eventsapp.registration.door import mine, own_page, page
from eventsapp.registration.forms import SwitchForm, switch_form
from eventsapp.registration.links import OWN
from eventsapp.registration.rules import State
from eventsapp.registration.switching import CannotSwitch, Switched, switch, why_not
from eventsapp.registration.switching_words import cannot_words, switched_words
from eventsapp.web.security import keeps_input

if TYPE_CHECKING:
    from eventsapp.registration.models import Registration

bp = Blueprint("switching", __name__)


@bp.route("/registrations/<token>/switch", methods=["GET", "POST"])
@keeps_input
def ask(token: str) -> Response:
    """Asks, then switches, or lets the person wait for it. What the form says is how they take part from now on, so
    that the same form sent twice does nothing more."""
    registration = mine(OWN, token)
    cannot = why_not(registration, registration.event, clock.now())
    form = switch_form(registration)
    valid = form.validate_on_submit()
    if cannot is not None and "csrf_token" in form.errors:
        abort(400)
    if cannot is None and not valid:
        case = _case(registration)
        if case is not CannotSwitch.FULL:
            return _question(registration, token, form, case)
        cannot = case
    said = cannot or switch(registration.id, form.attends.data, online_fine=form.online_fine.data)
    now = mine(OWN, token)
    if isinstance(said, Switched):
        flash(*switched_words(said, now, queries.positions_of(now)))
    else:
        flash(cannot_words(said, now), "waiting")
    return own_page(token)


def _case(registration: Registration) -> str | CannotSwitch:
    """What somebody would do with the button, as things stand."""
    if registration.state != State.CONFIRMED:
        return "line"
    if registration.wish:
        return "stop"
    event = registration.event
    pool = queries.pools_of(event)[_other(registration)]
    if not registration.takes_place or answer(pool, waitlist=False) is Answer.PLACE:
        return "now"
    return "wait" if event.waitlist else CannotSwitch.FULL


def _question(registration: Registration, token: str, form: SwitchForm, case: str | CannotSwitch) -> Response:
    event = registration.event
    html = page(
        "switch",
        event,
        form=form,
        token=token,
        registration=registration,
        case=case,
        attends=registration.attends if case == "stop" else _other(registration),
        lines=words.lines_words(queries.positions_of(registration)),
        queue_rule=words.queue_rule(event, clock.now()),
    )
    return make_response(html, form.status)


def _other(registration: Registration) -> str:
    return "online" if registration.attends == "room" else "room"
