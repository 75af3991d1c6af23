"""Speakers of a series: what organisers say of them, and where it is shown beside a name."""

from __future__ import annotations

import json
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask
from sqlalchemy import select

from eventsapp.agenda import drafting, speakers_queries, speakers_service
from eventsapp.agenda.draft import DraftView
from eventsapp.agenda.models import Speaker
from eventsapp.agenda.queries import draft_view
from eventsapp.agenda.rules import SessionDetails
from eventsapp.agenda.speakers_rules import SpeakerDetails
from eventsapp.agenda.speakers_service import Refusal
from eventsapp.audit.models import AuditEntry
from eventsapp.database import db
from eventsapp.events.models import Event
from eventsapp.events.rules import Invalid
from eventsapp.organisations import service as organisations
from eventsapp.web.access import Role
from tests.agendas import add_session
from tests.browser import Browser
from tests.builders import END, START, make_event, make_series, make_user
from tests.hostile import STRINGS, TEXTS, harm
from tests.importing import make_organisation
from tests.organising import answers_of, change, counted, errors, log_in
from tests.pages import words
from tests.speakers import make_speaker

LIST = "/organise/series/cop/speakers"
AGENDA = "/organise/events/day/agenda"
ABOUT = "Trains teams to **listen**."


@pytest.fixture
def event(app: Flask) -> Event:
    return make_event("day")


def name_speakers(event: Event, *speakers: str, key: str = "opening", title: str = "Opening") -> None:
    details = SessionDetails(starts_at=START, ends_at=END, title={"en": title}, key=key, speakers=speakers)
    add_session(event.id, details)


def known(series_id: int) -> list[SpeakerDetails]:
    rows = db.session.scalars(select(Speaker).where(Speaker.series_id == series_id).order_by(Speaker.name_key))
    return [speakers_queries.details_of(each) for each in rows]


def entries() -> list[tuple[str, str, dict[str, Any]]]:
    rows = db.session.scalars(select(AuditEntry).where(AuditEntry.action.like("speaker.%")).order_by(AuditEntry.id))
    return [(each.action, each.subject, each.details) for each in rows]


def main(client: Browser, path: str) -> Tag:
    answer = client.get(path)
    assert answer.status_code == 200
    found = BeautifulSoup(answer.text, "html.parser").main
    assert found is not None
    return found


def text_of(part: Tag | None) -> str:
    assert part is not None
    return " ".join(part.get_text().split())


def test_a_name_of_an_agenda_becomes_known(client: Browser, event: Event) -> None:
    log_in(client)
    name_speakers(event, "Ann Peeters", "Bob Maes")
    name_speakers(event, "ann peeters", key="closing", title="Closing")
    listed = main(client, LIST)
    assert [text_of(each) for each in listed.select("#names + ul li")] == [
        "Ann Peeters 2 sessions Say more: Ann Peeters",
        "Bob Maes 1 session Say more: Bob Maes",
    ]
    more = listed.select_one("#names + ul a")
    assert more is not None
    answer = change(client, str(more["href"]), affiliation="Unia", about=ABOUT, link="https://example.org/ann")
    assert answer.status_code == 303
    details = SpeakerDetails(
        name="Ann Peeters", affiliation="Unia", about={"en": ABOUT}, link="https://example.org/ann"
    )
    assert known(event.series_id) == [details]
    listed = main(client, LIST)
    assert [text_of(each) for each in listed.select("tbody tr")] == ["Ann Peeters Unia English yes 2"]
    assert [text_of(each) for each in listed.select("#names + ul li")] == ["Bob Maes 1 session Say more: Bob Maes"]


