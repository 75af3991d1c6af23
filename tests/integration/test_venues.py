"""A venue kept once and used by many events: changed for all that are still to come, chosen instead of typed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine

from eventsapp.database import db
from eventsapp.events.queries import find_event
from eventsapp.events.venue_changes import Changed, change_venue, coming_by_venue, retire_venue
from eventsapp.mail.models import Letter
from eventsapp.venues.models import Venue
from eventsapp.venues.rules import VenueDetails
from eventsapp.web.access import Role
from tests.browser import Browser
from tests.builders import VENUE, make_event, make_series, make_user, register
from tests.organising import change, log_in

NOW = datetime(2027, 6, 1, 12, tzinfo=UTC)
RENAMED = VenueDetails(name="Manos Stéphanie", address="Chaussée de Charleroi 28, 1060 Brussels")
pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def clock_stands() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def place_of(event_id: int) -> str:
    db.session.rollback()
    event = find_event(event_id)
    assert event is not None
    assert event.venue is not None
    return event.venue.name


def the_venue() -> Venue:
    db.session.rollback()
    return db.session.query(Venue).filter_by(name=VENUE.name).one()


def test_a_new_name_moves_events_to_come_with_letters_and_leaves_the_others() -> None:
    coming = make_event("coming")
    over = make_event("over", starts_at=datetime(2027, 5, 3, 9), ends_at=datetime(2027, 5, 3, 17))
    register(coming)
    answer = change_venue(the_venue().id, RENAMED, "en", by=make_user(), tell=True)
    assert isinstance(answer, Changed)
    assert answer.events == 1
    assert (place_of(coming.id), place_of(over.id)) == ("Manos Stéphanie", "Manos Premier")
    assert [letter.kind for letter in db.session.query(Letter).order_by(Letter.id)] == ["place", "moved"]
    assert the_venue().retired_at is not None
    assert coming_by_venue(coming.series_id) == {answer.venue_id: 1}


def test_a_small_correction_tells_nobody() -> None:
    event = make_event("coming")
    register(event)
    change_venue(the_venue().id, RENAMED, "en", by=make_user(), tell=False)
    assert place_of(event.id) == "Manos Stéphanie"
    assert [letter.kind for letter in db.session.query(Letter)] == ["place"]


def test_notes_change_for_every_event_and_can_be_emptied() -> None:
    event = make_event("coming")
    for notes in ({"en": "Tram 92."}, {"en": ""}):
        details = VenueDetails(name=VENUE.name, address=VENUE.address, directions=notes)
        assert change_venue(the_venue().id, details, "en", by=make_user(), tell=True) == Changed(the_venue().id, 0)
        assert the_venue().directions == {code: text for code, text in notes.items() if text}
    assert find_event(event.id) is not None


def test_a_venue_that_is_retired_is_suggested_no_more_until_it_is_taken_back(client: Browser) -> None:
    make_event("coming")
    log_in(client, Role.editor, series="cop")
    by, number = make_user(), the_venue().id
    assert "Manos Premier, Chaussée" in client.get("/organise/events/new").text
    assert retire_venue(number, retired=True, by=by)
    assert not retire_venue(number, retired=True, by=by)
    assert "Manos Premier, Chaussée" not in client.get("/organise/events/new").text
    page = "/organise/series/cop/venues"
    answer = client.post(f"{page}/{number}/retire", data={"csrf_token": client.csrf_token(page), "retired": "no"})
    assert answer.status_code == 303
    assert the_venue().retired_at is None


def test_a_known_venue_is_chosen_instead_of_typed(client: Browser) -> None:
    make_event("coming")
    log_in(client, Role.editor, series="cop")
    new = {"title": "Second Day", "starts_at": "2027-11-18T09:00", "ends_at": "2027-11-18T17:00"}
    answer = change(client, "/organise/events/new", **new, known_venue=str(the_venue().id))
    assert answer.status_code == 303
    assert "Manos Premier" in client.get(answer.location).text
    assert db.session.query(Venue).count() == 1


def test_a_venue_of_another_series_is_not_offered_and_not_taken(client: Browser) -> None:
    make_event("elsewhere", series="other")
    make_series()
    log_in(client, Role.editor, series="cop")
    number = the_venue().id
    assert client.get(f"/organise/series/cop/venues/{number}").status_code == 404
    assert "Manos Premier" not in client.get("/organise/events/new").text


def test_an_organiser_edits_a_venue_by_a_form(client: Browser) -> None:
    event = make_event("coming")
    log_in(client, Role.editor, series="cop")
    path = f"/organise/series/cop/venues/{the_venue().id}"
    wrong = change(client, path, venue_name="", venue_address="Somewhere else")
    assert wrong.status_code == 422
    assert "Somewhere else" in wrong.text
    answer = change(client, path, venue_name="Manos Stéphanie", venue_directions="Tram 92.")
    assert answer.status_code == 303
    assert "1 event moved along" in client.get(answer.location).text
    assert place_of(event.id) == "Manos Stéphanie"
