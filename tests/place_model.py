"""An event in memory: who has a place, who waits and who moves up, worked out from the pure rules alone.

State machines drive it by itself, and beside the services, which must come to the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from eventsapp.places import Answer, Pool, answer, moving_up
from eventsapp.registration.rules import HOLDS_PLACE, LIVE, Actor, State, after_lapse, check_move, queues

KINDS = ("room", "online")


@dataclass
class Person:
    state: State | None = None
    attends: str = "room"
    wish: str | None = None
    online_fine: bool = False
    queue_no: int = 0
    lapses: int = 0

    @property
    def waits_for(self) -> tuple[str, ...]:
        return queues(self.state, self.attends, wish=self.wish, online_fine=self.online_fine)

    @property
    def holds(self) -> str | None:
        return self.attends if self.state in HOLDS_PLACE else None

    @property
    def live(self) -> bool:
        return self.state in LIVE


@dataclass
class House:
    """A hybrid event with a waitlist. People are known by a number."""

    capacity: dict[str, int | None]
    offers: bool
    """Whether a place that comes free is offered, or confirmed at once."""
    people: dict[int, Person] = field(default_factory=dict)
    last: int = 0

    # What people do.

    def register(self, who: int, attends: str, *, online_fine: bool) -> None:
        """For whoever is there already this changes nothing."""
        before = self.people.get(who)
        if before is not None and before.live:
            return
        person = Person(before.state if before else None, attends, online_fine=online_fine, queue_no=self._number())
        self.people[who] = person
        given = self._place_for(person)
        wish = attends if given not in (None, attends) else None
        to = State.CONFIRMED if given else State.WAITLISTED
        self._move(person, to, Actor.PARTICIPANT, attends=given, wish=wish)

    def give_up(self, who: int) -> None:
        person = self.people[who]
        if person.live:
            self._move(person, State.CANCELLED, Actor.PARTICIPANT)
            self._promote()

    def switch(self, who: int, attends: str, *, online_fine: bool) -> None:
        person = self.people[who]
        if person.state is State.CONFIRMED:
            self._switch_with_place(person, attends)
        elif person.state is State.WAITLISTED:
            self._switch_line(person, attends, online_fine=online_fine and attends == "room")

    def accept(self, who: int) -> None:
        person = self.people[who]
        if person.state is State.OFFERED:
            person.lapses = 0
            self._move(person, State.CONFIRMED, Actor.PARTICIPANT)

    def decline(self, who: int) -> None:
        if self.people[who].state is State.OFFERED:
            self.give_up(who)

    def lapse(self, who: int) -> None:
        person = self.people[who]
        if person.state is not State.OFFERED:
            return
        person.lapses += 1
        to = after_lapse(person.lapses)
        if to is State.WAITLISTED:
            person.queue_no = self._number()
        self._move(person, to, Actor.QUEUE)
        self._promote()

    def change_places(self, room: int | None, online: int | None) -> None:
        self.capacity = {"room": room, "online": online}
        self._promote()

    # What is so.

    def pool(self, kind: str) -> Pool:
        people = self.people.values()
        return Pool(
            capacity=self.capacity[kind],
            confirmed=sum(each.holds == kind and each.state is State.CONFIRMED for each in people),
            offered=sum(each.holds == kind and each.state is State.OFFERED for each in people),
            waiting=sum(kind in each.waits_for for each in people),
        )

    def idle(self, kind: str) -> int:
        """Places that somebody in line could have now."""
        return moving_up(self.pool(kind), open_=True)

    # How it comes about.

    def _switch_with_place(self, person: Person, attends: str) -> None:
        wish = attends if attends != person.attends else None
        if wish == person.wish:
            return
        if wish is not None and answer(self.pool(wish), waitlist=False) is Answer.PLACE:
            self._move(person, State.CONFIRMED, Actor.PARTICIPANT, attends=wish)
            self._promote()
            return
        if wish is not None:
            person.queue_no = self._number()
        self._move(person, State.CONFIRMED, Actor.PARTICIPANT, wish=wish)

    def _switch_line(self, person: Person, attends: str, *, online_fine: bool) -> None:
        if (attends, online_fine) == (person.attends, person.online_fine):
            return
        before = person.waits_for
        if attends not in before:
            person.queue_no = self._number()
        person.attends, person.online_fine = attends, online_fine
        given = self._place_for(person)
        if given is not None and given not in before:
            wish = person.attends if given != person.attends else None
            self._move(person, State.CONFIRMED, Actor.PARTICIPANT, attends=given, wish=wish)

    def _place_for(self, person: Person) -> str | None:
        kinds = KINDS if person.attends == "room" and person.online_fine else (person.attends,)
        return next((each for each in kinds if not self.pool(each).full and not self._passes(person, each)), None)

    def _passes(self, person: Person, kind: str) -> bool:
        return any(kind in each.waits_for and each.queue_no < person.queue_no for each in self.people.values())

    def _promote(self) -> None:
        while any(self._move_up(kind) for kind in KINDS):
            pass

    def _move_up(self, kind: str) -> int:
        line = sorted((each for each in self.people.values() if kind in each.waits_for), key=lambda each: each.queue_no)
        heads = line[: self.idle(kind)]
        for person in heads:
            keeps = person.attends if person.state is State.WAITLISTED and person.attends != kind else None
            asked = self.offers and person.state is State.WAITLISTED and person.attends == kind
            self._move(person, State.OFFERED if asked else State.CONFIRMED, Actor.QUEUE, attends=kind, wish=keeps)
        return len(heads)

    def _move(
        self, person: Person, to: State, actor: Actor, *, attends: str | None = None, wish: str | None = None
    ) -> None:
        """A move of the table. Nobody is passed by it, and no place is given that is not there."""
        check_move(person.state, to, actor)
        before = person.holds
        person.state, person.attends, person.wish = to, attends or person.attends, wish
        if person.holds not in (None, before):
            pool = self.pool(person.attends)
            assert pool.capacity is None or pool.taken <= pool.capacity, "a place that is not there"
            assert not self._passes(person, person.attends), "somebody is passed"

    def _number(self) -> int:
        self.last += 1
        return self.last
