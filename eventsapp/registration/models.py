"""One person's entry for one event, for life, with every move it ever made."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsapp.database import Model, UtcDateTime
from eventsapp.events.models import Event
from eventsapp.registration.rules import State

_STATES = ", ".join(f"'{state.value}'" for state in State)


class Registration(Model):
    __tablename__ = "registration"
    __table_args__ = (
        UniqueConstraint("event_id", "email_key", "person_no"),
        Index(None, "event_id", "state", "attends", "queue_no"),
        Index(None, "event_id", "queue_no"),
        Index(None, "event_id", "mailbox_key"),
        Index(None, "event_id", "wish"),
        Index(None, "event_id", "organisation"),
        Index(None, "state", "offer_until"),
        Index(None, "contact_until"),
        CheckConstraint(f"state IN ({_STATES})", name="state_known"),
        CheckConstraint("attends IN ('room', 'online')", name="attends_known"),
        CheckConstraint("wish IN ('room', 'online') AND wish != attends", name="wish_known"),
        CheckConstraint("email_key = lower(email_key)", name="email_key_lower"),
        CheckConstraint("(email IS NULL) = (email_key IS NULL)", name="email_and_key_together"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    """What links are made of; shown to nobody else."""
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    email: Mapped[str | None] = mapped_column(String(254))
    """As typed, for sending. Absent when an organiser entered the person, or forgotten."""
    email_key: Mapped[str | None] = mapped_column(String(254), index=True)
    person_no: Mapped[int] = mapped_column(default=1)
    """Tells two people of one mailbox apart."""
    name: Mapped[str] = mapped_column(String(200))
    organisation: Mapped[str] = mapped_column(String(200), default="")
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id", ondelete="SET NULL"), index=True)
    """Which organisation of the series the typed name means, once an organiser said so."""
    private_note: Mapped[str] = mapped_column(Text, default="")
    """The organisers' own; the person sees it only in an extract of their data."""
    contact_name: Mapped[str] = mapped_column(String(200), default="")
    contact_email: Mapped[str | None] = mapped_column(String(254))
    """An assistant who gets the letters instead."""
    mailbox_key: Mapped[str | None] = mapped_column(String(254))
    """Where letters go, in lower case; kept by itself. People with the same one share a calendar entry."""
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    source: Mapped[str] = mapped_column(String(20), default="form")
    language: Mapped[str] = mapped_column(String(10), default="en")
    attends: Mapped[str] = mapped_column(String(10), default="room")
    """How they take part; while they have no place, which queue they stand in."""
    wish: Mapped[str | None] = mapped_column(String(10))
    """The other kind of place, which they wait for in `queue_no` order while they hold one of `attends`."""
    online_fine: Mapped[bool] = mapped_column(default=False)
    """Waiting for the room they take an online place that comes free first, and go on waiting for the room."""
    short_notice: Mapped[bool] = mapped_column(default=False)
    """Can come at short notice: is written to when a place comes free after nobody moves up by themselves any more."""
    offered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    offer_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """While `offered`: when the place goes to the next in line."""
    party: Mapped[UUID | None] = mapped_column(index=True)
    """The same for everybody whom one form registered."""
    delegation_id: Mapped[int | None] = mapped_column(ForeignKey("delegation.id", ondelete="SET NULL"), index=True)
    """Fills a place that an organisation was given."""
    role: Mapped[str] = mapped_column(String(20), default="participant")
    takes_place: Mapped[bool] = mapped_column(default=True)
    """False: a speaker or a member of staff who is not counted against the capacity."""

    state: Mapped[str] = mapped_column(String(12))
    queue_no: Mapped[int]
    """Drawn under the event's lock at the request: the order of arrival, and the place in the queue."""
    registered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """First or latest time a place was had; evidence of having been an attendee."""
    lapses: Mapped[int] = mapped_column(default=0)

    link_version: Mapped[int] = mapped_column(default=1)
    feed_version: Mapped[int] = mapped_column(default=1)
    calendar_counter: Mapped[int] = mapped_column(default=0)
    """Raised at each cancellation and each re-activation; the same for everyone of a mailbox. Never falls."""
    has_entry: Mapped[bool] = mapped_column(default=False)
    """Was sent a calendar invitation and not yet its cancellation."""
    new_email: Mapped[str | None] = mapped_column(String(254))
    """Asked for and not yet proved."""
    new_email_version: Mapped[int] = mapped_column(default=0)

    privacy_notice_id: Mapped[int | None] = mapped_column(ForeignKey("privacy_notice.id"))
    notice_language: Mapped[str] = mapped_column(String(10), default="en")
    contact_until: Mapped[datetime] = mapped_column(UtcDateTime)
    evidence_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    evidence_reason: Mapped[str] = mapped_column(String(200), default="")
    contact_forgotten_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    forgotten_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)

    event: Mapped[Event] = relationship(lazy="raise")

    @property
    def writes_to(self) -> str | None:
        """Where this person's letters go: the contact's address if there is one."""
        return self.contact_email or self.email

    def keep_mailbox(self) -> None:
        """Derive `mailbox_key`; each flush does it."""
        self.mailbox_key = self.writes_to.lower() if self.writes_to else None


@sqlalchemy_event.listens_for(Registration, "before_insert")
@sqlalchemy_event.listens_for(Registration, "before_update")
def _keep_mailbox(_mapper: Any, _connection: Any, registration: Registration) -> None:
    registration.keep_mailbox()


class RegistrationMove(Model):
    """One line of a registration's history. `check-integrity` replays these to prove that nobody was passed."""

    __tablename__ = "registration_move"
    __table_args__ = (Index(None, "event_id", "id"), Index(None, "registration_id", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"))
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    from_state: Mapped[str | None] = mapped_column(String(12))
    to_state: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    actor: Mapped[str] = mapped_column(String(12))
    """participant, organiser, queue, command."""
    by_hand: Mapped[bool] = mapped_column(default=False)
    """An organiser chose to pass the queue or the capacity."""
    why: Mapped[str] = mapped_column(String(500), default="")
    attends: Mapped[str] = mapped_column(String(10))
    queue_no: Mapped[int]
    takes_place: Mapped[bool] = mapped_column(default=True)
    capacity: Mapped[int | None]
    """Of this kind of place at that moment."""
    held: Mapped[int] = mapped_column(default=0)
    """For delegations, of this kind of place, after the move."""
    wish: Mapped[str | None] = mapped_column(String(10))
    online_fine: Mapped[bool] = mapped_column(default=False)
    delegated: Mapped[bool] = mapped_column(default=False)
    """Into a place that was held for the person's delegation: the queue has no say in it."""
    told: Mapped[bool] = mapped_column(default=True)
    """False: no letter of its own tells of it: there was nobody to write to, an organiser chose so, the letter about a
    change of the event tells of it, or the person did nothing but say what they wait for."""


class FormSubmission(Model):
    """A form that was sent: the same key again gets the same answer."""

    __tablename__ = "form_submission"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"), index=True)
    outcome: Mapped[str] = mapped_column(String(10))
    """new or known."""
    link_version: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class SavedFilter(Model):
    """A view of an event's attendee list, kept by name for the whole team."""

    __tablename__ = "saved_filter"
    __table_args__ = (UniqueConstraint("event_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(80))
    query: Mapped[str] = mapped_column(String(2000))
    """The list's query string: columns, order, filters."""
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
