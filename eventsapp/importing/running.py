"""The worker's part: the people of a started list are registered, some at a time.

Each batch is one transaction under the event's lock, and commits with how far it is: a worker that dies loses the batch
at hand and nothing else, and the next goes on from there. Between batches others register.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from eventsapp.audit.service import record
from eventsapp.database import db, locked, transaction
from eventsapp.importing.models import PeopleImport
from eventsapp.importing.rules import Line
from eventsapp.importing.service import end
from eventsapp.registration.doubles import People, people_of
from eventsapp.registration.entering_by_hand import Entered, How, Person, Wish, enter_locked
from eventsapp.registration.handling import Unable
from eventsapp.registration.moves import Locked, lock_event
from eventsapp.registration.rules import State
from eventsapp.web.forms import read_email

BATCH = 50
PRIORITY = -10
"""Letters to thousands wait for those that somebody looks out for."""


def run_batch() -> int:
    """The next people of the oldest list that runs; returns how many rows were dealt with, 0 when nothing runs."""
    db.session.rollback()
    running = select(PeopleImport.id, PeopleImport.event_id).where(PeopleImport.state == "running")
    found = db.session.execute(running.order_by(PeopleImport.id).limit(1)).first()
    db.session.rollback()
    if found is None:
        return 0
    upload_id, event_id = found
    with transaction() as session:
        lock = lock_event(session, event_id)
        wanted = select(PeopleImport).where(PeopleImport.id == upload_id, PeopleImport.state == "running")
        upload = session.scalars(locked(wanted)).one_or_none()
        if lock is None or upload is None:
            return 0
        batch = [Line.of(cells) for cells in upload.rows[upload.done : upload.done + BATCH]]
        results = {**_NOTHING, **upload.results}
        stopped = _enter_all(lock, upload, batch, results)
        upload.done += len(batch)
        upload.results = results
        if stopped or upload.done >= upload.total:
            _finish(lock, upload, stopped=stopped)
    return len(batch)


_NOTHING: dict[str, Any] = {"confirmed": 0, "waiting": 0, "known": [], "no_place": [], "left_out": 0, "stopped": False}


def _enter_all(lock: Locked, upload: PeopleImport, batch: list[Line], results: dict[str, Any]) -> bool:
    """Each of them in the order of the file. True: the event takes nobody any more."""
    results |= {"known": list(results["known"]), "no_place": list(results["no_place"])}
    people = people_of(lock.event.id)
    anyway = set(upload.options.get("anyway", ()))
    for line in batch:
        email = read_email(line.email) or ""
        if line.number not in anyway and people.like(line.name, email):
            results["known"].append(line.number)
            continue
        answer = _enter(lock, upload, line, email)
        if isinstance(answer, Entered):
            results["confirmed" if answer.state is State.CONFIRMED else "waiting"] += 1
            _remember(people, answer, line, email)
        elif answer is Unable.NO_PLACE:
            results["no_place"].append(line.number)
        else:
            results["stopped"] = True
            return True
    return False


def _enter(lock: Locked, upload: PeopleImport, line: Line, email: str) -> Entered | Unable:
    """Who was to get a place in any case, and finds none that could be given without a reason, waits."""
    options = upload.options
    person = Person(
        name=line.name,
        email=email,
        organisation=line.organisation or options.get("organisation", ""),
        attends=line.attends or options.get("attends") or "room",
        language=line.language or options["language"],
        contact_name=line.contact_name,
        contact_email=read_email(line.contact_email) or "",
        source=options["source"],
    )
    how = How(Wish(options["wish"]), options.get("why", ""), tell=options["tell"], priority=PRIORITY)
    answer = enter_locked(lock, person, by=upload.user_id, how=how)
    if answer is Unable.NO_REASON:
        answer = enter_locked(lock, person, by=upload.user_id, how=How(tell=how.tell, priority=PRIORITY))
    return answer


def _remember(people: People, answer: Entered, line: Line, email: str) -> None:
    people.add(answer.registration_id, line.name, email.lower() or None)


def _finish(lock: Locked, upload: PeopleImport, *, stopped: bool) -> None:
    end(upload, "given_up" if stopped else "done")
    record(
        "import finished",
        f"event:{upload.event_id}",
        by=upload.user_id,
        actor="worker",
        series_id=lock.series.id,
        import_id=upload.id,
        **upload.results,
    )
