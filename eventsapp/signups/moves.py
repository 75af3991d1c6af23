"""The machinery under the verbs of sign-ups: who gets a place in a session, waits, moves up, leaves.

Everything here runs inside an open `transaction()` that holds the event's lock (registration.moves.lock_event). There
are no counters: sign-ups are counted under the lock.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from eventsapp.agenda.models import AgendaSession
from eventsapp.places import Answer, answer, moving_up
from eventsapp.registration.models import Registration
from eventsapp.registration.moves import QUEUE, By, Locked, draw_queue_no
from eventsapp.registration.rules import State
from eventsapp.signups import notifications
from eventsapp.signups.models import SessionSignup, SignupMove
from eventsapp.signups.notifications import News, news_of
from eventsapp.signups.queries import counts_of, pool_of, position_of, sessions_to_sign_up
from eventsapp.signups.rules import Standing, moving_up_open, overlap, places_for
from eventsapp.web.rules import Texts

KINDS = ("room", "online")


class Book:
    """The sign-ups of one event while its lock is held, and what is to be told of their changes."""

    def __init__(self, lock: Locked) -> None:
        self.lock = lock
        self.sessions = {each.id: each for each in sessions_to_sign_up(lock.event)}
        self._news: dict[int, list[tuple[int, AgendaSession, str, AgendaSession | None]]] = {}
        self._last: dict[int, int] = {}

    def of(self, registration: Registration) -> list[SessionSignup]:
        """A person's sign-ups in the order in which they signed up."""
        return signups_of(self.lock, registration)

    def find(self, key: str) -> AgendaSession | None:
        """A session that people sign up for."""
        return next((each for each in self.sessions.values() if each.key == key), None)

    def offers(self, key: str) -> bool:
        return self.find(key) is not None

    def title_of(self, key: str) -> Texts:
        found = self.find(key)
        return found.title if found is not None else {}

    def key_of(self, signup: SessionSignup) -> str:
        return self.session_of(signup).key

    def anybody(self) -> bool:
        """Whether anybody signed up for anything at this event."""
        rows = select(SessionSignup.id).join(AgendaSession, AgendaSession.id == SessionSignup.session_id)
        return self.lock.session.scalar(rows.where(AgendaSession.event_id == self.lock.event.id).limit(1)) is not None

    def waits(self, registration: Registration) -> set[str]:
        """Keys of the sessions in which this person would wait now."""
        if registration.state != State.CONFIRMED:
            return set()
        counts = counts_of(self.lock.event.id)
        pools = {each.key: pool_of(each, registration.attends, counts) for each in self.sessions.values()}
        return {key for key, pool in pools.items() if answer(pool, waitlist=True) is not Answer.PLACE}

    def sign_up(self, registration: Registration, session: AgendaSession, by: By) -> Standing:
        """A place, or one in line; a wish, while the person has no place at the event."""
        signup = SessionSignup(registration_id=registration.id, session_id=session.id, at=self.lock.now)
        signup.attends, signup.queue_no = registration.attends, 0
        return self._enter(registration, signup, session, None, by)

    def take(self, registration: Registration, session: AgendaSession, by: By) -> None:
        """A place by hand, past queue and capacity."""
        signup = next((each for each in self.of(registration) if each.session_id == session.id), None)
        origin = Standing(signup.state) if signup is not None else None
        if signup is None:
            signup = SessionSignup(registration_id=registration.id, session_id=session.id, at=self.lock.now)
            signup.queue_no = draw_queue_no(self.lock)
        signup.attends = registration.attends
        self._put(signup, session, origin, Standing.TAKEN, by)
        self._free_for(registration, session)
        self.tell_of(signup, session, "taken")

    def leave(self, signup: SessionSignup, by: By) -> None:
        session = self.session_of(signup)
        self._note(signup, session, Standing(signup.state), None, by)
        self.lock.session.delete(signup)
        self.lock.session.flush()

    def get_in(self, registration: Registration, by: By) -> None:
        """Somebody has a place at the event now: what they wished for is tried, in the order of their wishes."""
        for signup in self.of(registration):
            session = self.session_of(signup)
            if signup.state != Standing.WISHED:
                continue
            if self._refused(registration, signup, by):
                continue
            signup.attends = registration.attends
            now = self._enter(registration, signup, session, Standing.WISHED, by)
            self.tell_of(signup, session, now)

    def switch(self, registration: Registration, by: By) -> None:
        """Somebody takes part in another way: what they have is given back, and tried anew in the other line."""
        for signup in self.of(registration):
            session = self.session_of(signup)
            if signup.attends == registration.attends:
                continue
            before = Standing(signup.state)
            if places_for(session, registration.attends) is None:
                self.leave(signup, By(by.actor, by.user_id, "kind"))
                self.tell_of(signup, session, "kind")
                continue
            self.leave(signup, By(by.actor, by.user_id, "kind"))
            again = SessionSignup(registration_id=registration.id, session_id=session.id, at=self.lock.now)
            again.attends, again.queue_no = registration.attends, 0
            now = self._enter(registration, again, session, None, by)
            if now != before or now is Standing.WAITING:
                self.tell_of(again, session, now)

    def step_back(self, registration: Registration, by: By) -> None:
        """Somebody has no place at the event any more and may get one again, or waits for another kind: all they have
        becomes wishes, as far as it can be had in that way."""
        for signup in self.of(registration):
            session, before = self.session_of(signup), Standing(signup.state)
            other_kind = signup.attends != registration.attends
            if other_kind and places_for(session, registration.attends) is None:
                self.leave(signup, By(by.actor, by.user_id, "kind"))
                self.tell_of(signup, session, "kind")
                continue
            signup.attends = registration.attends
            if before is not Standing.WISHED or other_kind:
                self._put(signup, session, before, Standing.WISHED, by)
            if before is not Standing.WISHED:
                self.tell_of(signup, session, Standing.WISHED)

    def hand_over(self, signup: SessionSignup, kept: Registration, by: By) -> None:
        """To the registration of the same person that stays: the place or the number in line, where it can have it."""
        session, standing, number = self.session_of(signup), Standing(signup.state), signup.queue_no
        same_kind = signup.attends == kept.attends
        self.leave(signup, by)
        mine = {self.session_of(each): each for each in self.of(kept)}
        own = mine.get(session)
        clash = any(overlap(each, session) and row.state != Standing.WAITING for each, row in mine.items())
        if own is None and kept.state != State.CONFIRMED and not clash:
            self.sign_up(kept, session, by)
        elif kept.state != State.CONFIRMED or standing is Standing.WISHED or not same_kind:
            return
        elif standing is Standing.TAKEN and (own is None or own.state == Standing.WAITING) and not clash:
            self.take(kept, session, by)
        elif standing is Standing.WAITING and own is None:
            again = SessionSignup(registration_id=kept.id, session_id=session.id, at=self.lock.now)
            again.attends, again.queue_no = kept.attends, number
            self._put(again, session, None, Standing.WAITING, by)

    def follow(self) -> None:
        """The agenda changed: sign-ups end for what nobody signs up for any more. People are told of what is off."""
        rows = (
            select(SessionSignup, AgendaSession)
            .join(AgendaSession, AgendaSession.id == SessionSignup.session_id)
            .where(AgendaSession.event_id == self.lock.event.id)
            .order_by(SessionSignup.queue_no, SessionSignup.id)
        )
        for signup, session in self.lock.session.execute(rows).all():
            if session.id in self.sessions and places_for(session, signup.attends) is not None:
                continue
            self.leave(signup, By(QUEUE.actor, why="agenda"))
            if session.cancelled_at is not None:
                self.tell_of(signup, session, "agenda")

    def settle(self) -> None:
        """Free places go to the heads of the lines, until nobody can move up any more."""
        while self._moved_up():
            pass

    def tell_of(
        self, signup: SessionSignup, session: AgendaSession, what: str, other: AgendaSession | None = None
    ) -> None:
        self._news.setdefault(signup.registration_id, []).append((session.id, session, what, other))

    def tell(self, *, but: int | None = None) -> None:
        """One letter to each of whom something is to be told; not to `but`, who is told otherwise or not at all."""
        for registration_id, found in self._news.items():
            registration = self.lock.session.get_one(Registration, registration_id)
            if registration_id != but and registration.writes_to is not None:
                mine = {each.session_id: each for each in self.of(registration)}
                news = [self._as_told(each, mine) for each in _latest(found)]
                notifications.write(self.lock.snapshot, registration, news, number=self._last[registration_id])
        self._news.clear()

    def _enter(
        self,
        registration: Registration,
        signup: SessionSignup,
        session: AgendaSession,
        origin: Standing | None,
        by: By,
    ) -> Standing:
        if registration.state != State.CONFIRMED:
            to = Standing.WISHED
        else:
            pool = pool_of(session, registration.attends, counts_of(self.lock.event.id))
            to = Standing.TAKEN if answer(pool, waitlist=True) is Answer.PLACE else Standing.WAITING
        signup.queue_no = draw_queue_no(self.lock)
        self._put(signup, session, origin, to, by)
        return to

    def _refused(self, registration: Registration, signup: SessionSignup, by: By) -> bool:
        """What became impossible since it was wished for ends, and is told."""
        session = self.session_of(signup)
        held = [each for each in self.of(registration) if each.state == Standing.TAKEN]
        other = next((each for each in map(self.session_of, held) if overlap(each, session)), None)
        if session.id not in self.sessions or self.lock.now >= session.starts_at:
            what = "agenda"
        elif places_for(session, registration.attends) is None:
            what = "kind"
        elif other is not None:
            what = "overlaps"
        else:
            return False
        self.leave(signup, By(by.actor, by.user_id, what))
        self.tell_of(signup, session, what, other)
        return True

    def _moved_up(self) -> bool:
        counts, moved = counts_of(self.lock.event.id), False
        for session in self.sessions.values():
            open_ = moving_up_open(session, self.lock.event.status, self.lock.now)
            for attends in KINDS:
                number = moving_up(pool_of(session, attends, counts), open_=open_)
                for signup in self._heads(session, attends, number) if number else ():
                    self._move_up(signup, session)
                    moved = True
        return moved

    def _heads(self, session: AgendaSession, attends: str, number: int) -> Sequence[SessionSignup]:
        waiting = select(SessionSignup).where(
            SessionSignup.session_id == session.id,
            SessionSignup.attends == attends,
            SessionSignup.state == Standing.WAITING,
        )
        return self.lock.session.scalars(waiting.order_by(SessionSignup.queue_no).limit(number)).all()

    def _move_up(self, signup: SessionSignup, session: AgendaSession) -> None:
        registration = self.lock.session.get_one(Registration, signup.registration_id)
        self._free_for(registration, session)
        self._put(signup, session, Standing.WAITING, Standing.TAKEN, QUEUE)
        self.tell_of(signup, session, "taken")

    def _free_for(self, registration: Registration, session: AgendaSession) -> None:
        """Whoever moves up gives up what they hold at the same time, and waits for nothing else at that time."""
        for other in self.of(registration):
            beside = self.session_of(other)
            if beside.id != session.id and overlap(beside, session):
                self.leave(other, By(QUEUE.actor, why="swapped"))
                self.tell_of(other, beside, "swapped", session)

    def _put(
        self, signup: SessionSignup, session: AgendaSession, origin: Standing | None, to: Standing, by: By
    ) -> None:
        signup.state = to
        signup.taken_at = self.lock.now if to is Standing.TAKEN else None
        self.lock.session.add(signup)
        self._note(signup, session, origin, to, by)

    def _note(
        self, signup: SessionSignup, session: AgendaSession, origin: Standing | None, to: Standing | None, by: By
    ) -> None:
        """A line of history. The number of places left is on public pages: those of an earlier version are stale."""
        row = SignupMove(
            registration_id=signup.registration_id,
            session_id=session.id,
            from_state=origin,
            to_state=to,
            attends=signup.attends,
            queue_no=signup.queue_no,
            capacity=places_for(session, signup.attends),
            actor=by.actor,
            by_user_id=by.user_id,
            by_hand=by.by_hand,
            why=by.why,
            at=self.lock.now,
        )
        self.lock.session.add(row)
        self.lock.event.version += 1
        self.lock.session.flush()
        self._last[signup.registration_id] = row.id

    def session_of(self, signup: SessionSignup) -> AgendaSession:
        known = self.sessions.get(signup.session_id)
        return known if known is not None else self.lock.session.get_one(AgendaSession, signup.session_id)

    def _as_told(
        self, told: tuple[int, AgendaSession, str, AgendaSession | None], mine: dict[int, SessionSignup]
    ) -> News:
        _, session, what, other = told
        position = position_of(mine[session.id]) if what == Standing.WAITING else None
        return news_of(session, what, position=position, other=other)


def signups_of(lock: Locked, registration: Registration) -> list[SessionSignup]:
    rows = select(SessionSignup).where(SessionSignup.registration_id == registration.id)
    return list(lock.session.scalars(rows.order_by(SessionSignup.queue_no, SessionSignup.id)))


def _latest(
    found: Sequence[tuple[int, AgendaSession, str, AgendaSession | None]],
) -> list[tuple[int, AgendaSession, str, AgendaSession | None]]:
    """Of each session what was so in the end."""
    return list({each[0]: each for each in found}.values())
