"""Reads organisations and the spellings that mean them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from eventsapp.database import db
from eventsapp.organisations import signals
from eventsapp.organisations.models import Organisation, OrganisationAlias
from eventsapp.organisations.rules import OrganisationDetails, Spelling, spelling_key, spellings


@dataclass(frozen=True)
class Line:
    """One organisation of a series' list."""

    organisation: Organisation
    people: int
    aliases: Sequence[str]
    """Other ways of writing it, as they were typed."""


def find_by_spelling(series_id: int, written: str) -> int | None:
    """The organisation that a name means, as organisers said; one look-up by an index."""
    key = spelling_key(written)
    if not key:
        return None
    found = select(OrganisationAlias.organisation_id).where(
        OrganisationAlias.series_id == series_id, OrganisationAlias.key == key
    )
    return db.session.scalar(found)


def find_organisation(series_id: int, organisation_id: int) -> Organisation | None:
    """Of this series and no other."""
    wanted = select(Organisation).where(Organisation.id == organisation_id, Organisation.series_id == series_id)
    return db.session.scalars(wanted).one_or_none()


def organisations_of(series_id: int) -> Sequence[Organisation]:
    rows = select(Organisation).where(Organisation.series_id == series_id).order_by(Organisation.name)
    return db.session.scalars(rows).all()


def aliases_of(organisation_id: int) -> Sequence[OrganisationAlias]:
    rows = select(OrganisationAlias).where(OrganisationAlias.organisation_id == organisation_id)
    return db.session.scalars(rows.order_by(OrganisationAlias.written)).all()


def lines_of(series_id: int) -> list[Line]:
    """A series' organisations by name, in a constant number of statements."""
    people: dict[int, int] = {}
    for _, counts in signals.people_linked.send(series_id):
        for organisation_id, number in counts.items():
            people[organisation_id] = people.get(organisation_id, 0) + number
    written: dict[int, list[str]] = {}
    rows = select(OrganisationAlias).where(OrganisationAlias.series_id == series_id)
    for alias in db.session.scalars(rows.order_by(OrganisationAlias.written)):
        written.setdefault(alias.organisation_id, []).append(alias.written)
    return [
        Line(each, people.get(each.id, 0), [name for name in written.get(each.id, ()) if name != each.name])
        for each in organisations_of(series_id)
    ]


def unlinked(series_id: int) -> list[Spelling]:
    """Names that people typed and that mean no organisation yet, the most frequent first."""
    return spellings(typed for _, names in signals.names_typed.send(series_id) for typed in names)


def details_of(organisation: Organisation) -> OrganisationDetails:
    return OrganisationDetails(
        name=organisation.name,
        country=organisation.country,
        type=organisation.type,
        partner=organisation.partner,
    )
