"""The readers themselves: that they are there, what each is wrong about, and that none takes nonsense."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from eventsapp.calendar import ics
from tests.interop.faults import CONFUSIONS, FAULTS, is_confused, what_is_read
from tests.interop.reading import Entry, Read, Reader, Refused, told
from tests.unit.calendar_readers import EVENT_UID, GUEST, STAMP, TEAM, entry

NIGHT = datetime(2027, 3, 27, 23, 30, tzinfo=UTC)
"""Half past midnight in Brussels, on the day on which summer time begins at two."""


def meant(**changes: object) -> Read:
    values: dict[str, object] = {
        "uid": EVENT_UID,
        "sequence": 0,
        "status": "CONFIRMED",
        "summary": "Reflection Day",
        "location": "",
        "starts": told(NIGHT),
        "ends": "2027-03-28T07:30:00Z",
    }
    return Read("REQUEST", (Entry(**values | changes),))  # type: ignore[arg-type]


def test_four_and_more_share_no_code(readers: Mapping[str, Reader]) -> None:
    assert {name.partition(",")[0] for name in readers} == {"icalendar", "vobject", "ical.js", "ts-ics", "libical"}


def test_every_reader_takes_a_plain_invitation_but_for_its_faults(readers: Mapping[str, Reader]) -> None:
    body = ics.request(entry(starts_at=NIGHT), TEAM, GUEST, STAMP)
    for name, read in readers.items():
        assert read(body) == what_is_read(name, meant(), "Europe/Brussels"), name
    wrong = {name for name in readers if what_is_read(name, meant(), "Europe/Brussels") != meant()}
    assert wrong == {fault.reader for fault in FAULTS}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.reads.__name__)
def test_each_fault_is_one(fault: object) -> None:
    (expected,) = meant().entries
    assert fault.reads(expected, "Europe/Brussels") != expected  # type: ignore[attr-defined]


def test_who_is_confused_is_so_by_this_and_not_by_less(readers: Mapping[str, Reader]) -> None:
    body = ics.request(entry(summary="as in BEGIN:VEVENT"), TEAM, GUEST, STAMP)
    assert {name for name in readers if is_confused(name, body)} == {each.reader for each in CONFUSIONS}
    plain = ics.request(entry(summary="as in BEGIN VEVENT"), TEAM, GUEST, STAMP)
    assert not any(is_confused(name, plain) for name in readers)


def test_readers_in_other_languages_say_what_they_refuse(readers: Mapping[str, Reader]) -> None:
    for name in ("ical.js", "libical"):
        with pytest.raises(Refused):
            readers[name](b"no calendar")
    with pytest.raises(Refused, match="faults"):
        readers["libical"](b"BEGIN:VCALENDAR\r\nnonsense\r\nEND:VCALENDAR\r\n")
    assert readers["libical"](ics.request(entry(starts_at=NIGHT), TEAM, GUEST, STAMP)) == meant()
