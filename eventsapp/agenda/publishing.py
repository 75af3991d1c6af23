"""The door for organisers from a draft of the agenda to the public: what changed in words, and who is told; and every
agenda as it was published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from eventsapp import clock
from eventsapp.agenda import draft_ends, queries
from eventsapp.agenda.days import event_days
from eventsapp.agenda.difference_words import difference_lines
from eventsapp.agenda.differences import Difference, between, from_json
from eventsapp.agenda.draft import DraftView, Published
from eventsapp.agenda.forms import DiscardForm, PublishForm, day_words, kind_choices
from eventsapp.agenda.view import days
from eventsapp.agenda.warning_words import warning_lines
from eventsapp.events.for_organisers import changeable_event, organisers_event, page_words, people_to_tell
from eventsapp.events.rules import Edited, Invalid
from eventsapp.events.words import language, moment, when_of
from eventsapp.web.access import Role, organiser_page, user
from eventsapp.web.security import keeps_input

if TYPE_CHECKING:
    from eventsapp.agenda.models import AgendaEdition
    from eventsapp.events.models import Event

bp = Blueprint("agenda_publishing", __name__)


@bp.route("/organise/events/<slug>/agenda/publish", methods=["GET", "POST"])
@organiser_page(Role.editor)
@keeps_input
def publish(slug: str) -> Response:
    """Looked through and published on one page; what changed since it was looked through is shown before."""
    event = changeable_event(slug)
    agenda = queries.draft_view(event.id)
    form = PublishForm()
    sent = form.validate_on_submit()
    if (not agenda.is_draft or event.status != "published") and form.status != 400:
        return _nothing(event)
    people = people_to_tell(event.id) if clock.now() < event.ends_at else 0
    if not form.is_submitted():
        form.expected_version.data = str(agenda.version)
    if sent:
        version = form.version()
        tell = form.tell.data == "yes"
        answer = draft_ends.publish_draft(event.id, by=user().id, tell=tell, expected_version=version)
        if isinstance(answer, Published):
            flash(_done(answer, people), "good")
            return redirect(url_for("agenda_organiser.show", slug=slug), 303)
        event = changeable_event(slug)
        agenda = queries.draft_view(event.id)
        if not agenda.is_draft:
            return _nothing(event)
        form.expected_version.data = str(agenda.version)
        form.form_errors.append(_refused(agenda, answer))
    page = render_template(
        "organise/agenda_publish.html",
        form=form,
        agenda=agenda,
        changes=_draft_lines(event, agenda),
        warnings=warning_lines(agenda.details, event),
        people=people,
        over=clock.now() >= event.ends_at,
        first=event.agenda_number == 0,
        **page_words(event),
    )
    return make_response(page, 409 if form.form_errors else form.status)


@bp.route("/organise/events/<slug>/agenda/discard", methods=["GET", "POST"])
@organiser_page(Role.editor)
@keeps_input
def discard(slug: str) -> Response:
    event = changeable_event(slug)
    agenda = queries.draft_view(event.id)
    form = DiscardForm()
    sent = form.validate_on_submit()
    if not agenda.is_draft and form.status != 400:
        return _nothing(event)
    if not form.is_submitted():
        form.expected_version.data = str(agenda.version)
    if sent:
        answer = draft_ends.discard_draft(event.id, by=user().id, expected_version=form.version())
        if isinstance(answer, Edited):
            flash(gettext("The changes are discarded."), "good")
            return redirect(url_for("agenda_organiser.show", slug=slug), 303)
        event = changeable_event(slug)
        agenda = queries.draft_view(event.id)
        form.expected_version.data = str(agenda.version)
        form.form_errors.append(_refused(agenda, answer))
    page = render_template(
        "organise/agenda_discard.html", form=form, changes=_draft_lines(event, agenda), **page_words(event)
    )
    return make_response(page, 409 if form.form_errors else form.status)


@bp.get("/organise/events/<slug>/agenda/editions")
@organiser_page(Role.viewer)
def editions(slug: str) -> str:
    event = organisers_event(slug, Role.viewer)
    found = queries.list_editions(event.id)
    names = queries.names_of({each.published_by for each in found})
    lines = [
        {
            "number": each.number,
            "at": moment(each.published_at, event.timezone),
            "by": names.get(each.published_by, ""),
            "told": each.told,
            "changes": _edition_lines(event, each),
        }
        for each in found
    ]
    return render_template("organise/agenda_editions.html", editions=lines, **page_words(event))


@bp.get("/organise/events/<slug>/agenda/editions/<int(max=2147483647):number>")
@organiser_page(Role.viewer)
def edition(slug: str, number: int) -> str:
    event = organisers_event(slug, Role.viewer)
    found = queries.find_edition(event.id, number) or abort(404)
    shown = days(
        queries.edition_rows(found, event.timezone), event.timezone, language=language(), fallback=event.language
    )
    return render_template(
        "organise/agenda_edition.html",
        number=number,
        at=moment(found.published_at, event.timezone),
        by=queries.names_of({found.published_by}).get(found.published_by, ""),
        told=found.told,
        changes=_edition_lines(event, found),
        days=[(day_words(each.on), [item for slot in each.slots for item in slot.items]) for each in shown],
        kinds=kind_choices(),
        zone=when_of(event).zone,
        newest=event.agenda_number,
        **page_words(event),
    )


def _draft_lines(event: Event, agenda: DraftView) -> list[str]:
    public = [queries.details_of(row) for row in queries.published_sessions(event.id)]
    return _lines(event, between(public, agenda.details))


def _edition_lines(event: Event, found: AgendaEdition) -> list[str]:
    return _lines(event, from_json(found.changes))


def _lines(event: Event, differences: tuple[Difference, ...]) -> list[str]:
    return difference_lines(differences, fallback=event.language, several_days=len(event_days(event)) > 1)


def _done(answer: Published, people: int) -> str:
    number = {"number": answer.number}
    if not answer.told:
        return str(gettext("The agenda is published: edition %(number)d. Nobody is written to.", **number))
    return str(
        ngettext(
            "The agenda is published: edition %(number)d. %(num)d person gets a letter.",
            "The agenda is published: edition %(number)d. %(num)d people get a letter.",
            people,
            **number,
        )
    )


def _nothing(event: Event) -> Response:
    """Somebody published or discarded it meanwhile, or the event itself is not public and takes its agenda along."""
    if event.status == "draft":
        text = gettext("The agenda is published together with the event.")
    else:
        text = gettext("There are no changes that are not published.")
    flash(text, "info")
    return redirect(url_for("agenda_organiser.show", slug=event.slug), 303)


def _refused(agenda: DraftView, answer: object) -> str:
    if isinstance(answer, Invalid):
        problems = "; ".join(str(gettext(each.message, **each.params)) for each in answer.problems)
        return str(gettext("The agenda cannot be published so: %(problems)s", problems=problems))
    if agenda.changed_by:
        text = gettext(
            "%(name)s changed the agenda while you had this page open. This is how it stands now.",
            name=agenda.changed_by,
        )
    else:
        text = gettext("Somebody changed the agenda while you had this page open. This is how it stands now.")
    return str(text)
