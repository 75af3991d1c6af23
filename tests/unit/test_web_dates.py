"""Dates and times in words, in the event's zone and the reader's language."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from flask_babel import Babel, force_locale

from eventsapp.web.dates import clock_time, date_range, day, iso, short_date, short_day, time_range, zone_label

BRUSSELS = "Europe/Brussels"
SUMMER = datetime(2027, 7, 14, 7, 0, tzinfo=UTC)
WINTER = datetime(2027, 12, 1, 8, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _languages() -> Iterator[None]:
    app = Flask(__name__)
    Babel(app)
    with app.test_request_context():
        yield


def at(month: int, number: int, hour: int, minute: int = 0, year: int = 2027) -> datetime:
    return datetime(year, month, number, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "long", "short"),
    [
        ("en", "Wednesday 14 July 2027", "Wed 14 Jul"),
        ("fr", "mercredi 14 juillet 2027", "mer. 14 juil."),
        ("nl", "woensdag 14 juli 2027", "wo 14 jul"),
        ("de", "Mittwoch, 14. Juli 2027", "Mi., 14. Juli"),
    ],
)
def test_day_is_in_the_readers_language(language: str, long: str, short: str) -> None:
    with force_locale(language):
        assert (day(SUMMER, BRUSSELS), short_day(SUMMER, BRUSSELS)) == (long, short)


@pytest.mark.parametrize(
    ("language", "texts"),
    [
        ("en", ("14 Oct 2027", "1 May 2027", "Thu 14 Oct")),
        ("fr", ("14 oct. 2027", "1er mai 2027", "jeu. 14 oct.")),
        ("nl", ("14 okt 2027", "1 mei 2027", "do 14 okt")),
        ("de", ("14. Okt. 2027", "1. Mai 2027", "Do., 14. Okt.")),
    ],
)
def test_short_dates_are_written_as_the_language_does(language: str, texts: tuple[str, str, str]) -> None:
    with force_locale(language):
        autumn = at(10, 14, 7)
        assert (short_date(autumn.date()), short_date(date(2027, 5, 1)), short_day(autumn, BRUSSELS)) == texts


def test_days_and_times_are_those_of_the_zone() -> None:
    late = at(7, 14, 22, 30)
    assert (day(late, BRUSSELS), clock_time(late, BRUSSELS)) == ("Thursday 15 July 2027", "00:30")
    assert (day(late, "America/New_York"), clock_time(late, "America/New_York")) == ("Wednesday 14 July 2027", "18:30")
    assert iso(SUMMER, BRUSSELS) == "2027-07-14T09:00+02:00"
    assert iso(WINTER, BRUSSELS) == "2027-12-01T09:00+01:00"
    assert time_range(SUMMER, at(7, 14, 15), BRUSSELS) == "09:00–17:00"


@pytest.mark.parametrize(
    ("starts", "ends", "text"),
    [
        (at(10, 14, 7), at(10, 14, 15), "Thursday 14 October 2027"),
        (at(10, 14, 7), at(10, 15, 15), "14–15 October 2027"),
        (at(10, 30, 7), at(11, 2, 15), "30 October – 2 November 2027"),
        (at(12, 31, 7), at(1, 1, 15, year=2028), "31 December 2027 – 1 January 2028"),
        (at(10, 14, 7), at(10, 14, 22), "Thursday 14 October 2027"),
        (at(10, 14, 7), at(10, 14, 22, 30), "14–15 October 2027"),
    ],
    ids=["one day", "two days", "two months", "two years", "until midnight", "past midnight"],
)
def test_date_range(starts: datetime, ends: datetime, text: str) -> None:
    assert date_range(starts, ends, BRUSSELS) == text


@pytest.mark.parametrize(
    ("language", "texts"),
    [
        ("en", ["14–15 October 2027", "30 October – 1 November 2027", "Friday 1 October 2027"]),
        ("fr", ["14–15 octobre 2027", "30 octobre – 1er novembre 2027", "vendredi 1er octobre 2027"]),
        ("nl", ["14–15 oktober 2027", "30 oktober – 1 november 2027", "vrijdag 1 oktober 2027"]),
        ("de", ["14.–15. Oktober 2027", "30. Oktober – 1. November 2027", "Freitag, 1. Oktober 2027"]),
    ],
)
def test_ranges_and_firsts_in_each_language(language: str, texts: list[str]) -> None:
    with force_locale(language):
        ranges = [(at(10, 14, 7), at(10, 15, 15)), (at(10, 30, 7), at(11, 1, 15)), (at(10, 1, 7), at(10, 1, 15))]
        assert [date_range(starts, ends, BRUSSELS) for starts, ends in ranges] == texts


@pytest.mark.parametrize(
    ("zone", "moment", "text"),
    [
        (BRUSSELS, SUMMER, "Brussels time (UTC+2)"),
        (BRUSSELS, WINTER, "Brussels time (UTC+1)"),
        ("America/New_York", SUMMER, "New York time (UTC−4)"),
        ("Asia/Kolkata", SUMMER, "Kolkata time (UTC+5:30)"),
        ("America/Argentina/Buenos_Aires", SUMMER, "Buenos Aires time (UTC−3)"),
        ("Europe/London", WINTER, "London time (UTC)"),
        ("UTC", SUMMER, "UTC"),
        ("Etc/GMT+5", SUMMER, "UTC−5"),
    ],
)
def test_zone_label_says_whose_clock_it_is(zone: str, moment: datetime, text: str) -> None:
    assert zone_label(zone, moment) == text


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        day(SUMMER.replace(tzinfo=None), BRUSSELS)
