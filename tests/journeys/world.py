"""A site with everything in it that its pages can show: events and people in every state."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from itertools import count
from typing import Any
from uuid import uuid4

from PIL import Image

from eventsapp.agenda import drafting
from eventsapp.agenda import service as agenda
from eventsapp.agenda.queries import details_of, published_sessions
from eventsapp.agenda.rules import SessionDetails
from eventsapp.database import db
from eventsapp.events.models import Event
from eventsapp.events.queries import find_by_slug
from eventsapp.events.service import call_off_event
from eventsapp.questions import answering
from eventsapp.questions.rules import Kind
from eventsapp.registration import addresses, handling, inviting
from eventsapp.registration import service as registration
from eventsapp.registration.colleagues import Colleague, Party, PartyForm, register_party
from eventsapp.registration.links import ADDRESS, FEED, OWN, PARTY, RECEIPT
from eventsapp.registration.models import Registration
from eventsapp.series import invitations
from eventsapp.series.logos import set_logo
from eventsapp.series.models import Invitation
from eventsapp.series.notifications import PURPOSE
from eventsapp.series.pictures import Logo, make_logo
from eventsapp.series.team import Added, add_organiser
from eventsapp.signups import groups_service
from eventsapp.signups.groups_queries import choices_of
from eventsapp.signups.service import choose
from eventsapp.web import tokens
from eventsapp.web.access import Role
from tests.asking import ask, ask_consents, ask_everything, ask_ready
from tests.builders import get_event, make_event, make_series, make_user, register, reload
from tests.delegating import make_delegation, named, names
from tests.delegating import page_of as contact_page_of
from tests.importing import make_import, make_organisation
from tests.lists import make_filter, make_partner_logo
from tests.speakers import make_speaker
from tests.teams import make_colleague

_numbers = count(1)
_PERSON = "/organise/events/<slug>/attendees/<int(max=2147483647):registration_id>"
LONG = "Zusammenarbeitsvereinbarungsausschussvorsitzende"
"""One word that is wider than a phone would like."""


@dataclass(frozen=True)
class World:
    """What was made for the scenes."""

    events: Mapping[str, Event]
    people: Mapping[str, tuple[str, Registration]]
    """Each with the slug of the event."""
    examples: Mapping[str, Mapping[str, str | int]]
    """By the beginning of a rule, the longest that fits holds: a value for each argument. "pick" is of the query."""


def login_path(role: Role) -> str:
    """The one-time link of a new account."""
    added = add_organiser(f"{role.name}{next(_numbers)}@access.example.org", role, slug=None, password=None)
    assert isinstance(added, Added), added
    return f"/login/{added.link_token}"


def make_world(newest_mail: Callable[[], str]) -> World:
    """Events and people in every state. `newest_mail` waits for a letter in the local mailbox and gives its id."""
    by = make_user("maker@access.example.org")
    events = dict(_events())
    people = dict(_people(events, by))
    drafting.add_to_draft(events["open"].id, list(_parallel()), by=by)
    call_off_event(events["off"].id, by=by, message="The hall is flooded.")
    slug, guest = people["confirmed"]
    session = published_sessions(events["demo"].id)[0]
    examples: dict[str, dict[str, str | int]] = {
        "/": {"slug": slug},
        "/series/": {"slug": "cop"},
        "/events/<slug>/invited/<token>": {"slug": "access-invited", "token": invitation(events["invited"], by)},
        "/organise/series/": {"slug": "cop", "language": "fr"},
        "/organise/series/<slug>/team/": {"user_id": 7007},
        "/organise/team/": {"user_id": by},
        "/invitations/": {"token": invitation_of_colleague(by)},
        "/organise/series/<slug>/venues/": {"venue_id": events["demo"].venue_id or 0},
        "/organise/series/<slug>/partners/": {"logo_id": make_partner_logo(events["demo"].series_id)},
        "/organise/series/<slug>/organisations": {"organisation_id": make_organisation(events["demo"].series_id)},
        "/organise/series/<slug>/speakers/": {"speaker_id": speakers_of(events)},
        "/organise/events/<slug>/attendees/<int": {"other_id": people["moving"][1].id},
        f"{_PERSON}/extend-offer": {"slug": "access-offers", "registration_id": people["offered"][1].id},
        "/organise/events/<slug>/attendees/import/": {"slug": slug, "key": read_list(events["demo"], by)},
        "/organise/events/<slug>/agenda/editions/": {"slug": slug, "number": 1},
        "/organise/events/<slug>/agenda/publish": {"slug": events["open"].slug},
        "/organise/events/<slug>/agenda/discard": {"slug": events["open"].slug},
        "/organise/events/": {"slug": slug, "key": session.key, "language": "fr", "registration_id": guest.id},
        "/registrations/": {"token": token(guest, OWN)},
        "/registrations/<token>/groups": {"token": token(people["grouped"][1], OWN)},
        "/organise/events/<slug>/groups": groups_of(events["long"], by),
        "/registrations/<token>/switch": {"token": token(people["online"][1], OWN)},
        "/registrations/<token>/accept": {"token": token(people["offered"][1], OWN)},
        "/registrations/<token>/decline": {"token": token(people["offered"][1], OWN)},
        "/registrations/<token>/take": {"token": token(people["ready"][1], OWN)},
        "/registrations/<token>/short-notice": {"token": token(people["ready"][1], OWN)},
        "/registrations/<token>/prove": {"token": token(people["moving"][1], ADDRESS)},
        "/feeds/": {"token": token(guest, FEED)},
        "/events/<slug>/received/<token>": {"slug": slug, "token": token(guest, RECEIPT)},
        "/events/<slug>/received-together/<token>": {"slug": "access-open", "token": party_of(events["open"])},
        "/login/<token>": {"token": login_path(Role.viewer).removeprefix("/login/")},
        "/mailbox/": {"mail_id": newest_mail()},
        "/static/": {"filename": "css/app.css"},
        "/design/": {"how": "plain"},
        "/series/<slug>/logo-": {"digest": digest_of_logo(by)},
        "/organise/events/<slug>/sessions/": signed_up(events["demo"], guest),
        "/organise/events/<slug>/questions/": {"slug": slug, "language": "fr", "key": questions_of(guest, events)},
        "/registrations/<token>/answers/": {"token": token(guest, OWN), "key": "0" * 32},
        "/registrations/<token>/consents/": {"token": token(guest, OWN), "purpose": "photos"},
        "/organise/events/<slug>/delegations/": {"slug": slug, "delegation_id": delegation_of(events["demo"])},
        "/delegations/": contact_of(events["open"]),
        "/organise/events/<slug>/attendees/withdraw": {"slug": slug, "pick": "all"},
        "/organise/events/<slug>/attendees/filters/": {"filter_id": make_filter(events["demo"].id)},
        "/organise/events/<slug>/signatures/logos/": {"logo_id": make_partner_logo(events["demo"].series_id)},
    }
    return World(events, people, examples)


def signed_up(event: Event, guest: Registration) -> dict[str, str | int]:
    """Limit the places of two sessions at one time, with one person in one of them and the guest in line for it."""
    rows = [details_of(each) for each in published_sessions(event.id)]
    both = [each.key for each in rows if each.starts_at == rows[-1].starts_at] or [rows[-1].key]
    agenda.set_agenda(event.id, [replace(each, capacity=1) if each.key in both else each for each in rows], by=None)
    for person in (register(event), guest):
        choose(person.id, take=[both[0]])
    return {"slug": event.slug, "key": both[0], "registration_id": guest.id}


def party_of(event: Event) -> str:
    """Register several people with one form; gives the token of the page after it."""
    people = (Colleague(f"Amira {LONG}", "party@access.example.org"), Colleague(LONG))
    party = register_party(event.slug, PartyForm(people, organisation=LONG), submission="party")
    assert isinstance(party, Party), party
    return tokens.make(PARTY, party.key, 1)


def groups_of(event: Event, by: int) -> dict[str, str | int]:
    """Work groups out for two choices, publish the first and leave the second; gives a group and the second choice."""
    told, open_ = choices_of(get_event(event.id))
    for choice in (told, open_):
        groups_service.work_out(event.id, choice.starts_at, by=by)
    groups_service.publish(event.id, told.starts_at, by=by)
    return {"slug": event.slug, "key": told.keys[0], "choice": open_.stamp}


def questions_of(guest: Registration, events: Mapping[str, Event]) -> str:
    """Ask everything on two forms, and have the guest answer; gives the key of a question."""
    for event in (events["open"], reload(guest).event):
        asked = ask_everything(event)
        access, *_ = ask_ready(event, "access") + ask_ready(event, "diet")
        ask(event, f"{LONG}?", attends="online")
        ask_consents(event, photos="Photos of me may be shown.", news="Write to me about later events.")
    answering.change_answers(
        guest.id, {"answers": {access.key.hex: LONG}, "agreed": {"photos-1": True, "news-1": False}}
    )
    return asked[Kind.ONE_OF].key.hex


def speakers_of(events: Mapping[str, Event]) -> int:
    """Describe somebody whom an agenda names, and somebody whom none does; gives the first."""
    series_id = events["long"].series_id
    organisation = make_organisation(series_id, f"Institute {LONG}")
    make_speaker(series_id, "Bram De Smet", organisation_id=organisation)
    return make_speaker(
        series_id, f"Amira {LONG}", affiliation=LONG, about={"en": _TEXT[:1000]}, link=f"https://example.org/{LONG}"
    )


def delegation_of(event: Event) -> int:
    """Places for an organisation with a long name, some of them filled."""
    made = make_delegation(event, organisation=f"Institute {LONG}", why="Agreed.", returns_wall=event.starts_wall)
    named(made, f"Ann {LONG} <ann.{LONG.lower()[:40]}@access.example.org>", "Bob Able")
    return made


def contact_of(event: Event) -> dict[str, str | int]:
    """The link of a contact, and a name that it entered."""
    made = delegation_of(event)
    return {"token": contact_page_of(made).removeprefix("/delegations/"), "name_id": names(made)[0].id}


def invitation(event: Event, by: int) -> str:
    """Make the event's secret link; gives its token."""
    inviting.set_invited(event.id, ["guest@example.org", "@example.net"], by=by)
    inviting.renew_link(event.id, by=by)
    made = inviting.link_token(get_event(event.id))
    assert made is not None
    return made


