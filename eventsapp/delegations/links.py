"""The address of the page of a delegation's contact. Made anew each time; nothing of it is stored (DESIGN §3.7)."""

from __future__ import annotations

from uuid import UUID

from eventsapp.web import tokens
from eventsapp.web.links import external_url

PURPOSE = "delegation"


def token_of(key: UUID, link_version: int) -> str:
    return tokens.make(PURPOSE, key, link_version)


def page_of(key: UUID, link_version: int) -> str:
    """Absolute, for letters and to copy."""
    return external_url("delegation.show", token=token_of(key, link_version))
