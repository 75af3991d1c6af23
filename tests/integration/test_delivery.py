"""Delivery against a real SMTP server that answers by script."""

from __future__ import annotations

import dataclasses
import logging
import ssl
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask

from config import Config
from eventsapp.app import create_app
from eventsapp.database import db, transaction
from eventsapp.mail import mailbox, outbox
from eventsapp.mail.connection import Unreachable
from eventsapp.mail.delivery import LetterFacts, Renderer, Tally, TryLater, deliver, deliver_round
from eventsapp.mail.message import CalendarPart, Rendered
from eventsapp.mail.models import Letter
from tests.settings import config_for
from tests.smtp_peer import HANGS_UP, SILENCE, TAKEN_THEN_HANGS_UP, SmtpPeer, certificate, server_side

START = datetime(2027, 7, 14, 7, 0, tzinfo=UTC)
ICS = b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"
MakeApp = Callable[..., Flask]


def _place(letter: LetterFacts) -> Rendered:
    key = letter.facts["key"]
    return Rendered(f"You have a place: {key}", f"Text {key}\n", f"<p>{key}</p>", sender_name="Ville, Liège")


RENDERERS: Mapping[str, Renderer] = {"place": _place}


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def mail_app(sqlite_database_url: str, tmp_path: Path, clock: time_machine.Traveller) -> Iterator[MakeApp]:
    """Makes the app with its mail at a peer's port. SQLite alone: what differs between databases is in test_outbox."""
    contexts = []

    def make(port: int, **settings: Any) -> Flask:
        base = config_for(sqlite_database_url, tmp_path)
        values: dict[str, Any] = {"mail_server": "127.0.0.1", "mail_port": port, "mail_tls": "off", **settings}
        config: Config = dataclasses.replace(base, mail_timeout_seconds=1.0, **values)
        app = create_app(config)
        context = app.app_context()
        context.push()
        contexts.append(context)
        return app

    yield make
    for context in contexts:
        db.session.remove()
        db.engine.dispose()
        context.pop()


def _write(*keys: str, kind: str = "place", recipient: str = "ada@example.org", person: str | None = None) -> None:
    with transaction():
        for key in keys:
            outbox.write(kind=kind, recipient=recipient, facts={"key": key}, dedupe_key=key, person=person)


def _rows() -> dict[str, Letter]:
    db.session.rollback()
    return {row.dedupe_key: row for row in db.session.query(Letter)}


def _round(renderers: Mapping[str, Renderer] = RENDERERS) -> Tally:
    return deliver_round(renderers, owner="worker")


def test_letter_arrives_as_written(mail_app: MakeApp, clock: time_machine.Traveller) -> None:
    with SmtpPeer() as peer:
        mail_app(peer.port)
        _write("one")
        clock.shift(timedelta(hours=2))
        assert deliver(RENDERERS, owner="worker") == 1
    (taken,) = peer.taken
    row = _rows()["one"]
    assert (taken.sender, taken.recipients) == ("events@localhost", ("ada@example.org",))
    assert taken.message_id == row.message_id
    assert taken.mail["Date"].datetime == START
    assert taken.mail["Subject"] == row.subject == "You have a place: one"
    assert (row.state, row.sent_at, row.content) == ("sent", START + timedelta(hours=2), taken.content)


def test_nothing_due_opens_no_connection(mail_app: MakeApp) -> None:
    with SmtpPeer() as peer:
        mail_app(peer.port)
        assert _round() == Tally()
        assert peer.connections == 0


def test_many_letters_take_one_connection(mail_app: MakeApp) -> None:
    with SmtpPeer() as peer:
        mail_app(peer.port)
        _write(*(f"{number:02}" for number in range(25)))
        assert _round() == Tally(sent=25)
        assert peer.connections == 1


def test_limit_is_kept(mail_app: MakeApp) -> None:
    with SmtpPeer() as peer:
        mail_app(peer.port)
        _write(*(f"{number:02}" for number in range(5)))
        assert deliver(RENDERERS, limit=3, owner="worker") == 3
        assert deliver(RENDERERS, limit=3, owner="worker") == 2


