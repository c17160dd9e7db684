"""Cash at a facility's desk, promotional codes, and account credit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from backend_client.models.common import Money, Secret, WireEnum


class CashState(WireEnum):
    """What became of cash that was taken."""

    CREDITED = "credited"
    WAITING = "waiting"
    EXPIRED = "expired"
    UNDONE = "undone"


@dataclass(frozen=True)
class CashReceipt:
    """Cash that an officer took against a paper receipt. Instants are UTC.

    `credited_to` is a first name and an initial. `code` is there once, in the answer to taking the cash: it is for the
    payer, who enters it until `code_expires_at`.
    """

    id: str
    receipt: str
    amount: Money
    officer_name: str
    taken_at: datetime
    state: CashState
    credited_to: str | None = None
    code: Secret | None = None
    code_expires_at: datetime | None = None
    undone_at: datetime | None = None


@dataclass(frozen=True)
class CashDay:
    """A page of the receipts of one facility-local date, the newest first; times are shown in `zone`."""

    date: date
    zone: str
    items: tuple[CashReceipt, ...]
    next_cursor: str | None = None


@dataclass(frozen=True)
class ToppedUp:
    """What a code put on the prepaid balance, and at which facility the cash was taken."""

    transaction_id: str
    amount: Money
    facility: str


class PromoState(WireEnum):
    """Whether a promotional code pays now."""

    STANDING = "standing"
    NOT_BEGUN = "not_begun"
    OVER = "over"
    ENDED = "ended"


@dataclass(frozen=True)
class PromoCode:
    """A promotional code of a facility. It pays up to `most` of a visit, `used` of `uses` visits so far.

    One account may use it `uses_each` times. Both days count, and are the facility's.
    """

    id: str
    code: str
    most: Money
    uses: int
    uses_each: int
    used: int
    first_day: date
    last_day: date
    state: PromoState


@dataclass(frozen=True)
class NewPromoCode:
    """A promotional code to make: from today on without a `first_day`, and made up without a `code`."""

    most: Money
    uses: int
    last_day: date
    uses_each: int = 1
    first_day: date | None = None
    code: str | None = None


@dataclass(frozen=True)
class CreditGiven:
    """Account credit that was given, and all that the account has of it now."""

    transaction_id: str
    amount: Money
    credit: Money
