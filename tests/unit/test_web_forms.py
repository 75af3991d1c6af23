"""The parts that forms are made of."""

from __future__ import annotations

import pytest
from flask import Flask
from flask_babel import Babel

from eventsapp.web.forms import BaseForm, CleanString, CleanText, EmailAddress, EmailString, MaxLength, Required


class Everything(BaseForm):
    name = CleanString("Name", [Required("Enter your name."), MaxLength(5)])
    email = EmailString("E-mail", [EmailAddress()])
    note = CleanText("Note", [MaxLength(1)])


@pytest.fixture
def app() -> Flask:
    app = Flask(__name__)
    app.config.update(SECRET_KEY="x" * 32, WTF_CSRF_ENABLED=False)
    Babel(app)
    return app


def sent(app: Flask, **data: str) -> Everything:
    with app.test_request_context("/", method="POST", data=data):
        form = Everything()
        form.validate_on_submit()
        return form


def test_answers_come_cleaned(app: Flask) -> None:
    form = sent(app, name="  Zoë\x00 ", email=" Anna@Example.ORG ", note="\u200b")
    assert form.errors == {}
    assert (form.name.data, form.email.data, form.note.data) == ("Zoë", "Anna@example.org", "")
    assert form.status == 200


def test_missing_answers_are_empty_never_none(app: Flask) -> None:
    form = sent(app)
    assert (form.name.data, form.email.data, form.note.data) == ("", "", "")
    assert form.errors == {"name": ["Enter your name."]}
    assert form.status == 422


@pytest.mark.parametrize("name", ["", " ", "\u200b", "\x00", "\u2028"])
def test_what_cannot_be_seen_is_no_answer(app: Flask, name: str) -> None:
    assert sent(app, name=name).errors == {"name": ["Enter your name."]}


def test_length_is_counted_after_cleaning_and_told(app: Flask) -> None:
    assert sent(app, name=" 👩🏽é  x ").errors == {}
    told = sent(app, name="six it is", note="ab").errors
    assert told == {
        "name": ["Please use at most 5 characters; these are 9."],
        "note": ["Please use at most 1 character; these are 2."],
    }


def test_a_wrong_address_stays_as_typed(app: Flask) -> None:
    form = sent(app, name="Zoë", email="anna at example.org")
    assert form.email.data == "anna at example.org"
    assert form.errors == {"email": ["Enter an e-mail address like name@example.org."]}


def test_an_old_form_keeps_its_answers_and_says_so(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    form = sent(app, name="Zoë", csrf_token="old")
    assert form.errors == {"csrf_token": ["This page was open for a long time. Please send it again."]}
    assert form.name.data == "Zoë"
    assert form.status == 400


def test_widgets_ask_for_the_right_keyboard(app: Flask) -> None:
    assert 'type="email"' in str(sent(app).email())
    assert "required" in str(sent(app).name())
