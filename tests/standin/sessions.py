"""Checkout Sessions: a hosted page, and the person who pays on it."""

from __future__ import annotations

from typing import Final

from tests.standin.books import Books
from tests.standin.charging import NeedsProofError, check_amount, check_customer, method_of, take
from tests.standin.form import Asked
from tests.standin.problems import Refusal
from tests.standin.things import Intent, Session

SHORTEST: Final = 30 * 60
LONGEST: Final = 24 * 60 * 60
"""Seconds for which a page may be open."""


def create(books: Books, asked: Asked) -> Session:
    """Open a page for one payment."""
    if asked.text("mode") != "payment":
        raise Refusal("Only the mode `payment` has a stand-in.", param="mode")
    if asked.text("success_url") is None:
        raise Refusal("You must provide a `success_url` for a hosted page.", param="success_url")
    prices = [(line.inner("price_data"), line.whole("quantity") or 1) for line in asked.each("line_items")]
    if not prices:
        raise Refusal(
            "The `line_items` parameter is required in payment mode.", code="parameter_missing", param="line_items"
        )
    amount = sum((price.whole("unit_amount") or 0) * quantity for price, quantity in prices)
    currency = prices[0][0].needed("currency").lower()
    check_amount(amount, currency)
    check_customer(books, asked.text("customer"))
    for_intent = asked.inner("payment_intent_data")
    return books.keep(
        Session(
            books.new_id(Session), books.now, amount, currency, _end(books, asked.whole("expires_at")),
            asked.metadata(), for_intent.metadata(), asked.text("success_url"), asked.text("cancel_url"),
            asked.text("client_reference_id"), asked.text("customer"), for_intent.text("setup_future_usage"),
            asked.inner("saved_payment_method_options").text("payment_method_save") == "enabled",
            for_intent.text("description"),
        )
    )  # fmt: skip


def expire(books: Books, asked: Asked, session_id: str) -> Session:
    """End a page before its time."""
    session = books.find(Session, session_id)
    if session.status != "open":
        raise Refusal(
            'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of '
            f"`{session.status}`."
        )
    session.status, session.expires_at = "expired", books.now
    books.tell("checkout.session.expired", session)
    return session


def pay(books: Books, session_id: str, token: str, *, save: bool = False) -> Session:
    """Do what a person does on the page: pay with a card; ``save`` ticks that it is kept.

    Raises :class:`Refusal`, which the page shows, if the card is declined (it stays open then) or the page has ended.
    """
    books.let_time_pass()
    session = books.find(Session, session_id)
    if session.status != "open":
        raise Refusal(f"This page has a status of {session.status}: nobody can pay on it.")
    if session.intent is None:
        session.intent = books.keep(_intent(books, session)).id
        books.tell("payment_intent.created", books.find(Intent, session.intent))
    intent = books.find(Intent, session.intent)
    kept = save and session.saves and session.customer is not None
    intent.setup_future_usage = "on_session" if kept else session.setup_future_usage
    method = method_of(books, token, session.customer)
    method.display = "always" if kept else "limited"
    try:
        take(books, intent, method)
    except NeedsProofError:
        return session
    session.status = "complete"
    books.tell("checkout.session.completed", session)
    return session


def _intent(books: Books, session: Session) -> Intent:
    return Intent(
        books.new_id(Intent), books.now, session.amount, session.currency, dict(session.intent_metadata),
        session.customer, description=session.description, session=session.id,
    )  # fmt: skip


def _end(books: Books, expires_at: int | None) -> int:
    if expires_at is None:
        return books.now + LONGEST
    if expires_at < books.now + SHORTEST:
        raise Refusal(
            "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.", param="expires_at"
        )
    if expires_at > books.now + LONGEST:
        raise Refusal(
            "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.", param="expires_at"
        )
    return expires_at
