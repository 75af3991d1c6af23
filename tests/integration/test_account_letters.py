"""Letters about accounts and teams, in every language: the same said in text and HTML, nothing left untranslated."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from eventsapp.database import transaction
from eventsapp.people import notifications, service
from eventsapp.people.models import User
from eventsapp.series import invitations
from eventsapp.translations import LANGUAGES
from eventsapp.web.access import Role
from tests.builders import make_series, make_user
from tests.letters import Read, letters

CHANGES = ("password", "factor_on", "factor_off", "factor_reset", "recovery_codes_made", "recovery_code_used")


def written(language: str) -> list[Read]:
    """One of each: an invitation per role, a reset, a letter per change."""
    by, series_id = make_user("olga@example.org"), make_series()
    for role in Role:
        invitations.invite(series_id, f"{role.name}@example.org", role, by=by, language=language)
    invitations.invite(None, "everywhere@example.org", Role.owner, by=by, language=language)
    service.ask_reset("olga@example.org", language)
    with transaction() as session:
        for what in CHANGES:
            notifications.tell_change(session.get_one(User, by), what, language)
    return letters()


@pytest.mark.parametrize("language", LANGUAGES)
def test_text_and_html_say_the_same(app: Flask, language: str) -> None:
    for letter in written(language):
        page = BeautifulSoup(letter.html, "html.parser")
        assert page.html is not None
        assert page.html["lang"] == language
        said = " ".join(page.body.get_text(" ").split()) if page.body else ""
        lines = [" ".join(line.split()) for line in letter.text.splitlines() if line.strip() and line != "-----"]
        told = [line.removesuffix(":") for line in lines if not line.startswith("http")]
        assert [line for line in told if line not in said] == []
        assert "%(" not in letter.text + letter.subject
        links = [line for line in lines if line.startswith("http")]
        assert [str(link["href"]) for link in page.select("a.button")] == links


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_each_language_has_words_of_its_own(app: Flask, language: str) -> None:
    known = {
        "You are invited",
        "Choose a new password",
        "Your password",
        "Your account",
        "A recovery code",
        "You have new",
    }
    subjects = [letter.subject for letter in written(language)]
    assert [subject for subject in subjects if subject.startswith(tuple(known))] == []
