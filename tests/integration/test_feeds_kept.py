"""Calendars asked again: the same bytes from every process, a new ETag for what changed and for nothing else; and that
no calendar object says anything of other people."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, Self

import pytest
import time_machine
from flask import Flask

from config import Config
from eventsapp.agenda import draft_ends, drafting
from eventsapp.agenda import service as agenda
from eventsapp.agenda.queries import draft_view
from eventsapp.agenda.rules import SessionDetails
from eventsapp.events import service as events
from eventsapp.events.models import Event
from eventsapp.events.rules import Conflict, Invalid, Refusal
from eventsapp.registration import handling, service
from eventsapp.registration.models import Registration
from tests.agendas import sessions_of
from tests.browser import Browser
from tests.builders import END, START, VENUE, event_details, get_event, make_event, make_user, register, reload
from tests.letters import letters
from tests.pages import links_of, path
from tests.unit.calendar_readers import lines

NOW = datetime(2027, 7, 14, 12, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


PUBLIC = ("/events/day/event.ics", "/events/day/agenda.ics", "/series/cop/calendar.ics")


def item(title: str, starts: datetime, **values: Any) -> SessionDetails:
    return SessionDetails(starts_at=starts, ends_at=starts + timedelta(hours=1), title={"en": title}, **values)


def with_agenda(**values: Any) -> Event:
    event = make_event("day", publish=False, **values)
    sessions = [item("Welcome", event.starts_wall), item("Closing", event.starts_wall + timedelta(hours=6))]
    agenda.set_agenda(event.id, sessions, by=None)
    events.publish_event(event.id, by=None)
    return get_event(event.id)


def own(person: Registration) -> tuple[str, str]:
    """The feed of a person, and their file."""
    links = links_of(person)
    return path(links.feed), path(links.agenda_file)


def tags(client: Browser, addresses: Sequence[str]) -> dict[str, str]:
    return {address: client.get(address).headers["ETag"] for address in addresses}


class Process:
    """A web process beside this one, with hashes that are seeded another way."""

    def __init__(self, config: Config, *, seed: int) -> None:
        command = [sys.executable, "-m", "tests.asking_process", config.database_url, str(config.instance)]
        self._process = subprocess.Popen(
            [*command, NOW.isoformat()],
            cwd=ROOT,
            env=os.environ | {"PYTHONHASHSEED": str(seed)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def get(self, address: str, **headers: str) -> dict[str, Any]:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps({"path": address, "headers": headers}) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate(timeout=60)
        assert self._process.returncode == 0


def test_every_process_sends_the_same_bytes(config: Config, client: Browser) -> None:
    """Two beside each other and one started later: nobody fetches again what did not change, and each sees a change
    that another process made."""
    event = with_agenda()
    addresses = (*PUBLIC, *own(register(event, "ann@example.org")))
    first = tags(client, addresses)
    with Process(config, seed=1) as beside:
        for address in addresses:
            answer = beside.get(address)
            assert (answer["status"], answer["headers"]["ETag"]) == (200, first[address])
            assert answer["body"] == sha256(client.get(address).data).hexdigest()
            assert beside.get(address, **{"If-None-Match": first[address]})["status"] == 304
        events.edit_event(event.id, event_details(event, title={"en": "Moved"}, venue=None), by=None, tell=False)
        second = tags(client, addresses)
        for address in addresses:
            assert first[address] != second[address]
            answer = beside.get(address, **{"If-None-Match": first[address]})
            assert (answer["status"], answer["headers"]["ETag"]) == (200, second[address])
    with Process(config, seed=2) as later:
        for address in addresses:
            assert later.get(address, **{"If-None-Match": second[address]})["status"] == 304


def test_head_says_what_get_says(client: Browser) -> None:
    for address in (*PUBLIC, *own(register(with_agenda()))):
        got, asked = client.get(address), client.head(address)
        assert (asked.status_code, asked.data) == (200, b"")
        assert int(asked.headers["Content-Length"]) == len(got.data)
        for name in ("ETag", "Last-Modified", "Content-Type", "Cache-Control"):
            assert asked.headers[name] == got.headers[name]
        assert client.head(address, headers={"If-None-Match": got.headers["ETag"]}).status_code == 304


def edited(**changes: Any) -> Callable[[Event], object]:
    return lambda event: events.edit_event(event.id, event_details(event, **changes), by=None, tell=False)


def first_session(**changes: Any) -> Callable[[Event], object]:
    def act(event: Event) -> object:
        first, *others = sessions_of(event.id)
        return agenda.set_agenda(event.id, [replace(first, **changes), *others], by=None)

    return act


def without_the_last_session(event: Event) -> object:
    return agenda.set_agenda(event.id, sessions_of(event.id)[:-1], by=None)


def with_another_session(event: Event) -> object:
    return agenda.set_agenda(event.id, [*sessions_of(event.id), item("Lunch", event.starts_wall)], by=None)


def publish_the_draft(event: Event) -> object:
    drafting.add_to_draft(event.id, [item("Lunch", event.starts_wall)], by=None)
    return draft_ends.publish_draft(event.id, by=None, tell=False, expected_version=draft_view(event.id).version)


EVENT, AGENDA, SERIES = PUBLIC
EVERYWHERE, SESSIONS, ENTRY = {EVENT, AGENDA, SERIES}, {AGENDA}, {EVENT, SERIES}

PUBLISHED: dict[str, tuple[Callable[[Event], object], set[str]]] = {
    "title": (edited(title={"en": "Another title"}), EVERYWHERE),
    "summary": (edited(summary={"en": "What it is about"}), ENTRY),
    "kind": (edited(kind="workshop"), ENTRY),
    "starts later": (edited(starts_at=START + timedelta(minutes=5)), ENTRY),
    "another day": (edited(starts_at=START + timedelta(days=1), ends_at=END + timedelta(days=1)), EVERYWHERE),
    "ends later": (edited(ends_at=END + timedelta(minutes=5)), ENTRY),
    "another place": (edited(venue=replace(VENUE, name="Town hall")), EVERYWHERE),
    "online as well": (edited(mode="hybrid", online_capacity=5), ENTRY),
    "another zone": (edited(timezone="Europe/Lisbon"), EVERYWHERE),
    "called off": (lambda event: events.call_off_event(event.id, by=None), EVERYWHERE),
    "title of a session": (first_session(title={"en": "Opening"}), SESSIONS),
    "room of a session": (first_session(room="Room 1"), SESSIONS),
    "speakers of a session": (first_session(speakers=("Eve Speaker",)), SESSIONS),
    "time of a session": (first_session(starts_at=START + timedelta(minutes=10)), SESSIONS),
    "a session less": (without_the_last_session, SESSIONS),
    "a session more": (with_another_session, SESSIONS),
    "draft made public": (publish_the_draft, SESSIONS),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_what_is_published_changes_the_tag(name: str, client: Browser) -> None:
    """Within the very second: the bytes change, not just their date."""
    act, changes = PUBLISHED[name]
    event = with_agenda()
    feed, file = own(register(event))
    before = tags(client, (*PUBLIC, feed, file))
    assert not isinstance(answer := act(event), Refusal | Invalid | Conflict), answer
    after = tags(client, (*PUBLIC, feed, file))
    assert {address for address in PUBLIC if before[address] != after[address]} >= changes
    for address in (feed, file):
        assert (before[address] != after[address]) is (AGENDA in changes or before[AGENDA] != after[AGENDA])


def draft_a_session(event: Event) -> object:
    return drafting.add_to_draft(event.id, [item("Lunch", event.starts_wall)], by=None)


def draft_without_sessions(event: Event) -> object:
    return drafting.replace_draft(event.id, [], by=None)


def draft_a_time(event: Event) -> object:
    first, *_ = sessions_of(event.id)
    later = replace(first, starts_at=first.starts_at + timedelta(minutes=10), title={"en": "Secret"})
    return drafting.change_in_draft(event.id, first.key, later, by=None, expected_version=None)


def draft_another_event(event: Event) -> object:
    other = make_event("draft", publish=False)
    return events.edit_event(other.id, event_details(other, title={"en": "Secret"}), by=None, tell=False)


UNPUBLISHED: dict[str, Callable[[Event], object]] = {
    "draft of a session": draft_a_session,
    "draft of a time": draft_a_time,
    "draft of an empty agenda": draft_without_sessions,
    "draft of an event": draft_another_event,
    "more places": lambda event: events.change_capacity(event.id, capacity=200, online_capacity=None, by=None),
    "somebody registers": register,
    "somebody leaves": lambda event: service.give_up(register(event).id),
    "nothing": edited(),
}


@pytest.mark.parametrize("name", UNPUBLISHED)
def test_what_is_not_published_keeps_the_tag(name: str, client: Browser, clock: time_machine.Traveller) -> None:
    event = with_agenda()
    addresses = (*PUBLIC, *own(register(event)))
    before = {address: client.get(address) for address in addresses}
    clock.shift(timedelta(hours=1))
    assert not isinstance(answer := UNPUBLISHED[name](event), Refusal | Invalid | Conflict), answer
    for address in addresses:
        asked = client.get(address, headers={"If-None-Match": before[address].headers["ETag"]})
        assert asked.status_code == 304, address
        assert (
            asked.headers.get("Last-Modified", before[address].headers["Last-Modified"])
            == (before[address].headers["Last-Modified"])
        )


def test_a_revoked_feed_is_gone_for_readers_that_have_it(client: Browser) -> None:
    """404, not 304, whatever the reader brings along. Forgetting is in test_forgetting.py."""
    event = with_agenda()
    ann = register(event, "ann@example.org")
    feed, _ = own(ann)
    seen = client.get(feed)
    kept = {"If-None-Match": seen.headers["ETag"], "If-Modified-Since": seen.headers["Last-Modified"]}
    service.give_up(ann.id)
    register(event, "ann@example.org")
    again, _ = own(ann)
    assert again != feed
    for method in (client.get, client.head):
        assert method(feed, headers=kept).status_code == 404
        assert method(again).status_code == 200


PEOPLE = {
    "ann@people.example": {"name": "Ann Roomgoer", "organisation": "Alpha Police"},
    "bob@people.example": {"name": "Bob Onliner", "organisation": "Beta Police", "attends": "online"},
    "cyd@people.example": {"name": "Cyd Waiting", "organisation": "Gamma Police"},
    "dan@people.example": {"name": "Dan Leaver", "organisation": "Delta Police", "attends": "online"},
}
FEEDS: dict[str, Callable[[Registration], str]] = {
    "/events/<slug>/event.ics": lambda person: EVENT,
    "/events/<slug>/agenda.ics": lambda person: AGENDA,
    "/series/<slug>/calendar.ics": lambda person: SERIES,
    "/feeds/<token>.ics": lambda person: own(person)[0],
    "/registrations/<token>/agenda.ics": lambda person: own(person)[1],
}


def test_every_calendar_address_is_searched(app: Flask) -> None:
    """A new one gets a line in FEEDS, and is searched below for what it must not say."""
    assert {rule.rule for rule in app.url_map.iter_rules() if rule.rule.endswith(".ics")} == set(FEEDS)


def test_no_calendar_names_anybody_but_its_reader(client: Browser) -> None:
    """All feeds, files and letters of an event with a past, searched for all that is known of everybody else."""
    event = with_agenda(mode="hybrid", capacity=1, online_capacity=5, online_url="https://meet.example.org/secret")
    organiser = make_user("olga@organisers.example")
    people = {email: register(event, email, **values) for email, values in PEOPLE.items()}
    service.give_up(people["dan@people.example"].id)
    handling.move_up(people["cyd@people.example"].id, by=organiser, why="Cyd is a close friend")
    later = event_details(event, starts_at=START + timedelta(minutes=30))
    events.edit_event(event.id, later, by=organiser, tell=True)
    searched = 0
    for email, person in people.items():
        objects = [client.get(address(person)).data for address in FEEDS.values()]
        fetched = len(objects)
        objects += [letter.rendered.calendar.content for letter in letters(email) if letter.rendered.calendar]
        for number, body in enumerate(objects):
            text = "\n".join(lines(body)).casefold()
            secrets = {word for other in PEOPLE if other != email for word in known_of(people[other])}
            secrets |= {"olga", "organisers.example", "close friend", *own_secrets(person)}
            if number < fetched:
                secrets |= {*PEOPLE[email].values(), email, "meet.example.org"} - {"online"}
            found = {word for word in secrets if word.casefold() in text}
            assert not found, (email, number, found)
            searched += 1
    assert searched >= 4 * (len(FEEDS) + 2)


def known_of(person: Registration) -> set[str]:
    """What would tell of somebody: name, organisation, address, and whatever opens a page of theirs."""
    row, links = reload(person), links_of(person)
    return {row.name, row.organisation, str(row.email), str(row.key), links.own_token, path(links.feed)}


def own_secrets(person: Registration) -> set[str]:
    """What opens their own page stays out of their own calendars too: calendars get shared."""
    return {links_of(person).own_token, str(reload(person).key)}
