"""What the pages about many people need: a filter that the team keeps, a partner's logo on the printed sheet."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from PIL import Image

from eventsapp.clock import now
from eventsapp.database import transaction
from eventsapp.registration.models import SavedFilter
from eventsapp.series.models import PartnerLogo


def make_filter(event_id: int, name: str = "Those who wait", query: str = "status=waitlisted", **values: Any) -> int:
    with transaction() as session:
        kept = SavedFilter(event_id=event_id, name=name, query=query, created_at=now(), **values)
        session.add(kept)
        session.flush()
        return kept.id


def make_partner_logo(series_id: int, name: str = "The fund", **values: Any) -> int:
    picture = BytesIO()
    Image.new("RGB", (240, 80), "#303030").save(picture, "PNG")
    size = {"width": 120, "height": 40}
    with transaction() as session:
        logo = PartnerLogo(series_id=series_id, name=name, content=picture.getvalue(), digest="0" * 16, **size | values)
        session.add(logo)
        session.flush()
        return logo.id
