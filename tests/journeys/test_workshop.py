"""From the text that an organiser has to a published event, in a real browser."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from playwright.sync_api import Page, expect

from eventsapp.agenda.queries import published_sessions
from eventsapp.events.queries import find_by_slug
from eventsapp.questions.queries import questions_of
from eventsapp.series.team import add_organiser
from eventsapp.web.access import Role
from tests.journeys.workshop import SLUG, TITLE, Walk, from_text_to_event

PASSWORD = "a long enough password"
MOST_CLICKS = 25


def test_an_event_is_published_from_pasted_text_in_few_clicks(visit: Callable[..., Page], app: Flask) -> None:
    add_organiser("five@example.org", Role.owner, slug=None, password=PASSWORD)
    walk = Walk(visit())
    from_text_to_event(walk, "five@example.org", PASSWORD)
    assert walk.clicks < MOST_CLICKS

    event = find_by_slug(SLUG)
    assert event is not None
    assert (event.status, event.capacity) == ("published", 80)
    assert len(published_sessions(event.id)) == 11
    assert {each.topic for each in questions_of(event.id)} == {"diet", "access", "interpretation"}
    reader = visit()
    reader.goto(f"/events/{SLUG}")
    expect(reader.get_by_role("heading", name=TITLE)).to_be_visible()
    expect(reader.get_by_text("Official closing ceremony")).to_be_visible()
    expect(reader.get_by_text("80 places left")).to_be_visible()
