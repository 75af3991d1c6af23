"""The door for organisers: what an event asks, in plain forms, and the sheet for the kitchen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from babel import Locale
from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import get_locale, gettext
from werkzeug.wrappers import Response

from eventsapp.events.for_organisers import changeable_event, organisers_event
from eventsapp.events.rules import Invalid
from eventsapp.events.words import language, title_of, when_of, where_lines
from eventsapp.questions import forms, queries, ready, service
from eventsapp.questions.catering import sheet_of
from eventsapp.questions.joining import Questions
from eventsapp.questions.rules import CHOICES, KINDS, QuestionDetails
from eventsapp.questions.words import attends_words, kept_until, kind_words, purpose_words
from eventsapp.registration.forms import with_parts
from eventsapp.registration.queries import kinds_of_place
from eventsapp.series.words import series_words
from eventsapp.translations import LANGUAGES
from eventsapp.web.access import Role, organiser_page, scope, user
from eventsapp.web.problems import show_problems
from eventsapp.web.security import keeps_input
from eventsapp.web.text import pick

if TYPE_CHECKING:
    from eventsapp.events.models import Event
    from eventsapp.questions.models import Question

bp = Blueprint("questions", __name__)

_ALL = "/organise/events/<slug>/questions"
_ONE = f"{_ALL}/<key>"


@bp.get(_ALL)
@organiser_page(Role.viewer)
def show(slug: str) -> str:
    event = organisers_event(slug, Role.viewer)
    questions = queries.questions_of(event.id, retired=True)
    counts, agreed = queries.count_answers(event.id), queries.count_consents(event.id)
    lines = [_line(each, event, counts.get(each.id, 0)) for each in questions]
    topics = {each.topic for each in questions if each.retired_at is None}
    return render_template(
        "organise/questions.html",
        asked=[each for each in lines if not each["retired"]],
        retired=[each for each in lines if each["retired"]],
        consents=[
            (purpose_words()[each.purpose], pick(each.text, language(), event.language), agreed.get(each.purpose, 0))
            for each in queries.texts_of(event.id)
        ],
        kinds=kind_words(),
        ready=[(topic, gettext(ready.NAMES[topic])) for topic in ready.READY if topic not in topics],
        catering=any(each.topic == "diet" for each in questions),
        others=[(code, _name(code)) for code in LANGUAGES if code != event.language],
        form=forms.ButtonForm(formdata=None),
        preview=_preview(event),
        may_edit=scope(Role.editor).allows(event.series_id) and event.status != "cancelled",
        may_see=scope(Role.editor).allows(event.series_id),
        **_words(event),
    )


@bp.route(f"{_ALL}/add", methods=["GET", "POST"])
@organiser_page(Role.editor)
@keeps_input
def add(slug: str) -> Response:
    """Each kind has a form of its own, which says it again."""
    event = changeable_event(slug)
    kind = request.form.get("kind") or request.args.get("kind", "")
    if kind not in KINDS:
        return make_response(render_template("organise/questions_add.html", kinds=kind_words(), **_words(event)))
    before = QuestionDetails(kind=kind, label={})
    form = forms.question_form(before, event.language, hybrid=event.mode == "hybrid", new=True)
    if form.validate_on_submit():
        details = form.details(before, event.language, ())
        answer = service.add_questions(event.id, [details], by=user().id)
        if not isinstance(answer, Invalid):
            flash(gettext("The question is on the form."), "good")
            return _back(slug)
        show_problems(form, answer.problems)
        event = changeable_event(slug)
    return _question_page(event, form, before, None)


@bp.route(_ONE, methods=["GET", "POST"])
@organiser_page(Role.editor)
@keeps_input
def edit(slug: str, key: str) -> Response:
    event = changeable_event(slug)
    question = _question(event, key)
    before = queries.details_of(question)
    form = forms.question_form(before, event.language, hybrid=event.mode == "hybrid", new=False)
    if form.validate_on_submit():
        chosen = sorted(queries.chosen_options(question.id)) if before.kind in CHOICES else ()
        try:
            answer = service.change_question(event.id, key, form.details(before, event.language, chosen), by=user().id)
        except service.QuestionNotFound:
            abort(404)
        if not isinstance(answer, Invalid):
            flash(gettext("The question is saved.") if answer.keys else gettext("Nothing was changed."), "good")
            return _back(slug)
        show_problems(form, answer.problems)
        event = changeable_event(slug)
    return _question_page(event, form, before, key)


@bp.post(f"{_ONE}/move")
@organiser_page(Role.editor)
def move(slug: str, key: str) -> Response:
    event = changeable_event(slug)
    _question(event, key)
    service.move_question(event.id, key, up=request.form.get("to") == "up", by=user().id)
    return _back(slug, key)


@bp.route(f"{_ONE}/remove", methods=["GET", "POST"])
@organiser_page(Role.editor)
@keeps_input
def remove(slug: str, key: str) -> Response:
    event = changeable_event(slug)
    question = _question(event, key)
    label = pick(question.label, language(), event.language)
    form = forms.ButtonForm()
    if form.validate_on_submit():
        gone = service.remove_question(event.id, key, by=user().id)
        done = gettext("The question is removed.") if gone else gettext("The question is asked no more.")
        flash(done, "good")
        return _back(slug)
    answers = queries.count_answers(event.id).get(question.id, 0)
    page = render_template(
        "organise/questions_remove.html", form=form, label=label, key=key, answers=answers, **_words(event)
    )
    return make_response(page, form.status)


@bp.post(f"{_ONE}/ask-again")
@organiser_page(Role.editor)
def ask_again(slug: str, key: str) -> Response:
    event = changeable_event(slug)
    _question(event, key)
    service.ask_again(event.id, key, by=user().id)
    return _back(slug, key)


@bp.post(f"{_ALL}/ready")
@organiser_page(Role.editor)
def take_ready(slug: str) -> Response:
    """Add the ready-made questions of a topic, once."""
    event = changeable_event(slug)
    topic = request.form.get("topic", "")
    if topic in ready.READY and topic not in {each.topic for each in queries.questions_of(event.id)}:
        made = ready.ready_made(topic, event.language)
        if isinstance(service.add_questions(event.id, made, by=user().id), Invalid):
            flash(gettext("There are too many questions already."), "waiting")
    return _back(slug)


@bp.route(f"{_ALL}/consents", methods=["GET", "POST"])
@organiser_page(Role.editor)
@keeps_input
def consents(slug: str) -> Response:
    event = changeable_event(slug)
    texts = queries.texts_of(event.id)
    form = forms.consents_form(texts, event.language)
    if form.validate_on_submit():
        said = forms.consents_said(form, texts, event.language)
        answer = service.set_consents(event.id, said, by=user().id)
        if not isinstance(answer, Invalid):
            flash(gettext("The consents are saved."), "good")
            return _back(slug)
        for problem in answer.problems:
            form[f"text-{problem.field}"].errors = [gettext("Write what people agree to, or take the tick out.")]
        event = changeable_event(slug)
    page = render_template("organise/questions_consents.html", form=form, **_words(event))
    return make_response(page, form.status)


@bp.route(f"{_ALL}/texts/<language>", methods=["GET", "POST"])
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
        answer = service.set_labels(event.id, language, of_questions, of_consents, by=user().id)
        if not isinstance(answer, Invalid):
            flash(gettext("The texts are saved: %(language)s.", language=_name(language)), "good")
            return _back(slug)
        show_problems(form, answer.problems)
        event = changeable_event(slug)
        questions, agreed = queries.questions_of(event.id), queries.texts_of(event.id)
    page = render_template(
        "organise/questions_texts.html",
        form=form,
        questions=questions,
        consents=agreed,
        language=language,
        name=_name(language),
        **_words(event),
    )
    return make_response(page, form.status)


@bp.get("/organise/events/<slug>/catering")
@organiser_page(Role.editor)
def catering(slug: str) -> str:
    """To be printed and handed on: it says nothing of anybody."""
    event = organisers_event(slug, Role.editor)
    sheet = sheet_of(event)
    words = {"when": when_of(event), "where": where_lines(event)}
    return render_template("organise/questions_catering.html", sheet=sheet, **words, **_words(event))


def _line(question: Question, event: Event, answers: int) -> dict[str, Any]:
    return {
        "key": question.key.hex,
        "label": pick(question.label, language(), event.language),
        "purpose": pick(question.purpose, language(), event.language),
        "kind": kind_words()[question.kind],
        "attends": attends_words()[question.attends] if event.mode == "hybrid" else "",
        "required": question.required,
        "sensitive": question.sensitive,
        "kept": kept_until(question, event),
        "answers": answers,
        "retired": question.retired_at is not None,
    }


def _preview(event: Event) -> Any:
    """The form as people get it, without anything to send."""
    part = Questions().form_part(event)
    if part is None:
        return None
    attends = kinds_of_place(event.mode)[0]
    return with_parts(forms.AnswersForm, {Questions.key: part}, attends)(formdata=None)


def _question_page(event: Event, form: Any, before: QuestionDetails, key: str | None) -> Response:
    page = render_template(
        "organise/questions_edit.html",
        form=form,
        kind=kind_words()[before.kind],
        details=before,
        key=key,
        **_words(event),
    )
    return make_response(page, form.status)


def _question(event: Event, key: str) -> Question:
    return queries.find_question(event.id, key) or abort(404)


def _back(slug: str, key: str = "") -> Response:
    return redirect(url_for("questions.show", slug=slug) + (f"#q-{key}" if key else ""), 303)


def _name(code: str) -> str:
    names = (get_locale() or Locale("en")).languages
    return str(names.get(code, code)).capitalize()


def _words(event: Event) -> dict[str, object]:
    return {"event": event, "series": series_words(event.series), "title": title_of(event)}
