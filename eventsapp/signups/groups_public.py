"""The door for people who registered: change which working groups they wish for, until they are given one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from eventsapp import clock
from eventsapp.events.words import title_of
from eventsapp.registration.forms import with_parts
from eventsapp.registration.links import OWN
from eventsapp.registration.opening import opened
from eventsapp.registration.rules import LIVE
from eventsapp.series.words import series_words
from eventsapp.signups import groups_keeping
from eventsapp.signups.groups_form import KEY, GroupsPart, part_of
from eventsapp.signups.groups_forms import WishesForm
from eventsapp.signups.groups_keeping import Ranked
from eventsapp.signups.groups_queries import choices_of, given_to, ranks_of
from eventsapp.web import languages
from eventsapp.web.security import keeps_input

if TYPE_CHECKING:
    from eventsapp.registration.models import Registration

bp = Blueprint("groups", __name__)


@bp.route("/registrations/<token>/groups", methods=["GET", "POST"])
@keeps_input
def rank(token: str) -> Response:
    registration = _mine(token)
    event = registration.event
    part = _part(registration)
    over = event.status == "cancelled" or clock.now() >= event.ends_at
    closed = part is None or over or registration.state not in LIVE
    form = with_parts(WishesForm, {KEY: part} if part else {}, registration.attends)()
    valid = form.validate_on_submit()
    if closed and (valid or not form.is_submitted()):
        if valid:
            flash(gettext("Your wishes can no longer be changed."), "waiting")
        return _own_page(token)
    if valid:
        answer = groups_keeping.rank(registration.id, form.said()[KEY])
        if answer is Ranked.TOO_LATE:
            flash(gettext("Your wishes can no longer be changed."), "waiting")
        elif answer is Ranked.SAVED:
            flash(gettext("Your wishes are saved."), "good")
        return _own_page(token)
    words = {"series": series_words(event.series), "title": title_of(event)}
    page = render_template("signups/groups.html", form=form, token=token, event=event, **words)
    return make_response(page, form.status)


def _part(registration: Registration) -> GroupsPart | None:
    """Of the choices in which the person has not been given a group."""
    given = given_to(registration.id)
    choices = [choice for choice in choices_of(registration.event) if choice.starts_at not in given]
    return part_of(registration.event, choices, ranks_of(registration.id), registration.attends)


def _mine(token: str) -> Registration:
    registration = opened(OWN, token) or abort(404)
    languages.prefer(registration.language, over_browser=True)
    return registration


def _own_page(token: str) -> Response:
    return redirect(url_for("own_page.show", token=token) + "#groups", 303)
