"""Nothing that people read is left untranslated. All pages are found by their links, so one added later is covered."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from babel import Locale
from flask import Flask
from sqlalchemy import update
from werkzeug.test import TestResponse

from eventsapp.database import transaction
from eventsapp.mail.models import Letter
from eventsapp.registration.notifications import KINDS
from eventsapp.translations import LANGUAGES
from tests import asking
from tests.browser import Browser
from tests.hostile import one_of_each, send, sheets, site, walk
from tests.letters import letters
from tests.organising import log_in
from tests.pseudo import LANGUAGE, pseudo, speak_pseudo, unmarked, visible

SUMMER = datetime(2027, 7, 14, 12, tzinfo=UTC)
DATA = (
    "Reflection Day", "Manos Premier", "Chaussée de Charleroi", "Brussels", "Community Policing without Borders",
    "About this", "About", "this", "Opening", "Ann", "Person", "Your consent", "The project team", "UTC",
    "Six months after the event", "day", "asked", "secret", "draft", "cop", "other", "owner", "Listens",
    *asking.KINDS.values(), "Tea", "Thé", "Coffee", "To plan", "Photos of me may be shown",
)  # fmt: skip
"""What the site of these tests is made of."""

_ADDRESS = re.compile(r"\S+@\S+|(?:https?|webcal)://\S+|www\.\S+")
_WORD = re.compile(r"[^\W\d_]{2,}")


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(SUMMER, tick=False) as traveller:
        yield traveller


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """Words are the same on both databases."""
    return sqlite_database_url


@pytest.fixture
def starts(app: Flask, client: Browser, tmp_path: Path) -> list[str]:
    found = site()
    log_in(client)
    speak_pseudo(app, tmp_path / "translations")
    client.set_cookie("lang", LANGUAGE)
    return found


def _known() -> set[str]:
    """Words that need no translation: data, and what Babel says of dates, places and languages."""
    dutch = Locale(LANGUAGE)
    names = [*dutch.days["format"]["wide"].values(), *dutch.days["format"]["abbreviated"].values()]
    names += [*dutch.months["format"]["wide"].values(), *dutch.months["format"]["abbreviated"].values(), "Brussel"]
    names += [dutch.languages[code].capitalize() for code in LANGUAGES]
    names += dutch.territories.values()
    return {word for name in (*names, *DATA) for word in _WORD.findall(name)}


KNOWN = _known()


def left(text: str) -> list[str]:
    """Words of a text that are neither translated nor data."""
    return [word for word in _WORD.findall(_ADDRESS.sub(" ", unmarked(text))) if word not in KNOWN]


def test_what_is_not_marked_is_found() -> None:
    assert pseudo("%(num)d places left") == "⟦%(num)d pļáçéš ļéft ~~~~~~~⟧"
    assert left(f"{pseudo('When')}: {pseudo(pseudo('on') + ' Monday')}") == []
    assert left("Register ⟦ñóẃ⟧ <b>") == ["Register"]
    page = '<p>One<!-- two --></p><img alt="three"><script>four</script><input type=submit value=five><code>six</code>'
    assert list(visible(page)) == ["One", "three", "five"]


def wrong_on(pages: Mapping[str, TestResponse]) -> list[str]:
    """What stands untranslated on pages that people see; nobody sees where a redirect comes from."""
    seen = {address: page for address, page in pages.items() if page.mimetype == "text/html" and not page.location}
    found = {(address, text.strip()) for address, page in seen.items() for text in visible(page.text) if left(text)}
    return sorted(f"{address}: {text}" for address, text in found)


def test_every_page_is_translated_as_a_whole(client: Browser, starts: list[str]) -> None:
    pages = walk(client, starts)
    assert len(pages) > 40
    pages |= {address: client.get(address) for address in ("/mailbox", "/nowhere", "/organise/events/none")}
    assert wrong_on(pages) == []


def test_every_form_comes_back_translated(client: Browser, starts: list[str]) -> None:
    forms = one_of_each(sheets(walk(client, starts)))
    assert len(forms) > 20
    for sheet in forms:
        if not sheet.ends_something:
            for text in ("", "?" * 3000):
                assert wrong_on({sheet.action: send(client, sheet.filled(text))}) == []


def test_every_letter_is_translated_as_a_whole(app: Flask, starts: list[str]) -> None:
    with transaction() as session:
        session.execute(update(Letter).values(language=LANGUAGE))
    found = letters()
    assert {letter.kind for letter in found} <= set(KINDS)
    assert len({letter.kind for letter in found}) >= 5
    wrong = set()
    for letter in found:
        texts = (letter.subject, *letter.text.splitlines(), *visible(letter.html))
        wrong |= {f"{letter.kind}: {text.strip()!r}" for text in texts if left(text)}
    assert not wrong, "\n".join(sorted(wrong))
