"""Make, change, merge organisations, and say which spellings mean them. One verb, one transaction.

The series' row is locked first: two organisers who link the same name at once come one after the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from eventsapp import clock
from eventsapp.audit.service import record
from eventsapp.database import locked, transaction
from eventsapp.organisations import signals
from eventsapp.organisations.models import Organisation, OrganisationAlias
from eventsapp.organisations.queries import aliases_of, details_of, find_organisation
from eventsapp.organisations.rules import OrganisationDetails, Refusal, problems, spelling_key
from eventsapp.series.models import Series
from eventsapp.web.rules import Problem


@dataclass(frozen=True)
class Invalid:
    problems: tuple[Problem, ...]


def add_organisation(series_id: int, details: OrganisationDetails, *, by: int) -> int | Refusal | Invalid:
    """A new organisation; whoever typed its name belongs to it from now on. Gives its id."""
    found = tuple(problems(details))
    if found:
        return Invalid(found)
    with transaction() as session:
        if not _lock(session, series_id):
            return Refusal.NOT_THERE
        return _added(session, series_id, details, by)


def edit_organisation(
    series_id: int, organisation_id: int, details: OrganisationDetails, *, by: int
) -> int | Refusal | Invalid:
    """Change what is said of it. The name it had stays one of its spellings."""
    found = tuple(problems(details))
    if found:
        return Invalid(found)
    with transaction() as session:
        organisation = _locked_organisation(session, series_id, organisation_id)
        if organisation is None:
            return Refusal.NOT_THERE
        if _meaning(session, series_id, spelling_key(details.name)) not in (None, organisation_id):
            return Refusal.TAKEN
        before = details_of(organisation)
        for name, value in asdict(details).items():
            setattr(organisation, name, value)
        _link(session, organisation, {spelling_key(details.name): details.name})
        if before != details:
            _note(organisation, "organisation changed", by, before=asdict(before), after=asdict(details))
        return organisation_id


def link(series_id: int, written: Mapping[str, str], to: int | None, *, by: int) -> int | Refusal | Invalid:
    """These spellings (keys, and how they are written) mean an organisation: one that is there, or (None) a new one
    with the name of the first. Gives its id. A spelling that means another one by now stays with that."""
    with transaction() as session:
        if not _lock(session, series_id) or not written:
            return Refusal.NOT_THERE
        if to is None:
            details = OrganisationDetails(name=next(iter(written.values())))
            found = tuple(problems(details))
            made = Invalid(found) if found else _added(session, series_id, details, by)
            if not isinstance(made, int):
                return made
            to = made
        organisation = find_organisation(series_id, to)
        if organisation is None:
            return Refusal.NOT_THERE
        _link(session, organisation, written)
        _note(organisation, "organisation linked", by, spellings=sorted(written.values()))
        return to


def unlink(series_id: int, organisation_id: int, key: str, *, by: int) -> Refusal | None:
    """A spelling does not mean it after all; whoever typed it belongs to no organisation then."""
    with transaction() as session:
        organisation = _locked_organisation(session, series_id, organisation_id)
        if organisation is None:
            return Refusal.NOT_THERE
        if key == spelling_key(organisation.name):
            return Refusal.OWN_NAME
        # Compared here: what a form says may hold characters that a database refuses.
        alias = next((alias for alias in aliases_of(organisation_id) if alias.key == key), None)
        if alias is None:
            return Refusal.NOT_THERE
        written = alias.written
        session.delete(alias)
        session.flush()
        signals.spellings_linked.send(series_id, organisation_id=None, keys=frozenset({key}))
        _note(organisation, "organisation unlinked", by, spellings=[written])
        return None


def merge(series_id: int, organisation_id: int, into: int, *, by: int) -> Refusal | None:
    """One organisation becomes part of another: spellings, people and speakers move there, then it is gone."""
    with transaction() as session:
        gone = _locked_organisation(session, series_id, organisation_id)
        kept = find_organisation(series_id, into)
        if gone is None or kept is None:
            return Refusal.NOT_THERE
        if gone.id == kept.id:
            return Refusal.ITSELF
        before = details_of(gone)
        kept.country = kept.country or gone.country
        kept.type = kept.type or gone.type
        kept.partner = kept.partner or gone.partner
        moved = update(OrganisationAlias).where(OrganisationAlias.organisation_id == gone.id)
        session.execute(moved.values(organisation_id=kept.id))
        signals.organisation_merged.send(gone.id, into=kept.id)
        _note(kept, "organisations merged", by, merged=asdict(before))
        session.delete(gone)
        session.flush()
        return None


def _added(session: Session, series_id: int, details: OrganisationDetails, by: int) -> int | Refusal:
    key = spelling_key(details.name)
    if _meaning(session, series_id, key) is not None:
        return Refusal.TAKEN
    organisation = Organisation(series_id=series_id, created_at=clock.now(), **asdict(details))
    session.add(organisation)
    session.flush()
    _link(session, organisation, {key: details.name})
    _note(organisation, "organisation added", by, after=asdict(details))
    return organisation.id


def _link(session: Session, organisation: Organisation, written: Mapping[str, str]) -> None:
    """A spelling that means another organisation stays with that; people who typed it go there."""
    meaning: dict[int, set[str]] = {}
    for key, name in written.items():
        means = _meaning(session, organisation.series_id, key)
        if means is None:
            means = organisation.id
            session.add(
                OrganisationAlias(series_id=organisation.series_id, organisation_id=means, key=key, written=name)
            )
        meaning.setdefault(means, set()).add(key)
    session.flush()
    for means, keys in meaning.items():
        signals.spellings_linked.send(organisation.series_id, organisation_id=means, keys=frozenset(keys))


def _meaning(session: Session, series_id: int, key: str) -> int | None:
    wanted = select(OrganisationAlias.organisation_id)
    return session.scalar(wanted.where(OrganisationAlias.series_id == series_id, OrganisationAlias.key == key))


def _lock(session: Session, series_id: int) -> bool:
    return session.scalar(locked(select(Series).where(Series.id == series_id))) is not None


def _locked_organisation(session: Session, series_id: int, organisation_id: int) -> Organisation | None:
    return find_organisation(series_id, organisation_id) if _lock(session, series_id) else None


def _note(organisation: Organisation, action: str, by: int, **details: Any) -> None:
    subject = f"organisation:{organisation.id}"
    record(action, subject, by=by, series_id=organisation.series_id, name=organisation.name, **details)
