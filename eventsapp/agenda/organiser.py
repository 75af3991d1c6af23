"""The door for organisers: the agenda in plain forms. All of it works on the draft."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, make_response, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from eventsapp.agenda import drafting, queries, rules, view
from eventsapp.agenda.draft import DraftView
from eventsapp.agenda.forms import SessionForm, day_words, kind_choices, places_words
from eventsapp.agenda.session_organiser import bp, show_refusal
from eventsapp.agenda.speakers_queries import names_of_series
from eventsapp.agenda.warning_words import warning_lines
from eventsapp.events.for_organisers import changeable_event, organisers_event, page_words
from eventsapp.events.rules import Edited
from eventsapp.events.words import language, when_of
from eventsapp.web.access import Role, organiser_page, scope, user
from eventsapp.web.security import keeps_input

if TYPE_CHECKING:
    from eventsapp.events.models import Event

__all__ = ["bp"]
# The pages of one session are in the same blueprint: whoever takes this door in has those, too.


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
    form.offer_places(event)
    form.offer_speakers(names_of_series(event.series_id))
    if form.validate_on_submit():
        details = form.details(None, event.language)
        answer = drafting.add_to_draft(event.id, [details], by=user().id)
        if isinstance(answer, Edited):
            flash(gettext("“%(title)s” is on the agenda.", title=form.title.data), "good")
            return redirect(url_for("agenda_organiser.show", slug=slug) + "#add", 303)
        show_refusal(form, answer)
        event = changeable_event(slug)
    return _agenda_page(event, form)


def _new_form(event: Event, agenda: DraftView) -> SessionForm:
    """Begins where the last session ends: agendas are typed from morning to evening."""
    form = SessionForm(formdata=None)
    last = max((each.ends_wall for each in agenda.rows), default=event.starts_wall)
    form.on.data, form.starts_at.data = last.date().isoformat(), last.time()
    form.offer_days(event, last.date() if agenda.rows else None)
    form.offer_places(event)
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
        agenda=agenda,
        rows={row.key: row for row in agenda.rows},
        places={row.key: places_words(row.capacity, row.online_capacity) for row in agenda.rows},
        warnings=warning_lines(agenda.details, event),
        outside=[agenda.rows[place].key for place in rules.outside(agenda.rows, event.starts_at, event.ends_at)],
        zone=when_of(event).zone,
        may_edit=scope(Role.editor).allows(event.series_id),
        **page_words(event),
    )
    return make_response(page, form.status)
