"""The registration form: who gets in, what the page after it says, and what it keeps to itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from sqlalchemy import select
from werkzeug.test import TestResponse

from eventsapp.database import db
from eventsapp.events import service as events
from eventsapp.registration import service
from eventsapp.registration.models import Registration
from eventsapp.web import tokens
from tests.browser import Browser
from tests.builders import make_event, register, reload
from tests.letters import last_letter, letters
from tests.pages import blank_form, fill_in, heading, links_of, path, words

NOW = datetime(2027, 7, 14, 12, tzinfo=UTC)
ANN = {"name": "Ann Lee", "email": "ann@example.org", "organisation": "Police Zone Antwerp"}


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


pytestmark = pytest.mark.usefixtures("app")


def people() -> list[Registration]:
    db.session.rollback()
    return list(db.session.scalars(select(Registration).order_by(Registration.id)))


def sent(client: Browser, slug: str = "day", **answers: Any) -> TestResponse:
    return fill_in(client, f"/events/{slug}/register", **(ANN | answers))


def test_the_form_asks_for_little_and_links_the_privacy_notice(client: Browser) -> None:
    make_event("day")
    answer = client.get("/events/day/register")
    assert answer.status_code == 200
    page = BeautifulSoup(answer.text, "html.parser")
    labels = {str(label["for"]): " ".join(label.get_text(" ").split()) for label in page.select("label")}
    assert labels == {"name": "Full name", "email": "E-mail address", "organisation": "Organisation (optional)"}
    assert [str(button.get_text()) for button in page.select("form button")] == ["Register"]
    assert page.select("input[type=checkbox]") == []
    form = page.select_one("form")
    assert form is not None
    assert str(form).index("/series/cop/privacy") < str(form).index("<button")
    assert {field["name"]: field.has_attr("required") for field in page.select("form .input")} == {
        "name": True,
        "email": True,
        "organisation": False,
    }


def test_whoever_registers_sees_at_once_where_they_stand(client: Browser) -> None:
    make_event("day", capacity=1)
    answer = sent(client)
    assert answer.status_code == 303
    page = client.get(answer.location)
    assert heading(page) == "You have a place"
    assert "on its way to ann@example.org" in words(page)
    second = client.get(sent(client, email="bob@example.org", name="Bob").location)
    assert heading(second) == "No place yet: number 1 in line"
    assert "You are next in line. Please do not book travel yet." in words(second)
    assert "until Tuesday 12 October 2027, 09:00, Brussels time (UTC+2)" in words(second)
    (ann, _) = people()
    assert (ann.name, ann.organisation, ann.email, ann.state, ann.source) == (
        "Ann Lee",
        "Police Zone Antwerp",
        "ann@example.org",
        "confirmed",
        "form",
    )
    assert ann.privacy_notice_id is not None


def test_the_page_after_the_form_holds_no_personal_link(client: Browser) -> None:
    make_event("day")
    page = client.get(sent(client).location)
    assert "/registrations/" not in page.text
    assert "/feeds/" not in page.text
    assert "noindex" in page.text


def test_the_same_form_sent_twice_gives_the_same_page_and_one_person(client: Browser) -> None:
    make_event("day", capacity=1)
    form = blank_form(client, "/events/day/register") | ANN
    first, second = (client.post("/events/day/register", data=form) for _ in range(2))
    assert first.location == second.location
    assert heading(client.get(second.location)) == "You have a place"
    assert len(people()) == 1
    assert [letter.kind for letter in letters()] == ["place"]


def test_the_same_form_for_the_last_place_sent_twice_is_not_told_that_it_is_full(client: Browser) -> None:
    make_event("day", capacity=1, waitlist=False)
    form = blank_form(client, "/events/day/register") | ANN
    first, second = (client.post("/events/day/register", data=form) for _ in range(2))
    assert first.status_code == second.status_code == 303
    assert first.location == second.location


def test_going_back_and_registering_a_colleague_with_the_same_form_registers_the_colleague(client: Browser) -> None:
    make_event("day")
    form = blank_form(client, "/events/day/register") | ANN
    client.post("/events/day/register", data=form)
    answer = client.post("/events/day/register", data=form | {"name": "Bob", "email": "bob@example.org"})
    assert "bob@example.org" in words(client.get(answer.location))
    assert [person.name for person in people()] == ["Ann Lee", "Bob"]


@pytest.mark.parametrize("key", ["", "nonsense", "AAAA.1.AAAA", "x" * 5000])
def test_a_form_without_a_key_of_ours_counts_as_a_fresh_one(client: Browser, key: str) -> None:
    make_event("day")
    assert sent(client, submission=key).status_code == 303
    assert len(people()) == 1


def test_a_known_address_is_written_to_and_nothing_else_is_told(client: Browser) -> None:
    event = make_event("day", capacity=1)
    register(event, "ann@example.org", name="The real Ann")
    answer = sent(client, name="Somebody else", email="ANN@example.org")
    assert (answer.status_code, answer.location) == (303, "/events/day/received")
    page = client.get(answer.location)
    assert heading(page) == "We have written to you"
    assert "Ann" not in page.text
    assert [person.name for person in people()] == ["The real Ann"]
    assert last_letter("ann@example.org").kind == "already_registered"


def test_a_receipt_is_of_one_event_and_one_registration(client: Browser) -> None:
    make_event("day")
    make_event("other")
    receipt = sent(client).location
    assert client.get(receipt).status_code == 200
    assert client.get(receipt.replace("/day/", "/other/")).status_code == 404
    assert client.get(receipt + "x").status_code == 404
    (ann,) = people()
    own = tokens.make("own-page", ann.key, ann.link_version)
    assert client.get(f"/events/day/received/{own}").status_code == 404
    token = receipt.rpartition("/")[2]
    for opened in (f"/registrations/{token}", f"/registrations/{token}/cancel", f"/feeds/{token}.ics"):
        assert client.get(opened).status_code == 404


def test_an_old_receipt_opens_nothing_after_a_return(client: Browser) -> None:
    make_event("day")
    receipt = sent(client).location
    service.give_up(people()[0].id)
    assert heading(client.get(receipt)) == "You are no longer registered"
    again = sent(client)
    assert client.get(receipt).status_code == 404
    assert heading(client.get(again.location)) == "You have a place"


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({"registration_opens_at": datetime(2027, 9, 1, 9)}, 403),
        ({"visibility": "closed"}, 403),
        ({"registration_closes_at": datetime(2027, 7, 1, 9)}, 409),
        ({"starts_at": datetime(2026, 7, 1, 9), "ends_at": datetime(2026, 7, 1, 17)}, 410),
    ],
)
def test_a_form_that_cannot_be_sent_any_more_is_refused_with_the_reason(
    client: Browser, values: dict[str, Any], status: int
) -> None:
    make_event("day", **values)
    make_event("open")
    form = blank_form(client, "/events/open/register")
    answer = client.post("/events/day/register", data=form | ANN)
    assert answer.status_code == status
    assert people() == []


def test_an_event_called_off_while_the_form_was_open_takes_nobody(client: Browser) -> None:
    event = make_event("day")
    form = blank_form(client, "/events/day/register") | ANN
    events.call_off_event(event.id, by=None)
    answer = client.post("/events/day/register", data=form)
    assert answer.status_code == 410
    assert heading(answer) == "This event will not take place"


def test_the_form_opens_and_closes_on_the_minute(client: Browser, clock: time_machine.Traveller) -> None:
    opens, closes = datetime(2027, 9, 1, 9), datetime(2027, 9, 30, 18)
    make_event("day", registration_opens_at=opens, registration_closes_at=closes)
    statuses = {}
    for moment in ((9, 1, 6, 59), (9, 1, 7, 0), (9, 30, 15, 59), (9, 30, 16, 0)):
        clock.move_to(datetime(2027, *moment, tzinfo=UTC))
        statuses[moment] = client.get("/events/day/register").status_code
    assert list(statuses.values()) == [403, 200, 200, 409]


def test_approval_is_awaited(client: Browser) -> None:
    make_event("day", approval=True)
    assert "The organisers decide on each request" in words(client.get("/events/day/register"))
    page = client.get(sent(client).location)
    assert heading(page) == "Awaiting approval"
    assert "You do not have a place yet" in words(page)


def test_a_hybrid_event_asks_how_one_takes_part(client: Browser) -> None:
    make_event("day", mode="hybrid", capacity=1, online_capacity=5)
    missing = sent(client)
    assert missing.status_code == 422
    assert "Choose how you will take part." in words(missing)
    assert "Ann Lee" in missing.text
    wrong = sent(client, attends="balcony")
    assert wrong.status_code == 422
    assert sent(client, attends="online").status_code == 303
    assert [person.attends for person in people()] == ["online"]


def test_an_online_event_gives_places_online(client: Browser) -> None:
    make_event("day", mode="online", online_capacity=1)
    page = client.get(sent(client).location)
    assert heading(page) == "You have a place"
    assert [person.attends for person in people()] == ["online"]
    waits = client.get(sent(client, email="bob@example.org").location)
    assert "travel" not in words(waits)


def confidential_answers(client: Browser) -> list[TestResponse]:
    """For an address that is known, and for one that is not."""
    return [sent(client, email=address) for address in ("known@example.org", "new@example.org")]


def test_a_confidential_event_shows_everyone_the_same_page(client: Browser) -> None:
    register(make_event("day", confidential=True, capacity=3), "known@example.org")
    known, new = confidential_answers(client)
    assert (known.status_code, known.location) == (new.status_code, new.location) == (303, "/events/day/received")
    assert client.get(known.location).data == client.get(new.location).data
    assert len(people()) == 2


def test_a_full_confidential_event_refuses_known_and_unknown_alike(client: Browser) -> None:
    event = make_event("day", confidential=True, capacity=2, waitlist=False)
    register(event, "known@example.org")
    forms = [blank_form(client, "/events/day/register") for _ in range(2)]
    register(event)
    known, new = (
        client.post("/events/day/register", data=form | ANN | {"email": address})
        for form, address in zip(forms, ("known@example.org", "new@example.org"), strict=True)
    )
    assert known.status_code == new.status_code == 409
    assert words(known) == words(new)


def test_an_eleventh_registration_of_a_day_is_refused(client: Browser) -> None:
    for number in range(10):
        register(make_event(f"event-no-{number}"), "ann@example.org")
    make_event("day")
    answer = sent(client)
    assert answer.status_code == 429
    assert "try again tomorrow" in words(answer)
    assert "A little slower" not in answer.text


def test_an_expired_form_comes_back_with_what_was_typed(client: Browser) -> None:
    make_event("day")
    answer = client.post("/events/day/register", data=ANN | {"csrf_token": "expired"})
    assert answer.status_code == 400
    page = BeautifulSoup(answer.text, "html.parser")
    assert "Please send it again." in words(answer)
    values = {str(field["name"]): str(field["value"]) for field in page.select("form .input")}
    assert values == ANN
    hidden = {str(field["name"]): str(field["value"]) for field in page.select("form input[type=hidden]")}
    assert client.post("/events/day/register", data=hidden | values).status_code == 303
    assert len(people()) == 1


def test_somebody_who_gave_up_can_come_back(client: Browser) -> None:
    event = make_event("day", capacity=1)
    ann = register(event, "ann@example.org")
    old = path(links_of(ann).own_page)
    service.give_up(ann.id)
    register(event)
    page = client.get(sent(client).location)
    assert heading(page) == "No place yet: number 1 in line"
    assert client.get(old).status_code == 404
    assert heading(client.get(path(links_of(reload(ann)).own_page))) == "No place yet: number 1 in line"