def read_list(event: Event, by: int) -> str:
    """A list with a fault and a double in it, not started."""
    key = uuid4()
    rows = [("Ann Able", "ann@", LONG), ("Ben Able", "ben@example.org", ""), ("ben able", "", "PZ")]
    make_import(event.id, by=by, key=key, rows=rows)
    return str(key)


def digest_of_logo(by: int) -> str:
    """Give the series a logo, so that pages show it."""
    picture = BytesIO()
    Image.new("RGB", (240, 80), "#025959").save(picture, "PNG")
    logo = make_logo(picture.getvalue())
    assert isinstance(logo, Logo), logo
    set_logo(make_series(), logo, by=by)
    return logo.digest


def invitation_of_colleague(by: int) -> str:
    """Somebody in the team, somebody invited, and the token of the invitation's link."""
    series_id = make_series()
    make_colleague(series_id, id=7007)
    sent = invitations.invite(series_id, "invited@access.example.org", Role.editor, by=by, language="en")
    assert isinstance(sent, invitations.Sent), sent
    row = db.session.get_one(Invitation, sent.invitation_id)
    return tokens.make(PURPOSE, row.key, row.link_version)


def token(person: Registration, purpose: str) -> str:
    row = reload(person)
    versions = {FEED: row.feed_version, ADDRESS: row.new_email_version}
    return tokens.make(purpose, row.key, versions.get(purpose, row.link_version))


