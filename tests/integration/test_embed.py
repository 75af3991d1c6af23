"""An agenda in a frame of another site: framed by whom the series names, without cookies, its links in new tabs."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from werkzeug.test import TestResponse

from eventsapp.agenda import service as agenda
from eventsapp.agenda.rules import SessionDetails
from eventsapp.events import service as events
from eventsapp.series.queries import find_series
from eventsapp.series.rules import hosts_of
from tests.browser import Browser
from tests.builders import END, START, make_event, make_series
from tests.organising import change, errors, log_in
from tests.pages import words

SERIES = "/organise/series/cop"

pytestmark = pytest.mark.usefixtures("app")


def policy(answer: TestResponse) -> dict[str, str]:
    parts = answer.headers["Content-Security-Policy"].split("; ")
    return dict(part.split(" ", 1) for part in parts)


def test_the_frame_shows_event_and_agenda(client: Browser) -> None:
    event = make_event("day")
    opening = SessionDetails(starts_at=START, ends_at=END, title={"en": "<b>Opening"}, speakers=("Ann Peeters",))
    agenda.set_agenda(event.id, [opening], by=None)
    answer = client.get("/events/day/embed")
    said = words(answer)
    for part in (
        "Reflection Day",
        "09:00 to 17:00",
        "Brussels time (UTC+2)",
        "Manos Premier",
        "<b>Opening",
        "Ann Peeters",
    ):
        assert part in said
    page = BeautifulSoup(answer.text, "html.parser")
    links = page.select("a")
    assert [link["href"] for link in links] == ["/events/day", "/events/day/register"]
    assert {(link["target"], tuple(link["rel"])) for link in links} == {("_blank", ("noopener",))}
    assert page.select("script, form, iframe") == []


def test_nobody_may_frame_it_at_first(client: Browser) -> None:
    make_event("day")
    rules = policy(client.get("/events/day/embed"))
    assert rules["frame-ancestors"] == "'none'"
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    assert "script-src" not in rules


def test_the_sites_that_the_series_names_may_frame_it(client: Browser) -> None:
    make_event("day")
    make_event("elsewhere", series="other")
    log_in(client)
    typed = "www.example.org, https://Blog.Example.org/news?x=1\nwww.example.org\nmüller.example:8443"
    assert change(client, SERIES, embed_hosts=typed).status_code == 303
    allowed = "www.example.org blog.example.org xn--mller-kva.example:8443"
    assert policy(client.get("/events/day/embed"))["frame-ancestors"] == allowed
    assert policy(client.get("/events/elsewhere/embed"))["frame-ancestors"] == "'none'"
    assert policy(client.get("/events/day"))["frame-ancestors"] == "'none'"
    shown = BeautifulSoup(client.get(SERIES).text, "html.parser").select_one("#embed_hosts")
    assert shown is not None
    assert shown.get_text().split() == allowed.split()
    assert change(client, SERIES, embed_hosts="").status_code == 303
    assert policy(client.get("/events/day/embed"))["frame-ancestors"] == "'none'"


@pytest.mark.parametrize(
    "host",
    [
        *("*", "*.example.org", "'self'", "data:", "https:", "a_b.example", "-a.example", "a..example"),
        *("x" * 64 + ".example", "example.org:0", "example.org:123456", "me@example.org", "example.org'none'"),
        *("[::1]", "javascript:alert(1)"),
    ],
)
def test_what_is_no_site_is_refused(client: Browser, host: str) -> None:
    make_series()
    log_in(client)
    answer = change(client, SERIES, embed_hosts=host)
    assert answer.status_code == 422
    assert set(errors(answer)) == {"embed_hosts"}
    series = find_series("cop")
    assert series is not None
    assert series.embed_hosts == []


def test_too_many_sites_are_refused(client: Browser) -> None:
    make_series()
    log_in(client)
    answer = change(client, SERIES, embed_hosts="\n".join(f"a{number}.example" for number in range(51)))
    assert "are too many: at most 50" in errors(answer)["embed_hosts"]


def test_other_changes_leave_the_sites_alone(client: Browser) -> None:
    make_series()
    log_in(client)
    change(client, SERIES, embed_hosts="www.example.org")
    change(client, SERIES, title="Another title")
    series = find_series("cop")
    assert series is not None
    assert series.embed_hosts == ["www.example.org"]


def test_hosts_of_an_empty_text() -> None:
    assert hosts_of(" \n, ;") == ()


def test_no_cookie_goes_along(client: Browser) -> None:
    make_event("day")
    client.get("/login")
    for path in ("/events/day/embed", "/events/day/embed?lang=fr"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers
    assert "Programme" in words(answer) or 'lang="fr"' in answer.text


def test_another_origin_may_load_it(client: Browser) -> None:
    make_event("day")
    assert client.get("/events/day/embed").headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert client.get("/events/day").headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_what_is_called_off_says_so(client: Browser) -> None:
    event = make_event("day")
    events.call_off_event(event.id, by=None)
    answer = client.get("/events/day/embed")
    assert "This event will not take place" in words(answer)
    assert "/register" not in answer.text


def test_drafts_are_not_there(client: Browser) -> None:
    make_event("draft", publish=False)
    assert [client.get(f"/events/{slug}/embed").status_code for slug in ("draft", "nothing")] == [404, 404]
