"""A payment as its account sees it: where it is, what it waits for, and in words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from backend.db import Tx
from backend.money import service as money
from backend.money.models import Payment
from backend.money.processors.base import PAGE, READER
from backend.money.words import amount_words, problem_words

PaymentStatus = Literal["checking", "succeeded", "declined", "returned"]
WaitsFor = Literal["processor", "phone", "reader"]
_STATUSES: Final[dict[str, PaymentStatus]] = {
    "checking": "checking",
    "succeeded": "succeeded",
    "declined": "declined",
    "returning": "returned",
    "returned": "returned",
}


@dataclass(frozen=True, slots=True)
class PageView:
    """Where a person pays on a phone. ``ends_at`` is UTC, exclusive; count down on ``remaining_seconds``."""

    code: str
    ends_at: datetime
    remaining_seconds: int


@dataclass(frozen=True, slots=True)
class PaymentView:
    """A payment as its account sees it."""

    id: str
    status: PaymentStatus
    amount_minor: int
    currency: str
    label: str
    problem_code: str | None
    sentence: str | None
    waits_for: WaitsFor | None
    page: PageView | None


def payment_view(tx: Tx, payment: Payment, *, has_visit: bool) -> PaymentView:
    """Return a payment as its account sees it; what is on its way back counts as returned."""
    waits_for = _waits_for(payment, tx.now)
    return PaymentView(
        id=payment.id,
        status=_STATUSES[payment.status],
        amount_minor=payment.amount_minor,
        currency=payment.currency,
        label=payment.label,
        problem_code=payment.problem_code if payment.status == "declined" else None,
        sentence=_sentence(tx, payment, waits_for, has_visit=has_visit),
        waits_for=waits_for,
        page=_page(payment, tx.now) if waits_for == "phone" else None,
    )


def _waits_for(payment: Payment, now: datetime) -> WaitsFor | None:
    if payment.status != "checking":
        return None
    if payment.ends_at is None or now >= payment.ends_at:
        return "processor"
    return {PAGE: "phone", READER: "reader"}.get(payment.method_token, "processor")  # type: ignore[return-value]


def _page(payment: Payment, now: datetime) -> PageView | None:
    if payment.page_code is None or payment.ends_at is None:
        return None
    return PageView(payment.page_code, payment.ends_at, math.ceil((payment.ends_at - now).total_seconds()))


def _sentence(tx: Tx, payment: Payment, waits_for: WaitsFor | None, *, has_visit: bool) -> str | None:
    amount = amount_words(payment.amount_minor, payment.currency)
    if waits_for == "phone":
        return f"Pay {amount} on your phone."
    if waits_for == "reader":
        return f"Pay {amount} at the card reader."
    match payment.status:
        case "checking":
            return f"We asked for {amount} from {payment.label} and wait for the answer."
        case "declined":
            return problem_words(payment.problem_code)
        case "returning" | "returned":
            why = "" if has_visit else money.why_returned(tx, payment)
            return f"{why} {_came_back(payment)}".strip()
        case _:
            return None


def _came_back(payment: Payment) -> str:
    if payment.status == "returned":
        return f"What you paid came back to {payment.label}."
    if payment.problem_code is not None:
        return f"What you paid could not be sent back to {payment.label} yet. We keep trying."
    return f"What you paid is on its way back to {payment.label}."
