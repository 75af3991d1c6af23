"""The door for people who registered: choose sessions, and give them back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, abort, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from eventsapp import clock
from eventsapp.events.words import title_of
from eventsapp.registration.forms import with_parts
from eventsapp.registration.links import OWN
from eventsapp.registration.opening import opened
from eventsapp.registration.rules import LIVE
from eventsapp.series.words import series_words
from eventsapp.signups import queries, service
from eventsapp.signups.form_part import KEY, SessionsPart
from eventsapp.signups.forms import SessionsForm
from eventsapp.signups.rules import Bar, Standing
from eventsapp.signups.service import Chosen, Refused
from eventsapp.signups.words import bar_words
from eventsapp.web import languages
from eventsapp.web.security import keeps_input

if TYPE_CHECKING:
    from eventsapp.registration.models import Registration

bp = Blueprint("own_sessions", __name__)


@bp.route("/registrations/<token>/sessions", methods=["GET", "POST"])
@keeps_input
def choose(token: str) -> Response:
    """All sessions to sign up for, those that one has ticked; saved as a whole or not at all."""
    registration = _mine(token)
    event = registration.event
    part = _part(registration)
    over = event.status == "cancelled" or clock.now() >= event.ends_at
    form = with_parts(SessionsForm, {KEY: part}, registration.attends)()
    sent = form.validate_on_submit()
    if form.status != 400 and (over or not part.sessions or registration.state not in LIVE):
        return _own_page(token)
    if sent:
        answer = service.choose(registration.id, **form.said()[KEY])
        if isinstance(answer, Chosen):
            _tell(answer, part)
            return _own_page(token)
        if any(bar is Bar.OVER for bar, _, _ in answer.bars):
            return _own_page(token)
        _show(form, answer, event.language)
        registration = _mine(token)
        form.parts[KEY].renew(_part(registration))
    words = {"series": series_words(registration.event.series), "title": title_of(registration.event)}
    page = render_template("signups/choose.html", form=form, token=token, event=registration.event, **words)
    return make_response(page, 409 if form.form_errors else form.status)


def _part(registration: Registration) -> SessionsPart:
    """What can still be chosen, and what the person has."""
    event, now = registration.event, clock.now()
    offered = [each for each in queries.sessions_to_sign_up(event) if now < each.starts_at]
    mine, counts = queries.sessions_of(registration), queries.counts_of(event.id)
    return SessionsPart(event, offered, counts, mine=mine, attends=registration.attends)


def _tell(answer: Chosen, part: SessionsPart) -> None:
    """What came of it, in words; the own page shows the rest."""
    standings = list(answer.now.values())
    if answer.kept:
        names = ", ".join(f"“{part.title_of(key)}”" for key in answer.kept)
        text = gettext(
            "You keep %(sessions)s until a place comes free in the session that you want instead.", sessions=names
        )
        flash(text, "waiting")
    if Standing.WAITING in standings:
        number = standings.count(Standing.WAITING)
        text = ngettext(
            "One session is full: you are in line for it, and we write to you when you move up.",
            "%(num)d sessions are full: you are in line for them, and we write to you when you move up.",
            number,
        )
        flash(text, "waiting")
    if answer.left or Standing.TAKEN in standings or Standing.WISHED in standings:
        flash(gettext("Your sessions are saved."), "good")


def _show(form: Any, refused: Refused, fallback: str) -> None:
    form.form_errors.extend(bar_words(bar, title, other, fallback) for bar, title, other in refused.bars)


def _mine(token: str) -> Registration:
    registration = opened(OWN, token) or abort(404)
    languages.prefer(registration.language, over_browser=True)
    return registration


def _own_page(token: str) -> Response:
    return redirect(url_for("own_page.show", token=token) + "#sessions", 303)
