"""Personal data has an end date, and the worker keeps it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine

from eventsapp.audit.models import AuditEntry
from eventsapp.database import db, transaction
from eventsapp.mail.models import Letter
from eventsapp.registration import forgetting, handling, integrity, queries, service
from eventsapp.registration.models import FormSubmission, Registration, RegistrationMove
from tests.builders import get_event, make_event, make_series, make_user, register

pytestmark = pytest.mark.usefixtures("app")
NOW = datetime(2027, 6, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock_stands() -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def send_everything() -> None:
    with transaction() as session:
        session.query(Letter).update({"state": "sent"})


def stored(row: Registration) -> Registration:
    row_id = row.id
    db.session.rollback()
    return db.session.get_one(Registration, row_id, populate_existing=True)


def everything_about(row: Registration) -> str:
    """All that the database holds of a person, as one text."""
    kept = stored(row)
    letters = db.session.query(Letter).filter_by(person=f"registration:{kept.id}").all()
    moves = db.session.query(RegistrationMove).filter_by(registration_id=kept.id).all()
    entries = db.session.query(AuditEntry).filter_by(subject=f"registration:{kept.id}").all()
    rows = [kept, *letters, *moves, *entries]
    return repr([{c.name: getattr(r, c.key) for c in r.__table__.columns if hasattr(r, c.key)} for r in rows])


def test_nothing_is_forgotten_before_its_time(clock_stands: Any) -> None:
    event = make_event()
    row = register(event)
    send_everything()
    clock_stands.move_to(event.ends_at + timedelta(days=180) - timedelta(seconds=1))
    assert forgetting.forget_due() == 0
    assert stored(row).email is not None


def test_a_person_is_forgotten_with_letters_history_and_audit(clock_stands: Any) -> None:
    event = make_event()
    row = register(event, "wanda@example.org", name="Wanda Wonder", organisation="PZ Antwerp")
    service.correct(row.id, name="Wanda Wonderful", organisation="PZ Antwerp")
    handling.withdraw(row.id, by=make_user(), why="Wanda rang")
    send_everything()
    clock_stands.move_to(event.ends_at + timedelta(days=180))
    assert forgetting.forget_due() == 1
    assert "wanda" not in everything_about(row).lower()
    assert "antwerp" not in everything_about(row).lower()
    assert list(integrity.problems()) == []
    assert forgetting.forget_due() == 0


def test_who_never_had_a_place_is_forgotten_earlier(clock_stands: Any) -> None:
    event = make_event(capacity=1)
    inside, waiting = register(event), register(event)
    send_everything()
    clock_stands.move_to(get_event(event.id).ends_at + timedelta(days=30))
    assert forgetting.forget_due() == 1
    assert (stored(inside).email is None, stored(waiting).email is None) == (False, True)


def test_evidence_stays_until_its_day_is_over(clock_stands: Any) -> None:
    make_series("audited", evidence_until=date(2030, 12, 31), evidence_reason="the funder's audit")
    event = make_event(series="audited")
    row = register(event, "wanda@example.org", name="Wanda Wonder", organisation="PZ Antwerp")
    send_everything()
    clock_stands.move_to(event.ends_at + timedelta(days=181))
    assert forgetting.forget_due() == 1
    kept = stored(row)
    assert (kept.email, kept.name, kept.organisation) == (None, "Wanda Wonder", "PZ Antwerp")
    clock_stands.move_to(datetime(2031, 1, 1, tzinfo=UTC))
    assert forgetting.forget_due() == 1
    assert "wanda" not in everything_about(row).lower()


def test_a_letter_under_way_is_waited_for(clock_stands: Any) -> None:
    row = register(make_event())
    assert service.disown(row.id)
    assert forgetting.forget_due() == 0
    send_everything()
    assert forgetting.forget_due() == 1
    assert stored(row).email is None


def test_links_of_a_forgotten_person_open_nothing() -> None:
    row = register(make_event())
    key, version = row.key, row.link_version
    service.disown(row.id)
    send_everything()
    forgetting.forget_due()
    assert queries.find_by_key(key) is None
    assert stored(row).link_version > version


def test_form_keys_are_kept_for_a_week(clock_stands: Any) -> None:
    register(make_event(), submission="form")
    clock_stands.shift(timedelta(days=7, seconds=1))
    forgetting.forget_due()
    assert db.session.query(FormSubmission).count() == 0