def test_the_event_page_says_what_is_known_beside_the_name(client: Browser, event: Event) -> None:
    name_speakers(event, "ANN PEETERS", "Bob Maes")
    make_speaker(event.series_id, affiliation="Unia", about={"en": ABOUT}, link="https://example.org/ann")
    for page, target in ((f"/events/{event.slug}", None), (f"/events/{event.slug}/embed", "_blank")):
        shown = main(client, page)
        beside = shown.select_one(".agenda-speakers")
        assert beside is not None
        for hidden in beside.select(".visually-hidden"):
            hidden.decompose()
        assert beside.decode_contents().strip().endswith("Bob Maes")
        assert text_of(beside) == "ANN PEETERS, UniaBob Maes"
        link = beside.select_one("a")
        assert link is not None
        assert (link["href"], link.get("rel"), link.get("target")) == (
            "https://example.org/ann", ["noopener", "nofollow", "ugc", "external"], target,
        )  # fmt: skip
        (speaker,) = shown.select(".speaker")
        assert speaker.select_one("h3 a") is not None
        assert text_of(speaker.select_one(".muted")) == "Unia"
        about = speaker.select_one(".prose")
        assert about is not None
        assert (about.decode_contents().strip(), about.get("lang")) == (
            "<p>Trains teams to <strong>listen</strong>.</p>",
            None,
        )


def test_an_agenda_whose_speakers_are_unknown_is_as_it_was(client: Browser, event: Event) -> None:
    name_speakers(event, "Ann Peeters", "Bob Maes")
    make_speaker(make_series("other"), affiliation="Elsewhere", about={"en": ABOUT})
    shown = main(client, "/events/day")
    assert text_of(shown.select_one(".agenda-speakers")) == "Ann Peeters, Bob Maes"
    assert shown.select(".speaker") == []


def test_a_speaker_without_words_has_no_part_of_their_own(client: Browser, event: Event) -> None:
    name_speakers(event, "Ann Peeters")
    make_speaker(event.series_id, affiliation="Unia")
    shown = main(client, "/events/day")
    assert text_of(shown.select_one(".agenda-speakers")) == "Ann Peeters, Unia"
    assert shown.select("#speakers") == []


def test_what_is_said_is_in_the_readers_language_or_marked(client: Browser, event: Event) -> None:
    name_speakers(event, "Ann Peeters", "Bob Maes")
    make_speaker(event.series_id, about={"en": "Listens.", "fr": "Écoute."})
    make_speaker(event.series_id, "Bob Maes", about={"en": "Writes."})
    abouts = main(client, "/events/day?lang=fr").select(".speaker .prose")
    assert [(text_of(each), each.get("lang")) for each in abouts] == [("Écoute.", None), ("Writes.", "en")]


def test_the_name_of_the_organisation_stands_in_for_an_affiliation(client: Browser, event: Event) -> None:
    name_speakers(event, "Ann Peeters", "Bob Maes")
    police = make_organisation(event.series_id, "PZ Antwerpen")
    make_speaker(event.series_id, organisation_id=police)
    make_speaker(event.series_id, "Bob Maes", organisation_id=police, affiliation="Head of training")
    shown = main(client, "/events/day").select_one(".agenda-speakers")
    assert text_of(shown) == "Ann Peeters, PZ AntwerpenBob Maes, Head of training"


def test_the_preview_shows_speakers_of_the_draft(client: Browser, event: Event) -> None:
    log_in(client)
    make_speaker(event.series_id, affiliation="Unia", about={"en": ABOUT})
    details = SessionDetails(starts_at=START, ends_at=END, title={"en": "Opening"}, speakers=("Ann Peeters",))
    drafting.add_to_draft(event.id, [details], by=None)
    assert text_of(main(client, "/organise/events/day/preview").select_one(".speaker h3")) == "Ann Peeters"
    assert "Ann Peeters" not in words(client.get("/events/day"))
    assert [text_of(each) for each in main(client, LIST).select("tbody tr")] == ["Ann Peeters Unia English – 1"]


def test_search_engines_are_told_the_names(client: Browser, event: Event) -> None:
    name_speakers(event, "Ann Peeters", "Bob </script>")
    name_speakers(event, "ann peeters", key="closing")
    page = BeautifulSoup(client.get("/events/day").text, "html.parser")
    (block,) = page.select('script[type="application/ld+json"]')
    performers = json.loads(block.get_text())["performer"]
    assert performers == [{"@type": "Person", "name": name} for name in ("ann peeters", "Bob </script>")]


