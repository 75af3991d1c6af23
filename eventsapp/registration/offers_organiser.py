"""The door for organisers to the queue: who stands in it, who moved up and why; and to hold an offered place longer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from eventsapp import clock
from eventsapp.events.for_organisers import organisers_event
from eventsapp.events.service import wall_clock_problems
from eventsapp.events.words import moment
from eventsapp.registration import offers, queries, queue_queries
from eventsapp.registration.handling import Unable
from eventsapp.registration.handling_forms import ExtendForm
from eventsapp.registration.handling_words import unable_words
from eventsapp.registration.list_page import page_words
from eventsapp.registration.queue_words import what_words, why_words
from eventsapp.registration.rules import State
from eventsapp.registration.words import kind_words, queue_rule
from eventsapp.web.access import Role, organiser_page, user
from eventsapp.web.problems import show_problems
from eventsapp.web.security import keeps_input

if TYPE_CHECKING:
    from datetime import datetime

    from eventsapp.events.models import Event
    from eventsapp.registration.queue_queries import Queue

bp = Blueprint("offers_organiser", __name__)


@bp.get("/organise/events/<slug>/queue")
@organiser_page(Role.viewer)
def queue(slug: str) -> str:
    event = organisers_event(slug, Role.viewer)
    found = queue_queries.who_moved(event.id, page=request.args.get("page", 1, type=int))
    return render_template(
        "organise/queue.html",
        queues=[_shown(event, each) for each in queue_queries.queues_of_event(event)],
        rule=queue_rule(event, clock.now()),
        moved=[
            (line.registration, what_words(line), why_words(line), moment(line.move.at, event.timezone))
            for line in found.lines
        ],
        page=found.page,
        pages=found.pages,
        url_for_page=lambda number: url_for("offers_organiser.queue", slug=slug, page=number) + "#moved",
        **page_words(event),
    )


@bp.route(
    "/organise/events/<slug>/attendees/<int(max=2147483647):registration_id>/extend-offer", methods=["GET", "POST"]
)
@organiser_page(Role.editor)
@keeps_input
def extend(slug: str, registration_id: int) -> Response:
    """Asks until when, in the event's zone."""
    event = organisers_event(slug, Role.editor)
    person = queries.find_of_event(event.id, registration_id) or abort(404)
    held_until = person.offer_until
    form = ExtendForm(data={"until": clock.wall_of(held_until, event.timezone) if held_until else None})
    sent = form.validate_on_submit()
    if person.state != State.OFFERED or held_until is None:
        if "csrf_token" in form.errors:
            abort(400)
        flash(unable_words(Unable.NOT_IN_THIS_STATE), "waiting")
        return _to_person(slug, registration_id)
    until = _instant(form, event) if sent else None
    if until is not None:
        answer = offers.extend(registration_id, until, by=user().id)
        if answer is Unable.DEADLINE:
            form.until.errors = [unable_words(answer)]
        else:
            _say(answer)
            return _to_person(slug, registration_id)
    words = {"starts": moment(event.starts_at, event.timezone), "until": moment(held_until, event.timezone)}
    html = render_template("organise/offer_extend.html", form=form, person=person, **words, **page_words(event))
    return make_response(html, form.status)


def _say(answer: State | Unable) -> None:
    if isinstance(answer, Unable):
        flash(unable_words(answer), "waiting")
    else:
        flash(gettext("The place is held longer. A letter goes out."), "good")


def _instant(form: Any, event: Event) -> datetime | None:
    """What was typed, on the event's clocks; None with a word beside the field where they have no such moment."""
    wall = form.until.data
    if show_problems(form, wall_clock_problems("until", wall, event.timezone)):
        return None
    return clock.instant_of(wall, event.timezone)


def _shown(event: Event, queue: Queue) -> dict[str, Any]:
    """A queue in words; the wish is named where people may have one."""
    hybrid = event.mode == "hybrid"
    return {
        "kind": kind_words(queue.attends) if hybrid else "",
        "total": queue.total,
        "people": [
            (each.position, each.registration, moment(each.since, event.timezone), _wish(event, each.registration))
            for each in queue.people
        ],
    }


def _wish(event: Event, person: Any) -> str:
    """What they would take, and whether at short notice."""
    wishes = []
    if event.mode == "hybrid":
        wishes.append(kind_words(person.wish or person.attends))
        if person.online_fine and person.state == State.WAITLISTED:
            wishes.append(gettext("online is fine as well"))
        if person.state == State.CONFIRMED:
            wishes.append(gettext("has a place meanwhile: %(kind)s", kind=kind_words(person.attends)))
    if person.short_notice:
        wishes.append(gettext("can come at short notice"))
    return ", ".join(wishes)


def _to_person(slug: str, registration_id: int) -> Response:
    return redirect(url_for("attendees.person", slug=slug, registration_id=registration_id), 303)
