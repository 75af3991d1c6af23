"""How sign-ups for sessions join the registration: what create_app hands to `registration.extensions.join`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import gettext
from sqlalchemy import update
from sqlalchemy.orm import Session

from eventsapp import clock
from eventsapp.events.models import Event
from eventsapp.registration.extensions import Extension, ExtraColumn, PagePart
from eventsapp.registration.models import Registration, RegistrationMove
from eventsapp.registration.moves import Locked
from eventsapp.registration.rules import LIVE
from eventsapp.signups import integrity, queries, service
from eventsapp.signups.form_part import KEY, SessionsPart, shown
from eventsapp.signups.models import SignupMove
from eventsapp.signups.rules import Standing
from eventsapp.signups.words import title_of


class Signups(Extension):
    key = KEY

    def form_part(self, event: Event) -> SessionsPart | None:
        found = [each for each in queries.sessions_to_sign_up(event) if clock.now() < each.starts_at]
        return SessionsPart(event, found, queries.counts_of(event.id)) if found else None

    def entered(self, lock: Locked, registration: Registration, value: Any) -> None:
        service.enter(lock, registration, value or ())

    def moved(self, lock: Locked, registration: Registration, step: RegistrationMove) -> None:
        service.follow_move(lock, registration, step)

    def merged(self, lock: Locked, kept: Registration, gone: Registration) -> None:
        service.merge(lock, kept, gone)

    def own_page(self, registration: Registration, token: str) -> PagePart | None:
        event, now = registration.event, clock.now()
        offered = queries.sessions_to_sign_up(event)
        mine = queries.sessions_of(registration) if offered else []
        if not mine and not any(now < each.starts_at for each in offered):
            return None
        live = registration.state in LIVE and event.status == "published" and now < event.ends_at
        if not live and not mine:
            return None
        return PagePart("signups/own_page.html", {**shown(mine, event), "live": live})

    def person_page(self, event: Event, registration: Registration, *, sensitive: bool) -> PagePart | None:
        mine = queries.sessions_of(registration)
        return PagePart("signups/person_page.html", shown(mine, event)) if mine else None

    def columns(self, event: Event) -> Sequence[ExtraColumn]:
        sessions = queries.sessions_to_sign_up(event)
        if not sessions:
            return ()
        names = {each.id: str(title_of(each, event.language)) for each in sessions}
        ids = {each.key: each.id for each in sessions}
        column = ExtraColumn(
            key="sessions",
            header=gettext("Sessions"),
            sensitive=False,
            values=lambda people: _listed(names, people),
            choices=tuple((key, names[session_id]) for key, session_id in ids.items()),
            matching=lambda key: queries.signed_up(ids[key]),
        )
        return (column,)

    def problems(self) -> Iterable[str]:
        return integrity.problems()

    def forget(self, session: Session, registration_ids: Sequence[int], *, wholly: bool) -> None:
        """Reasons may name people; which sessions somebody without a name took part in says nothing of anybody."""
        if wholly:
            moves = update(SignupMove).where(SignupMove.registration_id.in_(registration_ids))
            session.execute(moves.values(why=""))


def _listed(names: Mapping[int, str], registration_ids: Sequence[int]) -> Mapping[int, str]:
    """In the order of the agenda; what somebody waits for, or wishes, is said to be so."""
    found: defaultdict[int, dict[int, Standing]] = defaultdict(dict)
    for person, session_id, standing in queries.by_registration(list(names), registration_ids):
        found[person][session_id] = standing
    return {
        person: "; ".join(_one(name, theirs[each]) for each, name in names.items() if each in theirs)
        for person, theirs in found.items()
    }


def _one(name: str, standing: Standing) -> str:
    if standing is Standing.WAITING:
        return str(gettext("%(session)s (waits)", session=name))
    if standing is Standing.WISHED:
        return str(gettext("%(session)s (wishes)", session=name))
    return name
