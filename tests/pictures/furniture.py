"""Events and people in every state that the pages have a picture of, beside those of the newsletter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from eventsapp import clock
from eventsapp.agenda import service as agenda
from eventsapp.agenda.rules import SessionDetails
from eventsapp.events.models import Event
from eventsapp.events.queries import find_by_slug
from eventsapp.events.service import call_off_event
from eventsapp.registration import addresses, service
from eventsapp.registration.models import Registration
from tests.builders import make_event, make_user, register
from tests.pictures.readme import GUESTS

_DAY = datetime(2027, 11, 18, 9)


def furnish() -> dict[str, Registration]:
    """Make them; gives the people by what they show."""
    people = dict(_people(_events()))
    off = find_by_slug("study-visit-antwerp")
    assert off is not None
    call_off_event(off.id, by=make_user("colleague@example.org"), message="The police school is closed that day.")
    return people


def _events() -> dict[str, Event]:
    yesterday = clock.now().replace(tzinfo=None, hour=9, minute=0, second=0, microsecond=0) - timedelta(days=1)
    later = datetime(2027, 9, 1, 9)
    workshop: dict[str, Any] = {"kind": "workshop", "starts_at": _DAY, "ends_at": _DAY.replace(hour=16)}
    visit = workshop | {"kind": "study visit"}
    return {
        "hybrid": _both_ways(),
        "full": make_event(
            "workshop-youth", title={"en": "Workshop: talking with young people"}, capacity=4, **workshop
        ),
        "no-waitlist": make_event(
            "visit-control-room", title={"en": "Study visit: the control room"}, capacity=1, waitlist=False, **visit
        ),
        "closed": make_event(
            "visit-academy", title={"en": "Study visit: the academy"}, registration_closes_at=yesterday, **visit
        ),
        "early": make_event(
            "workshop-dilemmas", title={"en": "Workshop: dilemmas"}, registration_opens_at=later, **workshop
        ),
        "off": make_event("study-visit-antwerp", title={"en": "Study visit: Antwerp"}, **visit),
        "approval": make_event(
            "workshop-trainers", title={"en": "Workshop for trainers"}, approval=True, capacity=12, **workshop
        ),
        "quiet": make_event(
            "round-table", title={"en": "Round table on complaints"}, confidential=True, capacity=20, **workshop
        ),
        "draft": make_event(
            "workshop-scenarios", title={"en": "Workshop: scenarios"}, capacity=24, publish=False, **workshop
        ),
        "reflection-day": _of_the_newsletter(),
    }


def _of_the_newsletter() -> Event:
    event = find_by_slug("reflection-day")
    assert event is not None
    return event


def _both_ways() -> Event:
    event = make_event(
        "closing-conference",
        title={"en": "Closing conference", "fr": "Conférence de clôture"},
        kind="conference",
        summary={
            "en": "What the partners learned, and what goes on after the project. In Brussels, and online.",
            "fr": "Ce que les partenaires ont appris et ce qui continue après le projet. À Bruxelles et en ligne.",
        },
        description={
            "en": "Interpretation between **English** and **French** all day.\n\n- Bring your badge.\n- Lunch is free.",
            "fr": "Interprétation entre l’**anglais** et le **français** toute la journée.\n\n- Prenez votre badge.",
        },
        starts_at=datetime(2028, 2, 17, 9, 30),
        ends_at=datetime(2028, 2, 17, 16),
        mode="hybrid",
        online_url="https://example.org/room",
        online_capacity=200,
        recorded=True,
    )
    agenda.set_agenda(event.id, list(_sessions()), by=None)
    return event


def _sessions() -> Iterator[SessionDetails]:
    lines = (
        (9, 30, 10, 0, "arrival", "Welcome coffee", "Café d’accueil", "Foyer"),
        (10, 0, 12, 0, "plenary", "Five years, five lessons", "Cinq ans, cinq leçons", "Salle Horta"),
        (12, 0, 13, 30, "break", "Lunch", "Déjeuner", "Foyer"),
        (13, 30, 15, 30, "working_group", "Trust", "La confiance", "Salle 1"),
        (13, 30, 15, 30, "working_group", "Complaints", "Les plaintes", "Salle 2"),
        (15, 30, 16, 0, "ceremony", "Closing words", "Mot de la fin", "Salle Horta"),
    )
    for start, minute, end, to, kind, english, french, room in lines:
        yield SessionDetails(
            starts_at=datetime(2028, 2, 17, start, minute),
            ends_at=datetime(2028, 2, 17, end, to),
            title={"en": english, "fr": french},
            kind=kind,
            room=room,
            capacity=20 if kind == "working_group" else None,
        )


def _people(events: dict[str, Event]) -> Iterator[tuple[str, Registration]]:
    enter = _enterer(events)
    places = [enter("full", number) for number in range(6)]
    yield "waiting", places[-1]
    yield "confirmed", enter("reflection-day", 2)
    yield "pending", enter("approval", 3)
    enter("no-waitlist", 1)
    enter("quiet", 4)
    for number, attends in enumerate(("room", "room", "online", "room", "online")):
        enter("hybrid", number, attends=attends)
    yield "of-off", enter("off", 0)
    gone = enter("hybrid", 5)
    service.give_up(gone.id)
    yield "gone", gone
    moving = enter("hybrid", 2)
    addresses.ask_new_address(moving.id, "chloe.lambert@example.org")
    yield "moving", moving


def _enterer(events: dict[str, Event]) -> Callable[..., Registration]:
    def enter(event: str, guest: int, **values: Any) -> Registration:
        name, organisation = GUESTS[guest]
        return register(events[event], name=name, organisation=organisation, **values)

    return enter
