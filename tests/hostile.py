"""What an adversary types and sends, a site with every kind of page and form on it, and a walk over all of them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from urllib.parse import urljoin, urlsplit
from weakref import WeakKeyDictionary

from bs4 import BeautifulSoup, Tag
from flask import current_app
from sqlalchemy import select
from werkzeug.test import TestResponse

from eventsapp.agenda import service as agenda
from eventsapp.agenda.rules import SessionDetails
from eventsapp.database import db
from eventsapp.events.models import Event
from eventsapp.questions.rules import Kind
from eventsapp.registration import addresses, service
from tests.asking import ask_consents, ask_everything, rename
from tests.browser import Browser
from tests.builders import END, START, make_event, register
from tests.organising import answers_in
from tests.pages import links_of, path
from tests.speakers import make_speaker

MARKUP = "\"'></textarea></title><script>alert(7)</script><img src=x onerror=alert(7)>"
LINES = "[p](javascript:alert(7))\r\nBcc: x@evil.example\r\nATTENDEE:x {{7*191}}"
TEXTS = (MARKUP, LINES)
"""Short enough for every field that takes free text; each is looked for on every page, letter and file."""

STRINGS = {
    "code": "{{7*191}} {event.__init__.__globals__} %(password)s %s {0}\" onmouseover=alert(7) x='` style=x",
    "scheme": " javascript:alert(7)//https://",
    "formula": "=cmd|' /C calc'!A0",
    "controls": "a\x00b\x1b[31mc\u2028d\u2029e\x0bf\x85g\x7f\x08\u202egpj.exe\u202c \u2066x\u2069 \u200b\ufeff",
    "letters": "😀𝒜👩‍🚒\U000e0041\U0010fffd مريم الفاسي דנה לוי Z" + "\u0323" * 500,
    "long": "x" * 10_000,
    "digits": "١٢٣",
    "huge": "9" * 5000,
    "far": "0001-01-01T00:00",
    "last": "9999-12-31T23:59",
}
"""Further ones; these are only sent."""

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f\u2028\u2029\u200b\u202a-\u202e\u2066-\u2069\ufeff]")
_SCHEMES = {"", "http", "https", "mailto", "webcal"}
_WORDS = ("text", "email", "search", "url", "tel", "password", "date", "time", "datetime-local")


@dataclass(frozen=True)
class Sheet:
    """One form of a page: where it stands, where it goes, what a browser would send, and which fields are typed in."""

    page: str
    action: str
    method: str
    answers: dict[str, str]
    typed: tuple[str, ...]

    def filled(self, text: str) -> Sheet:
        """With the same text in all that is typed but the times and numbers that make the form valid."""
        return replace(self, answers=self.answers | dict.fromkeys(self.typed, text))

    @property
    def ends_something(self) -> bool:
        """Whether sending it takes other forms away."""
        ends = ("cancel", "not-me", "remove", "call-off", "decline", "withdraw", "logout", "password", "prove")
        return self.action.endswith(ends)


def site() -> list[str]:
    """Two series, an event of every status, people in every state; gives where a walk starts: the personal pages."""
    day = make_event("day", capacity=2, description={"en": "About **this**."})
    opening = SessionDetails(starts_at=START, ends_at=END, title={"en": "Opening"}, key="opening", speakers=("Ann",))
    agenda.set_agenda(day.id, [opening], by=None)
    _ask(day)
    make_speaker(day.series_id, "Ann", about={"en": "Listens."}, link="https://example.org/ann")
    ann, bob, _ = register(day, "ann@example.org"), register(day), register(day)
    service.give_up(register(day).id)
    addresses.ask_new_address(bob.id, "new@example.org")
    asked = make_event("asked", approval=True, mode="hybrid", online_capacity=5)
    register(asked, attends="online")
    make_event("secret", series="other", confidential=True)
    make_event("draft", publish=False)
    links = [each for person in (ann, bob) for each in vars_of_links(links_of(person))]
    return ["/", "/organise/", "/login", "/events/day/received", *links]


def _ask(event: Event) -> None:
    """A question of each kind; that for a number has the key 1, that for a date 2."""
    asked = ask_everything(event)
    rename(asked[Kind.NUMBER], 1)
    rename(asked[Kind.DATE], 2)
    ask_consents(event, photos="Photos of me may be shown.")


def vars_of_links(links: object) -> Iterator[str]:
    """Every address that somebody's letters carry."""
    for name in vars(type(links)):
        value = getattr(links, name)
        if isinstance(value, str) and value.startswith("http"):
            yield path(value)


def walk(browser: Browser, starts: Iterable[str]) -> dict[str, TestResponse]:
    """Every page and file that can be reached by links, by address."""
    found: dict[str, TestResponse] = {}
    left = list(starts)
    while left:
        address = left.pop()
        if address in found or address.startswith(("/static/", "/mailbox")):
            continue
        found[address] = answer = browser.get(address)
        if answer.location:
            left.append(path(answer.location))
        elif answer.mimetype == "text/html":
            left += _links(address, answer)
    return found


