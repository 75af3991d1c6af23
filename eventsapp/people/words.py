"""What pages say of a login: which browser, on what, and roughly from where."""

from __future__ import annotations

import ipaddress
from datetime import timedelta

from flask_babel import format_timedelta, gettext

from eventsapp.clock import datetime, now

# The first that is named wins: every browser says that it is the ones before it, too.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def browser_words(agent: str) -> str:
    """ "Firefox on Windows", as far as the browser says so; what it says of itself may be untrue."""
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    if browser and system:
        return str(gettext("%(browser)s on %(system)s", browser=browser, system=system))
    return browser or system or str(gettext("Unknown browser"))


def place_words(prefix: str) -> str:
    """The network as it is kept: "192.0.2.*", "2001:db8:7:*"; empty when it is not known."""
    try:
        network = ipaddress.ip_address(prefix)
    except ValueError:
        return ""
    if isinstance(network, ipaddress.IPv4Address):
        return f"{str(network).rpartition('.')[0]}.*"
    return f"{':'.join(part.lstrip('0') or '0' for part in network.exploded.split(':')[:3])}:*"


def ago(at: datetime) -> str:
    """ "2 hours ago"; within a minute, "just now"."""
    passed = now() - at
    if passed < timedelta(minutes=1):
        return str(gettext("just now"))
    return str(format_timedelta(-passed, add_direction=True))
