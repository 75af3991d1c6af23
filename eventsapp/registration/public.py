"""The door for people who register: the form, the page after it, and what the links in their letters can do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, abort, flash, make_response, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from eventsapp import clock
from eventsapp.events import words as event_words
from eventsapp.registration import addresses, forms, inviting, queries, service, words
from eventsapp.registration.door import LIMIT, around_form, mine, own_page, page, public_event, refused_page
from eventsapp.registration.entering import Form
from eventsapp.registration.links import ADDRESS, OWN, RECEIPT
from eventsapp.registration.rules import LIVE, Refusal, refusal
from eventsapp.registration.service import Known, Registered
from eventsapp.web import tokens
from eventsapp.web.security import keeps_input, limiter

if TYPE_CHECKING:
    from eventsapp.events.models import Event
    from eventsapp.registration.models import Registration

bp = Blueprint("registration", __name__)


@bp.route("/events/<slug>/register", methods=["GET", "POST"])
@keeps_input
@limiter.limit(LIMIT, methods=["POST"])
def register(slug: str) -> Response:
    return _register(public_event(slug), None)


@bp.route("/events/<slug>/invited/<token>", methods=["GET", "POST"])
@keeps_input
@limiter.limit(LIMIT, methods=["POST"])
def invited(slug: str, token: str) -> Response:
    """The form of a closed event, to whoever has its secret link; a revoked link opens nothing."""
    event = public_event(slug)
    claim = tokens.read(inviting.PURPOSE, token)
    if not inviting.opens(event, claim):
        abort(404)
    return _register(event, claim)


def _register(event: Event, invitation: tokens.Claim | None) -> Response:
    slug = event.slug
    refused = refusal(queries.window_of(event), clock.now(), by_link=invitation is not None)
    if refused and request.method != "POST":
        return refused_page(event, refused)
    form = forms.registration_form(event)
    if not form.validate_on_submit():
        return refused_page(event, refused) if refused else _form_page(event, form)
    given = _filled(form, email=form.email.data, language=event_words.language())
    submission = forms.submission_of(form, given, slug)
    result = service.register(slug, given, submission=submission, invitation=invitation)
    if isinstance(result, Registered):
        return _to_receipt(slug, result)
    event = public_event(slug)
    if result is Refusal.NOT_INVITED:
        return _not_invited(event, form)
    if event.confidential and isinstance(result, Known) and refused:
        # Whether an address is known must not show in who is refused.
        return refused_page(event, refused)
    return _after(event, result)


@bp.get("/events/<slug>/received/<token>")
def received(slug: str, token: str) -> str:
    """Where the person stands who has just registered; opens no more than that."""
    registration = mine(RECEIPT, token)
    if registration.event.slug != slug:
        abort(404)
    position = queries.position_of(registration)
    state = words.state_words(registration, position)
    return page("received", registration.event, registration=registration, state=state, live=_is_live(registration))


@bp.get("/events/<slug>/received")
def written(slug: str) -> str:
    """The neutral page: the same whether the address was known or not."""
    return page("written", public_event(slug))


@bp.route("/registrations/<token>/details", methods=["GET", "POST"])
@keeps_input
def correct(token: str) -> Response:
    registration = mine(OWN, token)
    form = forms.DetailsForm(obj=registration)
    if not form.validate_on_submit():
        return make_response(page("correct", registration.event, form=form, token=token), form.status)
    if service.correct(registration.id, name=form.name.data, organisation=form.organisation.data):
        flash(gettext("Your details are corrected."), "good")
    else:
        flash(gettext("You are no longer registered, so there was nothing to correct."), "waiting")
    return own_page(token)


@bp.route("/registrations/<token>/address", methods=["GET", "POST"])
@keeps_input
@limiter.limit(LIMIT, methods=["POST"])
def change_address(token: str) -> Response:
    registration = mine(OWN, token)
    form = forms.AddressForm()
    valid = form.validate_on_submit()
    if valid and form.email.data == registration.email:
        form.email.errors = [gettext("This is the address we have.")]
        valid = False
    if not valid:
        html = page("address", registration.event, form=form, token=token, registration=registration)
        return make_response(html, form.status)
    if addresses.ask_new_address(registration.id, form.email.data):
        text = gettext(
            "Open the link in the letter to %(address)s; until then nothing changes. "
            "We write to a new address at most three times an hour.",
            address=form.email.data,
        )
        flash(text, "info")
    else:
        flash(gettext("Nothing was changed: you are not registered any more, or the event is called off."), "waiting")
    return own_page(token)


@bp.route("/registrations/<token>/prove", methods=["GET", "POST"])
@keeps_input
def prove_address(token: str) -> Response:
    """The letter to a new address leads here; the button moves letters, links and the calendar entry there."""
    registration = mine(ADDRESS, token)
    if registration.new_email is None or not _is_live(registration):
        abort(404)
    form = forms.ButtonForm()
    if not form.validate_on_submit():
        return make_response(page("prove", registration.event, form=form, registration=registration), form.status)
    if not addresses.prove_address(registration.id, registration.new_email_version):
        abort(404)
    flash(gettext("Your new address is confirmed. Earlier links no longer open; this page has a new one."), "good")
    moved = queries.get_registration(registration.id)
    return own_page(tokens.make(OWN, moved.key, moved.link_version))


@bp.route("/registrations/<token>/cancel", methods=["GET", "POST"])
@keeps_input
def cancel(token: str) -> Response:
    """Asks, then gives up the place (or the place in the queue). Nothing to give up: back to the own page."""
    registration = mine(OWN, token)
    event = registration.event
    if not _is_live(registration) or event.status == "cancelled" or clock.now() >= event.ends_at:
        return own_page(token)
    form = forms.ButtonForm()
    if not form.validate_on_submit():
        return make_response(page("cancel", event, form=form, token=token, registration=registration), form.status)
    if service.give_up(registration.id):
        flash(gettext("Done. We have written to you to confirm it."), "good")
    return own_page(token)


@bp.route("/registrations/<token>/not-me", methods=["GET", "POST"])
@keeps_input
def not_me(token: str) -> Response:
    """For people whose address somebody else typed: the registration goes, and soon after all data of it."""
    registration = mine(OWN, token)
    event = registration.event
    if not _is_live(registration) and registration.contact_until <= clock.now():
        return make_response(page("not_me_done", event, told=False))
    form = forms.ButtonForm()
    if not form.validate_on_submit():
        entered = registration.source != "form"
        return make_response(page("not_me", event, form=form, token=token, entered=entered), form.status)
    slug = event.slug
    told = service.disown(registration.id)
    return make_response(page("not_me_done", public_event(slug), told=told))


@bp.route("/registrations/<token>/another", methods=["GET", "POST"])
@keeps_input
@limiter.limit(LIMIT, methods=["POST"])
def another(token: str) -> Response:
    """Register another person under the same mailbox, which the link has proved."""
    registration = mine(OWN, token)
    event = registration.event
    refused = refusal(queries.window_of(event), clock.now())
    if refused and request.method != "POST":
        return refused_page(event, refused)
    form = forms.person_form(registration)
    if not form.validate_on_submit():
        if refused:
            return refused_page(event, refused)
        html = page("another", event, form=form, token=token, registration=registration, **around_form(event))
        return make_response(html, form.status)
    given = _filled(form, email=registration.email or "", language=registration.language)
    submission = forms.submission_of(form, given, str(registration.key))
    result = service.register_another(registration.id, given, submission=submission)
    return _after(public_event(event.slug), result)


def _is_live(registration: Registration) -> bool:
    return registration.state in LIVE


def _filled(form: Any, *, email: str, language: str) -> Form:
    """What a valid form gives to the verbs."""
    return Form(
        name=form.name.data,
        email=email,
        organisation=form.organisation.data,
        attends=form.attends_as,
        online_fine="online_fine" in form and form.online_fine.data and form.attends_as == "room",
        language=language,
        short_notice="short_notice" in form and form.short_notice.data,
        parts=form.said(),
    )


def _to_receipt(slug: str, result: Registered) -> Response:
    """Nothing is read again for it: all that the address needs is known."""
    if result.confidential:
        return redirect(url_for("registration.written", slug=slug), 303)
    token = tokens.make(RECEIPT, result.key, result.link_version)
    return redirect(url_for("registration.received", slug=slug, token=token), 303)


def _after(event: Event, result: Registered | Known | Refusal | None) -> Response:
    """Where a registration leads: to its receipt, to the neutral page, or to the reason why there is none."""
    if result is None:
        abort(404)
    if isinstance(result, Refusal):
        return refused_page(event, result)
    if isinstance(result, Registered):
        return _to_receipt(event.slug, result)
    return redirect(url_for("registration.written", slug=event.slug), 303)


def _not_invited(event: Event, form: Any) -> Response:
    """Beside the address, so that it can be corrected; of a confidential event a page does not tell who is invited."""
    if event.confidential:
        return redirect(url_for("registration.written", slug=event.slug), 303)
    form.email.errors = [words.refusal_words(Refusal.NOT_INVITED, event).text]
    return _form_page(event, form)


def _form_page(event: Event, form: Any) -> Response:
    return make_response(page("register", event, form=form, **around_form(event)), form.status)
