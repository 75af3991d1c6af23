"""The public page to the team, before it is public."""

from __future__ import annotations

from bs4 import BeautifulSoup

from eventsapp.agenda import drafting
from eventsapp.agenda.rules import SessionDetails
from eventsapp.web.access import Role
from tests.browser import Browser
from tests.builders import END, START, make_event
from tests.organising import log_in


def _plan(event_id: int) -> None:
    session = SessionDetails(starts_at=START, ends_at=END, title={"en": "A plenary to come"}, key="plenary")
    drafting.replace_draft(event_id, [session], by=None)


def test_a_draft_is_shown_to_its_team_with_its_agenda(client: Browser) -> None:
    event = make_event("day", publish=False)
    _plan(event.id)
    log_in(client, Role.viewer, series="cop")
    page = client.get("/organise/events/day/preview")
    assert page.status_code == 200
    assert "A plenary to come" in page.text
    assert "Nobody else sees it" in page.text
    main = BeautifulSoup(page.text, "html.parser").select_one("main")
    assert main is not None
    assert {str(link["href"]) for link in main.select("a[href]")} == {
        "/organise/events/day",
        "https://www.openstreetmap.org/search?query=Chauss%C3%A9e+de+Charleroi+100%2C+1060+Brussels",
    }
    assert client.get("/events/day").status_code == 404


def test_unpublished_changes_of_the_agenda_are_in_the_preview_alone(client: Browser) -> None:
    event = make_event("day")
    _plan(event.id)
    assert "A plenary to come" not in client.get("/events/day").text
    log_in(client, Role.viewer, series="cop")
    assert "A plenary to come" not in client.get("/events/day").text
    assert "A plenary to come" in client.get("/organise/events/day/preview").text


def test_other_teams_see_nothing(client: Browser) -> None:
    make_event("day", publish=False)
    make_event("elsewhere", series="other")
    log_in(client, Role.owner, series="other")
    assert client.get("/organise/events/day/preview").status_code == 404
