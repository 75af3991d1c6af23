"""Questions and consents in event files: in, out, in again, with answers staying where they are."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from eventsapp.database import db
from eventsapp.events.models import Event
from eventsapp.events.queries import find_by_slug
from eventsapp.exchange.queries import export
from eventsapp.questions import answering, queries
from eventsapp.questions.models import Question
from tests.asking import answers
from tests.builders import get_event, register

EVENT = """\
[event]
slug = "visit"
title = "Visit"
timezone = "Europe/Brussels"
starts_at = 2027-06-12T09:00:00
ends_at = 2027-06-12T12:00:00
status = "published"
"""
DRINK = """
[[question]]
key = "drink"
kind = "one_of"
label = {en = "Which drink?", fr = "Quelle boisson ?"}
purpose = "To brew enough."
options = ["Tea", {key = "coffee", label = {en = "Coffee", fr = "Café"}}]
required = true
"""
NIGHTS = """
[[question]]
kind = "number"
label = "How many nights?"
purpose = "To book rooms."
minimum = 0
maximum = 3
keep_days = 0
"""
PHOTOS = """
[[consent]]
purpose = "photos"
text = "Photos of me may be shown."
"""


def import_text(app: Flask, tmp_path: Path, text: str) -> Result:
    file = tmp_path / "event.toml"
    file.write_text(text, encoding="utf-8")
    return app.test_cli_runner().invoke(args=["event", "import", str(file)])


def visit() -> Event:
    event = find_by_slug("visit")
    assert event is not None
    return get_event(event.id)


def asked() -> list[Question]:
    return list(queries.questions_of(visit().id))


def test_questions_are_asked_as_the_file_says(app: Flask, tmp_path: Path) -> None:
    assert import_text(app, tmp_path, EVENT + DRINK + NIGHTS + PHOTOS).exit_code == 0
    drink, nights = asked()
    assert (drink.kind, drink.required, drink.label["fr"]) == ("one_of", True, "Quelle boisson ?")
    assert [(each["key"], each["label"]["en"]) for each in drink.options] == [("tea", "Tea"), ("coffee", "Coffee")]
    assert (nights.minimum, nights.maximum, nights.keep_days) == (0, 3, 0)
    assert [each.text for each in queries.texts_of(visit().id)] == [{"en": "Photos of me may be shown."}]


def test_the_same_file_again_changes_nothing(app: Flask, tmp_path: Path) -> None:
    text = EVENT + DRINK + NIGHTS + PHOTOS
    import_text(app, tmp_path, text)
    before = [each.key for each in asked()]
    again = import_text(app, tmp_path, text)
    assert "unchanged" in again.output
    assert [each.key for each in asked()] == before


def test_what_is_exported_imports_to_the_same(app: Flask, tmp_path: Path) -> None:
    import_text(app, tmp_path, EVENT + DRINK + NIGHTS + PHOTOS)
    exported = export("visit")
    assert exported is not None
    assert "unchanged" in import_text(app, tmp_path, exported).output
    assert export("visit") == exported
    copied = exported.replace('slug = "visit"', 'slug = "visit-two"')
    assert import_text(app, tmp_path, copied).exit_code == 0
    assert "unchanged" in import_text(app, tmp_path, copied).output
    assert len(asked()) == 2
    assert db.session.query(Question).count() == 4


def test_a_file_without_questions_leaves_them(app: Flask, tmp_path: Path) -> None:
    import_text(app, tmp_path, EVENT + DRINK + PHOTOS)
    assert "unchanged" in import_text(app, tmp_path, EVENT).output
    assert len(asked()) == 1
    assert len(queries.texts_of(visit().id)) == 1


def test_answers_stay_whatever_a_file_takes_away(app: Flask, tmp_path: Path) -> None:
    import_text(app, tmp_path, EVENT + DRINK + NIGHTS)
    drink, nights = asked()
    ann = register(visit())
    answering.change_answers(ann.id, {"answers": {drink.key.hex: "tea", nights.key.hex: 2}, "agreed": {}})
    milk = DRINK.replace('"Tea", ', '"Milk", ')
    assert "changed" in import_text(app, tmp_path, EVENT + milk).output
    (drink,) = asked()
    assert [(each["key"], each["retired"]) for each in drink.options] == [
        ("milk", False),
        ("coffee", False),
        ("tea", True),
    ]
    assert answers(ann) == {"Which drink?": "tea", "How many nights?": 2}
    assert "unchanged" in import_text(app, tmp_path, EVENT + milk).output
    import_text(app, tmp_path, EVENT + NIGHTS + DRINK)
    assert [each.label["en"] for each in asked()] == ["How many nights?", "Which drink?"]
    assert [each.id for each in asked()] == [nights.id, drink.id]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (DRINK.replace('kind = "one_of"', 'kind = "essay"'), "11: question.kind: must be one of"),
        (DRINK.replace('purpose = "To brew enough."\n', ""), "9: question.purpose: is missing"),
        (DRINK + 'colour = "red"\n', "16: question.colour: is not a key"),
        (DRINK.replace('["Tea", ', '[7, "Tea", '), "14: question.options: must be a list"),
        (DRINK.replace("required = true", "required = 1"), "15: question.required: must be true or false"),
        (NIGHTS.replace("minimum = 0", "minimum = 9"), "14: question.maximum: is below"),
        (PHOTOS.replace("photos", "shoes"), "10: consent.purpose: must be one of"),
        (PHOTOS + PHOTOS, "14: consent.purpose: stands there already"),
        (PHOTOS.replace("Photos of me may be shown.", ""), "11: consent.text: is missing"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(app: Flask, tmp_path: Path, text: str, fault: str) -> None:
    answer = import_text(app, tmp_path, EVENT + "\n" * 0 + text)
    assert answer.exit_code == 2
    assert fault in answer.output
    assert find_by_slug("visit") is None


def test_what_answers_forbid_is_refused_with_its_line(app: Flask, tmp_path: Path) -> None:
    import_text(app, tmp_path, EVENT + DRINK + NIGHTS)
    drink, _ = asked()
    answering.change_answers(register(visit()).id, {"answers": {drink.key.hex: "tea"}, "agreed": {}})
    text = NIGHTS + DRINK.replace('"one_of"', '"several_of"')
    answer = import_text(app, tmp_path, EVENT + text)
    assert answer.exit_code == 2
    assert "question.kind: cannot change any more: people have answered" in answer.output
    assert [each.label["en"] for each in asked()] == ["Which drink?", "How many nights?"]
