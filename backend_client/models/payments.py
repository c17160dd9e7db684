"""Payment methods, payments, confirmations and fee sources. Never a card number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from backend_client.models.common import Money, WireEnum
from backend_client.models.visits import Visit


@dataclass(frozen=True)
class PaymentMethod:
    """A way to pay, by the processor's token. `test` says that no money moves; `sentence` what such a test does."""

    token: str
    label: str
    brand: str
    last4: str
    test: bool
    sentence: str | None = None


class PaymentStatus(WireEnum):
    """Where a payment stands; `checking` is an outcome nobody knows yet."""

    CHECKING = "checking"
    SUCCEEDED = "succeeded"
    DECLINED = "declined"
    RETURNED = "returned"


@dataclass(frozen=True)
class PaymentPage:
    """Where a person pays on a phone: a short address. Count down on `remaining_seconds`, as sent."""

    address: str
    ends_at: datetime
    remaining_seconds: int


class WaitsFor(WireEnum):
    """Who has to do something before a payment goes on."""

    PROCESSOR = "processor"
    PHONE = "phone"
    READER = "reader"


@dataclass(frozen=True)
class Payment:
    """One charge, with the problem's code and a sentence where it failed.

    While it is `checking`, `waits_for` says for whom, and `page` where somebody can pay on a phone.
    """

    id: str
    status: PaymentStatus
    amount: Money
    label: str
    problem_code: str | None = None
    sentence: str | None = None
    page: PaymentPage | None = None
    waits_for: WaitsFor | None = None


class ConfirmationStatus(WireEnum):
    """Whether a visit stands, or its payment is still being checked."""

    CONFIRMED = "confirmed"
    CHECKING = "checking"


@dataclass(frozen=True)
class Confirmation:
    """The answer to confirming: the visit once it stands, and its payment where one was due."""

    status: ConfirmationStatus
    payment: Payment | None = None
    visit: Visit | None = None


class FeeSource(WireEnum):
    """What a fee was paid from."""

    CARD = "card"
    BALANCE = "balance"
    CREDIT = "credit"
    FREE = "free"
    PROMO = "promo"
    FACILITY = "facility"
    NONE = "none"
    CASH = "cash"
