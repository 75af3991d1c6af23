"""The door for organisers: the agenda in plain forms, one session at a time. All of it works on the draft."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from eventsapp.agenda import drafting, queries, rules, view
from eventsapp.agenda.draft import DraftConflict, DraftRow, DraftView
from eventsapp.agenda.forms import RemoveForm, SessionForm, day_words, kind_choices, values_of
from eventsapp.agenda.speakers_queries import names_of_series
from eventsapp.events.for_organisers import changeable_event, organisers_event
from eventsapp.events.rules import Conflict, Edited, Invalid, Refusal
from eventsapp.events.words import language, title_of, when_of
from eventsapp.series.words import series_words
from eventsapp.web.access import Role, organiser_page, scope, user
from eventsapp.web.problems import show_problems
from eventsapp.web.security import keeps_input
from eventsapp.web.text import pick

if TYPE_CHECKING:
    from eventsapp.events.models import Event

bp = Blueprint("agenda_organiser", __name__)


@bp.get("/organise/events/<slug>/agenda")
@organiser_page(Role.viewer)
def show(slug: str) -> Response:
    event = organisers_event(slug, Role.viewer)
    return _agenda_page(event, _new_form(event, queries.draft_view(event.id)))


@bp.post("/organise/events/<slug>/agenda")
@organiser_page(Role.editor)
@keeps_input
def add(slug: str) -> Response:
    event = changeable_event(slug)
    form = SessionForm()
    form.offer_days(event)
    form.offer_speakers(names_of_series(event.series_id))
    if form.validate_on_submit():
        details = form.details(None, event.language)
        answer = drafting.add_to_draft(event.id, [details], by=user().id)
        if isinstance(answer, Edited):
            flash(gettext("“%(title)s” is on the agenda.", title=form.title.data), "good")
            return redirect(url_for("agenda_organiser.show", slug=slug) + "#add", 303)
        _show_refusal(form, answer)
        event = changeable_event(slug)
    return _agenda_page(event, form)


@bp.route("/organise/events/<slug>/agenda/<key>", methods=["GET", "POST"])
@organiser_page(Role.editor)
@keeps_input
def edit(slug: str, key: str) -> Response:
    event = changeable_event(slug)
    row = _row(event, key)
    form = SessionForm(data=values_of(row, event.language))
    form.offer_days(event, row.starts_wall.date())
    form.offer_speakers(names_of_series(event.series_id), row.speakers)
    status = 0
    if not form.is_submitted():
        form.expected_version.data = str(row.version)
    if form.validate_on_submit():
        details = form.details(row.details, event.language)
        try:
            answer = drafting.change_in_draft(event.id, key, details, by=user().id, expected_version=form.version())
        except drafting.SessionNotFound:
            abort(404)
        if isinstance(answer, Edited):
            flash(gettext("The session is saved."), "good")
            return redirect(url_for("agenda_organiser.show", slug=slug), 303)
        _show_refusal(form, answer)
        status = 409 if isinstance(answer, DraftConflict) else form.status
        event = changeable_event(slug)
    page = render_template("organise/session.html", form=form, key=key, zone=when_of(event).zone, **_words(event))
    return make_response(page, status or form.status)


@bp.route("/organise/events/<slug>/agenda/<key>/remove", methods=["GET", "POST"])
@organiser_page(Role.editor)
@keeps_input
def remove(slug: str, key: str) -> Response:
    event = changeable_event(slug)
    name = pick(_row(event, key).title, language(), event.language)
    form = RemoveForm()
    if form.validate_on_submit():
        try:
            drafting.remove_from_draft(event.id, key, by=user().id)
        except drafting.SessionNotFound:
            abort(404)
        flash(gettext("“%(title)s” is off the agenda.", title=name), "good")
        return redirect(url_for("agenda_organiser.show", slug=slug), 303)
    page = render_template("organise/session_remove.html", form=form, session_title=name, key=key, **_words(event))
    return make_response(page, form.status)


def _row(event: Event, key: str) -> DraftRow:
    return queries.draft_view(event.id).find(key) or abort(404)


def _new_form(event: Event, agenda: DraftView) -> SessionForm:
    """Begins where the last session ends: agendas are typed from morning to evening."""
    form = SessionForm(formdata=None)
    last = max((each.ends_wall for each in agenda.rows), default=event.starts_wall)
    form.on.data, form.starts_at.data = last.date().isoformat(), last.time()
    form.offer_days(event, last.date() if agenda.rows else None)
    form.offer_speakers(names_of_series(event.series_id))
    return form


def _agenda_page(event: Event, form: SessionForm) -> Response:
    agenda = queries.draft_view(event.id)
    days = view.days(agenda.rows, event.timezone, language=language(), fallback=event.language)
    page = render_template(
        "organise/agenda.html",
        form=form,
        days=[(day_words(each.on), [item for slot in each.slots for item in slot.items]) for each in days],
        kinds=kind_choices(),
        outside=[agenda.rows[place].key for place in rules.outside(agenda.rows, event.starts_at, event.ends_at)],
        zone=when_of(event).zone,
        may_edit=scope(Role.editor).allows(event.series_id),
        **_words(event),
    )
    return make_response(page, form.status)


def _words(event: Event) -> dict[str, object]:
    return {"event": event, "series": series_words(event.series), "title": title_of(event)}


def _show_refusal(form: SessionForm, answer: Conflict | DraftConflict | Refusal | Invalid) -> None:
    if isinstance(answer, Invalid):
        show_problems(form, answer.problems)
    elif isinstance(answer, Conflict | DraftConflict):
        form.expected_version.data = str(answer.version)
        form.form_errors.append(
            gettext(
                "Somebody changed this event or its agenda while you had this page open. What you typed is still here; "
                "save again to put it in place of that."
            )
        )
    else:
        form.form_errors.append(gettext("This event was called off. It takes no more changes."))
