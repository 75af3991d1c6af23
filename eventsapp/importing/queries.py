"""Reads imports, and looks over what one would do before it does anything."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import load_only

from eventsapp.database import db
from eventsapp.events.models import Event
from eventsapp.importing.models import PeopleImport
from eventsapp.importing.rules import Fault, Line, faults_of, lines
from eventsapp.registration.doubles import People, people_of
from eventsapp.registration.queries import kinds_of_place
from eventsapp.web.forms import read_email


@dataclass(frozen=True)
class Double:
    """A row that may be somebody who is in the list above it (`row`), or registered already."""

    line: Line
    row: int | None


@dataclass
class Checked:
    """What an import would do, row by row."""

    fit: list[Line] = field(default_factory=list)
    """To be registered."""
    faults: list[Fault] = field(default_factory=list)
    """Of rows that are not left out: they must be first."""
    doubles: list[Double] = field(default_factory=list)
    """Skipped, but for those that an organiser takes for somebody else; these are in `fit`."""
    left_out: int = 0
    blank: bool = False
    """There is nothing below the heading."""

    @property
    def faulty(self) -> int:
        """How many rows have faults."""
        return len({fault.number for fault in self.faults})


def find_import(event_id: int, key: UUID) -> PeopleImport | None:
    """Of this event and no other."""
    wanted = select(PeopleImport).where(PeopleImport.key == key, PeopleImport.event_id == event_id)
    return db.session.scalars(wanted).one_or_none()


def open_imports(event_id: int) -> Sequence[PeopleImport]:
    """Read or running, the newest first, without their rows."""
    wanted = select(PeopleImport).where(PeopleImport.event_id == event_id, PeopleImport.state.in_(("read", "running")))
    shown = load_only(
        PeopleImport.key, PeopleImport.filename, PeopleImport.state, PeopleImport.created_at, raiseload=True
    )
    return db.session.scalars(wanted.options(shown).order_by(PeopleImport.id.desc()).limit(20)).all()


def check(event: Event, upload: PeopleImport) -> Checked:
    """Look at every row. Two statements, however many there are."""
    columns = {name: at for name, at in upload.columns.items() if name != "heading"}
    left_out, anyway = set(upload.options.get("left_out", ())), set(upload.options.get("anyway", ()))
    registered, listed = people_of(event.id), People()
    checked = Checked(blank=True)
    for line, wrong in lines(upload.rows, upload.columns["heading"], columns, kinds=kinds_of_place(event.mode)):
        checked.blank = False
        if line.number in left_out:
            checked.left_out += 1
        elif faults := faults_of(line, wrong, read_email):
            checked.faults += faults
        else:
            _sort(checked, line, registered, listed, anyway)
    return checked


def _sort(checked: Checked, line: Line, registered: People, listed: People, anyway: Collection[int]) -> None:
    email = read_email(line.email) or ""
    above = listed.like(line.name, email)
    known = bool(above or registered.like(line.name, email))
    if known:
        checked.doubles.append(Double(line, above[0] if above else None))
    if not known or line.number in anyway:
        listed.add(line.number, line.name, email.lower() or None)
        checked.fit.append(line)
