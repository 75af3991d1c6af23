"""`flask event …`: event files in and out."""

from __future__ import annotations

from pathlib import Path

import click
from flask import Blueprint

from eventsapp.exchange import queries, service
from eventsapp.exchange.file import EventFile, Fault
from eventsapp.exchange.reading import read
from eventsapp.exchange.service import Imported, ImportRefused
from eventsapp.web.command_line import one_clear_line

bp = Blueprint("event_commands", __name__, cli_group="event")

LARGEST_FILE = 1_000_000
"""Bytes."""
REFUSED = 2
"""Exit status for bad files."""


@bp.cli.command("import")
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@one_clear_line
def import_(files: tuple[str, ...]) -> None:
    """Create or change the events of these files. Nothing is written when one of them is bad."""
    ready: list[tuple[str, EventFile]] = []
    bad = False
    for name in files:
        file = _checked(name)
        if isinstance(file, EventFile):
            ready.append((name, file))
        else:
            bad = True
            _complain(name, file)
    if bad:
        raise click.exceptions.Exit(REFUSED)
    for name, file in ready:
        try:
            click.echo(in_words(service.import_file(file)))
        except ImportRefused as refused:
            _complain(name, refused.faults)
            raise click.exceptions.Exit(REFUSED) from None


@bp.cli.command("export")
@click.argument("slug")
@one_clear_line
def export(slug: str) -> None:
    """Print the event file of SLUG."""
    text = queries.export(slug)
    if text is None:
        raise click.ClickException(f"there is no event {slug!r}")
    click.echo(text.encode(), nl=False)


def in_words(done: Imported) -> str:
    """One line of what an import did."""
    return f"{done.outcome} {done.slug}" + (f": {', '.join(done.changes)}" if done.changes else "")


def read_path(path: Path) -> EventFile | list[Fault]:
    """The file at a path, or its faults: those of the text, or one when it cannot be read at all."""
    text = _text(path)
    return read(text) if isinstance(text, str) else [text]


def _text(path: Path) -> str | Fault:
    try:
        if path.exists() and not path.is_file():
            return Fault(1, "file", "is not a file")
        with path.open("rb") as source:
            content = source.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        return Fault(1, "file", "does not exist")
    except OSError as error:
        return Fault(1, "file", f"cannot be read: {error.strerror}")
    if len(content) > LARGEST_FILE:
        return Fault(1, "file", f"is larger than {LARGEST_FILE:,} bytes")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return Fault(content.count(b"\n", 0, error.start) + 1, "file", "is not UTF-8 text")


def _checked(name: str) -> EventFile | list[Fault]:
    file = read_path(Path(name))
    return file if isinstance(file, list) else queries.faults_here(file) or file


def _complain(name: str, faults: list[Fault]) -> None:
    for fault in faults:
        click.echo(f"{name}:{fault.line}: {fault.field}: {fault.message}", err=True)