def test_busy_server_is_tried_again_with_the_same_bytes(mail_app: MakeApp, clock: time_machine.Traveller) -> None:
    with SmtpPeer(["452 no room just now"]) as peer:
        mail_app(peer.port)
        _write("one")
        assert _round() == Tally(later=1)
        row = _rows()["one"]
        assert (row.state, row.attempts, row.last_error) == ("queued", 1, "452 no room just now")
        assert timedelta(minutes=1) <= row.next_try_at - START <= timedelta(seconds=72)
        assert _round() == Tally()
        clock.shift(timedelta(seconds=72))
        assert _round() == Tally(sent=1)
    first, second = peer.seen
    assert first == second
    assert _rows()["one"].attempts == 2


def test_letter_that_is_never_taken_fails_after_a_day(mail_app: MakeApp, clock: time_machine.Traveller) -> None:
    with SmtpPeer(["451 greylisted"] * 7) as peer:
        mail_app(peer.port)
        _write("one")
        for _ in range(6):
            assert _round() == Tally(later=1)
            clock.shift(timedelta(hours=15))
        assert _round() == Tally(failed=1)
        assert len(peer.seen) == 7
    assert (_rows()["one"].state, _rows()["one"].last_error) == ("failed", "451 greylisted")


def test_refused_letter_fails_and_the_next_goes_out(mail_app: MakeApp) -> None:
    with SmtpPeer(["550 not wanted here"]) as peer:
        mail_app(peer.port)
        _write("one", "two", person="registration:7")
        assert _round() == Tally(sent=1, failed=1)
        assert [taken.mail["Subject"] for taken in peer.taken] == ["You have a place: two"]
    assert (_rows()["one"].state, _rows()["one"].last_error) == ("failed", "550 not wanted here")


def test_unknown_recipient_fails(mail_app: MakeApp) -> None:
    with SmtpPeer(to_recipients=["550 no such person"]) as peer:
        mail_app(peer.port)
        _write("one", "two")
        assert _round() == Tally(sent=1, failed=1)
    assert _rows()["one"].last_error == "recipient refused: 550 no such person"


def test_greylisted_recipient_is_given_time(mail_app: MakeApp) -> None:
    with SmtpPeer(to_recipients=["450 come back later"]) as peer:
        mail_app(peer.port)
        _write("one")
        assert _round() == Tally(later=1)
    row = _rows()["one"]
    assert row.last_error == "recipient refused: 450 come back later"
    assert timedelta(minutes=5) <= row.next_try_at - START <= timedelta(minutes=6)


def test_letter_taken_before_the_line_went_dead_is_sent(mail_app: MakeApp) -> None:
    with SmtpPeer([TAKEN_THEN_HANGS_UP]) as peer:
        mail_app(peer.port)
        _write("one", "two")
        assert _round() == Tally(sent=2)
        assert [taken.mail["Subject"] for taken in peer.taken] == ["You have a place: one", "You have a place: two"]
        assert peer.connections == 2


def test_line_dead_before_an_answer_is_tried_again(mail_app: MakeApp, clock: time_machine.Traveller) -> None:
    with SmtpPeer([HANGS_UP]) as peer:
        mail_app(peer.port)
        _write("one", "two")
        assert _round() == Tally(sent=1, later=1)
        clock.shift(timedelta(minutes=2))
        assert _round() == Tally(sent=1)
        assert sorted(str(taken.mail["Subject"])[-3:] for taken in peer.taken) == ["one", "two"]
    assert len(set(peer.seen)) == 2


def test_server_that_falls_silent_is_given_up_on(mail_app: MakeApp) -> None:
    with SmtpPeer([SILENCE]) as peer:
        mail_app(peer.port)
        _write("one")
        assert _round() == Tally(later=1)
    assert "timed out" in (_rows()["one"].last_error or "")


def _assert_waits(words: str) -> None:
    """The round says why, and the letter is due as before with no attempt counted."""
    _write("one", "two")
    with pytest.raises(Unreachable, match=words):
        _round()
    for row in _rows().values():
        assert (row.state, row.attempts, row.next_try_at, row.owner) == ("queued", 0, START, None)
    assert any(words in (row.last_error or "") for row in _rows().values())


def test_server_that_never_speaks_makes_letters_wait(mail_app: MakeApp) -> None:
    with mailbox.listening() as sock:
        mail_app(sock.getsockname()[1])
        _assert_waits("no answer within 1 seconds")


def test_server_that_is_away_makes_letters_wait(mail_app: MakeApp) -> None:
    with mailbox.listening() as sock:
        port = sock.getsockname()[1]
    mail_app(port)
    _assert_waits("Connection refused")


