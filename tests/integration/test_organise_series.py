"""Owners make a series and say what participants are told about their data."""

from __future__ import annotations

from eventsapp.series.palette import theme_version
from eventsapp.series.queries import details_of, find_current_notice, find_notice, find_series
from tests.browser import Browser
from tests.builders import make_event, make_series
from tests.organising import answers_of, change, errors, log_in
from tests.pages import words

SERIES = "/organise/series/cop"
NOTICE = f"{SERIES}/privacy-notice"
TOLD = {
    "controller": "Project office",
    "contact": "privacy@example.org",
    "lawful_basis": "Your consent.",
    "recipients": "The venue.",
    "retention": "Six months.",
}


def test_a_series_is_made_and_asks_for_its_notice(client: Browser) -> None:
    log_in(client)
    answer = change(client, "/organise/series/new", title="Café sans frontières", accent="plum", grant_number="IFS 12")
    assert answer.headers["Location"] == "/organise/series/cafe-sans-frontieres/privacy-notice"
    series = find_series("cafe-sans-frontieres")
    assert series is not None
    assert (series.title, series.accent, series.grant_number) == ({"en": "Café sans frontières"}, "plum", "IFS 12")
    assert "There is no privacy notice yet" in words(client.get("/organise/series/cafe-sans-frontieres"))
    assert change(client, answer.headers["Location"], **TOLD).status_code == 303
    notice = find_current_notice(series.id)
    assert notice is not None
    assert (notice.version, notice.controller, notice.retention) == (1, "Project office", {"en": "Six months."})


def test_an_edit_changes_what_the_public_sees(client: Browser) -> None:
    make_series()
    log_in(client)
    make_event("day")
    answer = change(client, SERIES, funder_statement="Paid for by the Union.", grant_number="IFS 12", accent="rose")
    assert answer.status_code == 303
    page = client.get("/events/day")
    assert "Paid for by the Union." in page.text
    assert f"/series/cop/theme.css?v={theme_version('rose')}" in page.text


def test_other_languages_stay(client: Browser) -> None:
    make_series("two", title={"en": "Two", "fr": "Deux"})
    log_in(client)
    change(client, "/organise/series/two", title="Pair")
    series = find_series("two")
    assert series is not None
    assert details_of(series).title == {"en": "Pair", "fr": "Deux"}


WRONG: list[tuple[dict[str, str], set[str]]] = [
    ({"title": ""}, {"title"}),
    ({"contact_email": "nobody"}, {"contact_email"}),
    ({"accent": "neon"}, {"accent"}),
    ({"grant_number": "x" * 81}, {"grant_number"}),
    ({"evidence_until": "2030-13-01", "evidence_reason": "Audit"}, {"evidence_until"}),
    ({"evidence_until": "2030-12-31"}, {"evidence_reason"}),
]


def test_wrong_answers_come_back(client: Browser) -> None:
    make_series()
    log_in(client)
    for answers, wrong in WRONG:
        answer = change(client, SERIES, **answers)
        assert (answer.status_code, set(errors(answer))) == (422, wrong), answers
        kept = answers_of(answer)
        texts = {name: text for name, text in answers.items() if name != "accent"}
        assert {name: kept[name] for name in texts} == texts


def test_a_name_that_cannot_be_had_is_told(client: Browser) -> None:
    make_series()
    log_in(client)
    for slug in ("cop", "new", "No Slug"):
        answer = change(client, "/organise/series/new", title="Another", slug=slug)
        assert (answer.status_code, set(errors(answer))) == (422, {"slug"}), slug


def test_a_new_text_is_a_new_version_and_the_same_text_is_none(client: Browser) -> None:
    series_id = make_series()
    log_in(client)
    change(client, NOTICE, retention="Until the audit.")
    change(client, NOTICE, retention="Until the audit.")
    first, second = find_notice(series_id, 1), find_current_notice(series_id)
    assert first is not None
    assert second is not None
    assert (first.retention, second.version, second.retention) == (
        {"en": "Six months after the event."},
        2,
        {"en": "Until the audit."},
    )


def test_every_part_of_a_notice_is_needed(client: Browser) -> None:
    make_series()
    log_in(client)
    for name in TOLD:
        answer = change(client, NOTICE, **{name: " "})
        assert (answer.status_code, set(errors(answer))) == (422, {name})
