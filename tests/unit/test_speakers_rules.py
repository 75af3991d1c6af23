"""Which names are one, what may be said of a speaker, whom agendas name."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventsapp.agenda.speakers_rules import (
    Mention,
    OnAgendas,
    SpeakerDetails,
    joined,
    names_on_agendas,
    problems,
    sessions_naming,
    speaker_key,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Ana Pereira", "ana  PEREIRA"), ("Chloé Lambert", "Chloe\u0301 Lambert"), ("Łukasz Groß", "Lukasz Gross")],
)
def test_names_are_one_whatever_capitals_accents_and_blanks(one: str, other: str) -> None:
    assert speaker_key(one) == speaker_key(other)


def test_names_are_two_when_a_letter_differs() -> None:
    assert speaker_key("Jan Peters") != speaker_key("Jan Peeters")


@given(st.text(max_size=200))
def test_a_key_fits_its_column(name: str) -> None:
    assert len(speaker_key(name)) <= 400


def test_a_key_fits_its_column_though_letters_grow() -> None:
    assert len(speaker_key("\ufdfa" * 200)) <= 400


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({}, []),
        ({"name": ""}, ["name"]),
        ({"name": "x" * 201}, ["name"]),
        ({"name": "\u0301"}, ["name"]),
        ({"affiliation": "x" * 201}, ["affiliation"]),
        ({"about": {"en": "x" * 1000, "fr": "x" * 1001}}, ["about"]),
        ({"about": {"English": "x"}}, ["about"]),
        ({"link": "https://example.org/people/ann?x=1#y"}, []),
        ({"link": "https://" + "x" * 1000}, ["link"]),
        ({"link": "http://example.org"}, ["link"]),
        ({"link": "javascript:alert(7)"}, ["link"]),
        ({"link": "https://"}, ["link"]),
        ({"link": "https://bank.example@evil.example/"}, ["link"]),
        ({"link": "https://[::1"}, ["link"]),
        ({"link": "https://example.org/a b"}, ["link"]),
        ({"link": "//example.org"}, ["link"]),
    ],
)
def test_what_may_be_said(values: dict[str, Any], fields: list[str]) -> None:
    assert [each.field for each in problems(SpeakerDetails(**{"name": "Ann", **values}))] == fields


def test_texts_are_cleaned() -> None:
    details = SpeakerDetails(name=" Ann\u202e  Peeters ", about={"en": "One.\r\n\r\n\r\n\r\nTwo. ", "fr": "  "})
    assert (details.name, details.about) == ("Ann Peeters", {"en": "One.\n\nTwo."})


def test_names_of_agendas_are_counted_by_session() -> None:
    mentions = [
        Mention(1, "opening", ["Ana Pereira", "ANA PEREIRA"]),
        Mention(1, "opening", ["Ana Pereira"]),
        Mention(2, "opening", ["Ana Pereira", "Bob"]),
        Mention(2, "closing", ["\u0301"]),
    ]
    assert names_on_agendas(mentions) == [OnAgendas("ana pereira", "Ana Pereira", 2), OnAgendas("bob", "Bob", 1)]
    assert sessions_naming("ana pereira", mentions) == {1: 1, 2: 1}


@pytest.mark.parametrize(
    ("typed", "ticked", "found"),
    [
        (["Bob", " "], ["Ann"], ("Bob", "Ann")),
        (["ann"], ["Ann", "Cy"], ("ann", "Cy")),
        ([], ["Ann", "ANN"], ("Ann",)),
        (["Ann", "Ann"], [], ("Ann", "Ann")),
    ],
)
def test_ticked_names_come_after_typed_ones_and_once(
    typed: list[str], ticked: list[str], found: tuple[str, ...]
) -> None:
    assert joined(typed, ticked) == found
