"""The door for organisers who enter a person by hand, correct one, write again, keep a note, merge two."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, abort, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from eventsapp.events.for_organisers import organisers_event
from eventsapp.events.words import title_of
from eventsapp.registration import doubles, editing, merging, queries, standing
from eventsapp.registration.entering_by_hand import Doubles, enter_person
from eventsapp.registration.forms import ButtonForm
from eventsapp.registration.handling import Unable
from eventsapp.registration.handling_words import state_words, unable_words
from eventsapp.registration.people_forms import EditForm, NoteForm, enter_form
from eventsapp.registration.people_words import entered_words
from eventsapp.registration.rules import LIVE
from eventsapp.series.words import series_words
from eventsapp.web.access import Role, organiser_page, user
from eventsapp.web.security import keeps_input

if TYPE_CHECKING:
    from eventsapp.events.models import Event
    from eventsapp.registration.models import Registration

bp = Blueprint("people_organiser", __name__)

_LIST = "/organise/events/<slug>/attendees"
_PERSON = f"{_LIST}/<int(max=2147483647):registration_id>"


@bp.route(f"{_LIST}/new", methods=["GET", "POST"])
@organiser_page(Role.editor)
@keeps_input
def new(slug: str) -> Response:
    event = organisers_event(slug, Role.editor)
    form = enter_form(event)
    same: tuple[int, ...] = ()
    if form.validate_on_submit():
        person, how = form.person(event), form.how()
        answer = enter_person(event.id, person, by=user().id, how=how, another=form.another.data)
        event = organisers_event(slug, Role.editor)
        if isinstance(answer, Unable):
            _show(form, answer)
        elif isinstance(answer, Doubles):
            same = answer.registration_ids
            form.another.errors = [gettext("Look at who is there already, then say that it is somebody else.")]
        else:
            told = how.tell and bool(person.email or person.contact_email)
            flash(entered_words(answer, told=told), "good")
            return _to_person(slug, answer.registration_id)
    return _page("new", event, form.status, form=form, same=_shown(same))


@bp.route(f"{_PERSON}/edit", methods=["GET", "POST"])
@organiser_page(Role.editor)
@keeps_input
def edit(slug: str, registration_id: int) -> Response:
    event, person = _person(slug, registration_id)
    if person.state not in LIVE or person.contact_forgotten_at is not None:
        flash(unable_words(Unable.NOT_IN_THIS_STATE), "waiting")
        return _to_person(slug, registration_id)
    form = EditForm(obj=editing.details_of(person))
    form.language.keep(person.language)
    if form.validate_on_submit():
        answer = editing.edit_person(registration_id, form.details(), by=user().id)
        if isinstance(answer, Unable):
            flash(unable_words(answer), "waiting")
        elif answer:
            flash(gettext("Saved. Letters go to the new address from now on; earlier links no longer open."), "good")
        else:
            flash(gettext("Saved."), "good")
        return _to_person(slug, registration_id)
    return _page("edit", event, form.status, form=form, person=person)


@bp.route(f"{_PERSON}/note", methods=["GET", "POST"])
@organiser_page(Role.editor)
@keeps_input
def note(slug: str, registration_id: int) -> Response:
    event, person = _person(slug, registration_id)
    form = NoteForm(data={"note": person.private_note})
    if form.validate_on_submit():
        if editing.set_note(registration_id, form.note.data, by=user().id):
            flash(gettext("The note is saved."), "good")
        else:
            flash(unable_words(Unable.NOT_THERE), "waiting")
        return _to_person(slug, registration_id)
    return _page("note", event, form.status, form=form, person=person)


@bp.post(f"{_PERSON}/resend")
@organiser_page(Role.editor)
def resend(slug: str, registration_id: int) -> Response:
    _person(slug, registration_id)
    answer = standing.send_again(registration_id, by=user().id)
    if isinstance(answer, Unable):
        flash(unable_words(answer), "waiting")
    else:
        flash(gettext("A letter goes out that says where this person stands."), "good")
    return _to_person(slug, registration_id)


@bp.route(f"{_PERSON}/merge/<int(max=2147483647):other_id>", methods=["GET", "POST"])
@organiser_page(Role.editor)
@keeps_input
def merge(slug: str, registration_id: int, other_id: int) -> Response:
    """Asks, then makes one of two."""
    event, person = _person(slug, registration_id)
    other = queries.find_of_event(event.id, other_id) or abort(404)
    if not merging.mergeable(person, other):
        flash(gettext("Nothing was changed: these two cannot be merged (any more)."), "waiting")
        return _to_person(slug, registration_id)
    form = ButtonForm()
    if form.validate_on_submit():
        answer = merging.merge(registration_id, other.id, by=user().id)
        if isinstance(answer, Unable):
            flash(unable_words(answer), "waiting")
            return _to_person(slug, registration_id)
        flash(gettext("The two registrations are one now: this one."), "good")
        return _to_person(slug, answer)
    kept, gone = merging.which_stays(person, other)
    elsewhere = gone.mailbox_key is not None and kept.mailbox_key not in (None, gone.mailbox_key)
    return _page("merge", event, form.status, form=form, person=person, kept=kept, gone=gone, elsewhere=elsewhere)


def _person(slug: str, registration_id: int) -> tuple[Event, Registration]:
    event = organisers_event(slug, Role.editor)
    found = queries.find_of_event(event.id, registration_id)
    return (event, found) if found is not None else abort(404)


def _shown(ids: tuple[int, ...]) -> list[tuple[Registration, str, str]]:
    """Possible doubles with their states in words."""
    return [(person, *state_words(person.state)) for person in doubles.registrations(ids)]


def _show(form: Any, unable: Unable) -> None:
    if unable is Unable.NO_REASON:
        form.why.errors = [gettext("All places are taken, or somebody waits longer: give a reason.")]
    elif unable is Unable.NO_PLACE:
        form.wish.errors = [gettext("All places are taken, and this event has no waitlist.")]
    else:
        form.form_errors.append(unable_words(unable))


def _to_person(slug: str, registration_id: int) -> Response:
    return redirect(url_for("attendees.person", slug=slug, registration_id=registration_id), 303)


def _page(name: str, event: Event, status: int, **values: Any) -> Response:
    words = {"event": event, "series": series_words(event.series), "title": title_of(event)}
    return make_response(
        render_template(f"organise/person_{name}.html", state_words=state_words, **words, **values), status
    )
