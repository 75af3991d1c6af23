"""The door for organisers: what an event asks, in plain forms, and the sheet for the kitchen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, flash, make_response, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from eventsapp.events.for_organisers import changeable_event, organisers_event, page_words
from eventsapp.events.rules import Invalid
from eventsapp.events.words import language, when_of, where_lines
from eventsapp.questions import forms, queries, ready, service
from eventsapp.questions.catering import sheet_of
from eventsapp.questions.joining import Questions
from eventsapp.questions.rules import CHOICES, KINDS, QuestionDetails
from eventsapp.questions.wording import ALL, back, bp
from eventsapp.questions.words import attends_words, kept_until, kind_words, purpose_words
from eventsapp.registration.forms import with_parts
from eventsapp.registration.queries import kinds_of_place
from eventsapp.translations import LANGUAGES
from eventsapp.web import languages
from eventsapp.web.access import Role, organiser_page, scope, user
from eventsapp.web.problems import show_problems
from eventsapp.web.security import keeps_input
from eventsapp.web.text import pick

if TYPE_CHECKING:
    from eventsapp.events.models import Event
    from eventsapp.questions.models import Question

__all__ = ["bp"]
# All pages about questions are one blueprint: whoever takes this door in has those of wording.py too.

_ONE = f"{ALL}/<key>"


@bp.get(ALL)
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
        others=[(code, languages.name_of(code)) for code in LANGUAGES if code != event.language],
        form=forms.ButtonForm(formdata=None),
        preview=_preview(event),
        may_edit=scope(Role.editor).allows(event.series_id) and event.status != "cancelled",
        may_see=scope(Role.editor).allows(event.series_id),
        **page_words(event),
    )


@bp.route(f"{ALL}/add", methods=["GET", "POST"])
@organiser_page(Role.editor)
@keeps_input
def add(slug: str) -> Response:
    """Each kind has a form of its own, which says it again."""
    event = changeable_event(slug)
    kind = request.form.get("kind") or request.args.get("kind", "")
    if kind not in KINDS:
        chosen = forms.ButtonForm()
        status = 422 if chosen.validate_on_submit() else chosen.status
        page = render_template("organise/questions_add.html", kinds=kind_words(), **page_words(event))
        return make_response(page, status)
    before = QuestionDetails(kind=kind, label={})
    form = forms.question_form(before, event.language, hybrid=event.mode == "hybrid", new=True)
    if form.validate_on_submit():
        details = form.details(before, event.language, ())
        answer = service.add_questions(event.id, [details], by=user().id)
        if not isinstance(answer, Invalid):
            flash(gettext("The question is on the form."), "good")
            return back(slug)
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
            return back(slug)
        show_problems(form, answer.problems)
        event = changeable_event(slug)
    return _question_page(event, form, before, key)


@bp.post(f"{_ONE}/move")
@organiser_page(Role.editor)
def move(slug: str, key: str) -> Response:
    event = changeable_event(slug)
    _question(event, key)
    service.move_question(event.id, key, up=request.form.get("to") == "up", by=user().id)
    return back(slug, key)


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
        return back(slug)
    answers = queries.count_answers(event.id).get(question.id, 0)
    page = render_template(
        "organise/questions_remove.html", form=form, label=label, key=key, answers=answers, **page_words(event)
    )
    return make_response(page, form.status)


@bp.post(f"{_ONE}/ask-again")
@organiser_page(Role.editor)
def ask_again(slug: str, key: str) -> Response:
    event = changeable_event(slug)
    _question(event, key)
    service.ask_again(event.id, key, by=user().id)
    return back(slug, key)


@bp.post(f"{ALL}/ready")
@organiser_page(Role.editor)
def take_ready(slug: str) -> Response:
    """Add the ready-made questions of a topic, once."""
    event = changeable_event(slug)
    topic = request.form.get("topic", "")
    if topic in ready.READY and topic not in {each.topic for each in queries.questions_of(event.id)}:
        made = ready.ready_made(topic, event.language)
        if isinstance(service.add_questions(event.id, made, by=user().id), Invalid):
            flash(gettext("There are too many questions already."), "waiting")
    return back(slug)


@bp.get("/organise/events/<slug>/catering")
@organiser_page(Role.editor)
def catering(slug: str) -> str:
    """To be printed and handed on: it says nothing of anybody."""
    event = organisers_event(slug, Role.editor)
    sheet = sheet_of(event)
    words = {"when": when_of(event), "where": where_lines(event)}
    return render_template("organise/questions_catering.html", sheet=sheet, **words, **page_words(event))


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
        **page_words(event),
    )
    return make_response(page, form.status)


def _question(event: Event, key: str) -> Question:
    return queries.find_question(event.id, key) or abort(404)
