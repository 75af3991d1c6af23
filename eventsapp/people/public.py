"""The door for organisers: log in, log out, log in once by a link, show a code, choose a password."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.people import factor, queries, service
from eventsapp.people.forms import CodeForm, ForgottenForm, LinkForm, LoginForm, PasswordChangeForm, PasswordForm
from eventsapp.people.waiting import failure
from eventsapp.web import languages
from eventsapp.web.access import CurrentUser, end_login, logged_in, next_path, organiser_page, start_login, user
from eventsapp.web.security import client_browser, client_place, keeps_input, limiter

bp = Blueprint("people", __name__)

_BY_LINK = "logged_in_by_link"
_WAITING = "waits_for_code"


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
    outcome = service.log_in(form.email.data, form.password.data, client_place(), client_browser())
    if isinstance(outcome, service.LoggedIn):
        return _go_on(outcome, onward or _overview())
    words, status, headers = failure(outcome, gettext("The address or the password is not right."))
    form.form_errors.append(words)
    return make_response(render_template("people/login.html", form=form), status, headers)


@bp.route("/login/code", methods=["GET", "POST"])
@keeps_input
@limiter.limit("300 per hour", methods=["POST"])
def code() -> BaseResponse | str:
    """The second page of a login: before it, nothing opens. Without a login that waits it leads to the first."""
    waiting, form = session.get(_WAITING) or {}, CodeForm()
    sent = form.validate_on_submit()
    if queries.find_waiting(waiting.get("token", "")) is None and form.status != 400:
        return redirect(url_for("people.login"), 303)
    if not sent:
        return make_response(render_template("people/code.html", form=form), form.status)
    outcome = factor.show_code(waiting["token"], form.code.data, client_place(), languages.tag())
    if outcome is None:
        return redirect(url_for("people.login"), 303)
    if isinstance(outcome, service.LoggedIn):
        return _enter(outcome, waiting["onward"], by_link=waiting["by_link"])
    words, status, headers = failure(outcome, gettext("This code is not right, or was used already."))
    form.code.errors = [words]
    return make_response(render_template("people/code.html", form=form), status, headers)


@bp.route("/login/forgotten", methods=["GET", "POST"])
@keeps_input
@limiter.limit("300 per hour", methods=["POST"])
def forgotten() -> Response:
    """The answer is the same whether the address has an account or not."""
    form = ForgottenForm()
    if not form.validate_on_submit():
        return make_response(render_template("people/forgotten.html", form=form), form.status)
    service.ask_reset(form.email.data, languages.tag())
    return make_response(render_template("people/forgotten_sent.html", address=form.email.data))


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
    form, is_reset = LinkForm(), queries.is_reset(token)
    if state is queries.Link.GOOD and not form.validate_on_submit():
        return make_response(render_template("people/link.html", form=form, is_reset=is_reset), form.status)
    good = state is queries.Link.GOOD
    outcome = service.log_in_by_link(token, client_place(), client_browser()) if good else None
    if outcome is None:
        return make_response(render_template("people/link_spent.html"), 410)
    chosen = outcome.has_password and not is_reset
    return _go_on(outcome, _overview() if chosen else url_for("people.password"), by_link=True)


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
        begun = service.set_password(account.id, form.password.data, client_place(), client_browser(), languages.tag())
        start_login(begun.token)
        flash(gettext("Your password is set. You are logged out everywhere else."), "good")
        return redirect(_overview(), 303)
    page = render_template("people/password.html", form=form, account=account, overview=_overview())
    return make_response(page, form.status)


def _go_on(outcome: service.LoggedIn, onward: str, *, by_link: bool = False) -> BaseResponse:
    """In, or to the page that asks for the code. What waits is no login: nothing takes its token for one."""
    if not outcome.asks_factor:
        return _enter(outcome, onward, by_link=by_link)
    end_login()
    session[_WAITING] = {"token": outcome.token, "onward": onward, "by_link": by_link}
    return redirect(url_for("people.code"), 303)


def _enter(outcome: service.LoggedIn, onward: str, *, by_link: bool) -> BaseResponse:
    start_login(outcome.token)
    if by_link:
        session[_BY_LINK] = True
    return redirect(onward, 303)


def _current_is_right(form: PasswordForm, account: CurrentUser) -> bool:
    if not isinstance(form, PasswordChangeForm) or service.is_right(account.id, form.current.data):
        return True
    form.current.errors = [gettext("This is not your present password.")]
    return False


def _overview() -> str:
    return request.script_root + "/organise/"
