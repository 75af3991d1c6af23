"""The units that are measured: what each does, how often in a round, and what it may cost."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from time import monotonic, sleep

from benchmarks.client import Client, spread
from benchmarks.filling import log_in, register
from benchmarks.house import DATABASE, House

MAIN, SMALL = "bench-day", "small-day"
LETTERS_SECONDS = 120.0
PAGE_SIZE = 50
_PGBENCH_CLIENTS = 2
_numbers = count(1)

# The smallest transaction that gives a place: lock, counter, who it is, and that it was told.
PGBENCH_TABLES = (
    "CREATE TABLE limit_event (id int PRIMARY KEY, confirmed int NOT NULL)",
    (
        "CREATE TABLE limit_registration (id bigserial PRIMARY KEY, event_id int NOT NULL REFERENCES limit_event, "
        "email text NOT NULL, UNIQUE (event_id, email))"
    ),
    "CREATE TABLE limit_letter (id bigserial PRIMARY KEY, recipient text NOT NULL, facts text NOT NULL)",
    "INSERT INTO limit_event VALUES (1, 0)",
)
_PGBENCH = """\\set n random(1, 2000000000)
BEGIN;
SELECT confirmed FROM limit_event WHERE id = 1 FOR NO KEY UPDATE;
UPDATE limit_event SET confirmed = confirmed + 1 WHERE id = 1;
INSERT INTO limit_registration (event_id, email) VALUES (1, 'p' || :n || '-' || :client_id) ON CONFLICT DO NOTHING;
INSERT INTO limit_letter (recipient, facts) VALUES ('p' || :n || '@example.org', '{"state": "confirmed"}');
COMMIT;
"""


@dataclass
class Unit:
    name: str
    number: int
    """How often in a round."""
    act: Callable[[House, int], int]
    """Does it so often; the bytes of one answer, 0 when there is none."""
    target: str = ""
    """As the report says it; empty: nothing is asked of it."""
    of_a: float = 0
    """The most that one may cost: so often the limit (a), and so often (b)."""
    of_b: float = 0
    limit: bool = False
    """One of the limits: other processes serve it."""


def limits() -> list[Unit]:
    return [
        Unit("(a) a Flask page that renders one small template", 1500, _limit_page, limit=True),
        Unit("(b) pgbench of the smallest registration", 2000, _pgbench),
    ]


def units() -> list[Unit]:
    """Of the event with 5,000 people. The letters follow the registrations: those have written them."""
    return [
        Unit("public event page, 11 sessions", 600, _page(f"/events/{MAIN}"), "≤ 3 a", 3),
        Unit("agenda feed, 200", 600, _page(f"/events/{MAIN}/agenda.ics"), "≤ 3 a", 3),
        Unit("agenda feed, 304", 800, _not_modified(f"/events/{MAIN}/agenda.ics"), "≤ 2 a", 2),
        Unit(
            "whole registration: form, sending, page after it, letter row",
            100,
            _registrations(MAIN),
            "≤ 5 (3 a + b)",
            15,
            5,
        ),
        Unit("letter with calendar entry, rendered and handed to SMTP", 100, _letters, "≤ 15 a", 15),
        Unit("attendee list, page 1 of 5,000", 80, _list(MAIN, 1), "≤ 15 a", 15),
        Unit("attendee list, page 100 of 5,000", 80, _list(MAIN, 100), "≤ 15 a", 15),
        Unit("attendees as CSV, 5,000", 4, _download(MAIN, "csv"), "≤ 300 a", 300),
        Unit("attendees as XLSX, 5,000", 2, _download(MAIN, "xlsx"), "≤ 1,000 a", 1000),
    ]


def growing() -> list[Unit]:
    """What must not cost more in a large database: of an event with 1,000 people."""
    return [
        Unit("public event page", 600, _page(f"/events/{SMALL}")),
        Unit("whole registration", 100, _registrations(SMALL)),
        Unit("attendee list, page 1", 80, _list(SMALL, 1)),
    ]


def _limit_page(house: House, number: int) -> int:
    return _get(house.limit_port, "/", number)


def _page(path: str) -> Callable[[House, int], int]:
    return lambda house, number: _get(house.port, path, number)


def _get(port: int, path: str, number: int) -> int:
    size = 0

    def act(client: Client, _number: int) -> None:
        nonlocal size
        answer = client.get(path)
        _expect(answer.status, 200, path)
        size = len(answer.body)

    spread(port, range(number), act)
    return size


def _not_modified(path: str) -> Callable[[House, int], int]:
    def act(house: House, number: int) -> int:
        known = Client(house.port).get(path).headers["etag"]
        spread(house.port, range(number), lambda client, _: _expect(_again(client, path, known), 304, path))
        return 0

    return act


def _again(client: Client, path: str, known: str) -> int:
    return client.get(path, if_none_match=known).status


def _registrations(slug: str) -> Callable[[House, int], int]:
    """Each by a browser of its own."""

    def act(house: House, number: int) -> int:
        size = 0

        def one(client: Client, who: int) -> None:
            nonlocal size
            client.cookies.clear()
            size = len(register(client, slug, f"Person {who}", f"unit{who}@example.org"))

        spread(house.port, [next(_numbers) for _ in range(number)], one)
        return size

    return act


def _letters(house: House, number: int) -> int:
    """All that the registrations before it have written."""
    before = len(house.mail.taken)
    _expect(int(str(house.sql("SELECT count(*) FROM letter WHERE state = 'queued'")[0][0])), number, "letters waiting")
    house.wake_worker()
    deadline = monotonic() + LETTERS_SECONDS
    while house.sql("SELECT 1 FROM letter WHERE state <> 'sent' LIMIT 1"):
        if monotonic() > deadline:
            raise RuntimeError("the letters do not go out")
        sleep(0.1)
    house.rest_worker()
    _expect(len(house.mail.taken), before + number, "letters")
    return len(house.mail.taken[-1].content)


def _list(slug: str, page: int) -> Callable[[House, int], int]:
    return lambda house, number: _as_organiser(house, f"/organise/events/{slug}/attendees?page={page}", number)


def _download(slug: str, ending: str) -> Callable[[House, int], int]:
    return lambda house, number: _as_organiser(house, f"/organise/events/{slug}/attendees.{ending}", number, hands=2)


_login: dict[int, dict[str, str]] = {}


def organiser(house: House) -> dict[str, str]:
    """The cookies of a login, one for the whole run."""
    if house.port not in _login:
        _login[house.port] = log_in(Client(house.port)).cookies
    return dict(_login[house.port])


def _as_organiser(house: House, path: str, number: int, hands: int = 4) -> int:
    size, cookies = 0, organiser(house)

    def act(client: Client, _number: int) -> None:
        nonlocal size
        client.cookies = dict(cookies)
        answer = client.get(path)
        _expect(answer.status, 200, path)
        size = len(answer.body)

    spread(house.port, range(number), act, hands=hands)
    return size


def _pgbench(house: House, number: int) -> int:
    script = house.folder / "registration.pgbench"
    if not script.exists():
        script.write_text(_PGBENCH, encoding="utf-8")
    each = number // _PGBENCH_CLIENTS
    command = [str(house.database.binaries / "pgbench"), "-n", "-f", str(script), "-t", str(each)]
    command += ["-c", str(_PGBENCH_CLIENTS), "-h", str(house.database.folder), "-U", "postgres", DATABASE]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"pgbench failed: {done.stderr}")
    return 0


def _expect(found: int, wanted: int, what: str) -> None:
    if found != wanted:
        raise RuntimeError(f"{what}: {found} instead of {wanted}")
