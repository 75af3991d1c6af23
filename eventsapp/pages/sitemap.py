"""What search engines are told: which pages there are, and which are not for them."""

from __future__ import annotations

from xml.sax.saxutils import escape

from flask import Blueprint, Response

from eventsapp.agenda.queries import listed_with_changes
from eventsapp.web.links import external_url

bp = Blueprint("sitemap", __name__)

MOST = 20_000
"""Events; the format allows 50,000 addresses in a file (sitemaps.org)."""


@bp.get("/sitemap.xml")
def sitemap() -> Response:
    """Listed events with the time of their last change, and the series they belong to."""
    rows = listed_with_changes(MOST)
    lines = [_url(external_url("home.show"))]
    lines += [_url(external_url("series_page.show", slug=slug)) for slug in sorted({row.series_slug for row in rows})]
    lines += [
        _url(external_url("event_page.show", slug=row.slug), f"{row.changed_at:%Y-%m-%dT%H:%M:%SZ}") for row in rows
    ]
    body = "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">',
            *lines,
            "</urlset>",
            "",
        ]
    )
    return Response(body, content_type="application/xml; charset=utf-8")


@bp.get("/robots.txt")
def robots() -> Response:
    """Calendars stay allowed: Google fetches subscriptions as a robot (CALENDAR.md §8)."""
    lines = ["User-agent: *", "Disallow: /organise", "Disallow: /registrations", "Allow: /", ""]
    body = "\n".join([*lines, f"Sitemap: {external_url('sitemap.sitemap')}", ""])
    return Response(body, content_type="text/plain; charset=utf-8")


def _url(address: str, changed_at: str = "") -> str:
    changed = f"<lastmod>{changed_at}</lastmod>" if changed_at else ""
    return f"<url><loc>{escape(address)}</loc>{changed}</url>"
