"""Pages as people use them: their words, their forms with all hidden fields, the links of one person."""

from __future__ import annotations

from typing import Any

from bs4 import BeautifulSoup
from werkzeug.test import TestResponse

from eventsapp.registration.links import Links
from eventsapp.registration.models import Registration
from tests.browser import Browser
from tests.builders import reload


def words(response: TestResponse) -> str:
    """What the main part of a page says, blanks made one."""
    main = BeautifulSoup(response.text, "html.parser").main
    return " ".join(main.get_text(" ").split()) if main else ""


def heading(response: TestResponse) -> str:
    """The one h1."""
    (found,) = BeautifulSoup(response.text, "html.parser").select("h1")
    return " ".join(found.get_text(" ").split())


def blank_form(browser: Browser, path: str) -> dict[str, str]:
    """The hidden fields of the form on a page, as a browser would send them along."""
    page = BeautifulSoup(browser.get(path).text, "html.parser")
    fields = page.select("form[method=post] input[type=hidden]")
    return {str(field["name"]): str(field.get("value", "")) for field in fields}


def fill_in(browser: Browser, path: str, **answers: Any) -> TestResponse:
    """Open a page and send its form with these answers."""
    return browser.post(path, data={**blank_form(browser, path), **answers})


def links_of(registration: Registration) -> Links:
    """The links that open this person's pages now; those of earlier letters may be revoked."""
    row = reload(registration)
    return Links(row.event.slug, row.key, row.link_version, row.feed_version, row.new_email_version)


def path(url: str) -> str:
    """A link of a letter as the test's browser takes it."""
    return url.removeprefix("http://localhost")
