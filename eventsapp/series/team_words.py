"""Roles and the refusals of teams, in words."""

from __future__ import annotations

from flask_babel import gettext

from eventsapp.series.team_rules import Refusal, Unable
from eventsapp.web.access import Role


def role_name(role: Role) -> str:
    names = {
        Role.owner: gettext("Owner"),
        Role.editor: gettext("Editor"),
        Role.desk: gettext("Desk"),
        Role.viewer: gettext("Viewer"),
    }
    return str(names[role])


def role_help(role: Role) -> str:
    """What somebody with this role may do."""
    texts = {
        Role.owner: gettext("may do everything, decide who is in the team, and read the log"),
        Role.editor: gettext("makes and changes events, and decides on registrations"),
        Role.desk: gettext("sees who comes, and receives people on the day"),
        Role.viewer: gettext("sees events and who comes, changes nothing"),
    }
    return str(texts[role])


def role_offer(role: Role) -> str:
    """What the invited person would be, in a letter."""
    texts = {
        Role.owner: gettext(
            "You would be an owner: owners do everything, decide who is in the team, and read the log."
        ),
        Role.editor: gettext("You would be an editor: editors make and change events, and decide on registrations."),
        Role.desk: gettext("You would be at the desk: people there see who comes, and receive them on the day."),
        Role.viewer: gettext("You would be a viewer: viewers see events and who comes, and change nothing."),
    }
    return str(texts[role])


def unable_words(unable: Unable) -> str:
    """Why a member's role stays."""
    texts = {
        Unable.NOT_THERE: gettext("This person is not in the team any more."),
        Unable.LAST_OWNER: gettext("This is the last owner. Make somebody else an owner first."),
    }
    return str(texts[unable])


def refusal_words(refusal: Refusal) -> str:
    """Why no invitation was sent."""
    texts = {
        Refusal.MEMBER: gettext("This address belongs to somebody in the team. Change the role in the list."),
        Refusal.INVITED: gettext("This address is invited already. Send the invitation again, or withdraw it."),
        Refusal.ENOUGH_LETTERS: gettext("This address got enough invitations today. Try again tomorrow."),
        Refusal.ENOUGH_INVITED: gettext("This team sent enough invitations today. Try again tomorrow."),
        Refusal.NOT_THERE: gettext("This invitation was accepted or withdrawn meanwhile."),
    }
    return str(texts[refusal])