def sheets(pages: dict[str, TestResponse]) -> list[Sheet]:
    """Every form on these pages, once: those of the event "day" first, those that end something last."""
    found: dict[tuple[str, str, tuple[str, ...]], Sheet] = {}
    for address, answer in pages.items():
        for form in _soup(answer).select("form"):
            sheet = _sheet(address, answer, form)
            found.setdefault((sheet.method, sheet.action, tuple(sheet.answers)), sheet)
    return sorted(found.values(), key=lambda sheet: (sheet.ends_something, "/day" not in sheet.action, sheet.action))


def one_of_each(found: Iterable[Sheet]) -> list[Sheet]:
    """Forms that go to the same view with the same fields count as one."""
    adapter = current_app.url_map.bind("localhost")
    kinds: dict[tuple[object, ...], Sheet] = {}
    for sheet in found:
        endpoint, _ = adapter.match(sheet.action, method=sheet.method.upper())
        kinds.setdefault((endpoint, sheet.method, tuple(sheet.answers)), sheet)
    return list(kinds.values())


def send(browser: Browser, sheet: Sheet) -> TestResponse:
    if sheet.method == "get":
        return browser.get(sheet.action, query_string=sheet.answers)
    return browser.post(sheet.action, data=sheet.answers)


def harm(answer: TestResponse) -> list[str]:
    """What of an adversary's text works on a page: tags, attributes, addresses, templates, control characters."""
    if not str(answer.mimetype).startswith("text/"):
        return []
    found = [f"control character {each!r}" for each in set(_CONTROLS.findall(answer.text.removeprefix("\ufeff")))]
    if "1337" in answer.text:
        found.append("a template was run")
    if answer.mimetype == "text/html":
        found += [problem for tag in _soup(answer).find_all(_is_no_option) for problem in harm_of_tag(tag)]
    return found


def _is_no_option(tag: Tag) -> bool:
    """All but the hundreds of time zones, unless one has something that the others have not."""
    return tag.name != "option" or not set(tag.attrs) <= {"value", "selected"}


def harm_of_tag(tag: Tag) -> Iterator[str]:
    for name, value in tag.attrs.items():
        told = str(value)
        if name.startswith("on") or name == "srcdoc" or (name == "style" and "alert" in told):
            yield f"<{tag.name} {name}={told}>"
        if name in ("href", "action", "formaction") and urlsplit(told).scheme not in _SCHEMES:
            yield f"<{tag.name} {name}={told}>"
    if tag.name == "script" and tag.get("type") == "application/ld+json":
        json.loads(tag.get_text())
    elif tag.name == "script" and not str(tag.get("src", "")).startswith("/static/"):
        yield "a script of somebody else's"
    if tag.name in ("object", "embed", "base"):
        yield f"<{tag.name}>, which no page of ours has"
    if tag.name in ("img", "iframe") and not str(tag.get("src")).startswith(("/", "data:image/")):
        yield f"<{tag.name} src={tag.get('src')}>"


def dump() -> dict[str, list[str]]:
    """Every row of every table."""
    db.session.rollback()
    with db.engine.connect() as connection:
        return {
            table.name: sorted(str(tuple(row)) for row in connection.execute(select(table)))
            for table in db.metadata.sorted_tables
        }


def event_of(slug: str) -> Event:
    return db.session.scalars(select(Event).where(Event.slug == slug)).one()


def _sheet(address: str, answer: TestResponse, form: Tag) -> Sheet:
    action = urljoin(address, str(form.get("action") or address.partition("?")[0]))
    method = str(form.get("method", "get")).lower()
    fields = form.select("input[name], textarea[name], select[name]")
    typed = tuple(
        str(field["name"])
        for field in fields
        if field.name == "textarea"
        or (field.name == "input" and field.get("type", "text") in _WORDS and not field.has_attr("readonly"))
    )
    return Sheet(address, action, method, answers_in(form), typed)


def _links(address: str, answer: TestResponse) -> Iterator[str]:
    for tag in _soup(answer).select("a[href]:not([hreflang]), form[method=get][action]"):
        target = path(urljoin(address, str(tag.get("href") or tag.get("action")))).partition("#")[0]
        if target.startswith("/"):
            yield target


_read: WeakKeyDictionary[TestResponse, BeautifulSoup] = WeakKeyDictionary()


def _soup(answer: TestResponse) -> BeautifulSoup:
    """Read once, however often it is asked about: reading takes longer than making the page."""
    if answer not in _read:
        _read[answer] = BeautifulSoup(answer.text if answer.mimetype == "text/html" else "", "html.parser")
    return _read[answer]
