"""What is printed: who has a place in the room, and whose logos stand on the sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from eventsapp.database import db
from eventsapp.documents.rules import Line
from eventsapp.organisations.models import Organisation
from eventsapp.registration.models import Registration
from eventsapp.registration.rules import State
from eventsapp.series.models import PartnerLogo


@dataclass(frozen=True)
class SheetLogo:
    id: int
    name: str
    width: int
    height: int


def people_in_the_room(event_id: int) -> list[Line]:
    """Who has a place there, speakers and staff among them: the organisation by the name that it has in the series."""
    name = func.coalesce(Organisation.name, Registration.organisation)
    people = (
        select(Registration.name, name)
        .outerjoin(Organisation, Organisation.id == Registration.organisation_id)
        .where(
            Registration.event_id == event_id,
            Registration.state == State.CONFIRMED,
            Registration.attends == "room",
            Registration.forgotten_at.is_(None),
        )
        .order_by(Registration.queue_no, Registration.id)
    )
    return [(person, organisation) for person, organisation in db.session.execute(people)]


def logos_of(series_id: int) -> Sequence[SheetLogo]:
    """The funder's and the partners', in their order; without the pictures themselves."""
    logos = select(PartnerLogo.id, PartnerLogo.name, PartnerLogo.width, PartnerLogo.height)
    logos = logos.where(PartnerLogo.series_id == series_id).order_by(PartnerLogo.position, PartnerLogo.id)
    return [SheetLogo(*row) for row in db.session.execute(logos)]


def find_logo(series_id: int, logo_id: int) -> bytes | None:
    """The PNG of a logo of this series and no other."""
    wanted = select(PartnerLogo.content).where(PartnerLogo.id == logo_id, PartnerLogo.series_id == series_id)
    return db.session.scalar(wanted)
