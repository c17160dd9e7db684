"""Which request does what, and what it may be asked with: the SDK's own types."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from stripe import params

from tests.standin import customers, intents, readers, refunds, sessions
from tests.standin.books import Books, T
from tests.standin.form import Asked
from tests.standin.things import Charge, Customer, Event, Intent, Json, Method, Reader, Refund, Session, Thing

Do = Callable[..., Json]
"""Takes the books, what is asked, the path, and the ids in it."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A request that is understood."""

    method: str
    pattern: re.Pattern[str]
    params: type
    do: Do


def endpoint(method: str, path: str) -> tuple[Endpoint, tuple[str, ...]] | None:
    """Return what a request means, with the ids in its path."""
    for one in ENDPOINTS:
        if one.method == method and (found := one.pattern.fullmatch(path)) is not None:
            return one, found.groups()
    return None


def _at(method: str, path: str, legal: type, do: Do) -> Endpoint:
    return Endpoint(method, re.compile(path.replace("{id}", "([^/]+)")), legal, do)


def _makes(act: Callable[..., Thing]) -> Do:
    """Do something to a thing, and answer with the thing."""

    def do(books: Books, asked: Asked, _path: str, *ids: str) -> Json:
        return books.shown(act(books, asked, *ids), asked.texts("expand"))

    return do


def _reads(kind: type[T]) -> Do:
    return _makes(lambda books, asked, thing_id: books.find(kind, thing_id))


def _lists(kind: type[T], *filters: str) -> Do:
    def do(books: Books, asked: Asked, path: str, *_ids: str) -> Json:
        return books.page(kind, asked, path, **{name: asked.text(name) for name in filters})

    return do


def _searches(kind: type[T]) -> Do:
    return lambda books, asked, path: books.search(kind, asked, path)


def _cards_of(books: Books, asked: Asked, path: str, customer: str) -> Json:
    books.find(Customer, customer, "customer")
    shown_again = asked.text("allow_redisplay")
    return books.page(Method, asked, path, customer=customer, type=asked.text("type"), allow_redisplay=shown_again)


ENDPOINTS: Final = (
    _at("POST", "/v1/customers", params.CustomerCreateParams, _makes(customers.create)),
    _at("GET", "/v1/customers", params.CustomerListParams, _lists(Customer, "email")),
    _at("GET", "/v1/customers/search", params.CustomerSearchParams, _searches(Customer)),
    _at("GET", "/v1/customers/{id}", params.CustomerRetrieveParams, _reads(Customer)),
    _at("GET", "/v1/customers/{id}/payment_methods", params.CustomerPaymentMethodListParams, _cards_of),
    _at(
        "GET",
        "/v1/payment_methods",
        params.PaymentMethodListParams,
        _lists(Method, "customer", "type", "allow_redisplay"),
    ),
    _at("GET", "/v1/payment_methods/{id}", params.PaymentMethodRetrieveParams, _reads(Method)),
    _at("POST", "/v1/payment_methods/{id}/attach", params.PaymentMethodAttachParams, _makes(customers.attach)),
    _at("POST", "/v1/payment_methods/{id}/detach", params.PaymentMethodDetachParams, _makes(customers.detach)),
    _at("POST", "/v1/payment_intents", params.PaymentIntentCreateParams, _makes(intents.create)),
    _at("GET", "/v1/payment_intents", params.PaymentIntentListParams, _lists(Intent, "customer")),
    _at("GET", "/v1/payment_intents/search", params.PaymentIntentSearchParams, _searches(Intent)),
    _at("GET", "/v1/payment_intents/{id}", params.PaymentIntentRetrieveParams, _reads(Intent)),
    _at("POST", "/v1/payment_intents/{id}/confirm", params.PaymentIntentConfirmParams, _makes(intents.confirm)),
    _at("POST", "/v1/payment_intents/{id}/capture", params.PaymentIntentCaptureParams, _makes(intents.capture)),
    _at("POST", "/v1/payment_intents/{id}/cancel", params.PaymentIntentCancelParams, _makes(intents.cancel)),
    _at("POST", "/v1/checkout/sessions", params.checkout.SessionCreateParams, _makes(sessions.create)),
    _at(
        "GET",
        "/v1/checkout/sessions",
        params.checkout.SessionListParams,
        _lists(Session, "customer", "payment_intent", "status"),
    ),
    _at("GET", "/v1/checkout/sessions/{id}", params.checkout.SessionRetrieveParams, _reads(Session)),
    _at("POST", "/v1/checkout/sessions/{id}/expire", params.checkout.SessionExpireParams, _makes(sessions.expire)),
    _at("GET", "/v1/charges", params.ChargeListParams, _lists(Charge, "customer", "payment_intent")),
    _at("GET", "/v1/charges/search", params.ChargeSearchParams, _searches(Charge)),
    _at("GET", "/v1/charges/{id}", params.ChargeRetrieveParams, _reads(Charge)),
    _at("POST", "/v1/refunds", params.RefundCreateParams, _makes(refunds.create)),
    _at("GET", "/v1/refunds", params.RefundListParams, _lists(Refund, "charge", "payment_intent")),
    _at("GET", "/v1/refunds/{id}", params.RefundRetrieveParams, _reads(Refund)),
    _at("GET", "/v1/events", params.EventListParams, _lists(Event, "type")),
    _at("GET", "/v1/events/{id}", params.EventRetrieveParams, _reads(Event)),
    _at("POST", "/v1/terminal/readers", params.terminal.ReaderCreateParams, _makes(readers.create)),
    _at("GET", "/v1/terminal/readers", params.terminal.ReaderListParams, _lists(Reader, "status", "device_type")),
    _at("GET", "/v1/terminal/readers/{id}", params.terminal.ReaderRetrieveParams, _reads(Reader)),
    _at(
        "POST",
        "/v1/terminal/readers/{id}/process_payment_intent",
        params.terminal.ReaderProcessPaymentIntentParams,
        _makes(readers.process),
    ),
    _at(
        "POST",
        "/v1/terminal/readers/{id}/cancel_action",
        params.terminal.ReaderCancelActionParams,
        _makes(readers.cancel),
    ),
    _at(
        "POST",
        "/v1/test_helpers/terminal/readers/{id}/present_payment_method",
        params.test_helpers.terminal.ReaderPresentPaymentMethodParams,
        _makes(readers.present),
    ),
)
