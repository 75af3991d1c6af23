"""The rules of database.py, on both databases."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.exc import StatementError

from eventsapp import clock
from eventsapp.database import WriteOutsideTransaction, db, transaction
from eventsapp.people.models import User

SUMMER = datetime(2027, 7, 1, 9, tzinfo=timezone(timedelta(hours=2)))


def make(email: str = "someone@example.org", created_at: datetime | None = None) -> User:
    return User(email=email, email_key=email, name="", created_at=created_at or clock.now())


def count() -> int:
    db.session.rollback()
    return db.session.query(User).count()


def test_a_write_outside_a_transaction_is_refused(app: Flask) -> None:
    db.session.add(make())
    with pytest.raises(WriteOutsideTransaction):
        db.session.commit()
    db.session.rollback()
    assert count() == 0


def test_a_statement_that_writes_outside_a_transaction_is_refused(app: Flask) -> None:
    with pytest.raises(WriteOutsideTransaction):
        db.session.execute(update(User).values(name="x"))


def test_a_transaction_commits_once_with_the_outermost(app: Flask) -> None:
    with transaction() as session:
        session.add(make("a@example.org"))
        with transaction() as inner:
            assert inner is session
            inner.add(make("b@example.org"))
        session.add(make("c@example.org"))
    assert count() == 3


def test_an_exception_undoes_all_of_it(app: Flask) -> None:
    def verb() -> None:
        with transaction() as session:
            with transaction() as inner:
                inner.add(make())
            session.flush()
            raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError, match="on purpose"):
        verb()
    assert count() == 0


def test_half_a_verb_is_never_kept(app: Flask) -> None:
    def verb() -> None:
        with transaction() as session:
            session.add(make())
            with suppress(ValueError), transaction():
                raise ValueError("inner")

    with pytest.raises(RuntimeError, match="nothing of it is kept"):
        verb()
    assert count() == 0


def test_a_write_after_a_read_sees_what_came_between(app: Flask) -> None:
    with transaction() as session:
        session.add(make())
    assert db.session.query(User).one().name == ""
    with app.test_request_context(), transaction() as session:
        session.query(User).update({"name": "new"})
    with transaction() as session:
        assert session.query(User).one().name == "new"


def test_moments_come_back_aware_and_equal(app: Flask) -> None:
    with transaction() as session:
        session.add(make(created_at=SUMMER))
    db.session.rollback()
    stored = db.session.query(User).one().created_at
    assert stored == SUMMER
    assert stored.tzinfo is UTC
    assert db.session.query(User).filter(User.created_at <= SUMMER).count() == 1


def test_a_naive_moment_is_refused(app: Flask) -> None:
    def verb() -> None:
        with transaction() as session:
            session.add(make(created_at=SUMMER.replace(tzinfo=None)))

    with pytest.raises(StatementError, match="needs a zone"):
        verb()


def test_sqlite_is_set_up_as_measured(app: Flask) -> None:
    connection = db.session.connection()
    if connection.dialect.name == "sqlite":
        values = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")
        }
        assert values == {"journal_mode": "wal", "synchronous": 2}
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    else:
        assert connection.exec_driver_sql("SHOW lock_timeout").scalar() == "5s"