def test_the_calendar_names_speakers_and_no_more(client: Browser, event: Event) -> None:
    name_speakers(event, "Ann Peeters")
    make_speaker(event.series_id, affiliation="Unia", about={"en": ABOUT}, link="https://example.org/ann")
    calendar = client.get("/events/day/agenda.ics").text
    assert "Ann Peeters" in calendar
    assert "Unia" not in calendar


def test_organisers_say_it_in_the_languages_of_the_series(client: Browser, app: Flask) -> None:
    series_id = make_series(title={"en": "Policing", "nl": "Politie", "sv": "Polis"}, language="en")
    log_in(client)
    speaker = make_speaker(series_id, about={"en": "Listens.", "sv": "Lyssnar."})
    page = main(client, f"{LIST}/{speaker}")
    assert [each["name"] for each in page.select("textarea")] == ["about", "about_nl"]
    assert [each.get("lang") for each in page.select("textarea")] == ["en", "nl"]
    assert change(client, f"{LIST}/{speaker}", about_nl="Luistert.").status_code == 303
    assert known(series_id)[0].about == {"en": "Listens.", "nl": "Luistert.", "sv": "Lyssnar."}
    answer = change(client, f"{LIST}/{speaker}", about_nl="x" * 1001)
    assert answer.status_code == 422
    assert set(errors(answer)) == {"about_nl"}
    assert BeautifulSoup(answer.text, "html.parser").select_one("details[open] textarea") is not None


@pytest.mark.parametrize(
    ("answers", "field", "said"),
    [
        ({"name": ""}, "name", "Enter the name."),
        ({"name": "BOB MAES"}, "name", "The series knows a speaker of this name already."),
        ({"name": "x" * 201}, "name", "Please use at most 200 characters; these are 201."),
        ({"about": "x" * 1001}, "about", "Please use at most 1000 characters; these are 1001."),
        ({"link": "http://example.org"}, "link", "“Link” must be an address that starts with https://."),
        ({"organisation_id": "999"}, "organisation_id", "Not a valid choice."),
    ],
)
def test_bad_input_is_said_beside_the_field(
    client: Browser, event: Event, answers: dict[str, str], field: str, said: str
) -> None:
    log_in(client)
    make_speaker(event.series_id, "Bob Maes")
    make_organisation(event.series_id)
    for path in (f"{LIST}/new", f"{LIST}/{make_speaker(event.series_id)}"):
        answer = change(client, path, **{"name": "Cy", "affiliation": "Kept"} | answers)
        assert answer.status_code == 422
        assert errors(answer) == {field: said}
        assert 'value="Kept"' in answer.text
    assert [each.name for each in known(event.series_id)] == ["Ann Peeters", "Bob Maes"]


def test_renaming_leaves_agendas_alone_and_says_where_the_name_is(client: Browser, event: Event) -> None:
    log_in(client)
    name_speakers(event, "Ann Peeters")
    speaker = make_speaker(event.series_id, affiliation="Unia")
    page = f"{LIST}/{speaker}"
    assert [text_of(each) for each in main(client, page).select("#places ~ ul li")] == ["Reflection Day 1 session"]
    change(client, page, name="ANN PEETERS")
    assert "still name" not in client.get(LIST).text
    change(client, page, name="Ann Peters")
    assert "Agendas still name “ANN PEETERS”. Change it there, too." in client.get(LIST).text
    assert text_of(main(client, "/events/day").select_one(".agenda-speakers")) == "Ann Peeters"
    assert "No agenda of the series has this name." in text_of(main(client, page))
    assert [text_of(each) for each in main(client, LIST).select("#names + ul bdi")] == ["Ann Peeters"]


