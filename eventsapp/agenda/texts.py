"""The door for organisers: an event's public texts in another language than its own, those of its agenda among them."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from flask import Blueprint, abort, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from eventsapp.agenda import queries, translating
from eventsapp.agenda.forms import day_words
from eventsapp.agenda.text_forms import TextsForm, texts_form
from eventsapp.agenda.wording import Wording, translatable
from eventsapp.events.for_organisers import changeable_event, page_words
from eventsapp.events.rules import Conflict, Edited, Invalid, Refusal
from eventsapp.translations import LANGUAGES
from eventsapp.web import languages
from eventsapp.web.access import Role, organiser_page, user
from eventsapp.web.problems import show_problems
from eventsapp.web.security import keeps_input

if TYPE_CHECKING:
    from eventsapp.events.models import Event

bp = Blueprint("texts", __name__)


@bp.get("/organise/events/<slug>/texts")
@organiser_page(Role.editor)
def show(slug: str) -> str:
    event = changeable_event(slug)
    sessions = queries.draft_view(event.id).rows
    lines = []
    for code in LANGUAGES:
        found = translatable(event, sessions, code)
        missing = sum(each.lacks(code) for each in found)
        address = url_for("texts.edit", slug=slug, language=code)
        line = {"code": code, "name": languages.name_of(code), "address": address}
        lines.append(line | {"missing": missing, "of": len(found)})
    return render_template("organise/texts.html", lines=lines, **page_words(event))


@bp.route("/organise/events/<slug>/texts/<language>", methods=["GET", "POST"])
@organiser_page(Role.editor)
@keeps_input
def edit(slug: str, language: str) -> Response:
    """The event's own language is that of its edit page."""
    event = changeable_event(slug)
    if language not in LANGUAGES:
        abort(404)
    if language == event.language:
        return redirect(url_for("event_organiser.edit", slug=slug), 303)
    wordings = translatable(event, queries.draft_view(event.id).rows, language)
    groups = _groups(event, wordings, language)
    form = texts_form(wordings, language)
    status = 0
    if not form.is_submitted():
        form.show_version(event.details_version)
    if form.validate_on_submit():
        typed = {each.name: form[each.name].data for each in wordings}
        answer = translating.set_texts(event.id, language, typed, by=user().id, expected_version=form.version())
        if isinstance(answer, Edited):
            flash(gettext("The texts are saved: %(language)s.", language=languages.name_of(language)), "good")
            return redirect(url_for("texts.show", slug=slug), 303)
        _show_refusal(form, answer)
        status = 409 if isinstance(answer, Conflict) else form.status
        event = changeable_event(slug)
    words = page_words(event) | {"language": language, "name": languages.name_of(language)}
    return make_response(
        render_template("organise/texts_edit.html", form=form, groups=groups, **words), status or form.status
    )


def _groups(event: Event, wordings: list[Wording], language: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Headings (empty: none) with their texts, each by its name and with the original (empty: it has no other)."""

    def heading(wording: Wording) -> str:
        if wording.session is not None:
            return str(gettext("Agenda: %(title)s", title=day_words(wording.session.starts_wall.date())))
        return str(gettext("Where")) if wording.name.startswith("venue_") else ""

    return [
        (words, [(each.name, each.original(language, event.language)) for each in together])
        for words, together in groupby(wordings, heading)
    ]


def _show_refusal(form: TextsForm, answer: Conflict | Refusal | Invalid) -> None:
    if isinstance(answer, Invalid):
        show_problems(form, answer.problems)
    elif isinstance(answer, Conflict):
        form.show_version(answer.version)
        form.form_errors.append(
            gettext(
                "Somebody changed this event or its agenda while you had this page open. What you typed is still here; "
                "save again to put it in place of that."
            )
        )
    else:
        form.form_errors.append(gettext("This event was called off. It takes no more changes."))
