"""What organisers do with the consents that an event asks for: a text that differs is a new version."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from eventsapp import clock
from eventsapp.audit.service import record
from eventsapp.database import transaction
from eventsapp.events.rules import Invalid
from eventsapp.events.service import lock_event
from eventsapp.questions import rules
from eventsapp.questions.models import ConsentText
from eventsapp.questions.queries import texts_of
from eventsapp.questions.service import Saved
from eventsapp.web.rules import Texts, cleaned, texts_problems


def set_consents(event_id: int, texts: Mapping[str, Texts], *, by: int | None) -> Saved | Invalid:
    """Ask for these consents and no others: texts per language by purpose. A text that differs is a new version; who
    agreed to an earlier one, agreed to that one."""
    with transaction() as session:
        event = lock_event(session, event_id)
        tidy = {purpose: text for purpose, each in texts.items() if (text := cleaned(each, line=True))}
        found = [
            problem
            for purpose, text in tidy.items()
            for problem in texts_problems(purpose, text, rules.CONSENT_LENGTH, language=event.language, required=True)
        ]
        if found:
            return Invalid(tuple(found))
        asked = {each.purpose: each for each in texts_of(event_id)}
        changed = [each for each in rules.PURPOSES if tidy.get(each) != (asked[each].text if each in asked else None)]
        for purpose in changed:
            _new_version(session, event_id, purpose, tidy.get(purpose), asked.get(purpose))
        if changed:
            before = {each: asked[each].text if each in asked else None for each in changed}
            after = {each: tidy.get(each) for each in changed}
            subject = f"event:{event_id}"
            record("consents.changed", subject, by=by, series_id=event.series_id, before=before, after=after)
        return Saved(tuple(changed))


def _new_version(session: Session, event_id: int, purpose: str, text: Texts | None, old: ConsentText | None) -> None:
    if old is not None:
        old.retired_at = clock.now()
    if text is None:
        return
    of_purpose = (ConsentText.event_id == event_id, ConsentText.purpose == purpose)
    newest = session.scalar(select(func.max(ConsentText.version)).where(*of_purpose)) or 0
    row = ConsentText(event_id=event_id, purpose=purpose, version=newest + 1, text=dict(text), created_at=clock.now())
    session.add(row)
    session.flush()
