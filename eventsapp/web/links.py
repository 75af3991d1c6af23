"""Absolute addresses, always of the configured base URL: a Host header never gets into a letter or a feed."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import current_app

from eventsapp.settings import settings


def external_url(endpoint: str, **values: Any) -> str:
    """The address of an endpoint under EVENTSAPP_BASE_URL. Needs only an application context."""
    base = urlsplit(settings().base_url)
    adapter = current_app.url_map.bind(base.netloc, script_name=base.path or "/", url_scheme=base.scheme)
    return adapter.build(endpoint, values, force_external=True)
