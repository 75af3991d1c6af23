"""A series as the doors of organisers look it up: within what the person may see, and with the role the act takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort

from eventsapp.series import queries
from eventsapp.web.access import Role, check, scope
from eventsapp.web.rules import is_slug

if TYPE_CHECKING:
    from eventsapp.series.models import Series


def organisers_series(slug: str, role: Role) -> Series:
    """Aborts: 404 for what the person may not know of, 403 for too low a role."""
    series = queries.find_for_organiser(slug, scope(Role.viewer)) if is_slug(slug) else None
    if series is None:
        abort(404)
    check(role, series.id)
    return series
