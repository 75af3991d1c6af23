"""`flask agenda …`: what the reader of pasted agendas makes of a text."""

from __future__ import annotations

import dataclasses
import json
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any, NoReturn

import click
from flask import Blueprint

from eventsapp import clock
from eventsapp.agenda.text import ParsedSession, Unsure, parse

bp = Blueprint("agenda_commands", __name__, cli_group="agenda")

LARGEST_FILE = 1_000_000
"""Bytes."""
REFUSED = 2
"""Exit status for a file that cannot be read, a bad date, an unknown zone."""


@bp.cli.command("parse")
@click.argument("file")
@click.option("--date", "day", required=True, metavar="YYYY-MM-DD", help="The first day of the agenda.")
@click.option("--timezone", default="Europe/Brussels", show_default=True, metavar="ZONE", help="Where it takes place.")
def parse_(file: str, day: str, timezone: str) -> None:
    """Print the sessions of the agenda in FILE ("-": standard input) as JSON."""
    on = _date(day)
    if not clock.is_zone(timezone):
        _refuse(f"{timezone!r} is not a time zone; use an IANA name such as Europe/Brussels")
    agenda = parse(_text(file), on)
    rows = [_row(with_clock_doubts(session, timezone)) for session in agenda.sessions]
    click.echo(json.dumps(rows, ensure_ascii=False, indent=2).encode())


def with_clock_doubts(session: ParsedSession, timezone: str) -> ParsedSession:
    """The session, unsure of times that the clocks of the zone skip or show twice on that day."""
    doubts: list[Unsure] = []
    for wall in (session.starts_at, session.ends_at):
        try:
            clock.instant_of(wall, timezone)
        except clock.ImpossibleTime:
            doubts.append(Unsure.TIME_SKIPPED)
        except clock.AmbiguousTime:
            doubts.append(Unsure.TIME_TWICE)
        except OverflowError:
            continue
    return dataclasses.replace(session, unsure=tuple(dict.fromkeys([*session.unsure, *doubts])))


def _row(session: ParsedSession) -> dict[str, Any]:
    more = {
        "room": session.room,
        "speakers": list(session.speakers),
        "notes": session.notes,
        "unsure": [reason.value for reason in session.unsure],
    }
    return {
        "starts_at": _wall(session.starts_at),
        "ends_at": _wall(session.ends_at),
        "title": session.title,
        "kind": session.kind,
        **{name: value for name, value in more.items() if value},
    }


def _wall(at: datetime) -> str:
    return at.isoformat(timespec="minutes")


def _date(typed: str) -> date:
    try:
        if len(typed) != 10:
            raise ValueError("not YYYY-MM-DD")
        return date.fromisoformat(typed)
    except ValueError:
        _refuse(f"{typed!r} is not a date; write it as 2027-10-14")


def _text(name: str) -> str:
    try:
        if name == "-":
            content = sys.stdin.buffer.read(LARGEST_FILE + 1)
        else:
            with Path(name).open("rb") as source:
                content = source.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        _refuse(f"{name}: does not exist")
    except OSError as error:
        _refuse(f"{name}: cannot be read: {error.strerror}")
    except ValueError:
        _refuse(f"{name!r} is not the name of a file")
    if len(content) > LARGEST_FILE:
        _refuse(f"{name}: is larger than {LARGEST_FILE:,} bytes")
    try:
        # Notepad saves as UTF-16 when it is told "Unicode".
        return content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        _refuse(f"{name}: is not UTF-8 text")


def _refuse(why: str) -> NoReturn:
    click.echo(f"Error: {why}", err=True)
    raise click.exceptions.Exit(REFUSED)
