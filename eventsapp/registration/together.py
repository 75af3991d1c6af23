"""The door for what organisers do with several people at once: asked, done, and told what became of whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from eventsapp.events.for_organisers import organisers_event
from eventsapp.registration import handling_many, list_queries
from eventsapp.registration.asked import LIST, asked, picked
from eventsapp.registration.handling import Unable
from eventsapp.registration.handling_words import state_words, unable_words
from eventsapp.registration.list_forms import ReasonTogetherForm, TogetherForm
from eventsapp.registration.list_page import page_words
from eventsapp.registration.many_words import CONFIRM, WITHDRAW, left_out_words, result_groups
from eventsapp.registration.queries import pools_of
from eventsapp.registration.rules import LIVE, State
from eventsapp.registration.view import read_ids
from eventsapp.web.access import Role, organiser_page, user
from eventsapp.web.security import keeps_input

if TYPE_CHECKING:
    from eventsapp.events.models import Event
    from eventsapp.registration.models import Registration

bp = Blueprint("together", __name__)

_ABOUT = {WITHDRAW: tuple(LIVE), CONFIRM: (State.PENDING, State.WAITLISTED)}
"""With whom an act does anything."""
_VERBS = {WITHDRAW: handling_many.withdraw_many, CONFIRM: handling_many.confirm_many}


@bp.get(f"{LIST}/withdraw")
@organiser_page(Role.editor)
def ask_withdraw(slug: str) -> Response:
    return _ask(slug, WITHDRAW)


@bp.post(f"{LIST}/withdraw")
@organiser_page(Role.editor)
@keeps_input
def withdraw(slug: str) -> Response:
    return _act(slug, WITHDRAW)


@bp.get(f"{LIST}/confirm")
@organiser_page(Role.editor)
def ask_confirm(slug: str) -> Response:
    return _ask(slug, CONFIRM)


@bp.post(f"{LIST}/confirm")
@organiser_page(Role.editor)
@keeps_input
def confirm(slug: str) -> Response:
    return _act(slug, CONFIRM)


@dataclass(frozen=True)
class _Question:
    """Who was picked, sorted into those with whom something is done and the others."""

    event: Event
    act: str
    people: Sequence[Registration]

    @property
    def about(self) -> list[Registration]:
        return [each for each in self.people if each.state in _ABOUT[self.act]]

    @property
    def others(self) -> list[Registration]:
        return [each for each in self.people if each.state not in _ABOUT[self.act]]

    @property
    def too_many(self) -> bool:
        return len(self.people) > handling_many.MOST

    @property
    def form_class(self) -> type[TogetherForm]:
        """A reason is needed for whoever is told something unwelcome, or passes others."""
        waits = any(each.state == State.WAITLISTED for each in self.people)
        return ReasonTogetherForm if self.act == WITHDRAW or waits else TogetherForm


def _ask(slug: str, act: str) -> Response:
    event = organisers_event(slug, Role.editor)
    question = _question(event, act, picked(asked(event, request.args), request.args))
    return _question_page(question, question.form_class(formdata=None))


def _act(slug: str, act: str) -> Response:
    event = organisers_event(slug, Role.editor)
    ids = read_ids(request.form.getlist("who"))
    question = _question(event, act, ids)
    form = question.form_class()
    if not form.validate_on_submit() or question.too_many or not question.about:
        return _question_page(question, form)
    answer = _VERBS[act](event.id, ids, by=user().id, why=form.why.data)
    if answer is Unable.NO_REASON:
        # Somebody came to wait while the page was open; asked again, it asks for a reason.
        return _question_page(_question(_again(slug), act, ids), ReasonTogetherForm(formdata=None))
    if isinstance(answer, Unable):
        flash(unable_words(answer), "waiting")
        return redirect(url_for("attendees.list", slug=slug), 303)
    groups = result_groups(act, answer)
    html = render_template("organise/attendees_done.html", groups=groups, act=act, **page_words(_again(slug)))
    return make_response(html)


def _again(slug: str) -> Event:
    """The event as it is after the act."""
    return organisers_event(slug, Role.editor)


def _question(event: Event, act: str, ids: Sequence[int]) -> _Question:
    return _Question(event, act, list_queries.people_of(event.id, ids[: handling_many.MOST + 1]))


def _question_page(question: _Question, form: TogetherForm) -> Response:
    about = question.about
    nothing = question.too_many or not about
    html = render_template(
        "organise/attendees_together.html",
        act=question.act,
        form=form,
        about=[(each, *state_words(each.state)) for each in about],
        others=[(each, left_out_words(each.state)) for each in question.others],
        who=",".join(str(each.id) for each in question.people),
        heading=_heading(question),
        too_many=question.too_many,
        most=handling_many.MOST,
        over=_over_capacity(question) if question.act == CONFIRM else "",
        asks=not nothing,
        reason=question.form_class is ReasonTogetherForm,
        **page_words(question.event),
    )
    return make_response(html, 422 if nothing and request.method == "POST" and form.status == 200 else form.status)


def _heading(question: _Question) -> str:
    number = len(question.about)
    if question.too_many:
        return str(gettext("Too many people at once"))
    if not number:
        return str(gettext("Nobody to do this with"))
    if question.act == WITHDRAW:
        return str(ngettext("Withdraw %(num)d registration?", "Withdraw %(num)d registrations?", number))
    return str(ngettext("Give %(num)d person a place?", "Give %(num)d people a place?", number))


def _over_capacity(question: _Question) -> str:
    """A warning when people who wait would get more places by hand than there are."""
    over = 0
    for attends, pool in pools_of(question.event).items():
        moved = sum(each.state == State.WAITLISTED and each.attends == attends for each in question.about)
        if moved and pool.capacity is not None:
            over += max(0, moved + pool.taken - max(pool.capacity, pool.taken))
    if not over:
        return ""
    text = ngettext("That is %(num)d place more than there are.", "That is %(num)d places more than there are.", over)
    return str(text)
