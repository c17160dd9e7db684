"""What can pay for one visit beside a card: the facility, the free allotment, a promotional code, credit and balance.

What an open payment has put aside counts as spent, so whoever spends has locked the account, and the promotional code
where one is used. A free visit counts in the week of the visit as it was when it was booked.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from backend.db import Tx
from backend.money import spending
from backend.money.ledger import Fees
from backend.money.plan import Paying, Source
from backend.money.source_models import PromoCode
from backend.sql import Rows, Sql

Chosen = Literal["free", "promo", "credit", "balance"]
"""What a visitor decides on: whether the facility pays is not theirs to say."""
PromoProblem = Literal["promo_unknown", "promo_over", "promo_not_yet", "promo_used_up", "promo_used_by_you"]
EVERYTHING: Final[tuple[Chosen, ...]] = ("free", "promo", "credit", "balance")
LABELS: Final[dict[Paying, str]] = {
    "facility": "Paid by the facility",
    "free": "Free visit",
    "promo": "Promotional code",
    "credit": "Account credit",
    "balance": "Prepaid balance",
}
PROMO_WORDS: Final[dict[PromoProblem, str]] = {
    "promo_unknown": "This facility has no such code.",
    "promo_over": "This code is over.",
    "promo_not_yet": "This code cannot be used yet.",
    "promo_used_up": "This code has been used as often as it can be.",
    "promo_used_by_you": "You have used this code as often as you can.",
}
# One statement, so one snapshot: a payment that goes through meanwhile is seen as put aside or as entered, never as
# neither. What came back as a whole is not used.
_USED: Final = (
    "SELECT COUNT(*), COALESCE(SUM(CASE WHEN account_id = :account THEN 1 ELSE 0 END), 0) FROM ("
    "SELECT e.account_id AS account_id FROM ledger_entry e JOIN transfer t ON t.entry_id = e.id"
    " WHERE {entry} AND e.kind = 'charge' GROUP BY e.id, e.account_id"
    " HAVING SUM(t.amount_minor) > COALESCE((SELECT SUM(b.amount_minor) FROM ledger_entry r"
    " JOIN transfer b ON b.entry_id = r.id WHERE r.undoes_id = e.id), 0)"
    " UNION ALL SELECT p.account_id FROM payment p JOIN payment_part r ON r.payment_id = p.id"
    " WHERE p.status = 'checking' AND r.source_id = :source AND {part}"
    ") AS used"
)


def _used(entry: str, part: str) -> str:
    """Return the count of bookings that used something: entered, or put aside. ``entry`` and ``part`` say what."""
    return _USED.format(entry=entry, part=part)


_FREE_USED: Final = Sql(
    _used(
        "e.account_id = :account AND e.fee_source = 'free' AND e.source_id = :source",
        "p.account_id = :account AND r.fee_source = 'free'",
    )
)
_PROMO_USED: Final = Sql(
    _used("e.id IN (SELECT entry_id FROM transfer WHERE debit = :books)", "r.fee_source = 'promo'")
)
_PROMO: Final = Rows(PromoCode, "WHERE code = :code")
_LOCK_PROMO: Final = Sql("SELECT id FROM promo_code WHERE id = :id /* FOR NO KEY UPDATE */")


@dataclass(frozen=True, slots=True)
class Asking:
    """Who wants to pay for what. Dates are the facility's own."""

    account_id: str
    facility_id: str
    visit_type: str
    price: Fees
    today: date
    week: date
    """The first day of the week that the visit is in."""
    free_visits_per_week: int
    facility_pays: bool
    promo_code: str | None = None

    @property
    def allotment(self) -> str:
        """What the free visits of this week are called in the books."""
        return f"{self.facility_id}:{self.visit_type}:{self.week.isoformat()}"


@dataclass(frozen=True, slots=True)
class Offered:
    """Everything that could pay for the visit. Amounts are in minor units of the price's currency."""

    sources: tuple[Source, ...]
    free_left: int
    """How many free visits there are in the week of the visit, this one included."""
    promo_problem: PromoProblem | None
    promo_code: str | None = None
    """The code that holds, as it is written."""

    def most(self, fee_source: Paying) -> int:
        """Return the most that one source could pay, 0 where it is not there."""
        return next((each.most_minor for each in self.sources if each.fee_source == fee_source), 0)


def offered(tx: Tx, asking: Asking, wanted: Collection[Chosen] = EVERYTHING, *, to_spend: bool = False) -> Offered:
    """Return what of ``wanted`` can pay now; that the facility pays is not asked about.

    ``to_spend``: the promotional code is locked; the caller has locked the account.
    """
    total = asking.price.total_minor
    found: list[Source] = []
    if asking.facility_pays:
        found.append(Source("facility", LABELS["facility"], total))
    by_allotment = asking.free_visits_per_week if "free" in wanted else 0
    free_left = by_allotment - _free_used(tx, asking) if by_allotment else 0
    if free_left > 0:
        found.append(Source("free", LABELS["free"], total, asking.allotment))
    promo, problem = _promo(tx, asking, to_spend=to_spend)
    if promo is not None:
        found.append(Source("promo", f"{LABELS['promo']} {promo.code}", promo.most_minor, promo.id))
    if "credit" in wanted:
        found.append(Source("credit", LABELS["credit"], spending.credit(tx, asking.account_id)))
    if "balance" in wanted:
        found.append(Source("balance", LABELS["balance"], spending.balance(tx, asking.account_id)))
    return Offered(tuple(found), max(free_left, 0), problem, promo.code if promo else None)


def _free_used(tx: Tx, asking: Asking) -> int:
    ((used, _),) = tx.run(_FREE_USED, {"account": asking.account_id, "source": asking.allotment})
    return int(used)


def _promo(tx: Tx, asking: Asking, *, to_spend: bool) -> tuple[PromoCode | None, PromoProblem | None]:
    if asking.promo_code is None:
        return None, None
    code = asking.promo_code.strip().upper()
    promo = tx.first(_PROMO, {"code": code})
    if promo is not None and to_spend:
        tx.lock(_LOCK_PROMO, {"id": promo.id})
        promo = tx.first(_PROMO, {"code": code})
    if promo is None or promo.facility_id != asking.facility_id or promo.currency != asking.price.currency:
        return None, "promo_unknown"
    problem = _why_not(tx, asking, promo)
    return (None, problem) if problem else (promo, None)


def _why_not(tx: Tx, asking: Asking, promo: PromoCode) -> PromoProblem | None:
    if promo.ended_at is not None or asking.today > promo.last_day:
        return "promo_over"
    if asking.today < promo.first_day:
        return "promo_not_yet"
    said = {"account": asking.account_id, "source": promo.id, "books": f"promo:{promo.id}"}
    ((used, by_them),) = tx.run(_PROMO_USED, said)
    if used >= promo.uses:
        return "promo_used_up"
    return "promo_used_by_you" if by_them >= promo.uses_each else None
