"""What is wrong with the money of a world in which everything has settled."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Final

from backend.money.processors.base import NoAnswerError
from backend.money.reconciling import Span
from backend.money.reconciling_rows import Comparison, compare
from tests.backend.money.purse import Purse

PLACES_ARE_GIVEN_UP_AFTER: Final = timedelta(minutes=16)
"""By then every page has ended, and no payment keeps its place any more."""
KEYS_ARE_FORGOTTEN_AFTER: Final = timedelta(hours=24)
"""Until then Stripe gives an error of its own again for the key that met it."""


def settle(purse: Purse) -> None:
    """Let the faults end, and the reconciler have two minutes once nobody can pay any more."""
    broken = "server_error" in purse.stand_in.faults.met
    purse.stand_in.faults.clear()
    purse.clock.step(KEYS_ARE_FORGOTTEN_AFTER if broken else PLACES_ARE_GIVEN_UP_AFTER)
    for _ in range(8):
        purse.stand_in.let_refunds_arrive()
        purse.clock.step(timedelta(seconds=15))
        if purse.reconcile_once() == 0:
            break
    purse.clock.step(timedelta(minutes=2))


def findings(purse: Purse) -> list[str]:
    """Return everything that is wrong, a sentence each."""
    return [*_against_the_processor(purse), *_charged_for_nothing(purse), *_below_zero(purse), *_reconciled(purse)]


def below_zero(purse: Purse) -> list[str]:
    """Return who has less than nothing, at any moment."""
    return list(_below_zero(purse))


def _reconciled(purse: Purse) -> Iterator[str]:
    """Say what ``money reconcile`` says."""
    now = purse.clock.now()
    span = Span(purse.begun_at - timedelta(days=1), now + timedelta(seconds=1), now)
    for one in _compared(purse, span).found:
        yield f"{one.kind}: {one.said}"


def _compared(purse: Purse, span: Span) -> Comparison:
    """Compare the books; on a machine with much else to do even this processor may be too slow, so ask it again."""
    for _ in range(2):
        with suppress(NoAnswerError):
            return compare(purse.db, purse.processors, span)
    return compare(purse.db, purse.processors, span)


def _against_the_processor(purse: Purse) -> Iterator[str]:
    """Hold what each account has paid by card, by the ledger, against what the processor has of it."""
    payments, _ = purse.rows()
    account = {payment.id: payment.account_id for payment in payments}
    moved: dict[str, int] = defaultdict(int)
    whose: dict[str, str] = {}
    for charge in purse.stand_in.charged:
        whose[charge.id] = account.get(charge.metadata.get("payment_id", ""), "nobody")
        moved[whose[charge.id]] += charge.amount
    for refund in purse.stand_in.refunded:
        moved[whose[refund.charge]] -= refund.amount
    for account_id in {*moved, *(person.actor.account for person in purse.people)}:
        booked = -purse.left("card", account_id)
        if booked != moved[account_id]:
            yield f"the ledger has {booked} cents by card of an account, the processor {moved[account_id]}"


def _charged_for_nothing(purse: Purse) -> Iterator[str]:
    """Say who has paid and has neither a visit nor a balance nor the money back."""
    payments, _ = purse.rows()
    for payment in payments:
        if payment.status == "checking":
            yield "a payment is still being checked"
        if payment.status == "succeeded" and payment.purpose == "visit" and purse.visit(payment.booking_id) is None:
            yield "somebody was charged for a visit that there is not"
    if purse.count("SELECT COUNT(*) FROM payment_return WHERE status = 'returning'"):
        yield "money is still on its way back"
    query = (
        "SELECT COUNT(*) FROM (SELECT e.booking_id FROM ledger_entry e JOIN transfer t ON t.entry_id = e.id"
        " JOIN visit v ON v.id = e.booking_id WHERE e.kind IN ('charge', 'refund') GROUP BY e.booking_id"
        " HAVING SUM(CASE WHEN e.kind = 'charge' THEN t.amount_minor ELSE -t.amount_minor END)"
        " > MAX(v.session_fee_minor + v.transaction_fee_minor + v.tax_minor)) AS dear"
    )
    if purse.count(query):
        yield "a visit was paid for more than once"


def _below_zero(purse: Purse) -> Iterator[str]:
    for person in purse.people:
        for books in ("balance", "credit"):
            if (left := purse.left(books, person.actor.account)) < 0:
                yield f"a {books} is {left} cents"
