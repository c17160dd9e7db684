"""Refunds: of a whole charge or of parts of it, never of more than is left."""

from __future__ import annotations

from tests.standin.books import Books
from tests.standin.form import Asked
from tests.standin.problems import Refusal
from tests.standin.things import Charge, Intent, Refund


def create(books: Books, asked: Asked) -> Refund:
    """Give back ``amount`` of a charge, by default what is left of it."""
    charge = _charge(books, asked)
    amount, left = asked.whole("amount"), charge.amount - charge.refunded
    if not charge.paid or not charge.captured:
        raise Refusal(f"Charge {charge.id} was not captured and cannot be refunded.", param="charge")
    if left == 0:
        raise Refusal(f"Charge {charge.id} has already been refunded.", code="charge_already_refunded")
    if amount is not None and amount <= 0:
        raise Refusal("Invalid positive integer", code="parameter_invalid_integer", param="amount")
    if amount is not None and amount > left:
        raise Refusal(
            f"Refund amount (${amount / 100:.2f}) is greater than unrefunded amount on charge (${left / 100:.2f})",
            param="amount",
        )
    refund = books.keep(
        Refund(
            books.new_id(Refund), books.now, charge.id, charge.intent, left if amount is None else amount,
            charge.currency, asked.metadata(), "pending" if charge.card.refund == "pending" else "succeeded",
            asked.text("reason"),
        )
    )  # fmt: skip
    charge.refunded += refund.amount
    books.tell("refund.created", refund)
    books.tell("charge.refunded", charge)
    return refund


def arrive(books: Books, refund: Refund) -> None:
    """Let a refund have its end: at the bank of some cards it is late, at that of others it fails after all."""
    charge = books.find(Charge, refund.charge)
    if refund.status == "pending":
        refund.status = "succeeded"
        books.tell("refund.updated", refund)
    elif refund.status == "succeeded" and charge.card.refund == "failed":
        refund.status = "failed"
        charge.refunded -= refund.amount
        books.tell("refund.failed", refund)


def _charge(books: Books, asked: Asked) -> Charge:
    charge_id, intent_id = asked.text("charge"), asked.text("payment_intent")
    if charge_id is not None:
        return books.find(Charge, charge_id, "charge")
    if intent_id is None:
        raise Refusal(
            "One of the following params should be provided for this request: payment_intent or charge.",
            code="parameter_missing",
            remembered=False,
        )
    intent = books.find(Intent, intent_id, "payment_intent")
    if intent.status != "succeeded" or intent.latest_charge is None:
        raise Refusal(
            f"This PaymentIntent ({intent.id}) does not have a successful charge to refund.", param="payment_intent"
        )
    return books.find(Charge, intent.latest_charge)
