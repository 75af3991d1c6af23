"""The door for organisers: hold places for delegations, change and withdraw them, renew a link."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, abort, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from eventsapp import clock
from eventsapp.delegations import queries, service
from eventsapp.delegations.forms import WithdrawForm, edit_form, new_form
from eventsapp.delegations.links import page_of
from eventsapp.delegations.rules import Refusal
from eventsapp.delegations.service import Invalid, Made, NeedsReason
from eventsapp.delegations.words import figure_words, letter_words, reason_words, refusal_words
from eventsapp.events.for_organisers import changeable_event, organisers_event
from eventsapp.events.words import moment, title_of
from eventsapp.registration.handling_words import places_figures
from eventsapp.registration.queries import kinds_of_place
from eventsapp.registration.words import kind_words
from eventsapp.series.words import series_words
from eventsapp.web.access import Role, organiser_page, user
from eventsapp.web.problems import show_problems
from eventsapp.web.security import keeps_input

if TYPE_CHECKING:
    from eventsapp.delegations.models import Delegation
    from eventsapp.events.models import Event

bp = Blueprint("delegations", __name__)

_LIST = "/organise/events/<slug>/delegations"
_ONE = f"{_LIST}/<int(max=2147483647):delegation_id>"


@bp.get(_LIST, endpoint="list")
@organiser_page(Role.editor)
def list_(slug: str) -> Response:
    event = organisers_event(slug, Role.editor)
    found = queries.of_event(event.id)
    letters, named = queries.letters_to(found), queries.named_in(event.id)
    lines = [
        {
            "delegation": each,
            "figure": figure_words(named.get(each.id, 0), each.places),
            "named": named.get(each.id, 0),
            "kind": kind_words(each.attends) if event.mode == "hybrid" else "",
            "until": moment(each.returns_at, event.timezone),
            "letter": letter_words(letters.get(each.id)),
            "link": page_of(each.key, each.link_version) if each.contact_email else "",
        }
        for each in found
    ]
    return _page("delegations", event, lines=lines, figures=places_figures(event), open=_is_open(event))


@bp.route(f"{_LIST}/new", methods=["GET", "POST"])
@organiser_page(Role.editor)
@keeps_input
def new(slug: str) -> Response:
    event = changeable_event(slug)
    form = new_form(event)
    if form.validate_on_submit():
        details = form.details(kinds_of_place(event.mode)[0])
        answer = service.create(event.id, details, by=user().id, why=form.why.data)
        event = changeable_event(slug)
        if isinstance(answer, Made):
            flash(_made_words(answer, form.organisation.data), "good")
            return _to_list(slug)
        _show(form, answer)
    return _form_page(event, form, None)


@bp.route(_ONE, methods=["GET", "POST"])
@organiser_page(Role.editor)
@keeps_input
def edit(slug: str, delegation_id: int) -> Response:
    event, delegation = _changeable(slug, delegation_id)
    form = edit_form(delegation)
    if form.validate_on_submit():
        answer = service.change(
            delegation_id, form.details(delegation.attends), by=user().id, why=form.why.data, tell=form.tell.data
        )
        event, delegation = _changeable(slug, delegation_id)
        if isinstance(answer, service.Changed):
            flash(gettext("Saved. A letter goes out.") if answer.written else gettext("Saved."), "good")
            return _to_list(slug)
        _show(form, answer)
    return _form_page(event, form, delegation)


@bp.route(f"{_ONE}/withdraw", methods=["GET", "POST"])
@organiser_page(Role.editor)
@keeps_input
def withdraw(slug: str, delegation_id: int) -> Response:
    """Asks, then takes the places without a name back."""
    event, delegation = _changeable(slug, delegation_id)
    form = WithdrawForm()
    if not form.validate_on_submit():
        return _page("delegation_withdraw", event, form.status, form=form, delegation=delegation)
    refused = service.withdraw(delegation_id, by=user().id, why=form.why.data)
    if refused:
        _flash(refused)
    else:
        flash(gettext("No more places are held. Whoever is named keeps theirs; the contact gets a letter."), "good")
    return _to_list(slug)


@bp.post(f"{_ONE}/link")
@organiser_page(Role.editor)
def renew_link(slug: str, delegation_id: int) -> Response:
    _changeable(slug, delegation_id)
    refused = service.renew_link(delegation_id, by=user().id)
    if refused:
        _flash(refused)
    else:
        flash(
            gettext("There is a new link, and the contact is sent it. The earlier one opens nothing any more."), "good"
        )
    return _to_list(slug)


def _changeable(slug: str, delegation_id: int) -> tuple[Event, Delegation]:
    event = changeable_event(slug)
    delegation = queries.find_of(event.id, delegation_id)
    return (event, delegation) if delegation is not None else abort(404)


def _is_open(event: Event) -> bool:
    return event.status != "cancelled" and clock.now() < event.starts_at


def _made_words(made: Made, organisation: str) -> str:
    if made.written:
        return str(
            gettext(
                "The places are held for %(organisation)s. A letter with the link goes out.", organisation=organisation
            )
        )
    return str(
        gettext(
            "The places are held for %(organisation)s. The letter with the link goes out when the event is published.",
            organisation=organisation,
        )
    )


def _show(form: Any, answer: NeedsReason | Invalid | Refusal) -> None:
    if isinstance(answer, NeedsReason):
        form.why.errors = [reason_words(answer.free)]
    elif isinstance(answer, Invalid):
        show_problems(form, answer.problems)
    elif answer is Refusal.BELOW_FILLED:
        form.places.errors = [refusal_words(answer)]
    else:
        form.form_errors.append(_said(answer))


def _flash(refused: Refusal) -> None:
    flash(_said(refused), "waiting")


def _said(refused: Refusal) -> str:
    """An organiser may read of a contact who is forgotten; a contact never does."""
    if refused is Refusal.NOT_THERE:
        return str(gettext("Nothing was changed: the contact is forgotten, so nobody can be written to."))
    return refusal_words(refused)


def _to_list(slug: str) -> Response:
    return redirect(url_for("delegations.list", slug=slug), 303)


def _form_page(event: Event, form: Any, delegation: Delegation | None) -> Response:
    zone = clock.zone(event.timezone).key
    return _page("delegation_edit", event, form.status, form=form, delegation=delegation, zone=zone)


def _page(name: str, event: Event, status: int = 200, **values: Any) -> Response:
    words = {"event": event, "series": series_words(event.series), "title": title_of(event)}
    return make_response(render_template(f"organise/{name}.html", **words, **values), status)