def test_server_gone_between_two_letters(mail_app: MakeApp) -> None:
    with SmtpPeer([TAKEN_THEN_HANGS_UP]) as peer:
        mail_app(peer.port)
        _write("one", "two")

        def away_after_the_first(letter: LetterFacts) -> Rendered:
            if letter.facts["key"] == "two":
                peer.stop()
            return _place(letter)

        with pytest.raises(Unreachable):
            deliver({"place": away_after_the_first}, owner="worker")
    states = {key: (row.state, row.attempts) for key, row in _rows().items()}
    assert states == {"one": ("sent", 1), "two": ("queued", 0)}


def test_missing_starttls_is_never_plain_text(mail_app: MakeApp) -> None:
    with SmtpPeer() as peer:
        mail_app(peer.port, mail_tls="on")
        _assert_waits("offers no STARTTLS; letters are not sent in plain text")
        assert peer.seen == []


@pytest.fixture(scope="session")
def own_certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("certificates"), "127.0.0.1")


@pytest.fixture(scope="session")
def other_certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("certificates"), "other.example")


@pytest.mark.parametrize("tls", ["on", "ssl"])
def test_trusted_certificate_is_taken(mail_app: MakeApp, own_certificate: Path, tls: str) -> None:
    with _tls_peer(tls, own_certificate) as peer:
        mail_app(peer.port, mail_tls=tls, mail_ca_file=str(own_certificate))
        _write("one")
        assert _round() == Tally(sent=1)
        assert len(peer.taken) == 1


@pytest.mark.parametrize("tls", ["on", "ssl"])
def test_unknown_certificate_is_refused(mail_app: MakeApp, own_certificate: Path, tls: str) -> None:
    with _tls_peer(tls, own_certificate) as peer:
        mail_app(peer.port, mail_tls=tls)
        _assert_waits("its certificate is not trusted: self-signed certificate")
        assert peer.seen == []


@pytest.mark.parametrize("tls", ["on", "ssl"])
def test_certificate_of_another_host_is_refused(mail_app: MakeApp, other_certificate: Path, tls: str) -> None:
    with _tls_peer(tls, other_certificate) as peer:
        mail_app(peer.port, mail_tls=tls, mail_ca_file=str(other_certificate))
        _assert_waits("its certificate is not trusted: IP address mismatch")
        assert peer.seen == []


def _tls_peer(tls: str, pem: Path) -> SmtpPeer:
    context: ssl.SSLContext = server_side(pem)
    return SmtpPeer(starttls=context) if tls == "on" else SmtpPeer(tls=context)


def test_refused_login_makes_letters_wait(mail_app: MakeApp) -> None:
    with SmtpPeer() as peer:
        mail_app(peer.port, mail_username="events", mail_password="wrong")
        _assert_waits("SMTP AUTH extension not supported by server")


def test_letter_that_cannot_be_composed_holds_up_no_other(mail_app: MakeApp, caplog: pytest.LogCaptureFixture) -> None:
    def broken(letter: LetterFacts) -> Rendered:
        raise LookupError("no such event")

    with SmtpPeer() as peer:
        mail_app(peer.port)
        _write("one", kind="broken")
        _write("two")
        with caplog.at_level(logging.ERROR):
            assert _round({**RENDERERS, "broken": broken}) == Tally(sent=1, failed=1)
    error = _rows()["one"].last_error or ""
    assert error.startswith("could not be composed, reference ")
    assert error.rpartition(" ")[2] in caplog.text
    assert "no such event" in caplog.text


@pytest.mark.parametrize("error", [TryLater("the venue is being changed"), ConnectionError("gone")], ids=repr)
def test_letter_that_cannot_be_composed_yet_is_tried_again(
    mail_app: MakeApp, clock: time_machine.Traveller, error: Exception
) -> None:
    first = [error]

    def later(letter: LetterFacts) -> Rendered:
        if first:
            raise first.pop()
        return _place(letter)

    with SmtpPeer() as peer:
        mail_app(peer.port)
        _write("one")
        assert _round({"place": later}) == Tally(later=1)
        clock.shift(timedelta(minutes=2))
        assert _round({"place": later}) == Tally(sent=1)


