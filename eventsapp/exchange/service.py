"""Brings an event file into the site through the features' own verbs, one transaction per file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeVar

from eventsapp.agenda import service as agenda
from eventsapp.database import transaction
from eventsapp.events import service as events
from eventsapp.events.models import Event
from eventsapp.events.queries import find_by_slug
from eventsapp.events.rules import Conflict
from eventsapp.events.rules import Invalid as InvalidEvent
from eventsapp.events.rules import Refusal as EventRefusal
from eventsapp.exchange.file import EventFile, Fault
from eventsapp.exchange.lines import Path, line_of
from eventsapp.exchange.queries import faults_here, series_as_in
from eventsapp.questions.consenting import set_consents
from eventsapp.questions.filing import set_questions
from eventsapp.series import service as series_service
from eventsapp.series.queries import find_current_notice, find_series
from eventsapp.series.rules import Invalid as InvalidSeries
from eventsapp.series.rules import Refusal as SeriesRefusal

Done = TypeVar("Done")


@dataclass(frozen=True)
class Imported:
    """`changes` are fields, "agenda", "series", "privacy_notice"; empty for a new event."""

    outcome: Literal["created", "changed", "unchanged"]
    slug: str
    changes: tuple[str, ...] = ()


class ImportRefused(Exception):
    """The site refused the file; nothing of it was written."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(fault.message for fault in faults))
        self.faults = faults


def import_file(file: EventFile, *, by: int | None = None, keep_series: bool = False) -> Imported:
    """Make the event as the file says: created, or changed with the letters that its changes mean, or left alone.

    `keep_series`: a series that is there stays as it is. Raises ImportRefused.
    """
    with transaction():
        if faults := faults_here(file):
            raise ImportRefused(faults)
        event = find_by_slug(file.event.slug)
        series_id, changes = _series(file, by, keep=keep_series)
        if event is not None and event.status == "cancelled":
            return _imported(file, changes)
        if event is None:
            _create(file, series_id, by)
            return Imported("created", file.event.slug)
        return _imported(file, changes + _change(file, event, by))


def _imported(file: EventFile, changes: tuple[str, ...]) -> Imported:
    return Imported("changed" if changes else "unchanged", file.event.slug, changes)


def _series(file: EventFile, by: int | None, *, keep: bool) -> tuple[int, tuple[str, ...]]:
    """The series' id, made if missing, and what changed of it."""
    known = find_series(file.series_slug)
    if known is not None and keep:
        return known.id, ()
    details = series_as_in(file)
    if known is None:
        saved = _done(file, series_service.create_series(details, by=by))
        changes: tuple[str, ...] = ()
    else:
        saved = _done(file, series_service.edit_series(known.id, details, by=by))
        changes = ("series",) if saved.changes else ()
    if file.notice is not None and _publishes_notice(file, saved.series_id, details.language, by):
        changes += ("privacy_notice",)
    return saved.series_id, changes


def _publishes_notice(file: EventFile, series_id: int, language: str, by: int | None) -> bool:
    """Whether the notice became a new version. It is read in the file's language when the series' differs."""
    if file.notice is None:
        return False
    spoken = language if language in file.notice.retention else next(iter(file.notice.retention), language)
    newest = find_current_notice(series_id)
    before = newest.version if newest else 0
    return _done(file, series_service.publish_notice(series_id, file.notice, language=spoken, by=by)) != before


def _create(file: EventFile, series_id: int, by: int | None) -> None:
    made = _done(file, events.create_event(series_id, file.event, by=by))
    _done(file, agenda.set_agenda(made.event_id, file.sessions, by=by))
    _ask(file, made.event_id, by)
    _set_status(file, made.event_id, by)


def _change(file: EventFile, event: Event, by: int | None) -> tuple[str, ...]:
    event_id, before = event.id, event.status
    off = file.status == "cancelled"
    edited = _done(file, events.edit_event(event_id, file.event, by=by, tell=True, to_be_called_off=off))
    sessions = _done(file, agenda.set_agenda(event_id, file.sessions, by=by))
    asked = _ask(file, event_id, by)
    _set_status(file, event_id, by)
    status = ("status",) if file.status not in (None, before) else ()
    return edited.changes + (("agenda",) if sessions.changes else ()) + asked + status


def _ask(file: EventFile, event_id: int, by: int | None) -> tuple[str, ...]:
    """Questions and consents, where the file has any; what of them changed."""
    changes: tuple[str, ...] = ()
    if file.questions is not None and _done(file, set_questions(event_id, file.questions, by=by)).keys:
        changes += ("questions",)
    if file.consents is not None and _done(file, set_consents(event_id, file.consents, by=by)).keys:
        changes += ("consents",)
    return changes


def _set_status(file: EventFile, event_id: int, by: int | None) -> None:
    """An event that is called off was published first: verbs know no other way."""
    if file.status in ("published", "cancelled"):
        _done(file, events.publish_event(event_id, by=by))
    if file.status == "cancelled":
        _done(file, events.call_off_event(event_id, by=by))


def _done(
    file: EventFile,
    answer: Done | Conflict | EventRefusal | SeriesRefusal | InvalidEvent | InvalidSeries,
) -> Done:
    """The answer of a verb that did its work; any other raises ImportRefused."""
    if isinstance(answer, InvalidEvent | InvalidSeries):
        raise ImportRefused([_fault(file, each.field, str(each), each.item) for each in answer.problems])
    if isinstance(answer, EventRefusal | SeriesRefusal):
        raise ImportRefused([_fault(file, "slug", f"refused: {answer.value.replace('_', ' ')}")])
    if isinstance(answer, Conflict):
        raise ImportRefused([_fault(file, "slug", "was changed by somebody else at the same moment")])
    return answer


def _fault(file: EventFile, field: str, message: str, item: int | None = None) -> Fault:
    """`item`: of which question. Sessions were checked when the file was read."""
    path: Path = ("event", field) if item is None else ("question", item, field)
    return Fault(line_of(file.lines, path), field if item is None else f"question.{field}", message)
