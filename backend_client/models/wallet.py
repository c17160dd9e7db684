"""What an account can pay with: its prepaid balance and credit, and for the held visit every way there is."""

from __future__ import annotations

from dataclasses import dataclass

from backend_client.models.common import Money
from backend_client.models.payments import PaymentMethod
from backend_client.models.visits import Price


@dataclass(frozen=True)
class Wallet:
    """What is on the account now: topped up by its owner, and given by support."""

    balance: Money
    credit: Money


@dataclass(frozen=True)
class FreeVisit:
    """A free visit of this week: how many are left, and what of the price one pays."""

    left: int
    covers: Money


@dataclass(frozen=True)
class Promotion:
    """A promotional code that holds for this visit, and at most what of the price it pays."""

    code: str
    covers: Money


@dataclass(frozen=True)
class FromAccount:
    """Money on the account: all that there is, and at most what of the price it pays."""

    available: Money
    covers: Money


@dataclass(frozen=True)
class WaysToPay:
    """Every way to pay for the held visit. What each source `covers` is said as if it were the only one.

    They pay in this order: free visit, promotional code, credit, balance, and a method pays the rest. Where the
    facility pays, nobody else does. A method is charged `least` or more: where less would be left, balance, credit and
    code pay so much less, in this order. `promo_problem` says why the code that was asked about does not hold.
    """

    price: Price
    facility_pays: bool
    credit: FromAccount
    balance: FromAccount
    least: Money
    methods: tuple[PaymentMethod, ...]
    free: FreeVisit | None = None
    promo: Promotion | None = None
    promo_problem: str | None = None
