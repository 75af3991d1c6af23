"""The door for organisers to what people agree to, and to questions in other languages."""

from __future__ import annotations

from flask import Blueprint, abort, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from eventsapp.events.for_organisers import changeable_event, page_words
from eventsapp.events.rules import Invalid
from eventsapp.questions import consenting, forms, queries, translating
from eventsapp.translations import LANGUAGES
from eventsapp.web import languages
from eventsapp.web.access import Role, organiser_page, user
from eventsapp.web.problems import show_problems
from eventsapp.web.security import keeps_input

bp = Blueprint("questions", __name__)

ALL = "/organise/events/<slug>/questions"


@bp.route(f"{ALL}/consents", methods=["GET", "POST"])
@organiser_page(Role.editor)
@keeps_input
def consents(slug: str) -> Response:
    event = changeable_event(slug)
    texts = queries.texts_of(event.id)
    form = forms.consents_form(texts, event.language)
    if form.validate_on_submit():
        said = forms.consents_said(form, texts, event.language)
        answer = consenting.set_consents(event.id, said, by=user().id)
        if not isinstance(answer, Invalid):
            flash(gettext("The consents are saved."), "good")
            return back(slug)
        for problem in answer.problems:
            form[f"text-{problem.field}"].errors = [gettext("Write what people agree to, or take the tick out.")]
        event = changeable_event(slug)
    page = render_template("organise/questions_consents.html", form=form, **page_words(event))
    return make_response(page, form.status)


@bp.route(f"{ALL}/texts/<language>", methods=["GET", "POST"])
@organiser_page(Role.editor)
@keeps_input
def texts(slug: str, language: str) -> Response:
    """Questions and consents in another language than the event's."""
    event = changeable_event(slug)
    if language not in LANGUAGES or language == event.language:
        abort(404)
    questions, agreed = queries.questions_of(event.id), queries.texts_of(event.id)
    form = forms.labels_form(questions, agreed, language, event.language)
    if form.validate_on_submit():
        of_questions = {
            each.key.hex: {
                name.removeprefix(f"{each.key.hex}-"): form[name].data
                for name in form.data
                if name.startswith(f"{each.key.hex}-")
            }
            for each in questions
        }
        of_consents = {each.purpose: form[f"consent-{each.purpose}"].data for each in agreed}
        answer = translating.set_labels(event.id, language, of_questions, of_consents, by=user().id)
        if not isinstance(answer, Invalid):
            flash(gettext("The texts are saved: %(language)s.", language=languages.name_of(language)), "good")
            return back(slug)
        show_problems(form, answer.problems)
        event = changeable_event(slug)
        questions, agreed = queries.questions_of(event.id), queries.texts_of(event.id)
    page = render_template(
        "organise/questions_texts.html",
        form=form,
        questions=questions,
        consents=agreed,
        language=language,
        name=languages.name_of(language),
        **page_words(event),
    )
    return make_response(page, form.status)


def back(slug: str, key: str = "") -> Response:
    return redirect(url_for("questions.show", slug=slug) + (f"#q-{key}" if key else ""), 303)
