"""Writes series and their privacy notices. `by` is the account that acts; None is a command."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from eventsapp import clock
from eventsapp.audit import service as audit
from eventsapp.database import locked, transaction
from eventsapp.series import rules
from eventsapp.series.models import PrivacyNotice, Series
from eventsapp.series.queries import find_current_notice, find_series, notice_details_of
from eventsapp.series.rules import Invalid, NoticeDetails, Refusal, Saved, SeriesDetails


def create_series(details: SeriesDetails, *, by: int | None) -> Saved | Refusal | Invalid:
    if found := rules.problems(details):
        return Invalid(tuple(found))
    with transaction() as session:
        if find_series(details.slug) is not None:
            return Refusal.SLUG_TAKEN
        return Saved(_add(session, details, by).id)


def edit_series(series_id: int, details: SeriesDetails, *, by: int | None) -> Saved | Refusal | Invalid:
    """Make the series as `details` say. The slug stays: links to it are out."""
    if found := rules.problems(details):
        return Invalid(tuple(found))
    with transaction() as session:
        series = session.scalars(locked(select(Series).where(Series.id == series_id))).one()
        if details.slug != series.slug:
            return Refusal.SLUG_FIXED
        changes: dict[str, list[Any]] = {}
        for name, value in _values(details).items():
            before = getattr(series, name)
            if before != value:
                setattr(series, name, value)
                changes[name] = [_plain(before), _plain(value)]
        if changes:
            _note("series.changed", series.id, by, changes=changes)
        return Saved(series.id, tuple(changes))


def archive_series(series_id: int, *, archived: bool, by: int) -> bool:
    """Put the series away, or take it back: it is offered for no new event and leaves the lists of organisers; its
    pages and events stay as they are. False: it was so already."""
    with transaction() as session:
        series = session.scalars(locked(select(Series).where(Series.id == series_id))).one()
        if (series.archived_at is not None) is archived:
            return False
        series.archived_at = clock.now() if archived else None
        _note("series.archived" if archived else "series.taken_back", series.id, by)
        return True


def set_defaults(series_id: int, defaults: Mapping[str, Any], *, by: int) -> bool:
    """What a new event of the series begins with, by field of its form; the door has checked them. False: no change."""
    with transaction() as session:
        series = session.scalars(locked(select(Series).where(Series.id == series_id))).one()
        before = dict(series.defaults)
        if before == dict(defaults):
            return False
        series.defaults = dict(defaults)
        names = [name for name in {**before, **defaults} if before.get(name) != defaults.get(name)]
        changes = {name: [before.get(name), defaults.get(name)] for name in sorted(names)}
        _note("series.defaults_changed", series.id, by, changes=changes)
        return True


def publish_notice(series_id: int, notice: NoticeDetails, *, language: str, by: int | None) -> int | Invalid:
    """The version that now holds. A text that differs from the newest version becomes a new one; earlier ones stay,
    because registrations remember which they were shown. `language` must be there in every part."""
    if found := rules.notice_problems(notice, language):
        return Invalid(tuple(found))
    with transaction() as session:
        session.execute(locked(select(Series.id).where(Series.id == series_id)))
        newest = find_current_notice(series_id)
        if newest is not None and notice_details_of(newest) == notice:
            return newest.version
        version = newest.version + 1 if newest else 1
        texts = {name: dict(getattr(notice, name)) for name in ("lawful_basis", "recipients", "retention")}
        session.add(
            PrivacyNotice(
                series_id=series_id,
                version=version,
                published_at=clock.now(),
                controller=notice.controller,
                contact=notice.contact,
                **texts,
            )
        )
        _note("series.notice_published", series_id, by, version=version)
        return version


def _values(details: SeriesDetails) -> dict[str, Any]:
    values = {field.name: getattr(details, field.name) for field in fields(details)}
    for name in ("title", "summary", "funder_statement"):
        values[name] = dict(values[name])
    return values | {"contact_email": details.contact_email or None, "embed_hosts": list(details.embed_hosts)}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _add(session: Session, details: SeriesDetails, by: int | None) -> Series:
    series = Series(**_values(details), created_at=clock.now())
    session.add(series)
    session.flush()
    _note("series.created", series.id, by, slug=series.slug)
    return series


def _note(action: str, series_id: int, by: int | None, **details: Any) -> None:
    actor = "command" if by is None else "organiser"
    audit.record(action, f"series:{series_id}", by=by, actor=actor, series_id=series_id, **details)
