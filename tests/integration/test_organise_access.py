"""Who may open and do what of the organisers' pages: every address, every role, in the own series and in another."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask

from eventsapp.agenda import service as agenda
from eventsapp.agenda.rules import SessionDetails
from eventsapp.web.access import Role
from tests.asking import ask, rename
from tests.browser import Browser
from tests.builders import END, START, make_event, make_user, register
from tests.delegating import keep_delegation
from tests.grouping import two_groups
from tests.importing import make_import, make_organisation
from tests.lists import make_filter, make_partner_logo
from tests.organising import log_in
from tests.signups import sign_up
from tests.speakers import make_speaker
from tests.teams import make_colleague

VIEWER, DESK, EDITOR, OWNER = Role.viewer, Role.desk, Role.editor, Role.owner
LIST = UUID(int=7)
"""A list of people that was read."""
CHOICE = "20271014T0800Z"
"""Two working groups that start together."""

# Method, address, and the lowest role that may; {n} is a registration of the event, and the number of what else it has.
TABLE = [
    ("GET", "/organise/events/day", VIEWER),
    ("GET", "/organise/events/day/newsletter", VIEWER),
    ("GET", "/organise/events/day/newsletter/preview", VIEWER),
    ("GET", "/organise/events/day/preview", VIEWER),
    ("GET", "/organise/events/day/edit", EDITOR),
    ("POST", "/organise/events/day/edit", EDITOR),
    ("POST", "/organise/events/day/publish", EDITOR),
    ("GET", "/organise/events/day/call-off", EDITOR),
    ("POST", "/organise/events/day/call-off", EDITOR),
    ("GET", "/organise/events/day/agenda", VIEWER),
    ("POST", "/organise/events/day/agenda", EDITOR),
    ("GET", "/organise/events/day/agenda/paste", EDITOR),
    ("POST", "/organise/events/day/agenda/paste", EDITOR),
    ("GET", "/organise/events/day/agenda/grid", EDITOR),
    ("POST", "/organise/events/day/agenda/grid/opening/move", EDITOR),
    ("POST", "/organise/events/day/agenda/grid/opening/shift", EDITOR),
    ("POST", "/organise/events/day/agenda/grid/opening/duplicate", EDITOR),
    ("POST", "/organise/events/day/agenda/grid/opening-2/remove", EDITOR),
    ("GET", "/organise/events/day/agenda/publish", EDITOR),
    ("POST", "/organise/events/day/agenda/publish", EDITOR),
    ("GET", "/organise/events/day/agenda/discard", EDITOR),
    ("POST", "/organise/events/day/agenda/discard", EDITOR),
    ("GET", "/organise/events/day/agenda/editions", VIEWER),
    ("GET", "/organise/events/day/agenda/editions/1", VIEWER),
    ("POST", "/organise/events/day/agenda/opening/duplicate", EDITOR),
    ("GET", "/organise/events/day/agenda/opening/shift", EDITOR),
    ("POST", "/organise/events/day/agenda/opening/shift", EDITOR),
    ("GET", "/organise/events/day/agenda/opening", EDITOR),
    ("POST", "/organise/events/day/agenda/opening", EDITOR),
    ("GET", "/organise/events/day/agenda/opening/remove", EDITOR),
    ("POST", "/organise/events/day/agenda/opening/remove", EDITOR),
    ("GET", "/organise/events/day/texts", EDITOR),
    ("GET", "/organise/events/day/texts/fr", EDITOR),
    ("POST", "/organise/events/day/texts/fr", EDITOR),
    ("GET", "/organise/events/day/attendees", VIEWER),
    ("GET", "/organise/events/day/attendees.csv", VIEWER),
    ("GET", "/organise/events/day/attendees.xlsx", VIEWER),
    ("GET", "/organise/events/day/attendees/withdraw", EDITOR),
    ("POST", "/organise/events/day/attendees/withdraw", EDITOR),
    ("GET", "/organise/events/day/attendees/confirm", EDITOR),
    ("POST", "/organise/events/day/attendees/confirm", EDITOR),
    ("POST", "/organise/events/day/attendees/filters", EDITOR),
    ("GET", "/organise/events/day/attendees/filters/{n}", EDITOR),
    ("POST", "/organise/events/day/attendees/filters/{n}", EDITOR),
    ("POST", "/organise/events/day/attendees/filters/{n}/remove", EDITOR),
    ("GET", "/organise/events/day/signatures", DESK),
    ("GET", "/organise/events/day/signatures/logos/{n}.png", DESK),
    ("GET", "/organise/events/day/attendees/new", EDITOR),
    ("POST", "/organise/events/day/attendees/new", EDITOR),
    ("GET", "/organise/events/day/attendees/import", EDITOR),
    ("POST", "/organise/events/day/attendees/import", EDITOR),
    ("GET", f"/organise/events/day/attendees/import/{LIST}", EDITOR),
    ("POST", f"/organise/events/day/attendees/import/{LIST}", EDITOR),
    ("POST", f"/organise/events/day/attendees/import/{LIST}/give-up", EDITOR),
    ("GET", "/organise/events/day/attendees/{n}", VIEWER),
    ("GET", "/organise/events/day/attendees/{n}/edit", EDITOR),
    ("POST", "/organise/events/day/attendees/{n}/edit", EDITOR),
    ("GET", "/organise/events/day/attendees/{n}/note", EDITOR),
    ("POST", "/organise/events/day/attendees/{n}/note", EDITOR),
    ("POST", "/organise/events/day/attendees/{n}/resend", EDITOR),
    ("GET", "/organise/events/day/attendees/{n}/merge/{n}", EDITOR),
    ("POST", "/organise/events/day/attendees/{n}/merge/{n}", EDITOR),
    ("POST", "/organise/events/day/attendees/{n}/approve", EDITOR),
    ("POST", "/organise/events/day/attendees/{n}/decline", EDITOR),
    ("POST", "/organise/events/day/attendees/{n}/withdraw", EDITOR),
    ("POST", "/organise/events/day/attendees/{n}/move-up", EDITOR),
    ("POST", "/organise/events/day/attendees/{n}/put-back", EDITOR),
    ("POST", "/organise/events/day/attendees/{n}/confirm-offer", EDITOR),
    ("GET", "/organise/events/day/attendees/{n}/extend-offer", EDITOR),
    ("POST", "/organise/events/day/attendees/{n}/extend-offer", EDITOR),
    ("GET", "/organise/events/day/queue", VIEWER),
    ("POST", "/organise/events/day/attendees/{n}/switch/room", EDITOR),
    ("GET", "/organise/events/day/copy", EDITOR),
    ("POST", "/organise/events/day/copy", EDITOR),
    ("GET", "/organise/events/day/sessions", VIEWER),
    ("GET", "/organise/events/day/sessions/opening", VIEWER),
    ("GET", "/organise/events/day/sessions/opening.csv", VIEWER),
    ("GET", "/organise/events/day/sessions/opening.xlsx", VIEWER),
    ("POST", "/organise/events/day/sessions/opening/place", EDITOR),
    ("GET", "/organise/events/day/sessions/opening/{n}/move-up", EDITOR),
    ("POST", "/organise/events/day/sessions/opening/{n}/move-up", EDITOR),
    ("GET", "/organise/events/day/sessions/opening/{n}/remove", EDITOR),
    ("POST", "/organise/events/day/sessions/opening/{n}/remove", EDITOR),
    ("GET", "/organise/events/day/questions", VIEWER),
    ("GET", "/organise/events/day/questions/add", EDITOR),
    ("POST", "/organise/events/day/questions/add", EDITOR),
    ("POST", "/organise/events/day/questions/ready", EDITOR),
    ("GET", "/organise/events/day/questions/consents", EDITOR),
    ("POST", "/organise/events/day/questions/consents", EDITOR),
    ("GET", "/organise/events/day/questions/texts/fr", EDITOR),
    ("POST", "/organise/events/day/questions/texts/fr", EDITOR),
    ("GET", "/organise/events/day/questions/00000000000000000000000000000007", EDITOR),
    ("POST", "/organise/events/day/questions/00000000000000000000000000000007", EDITOR),
    ("POST", "/organise/events/day/questions/00000000000000000000000000000007/move", EDITOR),
    ("POST", "/organise/events/day/questions/00000000000000000000000000000007/ask-again", EDITOR),
    ("GET", "/organise/events/day/questions/00000000000000000000000000000007/remove", EDITOR),
    ("POST", "/organise/events/day/questions/00000000000000000000000000000007/remove", EDITOR),
    ("GET", "/organise/events/day/catering", EDITOR),
    ("GET", "/organise/events/day/groups", VIEWER),
    ("GET", "/organise/events/day/groups/crime.csv", VIEWER),
    ("GET", "/organise/events/day/groups/crime.xlsx", VIEWER),
    ("POST", f"/organise/events/day/groups/{CHOICE}/work-out", EDITOR),
    ("POST", f"/organise/events/day/groups/{CHOICE}/people", EDITOR),
    ("POST", f"/organise/events/day/groups/{CHOICE}/discard", EDITOR),
    ("GET", f"/organise/events/day/groups/{CHOICE}/publish", EDITOR),
    ("POST", f"/organise/events/day/groups/{CHOICE}/publish", EDITOR),
    ("GET", "/organise/events/day/invitations", EDITOR),
    ("POST", "/organise/events/day/invitations", EDITOR),
    ("POST", "/organise/events/day/invitations/link", EDITOR),
    ("GET", "/organise/events/day/delegations", EDITOR),
    ("GET", "/organise/events/day/delegations/new", EDITOR),
    ("POST", "/organise/events/day/delegations/new", EDITOR),
    ("GET", "/organise/events/day/delegations/{n}", EDITOR),
    ("POST", "/organise/events/day/delegations/{n}", EDITOR),
    ("GET", "/organise/events/day/delegations/{n}/withdraw", EDITOR),
    ("POST", "/organise/events/day/delegations/{n}/withdraw", EDITOR),
    ("POST", "/organise/events/day/delegations/{n}/link", EDITOR),
    ("GET", "/organise/series/cop/venues", EDITOR),
    ("GET", "/organise/series/cop/venues/1", EDITOR),
    ("POST", "/organise/series/cop/venues/1", EDITOR),
    ("POST", "/organise/series/cop/venues/1/retire", EDITOR),
    ("GET", "/organise/series/cop/speakers", EDITOR),
    ("GET", "/organise/series/cop/speakers/new", EDITOR),
    ("POST", "/organise/series/cop/speakers/new", EDITOR),
    ("GET", "/organise/series/cop/speakers/{n}", EDITOR),
    ("POST", "/organise/series/cop/speakers/{n}", EDITOR),
    ("GET", "/organise/series/cop/speakers/{n}/remove", EDITOR),
    ("POST", "/organise/series/cop/speakers/{n}/remove", EDITOR),
    ("GET", "/organise/series/cop/defaults", EDITOR),
    ("POST", "/organise/series/cop/defaults", EDITOR),
    ("GET", "/organise/series/cop/partners", OWNER),
    ("POST", "/organise/series/cop/partners", OWNER),
    ("GET", "/organise/series/cop/partners/{n}.png", OWNER),
    ("POST", "/organise/series/cop/partners/{n}/remove", OWNER),
    ("POST", "/organise/series/cop/archive", OWNER),
    ("GET", "/organise/series/cop/texts", OWNER),
    ("GET", "/organise/series/cop/texts/fr", OWNER),
    ("POST", "/organise/series/cop/texts/fr", OWNER),
    ("GET", "/organise/series/cop/organisations", EDITOR),
    ("POST", "/organise/series/cop/organisations", EDITOR),
    ("GET", "/organise/series/cop/organisations/new", EDITOR),
    ("POST", "/organise/series/cop/organisations/new", EDITOR),
    ("GET", "/organise/series/cop/organisations/7", EDITOR),
    ("POST", "/organise/series/cop/organisations/7", EDITOR),
    ("POST", "/organise/series/cop/organisations/7/merge", EDITOR),
    ("POST", "/organise/series/cop/organisations/7/unlink", EDITOR),
    ("GET", "/organise/series/cop", OWNER),
    ("POST", "/organise/series/cop", OWNER),
    ("POST", "/organise/series/cop/logo/remove", OWNER),
    ("GET", "/organise/series/cop/privacy-notice", OWNER),
    ("POST", "/organise/series/cop/privacy-notice", OWNER),
    ("GET", "/organise/series/cop/log", OWNER),
    ("GET", "/organise/series/cop/log.csv", OWNER),
    ("GET", "/organise/series/cop/team", OWNER),
    ("POST", "/organise/series/cop/team/invite", OWNER),
    ("POST", "/organise/series/cop/team/7007/role", OWNER),
    ("GET", "/organise/series/cop/team/7007/remove", OWNER),
    ("POST", "/organise/series/cop/team/7007/remove", OWNER),
    ("POST", "/organise/series/cop/team/invitations/7007/send-again", OWNER),
    ("POST", "/organise/series/cop/team/invitations/7007/withdraw", OWNER),
]
# Pages of no one series: they show or offer what the person may.
ONES_OWN = "/organise/account"
EVERYWHERE = ("/organise/team", "/organise/log")
"""For owners of every series; tests/integration/test_team.py is about them."""
FOR_ALL = {"/organise/", "/organise/password", "/organise/events/new", "/organise/series/new"}


@pytest.fixture
def number(app: Flask) -> int:
    """An event with one session and one registration, whose id this is; and an event in another series."""
    day = make_event("day", ranks_groups=True)
    opening = SessionDetails(starts_at=START, ends_at=END, title={"en": "Opening"}, key="opening", capacity=1)
    agenda.set_agenda(day.id, [opening, *two_groups()], by=None)
    rename(ask(day), 7)
    make_event("elsewhere", series="other")
    make_colleague(day.series_id, id=7007)
    sign_up(register(day), "opening")
    person = register(day)
    number = person.id
    sign_up(person, "opening")
    make_import(day.id, by=make_user(), key=LIST)
    make_organisation(day.series_id, id=7)
    make_filter(day.id, id=number)
    keep_delegation(day.id, id=number)
    make_partner_logo(day.series_id, id=number)
    make_speaker(day.series_id, id=number)
    return number


def _answers(client: Browser, number: int) -> dict[tuple[str, str], int]:
    """Status by method and address; forms are sent empty but for their token, so nothing is done but publishing."""
    token = client.csrf_token("/organise/")
    return {
        (method, path): client.open(
            path.format(n=number), method=method, data={"csrf_token": token} if method == "POST" else None
        ).status_code
        for method, path, _ in TABLE
        if not path.endswith("/call-off")
    }


@pytest.mark.parametrize("role", list(Role))
def test_the_own_series_opens_by_role(client: Browser, number: int, role: Role) -> None:
    log_in(client, role, series="cop")
    needed = {(method, path): lowest for method, path, lowest in TABLE}
    answers = _answers(client, number)
    assert {key for key, status in answers.items() if status == 403} == {key for key in answers if needed[key] > role}
    assert 404 not in {status for key, status in answers.items() if "agenda/opening" not in key[1]}


@pytest.mark.parametrize("role", list(Role))
def test_another_series_is_not_there(client: Browser, number: int, role: Role) -> None:
    log_in(client, role, series="other")
    seen = {key: status for key, status in _answers(client, number).items() if status not in (404, 403)}
    assert seen == {}
    mine = [path for method, path, lowest in TABLE if method == "GET" and lowest <= role]
    assert {client.get(path.format(n=number)).status_code for path in mine} == {404}


def test_a_registration_is_found_in_its_own_event_only(client: Browser, number: int) -> None:
    log_in(client)
    assert client.get(f"/organise/events/day/attendees/{number}").status_code == 200
    assert client.get(f"/organise/events/elsewhere/attendees/{number}").status_code == 404


def test_the_table_names_every_page(app: Flask) -> None:
    adapter = app.url_map.bind("localhost")
    table = {(method, adapter.match(path.format(n=1), method=method)[0]) for method, path, _ in TABLE}
    there = {
        (method, rule.endpoint)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"}
        if rule.rule.startswith("/organise")
        and rule.rule not in FOR_ALL
        and not rule.rule.startswith((ONES_OWN, *EVERYWHERE))
    }
    assert table == there


@pytest.mark.parametrize(
    "path",
    [
        "/organise/events/nothing",
        "/organise/events/%00",
        "/organise/events/UPPER/attendees",
        "/organise/events/day/agenda/nothing",
        "/organise/events/day/agenda/%00",
        "/organise/events/day/attendees/999999",
        "/organise/events/day/attendees/99999999999999999999",
        "/organise/series/nothing",
        "/organise/series/%00",
    ],
)
def test_what_is_not_there_is_404(client: Browser, number: int, path: str) -> None:
    log_in(client)
    assert client.get(path).status_code == 404


def test_only_an_owner_of_every_series_makes_a_new_one(client: Browser, number: int) -> None:
    log_in(client, Role.owner, series="cop")
    assert client.get("/organise/series/new").status_code == 403


def test_an_event_is_made_in_an_own_series_only(client: Browser, number: int) -> None:
    log_in(client, Role.editor, series="cop")
    token = client.csrf_token("/organise/events/new")
    form = {"csrf_token": token, "series": "other", "title": "Ours now", "slug": "ours-now"}
    form |= {"starts_at": "2027-10-14T09:00", "ends_at": "2027-10-14T17:00", "timezone": "UTC", "mode": "in_person"}
    answer = client.post("/organise/events/new", data=form | {"visibility": "public", "language": "en"})
    assert answer.status_code == 422
    assert client.get("/organise/events/ours-now").status_code == 404
