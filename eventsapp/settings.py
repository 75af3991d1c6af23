"""The settings of the running app, for code that has no other way to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import current_app

if TYPE_CHECKING:
    from config import Config


def settings() -> Config:
    """The Config that create_app was given. Needs an application context."""
    return cast("Config", current_app.config["EVENTSAPP"])
