"""Commands fail with one clear line on standard error."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import click
from sqlalchemy import exc

P = ParamSpec("P")
R = TypeVar("R")


def one_clear_line(command: Callable[P, R]) -> Callable[P, R]:
    """A database that is not there or not set up ends the command with what to do, not with a trace."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except (exc.OperationalError, exc.ProgrammingError, exc.InterfaceError) as error:
            raise click.ClickException(explained(error)) from None

    return run


def explained(error: exc.DBAPIError) -> str:
    """One line: what is the matter with the database, and what to do about it."""
    reason = " ".join(str(error.orig).split())
    said = reason.lower()
    if any(words in said for words in ("no such table", "no such column", "undefinedtable", "does not exist")):
        return f"the database is not set up ({reason}); run: flask --app wsgi db upgrade"
    if any(words in said for words in ("unable to open", "readonly", "read-only", "disk is full", "disk i/o")):
        return f"the database file cannot be written ({reason}); look at its folder's permissions and at the disk"
    if any(words in said for words in ("connection", "could not translate", "password")):
        return f"the database server cannot be reached ({reason}); look at EVENTSAPP_DATABASE_URL and at the server"
    return f"the database cannot be used ({reason})"
