"""What a phone sees of a payment, and what it may do there: pay, once.

Who knows the code has been at the terminal's screen: nothing else is asked of them, and nothing else is told than what
is paid. The code is what keeps others from paying, too: no other page knows it, so none can send its form.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from backend.changes import service as changes
from backend.db import Tx
from backend.money.models import Payment
from backend.money.pages import repository
from backend.money.processors.base import Method
from backend.money.processors.test import METHODS, TestProcessor, chosen, chosen_on_page
from backend.money.service import REFERENCE_LETTERS

State = Literal["opening", "open", "checking", "paid", "returned", "ended"]


@dataclass(frozen=True, slots=True)
class PageView:
    """A payment as a phone sees it.

    ``opening``: the processor has not said yet where to pay. ``checking``: somebody has paid, and nobody knows yet how
    that ends. ``ended``: nobody can pay any more, and nothing was charged.
    """

    state: State
    amount_minor: int
    currency: str
    purpose: str
    left: timedelta
    """How long it can still be paid; zero once it has ended."""
    url: str | None = None
    """The processor's own page, where it has one; None where ours is the page."""
    methods: tuple[Method, ...] = ()
    """The ways to pay on our own page."""
    problem_code: str | None = None
    """Why it ended, where a processor said so."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of choosing a way to pay: the payment to ask about, or why the way was refused at once."""

    payment_id: str | None = None
    problem_code: str | None = None


def code_of(written: str) -> str:
    """Return a code as it is kept, of one that somebody may have typed: case, spaces and dashes are forgiven."""
    return "".join(letter for letter in written.upper() if letter in REFERENCE_LETTERS)


def look(tx: Tx, code: str) -> PageView | None:
    """Return a payment as a phone sees it now, None if no payment has this code."""
    payment = repository.payment(tx, code)
    return None if payment is None else _view(tx, payment)


def choose(tx: Tx, code: str, token: str) -> Taken:
    """Note the test method that somebody has chosen on our page, once: a second choice changes nothing.

    One that is declined at once is not noted: as on any hosted page, another can be chosen then.
    """
    payment = repository.payment_to_change(tx, code)
    if payment is None or _view(tx, payment).state != "open" or payment.processor != TestProcessor.name:
        return Taken()
    found = next((each for each in METHODS if each.method.token == token), None)
    if found is None or (found.last == "declined" and not found.after):
        return Taken(problem_code=found.problem_code if found else "unknown_method")
    payment.page_reference = chosen(token, tx.now)
    tx.session.add(payment)
    tx.session.flush()
    changes.announce(tx, changes.account_stream(payment.account_id), "payment", payment.id)
    return Taken(payment.id)


def _view(tx: Tx, payment: Payment) -> PageView:
    left = max(payment.ends_at - tx.now, timedelta()) if payment.ends_at else timedelta()
    state = _state(payment, left)
    ours = payment.processor == TestProcessor.name
    return PageView(
        state=state,
        amount_minor=payment.amount_minor,
        currency=payment.currency,
        purpose=payment.purpose,
        left=left,
        url=None if ours else payment.page_url,
        methods=tuple(each.method for each in METHODS) if ours and state == "open" else (),
        problem_code=payment.problem_code if state == "ended" else None,
    )


def _state(payment: Payment, left: timedelta) -> State:
    match payment.status:
        case "succeeded":
            return "paid"
        case "returning" | "returned":
            return "returned"
        case "declined":
            return "ended"
    if chosen_on_page(payment.page_reference) is not None:
        return "checking"
    if not left:
        return "ended"
    return "open" if payment.page_reference is not None else "opening"
