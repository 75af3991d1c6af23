"""Commands about registrations."""

from __future__ import annotations

import click
from flask import Blueprint

from eventsapp.registration import integrity
from eventsapp.web.command_line import one_clear_line

bp = Blueprint("registration_commands", __name__, cli_group=None)


@bp.cli.command("check-integrity")
@one_clear_line
def check_integrity() -> None:
    """Prove over the whole database that no place was given twice, nobody passed, nothing untold."""
    found = 0
    for line in integrity.problems():
        found += 1
        click.echo(line)
    if found:
        raise click.ClickException(f"{found} {'thing does' if found == 1 else 'things do'} not hold")
    click.echo("All is well: places, queues, counters and letters agree.")
