"""The audit log in words: what each action is called, and what it changed.

Every action that code records has its words in ACTIONS; tests/unit/test_audit_words.py reads the sources and names the
one that is missing. Values are shown as they were kept, with the names that the forms give them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext, lazy_gettext

ACTIONS: Mapping[str, Any] = {
    "address changed": lazy_gettext("E-mail address changed by the person"),
    "agenda.changed": lazy_gettext("Agenda changed"),
    "agenda.draft_changed": lazy_gettext("Draft of the agenda changed"),
    "agenda.draft_discarded": lazy_gettext("Draft of the agenda discarded"),
    "agenda.published": lazy_gettext("Agenda published"),
    "answer taken back": lazy_gettext("Answer taken back by the person"),
    "answers changed": lazy_gettext("Answers changed"),
    "attendees.confirmed": lazy_gettext("Several people confirmed"),
    "attendees.exported": lazy_gettext("List of attendees downloaded"),
    "attendees.withdrawn": lazy_gettext("Several registrations withdrawn"),
    "consent taken back": lazy_gettext("Consent taken back by the person"),
    "consents.changed": lazy_gettext("Consents asked for changed"),
    "delegation.changed": lazy_gettext("Delegation changed"),
    "delegation.flowed_back": lazy_gettext("Places of a delegation flowed back"),
    "delegation.link_renewed": lazy_gettext("Link of a delegation renewed"),
    "delegation.made": lazy_gettext("Places held for a delegation"),
    "delegation.name_corrected": lazy_gettext("Name corrected by the contact of a delegation"),
    "delegation.name_returned": lazy_gettext("Name taken back by the contact of a delegation"),
    "delegation.named": lazy_gettext("Named by the contact of a delegation"),
    "delegation.places_returned": lazy_gettext("Places given back by the contact of a delegation"),
    "delegation.withdrawn": lazy_gettext("Places of a delegation withdrawn"),
    "event.cancelled": lazy_gettext("Event called off"),
    "event.changed": lazy_gettext("Event changed"),
    "event.copied": lazy_gettext("Event copied from another"),
    "event.created": lazy_gettext("Event made"),
    "event.invitation_link_made": lazy_gettext("Secret link to the form made"),
    "event.invitation_link_revoked": lazy_gettext("Secret link to the form withdrawn"),
    "event.invited": lazy_gettext("List of invited addresses changed"),
    "event.published": lazy_gettext("Event published"),
    "filter.kept": lazy_gettext("Filter of attendees kept"),
    "filter.removed": lazy_gettext("Filter of attendees removed"),
    "filter.renamed": lazy_gettext("Filter of attendees renamed"),
    "group given by hand": lazy_gettext("Put into a working group by hand"),
    "group released": lazy_gettext("No longer kept in a working group by hand"),
    "groups ranked": lazy_gettext("Wishes for working groups changed by the person"),
    "groups.discarded": lazy_gettext("Unpublished working groups discarded"),
    "groups.exported": lazy_gettext("List of a working group downloaded"),
    "groups.published": lazy_gettext("Working groups published"),
    "groups.worked_out": lazy_gettext("Working groups worked out"),
    "import finished": lazy_gettext("Import of people finished"),
    "import given up": lazy_gettext("Import of people given up"),
    "import started": lazy_gettext("Import of people begun"),
    "letter sent again": lazy_gettext("Letter sent again"),
    "log.exported": lazy_gettext("Log downloaded"),
    "login.by_link": lazy_gettext("Logged in by a one-time link"),
    "login.ended": lazy_gettext("Login ended from another browser"),
    "login.others_ended": lazy_gettext("All other logins ended"),
    "login.recovery_code_used": lazy_gettext("Logged in with a recovery code"),
    "moved up by hand": lazy_gettext("Place given by hand"),
    "note changed": lazy_gettext("Private note changed"),
    "offer accepted by hand": lazy_gettext("Offered place confirmed by hand"),
    "offer extended": lazy_gettext("Offered place held longer"),
    "organisation added": lazy_gettext("Organisation added"),
    "organisation changed": lazy_gettext("Organisation changed"),
    "organisation linked": lazy_gettext("Spelling linked to an organisation"),
    "organisation unlinked": lazy_gettext("Spelling no longer linked to an organisation"),
    "organisations merged": lazy_gettext("Organisations merged"),
    "person entered": lazy_gettext("Person entered by hand"),
    "put back in the queue": lazy_gettext("Sent back to the waitlist"),
    "question.added": lazy_gettext("Question added to the form"),
    "question.asked_again": lazy_gettext("Question asked again"),
    "question.changed": lazy_gettext("Question changed"),
    "question.moved": lazy_gettext("Question moved"),
    "question.removed": lazy_gettext("Question removed"),
    "question.retired": lazy_gettext("Question no longer asked"),
    "registration approved": lazy_gettext("Registration approved"),
    "registration corrected": lazy_gettext("Registration corrected by the person"),
    "registration declined": lazy_gettext("Registration not accepted"),
    "registration edited": lazy_gettext("Registration changed"),
    "registration withdrawn": lazy_gettext("Registration withdrawn"),
    "registrations merged": lazy_gettext("Two registrations merged"),
    "series.archived": lazy_gettext("Series put into the archive"),
    "series.changed": lazy_gettext("Series changed"),
    "series.created": lazy_gettext("Series made"),
    "series.defaults_changed": lazy_gettext("Default texts of new events changed"),
    "series.logo_removed": lazy_gettext("Logo removed"),
    "series.logo_set": lazy_gettext("Logo changed"),
    "series.notice_published": lazy_gettext("Privacy notice published"),
    "series.partner_logo_added": lazy_gettext("Partner’s logo added"),
    "series.partner_logo_removed": lazy_gettext("Partner’s logo removed"),
    "series.taken_back": lazy_gettext("Series taken back from the archive"),
    "session place given by hand": lazy_gettext("Place in a session given by hand"),
    "session.exported": lazy_gettext("List of a session downloaded"),
    "signatures.printed": lazy_gettext("Signature sheet made"),
    "speaker.added": lazy_gettext("Speaker added"),
    "speaker.changed": lazy_gettext("Speaker changed"),
    "speaker.removed": lazy_gettext("Speaker removed"),
    "taken off a session by hand": lazy_gettext("Taken off the list of a session by hand"),
    "team.invitation_accepted": lazy_gettext("Invitation to the team accepted"),
    "team.invitation_sent_again": lazy_gettext("Invitation to the team sent again"),
    "team.invitation_withdrawn": lazy_gettext("Invitation to the team withdrawn"),
    "team.invited": lazy_gettext("Invited to the team"),
    "team.member_removed": lazy_gettext("Taken out of the team"),
    "team.role_set": lazy_gettext("Role in the team set"),
    "user.factor_off": lazy_gettext("Second factor turned off"),
    "user.factor_on": lazy_gettext("Second factor turned on"),
    "user.factor_reset": lazy_gettext("Second factor taken off by whoever runs the site"),
    "user.password_set": lazy_gettext("Password chosen"),
    "user.recovery_codes_made": lazy_gettext("New recovery codes made"),
    "user.renamed": lazy_gettext("Name of the account changed"),
    "venue.changed": lazy_gettext("Venue changed"),
    "venue.created": lazy_gettext("Venue added"),
    "venue.renamed": lazy_gettext("Venue renamed"),
    "switched by hand": lazy_gettext("Switched between the room and online by hand"),
    "venue.retired": lazy_gettext("Venue no longer offered"),
    "venue.taken_back": lazy_gettext("Venue offered again"),
}

# What forms and lists call these. What is not here is shown as the code calls it.
FIELDS: Mapping[str, Any] = {
    "about": lazy_gettext("About"),
    "accent": lazy_gettext("Colour"),
    "access_notes": lazy_gettext("Access notes"),
    "added": lazy_gettext("Added"),
    "address": lazy_gettext("Address"),
    "affiliation": lazy_gettext("Affiliation"),
    "anew": lazy_gettext("Worked out anew"),
    "answers": lazy_gettext("Answers"),
    "approval": lazy_gettext("Each registration is confirmed by an organiser"),
    "attends": lazy_gettext("Takes part"),
    "browser": lazy_gettext("Browser"),
    "capacity": lazy_gettext("Places in the room"),
    "choice": lazy_gettext("Choice"),
    "columns": lazy_gettext("Columns"),
    "confidential": lazy_gettext("Confidential"),
    "contact_email": lazy_gettext("E-mail address for answers"),
    "contact_name": lazy_gettext("Name of the contact"),
    "country": lazy_gettext("Country"),
    "days": lazy_gettext("Days"),
    "delegation": lazy_gettext("Delegation"),
    "description": lazy_gettext("Description"),
    "directions": lazy_gettext("Directions"),
    "done": lazy_gettext("Done"),
    "email": lazy_gettext("E-mail"),
    "ends_at": lazy_gettext("End"),
    "filename": lazy_gettext("File"),
    "filtered": lazy_gettext("Filtered by"),
    "format": lazy_gettext("Format"),
    "funder_statement": lazy_gettext("Funder’s statement"),
    "grant_number": lazy_gettext("Grant number"),
    "group": lazy_gettext("Working group"),
    "help": lazy_gettext("Help"),
    "into": lazy_gettext("Into"),
    "keep_days": lazy_gettext("Days kept"),
    "key": lazy_gettext("Key"),
    "keys": lazy_gettext("Sessions"),
    "kind": lazy_gettext("Kind"),
    "label": lazy_gettext("Wording"),
    "language": lazy_gettext("Language"),
    "left_out": lazy_gettext("Left out"),
    "link": lazy_gettext("Link"),
    "maximum": lazy_gettext("Largest"),
    "merged": lazy_gettext("Merged"),
    "message": lazy_gettext("Message"),
    "minimum": lazy_gettext("Smallest"),
    "mode": lazy_gettext("Takes place"),
    "name": lazy_gettext("Name"),
    "news": lazy_gettext("Later news"),
    "no_wish": lazy_gettext("Without a wish"),
    "not_named": lazy_gettext("In a group they did not name"),
    "note": lazy_gettext("Note"),
    "number": lazy_gettext("Number"),
    "offer_until": lazy_gettext("Place held until"),
    "online_capacity": lazy_gettext("Places online"),
    "online_url": lazy_gettext("Address of the online room"),
    "options": lazy_gettext("Choices"),
    "organisation": lazy_gettext("Organisation"),
    "original": lazy_gettext("Original"),
    "participant_list": lazy_gettext("List of participants"),
    "partner": lazy_gettext("Partner"),
    "party_max": lazy_gettext("How many people one form may register"),
    "password": lazy_gettext("With a password"),
    "photos": lazy_gettext("Photos"),
    "picked": lazy_gettext("Picked one by one"),
    "places": lazy_gettext("Places"),
    "promotion": lazy_gettext("When a place comes free"),
    "promotion_ends_at": lazy_gettext("People move up by themselves until"),
    "purpose": lazy_gettext("Why we ask"),
    "question": lazy_gettext("Key of the question"),
    "ranks_groups": lazy_gettext("People rank working groups"),
    "recorded": lazy_gettext("Recorded"),
    "registration_closes_at": lazy_gettext("Registration closes"),
    "registration_opens_at": lazy_gettext("Registration opens"),
    "regrouped": lazy_gettext("In another group than before"),
    "removed": lazy_gettext("Taken out"),
    "required": lazy_gettext("Required"),
    "retired": lazy_gettext("No longer offered"),
    "returns_wall": lazy_gettext("Places held until"),
    "role": lazy_gettext("Role"),
    "room": lazy_gettext("Room"),
    "rows": lazy_gettext("Rows"),
    "searched": lazy_gettext("Searched"),
    "sender_name": lazy_gettext("Sender’s name"),
    "sensitive": lazy_gettext("Sensitive"),
    "slug": lazy_gettext("Name in the address of its page"),
    "speakers": lazy_gettext("Speakers"),
    "spellings": lazy_gettext("Spellings"),
    "starts_at": lazy_gettext("Start"),
    "state": lazy_gettext("Status"),
    "status": lazy_gettext("Status"),
    "summary": lazy_gettext("Summary"),
    "taken_over": lazy_gettext("Taken over"),
    "timezone": lazy_gettext("Time zone"),
    "title": lazy_gettext("Title"),
    "told": lazy_gettext("People told by letter"),
    "topic": lazy_gettext("Topic"),
    "type": lazy_gettext("Type"),
    "up": lazy_gettext("Upwards"),
    "venue": lazy_gettext("Venue"),
    "verb": lazy_gettext("What was done"),
    "version": lazy_gettext("Version"),
    "visibility": lazy_gettext("Visibility"),
    "waitlist": lazy_gettext("Waitlist"),
    "why": lazy_gettext("Reason"),
    "wishes": lazy_gettext("By wish"),
    "without": lazy_gettext("Without a group"),
}

LONGEST = 400
"""Of a value, in characters; the downloaded log has them whole."""


@dataclass(frozen=True)
class Value:
    """One thing that an entry tells. `before` None: there is no before, the entry just says `after`."""

    label: str
    before: str | None
    after: str


def action_words(action: str) -> str:
    """What was done. An action of an earlier version of this software may have no words."""
    return str(ACTIONS[action]) if action in ACTIONS else action.replace(".", " ").replace("_", " ")


def field_words(name: str) -> str:
    return str(FIELDS[name]) if name in FIELDS else name.replace("_", " ")


def values_of(details: Mapping[str, Any]) -> list[Value]:
    """What an entry tells, before and after. Recorded are `changes={field: [before, after]}`, `before=` and `after=`
    (each a value, or a mapping of fields), and whatever else there is to say."""
    found = list(_changes(details.get("changes")))
    if "before" in details or "after" in details:
        found += _pair(details.get("before"), details.get("after"))
    # By name, because PostgreSQL keeps no order.
    rest = sorted(item for item in details.items() if item[0] not in ("changes", "before", "after"))
    return found + [Value(field_words(name), None, text_of(value)) for name, value in rest if _says(value)]


def text_of(value: Any) -> str:
    """A value as text on one line or several: yes and no, texts by language, lists."""
    if value is None or value == "" or value in ([], {}):
        return "–"
    if isinstance(value, bool):
        return str(gettext("yes") if value else gettext("no"))
    if isinstance(value, Mapping):
        return "; ".join(f"{field_words(str(name))}: {text_of(each)}" for name, each in sorted(value.items()))
    if isinstance(value, list | tuple):
        return ", ".join(text_of(each) for each in value)
    return str(value)


def _says(value: Any) -> bool:
    return value is not None and value not in ("", [], {})


def _changes(changes: Any) -> Iterator[Value]:
    if isinstance(changes, Mapping):
        for name, pair in sorted(changes.items()):
            if isinstance(pair, list) and len(pair) == 2:
                yield from _of_field(str(name), *pair)
            else:
                yield Value(field_words(str(name)), None, text_of(pair))
    elif changes:
        yield Value(str(gettext("Changed")), None, ", ".join(field_words(str(each)) for each in changes))


def _pair(before: Any, after: Any) -> Iterator[Value]:
    if isinstance(before, Mapping) or isinstance(after, Mapping):
        old, new = before or {}, after or {}
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            for name in sorted({*old, *new}):
                if old.get(name) != new.get(name):
                    yield from _of_field(str(name), old.get(name), new.get(name))
            return
    yield Value("", text_of(before), text_of(after))


def _of_field(name: str, before: Any, after: Any) -> Iterator[Value]:
    """Of texts by language, the languages that changed."""
    label = field_words(name)
    if _by_language(before) and _by_language(after) and (before or after):
        for language in sorted({*before, *after}):
            if before.get(language) != after.get(language):
                yield Value(f"{label} ({language})", text_of(before.get(language)), text_of(after.get(language)))
        return
    yield Value(label, text_of(before), text_of(after))


def _by_language(value: Any) -> bool:
    return isinstance(value, Mapping) and all(
        isinstance(name, str) and name.isalpha() and len(name) in (2, 3) for name in value
    )
