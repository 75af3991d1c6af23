"""An event made anew at another date: what moves along, what stays behind."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine

from eventsapp.agenda import service as agenda
from eventsapp.agenda.queries import draft_view
from eventsapp.agenda.rules import SessionDetails
from eventsapp.audit.models import AuditEntry
from eventsapp.copying import service
from eventsapp.copying.service import Wishes
from eventsapp.database import db
from eventsapp.events.models import Event
from eventsapp.events.queries import find_by_slug
from eventsapp.events.rules import Created, Invalid, Refusal
from eventsapp.questions.queries import details_of, questions_of, texts_of
from eventsapp.registration import inviting
from eventsapp.web.access import Role
from tests.asking import ask_consents, ask_everything, ask_ready
from tests.browser import Browser
from tests.builders import get_event, make_event, make_user, register
from tests.organising import log_in
from tests.pages import fill_in

NOW = datetime(2027, 6, 1, 12, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def clock_stands() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def an_event() -> Event:
    event = make_event(
        "day",
        title={"en": "Reflection Day", "fr": "Journée de réflexion"},
        registration_opens_at=datetime(2027, 9, 1, 9),
        registration_closes_at=datetime(2027, 10, 13, 18),
        ranks_groups=True,
        party_max=3,
    )
    sessions = [
        SessionDetails(
            starts_at=datetime(2027, 10, 14, 9),
            ends_at=datetime(2027, 10, 14, 9, 30),
            title={"en": "Welcome", "fr": "Accueil"},
            key="welcome",
            kind="arrival",
            room="Hall",
            speakers=("Ann Lee",),
        ),
        SessionDetails(
            starts_at=datetime(2027, 10, 14, 2, 30),
            ends_at=datetime(2027, 10, 14, 9),
            title={"en": "Night walk"},
            key="night",
        ),
    ]
    agenda.set_agenda(event.id, sessions, by=None)
    return get_event(event.id)


def copied(event: Event, on: date, slug: str = "copy", title: str = "Reflection Day") -> Event:
    made = service.copy_event(event.id, Wishes(slug=slug, title=title, starts_on=on), by=make_user())
    assert isinstance(made, Created), made
    return get_event(made.event_id)


def test_all_times_move_by_days_and_keep_their_wall_clock_across_the_change_of_summer_time() -> None:
    copy = copied(an_event(), date(2028, 1, 20))
    assert (copy.starts_wall, copy.ends_wall) == (datetime(2028, 1, 20, 9), datetime(2028, 1, 20, 17))
    assert copy.starts_at == datetime(2028, 1, 20, 8, tzinfo=UTC)
    assert (copy.opens_wall, copy.closes_wall) == (datetime(2027, 12, 8, 9), datetime(2028, 1, 19, 18))
    rows = [(row.key, row.starts_wall, row.ends_wall, row.room) for row in draft_view(copy.id).rows]
    assert rows == [
        ("night", datetime(2028, 1, 20, 2, 30), datetime(2028, 1, 20, 9), ""),
        ("welcome", datetime(2028, 1, 20, 9), datetime(2028, 1, 20, 9, 30), "Hall"),
    ]
    welcome = draft_view(copy.id).rows[1]
    assert welcome.title == {"en": "Welcome", "fr": "Accueil"}
    assert (welcome.kind, welcome.speakers) == ("arrival", ("Ann Lee",))


def test_settings_come_along_and_people_do_not() -> None:
    event = an_event()
    with time_machine.travel(datetime(2027, 9, 2, tzinfo=UTC), tick=False):
        register(event)
    inviting.set_invited(event.id, ["ann@example.org"], by=make_user())
    original = get_event(event.id)
    copy = copied(original, date(2027, 11, 18))
    same = (
        "series_id",
        "venue_id",
        "title",
        "kind",
        "timezone",
        "mode",
        "capacity",
        "waitlist",
        "ranks_groups",
        "party_max",
        "language",
        "visibility",
    )
    assert {name: getattr(copy, name) for name in same} == {name: getattr(original, name) for name in same}
    assert (copy.status, copy.room_confirmed, copy.invited_count) == ("draft", 0, 0)
    assert copy.key != original.key
    entry = db.session.query(AuditEntry).filter_by(action="event.copied").one()
    assert (entry.subject, entry.details) == (f"event:{copy.id}", {"original": "day"})


def test_questions_and_consents_are_asked_again_and_answers_are_not_copied() -> None:
    event = an_event()
    asked = ask_everything(event)
    ask_ready(event, "diet")
    ask_consents(event, photos="Photos of me may be shown.")
    copy = copied(event, date(2027, 11, 18))
    assert [details_of(each) for each in questions_of(copy.id)] == [details_of(each) for each in questions_of(event.id)]
    assert not {each.key for each in questions_of(copy.id)} & {each.key for each in asked.values()}
    assert [(each.purpose, each.text, each.version) for each in texts_of(copy.id)] == [
        ("photos", {"en": "Photos of me may be shown."}, 1)
    ]


def test_another_title_leaves_those_of_other_languages_behind() -> None:
    event = an_event()
    assert copied(event, date(2027, 11, 18)).title == {"en": "Reflection Day", "fr": "Journée de réflexion"}
    assert copied(event, date(2027, 11, 18), "other", "Second Day").title == {"en": "Second Day"}


def test_registration_that_would_have_opened_by_now_opens_on_publication() -> None:
    copy = copied(an_event(), date(2027, 6, 10))
    assert (copy.opens_wall, copy.closes_wall) == (None, datetime(2027, 6, 9, 18))


def test_a_time_that_the_clocks_skip_is_said_of_the_day_and_nothing_is_kept() -> None:
    event = an_event()
    answer = service.copy_event(event.id, Wishes("copy", "Reflection Day", date(2028, 3, 26)), by=make_user())
    assert isinstance(answer, Invalid)
    assert {problem.field for problem in answer.problems} == {"starts_on"}
    assert find_by_slug("copy") is None


def test_a_name_that_is_taken_is_refused() -> None:
    answer = service.copy_event(an_event().id, Wishes("day", "Reflection Day", date(2028, 3, 2)), by=make_user())
    assert answer is Refusal.SLUG_TAKEN


def test_an_organiser_copies_by_a_form(client: Browser) -> None:
    an_event()
    log_in(client, Role.editor, series="cop")
    empty = fill_in(client, "/organise/events/day/copy", title="", starts_on="")
    assert empty.status_code == 422
    skipped = fill_in(client, "/organise/events/day/copy", title="Spring Day", starts_on="2028-03-26")
    assert skipped.status_code == 422
    assert "Spring Day" in skipped.text
    assert "the clocks skip it" in skipped.text
    answer = fill_in(client, "/organise/events/day/copy", title="Spring Day", starts_on="2028-03-23")
    assert (answer.status_code, answer.location) == (303, "/organise/events/spring-day")
    assert "Nobody else sees it" in client.get(answer.location).text
    again = fill_in(client, "/organise/events/day/copy", title="Spring Day", starts_on="2028-03-24")
    assert again.location == "/organise/events/spring-day-2"
