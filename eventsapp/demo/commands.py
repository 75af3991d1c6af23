"""`flask demo`: the newsletter's events."""

from __future__ import annotations

import click
from flask import Blueprint

from eventsapp.demo import service
from eventsapp.web.command_line import one_clear_line

bp = Blueprint("demo_commands", __name__, cli_group=None)


@bp.cli.command("demo")
@one_clear_line
def demo() -> None:
    """Load the newsletter's events; one that exists is left untouched."""
    for slug, made in service.load():
        click.echo(f"created {slug}" if made else f"untouched {slug}: it is there already")
