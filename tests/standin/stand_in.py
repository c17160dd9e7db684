"""The stand-in as a test holds it: it serves, is paid at, and sends webhooks when it is told to."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from backend.clock import Clock
from tests.standin import readers, refunds, sessions
from tests.standin.books import Books, T
from tests.standin.cards import named
from tests.standin.desk import Desk, Request
from tests.standin.faults import Faults
from tests.standin.problems import Refusal
from tests.standin.things import Charge, Event, Reader, Refund, Session
from tests.standin.wire import served

API_KEY: Final = "sk_test_standin"
WEBHOOK_SECRET: Final = "whsec_standin"


@dataclass(frozen=True, slots=True)
class Webhook:
    """An event as it is sent: its body, and the header ``Stripe-Signature``."""

    event: Event
    body: bytes
    signature: str


@dataclass(slots=True)
class StandIn:
    """A stand-in that serves at ``url``."""

    desk: Desk
    url: str

    @property
    def faults(self) -> Faults:
        """What will go wrong."""
        return self.desk.faults

    @property
    def seen(self) -> list[Request]:
        """Every request that arrived."""
        return self.desk.seen

    def pay(self, session_id: str, token: str = "pm_card_visa", *, save: bool = False) -> bool:
        """Do what a person does on a page. Return whether it is paid now; not if declined, or if the page has ended."""
        with self.desk.lock:
            try:
                return sessions.pay(self.desk.books, session_id, token, save=save).status == "complete"
            except Refusal:
                return False

    def add_reader(self, label: str = "Front desk") -> str:
        """Return the id of a new reader."""
        with self.desk.lock:
            books = self.desk.books
            return books.keep(Reader(books.new_id(Reader), books.now, label)).id

    def asks_for_card(self, reader_id: str) -> bool:
        """Say whether a reader asks for a card now."""
        with self.desk.lock:
            return self.desk.books.find(Reader, reader_id).action == "in_progress"

    def show_card(self, reader_id: str, token: str = "pm_card_visa") -> bool:
        """Hold a card against a reader. Return whether it paid; not if declined, or if the reader does not ask."""
        card = named(token)
        with self.desk.lock:
            try:
                return card is not None and readers.show_card(self.desk.books, reader_id, card).action == "succeeded"
            except Refusal:
                return False

    def all(self, kind: type[T]) -> list[T]:
        """Return every charge, refund, page … there is, newest first."""
        with self.desk.lock:
            self.desk.books.let_time_pass()
            return self.desk.books.all(kind)

    @property
    def charged(self) -> list[Charge]:
        """Every charge that took money."""
        return [one for one in self.all(Charge) if one.paid and one.captured]

    @property
    def refunded(self) -> list[Refund]:
        """Every refund that did not fail."""
        return [one for one in self.all(Refund) if one.status != "failed"]

    @property
    def open_pages(self) -> list[Session]:
        """Every page on which a person can pay now."""
        return [one for one in self.all(Session) if one.status == "open"]

    def let_refunds_arrive(self) -> None:
        """Let every refund have its end: pending ones arrive, and those to some cards fail after all."""
        with self.desk.lock:
            for refund in self.desk.books.all(Refund):
                refunds.arrive(self.desk.books, refund)

    def wait_for_work(self) -> None:
        """Wait until a request that works long has begun."""
        assert self.desk.at_work.wait(10)

    def let_go(self) -> None:
        """Let requests that work long do their work."""
        self.desk.may_go.set()

    def take_webhooks(self) -> list[Webhook]:
        """Return what waits to be sent, oldest first, signed now; sending it late, twice or never is up to the test."""
        with self.desk.lock:
            waiting, self.desk.books.undelivered = self.desk.books.undelivered, []
            return [self.signed(event) for event in waiting]

    def signed(self, event: Event, *, secret: str = WEBHOOK_SECRET, seconds_ago: int = 0) -> Webhook:
        """Return an event as it is sent: each time it is, it is signed anew."""
        body = json.dumps(event.json()).encode()
        at = self.desk.books.now - seconds_ago
        seal = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
        return Webhook(event, body, f"t={at},v1={seal}")


@contextmanager
def standing_in(clock: Clock) -> Iterator[StandIn]:
    """Have a stand-in, empty and by ``clock``, for the time of a block."""
    desk = Desk(Books(clock), API_KEY)
    with served(desk) as url:
        yield StandIn(desk, url)
