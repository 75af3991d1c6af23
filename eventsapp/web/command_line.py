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
            reason = " ".join(str(error.orig).split())
            raise click.ClickException(
                f"the database cannot be used ({reason}); set it up with: flask --app wsgi db upgrade"
            ) from None

    return run
