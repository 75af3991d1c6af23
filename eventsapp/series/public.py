"""The door of an invitation's link: a page with a button, because scanners of letters follow links."""

from __future__ import annotations

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from eventsapp.people.logins import Client
from eventsapp.series import invitations, invited
from eventsapp.series.team_forms import ButtonForm
from eventsapp.series.team_rules import Closed
from eventsapp.series.team_words import role_help, role_name
from eventsapp.series.words import series_words
from eventsapp.web.access import logged_in, start_login
from eventsapp.web.security import client_browser, client_place, keeps_input, limiter
from eventsapp.web.text import email_key

bp = Blueprint("invitation", __name__)


@bp.route("/invitations/<token>", methods=["GET", "POST"])
@keeps_input
@limiter.limit("300 per hour", methods=["POST"])
def show(token: str) -> Response:
    found = invited.find_invitation(token)
    if found is Closed.UNKNOWN:
        abort(404)
    if isinstance(found, Closed):
        return _spent()
    account = logged_in()
    other = account is not None and email_key(account.email) != email_key(found.email)
    form = ButtonForm()
    if other or not form.validate_on_submit():
        page = render_template(
            "people/invitation.html",
            form=form,
            invitation=found,
            series=series_words(found.series) if found.series is not None else None,
            role=role_name(found.role),
            role_help=role_help(found.role),
            other=account.email if account is not None and other else "",
        )
        return make_response(page, 403 if other and request.method == "POST" else form.status)
    client = Client(client_place(), client_browser())
    return _joined(invitations.accept(token, client, as_user=account.id if account is not None else None))


def _joined(outcome: invitations.Accepted | Closed) -> Response:
    if isinstance(outcome, Closed):
        return _spent()
    if outcome.login is not None:
        start_login(outcome.login.token)
    flash(gettext("You are in the team."), "good")
    if outcome.login is not None:
        return redirect(url_for("people.password"), 303)
    return redirect(url_for("overview.show") if logged_in() is not None else url_for("people.login"), 303)


def _spent() -> Response:
    return make_response(render_template("people/invitation_spent.html"), 410)
