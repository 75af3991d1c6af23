"""Letters about an account: how to choose a new password, and that something was changed that guards the account."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from eventsapp.clock import now
from eventsapp.mail import outbox
from eventsapp.mail.compose import render_letter
from eventsapp.mail.delivery import LetterFacts
from eventsapp.mail.message import Rendered
from eventsapp.people.models import User
from eventsapp.people.queries import reset_token
from eventsapp.web.links import external_url

PASSWORD_RESET = "password_reset"  # noqa: S105 -- the name of a letter
ACCOUNT_CHANGED = "account_changed"


def tell_reset(user: User, key: UUID, until: datetime, language: str) -> None:
    """The link in it works once, until then. The facts hold its key, from which only the secret key makes it."""
    facts = {"key": str(key), "until": until.isoformat()}
    _write(PASSWORD_RESET, user, f"password-reset:{key}", facts, language)


def tell_change(user: User, what: str, language: str) -> None:
    """`what`: password, factor_on, factor_off, factor_reset, recovery_codes_made, recovery_code_used."""
    facts = {"what": what, "at": now().isoformat(timespec="minutes")}
    _write(ACCOUNT_CHANGED, user, f"account-changed:{uuid4()}", facts, language)


def render(letter: LetterFacts) -> Rendered:
    facts = letter.facts
    context = {
        "kind": letter.kind,
        "recipient": letter.recipient,
        "what": facts.get("what", ""),
        "at": f"{datetime.fromisoformat(facts['at']):%Y-%m-%d %H:%M} UTC" if "at" in facts else "",
        "link": external_url("people.link", token=reset_token(UUID(facts["key"]))) if "key" in facts else "",
        "forgotten": external_url("people.forgotten"),
        "account": external_url("account.show"),
    }
    return render_letter(letter.kind, context)


RENDERERS = {PASSWORD_RESET: render, ACCOUNT_CHANGED: render}


def _write(kind: str, user: User, dedupe_key: str, facts: dict[str, str], language: str) -> None:
    outbox.write(
        kind=kind,
        recipient=user.email,
        facts=facts,
        dedupe_key=dedupe_key,
        person=f"user:{user.id}",
        topic=f"user:{user.id}",
        language=language,
        priority=1,
    )
