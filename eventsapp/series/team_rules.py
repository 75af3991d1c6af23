"""Teams: numbers, and the names of what is refused."""

from __future__ import annotations

from datetime import timedelta
from enum import Enum

LIVES = timedelta(days=7)
KEPT = timedelta(days=30)
"""How long one that came to nothing is remembered."""
DAY = timedelta(days=1)
MOST_TO_ADDRESS = 3
MOST_OF_TEAM = 50
"""Letters a day: to one address from whatever team, and of one team to whomever."""


class Refusal(Enum):
    """Why no letter was written. The door puts it in words."""

    MEMBER = "has a role in this team"
    INVITED = "is invited already"
    ENOUGH_LETTERS = "that address had enough letters today"
    ENOUGH_INVITED = "this team invited enough people today"
    NOT_THERE = "no such open invitation"


class Closed(Enum):
    """Why a link joins nobody to a team."""

    UNKNOWN = "unknown"
    SPENT = "used, withdrawn, replaced, or too old"
    OTHER_ACCOUNT = "somebody else is logged in"
    ACCOUNT_CLOSED = "the account of this address was closed"


class Unable(Enum):
    """Why nothing was changed. The door puts it in words."""

    NOT_THERE = "not in this team"
    LAST_OWNER = "the last owner stays"
