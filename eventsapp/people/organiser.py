"""The door to one's own account: name, second factor, recovery codes, logins."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import segno
from flask import Blueprint, abort, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from eventsapp.people import factor, logins, queries, service
from eventsapp.people.attempts import Wait
from eventsapp.people.forms import BeginForm, CodeForm, NameForm, ProveForm
from eventsapp.people.waiting import failure
from eventsapp.people.words import ago, browser_words, place_words
from eventsapp.web import languages
from eventsapp.web.access import CurrentUser, organiser_page, start_login, user
from eventsapp.web.forms import BaseForm
from eventsapp.web.security import client_place, keeps_input, limiter

bp = Blueprint("account", __name__)

_FACTOR = "/organise/account/factor"
_TRIES = "300 per hour"


@bp.route("/organise/account", methods=["GET", "POST"])
@organiser_page(None)
@keeps_input
def show() -> Response:
    account = user()
    form = NameForm(data={"name": account.name})
    if form.validate_on_submit():
        service.rename(account.id, form.name.data)
        flash(gettext("Your name is saved."), "good")
        return redirect(url_for("account.show"), 303)
    page = render_template(
        "people/account.html",
        form=form,
        account=account,
        factor=queries.factor_of(account.id),
        logins=queries.logins_of(account.id, account.login_token),
        browser_words=browser_words,
        place_words=place_words,
        ago=ago,
    )
    return make_response(page, form.status)


@bp.get(_FACTOR)
@organiser_page(None)
def factor_page() -> Response:
    return _factor_page(_begin_form(), CodeForm())


@bp.post(f"{_FACTOR}/begin")
@organiser_page(None)
@keeps_input
@limiter.limit(_TRIES)
def begin() -> Response:
    form = _begin_form()
    if not form.validate_on_submit():
        return _factor_page(form, status=form.status)
    typed = form.current.data if "current" in form else ""
    outcome = factor.begin_setup(user().login_token, typed, client_place())
    if outcome is None or isinstance(outcome, factor.NotSo):
        return redirect(url_for("account.factor_page"), 303)
    words, status, headers = failure(outcome, gettext("This is not your present password."))
    form.current.errors = [words]
    return _factor_page(form, status=status, headers=headers)


@bp.post(f"{_FACTOR}/confirm")
@organiser_page(None)
@keeps_input
@limiter.limit(_TRIES)
def confirm() -> Response:
    form = CodeForm()
    if not form.validate_on_submit():
        return _factor_page(form, status=form.status)
    outcome = factor.confirm(user().login_token, form.code.data, client_place(), languages.tag())
    if isinstance(outcome, factor.Codes):
        return _show_codes(outcome)
    if isinstance(outcome, factor.NotSo):
        return redirect(url_for("account.factor_page"), 303)
    wrong = gettext("This code is not right, or was used already. Wait for the next one.")
    words, status, headers = failure(outcome, wrong)
    form.code.errors = [words]
    return _factor_page(form, status=status, headers=headers)


@bp.route(f"{_FACTOR}/codes", methods=["GET", "POST"])
@organiser_page(None)
@keeps_input
@limiter.limit(_TRIES, methods=["POST"])
def codes() -> Response:
    answer = _proved("people/factor_codes.html", factor.renew_codes)
    return answer if isinstance(answer, Response) else _show_codes(answer)


@bp.route(f"{_FACTOR}/off", methods=["GET", "POST"])
@organiser_page(None)
@keeps_input
@limiter.limit(_TRIES, methods=["POST"])
def off() -> Response:
    answer = _proved("people/factor_off.html", factor.turn_off)
    if isinstance(answer, Response):
        return answer
    start_login(answer.token)
    flash(gettext("The second factor is off. Your password alone opens the account."), "good")
    return redirect(url_for("account.show"), 303)


@bp.post("/organise/account/logins/<int(max=2147483647):login_id>/end")
@organiser_page(None)
def end_login(login_id: int) -> Response:
    if not logins.end_login(user().id, login_id):
        abort(404)
    flash(gettext("That login has ended."), "good")
    return redirect(url_for("account.show"), 303)


@bp.post("/organise/account/logins/end-others")
@organiser_page(None)
def end_others() -> Response:
    logins.end_others(user().id, user().login_token)
    flash(gettext("You are logged out everywhere else."), "good")
    return redirect(url_for("account.show"), 303)


def _factor_page(*forms: BaseForm, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """The page as the factor stands, with the form that fits or came back."""
    account = user()
    state = queries.factor_of(account.id)
    wanted = CodeForm if state.secret else BeginForm
    form = next((each for each in forms if isinstance(each, wanted)), None)
    page = render_template(
        "people/factor.html",
        factor=state,
        picture=_picture(state.secret, account) if state.secret else "",
        form=form or (CodeForm(formdata=None) if state.secret else _begin_form()),
    )
    return make_response(page, status, headers or {})


def _show_codes(outcome: factor.Codes) -> Response:
    """Once: they are kept nowhere as they are."""
    start_login(outcome.token)
    return make_response(render_template("people/codes.html", codes=outcome.codes, account=user()))


def _proved(template: str, verb: Callable[..., factor.Codes | service.Wrong | Wait | factor.NotSo]) -> Any:
    """The page that asks for password and code, or what the verb answered to the right ones. Which of the two was
    wrong is not told."""
    account, form = user(), ProveForm()
    if not account.has_password:
        del form.current
    sent = form.validate_on_submit()
    if form.status != 400 and not queries.factor_of(account.id).on:
        return redirect(url_for("account.factor_page"), 303)
    if not sent:
        return make_response(render_template(template, form=form), form.status)
    typed = form.current.data if "current" in form else ""
    outcome = verb(account.login_token, typed, form.code.data, client_place(), languages.tag())
    if isinstance(outcome, factor.Codes):
        return outcome
    if isinstance(outcome, factor.NotSo):
        return redirect(url_for("account.factor_page"), 303)
    wrong = gettext("The password or the code is not right. A code works once: wait for the next one.")
    words, status, headers = failure(outcome, wrong)
    form.form_errors.append(words)
    return make_response(render_template(template, form=form), status, headers)


def _begin_form() -> BeginForm:
    form = BeginForm()
    if not user().has_password:
        del form.current
    return form


def _picture(secret: str, account: CurrentUser) -> str:
    """The QR code, dark on white whatever the page's colours: as readers of such codes want it."""
    drawn = segno.make(factor.provisioning_uri(secret, account.email), error="m", micro=False)
    return str(drawn.svg_data_uri(scale=5, border=4, dark="#000", light="#fff"))
