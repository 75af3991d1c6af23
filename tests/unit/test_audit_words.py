"""The audit log in words: none missing for what the code records, and what values look like."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from eventsapp.audit.words import ACTIONS, Value, action_words, values_of
from tests.audit_actions import Unreadable, actions, actions_in


def test_every_action_that_the_code_records_has_words() -> None:
    """One that is missing wants a line in ACTIONS of eventsapp/audit/words.py."""
    missing = {action: where for action, where in actions().items() if action not in ACTIONS}
    assert missing == {}


def test_no_words_are_left_of_actions_that_are_gone() -> None:
    assert set(ACTIONS) - set(actions()) == set()


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("def act():\n    record('a.done', 'x:1', by=1)", ["a.done"]),
        ("def act():\n    audit.record(action='a.done', subject='x:1')", ["a.done"]),
        ("def act():\n    done = 'a.on' if on else 'a.off'\n    record(done, 'x')", ["a.on", "a.off"]),
        ("def act():\n    done, at = 'a.done', 3\n    record(done, 'x')", ["a.done"]),
        ("def _note(x, done):\n    record(done, x)\ndef act():\n    _note(1, 'a.done')", ["a.done"]),
        ("def _b(act):\n    record(act)\ndef _a(it):\n    _b(it)\ndef act():\n    _a(it='a.done')", ["a.done"]),
        ("def act():\n    other.record('a.done')", []),
    ],
)
def test_actions_are_found(source: str, found: list[str]) -> None:
    assert [action for action, _ in actions_in(source)] == found


@pytest.mark.parametrize("source", ["def act():\n    record(NAMES[1], 'x')", "def act():\n    record(f'a.{b}', 'x')"])
def test_actions_that_cannot_be_read_are_named(source: str) -> None:
    with pytest.raises(Unreadable):
        list(actions_in(source))


VALUES: list[tuple[dict[str, Any], list[Value]]] = [
    ({}, []),
    ({"changes": {"capacity": [80, None]}}, [Value("Places in the room", "80", "–")]),
    ({"changes": {"title": [{"en": "A", "fr": "B"}, {"en": "A", "fr": "C"}]}}, [Value("Title (fr)", "B", "C")]),
    ({"changes": {"title": [{}, {"en": "A"}]}}, [Value("Title (en)", "–", "A")]),
    ({"changes": {"waitlist": [True, False]}}, [Value("Waitlist", "yes", "no")]),
    ({"changes": {"directions": {"en": "Left."}}}, [Value("Directions", None, "en: Left.")]),
    ({"changes": ["capacity", "strange_thing"]}, [Value("Changed", None, "Places in the room, strange thing")]),
    ({"before": "editor", "after": None}, [Value("", "editor", "–")]),
    ({"before": {"name": "A", "room": "1"}, "after": {"name": "B", "room": "1"}}, [Value("Name", "A", "B")]),
    ({"before": None, "after": {"name": "B"}}, [Value("Name", "–", "B")]),
    ({"why": "", "keys": ["a", "b"]}, [Value("Sessions", None, "a, b")]),
    ({"searched": False}, [Value("Searched", None, "no")]),
]


@pytest.mark.parametrize(("details", "values"), VALUES)
def test_values_are_shown_before_and_after(app: Flask, details: dict[str, Any], values: list[Value]) -> None:
    assert values_of(details) == values


def test_an_action_of_an_earlier_version_is_shown_as_it_is_called(app: Flask) -> None:
    assert action_words("strange.thing_done") == "strange thing done"
