"""Organisations of a series: names that mean the same, linked, merged, and known when somebody types them later."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from eventsapp.agenda.models import Speaker
from eventsapp.audit.models import AuditEntry
from eventsapp.clock import now
from eventsapp.database import db, transaction
from eventsapp.organisations import queries, service
from eventsapp.organisations.models import Organisation, OrganisationAlias
from eventsapp.organisations.rules import (
    OrganisationDetails,
    Refusal,
    Spelling,
    Typed,
    problems,
    spelling_key,
    spellings,
)
from eventsapp.registration import service as registration
from tests.browser import Browser
from tests.builders import make_event, make_series, make_user, register, reload
from tests.importing import make_organisation
from tests.organising import answers_of, counted, errors, log_in
from tests.pages import words

LIST = "/organise/series/cop/organisations"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("PZ Antwerpen", "pz  antwerpen", True),
        ("P.Z. Antwerpen", "PZ-Antwerpen", True),
        ("Société d’aménagement", "SOCIETE D'AMENAGEMENT", True),
        ("Police (Lisbon)", "Police, Lisbon", True),
        ("Straße 1", "STRASSE 1", True),
        ("PZ Antwerpen", "Politie Antwerpen", False),
        ("Zone 1", "Zone 2", False),
    ],
)
def test_what_means_the_same_at_first_sight(one: str, other: str, same: bool) -> None:
    assert (spelling_key(one) == spelling_key(other)) is same


def test_spellings_are_gathered_and_the_most_frequent_stands_for_them() -> None:
    typed = [Typed("Oslo", 1), Typed("PZ Antwerpen", 2), Typed("P.Z. Antwerpen", 3), Typed("–", 9)]
    assert spellings(typed) == [Spelling("pz antwerpen", "P.Z. Antwerpen", 5), Spelling("oslo", "Oslo", 1)]


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({}, []),
        ({"name": ""}, ["name"]),
        ({"name": "…"}, ["name"]),
        ({"name": "---"}, ["name"]),
        ({"name": "x" * 201}, ["name"]),
        ({"country": "BE", "type": "police", "partner": True}, []),
        ({"country": "Belgium"}, ["country"]),
        ({"type": "club"}, ["type"]),
    ],
)
def test_what_may_be_said_of_one(values: dict[str, Any], fields: list[str]) -> None:
    details = OrganisationDetails(**{"name": "PZ Antwerpen"} | values)
    assert [problem.field for problem in problems(details)] == fields


@pytest.fixture
def by(app: Flask) -> int:
    return make_user()


def make_speaker(series_id: int, organisation_id: int) -> int:
    with transaction() as session:
        row = Speaker(
            series_id=series_id, name="Ann", name_key="ann", organisation_id=organisation_id, created_at=now()
        )
        session.add(row)
        session.flush()
        return row.id


def one(organisation_id: int) -> Organisation:
    db.session.rollback()
    return db.session.get_one(Organisation, organisation_id, populate_existing=True)


def test_names_are_linked_and_known_from_then_on(by: int) -> None:
    event, series = make_event("day"), make_series()
    people = [register(event, organisation=name) for name in ("PZ Antwerp", "Politie Antwerpen", "pz antwerp.", "Oslo")]
    assert queries.unlinked(series)[0] == Spelling("pz antwerp", "pz antwerp.", 2)
    made = service.link(series, {spelling_key(n): n for n in ("PZ Antwerp", "Politie Antwerpen")}, None, by=by)
    assert isinstance(made, int)
    assert one(made).name == "PZ Antwerp"
    assert [reload(person).organisation_id for person in people] == [made, made, made, None]
    later = register(make_event("later"), organisation="POLITIE ANTWERPEN")
    assert later.organisation_id == made
    registration.correct(later.id, name="Somebody", organisation="Oslo")
    assert reload(later).organisation_id is None
    (line,) = queries.lines_of(series)
    assert (line.people, line.aliases) == (3, ["Politie Antwerpen"])
    assert [each.written for each in queries.unlinked(series)] == ["Oslo"]
    entry = db.session.query(AuditEntry).filter_by(action="organisation linked").one()
    assert entry.details["spellings"] == ["PZ Antwerp", "Politie Antwerpen"]


def test_another_series_is_not_touched(by: int) -> None:
    ours, theirs = make_event("ours"), make_event("theirs", series="other")
    mine, other = register(ours, organisation="Oslo"), register(theirs, organisation="Oslo")
    made = service.add_organisation(make_series(), OrganisationDetails("Oslo"), by=by)
    assert (reload(mine).organisation_id, reload(other).organisation_id) == (made, None)
    assert service.merge(make_series("other"), int(str(made)), 1, by=by) is Refusal.NOT_THERE


def test_one_looks_a_name_up_by_an_index(by: int) -> None:
    make_organisation(make_series(), "Oslo")
    with counted() as statements:
        queries.find_by_spelling(make_series(), "OSLO")
    assert len([each for each in statements if "organisation_alias" in each]) == 1


def test_merging_moves_names_and_people(by: int) -> None:
    event, series = make_event("day"), make_series()
    pz, politie = make_organisation(series, "PZ Antwerp"), make_organisation(series, "Politie Antwerpen", country="BE")
    person = register(event, organisation="politie antwerpen")
    assert person.organisation_id == politie
    speaker = make_speaker(series, politie)
    assert service.merge(series, politie, pz, by=by) is None
    assert reload(person).organisation_id == pz
    assert one(pz).country == "BE"
    assert db.session.get_one(Speaker, speaker).organisation_id == pz
    assert db.session.get(Organisation, politie) is None
    assert register(event, organisation="Politie Antwerpen").organisation_id == pz
    assert service.merge(series, pz, pz, by=by) is Refusal.ITSELF


def test_a_name_is_taken_away_but_never_the_own_one(by: int) -> None:
    event, series = make_event("day"), make_series()
    made = service.link(series, {"pz": "PZ", "oslo": "Oslo"}, None, by=by)
    assert isinstance(made, int)
    person = register(event, organisation="Oslo")
    assert service.unlink(series, made, "pz", by=by) is Refusal.OWN_NAME
    assert service.unlink(series, made, "oslo", by=by) is None
    assert reload(person).organisation_id is None
    assert service.unlink(series, made, "oslo", by=by) is Refusal.NOT_THERE


def test_a_new_name_keeps_the_old_one_as_a_spelling(by: int) -> None:
    series = make_series()
    made = make_organisation(series, "PZ")
    other = make_organisation(series, "Oslo")
    assert service.edit_organisation(series, made, OrganisationDetails("oslo"), by=by) is Refusal.TAKEN
    assert service.edit_organisation(series, made, OrganisationDetails("Police"), by=by) == made
    keys = {alias.key: alias.organisation_id for alias in db.session.query(OrganisationAlias)}
    assert keys == {"pz": made, "police": made, "oslo": other}


def test_the_pages_link_edit_and_merge(client: Browser, app: Flask) -> None:
    event = make_event("day")
    register(event, organisation="PZ Antwerp")
    register(event, organisation="Politie <b>Antwerpen</b>")
    register(event, organisation="Oslo")
    log_in(client)
    page = client.get(LIST)
    assert "<b>Antwerpen</b>" not in page.text
    nothing = client.post(LIST, data=answers_of(page) | {"key": []})
    assert nothing.status_code == 422
    keys = [str(box["value"]) for box in BeautifulSoup(page.text, "html.parser").select("input[name=key]")]
    chosen = [key for key in keys if "antwerp" in key]
    answer = client.post(LIST, data=answers_of(page) | {"key": chosen, "to": ""})
    assert answer.status_code == 303
    edit = answer.headers["Location"]
    form = answers_of(client.get(edit)) | {"name": "PZ Antwerpen", "country": "BE", "type": "police", "partner": "y"}
    assert client.post(edit, data=form).status_code == 303
    assert "PZ Antwerpen" in words(client.get(LIST))
    assert "Belgium Police yes 2" in words(client.get(LIST))
    made = db.session.query(Organisation).one()
    assert (made.country, made.type, made.partner) == ("BE", "police", True)

    new = f"{LIST}/new"
    refused = client.post(new, data=answers_of(client.get(new)) | {"name": "pz antwerpen"})
    assert "Merge the two instead" in errors(refused)["name"]
    client.post(new, data=answers_of(client.get(new)) | {"name": "Oslo"})
    other = db.session.query(Organisation).filter_by(name="Oslo").one().id
    token = client.csrf_token(f"{LIST}/{other}")
    gone = client.post(f"{LIST}/{other}/merge", data={"csrf_token": token, "into": str(made.id)})
    assert gone.headers["Location"] == edit
    assert client.get(f"{LIST}/{other}").status_code == 404
    assert client.post(f"{edit}/unlink", data={"csrf_token": token, "key": "oslo"}).status_code == 303
    assert [each.written for each in queries.unlinked(event.series_id)] == ["Oslo"]
