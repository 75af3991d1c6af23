"""Keep an uploaded list, start it, give it up. One verb, one transaction; `running.py` does what was started."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from eventsapp import clock
from eventsapp.audit.service import record
from eventsapp.database import locked, transaction
from eventsapp.events.models import Event
from eventsapp.importing.models import PeopleImport
from eventsapp.importing.queries import Checked, check
from eventsapp.importing.rules import Unready, guess
from eventsapp.registration.entering_by_hand import Wish
from eventsapp.registration.moves import Locked, lock_event

KEPT = timedelta(days=7)
"""How long a list waits for its organiser before its rows are erased."""


def keep_upload(event_id: int, filename: str, rows: list[list[str]], *, by: int, language: str) -> UUID:
    """Keep what a file holds, with the columns guessed; nothing is registered yet."""
    heading, columns = guess(rows)
    with transaction() as session:
        upload = PeopleImport(
            event_id=event_id,
            user_id=by,
            filename=filename[:200],
            rows=rows,
            columns={"heading": heading, **columns},
            options={"wish": Wish.BY_PLACES.value, "tell": True, "source": "partner", "language": language},
            created_at=clock.now(),
        )
        session.add(upload)
        session.flush()
        return upload.key


def choose(upload_id: int, columns: dict[str, int], options: dict[str, Any]) -> bool:
    """Which column means what, and how people are entered. False: it has started, or is gone."""
    with transaction() as session:
        upload = _upload(session, upload_id, "read")
        if upload is None:
            return False
        upload.columns = {"heading": upload.columns["heading"], **columns}
        upload.options = dict(options)
        return True


def start(upload_id: int, *, by: int) -> int | Unready:
    """Let the worker begin: gives how many people are to be registered. Nothing starts with a fault in it."""
    with transaction() as session:
        event_id = session.scalar(select(PeopleImport.event_id).where(PeopleImport.id == upload_id))
        lock = lock_event(session, event_id) if event_id is not None else None
        upload = _upload(session, upload_id, "read")
        if lock is None or upload is None:
            return Unready.NOT_THERE
        checked = check(lock.event, upload)
        unready = _unready(lock, upload, checked)
        if unready:
            return unready
        upload.rows = [line.cells() for line in checked.fit]
        upload.total = len(checked.fit)
        upload.state = "running"
        fit = {line.number for line in checked.fit}
        known = [double.line.number for double in checked.doubles if double.line.number not in fit]
        upload.results = {"known": known, "left_out": checked.left_out}
        told = {name: upload.options.get(name) for name in ("wish", "why", "tell", "source", "language", "attends")}
        _note(lock.series.id, upload, "import started", by=by, people=upload.total, **told)
        return upload.total


def give_up(upload_id: int, *, by: int) -> bool:
    """Erase the list; who was registered from it by now stays. False: it is done, or gone."""
    with transaction() as session:
        upload = _upload(session, upload_id, "read", "running")
        if upload is None:
            return False
        event = session.get_one(Event, upload.event_id)
        end(upload, "given_up")
        _note(event.series_id, upload, "import given up", by=by, done=upload.done, of=upload.total)
        return True


def end(upload: PeopleImport, state: str) -> None:
    """Nothing of the people is kept here."""
    upload.state = state
    upload.rows = []
    upload.finished_at = clock.now()


def erase_forgotten() -> int:
    """The worker's job: lists that nobody started. Returns how many."""
    with transaction() as session:
        old = select(PeopleImport).where(PeopleImport.state == "read", PeopleImport.created_at < clock.now() - KEPT)
        uploads = session.scalars(locked(old)).all()
        for upload in uploads:
            end(upload, "given_up")
        return len(uploads)


def _upload(session: Session, upload_id: int, *states: str) -> PeopleImport | None:
    wanted = select(PeopleImport).where(PeopleImport.id == upload_id, PeopleImport.state.in_(states))
    return session.scalars(locked(wanted)).one_or_none()


def _unready(lock: Locked, upload: PeopleImport, checked: Checked) -> Unready | None:
    event = lock.event
    if event.status != "published" or lock.now >= event.ends_at:
        return Unready.EVENT_OVER
    if checked.faults:
        return Unready.FAULTS
    if not checked.fit:
        return Unready.NOBODY
    if upload.options["wish"] == Wish.CONFIRMED and not upload.options.get("why") and _too_many(lock, upload, checked):
        return Unready.NO_REASON
    return None


def _too_many(lock: Locked, upload: PeopleImport, checked: Checked) -> bool:
    """More people of one kind than free places, or somebody waits longer."""
    wanted: dict[str, int] = {}
    for line in checked.fit:
        attends = line.attends or upload.options.get("attends") or "room"
        wanted[attends] = wanted.get(attends, 0) + 1
    kinds = (each for each in wanted if lock.event.mode == "hybrid")
    pools = {attends: lock.pool(attends) for attends in kinds}
    if lock.event.mode != "hybrid":
        only = "online" if lock.event.mode == "online" else "room"
        pools, wanted = {only: lock.pool(only)}, {only: len(checked.fit)}
    return any(
        pool.waiting > 0 or (pool.free is not None and pool.free < wanted[attends]) for attends, pool in pools.items()
    )


def _note(series_id: int, upload: PeopleImport, action: str, *, by: int | None, **details: Any) -> None:
    subject = f"event:{upload.event_id}"
    record(action, subject, by=by, series_id=series_id, import_id=upload.id, filename=upload.filename, **details)
