"""The door for organisers who bring a list: the file, a look at what it means, how far it is, what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from eventsapp.events.for_organisers import organisers_event
from eventsapp.events.words import moment, title_of
from eventsapp.importing import queries, service
from eventsapp.importing.forms import UploadForm, column_fields, preview_form
from eventsapp.importing.reading import MOST_BYTES, Unreadable
from eventsapp.importing.rules import MOST_ROWS, Unready
from eventsapp.importing.words import result_lines, unreadable_words, unready_words, wrong_words
from eventsapp.series.words import series_words
from eventsapp.web.access import Role, organiser_page, user
from eventsapp.web.forms import EXPIRED
from eventsapp.web.security import keeps_input

if TYPE_CHECKING:
    from collections.abc import Iterable

    from eventsapp.events.models import Event
    from eventsapp.importing.models import PeopleImport

bp = Blueprint("importing", __name__)

_UPLOAD = "/organise/events/<slug>/attendees/import"
_LIST = f"{_UPLOAD}/<key>"
_ROOM_FOR_FORM = 512 * 1024
_ACTS = ("check", "leave_out", "start")
"""The buttons of the preview."""
_SHOWN_ROWS = 5
_SHOWN_FAULTS = 1000
_SHOWN_DOUBLES = 300


@bp.route(_UPLOAD, methods=["GET", "POST"])
@organiser_page(Role.editor)
@keeps_input
def upload(slug: str) -> Response:
    event = organisers_event(slug, Role.editor)
    form = _sent_form()
    if form.validate_on_submit():
        name = str(form.file.data.filename or "")
        key = service.keep_upload(event.id, name, form.rows, by=user().id, language=event.language)
        return redirect(url_for("importing.show", slug=slug, key=key), 303)
    waiting = [(each, moment(each.created_at, event.timezone)) for each in queries.open_imports(event.id)]
    return _page("upload", event, form.status, form=form, waiting=waiting)


@bp.route(_LIST, methods=["GET", "POST"])
@organiser_page(Role.editor)
@keeps_input
def show(slug: str, key: str) -> Response:
    """A list that was read can be looked at and started; of one that runs or ran, how far it came."""
    event = organisers_event(slug, Role.editor)
    found = _import(event, key)
    if found.state != "read":
        return _progress(event, found)
    request.max_content_length = _ROOM_FOR_FORM
    request.max_form_memory_size = _ROOM_FOR_FORM
    request.max_form_parts = 2 * MOST_ROWS
    form = preview_form(event, found)
    import_id, act = found.id, request.form.get("do", "")
    if form.validate_on_submit() and act not in _ACTS:
        form.form_errors.append(EXPIRED)
    if not form.is_submitted() or form.errors:
        return _preview(event, found, form)
    ticked = {"left_out": _numbers("left_out"), "anyway": _numbers("anyway")}
    service.choose(import_id, form.columns(), form.options() | ticked)
    if act == "leave_out":
        _leave_out_faults(slug, key, form.columns(), form.options() | ticked)
    elif act == "start":
        answer = service.start(import_id, by=user().id)
        if isinstance(answer, Unready):
            event = organisers_event(slug, Role.editor)
            _show(form, answer)
            return _preview(event, _import(event, key), form, status=422)
    return redirect(url_for("importing.show", slug=slug, key=key), 303)


@bp.post(f"{_LIST}/give-up")
@organiser_page(Role.editor)
def give_up(slug: str, key: str) -> Response:
    event = organisers_event(slug, Role.editor)
    if service.give_up(_import(event, key).id, by=user().id):
        flash(gettext("The list is erased. Who was registered from it stays."), "good")
    return redirect(url_for("importing.upload", slug=slug), 303)


def _leave_out_faults(slug: str, key: str, columns: dict[str, int], options: dict[str, Any]) -> None:
    event = organisers_event(slug, Role.editor)
    found = _import(event, key)
    faulty = {fault.number for fault in queries.check(event, found).faults}
    service.choose(found.id, columns, options | {"left_out": sorted({*options["left_out"], *faulty})})


def _preview(event: Event, found: PeopleImport, form: Any, status: int | None = None) -> Response:
    checked = queries.check(event, found)
    heading = found.columns["heading"]
    return _page(
        "preview",
        event,
        status or form.status,
        form=form,
        columns=column_fields(form),
        list=found,
        checked=checked,
        first=list(enumerate(found.rows[heading + 1 : heading + 1 + _SHOWN_ROWS], start=heading + 2)),
        heading=found.rows[heading],
        faults=[(fault, wrong_words(fault.wrong)) for fault in checked.faults[:_SHOWN_FAULTS]],
        doubles=checked.doubles[:_SHOWN_DOUBLES],
        left_out=found.options.get("left_out", ()),
        anyway=found.options.get("anyway", ()),
    )


def _progress(event: Event, found: PeopleImport) -> Response:
    return _page("progress", event, 200, list=found, lines=result_lines(found.results))


def _import(event: Event, key: str) -> PeopleImport:
    try:
        found = queries.find_import(event.id, UUID(key))
    except ValueError:
        abort(404)
    return found if found is not None else abort(404)


def _sent_form() -> UploadForm:
    """The form as it was sent, its file with it; 413 for what is larger than any list may be."""
    request.max_content_length = MOST_BYTES + _ROOM_FOR_FORM
    try:
        return UploadForm()
    except RequestEntityTooLarge:
        abort(413, description=unreadable_words(Unreadable.TOO_LARGE))


def _numbers(name: str) -> list[int]:
    """Ticked rows, as the page named them."""
    said: Iterable[str] = request.form.getlist(name)
    return sorted({int(each) for each in said if each.isascii() and each.isdigit() and len(each) < 7})


def _show(form: Any, unready: Unready) -> None:
    if unready is Unready.NO_REASON:
        form.why.errors = [unready_words(unready)]
    else:
        form.form_errors.append(unready_words(unready))


def _page(name: str, event: Event, status: int, **values: Any) -> Response:
    words = {"event": event, "series": series_words(event.series), "title": title_of(event)}
    return make_response(render_template(f"importing/{name}.html", **words, **values), status)
