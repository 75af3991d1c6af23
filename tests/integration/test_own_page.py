"""The own page and what its links can do: see, correct, move to another address, give up, "I did not register"."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from icalendar import Calendar
from sqlalchemy import update

from eventsapp.agenda import service as agenda
from eventsapp.agenda.rules import SessionDetails
from eventsapp.database import transaction
from eventsapp.events import service as events
from eventsapp.mail.models import Letter, LetterState
from eventsapp.registration import forgetting, handling, service
from eventsapp.registration.models import Registration
from tests.browser import Browser
from tests.builders import END, START, make_event, make_user, register, reload
from tests.letters import last_letter, letters
from tests.pages import fill_in, heading, links_of, path, words

NOW = datetime(2027, 7, 14, 12, tzinfo=UTC)
ACTS = ("", "/details", "/address", "/cancel", "/not-me", "/another", "/agenda.ics")

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def own(registration: Registration) -> str:
    return path(links_of(registration).own_page)


def test_the_own_page_says_where_one_stands(client: Browser) -> None:
    event = make_event("day", capacity=1)
    ann, bob, cy = (register(event, f"{name}@example.org", name=name) for name in ("ann", "bob", "cy"))
    assert heading(client.get(own(ann))) == "You have a place"
    assert heading(client.get(own(bob))) == "No place yet: number 1 in line"
    waits = client.get(own(cy))
    assert heading(waits) == "No place yet: number 2 in line"
    said = words(waits)
    assert "until Tuesday 12 October 2027, 09:00, Brussels time (UTC+2)" in said
    assert "Please do not book travel yet." in said
    assert "cy@example.org" in said
    assert "/feeds/" not in waits.text
    service.give_up(ann.id)
    assert heading(client.get(own(bob))) == "You have a place"
    assert heading(client.get(own(cy))) == "No place yet: number 1 in line"
    gone = client.get(own(ann))
    assert heading(gone) == "You are no longer registered"
    assert "/events/day/register" in gone.text
    assert "/cancel" not in gone.text


def test_pending_and_declined_people_are_told_so(client: Browser) -> None:
    event = make_event("day", approval=True)
    ann, bob = register(event), register(event)
    handling.decline(bob.id, by=make_user())
    assert heading(client.get(own(ann))) == "Awaiting approval"
    assert heading(client.get(own(reload(bob)))) == "Not accepted"


def test_an_event_called_off_says_so_first(client: Browser) -> None:
    ann = register(make_event("day"))
    events.call_off_event(ann.event_id, by=None)
    answer = client.get(own(ann))
    assert heading(answer) == "This event will not take place"
    assert "/cancel" not in answer.text
    assert client.get(own(ann) + "/cancel").location == own(ann)


def test_a_past_event_says_so(client: Browser, clock: time_machine.Traveller) -> None:
    ann = register(make_event("day"))
    clock.move_to(datetime(2027, 10, 15, 12, tzinfo=UTC))
    answer = client.get(own(ann))
    assert heading(answer) == "This event is over"
    assert "You have a place" in words(answer)
    assert client.get(own(ann) + "/cancel").location == own(ann)
    assert client.post(own(ann) + "/cancel").status_code == 303
    assert reload(ann).state == "confirmed"


@pytest.mark.parametrize("act", ACTS)
def test_wrong_foreign_and_revoked_links_open_nothing(client: Browser, act: str) -> None:
    event = make_event("day")
    ann = register(event, "ann@example.org")
    token = links_of(ann).own_token
    feed = links_of(ann).feed.rpartition("/")[2].removesuffix(".ics")
    for wrong in ("x", token[:-1], token + "A", token.replace(".1.", ".2."), feed, f"{ann.key}", "%00", "é"):
        assert client.get(f"/registrations/{wrong}{act}").status_code == 404
    assert client.get(f"/registrations/{token}{act}").status_code == 200
    service.give_up(ann.id)
    register(event, "ann@example.org")
    assert client.get(f"/registrations/{token}{act}").status_code == 404


def test_a_forgotten_person_s_links_open_nothing(client: Browser, clock: time_machine.Traveller) -> None:
    ann = register(make_event("day"))
    link = own(ann)
    clock.move_to(datetime(2028, 10, 1, tzinfo=UTC))
    assert client.get(link).status_code == 200
    _send_all()
    forgetting.forget_due()
    assert client.get(link).status_code == 404


def _send_all() -> None:
    """As if a worker had sent what is due: people with a letter under way are not forgotten."""
    with transaction() as session:
        session.execute(update(Letter).values(state=LetterState.SENT.value))


def test_personal_pages_are_kept_nowhere(client: Browser) -> None:
    answer = client.get(own(register(make_event("day"))))
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"


def test_looking_at_every_page_changes_nothing(client: Browser) -> None:
    ann = register(make_event("day"))
    before = (ann.state, ann.link_version, ann.name, len(letters()))
    for act in ACTS:
        client.get(own(ann) + act)
        client.head(own(ann) + act)
    after = reload(ann)
    assert (after.state, after.link_version, after.name, len(letters())) == before


def test_a_place_given_up_goes_to_the_next_and_both_are_told(client: Browser) -> None:
    event = make_event("day", capacity=1)
    ann, bob = register(event, "ann@example.org"), register(event, "bob@example.org")
    asked = client.get(own(ann) + "/cancel")
    assert heading(asked) == "Give up your place?"
    assert "Give up my place" in words(asked)
    done = fill_in(client, own(ann) + "/cancel")
    assert (done.status_code, done.location) == (303, own(ann))
    assert heading(client.get(own(ann))) == "You are no longer registered"
    assert heading(client.get(own(bob))) == "You have a place"
    assert last_letter("ann@example.org").subject.startswith("You gave up your place")
    assert last_letter("bob@example.org").subject.startswith("You now have a place")
    again = client.get(own(ann) + "/cancel")
    assert (again.status_code, again.location) == (303, own(ann))


def test_who_waits_leaves_the_queue(client: Browser) -> None:
    event = make_event("day", capacity=1)
    register(event)
    bob = register(event)
    assert heading(client.get(own(bob) + "/cancel")) == "Leave the queue?"
    fill_in(client, own(bob) + "/cancel")
    assert reload(bob).state == "cancelled"


def test_giving_up_needs_the_token_of_the_page(client: Browser) -> None:
    ann = register(make_event("day"))
    answer = client.post(own(ann) + "/cancel")
    assert answer.status_code == 400
    assert "Give up my place" in words(answer)
    assert reload(ann).state == "confirmed"


def test_name_and_organisation_are_corrected(client: Browser) -> None:
    ann = register(make_event("day"), name="Ana Lee")
    answer = fill_in(client, own(ann) + "/details", name="Ann Lee", organisation="Police Zone Antwerp")
    assert (answer.status_code, answer.location) == (303, own(ann))
    said = words(client.get(own(ann)))
    assert "Ann Lee" in said
    assert "Police Zone Antwerp" in said
    wrong = fill_in(client, own(ann) + "/details", name=" ", organisation="Kept")
    assert wrong.status_code == 422
    assert "Enter your full name." in words(wrong)
    assert "Kept" in wrong.text
    assert reload(ann).name == "Ann Lee"


def test_a_new_address_is_proved_by_a_letter_and_the_old_link_is_revoked(client: Browser) -> None:
    ann = register(make_event("day"), "old@example.org")
    old = own(ann)
    asked = fill_in(client, old + "/address", email="new@example.org")
    assert (asked.status_code, asked.location) == (303, old)
    page = words(client.get(old))
    assert "Your new address is not confirmed yet" in page
    assert "new@example.org" in page
    assert reload(ann).email == "old@example.org"
    letter = last_letter("new@example.org")
    proof = path(links_of(reload(ann)).prove_address)
    assert proof in letter.text
    assert client.get(proof).status_code == 200
    assert reload(ann).email == "old@example.org"
    done = fill_in(client, proof)
    moved = reload(ann)
    assert (done.status_code, done.location) == (303, own(moved))
    assert moved.email == "new@example.org"
    assert heading(client.get(own(moved))) == "You have a place"
    for dead in (old, proof):
        assert client.get(dead).status_code == 404
    told = {letter.recipient: letter.kind for letter in letters()}
    assert told == {"old@example.org": "address_changed", "new@example.org": "new_address"}


@pytest.mark.parametrize(
    ("email", "said"),
    [
        ("", "Enter your new e-mail address."),
        ("nonsense", "Enter an e-mail address like name@example.org."),
        ("old@example.org", "This is the address we have."),
    ],
)
def test_an_address_that_cannot_be_the_new_one_is_refused(client: Browser, email: str, said: str) -> None:
    ann = register(make_event("day"), "old@example.org")
    answer = fill_in(client, own(ann) + "/address", email=email)
    assert answer.status_code == 422
    assert said in words(answer)
    assert reload(ann).new_email is None


def test_i_did_not_register_ends_it(client: Browser) -> None:
    event = make_event("day", capacity=1)
    ann, bob = register(event), register(event)
    assert heading(client.get(own(ann) + "/not-me")) == "I did not register"
    done = fill_in(client, own(ann) + "/not-me")
    assert done.status_code == 200
    assert heading(done) == "The registration is removed"
    assert (reload(ann).state, reload(bob).state) == ("cancelled", "confirmed")
    assert reload(ann).contact_until <= NOW
    assert heading(client.get(own(ann) + "/not-me")) == "The registration is removed"


def test_another_person_is_registered_with_the_same_address(client: Browser) -> None:
    ann = register(make_event("day", capacity=1), "shared@example.org", name="Ann")
    page = client.get(own(ann) + "/another")
    assert "shared@example.org" in words(page)
    answer = fill_in(client, own(ann) + "/another", name="Bob", organisation="")
    assert answer.status_code == 303
    assert heading(client.get(answer.location)) == "No place yet: number 1 in line"
    assert [letter.kind for letter in letters("shared@example.org")] == ["place", "waiting"]
    assert fill_in(client, own(ann) + "/another", name="").status_code == 422


def test_another_person_needs_an_open_event(client: Browser) -> None:
    ann = register(make_event("day"))
    events.call_off_event(ann.event_id, by=None)
    assert client.get(own(ann) + "/another").status_code == 410


def test_the_online_room_is_told_to_whoever_has_a_place_in_it(client: Browser) -> None:
    values: dict[str, Any] = {
        "mode": "hybrid",
        "capacity": 1,
        "online_capacity": 1,
        "online_url": "https://meet.example.org/x",
    }
    event = make_event("day", **values)
    people = [register(event, attends=attends) for attends in ("online", "online", "room")]
    shown = ["https://meet.example.org/x" in client.get(own(person)).text for person in people]
    assert shown == [True, False, False]


def test_the_agenda_file_has_one_entry_a_session_and_names_nobody(client: Browser) -> None:
    event = make_event("day", publish=False)
    sessions = [
        SessionDetails(starts_at=START, ends_at=START + timedelta(hours=1), title={"en": "Welcome"}),
        SessionDetails(starts_at=END - timedelta(hours=1), ends_at=END, title={"en": "Closing"}),
    ]
    agenda.set_agenda(event.id, sessions, by=None)
    events.publish_event(event.id, by=None)
    ann = register(event, "ann@example.org", name="Ann Lee")
    answer = client.get(own(ann) + "/agenda.ics")
    assert answer.headers["Content-Disposition"] == "attachment; filename=day.ics"
    entries = Calendar.from_ical(answer.data).walk("VEVENT")
    assert [str(entry["summary"]) for entry in entries] == ["Welcome", "Closing"]
    for secret in ("ann", "ATTENDEE", "ORGANIZER", "METHOD", "/registrations/"):
        assert secret not in answer.text


@pytest.mark.parametrize("gave_up", [False, True])
def test_opening_i_did_not_register_changes_nothing(client: Browser, gave_up: bool) -> None:
    ann = register(make_event("day"))
    if gave_up:
        service.give_up(ann.id)
    before = (reload(ann).state, reload(ann).contact_until)
    assert client.get(own(ann) + "/not-me").status_code == 200
    assert client.post(own(ann) + "/not-me").status_code == 400
    assert (reload(ann).state, reload(ann).contact_until) == before
