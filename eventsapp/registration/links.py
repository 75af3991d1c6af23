"""The addresses that a person's letters and pages carry."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from eventsapp.web import tokens
from eventsapp.web.links import external_url

OWN = "own-page"
FEED = "feed"
ADDRESS = "new-address"
RECEIPT = "receipt"
PARTY = "party"
"""Where everybody stands whom one form registered."""


@dataclass(frozen=True)
class Links:
    """Made anew each time from the key and the versions; nothing of them is stored (DESIGN §3.7)."""

    slug: str
    key: UUID
    link_version: int
    feed_version: int = 1
    new_email_version: int = 0

    @property
    def own_token(self) -> str:
        return tokens.make(OWN, self.key, self.link_version)

    @property
    def event_page(self) -> str:
        return external_url("event_page.show", slug=self.slug)

    @property
    def own_page(self) -> str:
        return external_url("own_page.show", token=self.own_token)

    @property
    def give_up(self) -> str:
        return external_url("registration.cancel", token=self.own_token)

    @property
    def accept(self) -> str:
        return external_url("offers.accept", token=self.own_token)

    @property
    def decline(self) -> str:
        return external_url("offers.decline", token=self.own_token)

    @property
    def take(self) -> str:
        return external_url("offers.take", token=self.own_token)

    @property
    def not_me(self) -> str:
        return external_url("registration.not_me", token=self.own_token)

    @property
    def another_person(self) -> str:
        return external_url("registration.another", token=self.own_token)

    @property
    def register_again(self) -> str:
        return external_url("registration.register", slug=self.slug)

    @property
    def prove_address(self) -> str:
        token = tokens.make(ADDRESS, self.key, self.new_email_version)
        return external_url("registration.prove_address", token=token)

    @property
    def agenda_file(self) -> str:
        return external_url("own_page.agenda_file", token=self.own_token)

    @property
    def feed(self) -> str:
        return external_url("feeds.personal", token=tokens.make(FEED, self.key, self.feed_version))
