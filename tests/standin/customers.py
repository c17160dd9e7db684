"""Customers, and the cards that are kept for them."""

from __future__ import annotations

from tests.standin.books import Books
from tests.standin.charging import check_customer, method_of
from tests.standin.form import Asked
from tests.standin.problems import PAYMENT_FAILED, Refusal
from tests.standin.things import Customer, Method


def create(books: Books, asked: Asked) -> Customer:
    """Make a customer."""
    customer = Customer(books.new_id(Customer), books.now, asked.metadata(), asked.text("email"), asked.text("name"))
    books.keep(customer)
    books.tell("customer.created", customer)
    return customer


def attach(books: Books, asked: Asked, method_id: str) -> Method:
    """Keep a card for a customer; its bank is asked first."""
    check_customer(books, customer := asked.text("customer"))
    method = method_of(books, method_id, customer)
    if method.card.code is not None and method.card.last4 != "0341":
        raise Refusal(
            method.card.message,
            status=PAYMENT_FAILED,
            kind="card_error",
            code=method.card.code,
            more={"decline_code": method.card.decline_code},
        )
    method.customer, method.display = customer, "always"
    books.tell("payment_method.attached", method)
    return method


def detach(books: Books, asked: Asked, method_id: str) -> Method:
    """Forget a customer's card."""
    method = books.find(Method, method_id, "payment_method")
    if method.customer is None:
        raise Refusal("The payment method you provided is not attached to a customer so detachment is impossible.")
    method.customer, method.used_without_customer = None, True
    books.tell("payment_method.detached", method)
    return method
