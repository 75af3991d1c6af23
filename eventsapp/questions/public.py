"""The door for people who registered: change their answers and consents, take one back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from eventsapp import clock
from eventsapp.events.words import title_of
from eventsapp.questions import answering, queries
from eventsapp.questions.form_fields import KEY
from eventsapp.questions.form_part import QuestionsPart, part_of
from eventsapp.questions.forms import AnswersForm
from eventsapp.questions.rules import PURPOSES, applies
from eventsapp.registration.forms import with_parts
from eventsapp.registration.links import OWN
from eventsapp.registration.opening import opened
from eventsapp.registration.rules import LIVE
from eventsapp.series.words import series_words
from eventsapp.web import languages
from eventsapp.web.security import keeps_input

if TYPE_CHECKING:
    from eventsapp.registration.models import Registration

bp = Blueprint("answers", __name__)


@bp.route("/registrations/<token>/answers", methods=["GET", "POST"])
@keeps_input
def change(token: str) -> Response:
    """Only while the answers are of use; taking them back is another matter, and always possible."""
    registration = _mine(token)
    event = registration.event
    part = _part(registration)
    over = event.status == "cancelled" or clock.now() >= event.ends_at
    closed = part is None or over or registration.state not in LIVE
    form = with_parts(AnswersForm, {KEY: part} if part else {}, registration.attends)()
    valid = form.validate_on_submit()
    if closed and (valid or not form.is_submitted()):
        return _own_page(token)
    if valid:
        if answering.change_answers(registration.id, form.said()[KEY]):
            flash(gettext("Your answers are saved."), "good")
        return _own_page(token)
    words = {"series": series_words(event.series), "title": title_of(event)}
    page = render_template("questions/answers.html", form=form, token=token, event=event, **words)
    return make_response(page, form.status)


@bp.post("/registrations/<token>/answers/<key>/take-back")
def take_back(token: str, key: str) -> Response:
    registration = _mine(token)
    if queries.read_key(key) is None:
        abort(404)
    if answering.take_back(registration.id, key):
        flash(gettext("The answer is deleted."), "good")
    return _own_page(token)


@bp.post("/registrations/<token>/consents/<purpose>/take-back")
def withdraw(token: str, purpose: str) -> Response:
    registration = _mine(token)
    if purpose not in PURPOSES:
        abort(404)
    if answering.withdraw(registration.id, purpose):
        flash(gettext("You no longer agree to that. The organisers see it from now on."), "good")
    return _own_page(token)


def _part(registration: Registration) -> QuestionsPart | None:
    """What this person is asked: not the questions for those who take part otherwise, nor those asked no more."""
    asked = [
        each
        for each in queries.answers_of(registration)
        if each.question.retired_at is None and applies(each.question.attends, registration.attends)
    ]
    return part_of(registration.event, asked, queries.consents_of(registration))


def _mine(token: str) -> Registration:
    registration = opened(OWN, token) or abort(404)
    languages.prefer(registration.language, over_browser=True)
    return registration


def _own_page(token: str) -> Response:
    return redirect(url_for("own_page.show", token=token) + "#answers", 303)
