"""Liabilities: what is owed to visitors at an instant, in balances, credit and codes for cash that nobody entered.

Read account by account in the order of their ids, a page at a time: however many there are, one page is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from backend.db import Tx
from backend.money.reports.settlement import Read
from backend.sql import Row, Sql, Value
from backend.types import instant_of, microseconds

PAGE: Final = 500
"""Accounts, or receipts, that are read at once."""
IDLE: Final = timedelta(days=180)
"""From then on an account without a sign of life is idle."""
_SIDE: Final = (
    "(SELECT COALESCE(SUM(t.amount_minor), 0) FROM transfer t WHERE t.{side} = '{books}:' || a.id AND t.moved_at < :at)"
)


def _left(books: str) -> str:
    """Return the SQL of what an account's books had at an instant: credits minus debits."""
    return f"{_SIDE.format(side='credit', books=books)} - {_SIDE.format(side='debit', books=books)}"


_ACCOUNTS: Final = Sql(
    f"""SELECT a.id, a.created_at, {_left("balance")}, {_left("credit")},
        (SELECT MAX(CASE WHEN s.last_seen_at < :at THEN s.last_seen_at ELSE s.created_at END)
            FROM sign_in_session s WHERE s.account_id = a.id AND s.created_at < :at),
        (SELECT MAX(e.entered_at) FROM ledger_entry e WHERE e.account_id = a.id AND e.entered_at < :at)
    FROM account a WHERE a.role = 'visitor' AND a.id > :after AND a.created_at < :at ORDER BY a.id LIMIT :limit"""  # noqa: S608  # made of constants of this file
)
_CODES: Final = Sql(
    "SELECT r.id, r.receipt, f.name, r.amount_minor, r.currency, r.taken_at, r.code_expires_at FROM cash_receipt r"
    " JOIN facility f ON f.id = r.facility_id WHERE r.code_digest IS NOT NULL AND r.id > :after AND r.taken_at < :at"
    " AND (r.credited_at IS NULL OR r.credited_at >= :at) AND (r.undone_at IS NULL OR r.undone_at >= :at)"
    " ORDER BY r.id LIMIT :limit"
)


@dataclass(frozen=True, slots=True)
class Held:
    """What one account has, in minor units, and when it last gave a sign of life (UTC)."""

    account_id: str
    balance: int
    credit: int
    last_seen_at: datetime
    idle: bool


@dataclass(frozen=True, slots=True)
class OpenCode:
    """Cash whose code nobody has entered; one that has expired is owed all the same. Instants are UTC."""

    receipt_id: str
    receipt: str
    facility: str
    amount_minor: int
    currency: str
    taken_at: datetime
    state: Literal["waiting", "expired"]


def accounts(read: Read, at: datetime) -> Iterator[Held]:
    """Yield every account that has a balance or credit at an instant (UTC), by its id.

    A sign of life is a sign-in, whatever was done in it, and a line of the ledger; the newest counts.
    """
    after = ""
    while rows := read(_asked(_ACCOUNTS, at, after)):
        for account_id, made, balance, credit, seen, entered in rows:
            last = instant_of(max(made, seen or made, entered or made))
            if balance or credit:
                yield Held(account_id, int(balance), int(credit), last, last <= at - IDLE)
        after = rows[-1][0]


def codes(read: Read, at: datetime) -> Iterator[OpenCode]:
    """Yield the cash that was taken for a code which nobody had entered at an instant (UTC), the oldest first."""
    after = ""
    while rows := read(_asked(_CODES, at, after)):
        for receipt_id, receipt, facility, amount, currency, taken, expires in rows:
            state: Literal["waiting", "expired"] = "waiting" if microseconds(at) < expires else "expired"
            yield OpenCode(receipt_id, receipt, facility, int(amount), currency, instant_of(taken), state)
        after = rows[-1][0]


def _asked(statement: Sql, at: datetime, after: str) -> Callable[[Tx], list[Row]]:
    said: dict[str, Value] = {"at": microseconds(at), "after": after, "limit": PAGE}
    return lambda tx: tx.run(statement, said)
