"""The only file that asks the time, and the one place where wall times and instants meet."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones


class ImpossibleTime(ValueError):
    """A wall time that the clocks skip (spring): it does not exist on that day."""


class AmbiguousTime(ValueError):
    """A wall time that the clocks show twice (autumn)."""


def now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)


@lru_cache(maxsize=1)
def zone_names() -> frozenset[str]:
    return frozenset(name for name in available_timezones() if "/" in name or name == "UTC") - {"posixrules"}


def is_zone(name: str) -> bool:
    """True for an IANA name such as Europe/Brussels; fixed offsets and "localtime" are no zones of an event."""
    return name in zone_names()


def zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def instant_of(wall: datetime, zone_name: str, *, second: bool = False) -> datetime:
    """The UTC instant of a wall time in a zone.

    Raises ImpossibleTime in the spring gap. In the repeated autumn hour it raises AmbiguousTime, unless `second`
    is True and the later of the two is meant. RFC 5545 §3.3.5 would pick one silently; people are asked instead.
    """
    if wall.tzinfo is not None:
        raise ValueError("a wall time carries no zone")
    here = ZoneInfo(zone_name)
    first, later = wall.replace(tzinfo=here, fold=0), wall.replace(tzinfo=here, fold=1)
    if first.astimezone(UTC).astimezone(here).replace(tzinfo=None) != wall.replace(fold=0):
        raise ImpossibleTime(f"{wall:%Y-%m-%d %H:%M} does not exist in {zone_name}: the clocks skip it")
    if first.utcoffset() != later.utcoffset() and not second:
        raise AmbiguousTime(f"{wall:%Y-%m-%d %H:%M} happens twice in {zone_name}: the clocks go back")
    return (later if second else first).astimezone(UTC)


def wall_of(instant: datetime, zone_name: str) -> datetime:
    """What the clocks of a zone show at an instant, without zone."""
    if instant.tzinfo is None:
        raise ValueError("an instant is aware")
    return instant.astimezone(ZoneInfo(zone_name)).replace(tzinfo=None)


def midnight_after(instant: datetime, zone_name: str) -> datetime:
    """When the next day begins on the clocks of a zone."""
    here = ZoneInfo(zone_name)
    tomorrow = instant.astimezone(here).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), here).astimezone(UTC)


def today(zone_name: str) -> date:
    return now().astimezone(ZoneInfo(zone_name)).date()


__all__ = [
    "UTC",
    "AmbiguousTime",
    "ImpossibleTime",
    "date",
    "datetime",
    "instant_of",
    "is_zone",
    "midnight_after",
    "now",
    "time",
    "timedelta",
    "today",
    "wall_of",
    "zone",
    "zone_names",
]
