"""Events with sessions to sign up for, and how people stand with them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from eventsapp.agenda import service as agenda
from eventsapp.agenda.queries import published_sessions
from eventsapp.agenda.rules import SessionDetails
from eventsapp.database import db
from eventsapp.events.models import Event
from eventsapp.events.rules import Edited
from eventsapp.registration.models import Registration
from eventsapp.signups import service
from eventsapp.signups.queries import sessions_of
from eventsapp.signups.service import Chosen
from tests.agendas import sessions_of as agenda_of
from tests.builders import START, make_event


def session(key: str, hour: float, *, hours: float = 1, **values: Any) -> SessionDetails:
    """So many hours after the event starts; with one place unless it says otherwise."""
    starts = START + timedelta(hours=hour)
    given: dict[str, Any] = {"title": {"en": key.capitalize()}, "capacity": 1} | values
    return SessionDetails(key=key, starts_at=starts, ends_at=starts + timedelta(hours=hours), **given)


def event_with(*sessions: SessionDetails, **values: Any) -> Event:
    event = make_event(**values)
    put_agenda(event, *sessions)
    return event


def put_agenda(event: Event, *sessions: SessionDetails) -> None:
    """These and no others, for everybody and at once."""
    answer = agenda.set_agenda(event.id, sessions, by=None)
    assert isinstance(answer, Edited), answer


def change_agenda(event: Event, **changed: SessionDetails | None) -> None:
    """By key; None takes a session off."""
    put_agenda(event, *(found for each in agenda_of(event.id) if (found := changed.get(each.key, each)) is not None))


def sign_up(registration: Registration, *keys: str) -> Chosen:
    answer = service.choose(registration.id, take=keys)
    assert isinstance(answer, Chosen), answer
    return answer


def standings(registration: Registration) -> dict[str, str]:
    """By key, as read anew; "waiting 2" with the number in line."""
    db.session.rollback()
    db.session.expire_all()
    return {
        each.session.key: str(each.standing) if each.position is None else f"{each.standing} {each.position}"
        for each in sessions_of(registration)
    }


def session_id(event: Event, key: str) -> int:
    return next(each.id for each in published_sessions(event.id) if each.key == key)
