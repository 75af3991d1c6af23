from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from flask import Flask, render_template_string, url_for
from flask_babel import Babel, get_locale
from jinja2 import ChoiceLoader, DictLoader

from eventsapp.mail.compose import letter_context, render_letter, unlinked
from eventsapp.mail.message import Rendered
from eventsapp.web.filters import register_filters
from tests.settings import config_for

ROOT = Path(__file__).resolve().parents[2]
LETTER = {
    "mail/sample/subject.txt": "You have a place:\n {{ unlinked(title) }}\n",
    "mail/sample/body.txt": """{% extends "mail/layout.txt" %}
{% from "mail/macros.txt" import button, facts %}
{% block headline %}You have a place{% endblock %}
{% block body %}
Dear {{ unlinked(name) }},


{{ facts([("When", "14 October 2027\\n09:00 to 17:00"), ("Room", ""), ("Where", ["Manos Premier", "Brussels"])]) }}
{% endblock %}
{% block action %}{{ button("https://example.org/own", "Give up my place") }}{% endblock %}
{% block why %}You registered.   {% endblock %}
""",
    "mail/sample/body.html": """{% extends "mail/layout.html" %}
{% from "mail/macros.html" import button, facts %}
{% block headline %}You have a place{% endblock %}
{% block body %}<p>Dear {{ unlinked(name) }}</p>{{ facts([("Where", ["Manos Premier", "Brussels"])]) }}{% endblock %}
{% block action %}{{ button("https://example.org/own?a=1&b=2", "Give up my place") }}{% endblock %}
""",
}


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    """The templates, their filters and Babel alone: composing needs no database."""
    app = Flask(__name__, template_folder=str(ROOT / "templates"))
    config = config_for("sqlite://", tmp_path)
    app.config["EVENTSAPP"] = dataclasses.replace(config, base_url="https://events.example.org/under")
    app.add_url_rule("/events/<slug>", "event", lambda slug: slug)
    assert app.jinja_loader is not None
    app.jinja_loader = ChoiceLoader([DictLoader(LETTER), app.jinja_loader])
    Babel(app)
    register_filters(app)
    return app


@pytest.fixture
def letter(app: Flask) -> Rendered:
    context = {"title": "Reflection\r\nDay", "name": "Ada http://evil.example <b>x</b>", "funder": "Funded by a fund"}
    with app.app_context(), letter_context("en"):
        return render_letter("sample", context, sender_name="Community Policing", reply_to="desk@example.org")


def test_subject_is_one_line(letter: Rendered) -> None:
    assert letter.subject == "You have a place: Reflection Day"


def test_text_has_no_runs_of_blank_lines(letter: Rendered) -> None:
    assert letter.text == (
        "You have a place\n\n"
        "Dear Ada http: //evil. example <b>x</b>,\n\n"
        "When: 14 October 2027\n    09:00 to 17:00\nWhere: Manos Premier\n    Brussels\n\n"
        "Give up my place:\nhttps://example.org/own\n\n"
        "-----\nYou registered.\n\nFunded by a fund\n"
    )


def test_html_escapes_what_was_typed(letter: Rendered) -> None:
    assert "<p>Dear Ada http: //evil. example &lt;b&gt;x&lt;/b&gt;</p>" in letter.html
    assert 'href="https://example.org/own?a=1&amp;b=2"' in letter.html


def test_envelope_values_are_handed_on(letter: Rendered) -> None:
    assert (letter.sender_name, letter.reply_to, letter.calendar) == ("Community Policing", "desk@example.org", None)


def test_html_fetches_nothing(letter: Rendered) -> None:
    assert "<img" not in letter.html
    assert "<link" not in letter.html
    assert "url(" not in letter.html
    assert "<script" not in letter.html


def test_letters_are_composed_in_their_language_under_the_base_url(app: Flask) -> None:
    with app.app_context(), letter_context("fr-BE"):
        assert str(get_locale()) == "fr"
        assert url_for("event", slug="a", _external=True) == "https://events.example.org/under/events/a"
        assert render_template_string("{{ name }}.html", name="<b>") == "&lt;b&gt;.html"


@pytest.mark.parametrize("language", ["", "xx", "it", "not a language", "../fr"])
def test_unknown_language_is_english(app: Flask, language: str) -> None:
    with app.app_context(), letter_context(language):
        assert str(get_locale()) == "en"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Ada Lovelace", "Ada Lovelace"),
        ("evil.example", "evil. example"),
        ("http://evil.example/a?b", "http: //evil. example/a?b"),
        ("www.evil.example", "www. evil. example"),
        ("ada@example.org", "ada@ example. org"),
        ("ada@[127.0.0.1]", "ada@ [127. 0. 0. 1]"),
        ("mailto:ada", "mailto: ada"),
        ("J.P. O'Neill-Ødegård", "J. P. O'Neill-Ødegård"),
        ("Dr. No", "Dr. No"),
        ("a\r\nb\u2028c\x00d", "a b c d"),
        ("πκ.gr", "πκ. gr"),
    ],
)
def test_unlinked(typed: str, shown: str) -> None:
    assert unlinked(typed) == shown