def test_removing_leaves_the_name_alone(client: Browser, event: Event) -> None:
    log_in(client)
    name_speakers(event, "Ann Peeters")
    speaker = make_speaker(event.series_id, affiliation="Unia", about={"en": ABOUT})
    answer = change(client, f"{LIST}/{speaker}/remove")
    assert answer.status_code == 303
    assert known(event.series_id) == []
    assert text_of(main(client, "/events/day").select_one(".agenda-speakers")) == "Ann Peeters"
    assert client.get(f"{LIST}/{speaker}").status_code == 404


def test_the_log_tells_before_and_after_until_a_speaker_is_removed(app: Flask) -> None:
    series_id, by = make_series(), make_user()
    police = make_organisation(series_id)
    speaker = speakers_service.keep_speaker(series_id, SpeakerDetails(name="Ann"), by=by)
    assert isinstance(speaker, int)
    details = SpeakerDetails(name="Ann Peeters", about={"en": ABOUT}, organisation_id=police)
    for _ in range(2):
        assert speakers_service.keep_speaker(series_id, details, by=by, speaker_id=speaker) == speaker
    before = {"name": "Ann", "affiliation": "", "organisation": "", "about": {}, "link": ""}
    after = before | {"name": "Ann Peeters", "organisation": "PZ Antwerpen", "about": {"en": ABOUT}}
    subject = f"speaker:{speaker}"
    assert entries() == [
        ("speaker.added", subject, {"before": None, "after": before}),
        ("speaker.changed", subject, {"before": before, "after": after}),
    ]
    assert speakers_service.remove_speaker(series_id, speaker, by=by) is None
    assert entries() == [
        ("speaker.added", subject, {}),
        ("speaker.changed", subject, {}),
        ("speaker.removed", subject, {"before": {"name": "Ann Peeters"}, "after": None}),
    ]


def test_what_is_not_of_the_series_is_refused(app: Flask) -> None:
    series_id, by, other = make_series(), make_user(), make_series("other")
    theirs = make_speaker(other)
    foreign = SpeakerDetails(name="Ann", organisation_id=make_organisation(other))
    answer = speakers_service.keep_speaker(series_id, foreign, by=by)
    assert isinstance(answer, Invalid)
    assert [each.field for each in answer.problems] == ["organisation_id"]
    renamed = SpeakerDetails(name="Eve")
    assert speakers_service.keep_speaker(series_id, renamed, by=by, speaker_id=theirs) is Refusal.NOT_THERE
    assert speakers_service.remove_speaker(series_id, theirs, by=by) is Refusal.NOT_THERE
    assert speakers_service.keep_speaker(0, renamed, by=by) is Refusal.NOT_THERE
    assert (len(known(other)), known(series_id)) == (1, [])


def test_speakers_follow_a_merged_organisation(app: Flask) -> None:
    series_id = make_series()
    gone, kept = make_organisation(series_id, "Politie Antwerpen"), make_organisation(series_id, "PZ Antwerpen")
    make_speaker(series_id, organisation_id=gone)
    assert organisations.merge(series_id, gone, kept, by=make_user()) is None
    db.session.expire_all()
    assert [each.organisation_id for each in known(series_id)] == [kept]


def speakers_in(agenda: DraftView) -> list[tuple[str, ...]]:
    return [tuple(row.speakers) for row in agenda.rows]


def test_a_session_takes_speakers_known_in_the_series(client: Browser, event: Event) -> None:
    log_in(client)
    for name in ("Ann Peeters", "Bob Maes", "Cy Claes"):
        make_speaker(event.series_id, name)
    form = {"title": "Opening", "starts_at": "09:00", "ends_at": "10:00", "speakers": "Dee\nbob maes"}
    ticked = {"known_speakers": ["Ann Peeters", "Bob Maes"]}
    assert change(client, AGENDA, **form, **ticked).status_code == 303
    assert speakers_in(draft_view(event.id)) == [("Dee", "bob maes", "Ann Peeters")]
    page = main(client, f"{AGENDA}/opening")
    assert [each["value"] for each in page.select("[name=known_speakers]")] == ["Cy Claes"]
    answer = change(client, AGENDA, **form | {"title": ""}, **ticked)
    assert answer.status_code == 422
    back = BeautifulSoup(answer.text, "html.parser").select("[name=known_speakers][checked]")
    assert [each["value"] for each in back] == ["Ann Peeters", "Bob Maes"]


