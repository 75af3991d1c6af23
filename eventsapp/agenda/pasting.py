"""The door "Paste your agenda": text in, a preview that is corrected line by line, and then into the draft.

Nothing is kept between the steps: the text and the rows travel in the form, so a page that was open for a day still
works and two tabs do not mix.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from eventsapp.agenda import drafting, queries, service
from eventsapp.agenda.paste_forms import (
    MOST_ROWS,
    PasteForm,
    RowForm,
    SaveForm,
    offer_days,
    row_of_line,
    rows_read,
    rows_sent,
)
from eventsapp.agenda.paste_preview import days_offered, lines_left, marks, warnings
from eventsapp.agenda.rules import SessionDetails
from eventsapp.agenda.text import ParsedAgenda, parse
from eventsapp.events.for_organisers import changeable_event, page_words
from eventsapp.events.rules import Conflict, Invalid, Refusal
from eventsapp.events.words import when_of
from eventsapp.web.access import Role, organiser_page, user
from eventsapp.web.problems import show_problems
from eventsapp.web.rules import Problem
from eventsapp.web.security import keeps_input
from eventsapp.web.text import clean_line

if TYPE_CHECKING:
    from eventsapp.events.models import Event

bp = Blueprint("agenda_pasting", __name__)

_MOST_BYTES = 2 * 1024 * 1024
"""A text of full length and the rows of 500 sessions, as a browser encodes them."""
_MOST_PARTS = 20_000


@bp.route("/organise/events/<slug>/agenda/paste", methods=["GET", "POST"])
@organiser_page(Role.editor)
@keeps_input
def paste(slug: str) -> Response:
    event = changeable_event(slug)
    act = _act()
    if act == "save":
        return _save(event)
    if act == "check" or act.startswith("line-"):
        return _correct(event, act)
    form = PasteForm()
    if act == "read" and form.validate_on_submit():
        found = parse(form.text.data, event.starts_wall.date())
        if not _show_unreadable(form, found):
            save = SaveForm(formdata=None, text=form.text.data)
            return _preview(event, save, rows_read(found.sessions), found)
    page = render_template("organise/agenda_paste.html", form=form, zone=when_of(event).zone, **page_words(event))
    return make_response(page, form.status)


def _act() -> str:
    """Which button was pressed; a form sent without one is a text to be read."""
    request.max_content_length = request.max_form_memory_size = _MOST_BYTES
    request.max_form_parts = _MOST_PARTS
    try:
        return request.form.get("act", "read") if request.method == "POST" else ""
    except RequestEntityTooLarge:
        abort(413, description=gettext("That is more than an agenda. Nothing was saved; paste a part of it."))


def _show_unreadable(form: PasteForm, found: ParsedAgenda) -> bool:
    if not found.sessions:
        form.text.errors = [
            gettext("No session was found in this text. A session begins with its time, such as “9.30–10.00 Opening”.")
        ]
    elif len(found.sessions) > MOST_ROWS:
        form.text.errors = [
            gettext(
                "These are %(number)d sessions. An agenda has at most %(most)d: paste a part of it.",
                number=len(found.sessions),
                most=MOST_ROWS,
            )
        ]
    return bool(form.text.errors)


def _correct(event: Event, act: str) -> Response:
    """The rows once more as they were typed; "line-7" makes a session of line 7."""
    form = SaveForm()
    rows = rows_sent(form.number())
    found = parse(form.text.data or "", event.starts_wall.date())
    line = next((each for each in lines_left(found, rows) if act == f"line-{each.line}"), None)
    if line is None:
        wrong = [row for row in rows if not _is_fine(row)]
        return _preview(event, form, rows, found, 422 if wrong else 200)
    on = next((row.day for row in reversed(rows) if row.day and row.place < line.line), event.starts_wall.date())
    added = row_of_line(len(rows), line.line, clean_line(line.text), on)
    rows = sorted([*rows, added], key=lambda row: row.place)
    return _preview(event, form, rows, found, added=added)


def _save(event: Event) -> Response:
    form = SaveForm()
    form.ask_how(len(queries.draft_view(event.id).rows))
    rows = rows_sent(form.number())
    kept = [row for row in rows if not row.leave_out.data]
    wrong = [row for row in kept if not _is_fine(row)]
    fine = form.validate_on_submit() and not wrong
    if not kept:
        form.form_errors.append(gettext("Every session is left out, so there is nothing to put into the draft."))
    elif fine and not _show_item_problems(form, kept, _problems(event, kept)):
        answer = _put(event, form, [row.details(event.language) for row in kept])
        if not isinstance(answer, Conflict | Refusal | Invalid):
            words = ngettext("%(num)d session is in the draft.", "%(num)d sessions are in the draft.", len(kept))
            flash(words, "good")
            return redirect(url_for("agenda_organiser.show", slug=event.slug), 303)
        status = _show_refusal(form, kept, answer)
        return _preview(changeable_event(event.slug), form, rows, None, status)
    status = 400 if "csrf_token" in form.errors else 422
    return _preview(event, form, rows, None, status)


def _is_fine(row: RowForm) -> bool:
    """What is left out may be as wrong as it likes."""
    return bool(row.leave_out.data or row.validate())


def _problems(event: Event, rows: list[RowForm]) -> list[Problem]:
    details = [row.details(event.language) for row in rows]
    return service.check(details, timezone=event.timezone, language=event.language)


def _show_item_problems(form: SaveForm, rows: list[RowForm], problems: Sequence[Problem]) -> bool:
    """Each beside the field of its line; what is about no line stands above the form."""
    for problem in problems:
        at = problem.item if problem.item is not None and problem.item < len(rows) else None
        show_problems(form if at is None else rows[at], [problem])
    return bool(problems)


def _put(event: Event, form: SaveForm, sessions: list[SessionDetails]) -> object:
    if form.how.data == "add":
        return drafting.add_to_draft(event.id, sessions, by=user().id)
    return drafting.replace_draft(event.id, sessions, by=user().id, expected_version=form.version())


def _show_refusal(form: SaveForm, rows: list[RowForm], answer: Conflict | Refusal | Invalid) -> int:
    """In words; gives the status of the page."""
    if isinstance(answer, Invalid):
        _show_item_problems(form, rows, answer.problems)
        return 422
    if isinstance(answer, Conflict):
        form.form_errors.append(
            gettext(
                "Somebody changed the draft while you had this page open. What you typed is still here; look at what "
                "is in the draft now and choose once more."
            )
        )
    else:
        form.form_errors.append(gettext("This event was called off. It takes no more changes."))
    return 409


def _preview(
    event: Event,
    form: SaveForm,
    rows: list[RowForm],
    found: ParsedAgenda | None,
    status: int = 200,
    *,
    added: RowForm | None = None,
) -> Response:
    """`added` is the row that was a line of text until now: it gets the focus."""
    there = queries.draft_view(event.id)
    form.rows.data, form.expected_version.data = str(len(rows)), str(there.version)
    form.ask_how(len(there.rows))
    offer_days(rows, days_offered(event, rows))
    found = found or parse(form.text.data or "", event.starts_wall.date())
    page = render_template(
        "organise/agenda_paste_preview.html",
        form=form,
        lines=[{"form": row, "marks": marks(event, row)} for row in rows],
        left=lines_left(found, rows),
        there=len(there.rows),
        warnings=warnings(event, rows),
        added=added,
        zone=when_of(event).zone,
        **page_words(event),
    )
    return make_response(page, status)
