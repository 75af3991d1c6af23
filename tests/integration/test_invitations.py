"""Events by invitation: the list of addresses and domains, the secret link, and what strangers are told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from eventsapp.audit.models import AuditEntry
from eventsapp.database import db
from eventsapp.events.models import Event
from eventsapp.registration import inviting, service
from eventsapp.registration.entering import Form
from eventsapp.registration.inviting import read_list
from eventsapp.registration.rules import Refusal, is_invited
from eventsapp.registration.service import Registered
from eventsapp.web import tokens
from eventsapp.web.access import Role
from tests.browser import Browser
from tests.builders import get_event, make_event, make_user
from tests.organising import log_in
from tests.pages import fill_in

NOW = datetime(2027, 6, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock_stands() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def invited(*entries: str, link: bool = False, **values: Any) -> Event:
    event = make_event("closed-day", visibility="closed", **values)
    by = make_user()
    inviting.set_invited(event.id, entries, by=by)
    if link:
        inviting.renew_link(event.id, by=by)
    return get_event(event.id)


def link_of(event: Event) -> str:
    token = inviting.link_token(get_event(event.id))
    assert token is not None
    return f"/events/{event.slug}/invited/{token}"


def send(client: Browser, path: str, email: str) -> Any:
    return fill_in(client, path, name="Ann Guest", email=email)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("ann@example.org", True),
        ("ANN@Example.org", True),
        ("bob@example.org", False),
        ("anybody@police.example", True),
        ("anybody@sub.police.example", False),
        ("anybody@notpolice.example", False),
        ("police.example@example.com", False),
    ],
)
def test_an_address_is_invited_by_itself_or_by_its_domain(address: str, expected: bool) -> None:
    assert is_invited(address, ["ann@example.org", "@police.example"]) is expected


def test_a_list_is_read_as_people_paste_it() -> None:
    found = read_list(
        "Ann@Example.org\nBob <bob@example.org>; @Police.example\n*@city.example, gov.example\n\nann@example.org"
    )
    assert found.entries == ("ann@example.org", "bob@example.org", "@police.example", "@city.example", "@gov.example")
    assert found.faults == ()


@pytest.mark.parametrize("text", ["ann@", "@", "two words", "ann@exa mple.org", "<>", "a@b@c.org", "*"])
def test_what_is_no_address_is_a_fault_with_its_line(text: str) -> None:
    assert read_list(f"fine@example.org\n{text}").faults == ((2, text),)


def test_a_closed_event_without_list_or_link_has_no_form(app: Any, client: Browser) -> None:
    make_event("closed-day", visibility="closed")
    assert client.get("/events/closed-day/register").status_code == 403
    answer = service.register("closed-day", Form(name="Ann", email="ann@example.org"), submission="s")
    assert answer is Refusal.BY_INVITATION


def test_who_is_on_the_list_registers_and_others_are_told_beside_the_field(client: Browser) -> None:
    event = invited("ann@example.org", "@police.example")
    refused = send(client, "/events/closed-day/register", "bob@example.org")
    assert refused.status_code == 422
    assert "not on the list of invited people" in refused.text
    assert "bob@example.org" in refused.text
    assert get_event(event.id).room_confirmed == 0
    for number, address in enumerate(("Ann@example.org", "carl@police.example"), 1):
        assert send(client, "/events/closed-day/register", address).status_code == 303
        assert get_event(event.id).room_confirmed == number


def test_of_a_confidential_event_no_page_tells_who_is_invited(client: Browser) -> None:
    invited("ann@example.org", confidential=True)
    pages = []
    for address in ("ann@example.org", "bob@example.org"):
        answer = send(client, "/events/closed-day/register", address)
        assert answer.status_code == 303
        pages.append(client.get(answer.location).text)
    assert pages[0] == pages[1]
    assert "If this address is invited, we have written to it" in pages[0]


def test_the_secret_link_opens_the_form_until_it_is_revoked(client: Browser) -> None:
    event = invited(link=True)
    first = link_of(event)
    assert client.get("/events/closed-day/register").status_code == 403
    assert send(client, first, "ann@example.org").status_code == 303
    inviting.renew_link(event.id, by=make_user())
    assert client.get(first).status_code == 404
    second = link_of(event)
    inviting.revoke_link(event.id, by=make_user())
    assert client.get(second).status_code == 404
    assert inviting.link_token(get_event(event.id)) is None
    inviting.renew_link(event.id, by=make_user())
    assert link_of(event) not in (first, second)
    assert get_event(event.id).room_confirmed == 1


def test_a_link_revoked_while_the_form_was_open_registers_nobody(app: Any) -> None:
    event = invited(link=True)
    claim = tokens.Claim(event.key, event.invitation_version)
    inviting.renew_link(event.id, by=make_user())
    form = Form(name="Ann", email="ann@example.org")
    answer = service.register(event.slug, form, submission="s", invitation=claim)
    assert answer is Refusal.BY_INVITATION


def test_a_link_of_another_event_opens_nothing(client: Browser) -> None:
    event = invited(link=True)
    other = make_event("other-day", visibility="closed")
    assert client.get(link_of(event).replace("closed-day", other.slug)).status_code == 404


def test_the_rules_of_the_form_hold_for_the_invited_too(client: Browser) -> None:
    event = invited(link=True, registration_closes_at=datetime(2027, 6, 1, 9))
    assert client.get(link_of(event)).status_code == 409


def test_another_person_comes_in_by_the_list_only(app: Any) -> None:
    event = invited("@police.example", link=True)
    claim = tokens.Claim(event.key, event.invitation_version)
    answers = []
    for number, address in enumerate(("ann@police.example", "bob@example.org")):
        form = Form(name="Guest", email=address)
        made = service.register(event.slug, form, submission=f"s{number}", invitation=claim)
        assert isinstance(made, Registered)
        another = Form(name="Colleague", email="")
        answers.append(service.register_another(made.registration_id, another, submission=f"a{number}"))
    assert isinstance(answers[0], Registered)
    assert answers[1] is Refusal.NOT_INVITED


def test_organisers_keep_the_list_and_the_link(client: Browser) -> None:
    event = make_event("closed-day", visibility="closed")
    log_in(client, Role.editor, series="cop")
    path = "/organise/events/closed-day/invitations"
    wrong = client.post(path, data={"csrf_token": client.csrf_token(path), "invited": "ann@example.org\nnonsense here"})
    assert wrong.status_code == 422
    assert "line 2: “nonsense here”" in wrong.text
    assert get_event(event.id).invited_count == 0
    sent = {"csrf_token": client.csrf_token(path), "invited": "ann@example.org, @police.example"}
    assert client.post(path, data=sent).status_code == 303
    assert get_event(event.id).invited == ["ann@example.org", "@police.example"]
    assert get_event(event.id).invited_count == 2
    assert client.post(f"{path}/link", data={"csrf_token": client.csrf_token(path), "make": "1"}).status_code == 303
    assert link_of(event) in client.get(path).text
    actions = [row.action for row in db.session.query(AuditEntry).filter_by(subject=f"event:{event.id}")]
    assert actions[-2:] == ["event.invited", "event.invitation_link_made"]
