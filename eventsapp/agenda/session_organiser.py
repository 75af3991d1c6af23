"""The door for organisers to one session of an agenda: changed, duplicated, taken off, and what follows it shifted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flask import Blueprint, abort, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from eventsapp.agenda import drafting, queries, rules
from eventsapp.agenda.difference_words import conflict_lines
from eventsapp.agenda.draft import DraftConflict, DraftRow
from eventsapp.agenda.forms import SeenForm, SessionForm, ShiftForm, day_words, values_of
from eventsapp.agenda.history import changes_of
from eventsapp.agenda.speakers_queries import names_of_series
from eventsapp.events.for_organisers import changeable_event, page_words
from eventsapp.events.rules import Conflict, Edited, Invalid, Refusal
from eventsapp.events.words import language, when_of
from eventsapp.web.access import Role, organiser_page, user
from eventsapp.web.problems import show_problems
from eventsapp.web.rules import is_slug
from eventsapp.web.security import keeps_input
from eventsapp.web.text import pick

if TYPE_CHECKING:
    from eventsapp.events.models import Event

bp = Blueprint("agenda_organiser", __name__)


@bp.route("/organise/events/<slug>/agenda/<key>", methods=["GET", "POST"])
@organiser_page(Role.editor)
@keeps_input
def edit(slug: str, key: str) -> Response:
    event = changeable_event(slug)
    row = queries.draft_view(event.id).find(key)
    if row is None:
        return _put_back(event, key)
    form = _filled_form(event, row)
    if not form.is_submitted():
        form.expected_version.data = str(row.version)
    conflict: DraftConflict | None = None
    if form.validate_on_submit():
        details = form.details(row.details, event.language)
        try:
            answer = drafting.change_in_draft(event.id, key, details, by=user().id, expected_version=form.version())
        except drafting.SessionNotFound:
            abort(404)
        if isinstance(answer, Edited):
            flash(gettext("The session is saved."), "good")
            return redirect(url_for("agenda_organiser.show", slug=slug), 303)
        conflict = answer if isinstance(answer, DraftConflict) else None
        show_refusal(form, answer)
        event = changeable_event(slug)
    return _session_page(event, key, form, conflict)


@bp.post("/organise/events/<slug>/agenda/<key>/duplicate")
@organiser_page(Role.editor)
def duplicate(slug: str, key: str) -> Response:
    """The copy stands beside the session, and its form opens: what differs is put in there."""
    event = changeable_event(slug)
    _row(event, key)
    answer = drafting.duplicate_in_draft(event.id, key, by=user().id)
    if not isinstance(answer, Edited):
        abort(409, description=gettext("The session could not be duplicated. Edit it first."))
    flash(gettext("This is the copy. Give it its own time, room or title."), "good")
    return redirect(url_for("agenda_organiser.edit", slug=slug, key=answer.changes[0]), 303)


@bp.route("/organise/events/<slug>/agenda/<key>/shift", methods=["GET", "POST"])
@organiser_page(Role.editor)
@keeps_input
def shift(slug: str, key: str) -> Response:
    event = changeable_event(slug)
    row = _row(event, key)
    form = ShiftForm()
    if form.validate_on_submit():
        answer = drafting.shift_after(event.id, key, form.minutes.data, by=user().id)
        if isinstance(answer, Edited):
            moved = len(answer.changes)
            flash(ngettext("%(num)d session is moved.", "%(num)d sessions are moved.", moved), "good")
            return redirect(url_for("agenda_organiser.show", slug=slug), 303)
        show_refusal(form, answer)
        event = changeable_event(slug)
    agenda = queries.draft_view(event.id)
    page = render_template(
        "organise/session_shift.html",
        form=form,
        key=key,
        session_title=pick(row.title, language(), event.language),
        ends=f"{row.ends_wall:%H:%M}",
        day=day_words(row.starts_wall.date()),
        later=[
            (f"{each.starts_wall:%H:%M}–{each.ends_wall:%H:%M}", pick(each.title, language(), event.language))
            for place in rules.after(row.details, agenda.details)
            for each in [agenda.rows[place]]
        ],
        **page_words(event),
    )
    return make_response(page, form.status)


@bp.route("/organise/events/<slug>/agenda/<key>/remove", methods=["GET", "POST"])
@organiser_page(Role.editor)
@keeps_input
def remove(slug: str, key: str) -> Response:
    event = changeable_event(slug)
    row = _row(event, key)
    name = pick(row.title, language(), event.language)
    form = SeenForm()
    if not form.is_submitted():
        form.expected_version.data = str(row.version)
    changes: list[str] = []
    if form.validate_on_submit():
        try:
            answer = drafting.remove_from_draft(event.id, key, by=user().id, expected_version=form.version())
        except drafting.SessionNotFound:
            abort(404)
        if isinstance(answer, Edited):
            flash(gettext("“%(title)s” is off the agenda.", title=name), "good")
            return redirect(url_for("agenda_organiser.show", slug=slug), 303)
        changes = conflict_lines(answer, event) if isinstance(answer, DraftConflict) else []
        show_refusal(form, answer)
        event = changeable_event(slug)
    page = render_template(
        "organise/session_remove.html", form=form, session_title=name, key=key, changes=changes, **page_words(event)
    )
    return make_response(page, 409 if form.form_errors else form.status)


def _put_back(event: Event, key: str) -> Response:
    """Somebody took the session off while its form was open: what was typed stays, and can be put back."""
    form = SessionForm()
    form.offer_days(event)
    form.offer_places(event)
    form.offer_speakers(names_of_series(event.series_id))
    since = form.version()
    if not form.is_submitted() or since is None or not is_slug(key):
        abort(404)
    changes = changes_of(event.id, key, since=since)
    if not changes:
        abort(404)
    again = form.put_back.data == "y"
    if form.validate_on_submit() and again:
        details = replace(form.details(None, event.language), key=key)
        answer = drafting.add_to_draft(event.id, [details], by=user().id)
        if isinstance(answer, Edited):
            flash(gettext("The session is on the agenda again."), "good")
            return redirect(url_for("agenda_organiser.show", slug=event.slug), 303)
        show_refusal(form, answer)
        event = changeable_event(event.slug)
    form.put_back.data = "y"
    return _session_page(event, key, form, DraftConflict(key, since, None, changes))


def _session_page(event: Event, key: str, form: SessionForm, conflict: DraftConflict | None) -> Response:
    page = render_template(
        "organise/session.html",
        form=form,
        key=key,
        zone=when_of(event).zone,
        conflict=conflict,
        changes=conflict_lines(conflict, event) if conflict else [],
        **page_words(event),
    )
    return make_response(page, 409 if conflict else form.status)


def _filled_form(event: Event, row: DraftRow) -> SessionForm:
    form = SessionForm(data=values_of(row, event.language))
    form.offer_days(event, row.starts_wall.date())
    form.offer_places(event)
    form.offer_speakers(names_of_series(event.series_id), row.speakers)
    return form


def _row(event: Event, key: str) -> DraftRow:
    return queries.draft_view(event.id).find(key) or abort(404)


def show_refusal(
    form: SessionForm | ShiftForm | SeenForm, answer: Conflict | DraftConflict | Refusal | Invalid
) -> None:
    """Why the verb did nothing, in words on the form."""
    if isinstance(answer, Invalid):
        show_problems(form, answer.problems)
    elif isinstance(answer, DraftConflict) and not isinstance(form, ShiftForm):
        form.expected_version.data = str(answer.version)
        form.form_errors.append(gettext("Somebody else changed this session while you had this page open."))
    elif isinstance(answer, Conflict | DraftConflict):
        form.form_errors.append(gettext("Somebody else changed the agenda while you had this page open."))
    else:
        form.form_errors.append(gettext("This event was called off. It takes no more changes."))
