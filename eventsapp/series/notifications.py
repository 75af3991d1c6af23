"""The letter that asks a colleague into a team: its facts, and its rendering in the worker."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from eventsapp.mail import outbox
from eventsapp.mail.compose import render_letter, unlinked
from eventsapp.mail.delivery import LetterFacts
from eventsapp.mail.message import Rendered
from eventsapp.people.models import User
from eventsapp.series.models import Invitation, Series
from eventsapp.series.palette import tones_of
from eventsapp.series.team_words import role_offer
from eventsapp.web import languages, tokens
from eventsapp.web.access import Role
from eventsapp.web.dates import short_date
from eventsapp.web.links import external_url
from eventsapp.web.text import pick

INVITATION = "invitation"
PURPOSE = "invitation"


def topic_of(series_id: int | None) -> str:
    """What letters of a team are about, for limits."""
    return f"team:{series_id if series_id is not None else 'everywhere'}"


def tell_invitation(invitation: Invitation, series: Series | None, inviter: User, language: str) -> None:
    facts = {
        "key": str(invitation.key),
        "version": invitation.link_version,
        "role": invitation.role,
        "inviter": unlinked(inviter.name) or inviter.email,
        "until": invitation.expires_at.isoformat(),
        "title": dict(series.title) if series is not None else {},
        "language": series.language if series is not None else "en",
        "sender_name": series.sender_name if series is not None else "",
        "contact_email": series.contact_email if series is not None else None,
        "accent": series.accent if series is not None else "teal",
    }
    outbox.write(
        kind=INVITATION,
        recipient=invitation.email,
        facts=facts,
        dedupe_key=f"invitation:{invitation.key}:{invitation.link_version}",
        person=f"invitation:{invitation.id}",
        topic=topic_of(invitation.series_id),
        language=language,
    )


def link_of(key: UUID, version: int) -> str:
    return external_url("invitation.show", token=tokens.make(PURPOSE, key, version))


def render(letter: LetterFacts) -> Rendered:
    facts = letter.facts
    title = pick(facts["title"], languages.tag(), facts["language"])
    context = {
        "kind": letter.kind,
        "recipient": letter.recipient,
        "title": title,
        "inviter": facts["inviter"],
        "role_words": role_offer(Role[facts["role"]]),
        "until": short_date(datetime.fromisoformat(facts["until"]).date()),
        "link": link_of(UUID(facts["key"]), facts["version"]),
        "sender_name": facts["sender_name"] or title,
        "accent": tones_of(facts["accent"]).light,
    }
    rendered = render_letter(letter.kind, context)
    return replace(rendered, sender_name=facts["sender_name"] or title, reply_to=facts["contact_email"])


RENDERERS = {INVITATION: render}
