"""`flask organiser …`: accounts and roles from the command line."""

from __future__ import annotations

import sys

import click
from flask import Blueprint

from eventsapp.people import factor
from eventsapp.people.rules import PASSWORD_MAX, PASSWORD_MIN, Weakness, weakness
from eventsapp.series import team
from eventsapp.web.access import Role
from eventsapp.web.command_line import one_clear_line
from eventsapp.web.forms import read_email
from eventsapp.web.links import external_url

bp = Blueprint("organiser_commands", __name__, cli_group="organiser")


@bp.cli.command("add")
@click.argument("email")
@click.option("--series", "slug", metavar="SLUG", help="Only in this series; without it the role holds for every one.")
@click.option("--role", "role_name", default="owner", show_default=True, metavar="owner|editor|desk|viewer")
@click.option("--password-stdin", is_flag=True, help="Read a password (one line) instead of printing a one-time link.")
@one_clear_line
def add(email: str, slug: str | None, role_name: str, password_stdin: bool) -> None:
    """Give EMAIL an account and a role. Repeated, it updates."""
    address = read_email(email)
    if address is None:
        raise click.ClickException(f"{email!r} is not an e-mail address")
    role = _role(role_name)
    password = _password(address) if password_stdin else None
    outcome = team.add_organiser(address, role, slug=slug, password=password)
    if isinstance(outcome, team.UnknownSeries):
        raise click.ClickException(f"there is no series {outcome.slug!r}")
    where = f"series {slug}" if slug else "every series"
    click.echo(
        f"{address} is {role.name} of {where}."
        + (" This link logs in once, within 24 hours:" if password is None else "")
    )
    if outcome.link_token is not None:
        click.echo(external_url("people.link", token=outcome.link_token))


@bp.cli.command("reset-factor")
@click.argument("email")
@one_clear_line
def reset_factor(email: str) -> None:
    """Take the second factor off EMAIL's account, for somebody whose phone and recovery codes are lost.

    Make sure that it is that person who asks. Ends the account's logins; a letter tells its owner.
    """
    address = read_email(email) or email
    if not factor.reset(address):
        raise click.ClickException(f"{address!r} has no second factor, or is no organiser’s address")
    click.echo(f"{address.lower()} logs in with the password alone now.")


def _role(name: str) -> Role:
    try:
        return Role[name]
    except KeyError:
        known = ", ".join(role.name for role in reversed(Role))
        raise click.ClickException(f"{name!r} is not a role; roles are: {known}") from None


def _password(email: str) -> str:
    try:
        password = sys.stdin.buffer.readline().decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError:
        raise click.ClickException("the password is not UTF-8 text") from None
    weak = weakness(password, email)
    if weak is Weakness.TOO_SHORT:
        raise click.ClickException(f"the password is too short: it needs at least {PASSWORD_MIN} characters")
    if weak is Weakness.TOO_LONG:
        raise click.ClickException(f"the password is too long: at most {PASSWORD_MAX} characters")
    if weak is Weakness.COMMON:
        raise click.ClickException("the password is one of the most common; choose another")
    return password