def test_unknown_kind_waits_for_a_worker_that_knows_it(mail_app: MakeApp) -> None:
    with SmtpPeer() as peer:
        mail_app(peer.port)
        _write("one", kind="new")
        assert _round() == Tally(later=1)
    assert _rows()["one"].last_error == "this worker knows no letter 'new'"


def test_address_no_server_takes_fails_in_words(mail_app: MakeApp) -> None:
    with SmtpPeer() as peer:
        mail_app(peer.port)
        _write("one", recipient="zoë@example.org")
        _write("two")
        assert _round() == Tally(sent=1, failed=1)
    assert "letters before the @" in (_rows()["one"].last_error or "")


def test_stopping_finishes_the_letter_at_hand_and_gives_the_others_back(mail_app: MakeApp) -> None:
    with SmtpPeer() as peer:
        mail_app(peer.port)
        _write("one", "two", "three")
        tally = deliver_round(RENDERERS, owner="worker", stopping=lambda: len(peer.taken) == 1)
    assert tally == Tally(sent=1)
    states = {key: (row.state, row.owner) for key, row in _rows().items()}
    assert states == {"one": ("sent", None), "two": ("queued", None), "three": ("queued", None)}


def test_letter_withdrawn_while_it_is_composed_is_not_sent(mail_app: MakeApp) -> None:
    def withdrawn(letter: LetterFacts) -> Rendered:
        outbox.withdraw("registration:7")
        return _place(letter)

    with SmtpPeer() as peer:
        mail_app(peer.port)
        _write("one", person="registration:7")
        assert _round({"place": withdrawn}) == Tally()
        assert peer.seen == []
    assert _rows()["one"].state == "withdrawn"


def test_no_transaction_is_open_while_smtp_talks(mail_app: MakeApp) -> None:
    """The peer writes to the same SQLite file while it takes the mail: a held lock would make it wait in vain."""

    def reads(letter: LetterFacts) -> Rendered:
        assert outbox.backlog().queued == 1
        return _place(letter)

    with SmtpPeer() as peer:
        app = mail_app(peer.port)
        _write("one")
        states: list[str] = []
        take = peer.handle_DATA

        async def look_and_take(*arguments: Any) -> str:
            with app.app_context(), transaction() as session:
                states.extend(row.state for row in session.query(Letter))
            return await take(*arguments)

        peer.handle_DATA = look_and_take  # type: ignore[assignment,method-assign]
        assert _round({"place": reads}) == Tally(sent=1)
    assert states == ["sending"]


def test_secret_of_a_link_goes_out_and_is_not_kept(mail_app: MakeApp) -> None:
    link = "https://example.org/registrations/" + "Zk3".join("abcdefghijklmn")

    def linked(letter: LetterFacts) -> Rendered:
        return Rendered("You have a place", f"Your page: {link}\n", "<p>x</p>", calendar=CalendarPart("REQUEST", ICS))

    with SmtpPeer() as peer:
        mail_app(peer.port)
        _write("one")
        _round({"place": linked})
    assert link in peer.taken[0].mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    kept = _rows()["one"].content
    assert kept is not None
    assert b"registrations/..." in kept
    assert b"Zk3bZk3" not in kept


def test_local_mailbox_takes_letters_over_smtp(mail_app: MakeApp, tmp_path: Path) -> None:
    mail_app(0, mail_server=None)
    _write("one", "two")
    assert _round() == Tally(sent=2)
    assert [(mail.to, mail.subject) for mail in mailbox.mails(tmp_path)] == [
        ("ada@example.org", "You have a place: two"),
        ("ada@example.org", "You have a place: one"),
    ]


def test_local_mailbox_keeps_a_mail_sent_twice_once(mail_app: MakeApp, tmp_path: Path) -> None:
    mail_app(0, mail_server=None)
    _write("one")
    _round()
    with transaction() as session:
        session.query(Letter).update({"state": "queued"})
    _round()
    (mail,) = mailbox.mails(tmp_path)
    read = mailbox.find_mail(tmp_path, mail.mail_id)
    assert read is not None
    assert (read.text, read.html, read.calendar) == ("Text one\r\n", "<p>one</p>\r\n", None)
    assert dict(read.headers)["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize("mail_id", ["", "x", "../secret_key", "0" * 32, "A" * 32])
def test_local_mailbox_has_no_other_files(tmp_path: Path, mail_id: str) -> None:
    (tmp_path / "secret_key").write_text("secret")
    assert mailbox.find_mail(tmp_path, mail_id) is None
