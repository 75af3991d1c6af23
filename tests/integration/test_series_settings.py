"""What owners settle for a series: sender, defaults, logos of partners, languages, and putting it away."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from bs4 import BeautifulSoup
from PIL import Image

from eventsapp.audit.models import AuditEntry
from eventsapp.database import db
from eventsapp.mail.models import Letter
from eventsapp.series import partners, service
from eventsapp.series.models import Series
from eventsapp.series.queries import details_of, find_current_notice, find_series
from eventsapp.web.access import Role
from tests.browser import Browser
from tests.builders import make_event, make_series, make_user, register
from tests.organising import change, log_in
from tests.pages import fill_in

pytestmark = pytest.mark.usefixtures("app")


def png() -> BytesIO:
    picture = BytesIO()
    Image.new("RGB", (200, 80), "#803020").save(picture, "PNG")
    picture.seek(0)
    return picture


def actions() -> list[str]:
    return [row.action for row in db.session.query(AuditEntry).order_by(AuditEntry.id)]


def series() -> Series:
    db.session.rollback()
    found = find_series("cop")
    assert found is not None
    return found


def test_letters_come_from_the_sender_that_was_chosen(client: Browser) -> None:
    event = make_event("day")
    log_in(client, series="cop")
    assert change(client, "/organise/series/cop", sender_name="The secretariat, 3rd floor").status_code == 303
    register(event)
    letter = db.session.query(Letter).one()
    assert letter.facts["event"]["sender_name"] == "The secretariat, 3rd floor"


def test_a_series_put_away_takes_no_new_events_and_keeps_its_pages(client: Browser) -> None:
    make_event("day")
    make_series("other")
    log_in(client)
    page = "/organise/series/cop"
    assert (
        client.post(f"{page}/archive", data={"csrf_token": client.csrf_token(page), "archived": "yes"}).status_code
        == 303
    )
    assert series().archived_at is not None
    assert 'value="cop"' not in client.get("/organise/events/new").text
    assert client.get("/organise/events/day/copy").status_code == 409
    assert client.get("/events/day").status_code == 200
    assert client.get("/series/cop").status_code == 200
    assert "(put away)" in client.get("/organise/").text
    client.post(f"{page}/archive", data={"csrf_token": client.csrf_token(page), "archived": "no"})
    assert series().archived_at is None
    assert actions()[-2:] == ["series.archived", "series.taken_back"]


def test_new_events_begin_with_the_defaults_of_their_series(client: Browser) -> None:
    make_series()
    make_series("other")
    log_in(client, Role.editor)
    path = "/organise/series/cop/defaults"
    answer = change(client, path, kind="study visit", capacity="25", timezone="Europe/Lisbon", venue_name="The Hall")
    assert answer.status_code == 303
    fresh = client.get("/organise/events/new?series=cop").text
    for value in ('value="study visit"', 'value="25"', 'value="The Hall"'):
        assert value in fresh
    assert '<option selected value="Europe/Lisbon">' in fresh
    assert 'value="study visit"' not in client.get("/organise/events/new?series=other").text
    wrong = change(client, path, capacity="many")
    assert wrong.status_code == 422
    assert "many" in wrong.text
    assert series().defaults["capacity"] == 25
    assert actions()[-1] == "series.defaults_changed"


def test_logos_of_partners_are_added_shown_and_removed(client: Browser) -> None:
    make_event("day")
    log_in(client, series="cop")
    path = "/organise/series/cop/partners"

    def send(**data: Any) -> Any:
        return client.post(
            path, data={"csrf_token": client.csrf_token(path), **data}, content_type="multipart/form-data"
        )

    assert send(name="The Fund").status_code == 422
    assert send(name="", logo=(png(), "a.png")).status_code == 422
    assert send(name="The Fund", logo=(BytesIO(b"no picture"), "a.png")).status_code == 422
    assert send(name="The Fund", logo=(png(), "a.png")).status_code == 303
    (logo,) = partners.list_logos(series().id)
    assert logo.name == "The Fund"
    assert client.get(f"{path}/{logo.id}.png").content_type == "image/png"
    other = make_series("other")
    assert not partners.remove_logo(other, logo.id, by=make_user())
    assert partners.find_content(other, logo.id) is None
    assert client.post(f"{path}/{logo.id}/remove", data={"csrf_token": client.csrf_token(path)}).status_code == 303
    assert partners.list_logos(series().id) == []
    mine = [each for each in actions() if each.startswith("series.partner")]
    assert mine == ["series.partner_logo_added", "series.partner_logo_removed"]


def test_texts_of_a_series_are_kept_per_language(client: Browser) -> None:
    make_series("cop", summary={"en": "What we do."}, funder_statement={"en": "Paid for by the Union."})
    log_in(client, series="cop")
    assert "Nothing is translated yet" in client.get("/organise/series/cop/texts").text
    answer = fill_in(
        client,
        "/organise/series/cop/texts/fr",
        title="Police de proximité",
        funder_statement="Financé par l’Union.",
        retention="Six mois.",
    )
    assert answer.status_code == 303
    details = details_of(series())
    assert details.title == {"en": "Community Policing without Borders", "fr": "Police de proximité"}
    assert details.funder_statement == {"en": "Paid for by the Union.", "fr": "Financé par l’Union."}
    assert details.summary == {"en": "What we do."}
    notice = find_current_notice(series().id)
    assert notice is not None
    assert (notice.version, notice.retention["fr"]) == (2, "Six mois.")
    page = client.get("/series/cop", headers={"Accept-Language": "fr"}).text
    assert "Financé par l’Union." in page
    assert client.get("/organise/series/cop/texts/xx").status_code == 404
    assert client.get("/organise/series/cop/texts/en").status_code == 303


def test_a_text_saved_as_it_was_makes_no_new_version_of_the_notice(client: Browser) -> None:
    make_series()
    log_in(client, series="cop")
    fill_in(client, "/organise/series/cop/texts/fr", title="Police de proximité")
    notice = find_current_notice(series().id)
    assert notice is not None
    assert notice.version == 1


def test_setting_the_same_defaults_again_is_no_change() -> None:
    number = make_series()
    by = make_user()
    assert service.set_defaults(number, {"kind": "workshop"}, by=by)
    assert not service.set_defaults(number, {"kind": "workshop"}, by=by)


FOR_EDITORS = ["venues", "speakers", "defaults", "organisations"]
FOR_OWNERS = ["", "privacy-notice", "texts", "partners", *FOR_EDITORS, "team", "log"]


@pytest.mark.parametrize(("role", "names"), [(Role.owner, FOR_OWNERS), (Role.editor, FOR_EDITORS)])
def test_every_page_of_a_series_leads_to_those_that_the_person_may_open(
    client: Browser, role: Role, names: list[str]
) -> None:
    make_series()
    log_in(client, role, series="cop")
    pages = [f"/organise/series/cop/{name}".rstrip("/") for name in names]
    for page in pages:
        (ways,) = BeautifulSoup(client.get(page).text, "html.parser").select("nav.event-nav")
        links = ways.select("a")
        assert [link["href"] for link in links] == pages
        assert [link["href"] for link in links if link.get("aria-current") == "page"] == [page]
