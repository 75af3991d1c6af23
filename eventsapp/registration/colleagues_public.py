"""The door through which one form registers several people, and the page after it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, abort, make_response, redirect, request, url_for
from flask_babel import ngettext
from werkzeug.wrappers import Response

from eventsapp import clock
from eventsapp.events import words as event_words
from eventsapp.registration import colleagues, inviting, queries, words
from eventsapp.registration.colleagues import NotInvited, TooFew
from eventsapp.registration.colleagues_forms import ColleaguesForm
from eventsapp.registration.door import LIMIT, around_form, page, public_event, refused_page
from eventsapp.registration.links import PARTY
from eventsapp.registration.rules import Refusal, refusal
from eventsapp.web import tokens
from eventsapp.web.security import keeps_input, limiter

if TYPE_CHECKING:
    from eventsapp.events.models import Event
    from eventsapp.registration.colleagues import Member

bp = Blueprint("colleagues", __name__)


@bp.route("/events/<slug>/register/colleagues", methods=["GET", "POST"])
@keeps_input
@limiter.limit(LIMIT, methods=["POST"])
def register(slug: str) -> Response:
    return _register(public_event(slug), None)


@bp.route("/events/<slug>/invited/<token>/colleagues", methods=["GET", "POST"])
@keeps_input
@limiter.limit(LIMIT, methods=["POST"])
def invited(slug: str, token: str) -> Response:
    """The form of a closed event, to whoever has its secret link."""
    event = public_event(slug)
    claim = tokens.read(inviting.PURPOSE, token)
    if not inviting.opens(event, claim):
        abort(404)
    return _register(event, claim)


@bp.get("/events/<slug>/received-together/<token>")
def received(slug: str, token: str) -> str:
    """Where those stand who have just been registered; opens no more than that."""
    event = public_event(slug)
    claim = tokens.read(PARTY, token) or abort(404)
    members = colleagues.members_of(event.id, claim.key)
    if claim.version != 1 or not members or event.confidential:
        abort(404)
    return page("received_together", event, people=[_line(each) for each in members])


@dataclass(frozen=True)
class Line:
    """One of them on the page after the form. Without `name`: their address was known, and was written to."""

    name: str
    stands: str
    address: str


def _register(event: Event, invitation: tokens.Claim | None) -> Response:
    if event.party_max == 1:
        alone = request.path.removesuffix("/colleagues")
        return redirect(alone, 303)
    refused = refusal(queries.window_of(event), clock.now(), by_link=invitation is not None)
    if refused and request.method != "POST":
        return refused_page(event, refused)
    form = ColleaguesForm(event)
    if not form.validate_on_submit():
        return refused_page(event, refused) if refused else _form_page(event, form)
    given = form.given(event_words.language())
    submission = form.submission_of(given)
    slug = event.slug
    result = colleagues.register_party(slug, given, submission=submission, invitation=invitation)
    event = public_event(slug)
    if result is None:
        abort(404)
    if isinstance(result, Refusal):
        return refused_page(event, result)
    if event.confidential and not isinstance(result, TooFew):
        # Nobody learns from a page who is registered, or who is invited.
        return redirect(url_for("registration.written", slug=slug), 303)
    if isinstance(result, TooFew | NotInvited):
        _say(form, event, result)
        return _form_page(event, form)
    token = tokens.make(PARTY, result.key, 1)
    return redirect(url_for("colleagues.received", slug=slug, token=token), 303)


def _say(form: ColleaguesForm, event: Event, result: TooFew | NotInvited) -> None:
    if isinstance(result, NotInvited):
        for who in result.who:
            form.refuse_address(who, words.refusal_words(Refusal.NOT_INVITED, event).text)
        return
    said = ngettext(
        "Nobody was registered: there is %(num)d place, which is not enough for all of you.",
        "Nobody was registered: there are %(num)d places, which is not enough for all of you.",
        result.places,
    )
    form.form_errors.append(said)


def _line(member: Member) -> Line:
    person = member.registration
    address = (person.email_key or "") if member.current else ""
    if member.known or not member.current:
        return Line("", "", address)
    return Line(person.name, words.state_heading(person.state, queries.position_of(person)), address)


def _form_page(event: Event, form: ColleaguesForm) -> Response:
    free = words.places_lines(event)
    html = page("colleagues", event, **around_form(event), form=form, waits=all(each.waits for each in free))
    return make_response(html, form.status)
