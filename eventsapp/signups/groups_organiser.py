"""The door for organisers: who wishes for which working group, who is given which, and the letters that tell it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flask import Blueprint, abort, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from eventsapp.audit.service import record
from eventsapp.events.for_organisers import changeable_event, organisers_event
from eventsapp.events.words import title_of
from eventsapp.series.words import series_words
from eventsapp.signups import groups_service
from eventsapp.signups.groups_forms import MoveForm, PublishForm, WorkOutForm
from eventsapp.signups.groups_page import of_choice, refusal_words
from eventsapp.signups.groups_queries import Choice, candidates, choices_of
from eventsapp.signups.groups_rules import read_stamp
from eventsapp.signups.groups_service import Changed, Placed, Told, WorkedOut
from eventsapp.spreadsheet import to_csv, to_xlsx
from eventsapp.web.access import Role, organiser_page, scope, user

if TYPE_CHECKING:
    from eventsapp.events.models import Event

bp = Blueprint("groups_organiser", __name__)

_GROUPS = "/organise/events/<slug>/groups"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_HEADER = ("Name", "E-mail", "Organisation", "Attends", "Group")
"""Headers of files are English, as those of the attendee list are."""


@bp.get(_GROUPS)
@organiser_page(Role.viewer)
def show(slug: str) -> Response:
    event = organisers_event(slug, Role.viewer)
    may_edit = scope(Role.editor).allows(event.series_id) and event.status != "cancelled"
    found = [of_choice(event, choice) for choice in choices_of(event)]
    forms = {each["stamp"]: _move_form(each) for each in found}
    page = render_template("organise/groups.html", choices=found, forms=forms, may_edit=may_edit, **_words(event))
    return make_response(page)


@bp.post(f"{_GROUPS}/<choice>/work-out")
@organiser_page(Role.editor)
def work_out(slug: str, choice: str) -> Response:
    event, this = _choice(slug, choice)
    form = WorkOutForm()
    if form.validate_on_submit():
        answer = groups_service.work_out(event.id, this.starts_at, by=user().id, anew=form.anew.data)
        if isinstance(answer, WorkedOut):
            text = ngettext(
                "Worked out: %(num)d person has another group than before. Nobody sees it until you publish it.",
                "Worked out: %(num)d people have another group than before. Nobody sees it until you publish it.",
                answer.changed,
            )
            flash(text if answer.changed else gettext("Worked out: nothing changes."), "good")
        else:
            _refused(slug, choice, answer)
    return _back(slug, choice)


@bp.post(f"{_GROUPS}/<choice>/people")
@organiser_page(Role.editor)
def move(slug: str, choice: str) -> Response:
    """Put the people that are ticked into a group, or let them go."""
    event, this = _choice(slug, choice)
    form = MoveForm()
    if not form.validate_on_submit() or not form.who.data:
        flash(gettext("Nobody was ticked, so nothing changed."), "waiting")
        return _back(slug, choice)
    who = frozenset(form.who.data)
    if form.release.data:
        answer = groups_service.release(event.id, this.starts_at, who, by=user().id)
        done = gettext("Let go: they stay where they are until the groups are worked out again.")
    elif not form.group.data:
        flash(gettext("Choose the group into which they go."), "waiting")
        return _back(slug, choice)
    else:
        answer = groups_service.put(event.id, this.starts_at, who, form.group.data, by=user().id)
        done = gettext("Put there by hand: they stay there when the groups are worked out again.")
    flash(done, "good") if isinstance(answer, Placed) else flash(gettext("Nothing changed."), "waiting")
    return _back(slug, choice)


@bp.post(f"{_GROUPS}/<choice>/discard")
@organiser_page(Role.editor)
def discard(slug: str, choice: str) -> Response:
    event, this = _choice(slug, choice)
    if isinstance(groups_service.discard(event.id, this.starts_at, by=user().id), Placed):
        flash(gettext("What was not published is discarded."), "good")
    return _back(slug, choice)


@bp.route(f"{_GROUPS}/<choice>/publish", methods=["GET", "POST"])
@organiser_page(Role.editor)
def publish(slug: str, choice: str) -> Response:
    """Looked through and published on one page."""
    event, this = _choice(slug, choice)
    form = PublishForm()
    if form.validate_on_submit():
        expected = form.expected.data or ""
        answer = groups_service.publish(event.id, this.starts_at, by=user().id, expected=expected)
        if isinstance(answer, Told):
            flash(_told(answer), "good")
            return _back(slug, choice)
        event, this = _choice(slug, choice)
        form.form_errors.append(_why_not(event, this, answer))
    shown = of_choice(event, this)
    form.expected.data = shown["state"]
    if shown["refused"] and not form.form_errors:
        flash(shown["refused"], "waiting")
        return _back(slug, choice)
    page = render_template("organise/groups_publish.html", form=form, choice=shown, **_words(event))
    return make_response(page, 409 if form.form_errors else form.status)


@bp.get(f"{_GROUPS}/<key>.csv")
@organiser_page(Role.viewer)
def download_csv(slug: str, key: str) -> Response:
    return _download(slug, key, "csv", "text/csv; charset=utf-8", lambda rows: b"".join(to_csv(_HEADER, rows)))


@bp.get(f"{_GROUPS}/<key>.xlsx")
@organiser_page(Role.viewer)
def download_xlsx(slug: str, key: str) -> Response:
    return _download(slug, key, "xlsx", _XLSX, lambda rows: to_xlsx(_HEADER, rows, title=key))


def _download(slug: str, key: str, ending: str, kind: str, write: Callable[[Any], bytes]) -> Response:
    """The people of one group as they were told; those who are to be told otherwise are not moved yet."""
    event = organisers_event(slug, Role.viewer)
    choice = next((each for each in choices_of(event) if key in each.keys), None) or abort(404)
    people = [each for each in candidates(choice) if each.published == key]
    rows = [(each.name, each.email, each.organisation, each.attends, key) for each in people]
    response = make_response(write(rows))
    record(
        "groups.exported",
        f"event:{event.id}",
        by=user().id,
        series_id=event.series_id,
        group=key,
        format=ending,
        rows=len(rows),
    )
    response.headers["Content-Type"] = kind
    response.headers["Content-Disposition"] = f'attachment; filename="{slug}-{key}.{ending}"'
    return response


def _choice(slug: str, stamp: str) -> tuple[Event, Choice]:
    """Aborts with 404 when there is no such choice."""
    event, starts_at = changeable_event(slug), read_stamp(stamp)
    found = next((each for each in choices_of(event) if each.starts_at == starts_at), None)
    return event, found or abort(404)


def _move_form(shown: dict[str, Any]) -> MoveForm:
    form = MoveForm(formdata=None)
    form.group.choices = {"": gettext("Choose a group")} | {each.key: str(each.title) for each in shown["groups"]}
    return form


def _refused(slug: str, stamp: str, answer: object) -> None:
    """The verb let go of what was read before it."""
    flash(refusal_words(*_choice(slug, stamp), answer), "waiting")


def _why_not(event: Event, choice: Choice, answer: object) -> str:
    if isinstance(answer, Changed):
        return str(gettext("Somebody changed the groups while you had this page open. This is how they stand now."))
    return refusal_words(event, choice, answer)


def _told(answer: Told) -> str:
    letters = ngettext(
        "Published: %(num)d person gets a letter.", "Published: %(num)d people get a letter.", answer.letters
    )
    if not answer.without:
        return str(letters)
    left = ngettext("%(num)d person is without a group.", "%(num)d people are without a group.", answer.without)
    return f"{letters} {left}"


def _back(slug: str, stamp: str) -> Response:
    return redirect(url_for("groups_organiser.show", slug=slug) + f"#at-{stamp}", 303)


def _words(event: Event) -> dict[str, object]:
    return {"event": event, "series": series_words(event.series), "title": title_of(event)}
