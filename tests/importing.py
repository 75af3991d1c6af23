"""Lists of people as organisers bring them, and the organisations they name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from eventsapp.clock import now
from eventsapp.database import transaction
from eventsapp.importing import service
from eventsapp.importing.models import PeopleImport
from eventsapp.organisations.models import Organisation, OrganisationAlias
from eventsapp.organisations.rules import spelling_key
from eventsapp.spreadsheet import to_xlsx

HEADER = ("Name", "E-mail", "Organisation")


def people(number: int) -> list[tuple[str, str, str]]:
    return [(f"Guest {each:05}", f"guest{each:05}@example.org", f"Organisation {each % 40}") for each in range(number)]


def workbook(rows: Iterable[Sequence[object]], header: Sequence[str] = HEADER) -> bytes:
    return to_xlsx(header, rows)


def make_import(
    event_id: int, *, by: int, key: UUID | None = None, rows: Sequence[Sequence[str]] = (), **options: Any
) -> int:
    """A list that was read and not started; gives its id."""
    table = [list(row) for row in (HEADER, *(rows or people(3)))]
    found = service.keep_upload(event_id, "people.xlsx", table, by=by, language="en")
    with transaction() as session:
        upload = session.query(PeopleImport).filter_by(key=found).one()
        upload.options = upload.options | options
        if key is not None:
            upload.key = key
        return upload.id


def make_organisation(series_id: int, name: str = "PZ Antwerpen", **values: Any) -> int:
    with transaction() as session:
        one = Organisation(series_id=series_id, name=name, created_at=now(), **values)
        session.add(one)
        session.flush()
        alias = {"organisation_id": one.id, "written": name, "key": spelling_key(name)}
        session.add(OrganisationAlias(series_id=series_id, **alias))
        return one.id