def test_many_known_speakers_are_folded_away(client: Browser, event: Event) -> None:
    log_in(client)
    for number in range(7):
        make_speaker(event.series_id, f"Speaker {number}")
    assert len(main(client, AGENDA).select("details [name=known_speakers]")) == 7


def test_what_is_known_takes_one_statement_and_none_without_names(client: Browser, event: Event) -> None:
    def sent(path: str) -> int:
        with counted() as statements:
            main(client, path)
        return len(statements)

    pages = ("/events/day", "/events/day/embed")
    name_speakers(event)
    nobody = [sent(page) for page in pages]
    name_speakers(event, *(f"Speaker {number}" for number in range(50)), key="closing")
    for number in range(50):
        make_speaker(event.series_id, f"Speaker {number}", about={"en": ABOUT})
    assert [sent(page) for page in pages] == [number + 1 for number in nobody]


def test_an_agenda_of_very_many_names_is_shown_with_what_is_known(app: Flask, event: Event) -> None:
    make_speaker(event.series_id, "Speaker 700", affiliation="Unia")
    found = speakers_queries.known_speakers(event.series_id, (f"Speaker {number}" for number in range(800)))
    assert [each.affiliation for each in found.values()] == ["Unia"]


def test_the_list_needs_no_more_statements_for_more_speakers(client: Browser, event: Event) -> None:
    log_in(client)
    counts = []
    for number in (1, 30):
        names = [f"Speaker {number} {each}" for each in range(number)]
        name_speakers(event, *names, *(f"Unknown {number} {each}" for each in range(20)), key=f"session-{number}")
        for name in names:
            make_speaker(event.series_id, name)
        with counted() as statements:
            main(client, LIST)
        counts.append(len(statements))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("text", TEXTS)
def test_a_hostile_text_is_a_text_wherever_it_is_shown(client: Browser, event: Event, text: str) -> None:
    log_in(client)
    name_speakers(event, text)
    organisation_id = make_organisation(event.series_id, text)
    answers = {"name": text, "affiliation": text, "about": text, "organisation_id": str(organisation_id)}
    assert change(client, f"{LIST}/new", **answers, link='https://example.org/"><script>').status_code == 303
    one = db.session.scalars(select(Speaker.id)).one()
    pages = (
        "/events/day",
        "/events/day/embed",
        AGENDA,
        f"{AGENDA}/opening",
        LIST,
        f"{LIST}/{one}",
        f"{LIST}/{one}/remove",
    )
    shown = {page: client.get(page) for page in pages}
    assert {page: (each.status_code, harm(each)) for page, each in shown.items()} == dict.fromkeys(pages, (200, []))
    assert len(main(client, "/events/day").select(".speaker")) == 1


def test_any_text_is_kept_or_refused_beside_its_field(client: Browser, event: Event) -> None:
    log_in(client)
    make_organisation(event.series_id)
    blank = answers_of(client.get(f"{LIST}/new"))
    for name, text in STRINGS.items():
        for field in ("name", "affiliation", "about", "link", "organisation_id"):
            answer = client.post(f"{LIST}/new", data=blank | {"name": f"Ann {name} {field}", field: text})
            assert (answer.status_code in (303, 422), harm(answer)) == (True, []), (name, field)
            if answer.status_code == 422:
                assert set(errors(answer)) == {field}
        answer = client.get(f"{LIST}/new", query_string={"name": text})
        assert (answer.status_code, harm(answer)) == (200, []), name


def test_viewers_do_not_get_in(client: Browser, event: Event) -> None:
    log_in(client, Role.viewer, series="cop")
    assert client.get(LIST).status_code == 403
