"""What tests of paying put on an account, and what they read of its books."""

from __future__ import annotations

from datetime import date

from sqlalchemy import text

from backend.db import Tx
from backend.money import ledger, spending
from backend.money.ledger import Filled
from backend.money.source_models import PromoCode
from backend.types import new_id
from tests.backend.visits.world import World


def fill(world: World, account_id: str, *, balance: int = 0, credit: int = 0) -> None:
    """Put so many cents on an account."""

    def work(tx: Tx) -> None:
        if balance:
            ledger.fill(tx, Filled(account_id, balance, "USD", "cash", "Cash", "UTC", facility_id=world.facility_id))
        if credit:
            ledger.fill(tx, Filled(account_id, credit, "USD", "credit", "Account credit", "UTC"))

    world.db.write_now(work)


def promo(world: World, *, code: str = "WELCOME", most: int = 300, uses: int = 10, each: int = 1) -> str:
    """Make a promotional code of the world's facility; return its id."""

    def work(tx: Tx) -> str:
        made = PromoCode(
            id=new_id(tx.now),
            code=code,
            facility_id=world.facility_id,
            most_minor=most,
            currency="USD",
            uses=uses,
            uses_each=each,
            first_day=date(2026, 11, 1),
            last_day=date(2026, 11, 22),
            made_at=tx.now,
        )
        tx.session.add(made)
        tx.session.flush()
        return made.id

    return world.db.write_now(work)


def spendable(world: World, account_id: str) -> tuple[int, int]:
    """Return what can be spent of balance and credit."""
    return world.db.read_now(lambda tx: (spending.balance(tx, account_id), spending.credit(tx, account_id)))


def entered(world: World, booking_id: str) -> list[tuple[str, str, int]]:
    """Return kind, fee source and amount of each entry of a booking, in the order of the entries' making."""
    query = text(
        "SELECT e.kind, e.fee_source, COALESCE(SUM(t.amount_minor), 0) FROM ledger_entry e"
        " LEFT JOIN transfer t ON t.entry_id = e.id WHERE e.booking_id = :booking"
        " GROUP BY e.id, e.kind, e.fee_source, e.entered_at ORDER BY e.entered_at, e.kind, e.fee_source"
    )
    rows = world.db.read_now(lambda tx: tx.session.execute(query, {"booking": booking_id}).all())
    return [(str(kind), str(source), int(amount)) for kind, source, amount in rows]
