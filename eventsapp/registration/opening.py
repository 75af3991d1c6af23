"""What a personal link opens: a registration whose version still is the link's, or nothing at all."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from eventsapp.database import db
from eventsapp.registration.links import ADDRESS, FEED, OWN, RECEIPT
from eventsapp.registration.models import Registration, RegistrationMove
from eventsapp.registration.queries import find_by_key
from eventsapp.web import tokens

_VERSIONS = {OWN: "link_version", RECEIPT: "link_version", FEED: "feed_version", ADDRESS: "new_email_version"}


def opened(purpose: str, token: str) -> Registration | None:
    """The registration with its event, series and venue; None for a wrong, foreign, revoked or forgotten link."""
    claim = tokens.read(purpose, token)
    registration = find_by_key(claim.key) if claim is not None else None
    if registration is None or claim is None or claim.version != getattr(registration, _VERSIONS[purpose]):
        return None
    return registration


def last_moved_at(registration: Registration) -> datetime:
    """When the registration came into the state it is in."""
    newest = select(func.max(RegistrationMove.at)).where(RegistrationMove.registration_id == registration.id)
    return db.session.scalar(newest) or registration.registered_at
