"""A world in which money moves: people with cards at the stand-in for Stripe, the real services, and both their books.

What people and the server do is a method each; what is refused is nobody's fault. :meth:`Purse.findings` says what is
wrong once everything has settled.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import text
from sqlmodel import col, select

from backend.accounts.passwords import Passwords
from backend.clock import SteppedClock
from backend.context import Context
from backend.db import Database, Tx
from backend.disputes import service as disputes
from backend.disputes.service import Decision
from backend.errors import Problem
from backend.keys import ServerKey
from backend.money import account_credit, ledger, repository, top_ups
from backend.money.models import LedgerEntry, Payment, PaymentReturn
from backend.money.processors.base import PAGE, READER, Method
from backend.money.processors.reader import ReaderProcessor
from backend.money.processors.registry import Processors
from backend.money.processors.stripe import StripeProcessor
from backend.money.processors.stripe_wire import StripeWire
from backend.money.service import Way
from backend.money.sources import Chosen
from backend.secret import Secret
from backend.security import SERVER, SHELL, Actor
from backend.visits import booking, cancelling, holds, outcomes, paying, reconciler, unused_minutes
from backend.visits.connections import SIDES, Span, add, of_visit
from backend.visits.models import Visit
from backend.webhooks import service as webhooks
from tests import factories
from tests.backend.money.purse_stage import (
    CARDS,
    PAGE_METHOD,
    PEOPLE,
    PRICE,
    READER_METHOD,
    Person,
    by_the_minute,
    support,
)
from tests.backend.visits.world import officer
from tests.standin import customers
from tests.standin.form import Asked
from tests.standin.stand_in import API_KEY, WEBHOOK_SECRET, StandIn, Webhook

T = TypeVar("T")


class Purse:
    """Everybody and everything."""

    def __init__(self, url: str, stand_in: StandIn, clock: SteppedClock) -> None:
        self.stand_in, self.clock = stand_in, clock
        self.bookings: list[str] = []
        """Ids of holds that were confirmed, in order."""
        self.payments: list[str] = []
        """Ids of payments that were begun, in order."""
        self.refused: list[str] = []
        """Codes of what was refused: to see that not everything is."""
        self.loop = asyncio.new_event_loop()
        self.db = Database(url, clock)
        self.world = by_the_minute(self.db)
        self.officer = officer(self.world)
        self.support = self.db.write_now(support)
        self.reader = self.stand_in.add_reader()
        self.wire = StripeWire(Secret(API_KEY), self.stand_in.url)
        secret, public = Secret(WEBHOOK_SECRET), "https://visit.example.org"
        stripe = StripeProcessor(self.wire, clock, webhook_secret=secret, public_url=public)
        self.processors = Processors(stripe, ReaderProcessor(self.wire, clock))
        self.context = Context(
            db=self.db,
            key=ServerKey(b"a key for tests only: 32 bytes.."),
            processors=self.processors,
            passwords=Passwords(factories.QUICK_HASHER),
        )
        self.people = [self._person() for _ in range(PEOPLE)]
        self.begun_at = clock.now()

    def close(self) -> None:
        """Let go of everything."""
        self.run(self.wire.close())
        self.loop.close()
        self.db.close()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do what talks with the processor."""
        return self.loop.run_until_complete(work)

    def attempt(self, work: Callable[[Tx], T]) -> T | None:
        """Do something in a transaction; None if it is refused."""
        try:
            return self.db.write_now(work)
        except Problem as problem:
            self.refused.append(problem.code)
            return None

    # what people do

    def hold(self, who: int, starts_at: datetime) -> None:
        """Hold an opening."""
        person = self.people[who]
        wanted = self.world.wanted(individual_id=person.individual_id)
        view = self.attempt(lambda tx: holds.take(tx, person.actor, wanted, starts_at))
        if view is not None:
            person.hold_id = view.id

    def confirm(self, who: int, way: str, sources: Sequence[Chosen] = (), *, code: str | None = None) -> None:
        """Confirm what is held: with other sources first, and the rest in some way."""
        person = self.people[who]
        if (hold_id := person.hold_id) is None:
            return
        method = person.methods[way]
        asked = booking.Confirming(
            hold_id=hold_id,
            terms_id=self.world.terms_id,
            companions=(),
            expected_total_minor=PRICE,
            method_token=method.token,
            method=method,
            processor=self.processors.taking(method.token).name,
            sources=tuple(sources),
            promo_code=code,
            reader=self.reader if method.token == READER else None,
        )
        begun = self.attempt(lambda tx: booking.begin(tx, person.actor, asked))
        if begun is None:
            return
        self.bookings.append(begun.booking_id)
        if begun.payment_id is not None:
            self._send(begun.payment_id, person.actor)

    def top_up(self, who: int, way: str, amount: int) -> None:
        """Put money on the prepaid balance."""
        actor, method = self.people[who].actor, self.people[who].methods[way]
        ends_at = self.clock.now() + top_ups.PAGE_LASTS if method.token in (PAGE, READER) else None
        reader = self.reader if method.token == READER else None
        means = Way(self.processors.taking(method.token).name, method, reader, ends_at)
        payment_id = self.attempt(lambda tx: top_ups.begin(tx, actor, amount, means))
        if payment_id is not None:
            self._send(payment_id, actor)

    def send_again(self, payment_id: str) -> None:
        """Send the charge of a payment once more: the same request, from a screen that had no answer."""
        self.run(paying.charge(self.context, SERVER, payment_id))

    def pay_another_way(self, payment_id: str) -> None:
        """End a page or a reader's question by hand."""
        self.run(paying.end(self.context, SERVER, payment_id))

    def cancel(self, booking_id: str, *, by_facility: bool) -> None:
        """Cancel a visit."""
        visit = self.visit(booking_id)
        if visit is None:
            return
        actor = Actor("visitor", "terminal", account_id=visit.account_id)

        def work(tx: Tx) -> cancelling.Cancelled:
            if by_facility:
                return cancelling.cancel_for_facility(tx, SHELL, booking_id, "A lockdown.")
            back = cancelling.preview(tx, actor, booking_id).back.total_minor
            return cancelling.cancel(tx, actor, booking_id, back, None)

        self._send_back(self.attempt(work))

    def fail(self, booking_id: str) -> None:
        """Record that a visit failed for a technical reason: everything comes back."""
        self._send_back(self.attempt(lambda tx: outcomes.record(tx, self.officer, booking_id, "technical_failure")))

    def live_to_the_end_of(self, booking_id: str) -> None:
        """Let the clock come to the end of a visit."""
        visit = self.visit(booking_id)
        if visit is not None:
            self.clock.set(max(self.clock.now(), visit.ends_at))

    def use(self, booking_id: str, minutes: int) -> None:
        """Report that a visit lasted so long."""
        visit = self.visit(booking_id)
        if visit is None or self.clock.now() < visit.ends_at:
            return
        span = Span(visit.starts_at, visit.starts_at + timedelta(minutes=minutes))

        def work(tx: Tx) -> None:
            if not any(of_visit(tx, booking_id).values()):
                for side in SIDES:
                    add(tx, booking_id, side, span)

        self.attempt(work)

    def dispute(self, booking_id: str, outcome: disputes.Outcome, amount: int | None) -> None:
        """Dispute the first charge of a booking, and have it decided."""
        query = select(LedgerEntry).where(LedgerEntry.booking_id == booking_id, LedgerEntry.kind == "charge")
        entry = self.db.read_now(lambda tx: tx.session.exec(query.order_by(col(LedgerEntry.id))).first())
        if entry is None:
            return
        actor = Actor("visitor", "terminal", account_id=entry.account_id)
        opened = self.attempt(lambda tx: disputes.open_dispute(tx, actor, entry.id, "other", "It was too short."))
        if opened is not None:
            decision = Decision(outcome, "We looked at it.", None if outcome == "refuse" else amount)
            self.attempt(lambda tx: disputes.decide(tx, self.support, opened.id, decision))

    def give_credit(self, who: int, amount: int) -> None:
        """Let support give account credit."""
        account = self.people[who].actor.account
        self.attempt(lambda tx: account_credit.give(tx, self.support, account, amount, "For the trouble."))

    # what the server does

    def reconcile_once(self) -> int:
        """Do a round of the reconciler, and one of unused minutes."""
        self.run(unused_minutes.one_round(self.context))
        return self.run(reconciler.one_round(self.context))

    def hear(self, hooks: Sequence[Webhook]) -> None:
        """Take webhooks in this order."""
        for hook in hooks:
            again = self.stand_in.signed(hook.event)
            payment_id = self.run(webhooks.receive(self.context, "stripe", again.body, again.signature))
            if payment_id is not None:
                self.run(webhooks.act(self.context, payment_id))

    def visit(self, booking_id: str) -> Visit | None:
        """Return a visit as it is now."""
        return self.db.read_now(lambda tx: tx.session.get(Visit, booking_id))

    def standing(self) -> list[str]:
        """Return the ids of visits that stand, in the order in which they were confirmed."""
        query = select(Visit.id).where(Visit.status == "confirmed")
        ids = set(self.db.read_now(lambda tx: tx.session.exec(query).all()))
        return [one for one in dict.fromkeys(self.bookings) if one in ids]

    def rows(self) -> tuple[Sequence[Payment], Sequence[PaymentReturn]]:
        """Return all payments and all returns."""

        def read(tx: Tx) -> tuple[Sequence[Payment], Sequence[PaymentReturn]]:
            return tx.session.exec(select(Payment)).all(), tx.session.exec(select(PaymentReturn)).all()

        return self.db.read_now(read)

    def left(self, books: str, account_id: str) -> int:
        """Return what an account's entries have left in its books of this kind."""
        return self.db.read_now(lambda tx: ledger.balances(tx, account_id)).get(f"{books}:{account_id}", 0)

    def count(self, query: str) -> int:
        """Return a number that a query gives."""
        return int(self.db.read_now(lambda tx: tx.session.execute(text(query)).scalar_one()))

    def _send(self, payment_id: str, actor: Actor) -> None:
        if payment_id not in self.payments:
            self.payments.append(payment_id)
        self.run(paying.charge(self.context, actor, payment_id))

    def _send_back(self, done: cancelling.Cancelled | outcomes.Recorded | None) -> None:
        if done is not None and done.payment_id is not None:
            self.run(paying.send_back(self.context, SERVER, done.payment_id))

    def _person(self) -> Person:
        actor, books = self.world.another_visitor(), self.stand_in.desk.books
        customer = customers.create(books, Asked()).id
        self.db.write_now(lambda tx: repository.keep_customer(tx, actor.account, "stripe", customer))
        methods = {"a page": PAGE_METHOD, "the reader": READER_METHOD}
        for name, token in CARDS.items():
            kept = customers.attach(books, Asked({"customer": customer}), token)
            methods[name] = Method(kept.id, f"Visa {kept.card.last4}", "Visa", kept.card.last4, test=True)
        return Person(actor, self.world.another_individual(), methods)
