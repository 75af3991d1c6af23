"""The door for organisers: log in, log out, log in once by a link, choose a password."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.people import queries, service
from eventsapp.people.attempts import Wait
from eventsapp.people.forms import LinkForm, LoginForm, PasswordChangeForm, PasswordForm
from eventsapp.web.access import CurrentUser, end_login, logged_in, next_path, organiser_page, start_login, user
from eventsapp.web.security import client_place, keeps_input, limiter

bp = Blueprint("people", __name__)

_BY_LINK = "logged_in_by_link"


@bp.route("/login", methods=["GET", "POST"])
@keeps_input
@limiter.limit("300 per hour", methods=["POST"])
def login() -> BaseResponse | str:
    onward = next_path(request.args.get("next"))
    if request.method == "GET" and logged_in() is not None:
        return redirect(onward or _overview(), 303)
    form = LoginForm()
    if not form.validate_on_submit():
        return make_response(render_template("people/login.html", form=form), form.status)
    outcome = service.log_in(form.email.data, form.password.data, client_place())
    if isinstance(outcome, service.LoggedIn):
        start_login(outcome.token)
        return redirect(onward or _overview(), 303)
    return _not_in(form, outcome)


@bp.post("/logout")
def logout() -> BaseResponse:
    found = logged_in()
    if found is not None:
        service.log_out(found.login_token)
    end_login()
    flash(gettext("You are logged out."), "good")
    return redirect(url_for("people.login"), 303)


@bp.route("/login/<token>", methods=["GET", "POST"])
@keeps_input
@limiter.limit("300 per hour", methods=["POST"])
def link(token: str) -> BaseResponse | str:
    state = queries.link_state(token)
    if state is queries.Link.UNKNOWN:
        abort(404)
    form = LinkForm()
    if state is queries.Link.GOOD and not form.validate_on_submit():
        return make_response(render_template("people/link.html", form=form), form.status)
    outcome = service.log_in_by_link(token, client_place()) if state is queries.Link.GOOD else None
    if outcome is None:
        return make_response(render_template("people/link_spent.html"), 410)
    start_login(outcome.token)
    session[_BY_LINK] = True
    return redirect(_overview() if outcome.has_password else url_for("people.password"), 303)


@bp.route("/organise/password", methods=["GET", "POST"])
@organiser_page(None)
@keeps_input
@limiter.limit("300 per hour", methods=["POST"])
def password() -> BaseResponse | str:
    """Whoever has a password types it once more, except after a one-time link: that is for those who forgot it."""
    account = user()
    asks_current = account.has_password and _BY_LINK not in session
    form = PasswordChangeForm() if asks_current else PasswordForm()
    form.account_email = account.email
    if form.validate_on_submit() and _current_is_right(form, account):
        start_login(service.set_password(account.id, form.password.data, client_place()).token)
        flash(gettext("Your password is set. You are logged out everywhere else."), "good")
        return redirect(_overview(), 303)
    page = render_template("people/password.html", form=form, account=account, overview=_overview())
    return make_response(page, form.status)


def _current_is_right(form: PasswordForm, account: CurrentUser) -> bool:
    if not isinstance(form, PasswordChangeForm) or service.is_right(account.id, form.current.data):
        return True
    form.current.errors = [gettext("This is not your present password.")]
    return False


def _not_in(form: LoginForm, outcome: service.Wrong | Wait) -> Response:
    if isinstance(outcome, service.Wrong):
        form.form_errors.append(gettext("The address or the password is not right."))
        return make_response(render_template("people/login.html", form=form), 403)
    seconds = outcome.seconds
    form.form_errors.append(
        ngettext(
            "That went wrong too often. Please wait %(num)d second, then try again.",
            "That went wrong too often. Please wait %(num)d seconds, then try again.",
            seconds,
        )
    )
    response = make_response(render_template("people/login.html", form=form), 429)
    response.headers["Retry-After"] = str(seconds)
    return response


def _overview() -> str:
    return request.script_root + "/organise/"
