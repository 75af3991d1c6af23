"""Reads calendars with libical, the C library behind Evolution and KOrganizer: python -m tests.interop.read_libical.

A program of its own, so that a fault in C ends no test run. On each line of standard input a request, {"body": "…"}; on
standard output its answer, {"method": …, "entries": […]} or {"error": "…"}.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from ctypes import CDLL, Structure, c_char_p, c_int, c_int64, c_void_p
from ctypes.util import find_library
from datetime import UTC, date, datetime
from typing import Any

NAME = "libical.so.3"


class Time(Structure):
    """`struct icaltimetype` of libical 3."""

    _fields_ = (
        *((name, c_int) for name in ("year", "month", "day", "hour", "minute", "second", "is_date", "is_daylight")),
        ("zone", c_void_p),
    )


def library() -> CDLL:
    """libical 3 with the types of what is called. Raises OSError when it is not on this machine."""
    lib = CDLL(find_library("ical") or NAME)
    types: dict[str, tuple[type, tuple[type, ...]]] = {
        "icalparser_parse_string": (c_void_p, (c_char_p,)),
        "icalcomponent_free": (None.__class__, (c_void_p,)),
        "icalcomponent_count_errors": (c_int, (c_void_p,)),
        "icalcomponent_string_to_kind": (c_int, (c_char_p,)),
        "icalcomponent_get_first_component": (c_void_p, (c_void_p, c_int)),
        "icalcomponent_get_next_component": (c_void_p, (c_void_p, c_int)),
        "icalcomponent_get_first_property": (c_void_p, (c_void_p, c_int)),
        "icalcomponent_get_uid": (c_char_p, (c_void_p,)),
        "icalcomponent_get_summary": (c_char_p, (c_void_p,)),
        "icalcomponent_get_location": (c_char_p, (c_void_p,)),
        "icalcomponent_get_sequence": (c_int, (c_void_p,)),
        "icalcomponent_get_dtstart": (Time, (c_void_p,)),
        "icalcomponent_get_dtend": (Time, (c_void_p,)),
        "icalproperty_string_to_kind": (c_int, (c_char_p,)),
        "icalproperty_get_value_as_string": (c_char_p, (c_void_p,)),
        "icaltime_as_timet_with_zone": (c_int64, (Time, c_void_p)),
    }
    for name, (result, arguments) in types.items():
        function = getattr(lib, name)
        function.restype = None if result is type(None) else result
        function.argtypes = arguments
    return lib


def read(lib: CDLL, body: bytes) -> dict[str, Any]:
    """What libical takes a calendar for. Raises ValueError for one that it finds faults in."""
    calendar = lib.icalparser_parse_string(body)
    if not calendar:
        raise ValueError("not taken for a calendar")
    try:
        if faults := lib.icalcomponent_count_errors(calendar):
            raise ValueError(f"{faults} faults")
        return {"method": _value(lib, calendar, b"METHOD"), "entries": [_entry(lib, e) for e in _events(lib, calendar)]}
    finally:
        lib.icalcomponent_free(calendar)


def _events(lib: CDLL, calendar: int) -> Iterator[int]:
    kind = lib.icalcomponent_string_to_kind(b"VEVENT")
    event = lib.icalcomponent_get_first_component(calendar, kind)
    while event:
        yield event
        event = lib.icalcomponent_get_next_component(calendar, kind)


def _entry(lib: CDLL, event: int) -> dict[str, Any]:
    return {
        "uid": _text(lib.icalcomponent_get_uid(event)),
        "sequence": lib.icalcomponent_get_sequence(event),
        "status": _value(lib, event, b"STATUS"),
        "summary": _text(lib.icalcomponent_get_summary(event)),
        "location": _text(lib.icalcomponent_get_location(event)),
        "starts": _time(lib, lib.icalcomponent_get_dtstart(event)),
        "ends": _time(lib, lib.icalcomponent_get_dtend(event)),
    }


def _text(value: bytes | None) -> str:
    return (value or b"").decode()


def _value(lib: CDLL, component: int, name: bytes) -> str | None:
    found = lib.icalcomponent_get_first_property(component, lib.icalproperty_string_to_kind(name))
    return _text(lib.icalproperty_get_value_as_string(found)) if found else None


def _time(lib: CDLL, time: Time) -> str:
    """By the VTIMEZONE in the file; what has no zone is told as it is, so that it is seen."""
    if time.is_date:
        return date(time.year, time.month, time.day).isoformat()
    if not time.zone:
        return f"floating {time.year}-{time.month}-{time.day} {time.hour}:{time.minute}"
    instant = datetime.fromtimestamp(lib.icaltime_as_timet_with_zone(time, time.zone), UTC)
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


def main() -> None:
    """Answer until nothing more is asked."""
    lib = library()
    for line in sys.stdin:
        try:
            answer = read(lib, json.loads(line)["body"].encode())
        except ValueError as fault:
            answer = {"error": str(fault)}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