def _events() -> Iterator[tuple[str, Event]]:
    demo = find_by_slug("reflection-day")
    assert demo is not None
    yield "demo", demo
    yield "open", make_event("access-open", mode="hybrid", online_capacity=5, recorded=True)
    yield "full", make_event("access-full", capacity=1)
    yield "closed", make_event("access-closed", capacity=1, waitlist=False)
    yield "early", make_event("access-early", registration_opens_at=datetime(2027, 10, 1))
    yield "over", make_event("access-over", starts_at=datetime(2024, 5, 14, 9), ends_at=datetime(2024, 5, 14, 17))
    yield "off", make_event("access-off")
    yield "offers", make_event("access-offers", capacity=1, promotion="offer")
    yield "late", make_event("access-late", capacity=1, promotion_ends_at=datetime(2026, 1, 1))
    yield "draft", make_event("access-draft", publish=False)
    yield "approval", make_event("access-approval", approval=True)
    yield "invited", make_event("access-invited", visibility="closed")
    yield "quiet", make_event("access-quiet", confidential=True, mode="online")
    long = make_event(
        "access-long", ranks_groups=True, title={"en": LONG}, summary={"en": f"{LONG}. " * 5}, description={"en": _TEXT}
    )
    agenda.set_agenda(long.id, list(_parallel()), by=None)
    yield "long", long


_TEXT = f"""## {LONG}

{LONG} https://example.org/{LONG}/{LONG}

- one
- two

1. first
2. second

> said

`{LONG}`"""


def _parallel() -> Iterator[SessionDetails]:
    """Two at a time, each with everything a session can have."""
    for number in range(4):
        hour = 9 + number // 2
        yield SessionDetails(
            starts_at=datetime(2027, 10, 14, hour),
            ends_at=datetime(2027, 10, 14, hour + 1),
            title={"en": f"{LONG} {number}"},
            kind="working_group",
            room=LONG,
            speakers=(f"Amira {LONG}", "Bram De Smet"),
            capacity=12,
        )


def _people(events: Mapping[str, Event], by: int) -> Iterator[tuple[str, tuple[str, Registration]]]:
    def enter(event: str, email: str = "", **values: Any) -> tuple[str, Registration]:
        return events[event].slug, register(events[event], email, **values)

    yield "confirmed", enter("demo", "guest@access.example.org", name=f"Chloé {LONG}", organisation=LONG)
    yield "online", enter("open", attends="online")
    yield "first", enter("full")
    yield "waiting", enter("full")
    yield "only", enter("closed")
    yield "of_off", enter("off")
    yield "pending", enter("approval")
    declined = enter("approval")
    handling.decline(declined[1].id, by=by, why="Not from a partner.")
    yield "declined", declined
    gone = enter("demo")
    registration.give_up(gone[1].id)
    yield "gone", gone
    yield "grouped", enter("long", name=f"Zoë {LONG}")
    for event, name in (("offers", "offered"), ("late", "ready")):
        _, first = enter(event)
        next_in_line = enter(event, name=f"Léa {LONG}", short_notice=True)
        enter(event, short_notice=True)
        registration.give_up(first.id)
        yield name, next_in_line
    moving = enter("demo", "moving@access.example.org")
    addresses.ask_new_address(moving[1].id, "moved@access.example.org")
    yield "moving", moving
