"""Every page in the states it can be in: where it is, who opens it, how it answers.

The map of all addresses gives one scene for each rule that answers GET, by `World.examples`; `_states` adds the other
states of a page. An address added later is covered by itself as long as its arguments have examples there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Flask
from werkzeug.routing import Rule

from eventsapp.registration.links import OWN, RECEIPT
from eventsapp.web.access import Role
from tests.journeys.faults import BROKEN, OFTEN
from tests.journeys.world import World, token

LEAD_ON = {"/login/code", "/organise/account/factor/codes", "/organise/account/factor/off"}
"""Pages of a second factor: without one they lead to where it is set up. tests/journeys/test_team.py sees them."""


@dataclass(frozen=True)
class Scene:
    name: str
    path: str
    who: Role | None = None
    """None: a stranger; else an account with this role in every series."""
    status: int = 200
    typed: str = ""
    """Typed into the first field of its form, which is then sent; the status is that of the answer."""


def scenes(app: Flask, world: World) -> Iterator[Scene]:
    """Every page once by the map of addresses, then its other states."""
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()):
            status = 303 if rule.rule in LEAD_ON else 200
            yield Scene(rule.rule, path_of(app, rule, world), _reader(rule.rule), status)
    yield from _states(world)


def fault_scenes() -> Iterator[Scene]:
    """The pages for faults of ours, on the site of tests/journeys/faults.py."""
    yield Scene("fault: ours", BROKEN, status=500)
    yield Scene("fault: no database", "/", status=503)
    yield Scene("fault: too often", OFTEN, status=429)


def path_of(app: Flask, rule: Rule, world: World) -> str:
    """An address that the rule matches. Raises LookupError when an argument has no example."""
    given: dict[str, str | int] = {}
    for prefix in sorted(world.examples, key=len):
        if rule.rule.startswith(prefix):
            given |= world.examples[prefix]
    missing = rule.arguments - given.keys()
    if missing:
        raise LookupError(f"{rule.rule}: no example for {sorted(missing)}; add one in tests/journeys/world.py")
    values = {name: given[name] for name in (*rule.arguments, *({"pick"} & given.keys()))}
    return app.url_map.bind("localhost").build(rule.endpoint, values, method="GET")


def _reader(rule: str) -> Role | None:
    return Role.owner if rule.startswith("/organise") else None


def _states(world: World) -> Iterator[Scene]:
    yield from _event_states()
    yield from _own_states(world)
    yield from _organiser_states(world)
    yield Scene("fault: no such page", "/nothing/here", status=404)
    yield Scene("fault: no such organiser page", "/organise/events/nothing", Role.owner, 404)
    yield Scene("fault: role too low", "/organise/events/access-open/edit", Role.viewer, 403)
    yield Scene("fault: not to be changed", "/organise/events/access-off/edit", Role.owner, 409)
    yield Scene("fault: link cut off", "/registrations/cut-off", status=404)
    yield Scene("fault: too much sent", "/events/access-open/register", status=413, typed="x" * 300_000)
    yield Scene("login link that was used", "/login/used-up", status=404)


def _event_states() -> Iterator[Scene]:
    statuses = {"full": 200, "closed": 409, "early": 403, "over": 410, "off": 410, "approval": 200, "quiet": 200}
    for name, status in {"open": 200, "long": 200, **statuses}.items():
        yield Scene(f"event {name}", f"/events/access-{name}")
        yield Scene(f"form {name}", f"/events/access-{name}/register", status=status)
    yield Scene("event neutral page", "/events/access-quiet/received")


def _own_states(world: World) -> Iterator[Scene]:
    for name, (slug, person) in world.people.items():
        yield Scene(f"own page {name}", f"/registrations/{token(person, OWN)}")
        yield Scene(f"receipt {name}", f"/events/{slug}/received/{token(person, RECEIPT)}")
    waiting = token(world.people["waiting"][1], OWN)
    yield Scene("nothing to accept", f"/registrations/{waiting}/accept")
    yield Scene("nothing to take", f"/registrations/{waiting}/take")
    yield Scene("give up waiting", f"/registrations/{waiting}/cancel")


def _organiser_states(world: World) -> Iterator[Scene]:
    for name in ("full", "over", "off", "offers", "draft", "quiet", "long"):
        yield Scene(f"organiser {name}", f"/organise/events/access-{name}", Role.owner)
        yield Scene(f"attendees {name}", f"/organise/events/access-{name}/attendees", Role.owner)
    for name in ("offers", "late"):
        yield Scene(f"queue {name}", f"/organise/events/access-{name}/queue", Role.owner)
    for name in ("waiting", "offered", "ready", "pending", "declined", "gone", "of_off"):
        slug, person = world.people[name]
        yield Scene(f"person {name}", f"/organise/events/{slug}/attendees/{person.id}", Role.owner)
    yield Scene("agenda long", "/organise/events/access-long/agenda", Role.owner)
    yield Scene("agenda none", "/organise/events/access-open/agenda", Role.owner)
    yield Scene("attendees searched", "/organise/events/access-full/attendees?status=waitlisted&q=nobody", Role.owner)
    chosen = "columns=registered,role,contact,note&sort=-name&organisation=&status=confirmed,waitlisted"
    yield Scene("attendees chosen", f"/organise/events/access-full/attendees?{chosen}", Role.owner)
    for act in ("confirm", "withdraw"):
        yield Scene(f"{act} several", f"/organise/events/access-full/attendees/{act}?pick=all", Role.owner)
    yield Scene("signatures long", "/organise/events/access-long/signatures?language=de", Role.desk)
    yield Scene("signatures online", "/organise/events/access-quiet/signatures", Role.desk)
    yield Scene("overview of a viewer", "/organise/", Role.viewer)
