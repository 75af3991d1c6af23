"""The door for organisers: who speaks at the events of a series, and what is said of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from eventsapp.agenda import speakers_queries as queries
from eventsapp.agenda import speakers_service as service
from eventsapp.agenda.rules import SPEAKER_LENGTH
from eventsapp.agenda.speakers_forms import RemoveForm, SpeakerForm, speaker_form, values_of
from eventsapp.agenda.speakers_rules import speaker_key
from eventsapp.agenda.speakers_service import Refusal
from eventsapp.events.rules import Invalid
from eventsapp.organisations.queries import organisations_of
from eventsapp.series.for_organisers import organisers_series
from eventsapp.series.words import series_words
from eventsapp.web import languages
from eventsapp.web.access import Role, organiser_page, user
from eventsapp.web.problems import show_problems
from eventsapp.web.security import keeps_input
from eventsapp.web.text import clean_line

if TYPE_CHECKING:
    from eventsapp.agenda.models import Speaker
    from eventsapp.series.models import Series

bp = Blueprint("speakers", __name__)

_LIST = "/organise/series/<slug>/speakers"
_ONE = f"{_LIST}/<int(max=2147483647):speaker_id>"
_SHOWN = 200
"""Names of agendas that nothing is known of."""


@bp.get(_LIST, endpoint="list")
@organiser_page(Role.editor)
def show_list(slug: str) -> Response:
    series = organisers_series(slug, Role.editor)
    lines, names = queries.speakers_of(series.id)
    more = max(0, len(names) - _SHOWN)
    words = {"language_word": languages.name_of}
    return _page("speakers", series, 200, lines=lines, names=names[:_SHOWN], more=more, **words)


@bp.route(f"{_LIST}/new", methods=["GET", "POST"])
@organiser_page(Role.editor)
@keeps_input
def new(slug: str) -> Response:
    """`?name=` says of whom: a name that an agenda has."""
    series = organisers_series(slug, Role.editor)
    name = clean_line(request.args.get("name", ""))[:SPEAKER_LENGTH]
    form = speaker_form(series.language, series.title, {"name": name})
    form.offer_organisations(organisations_of(series.id))
    if form.validate_on_submit():
        answer = service.keep_speaker(series.id, form.details(series.language, {}), by=user().id)
        if isinstance(answer, int):
            flash(gettext("“%(name)s” is known to the series now.", name=form.name.data), "good")
            return redirect(url_for("speakers.list", slug=slug), 303)
        _show(form, answer)
        series = organisers_series(slug, Role.editor)
    return _page("speaker", series, form.status, form=form, speaker=None, places=[])


@bp.route(_ONE, methods=["GET", "POST"])
@organiser_page(Role.editor)
@keeps_input
def edit(slug: str, speaker_id: int) -> Response:
    series = organisers_series(slug, Role.editor)
    before = queries.details_of(_speaker(series, speaker_id))
    form = speaker_form(series.language, series.title, values_of(before, series.language))
    form.offer_organisations(organisations_of(series.id))
    if form.validate_on_submit():
        details = form.details(series.language, before.about)
        answer = service.keep_speaker(series.id, details, by=user().id, speaker_id=speaker_id)
        if isinstance(answer, int):
            flash(gettext("The speaker is saved."), "good")
            _tell_of_old_name(series.id, before.name, details.name)
            return redirect(url_for("speakers.list", slug=slug), 303)
        _show(form, answer)
        series = organisers_series(slug, Role.editor)
    speaker = _speaker(series, speaker_id)
    places = queries.places_of(series.id, speaker.name)
    return _page("speaker", series, form.status, form=form, speaker=speaker, places=places)


@bp.route(f"{_ONE}/remove", methods=["GET", "POST"])
@organiser_page(Role.editor)
@keeps_input
def remove(slug: str, speaker_id: int) -> Response:
    series = organisers_series(slug, Role.editor)
    name = _speaker(series, speaker_id).name
    form = RemoveForm()
    if form.validate_on_submit():
        if service.remove_speaker(series.id, speaker_id, by=user().id):
            abort(404)
        flash(gettext("Nothing more is said of “%(name)s”.", name=name), "good")
        return redirect(url_for("speakers.list", slug=slug), 303)
    return _page("speaker_remove", series, form.status, form=form, speaker_name=name, speaker_id=speaker_id)


def _speaker(series: Series, speaker_id: int) -> Speaker:
    return queries.find_speaker(series.id, speaker_id) or abort(404)


def _tell_of_old_name(series_id: int, old: str, new: str) -> None:
    if speaker_key(old) != speaker_key(new) and queries.places_of(series_id, old):
        flash(gettext("Agendas still name “%(name)s”. Change it there, too.", name=old), "waiting")


def _show(form: SpeakerForm, answer: Refusal | Invalid) -> None:
    if isinstance(answer, Invalid):
        show_problems(form, answer.problems)
    elif answer is Refusal.TAKEN:
        form.name.errors = [gettext("The series knows a speaker of this name already.")]
    else:
        form.form_errors.append(gettext("This speaker is not there any more."))


def _page(name: str, series: Series, status: int, **values: Any) -> Response:
    page = render_template(f"organise/{name}.html", series=series_words(series), own_language=series.language, **values)
    return make_response(page, status)
