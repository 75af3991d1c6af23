"""The door for people in line: accept or decline a place that is held, take one at short notice, say that one can come
at short notice. What an address opens is decided again under the event's lock, by the verb."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import flask_babel
from flask import Blueprint, abort, flash, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response

from eventsapp import clock
from eventsapp.events import words as event_words
from eventsapp.registration import offers, queries, short_notice, words
from eventsapp.registration.forms import ButtonForm, ShortNoticeForm
from eventsapp.registration.links import OWN
from eventsapp.registration.offer_words import answered_words, take_words
from eventsapp.registration.offers import Answered
from eventsapp.registration.opening import opened
from eventsapp.registration.rules import State
from eventsapp.registration.short_notice import Take
from eventsapp.series.words import series_words
from eventsapp.web import languages
from eventsapp.web.security import keeps_input

if TYPE_CHECKING:
    from eventsapp.registration.models import Registration

bp = Blueprint("offers", __name__)
gettext: Callable[..., str] = flask_babel.gettext


@bp.route("/registrations/<token>/accept", methods=["GET", "POST"])
@keeps_input
def accept(token: str) -> Response:
    """Asks, then takes the place that is held. Too late: says so, and where the person stands now."""
    registration = _mine(token)
    had_place = registration.state == State.CONFIRMED
    said = offers.standing(registration, registration.event, clock.now())
    form = ButtonForm()
    sent = form.validate_on_submit()
    if form.status == 400 or (said is None and not sent):
        return _page("offer_accept", registration, token, form.status, form=form, **_until(registration))
    said = said or offers.accept(registration.id)
    if said is not Answered.ACCEPTED:
        return _gone(token, answered_words(said))
    if not had_place:
        flash(gettext("The place is yours. We have written to you to confirm it."), "good")
    return _own_page(token)


@bp.route("/registrations/<token>/decline", methods=["GET", "POST"])
@keeps_input
def decline(token: str) -> Response:
    registration = _mine(token)
    form = ButtonForm()
    sent = form.validate_on_submit()
    if form.status == 400 or (registration.state == State.OFFERED and not sent):
        return _page("offer_decline", registration, token, form.status, form=form, **_until(registration))
    said = offers.decline(registration.id)
    if said is Answered.OVER:
        return _gone(token, answered_words(said))
    if said is Answered.DECLINED:
        flash(gettext("Done. The next in line gets the place. Thank you for letting us know."), "good")
    return _own_page(token)


@bp.route("/registrations/<token>/take", methods=["GET", "POST"])
@keeps_input
def take(token: str) -> Response:
    """A free place to the first who presses the button; whoever comes later keeps their number in line."""
    registration = _mine(token)
    had_place = registration.state == State.CONFIRMED
    kind = short_notice.may_take(registration, registration.event, clock.now())
    form = ButtonForm()
    sent = form.validate_on_submit()
    if form.status == 400 or (not isinstance(kind, Take) and not sent):
        named = registration.event.mode == "hybrid" and not isinstance(kind, Take)
        attends = words.kind_words(str(kind)) if named else ""
        return _page("take", registration, token, form.status, form=form, attends=attends)
    answer = kind if isinstance(kind, Take) else short_notice.take(registration.id)
    if answer is Take.NOT_READY:
        return redirect(url_for("offers.ready", token=token), 303)
    if answer is not Take.TAKEN:
        return _gone(token, take_words(answer))
    if not had_place:
        flash(gettext("You were the first: the place is yours. We have written to you to confirm it."), "good")
    return _own_page(token)


@bp.route("/registrations/<token>/short-notice", methods=["GET", "POST"])
@keeps_input
def ready(token: str) -> Response:
    """Whether the person can come at short notice, as long as they wait."""
    registration = _mine(token)
    form = ShortNoticeForm(obj=registration)
    sent = form.validate_on_submit()
    waits = registration.state in (State.WAITLISTED, State.PENDING) and registration.event.status == "published"
    if form.status != 400 and (not waits or clock.now() >= registration.event.starts_at):
        return _own_page(token)
    if not sent:
        return _page("short_notice", registration, token, form.status, form=form)
    if short_notice.set_ready(registration.id, form.short_notice.data):
        flash(_ready_words(form.short_notice.data), "good")
    return _own_page(token)


def _ready_words(is_ready: bool) -> str:
    if is_ready:
        return gettext("Kept: you can come at short notice.")
    return gettext("Kept: you cannot come at short notice.")


def _mine(token: str) -> Registration:
    registration = opened(OWN, token) or abort(404)
    languages.prefer(registration.language, over_browser=True)
    return registration


def _until(registration: Registration) -> dict[str, str]:
    until = registration.offer_until
    return {"until": event_words.moment(until, registration.event.timezone) if until else ""}


def _own_page(token: str) -> Response:
    return redirect(url_for("own_page.show", token=token), 303)


def _gone(token: str, said: words.Words) -> Response:
    """Why there is nothing to accept or to take, and where the person stands now."""
    registration = _mine(token)
    stands = words.state_heading(registration.state, queries.position_of(registration))
    return _page("offer_gone", registration, token, 200, said=said, stands=stands)


def _page(name: str, registration: Registration, token: str, status: int, **values: Any) -> Response:
    event = registration.event
    html = render_template(
        f"registration/{name}.html",
        registration=registration,
        token=token,
        event=event,
        series=series_words(event.series),
        title=event_words.title_of(event),
        when=event_words.when_of(event),
        where=event_words.where_lines(event),
        **values,
    )
    return make_response(html, status)
