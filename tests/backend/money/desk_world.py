"""A facility's desk that takes cash: an officer, a visitor of the facility, and what moves between them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from sqlmodel import select

from backend.accounts.models import Account
from backend.db import Database, Tx
from backend.keys import ServerKey
from backend.money import cash, cash_codes, cash_receipts, statement
from backend.money.cash_codes import Redeemed
from backend.money.cash_receipts import ReceiptView
from backend.notices.models import Notice
from backend.security import Actor
from tests import factories

KEY: Final = ServerKey(b"a key for tests only: 32 bytes..")
T = TypeVar("T")


@dataclass(frozen=True)
class DeskWorld:
    """Who there is, by name; every call is a transaction of its own."""

    db: Database
    facility_id: str
    officer: Actor
    visitor: Account
    stranger: Account
    """Has an account, and never asked this facility for anything."""

    def do(self, work: Callable[[Tx], T]) -> T:
        return self.db.write_now(work)

    def take(self, receipt: str = "4711", amount_minor: int = 2000, email: str | None = None) -> str:
        """Take cash, and return the receipt's id."""
        return self.do(
            lambda tx: cash.take(
                tx, self.officer, KEY, self.facility_id, receipt=receipt, amount_minor=amount_minor, email=email
            )
        ).id

    def enter(self, code: str, account: Account | None = None) -> Redeemed:
        who = actor_of(account or self.visitor)
        return self.do(lambda tx: cash.redeem(tx, who, KEY, code))

    def undo(self, receipt_id: str) -> ReceiptView:
        def work(tx: Tx) -> ReceiptView:
            done = cash.undo(tx, self.officer, receipt_id, "Counted twice.")
            return cash_receipts.one(tx, self.officer, done.id)

        return self.do(work)

    def receipt(self, receipt_id: str) -> ReceiptView:
        return self.do(lambda tx: cash_receipts.one(tx, self.officer, receipt_id))

    def balance(self, account: Account | None = None) -> int:
        return self.do(lambda tx: statement.balance(tx, (account or self.visitor).id)).get("USD", 0)

    def told(self) -> list[str]:
        return self.do(lambda tx: [one.kind for one in tx.session.exec(select(Notice).order_by("id"))])


def code_of(receipt_id: str) -> str:
    return cash_codes.code_of(KEY, receipt_id)


def actor_of(account: Account) -> Actor:
    return Actor(role="visitor", channel="terminal", account_id=account.id)


def desk_world(db: Database) -> DeskWorld:
    def build(tx: Tx) -> DeskWorld:
        facility = factories.facility(tx)
        officer = factories.account(tx, role="officer", facilities=[facility.id])
        visitor = factories.account(tx, email="maria@example.org")
        factories.access(tx, visitor.id, facility.id)
        stranger = factories.account(tx, email="jo@example.org")
        return DeskWorld(
            db,
            facility.id,
            Actor("officer", "terminal", officer.id, frozenset({facility.id})),
            visitor,
            stranger,
        )

    return db.write_now(build)
