"""Events with many people in them: the first is registered through the site, the others are copies of it by SQL."""

from __future__ import annotations

import re
from collections.abc import Mapping

from benchmarks.client import Client
from benchmarks.house import ROOT, House
from eventsapp import app as _models  # noqa: F401 -- makes all tables known
from eventsapp.database import Base

ORGANISER, PASSWORD = "bench@example.org", "a long password of the bench"
_DAY = ROOT / "eventsapp" / "demo" / "reflection-day.toml"
_AT_ONCE = 50_000
_NAME = (
    "(ARRAY['Ana','Émile','Jan','Zoë','Łukasz','Maria','Bram','Chiara'])[1 + i % 8] || ' ' || "
    "(ARRAY['Peeters','Martin','Müller','Novák','Silva','de Vries'])[1 + i % 6] || ' ' || i"
)
_DRAWN = ("event", "registration", "registration_move", "letter")
"""Tables that number their rows themselves."""


def make_event(house: House, slug: str, capacity: int) -> None:
    """The Reflection Day of the newsletter, with its eleven sessions, under a name of its own."""
    text = _DAY.read_text(encoding="utf-8").replace('slug = "reflection-day"', f'slug = "{slug}"', 1)
    path = house.folder / f"{slug}.toml"
    path.write_text(re.sub(r"(?m)^capacity = \d+", f"capacity = {capacity}", text, count=1), encoding="utf-8")
    house.flask("event", "import", str(path))


def add_organiser(house: House) -> None:
    house.flask("organiser", "add", ORGANISER, "--password-stdin", given=PASSWORD + "\n")


def log_in(client: Client) -> Client:
    """The client as the organiser."""
    sent = {**client.get("/login").hidden(), "email": ORGANISER, "password": PASSWORD}
    answer = client.post("/login", sent)
    if answer.status != 303:
        raise RuntimeError(f"the organiser was not let in: {answer.status}")
    return client


def register(client: Client, slug: str, name: str, address: str) -> bytes:
    """A whole registration: the form, what is sent, the page after it, which is returned."""
    path = f"/events/{slug}/register"
    sent = {**client.get(path).hidden(), "name": name, "email": address, "organisation": "City Police"}
    answer = client.post(path, sent)
    after = answer.headers.get("location", "")
    if answer.status != 303 or "/received/" not in after:
        raise RuntimeError(f"{address} was not registered: {answer.status} {answer.body[:500]!r}")
    page = client.get(after)
    if page.status != 200:
        raise RuntimeError(f"no page after the registration: {page.status}")
    return page.body


def add_people(house: House, slug: str, number: int) -> None:
    """So many people with a place, each with a line of history, a form that was sent, and a letter that went out."""
    register(Client(house.port), slug, "The First", f"first-{slug}@example.org")
    event_id, like = _first_of(house, slug)
    for start in range(1, number, _AT_ONCE):
        house.fill(_people(like, event_id, min(_AT_ONCE, number - start)))
    house.sql("ANALYZE")


def add_events(house: House, like: str, events: int, people: int) -> None:
    """Other events with other people in them: the database grows while an event does not."""
    event_id, first = _first_of(house, like)
    values = {"key": "gen_random_uuid()", "slug": f"'{like}-' || i", "visibility": "'unlisted'"}
    house.fill([_copies("event", values, f"generate_series(1, {events}) i", f"t.id = {event_id}")])
    ids = [int(str(row[0])) for row in house.sql("SELECT id FROM event WHERE slug LIKE %s", f"{like}-%")]
    for each in ids:
        house.fill(_people(first, each, people))
    house.sql("VACUUM ANALYZE")


def _first_of(house: House, slug: str) -> tuple[int, int]:
    """The event, and who came first."""
    statement = "SELECT e.id, min(r.id) FROM event e JOIN registration r ON r.event_id = e.id WHERE e.slug = %s"
    event_id, like = house.sql(f"{statement} GROUP BY e.id", slug)[0]
    return int(str(event_id)), int(str(like))


def _people(like: int, event_id: int, number: int) -> list[str]:
    """Copies of a person with all that goes with one, and the counters that say so."""
    address = f"'p' || (e.last_queue_no + i) || '-' || {event_id} || '@example.org'"
    person = {
        "key": "gen_random_uuid()",
        "event_id": "e.id",
        "email": address,
        "email_key": address,
        "mailbox_key": address,
        "name": _NAME,
        "organisation": "'Organisation ' || (i % 40)",
        "queue_no": "e.last_queue_no + i",
        "registered_at": "t.registered_at + i * interval '1 second'",
    }
    here = f"event e, generate_series(1, {number}) i"
    new = f"event e JOIN registration r ON r.event_id = e.id AND r.queue_no > e.last_queue_no AND e.id = {event_id}"
    letter = {
        "dedupe_key": "'bench-' || r.id",
        "message_id": "'<bench-' || r.id || '@example.org>'",
        "recipient": "r.email",
        "recipient_key": "r.email_key",
        "person": "'registration:' || r.id",
        "topic": f"'event:{event_id}'",
        "state": "'sent'",
        "owner": "NULL",
    }
    move = {"registration_id": "r.id", "event_id": "e.id"}
    submission = move | {"key": "'bench-' || r.id"}
    return [
        _copies("registration", person, here, f"t.id = {like} AND e.id = {event_id}"),
        _copies("registration_move", move, new, f"t.registration_id = {like}"),
        _copies("form_submission", submission, new, f"t.registration_id = {like}"),
        _copies("letter", letter, new, f"t.person = 'registration:{like}'"),
        (
            "UPDATE event SET version = version + 1, room_waiting = 0, "
            f"room_confirmed = (SELECT count(*) FROM registration WHERE event_id = {event_id}), "
            f"last_queue_no = last_queue_no + {number} WHERE id = {event_id}"
        ),
    ]


def _copies(table: str, values: Mapping[str, str], source: str, where: str) -> str:
    """INSERT of copies of a row `t`, all columns as they are but these."""
    columns = [each.name for each in Base.metadata.tables[table].columns if each.name != "id" or table not in _DRAWN]
    into = ", ".join(f'"{name}"' for name in columns)
    out = ", ".join(values.get(name, f't."{name}"') for name in columns)
    return f'INSERT INTO "{table}" ({into}) SELECT {out} FROM "{table}" t, {source} WHERE {where}'
