"""The outbox on both databases: what is written, claimed, held, given back, erased."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask

from eventsapp.clock import now
from eventsapp.database import WriteOutsideTransaction, db, transaction
from eventsapp.mail import claims, outbox
from eventsapp.mail.models import Letter
from eventsapp.mail.outbox import Backlog

START = datetime(2027, 7, 14, 7, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def _write(key: str, person: str | None = None, recipient: str = "Ada@Example.org", priority: int = 0) -> int:
    with transaction():
        return outbox.write(
            kind="place",
            recipient=recipient,
            facts={"key": key},
            dedupe_key=key,
            person=person,
            topic="event:3",
            priority=priority,
        )


def _row(letter_id: int) -> Letter:
    db.session.rollback()
    return db.session.get_one(Letter, letter_id)


def _claimed(owner: str = "a", limit: int = 10) -> list[str]:
    return [str(letter.facts["key"]) for letter in claims.claim(owner, limit)]


def test_letter_as_written(app: Flask, clock: time_machine.Traveller) -> None:
    row = _row(_write("one", person="registration:7"))
    assert (row.state, row.kind, row.language, row.facts) == ("queued", "place", "en", {"key": "one"})
    assert (row.recipient, row.recipient_key) == ("Ada@Example.org", "ada@example.org")
    assert (row.person, row.topic, row.attempts, row.content) == ("registration:7", "event:3", 0, None)
    assert (row.created_at, row.next_try_at) == (START, START)
    assert row.message_id.startswith("<")
    assert row.message_id.endswith("@localhost>")


def test_letter_outside_a_transaction_is_refused(app: Flask) -> None:
    with pytest.raises(WriteOutsideTransaction):
        outbox.write(kind="place", recipient="ada@example.org", facts={}, dedupe_key="one")


def test_letter_goes_with_its_transaction(app: Flask) -> None:
    def fails() -> None:
        with transaction():
            outbox.write(kind="place", recipient="ada@example.org", facts={}, dedupe_key="one")
            raise LookupError

    with pytest.raises(LookupError):
        fails()
    assert outbox.backlog() == Backlog(queued=0, failed=0, oldest_due_at=None)


def test_same_fact_makes_one_letter(app: Flask) -> None:
    assert _write("one") == _write("one", recipient="other@example.org")
    assert [row.recipient for row in outbox.letters_of(topic="event:3")] == ["Ada@Example.org"]


def test_message_ids_differ(app: Flask) -> None:
    assert _row(_write("one")).message_id != _row(_write("two")).message_id


def test_recent_counts_by_address_kind_and_time(app: Flask, clock: time_machine.Traveller) -> None:
    _write("one")
    _write("two", recipient="ADA@example.ORG ")
    _write("three", recipient="bob@example.org")
    assert outbox.recent("ada@example.org", ["place"], START) == 2
    assert outbox.recent("ada@example.org", ["place"], START + MINUTE) == 0
    assert outbox.recent("ada@example.org", ["other"], START) == 0


def test_claim_in_order_of_priority_then_time(app: Flask, clock: time_machine.Traveller) -> None:
    _write("first")
    clock.shift(MINUTE)
    _write("second")
    _write("urgent", priority=1)
    assert _claimed() == ["urgent", "first", "second"]


def test_claim_is_of_one_owner(app: Flask, clock: time_machine.Traveller) -> None:
    for key in ("one", "two", "three"):
        _write(key)
    assert _claimed("a", limit=2) == ["one", "two"]
    assert _claimed("b") == ["three"]
    assert _claimed("a") == []


def test_claim_takes_one_letter_of_a_person_at_a_time(app: Flask, clock: time_machine.Traveller) -> None:
    first = _write("first", person="registration:7")
    _write("second", person="registration:7", priority=5)
    _write("other", person="registration:8")
    assert _claimed("a") == ["first", "other"]
    assert _claimed("b") == []
    claims.sent(first, b"")
    assert _claimed("b") == ["second"]


def test_letter_waiting_for_another_attempt_holds_up_its_person(app: Flask, clock: time_machine.Traveller) -> None:
    first = _write("first", person="registration:7")
    _write("second", person="registration:7")
    assert _claimed("a") == ["first"]
    claims.retry(first, "a", "450 later", 5 * MINUTE)
    assert _claimed("a") == []
    clock.shift(5 * MINUTE)
    assert _claimed("a") == ["first"]
    claims.fail(first, "a", "550 unknown")
    assert _claimed("a") == ["second"]


def test_lapsed_lease_is_taken_over(app: Flask, clock: time_machine.Traveller) -> None:
    one = _write("one", person="registration:7")
    assert _claimed("dead") == ["one"]
    clock.shift(timedelta(seconds=600))
    assert _claimed("b") == []
    clock.shift(timedelta(seconds=1))
    assert _claimed("b") == ["one"]
    assert claims.hold(one, "dead", "Subject", b"late") is None
    assert claims.hold(one, "b", "Subject", b"bytes") == b"bytes"


def test_hold_renews_the_lease(app: Flask, clock: time_machine.Traveller) -> None:
    one = _write("one")
    _claimed("a")
    clock.shift(timedelta(seconds=500))
    assert claims.hold(one, "a", "Subject", b"bytes") == b"bytes"
    clock.shift(timedelta(seconds=500))
    assert _claimed("b") == []


def test_first_bytes_are_kept_for_every_attempt(app: Flask, clock: time_machine.Traveller) -> None:
    one = _write("one")
    _claimed("a")
    claims.hold(one, "a", "First", b"first")
    claims.retry(one, "a", "421 busy", MINUTE)
    clock.shift(MINUTE)
    (letter,) = claims.claim("b", 1)
    assert (letter.composed, letter.attempts) == (True, 1)
    assert claims.hold(one, "b") == b"first"
    assert claims.hold(one, "b", "Second", b"second") == b"first"
    assert _row(one).subject == "First"


def test_sent_letter(app: Flask, clock: time_machine.Traveller) -> None:
    one = _write("one")
    _claimed("a")
    clock.shift(MINUTE)
    claims.sent(one, b"kept")
    row = _row(one)
    assert (row.state, row.sent_at, row.attempts, row.content) == ("sent", START + MINUTE, 1, b"kept")
    assert (row.owner, row.lease_until, row.last_error) == (None, None, None)
    clock.shift(timedelta(hours=1))
    assert _claimed("b") == []


def test_sent_is_true_even_after_the_lease_was_lost(app: Flask, clock: time_machine.Traveller) -> None:
    one = _write("one")
    _claimed("a")
    clock.shift(timedelta(hours=1))
    _claimed("b")
    claims.sent(one, b"kept")
    assert claims.hold(one, "b", "Subject", b"bytes") is None


@pytest.mark.parametrize("back", ["retry", "fail"])
def test_letter_of_another_owner_is_not_put_back(app: Flask, clock: time_machine.Traveller, back: str) -> None:
    one = _write("one")
    _claimed("a")
    if back == "retry":
        claims.retry(one, "b", "no", MINUTE)
    else:
        claims.fail(one, "b", "no")
    assert (_row(one).state, _row(one).owner) == ("sending", "a")


def test_given_back_letters_are_due_at_once(app: Flask, clock: time_machine.Traveller) -> None:
    one = _write("one")
    _write("two")
    _claimed("a", limit=1)
    _claimed("b", limit=1)
    claims.give_back("a", "mail server away")
    assert (_row(one).attempts, _row(one).last_error) == (0, "mail server away")
    assert _claimed("c") == ["one"]


def test_withdrawn_letters_are_not_sent(app: Flask, clock: time_machine.Traveller) -> None:
    sent, held = _write("sent", person="registration:7"), _write("held", person="registration:7")
    _write("waiting", person="registration:7")
    _write("other", person="registration:8")
    _claimed("a")
    claims.sent(sent, b"")
    _claimed("a")
    assert outbox.withdraw("registration:7") == 2
    assert claims.hold(held, "a", "Subject", b"bytes") is None
    states = [row.state for row in outbox.letters_of(person="registration:7")]
    assert states == ["withdrawn", "withdrawn", "sent"]


def test_forgotten_person_leaves_no_trace(app: Flask, clock: time_machine.Traveller) -> None:
    sent, queued = _write("one", person="registration:7"), _write("two", person="registration:7")
    other = _write("three", person="registration:8")
    _claimed("a")
    claims.hold(sent, "a", "Dear Ada", b"Dear Ada")
    claims.sent(sent, b"Dear Ada")
    assert outbox.forget("registration:7") == 2
    for letter_id, state in ((sent, "sent"), (queued, "withdrawn")):
        row = _row(letter_id)
        assert (row.recipient, row.recipient_key, row.facts, row.subject, row.content, row.last_error, row.state) == (
            (None, None, {}, None, None, None, state)
        )
    assert _row(other).recipient == "Ada@Example.org"
    assert outbox.recent("ada@example.org", ["place"], START) == 1


def test_letter_forgotten_on_the_wire_keeps_no_bytes(app: Flask, clock: time_machine.Traveller) -> None:
    one = _write("one", person="registration:7")
    _claimed("a")
    claims.hold(one, "a", "Dear Ada", b"Dear Ada")
    outbox.forget("registration:7")
    claims.sent(one, b"Dear Ada")
    assert (_row(one).state, _row(one).content) == ("sent", None)


def test_letters_of_nobody_are_refused(app: Flask) -> None:
    with pytest.raises(ValueError, match="whom"):
        outbox.letters_of()


def test_backlog(app: Flask, clock: time_machine.Traveller) -> None:
    failed, later = _write("failed"), _write("later")
    _claimed("a")
    claims.fail(failed, "a", "550 unknown")
    claims.retry(later, "a", "421 busy", 5 * MINUTE)
    assert outbox.backlog() == Backlog(queued=1, failed=1, oldest_due_at=None)
    clock.shift(MINUTE)
    _write("due")
    clock.shift(MINUTE)
    assert outbox.backlog() == Backlog(queued=2, failed=1, oldest_due_at=START + MINUTE)


def test_idle_claim_takes_no_lock(app: Flask) -> None:
    """With another holding the write lock an idle worker's look at the queue does not wait."""
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with app.app_context(), transaction():
            held.set()
            done.wait(10)

    thread = threading.Thread(target=hold)
    thread.start()
    try:
        assert held.wait(10)
        assert claims.claim("a", 10) == []
        assert thread.is_alive()
    finally:
        done.set()
        thread.join()


def test_claims_at_the_same_moment_do_not_overlap(app: Flask) -> None:
    """Four threads with connections of their own claim 40 letters of 10 people: each letter once, in order."""
    for number in range(40):
        _write(f"{number:02}", person=f"registration:{number % 10}")
    taken: list[str] = []

    def work(owner: str) -> None:
        with app.app_context():
            while outbox.backlog().queued:
                for letter in claims.claim(owner, 3):
                    assert claims.hold(letter.letter_id, owner, "s", b"b") == b"b"
                    taken.append(str(letter.facts["key"]))
                    claims.sent(letter.letter_id, b"")

    threads = [threading.Thread(target=work, args=(f"worker {number}",)) for number in range(4)]
    started = now()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert now() - started < timedelta(seconds=60)
    assert sorted(taken) == [f"{number:02}" for number in range(40)]
    for person in range(10):
        assert [key for key in taken if int(key) % 10 == person] == [f"{person + step:02}" for step in (0, 10, 20, 30)]
