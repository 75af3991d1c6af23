"""The attendee list for organisers: as a page, and as a spreadsheet of the same people."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from tempfile import TemporaryFile
from typing import Any

from flask import Blueprint, current_app, make_response, request
from werkzeug.wrappers import Response
from werkzeug.wsgi import FileWrapper

from eventsapp.audit.service import record
from eventsapp.events.for_organisers import organisers_event
from eventsapp.registration import export, list_queries
from eventsapp.registration.asked import LIST, Asked, asked, picked
from eventsapp.registration.columns import STANDARD, Column
from eventsapp.registration.list_forms import KeepForm
from eventsapp.registration.list_page import list_page, nobody_page
from eventsapp.spreadsheet import to_csv, to_xlsx
from eventsapp.web.access import Role, organiser_page, user

bp = Blueprint("attendees", __name__)

_IN_MEMORY = 1024 * 1024

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get(LIST, endpoint="list")
@organiser_page(Role.viewer)
def show_list(slug: str) -> Response:
    this = asked(organisers_event(slug, Role.viewer), request.args)
    return make_response(list_page(this, KeepForm(formdata=None, query=this.view.query())))


@bp.get(f"{LIST}.csv", endpoint="csv")
@organiser_page(Role.viewer)
def download_csv(slug: str) -> Response:
    return _download(slug, "csv", "text/csv; charset=utf-8", to_csv)


@bp.get(f"{LIST}.xlsx", endpoint="xlsx")
@organiser_page(Role.viewer)
def download_xlsx(slug: str) -> Response:
    return _download(slug, "xlsx", _XLSX, lambda header, rows: [to_xlsx(header, rows, title=slug)])


def _download(slug: str, ending: str, kind: str, write: Callable[[Any, Any], Iterable[bytes]]) -> Response:
    """Exactly what the view shows, all pages of it, or whom of it somebody picked. Made whole before it is sent, so
    that nobody gets half a list, and kept on disk beyond a megabyte."""
    this = asked(organisers_event(slug, Role.viewer), request.args)
    among = picked(this, request.args) if "who" in request.args or "pick" in request.args else None
    if among == []:
        return make_response(nobody_page(this.event), 422)
    columns = _columns(this)
    number, portions = list_queries.everyone(this.event, this.view, this.columns, among=among)
    _note(this, ending, columns, rows=number, picked=among is not None)
    response = _whole(iter(write(export.header(columns), export.rows(portions, columns))))
    response.headers["Content-Type"] = kind
    response.headers["Content-Disposition"] = f'attachment; filename="{slug}-attendees.{ending}"'
    return response


def _whole(pieces: Iterator[bytes]) -> Response:
    """All of them as one answer; from a megabyte on they wait on disk, which the sent answer leaves."""
    beginning, size = [], 0
    for piece in pieces:
        beginning.append(piece)
        size += len(piece)
        if size > _IN_MEMORY:
            break
    else:
        return make_response(b"".join(beginning))
    made = TemporaryFile()  # noqa: SIM115 -- the answer closes it
    for piece in chain(beginning, pieces):
        made.write(piece)
    size = made.tell()
    made.seek(0)
    response = current_app.response_class(FileWrapper(made))
    response.content_length = size
    return response


def _columns(this: Asked) -> list[Column]:
    """The chosen ones; as long as nobody has chosen, those that a download always had, then people's answers. What is
    sensitive is among these only when it is asked for; who may not see it does not have it among `this.columns`."""
    if this.view.columns is not None:
        return [this.columns[key] for key in this.view.columns]
    also = request.args.get("sensitive") == "1"
    answers = [each for each in this.columns.values() if each.from_above and (also or not each.sensitive)]
    return [*(this.columns[key] for key in STANDARD if key in this.columns), *answers]


def _note(this: Asked, ending: str, columns: list[Column], **facts: Any) -> None:
    """In the audit log: whether people were searched for, not for whom."""
    view, event = this.view, this.event
    record(
        "attendees.exported",
        f"event:{event.id}",
        by=user().id,
        series_id=event.series_id,
        format=ending,
        status=",".join(view.status),
        searched=bool(view.q or view.organisation),
        answers=[key for key, _ in view.answers],
        columns=[column.key for column in columns],
        sensitive=any(column.sensitive for column in columns),
        **facts,
    )
