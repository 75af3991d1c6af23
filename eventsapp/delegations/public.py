"""The door for the contact of a delegation: who comes, who comes instead, and what is given back.

The link is all that opens it; it shows the names that were entered with it and nothing of anybody else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, abort, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from eventsapp import clock
from eventsapp.delegations import filling, queries
from eventsapp.delegations.filling import Filled, TooFew
from eventsapp.delegations.forms import ButtonForm, NameForm, PersonForm, PlacesForm, RowsForm
from eventsapp.delegations.rules import Act, Refusal, Standing, refusal
from eventsapp.delegations.words import figure_words, name_words, refusal_words, too_few_words
from eventsapp.events import words as event_words
from eventsapp.registration.words import kind_words
from eventsapp.series.words import series_words
from eventsapp.web import languages
from eventsapp.web.security import keeps_input, limiter

if TYPE_CHECKING:
    from eventsapp.delegations.models import DelegationName
    from eventsapp.delegations.queries import Opened

bp = Blueprint("delegation", __name__)

LIMIT = "3000 per hour"
_PAGE = "/delegations/<token>"
_NAME = f"{_PAGE}/names/<int(max=2147483647):name_id>"


@bp.route(_PAGE, methods=["GET", "POST"])
@keeps_input
@limiter.limit(LIMIT, methods=["POST"])
def show(token: str) -> Response:
    mine = _opened(token)
    form = RowsForm()
    if not form.validate_on_submit():
        return _overview(mine, token, form)
    answer = filling.fill(mine.delegation.id, form.people())
    if isinstance(answer, Filled):
        flash(_filled_words(answer), "good")
        return _back(token)
    if isinstance(answer, TooFew):
        mine = _opened(token)
        form.name_0.errors = [too_few_words(answer.left)]
        return _overview(mine, token, form)
    flash(refusal_words(answer), "waiting")
    return _back(token)


@bp.route(_NAME, methods=["GET", "POST"])
@keeps_input
@limiter.limit(LIMIT, methods=["POST"])
def correct(token: str, name_id: int) -> Response:
    """Correct a slip in a name; the page also leads to putting somebody else in the place, and to taking it back."""
    mine, name = _name(token, name_id)
    form = NameForm(data={"corrected": name.name})
    if not form.validate_on_submit():
        return _name_page(mine, token, name, correcting=form)
    refused = filling.correct(mine.delegation.id, name_id, form.corrected.data)
    flash(refusal_words(refused) if refused else gettext("The name is corrected."), "waiting" if refused else "good")
    return _back(token)


@bp.route(f"{_NAME}/replace", methods=["GET", "POST"])
@keeps_input
@limiter.limit(LIMIT, methods=["POST"])
def replace(token: str, name_id: int) -> Response:
    mine, name = _name(token, name_id)
    form = PersonForm()
    if not form.validate_on_submit():
        return _name_page(mine, token, name, replacing=form)
    refused = filling.replace_person(mine.delegation.id, name_id, form.person())
    if refused is Refusal.THERE:
        mine, name = _name(token, name_id)
        form.name.errors = [refusal_words(refused)]
        return _name_page(mine, token, name, replacing=form)
    if refused:
        flash(refusal_words(refused), "waiting")
    else:
        flash(gettext("%(name)s takes the place. Letters go out.", name=form.name.data), "good")
    return _back(token)


@bp.route(f"{_NAME}/take-back", methods=["GET", "POST"])
@keeps_input
@limiter.limit(LIMIT, methods=["POST"])
def take_back(token: str, name_id: int) -> Response:
    """Asks, then takes a name back."""
    mine, name = _name(token, name_id)
    form = ButtonForm()
    if not form.validate_on_submit():
        return _page("take_back", mine, form.status, form=form, token=token, name=name)
    refused = filling.take_back(mine.delegation.id, name_id)
    if refused:
        flash(refusal_words(refused), "waiting")
    else:
        flash(gettext("The name is taken back. Letters go out."), "good")
    return _back(token)


@bp.route(f"{_PAGE}/places", methods=["GET", "POST"])
@keeps_input
@limiter.limit(LIMIT, methods=["POST"])
def places(token: str) -> Response:
    """Give back places that nobody is named for."""
    mine = _opened(token)
    form = PlacesForm()
    number = form.places.data
    if not form.validate_on_submit() or number is None:
        return _page("places", mine, form.status, form=form, token=token)
    answer = filling.return_places(mine.delegation.id, number)
    if isinstance(answer, TooFew):
        mine = _opened(token)
        form.places.errors = [too_few_words(answer.left)]
        return _page("places", mine, form.status, form=form, token=token)
    if answer:
        flash(refusal_words(answer), "waiting")
    else:
        flash(ngettext("%(num)d place is given back.", "%(num)d places are given back.", number), "good")
    return _back(token)


def _opened(token: str) -> Opened:
    mine = queries.opened(token) or abort(404)
    languages.prefer(mine.delegation.language, over_browser=True)
    return mine


def _name(token: str, name_id: int) -> tuple[Opened, DelegationName]:
    """A name of this delegation; one that ended leads nowhere."""
    mine = _opened(token)
    name = next((each for each in mine.names if each.id == name_id), None) or abort(404)
    return mine, name


def _refused(mine: Opened, act: Act) -> Refusal | None:
    event, delegation = mine.event, mine.delegation
    standing = Standing(event.status, event.starts_at, delegation.returns_at, delegation.returned_at is not None)
    return refusal(act, standing, clock.now())


def _filled_words(filled: Filled) -> str:
    if not filled.entered:
        return str(gettext("These names stand on your list already."))
    entered = ngettext(
        "%(num)d name is entered. A letter goes out.", "%(num)d names are entered. Letters go out.", filled.entered
    )
    if not filled.there:
        return str(entered)
    there = ngettext("%(num)d stood there already.", "%(num)d stood there already.", filled.there)
    return f"{entered} {there}"


def _back(token: str) -> Response:
    return redirect(url_for("delegation.show", token=token), 303)


def _overview(mine: Opened, token: str, form: Any) -> Response:
    rows = form.rows()
    shown = max(min(mine.left, len(rows)), *(at for at, row in enumerate(rows, 1) if row[0].data or row[1].data), 1)
    delegation = mine.delegation
    changeable = _refused(mine, Act.CHANGE) is None
    return _page(
        "show",
        mine,
        form.status,
        form=form,
        token=token,
        rows=rows[:shown],
        names=[(each, *name_words(each), changeable and each.ended is None) for each in mine.names],
        figure=figure_words(mine.named, delegation.places) if delegation.returned_at is None else "",
        names_now=_refused(mine, Act.NAME) is None and mine.left > 0,
        closed=_refused(mine, Act.NAME),
    )


def _name_page(mine: Opened, token: str, name: DelegationName, **form: Any) -> Response:
    """Two forms: the one that was sent, or is asked for, and the other one fresh."""
    if name.ended is not None or _refused(mine, Act.CHANGE) is not None:
        flash(refusal_words(_refused(mine, Act.CHANGE) or Refusal.NOT_THERE), "waiting")
        return _back(token)
    correcting = form.get("correcting") or NameForm(formdata=None, data={"corrected": name.name})
    replacing = form.get("replacing") or PersonForm(formdata=None)
    sent = form.get("correcting") or form.get("replacing")
    return _page(
        "name",
        mine,
        sent.status if sent is not None else 200,
        form=sent,
        correcting=correcting,
        replacing=replacing,
        token=token,
        name=name,
    )


def _page(template: str, mine: Opened, status: int, **values: Any) -> Response:
    event, delegation = mine.event, mine.delegation
    page = render_template(
        f"delegations/{template}.html",
        mine=mine,
        delegation=delegation,
        event=event,
        series=series_words(event.series),
        title=event_words.title_of(event),
        when=event_words.when_of(event),
        where=event_words.where_lines(event),
        until=event_words.moment(delegation.returns_at, event.timezone),
        kind=kind_words(delegation.attends) if event.mode == "hybrid" else "",
        **values,
    )
    return make_response(page, status)
