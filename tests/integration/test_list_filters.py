"""The attendee list by a view: filters, orders, columns; filters that the team keeps; the cost of a late page."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import update

from eventsapp.audit.models import AuditEntry
from eventsapp.clock import now
from eventsapp.database import db, transaction
from eventsapp.events.models import Event
from eventsapp.organisations.models import Organisation, OrganisationAlias
from eventsapp.registration import extensions, saved
from eventsapp.registration.models import Registration, SavedFilter
from eventsapp.web.access import Role
from eventsapp.web.text import folded
from tests.browser import Browser
from tests.builders import make_event
from tests.lists import make_filter
from tests.organising import answers_of, counted, errors, log_in
from tests.pages import words

LIST = "/organise/events/day/attendees"
PEOPLE = (
    # name, organisation, state, attends
    ("Élodie Noël", "Unia", "confirmed", "room"),
    ("Emma Smet", "PZ Antwerp", "waitlisted", "room"),
    ("Bo Pérez", "", "confirmed", "online"),
    ("Zoë Wu", "pz antwerp", "pending", "room"),
    ("Edgar Ost", "Ville de Liège", "cancelled", "room"),
    ("ada Kos", "Unia", "waitlisted", "room"),
)


@pytest.fixture
def organiser(client: Browser) -> int:
    return log_in(client)


def crowd(event: Event, people: Sequence[tuple[str, str, str, str]]) -> None:
    """Straight into the table; counters are not what these tests look at."""
    at = now()
    with transaction() as session:
        session.add_all(
            Registration(
                event_id=event.id,
                email=f"guest{number}@example.org",
                email_key=f"guest{number}@example.org",
                name=name,
                organisation=organisation,
                state=state,
                attends=attends,
                queue_no=100 + number,
                registered_at=at - timedelta(hours=number % 2),
                contact_until=at,
            )
            for number, (name, organisation, state, attends) in enumerate(people)
        )


@pytest.fixture
def event(app: Flask) -> Event:
    made = make_event("day", mode="hybrid", online_capacity=5)
    crowd(made, PEOPLE)
    return made


def cells(page: Any, column: int = 0) -> list[str]:
    """Of the rows of the list, in order; the first column is the name."""
    table = BeautifulSoup(page.text, "html.parser").select("tbody tr")
    return [" ".join(row.select("th, td")[column].get_text(" ").split()) for row in table]


def first_names(client: Browser, query: str) -> list[str]:
    return [name.split()[0] for name in cells(client.get(f"{LIST}?{query}"))]


def headers(page: Any) -> list[str]:
    return [" ".join(cell.get_text().split()) for cell in BeautifulSoup(page.text, "html.parser").select("thead th")]


def as_csv(answer: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


def as_xlsx(answer: Any) -> list[list[str]]:
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    return [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]


FILTERS = [
    ("", ["Élodie", "Emma", "Bo", "Zoë", "Edgar", "ada"]),
    ("status=confirmed&status=pending", ["Élodie", "Bo", "Zoë"]),
    ("status=confirmed,pending", ["Élodie", "Bo", "Zoë"]),
    ("status=nonsense", ["Élodie", "Emma", "Bo", "Zoë", "Edgar", "ada"]),
    ("q=perez", ["Bo"]),
    ("q=NOEL+elodie", ["Élodie"]),
    ("q=guest3", ["Zoë"]),
    ("organisation=PZ+antwerp", ["Emma", "Zoë"]),
    ("organisation=liege", ["Edgar"]),
    ("organisation=%25", []),
    ("attends=online", ["Bo"]),
    ("attends=nowhere", ["Élodie", "Emma", "Bo", "Zoë", "Edgar", "ada"]),
    ("organisation=unia&status=waitlisted&attends=room&q=kos", ["ada"]),
]
ORDERS = [
    ("name", ["ada", "Bo", "Edgar", "Élodie", "Emma", "Zoë"]),
    ("-name", ["Zoë", "Emma", "Élodie", "Edgar", "Bo", "ada"]),
    ("organisation", ["Emma", "Zoë", "Élodie", "ada", "Edgar", "Bo"]),
    ("-organisation", ["Edgar", "Élodie", "ada", "Emma", "Zoë", "Bo"]),
    ("registered", ["Emma", "Zoë", "ada", "Élodie", "Bo", "Edgar"]),
    ("-registered", ["Élodie", "Bo", "Edgar", "Emma", "Zoë", "ada"]),
    ("status", ["Élodie", "Bo", "Emma", "ada", "Zoë", "Edgar"]),
    ("-status", ["Edgar", "Zoë", "Emma", "ada", "Élodie", "Bo"]),
    ("position", ["Emma", "ada", "Élodie", "Bo", "Zoë", "Edgar"]),
    ("-position", ["ada", "Emma", "Élodie", "Bo", "Zoë", "Edgar"]),
    ("nonsense", ["Élodie", "Emma", "Bo", "Zoë", "Edgar", "ada"]),
    ("--name", ["Élodie", "Emma", "Bo", "Zoë", "Edgar", "ada"]),
]


def test_every_filter_shows_and_exports_the_same_people(client: Browser, organiser: int, event: Event) -> None:
    for query, expected in FILTERS:
        assert first_names(client, query) == expected, query
        for ending, read in (("csv", as_csv), ("xlsx", as_xlsx)):
            _, *rows = read(client.get(f"{LIST}.{ending}?{query}"))
            assert [row[0].split()[0] for row in rows] == expected, query


def test_every_order_is_stable_and_the_same_in_a_file(client: Browser, organiser: int, event: Event) -> None:
    for sort, expected in ORDERS:
        assert first_names(client, f"sort={sort}") == expected, sort
        _, *rows = as_csv(client.get(f"{LIST}.csv?sort={sort}"))
        assert [row[0].split()[0] for row in rows] == expected, sort


def test_a_header_sorts_and_then_sorts_the_other_way(client: Browser, organiser: int, event: Event) -> None:
    page = BeautifulSoup(client.get(f"{LIST}?status=confirmed").text, "html.parser")
    links = {link.get_text().strip(): str(link["href"]) for link in page.select("thead a")}
    assert links["Name"] == f"{LIST}?status=confirmed&sort=name"
    page = BeautifulSoup(client.get(links["Name"]).text, "html.parser")
    (header,) = page.select("thead [aria-sort]")
    assert header["aria-sort"] == "ascending"
    assert header.a is not None
    assert str(header.a["href"]) == f"{LIST}?status=confirmed&sort=-name"


def test_a_linked_organisation_is_found_by_any_of_its_spellings(client: Browser, organiser: int, event: Event) -> None:
    with transaction() as session:
        made = Organisation(series_id=event.series_id, name="Unia, centre for equality", created_at=now())
        session.add(made)
        session.flush()
        for written in ("Unia, centre for equality", "Interfederaal Gelijkekansencentrum"):
            session.add(
                OrganisationAlias(
                    series_id=event.series_id, organisation_id=made.id, written=written, key=folded(written)
                )
            )
        session.execute(update(Registration).where(Registration.organisation == "Unia").values(organisation_id=made.id))
    assert first_names(client, "organisation=gelijkekansen") == ["Élodie", "ada"]
    assert first_names(client, "organisation=unia") == ["Élodie", "ada"]


def test_columns_are_chosen_in_the_address_and_go_into_the_file(client: Browser, organiser: int, event: Event) -> None:
    assert headers(client.get(LIST)) == ["Name", "Status", "Organisation", "E-mail", "Attends", "Waits for"]
    page = client.get(f"{LIST}?columns=source&columns=language")
    assert headers(page)[4:] == ["Language", "Source"]
    assert cells(page, 5) == ["registered by the form"] * len(PEOPLE)
    assert headers(client.get(f"{LIST}?columns="))[4:] == []
    header, first, *_ = as_csv(client.get(f"{LIST}.csv?columns=contact,registered,nonsense"))
    assert header[5:] == ["Registered at", "Contact name", "Contact e-mail"]
    assert len(first) == len(header)
    assert as_csv(client.get(f"{LIST}.csv?columns="))[0] == ["Name", "E-mail", "Organisation", "Status", "Position"]
    standard = ["Registered at", "Attends", "Waits for", "Role", "Language", "Contact name", "Contact e-mail"]
    assert as_csv(client.get(f"{LIST}.csv"))[0][5:] == standard


class Meals(extensions.Extension):
    """A room above with two columns, one of them sensitive; people with an even number eat fish."""

    key = "meals"

    def columns(self, event: Event) -> Sequence[extensions.ExtraColumn]:
        def matching(choice: str) -> Any:
            rest = Registration.id % 2
            return db.select(Registration.id).where(rest == (0 if choice == "fish" else 1))

        return [
            extensions.ExtraColumn("fits", "Fits?", False, lambda ids: dict.fromkeys(ids[:1], "=1+1")),
            extensions.ExtraColumn(
                "meal",
                "Meal",
                True,
                lambda ids: {each: "fish" if each % 2 == 0 else "<b>peas</b>" for each in ids},
                (("fish", "Fish"), ("peas", "Peas")),
                matching,
            ),
        ]


@pytest.fixture
def meals(app: Flask) -> None:
    extensions.join(app, Meals())


def test_columns_and_filters_of_rooms_above_join_in(client: Browser, organiser: int, event: Event, meals: None) -> None:
    page = client.get(f"{LIST}?columns=meal&columns=fits&answer-meal=fish")
    assert headers(page)[4:] == ["Fits?", "Meal"]
    shown = cells(page)
    assert set(cells(page, 5)) == {"fish"}
    header, *rows = as_csv(client.get(f"{LIST}.csv?columns=meal&columns=fits&answer-meal=fish"))
    assert header[5:] == ["Fits?", "Meal"]
    assert [row[0] for row in rows] == shown
    assert rows[0][5:] == ["'=1+1", "fish"], "an answer is no formula either"
    assert len(shown) < len(PEOPLE)
    assert len(first_names(client, "answer-meal=beef")) == len(PEOPLE)
    (entry, *_) = db.session.query(AuditEntry).filter_by(action="attendees.exported").all()
    assert (entry.details["columns"], entry.details["answers"]) == (["fits", "meal"], ["meal"])


@pytest.mark.parametrize("role", [Role.viewer, Role.desk])
def test_what_is_sensitive_is_for_editors_alone(client: Browser, event: Event, meals: None, role: Role) -> None:
    make_filter(event.id, "Fish", "answer-meal=fish")
    log_in(client, role, series="cop")
    page = client.get(f"{LIST}?columns=meal&columns=note&columns=fits&answer-meal=fish")
    assert headers(page)[4:] == ["Fits?"]
    assert len(cells(page)) == len(PEOPLE)
    for trace in ("Meal", "peas", "Fish", "columns-note"):
        assert trace not in page.text, trace
    header, *rows = as_csv(client.get(f"{LIST}.csv?columns=meal,note,fits&answer-meal=fish"))
    assert header[5:] == ["Fits?"]
    assert len(rows) == len(PEOPLE)


def test_a_sensitive_column_is_in_no_file_unless_it_is_chosen(
    client: Browser, organiser: int, event: Event, meals: None
) -> None:
    assert "Meal" not in as_csv(client.get(f"{LIST}.csv"))[0]
    assert "Meal" not in as_csv(client.get(f"{LIST}.csv?columns=registered"))[0]


def test_only_those_who_are_picked_go_into_the_file(client: Browser, organiser: int, event: Event) -> None:
    page = BeautifulSoup(client.get(f"{LIST}?status=confirmed,waitlisted").text, "html.parser")
    boxes = [str(box["value"]) for box in page.select("input[name=who]")]
    answer = client.get(f"{LIST}.csv?status=confirmed,waitlisted&who={boxes[0]}&who={boxes[3]}&who=x&who=99999999")
    assert [row[0] for row in as_csv(answer)[1:]] == ["Élodie Noël", "ada Kos"]
    everyone = client.get(f"{LIST}.csv?status=confirmed&pick=all&who={boxes[0]}")
    assert [row[0] for row in as_csv(everyone)[1:]] == ["Élodie Noël", "Bo Pérez"]
    nobody = client.get(f"{LIST}.csv?pick=ticked")
    assert nobody.status_code == 422
    assert "Nobody is ticked" in words(nobody)


def test_a_late_page_costs_what_the_first_does(client: Browser, organiser: int) -> None:
    event = make_event("day")
    crowd(event, [(f"Guest {number:04}", f"Org {number % 70}", "confirmed", "room") for number in range(5000)])
    costs = {}
    for query in ("page=1", "page=100", "page=100&sort=-name&organisation=org", "page=1&q=guest&columns=language"):
        client.get(f"{LIST}?{query}")
        with counted() as statements:
            page = client.get(f"{LIST}?{query}")
        costs[query] = len(statements)
        assert len(cells(page)) == 50
    assert costs["page=1"] == costs["page=100"] <= 13
    # One more each for a filter to choose from, for an order of one's own, and for other columns.
    assert max(costs.values()) <= costs["page=1"] + 2, costs
    assert cells(client.get(f"{LIST}?page=100&sort=-name"))[-1] == "Guest 0000"


# Filters that the team keeps


def keep(client: Browser, query: str, name: str) -> Any:
    page = client.get(f"{LIST}?{query}")
    return client.post(f"{LIST}/filters", data=answers_of(page, "/filters") | {"name": name})


def kept(client: Browser) -> dict[str, str]:
    page = BeautifulSoup(client.get(LIST).text, "html.parser")
    return {link.get_text().strip(): str(link["href"]) for link in page.select(".kept a")}


def test_a_view_is_kept_for_the_team_opened_renamed_and_removed(client: Browser, organiser: int, event: Event) -> None:
    query = "status=waitlisted&organisation=Unia&sort=-name&columns=language"
    assert keep(client, query, "Unia waits").headers["Location"] == f"{LIST}?{query}"
    viewer = Browser(client.application)
    log_in(viewer, Role.viewer, series="cop")
    assert kept(viewer) == {"Unia waits": f"{LIST}?{query}"}
    assert [name.split()[0] for name in cells(viewer.get(kept(viewer)["Unia waits"]))] == ["ada"]
    page = BeautifulSoup(client.get(f"{LIST}?{query}").text, "html.parser")
    change = str(page.select(".kept a")[1]["href"])
    form = answers_of(client.get(change), change) | {"name": "<i>Waits</i>"}
    assert client.post(change, data=form).status_code == 303
    assert list(kept(client)) == ["<i>Waits</i>"]
    form = answers_of(client.get(change), "/remove")
    assert client.post(f"{change}/remove", data=form).status_code == 303
    assert kept(client) == {}
    assert client.get(change).status_code == 404
    actions = [row.action for row in db.session.query(AuditEntry).filter(AuditEntry.subject.startswith("filter:"))]
    assert actions == ["filter.kept", "filter.renamed", "filter.removed"]


@pytest.mark.parametrize("name", ["", "  ", "x" * 81, "Taken"])
def test_a_filter_without_a_good_name_is_not_kept(client: Browser, organiser: int, event: Event, name: str) -> None:
    make_filter(event.id, "Taken")
    answer = keep(client, "status=pending", name)
    assert answer.status_code == 422
    assert set(errors(answer)) == {"name"}
    assert cells(answer) == ["Zoë Wu"], "the view stays"
    assert answers_of(answer, "/filters")["name"] == name.strip()
    assert answers_of(answer, "/filters")["query"] == "status=pending"
    assert list(kept(client)) == ["Taken"]


def test_a_filter_takes_no_name_that_another_has(client: Browser, organiser: int, event: Event) -> None:
    first, _ = make_filter(event.id, "First"), make_filter(event.id, "Second")
    path = f"{LIST}/filters/{first}"
    answer = client.post(path, data=answers_of(client.get(path), path) | {"name": "Second"})
    assert (answer.status_code, set(errors(answer))) == (422, {"name"})
    assert client.post(path, data=answers_of(client.get(path), path)).status_code == 303, "its own name is fine"


def test_a_filter_belongs_to_its_event(client: Browser, organiser: int, event: Event) -> None:
    other = make_event("other")
    number = make_filter(other.id)
    assert client.get(f"{LIST}/filters/{number}").status_code == 404
    assert kept(client) == {}
    assert saved.rename(event.id, number, "Mine", by=organiser) is saved.NotKept.NOT_THERE
    assert saved.remove(event.id, number, by=organiser) is False
    assert db.session.get_one(SavedFilter, number).name == "Those who wait"


def test_an_event_has_fifty_filters_at_most(client: Browser, organiser: int, event: Event) -> None:
    for number in range(saved.MOST):
        make_filter(event.id, f"Filter {number}")
    assert "as many filters as it can have" in errors(keep(client, "q=x", "One more"))["name"]
    assert saved.keep(event.id, "Long", "q=" + "x" * 3000, by=organiser) is saved.NotKept.TOO_LONG


def test_a_kept_query_is_read_as_any_address(client: Browser, organiser: int, event: Event) -> None:
    make_filter(event.id, "Odd", 'status=nonsense&columns=nonsense&sort=x&q="><script>alert(1)</script>&page=9&%00=%ff')
    page = client.get(kept(client)["Odd"])
    assert page.status_code == 200
    assert "<script>alert" not in page.text


def test_hostile_arguments_get_a_page(client: Browser, organiser: int, event: Event) -> None:
    for text in ("<script>alert(1)</script>", "'\" onfocus=alert(1)", "%00", "x" * 5000, "%E2%80%AE", "\u0660"):
        for name in ("status", "organisation", "attends", "sort", "columns", "answer-x", "page"):
            page = client.get(LIST, query_string={name: text})
            assert page.status_code == 200, (name, text)
            assert "<script>alert" not in page.text
            assert client.get(f"{LIST}.csv", query_string={name: text}).status_code == 200
        for name in ("who", "pick"):
            assert client.get(LIST, query_string={name: text}).status_code == 200
            assert client.get(f"{LIST}.csv", query_string={name: text}).status_code == 422
    assert "Nobody fits" in words(client.get(f"{LIST}?organisation=nowhere"))
