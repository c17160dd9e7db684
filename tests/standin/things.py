"""What Stripe keeps: customers, payment methods, intents, charges, refunds, sessions, readers, events."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, Protocol, TypeAlias

from tests.standin.cards import Card

Json: TypeAlias = dict[str, object]
IntentStatus = Literal[
    "requires_payment_method",
    "requires_confirmation",
    "requires_action",
    "requires_capture",
    "canceled",
    "succeeded",
]
SessionStatus = Literal["open", "complete", "expired"]
RefundStatus = Literal["pending", "succeeded", "failed"]


class Thing(Protocol):
    """Something with an id and a time (seconds since 1970) that can be shown."""

    id: str
    created: int

    def json(self) -> Json:
        """Return it as Stripe shows it, what it refers to as ids."""
        ...


def _shown(kind: str, thing: Thing, **more: object) -> Json:
    return {"id": thing.id, "object": kind, "created": thing.created, "livemode": False, **more}


@dataclass(slots=True)
class Customer:
    """Whose cards are kept."""

    id: str
    created: int
    metadata: dict[str, str]
    email: str | None = None
    name: str | None = None

    def json(self) -> Json:
        return _shown("customer", self, email=self.email, name=self.name, metadata=self.metadata)


@dataclass(slots=True)
class Method:
    """A card: a person's, kept for a customer or used once."""

    id: str
    created: int
    card: Card
    customer: str | None = None
    used_without_customer: bool = False
    display: str = "unspecified"
    """Whether it may be shown again: ``always``, ``limited``, ``unspecified``."""

    def json(self) -> Json:
        card = {
            "brand": self.card.brand,
            "last4": self.card.last4,
            "exp_month": 8,
            "exp_year": 2030,
            "funding": "credit",
            "country": "US",
        }
        return _shown(
            "payment_method",
            self,
            type="card",
            card=card,
            customer=self.customer,
            metadata={},
            allow_redisplay=self.display,
            billing_details={},
        )


@dataclass(slots=True)
class Intent:
    """Money that is to be taken, and how far that is."""

    id: str
    created: int
    amount: int
    currency: str
    metadata: dict[str, str]
    customer: str | None = None
    method: str | None = None
    method_types: list[str] = field(default_factory=lambda: ["card"])
    may_redirect: bool = False
    captured_later: bool = False
    setup_future_usage: str | None = None
    description: str | None = None
    session: str | None = None
    """The page that it belongs to: only the page can end it."""
    status: IntentStatus = "requires_payment_method"
    latest_charge: str | None = None
    last_error: Json | None = None
    cancellation_reason: str | None = None
    canceled_at: int | None = None

    def json(self) -> Json:
        proof = {"type": "use_stripe_sdk", "use_stripe_sdk": {}} if self.status == "requires_action" else None
        return _shown(
            "payment_intent", self, amount=self.amount, currency=self.currency, metadata=self.metadata,
            amount_received=self.amount if self.status == "succeeded" else 0,
            amount_capturable=self.amount if self.status == "requires_capture" else 0,
            capture_method="manual" if self.captured_later else "automatic_async",
            confirmation_method="automatic", client_secret=f"{self.id}_secret_standin", customer=self.customer,
            payment_method=self.method, payment_method_types=self.method_types, description=self.description,
            setup_future_usage=self.setup_future_usage, status=self.status, latest_charge=self.latest_charge,
            last_payment_error=self.last_error, next_action=proof, cancellation_reason=self.cancellation_reason,
            canceled_at=self.canceled_at,
        )  # fmt: skip


@dataclass(slots=True)
class Charge:
    """Money that was taken, or was not."""

    id: str
    created: int
    intent: str
    amount: int
    currency: str
    card: Card
    method: str
    customer: str | None
    metadata: dict[str, str]
    present: bool = False
    """At a reader."""
    captured: bool = True
    refunded: int = 0
    """Of ``amount``, what was given back; what failed on its way is not."""

    @property
    def paid(self) -> bool:
        """Whether the money was taken."""
        return self.card.code is None

    def json(self) -> Json:
        kind = "card_present" if self.present else "card"
        card = {"brand": self.card.brand, "last4": self.card.last4, "exp_month": 8, "exp_year": 2030}
        return _shown(
            "charge", self, amount=self.amount, currency=self.currency, metadata=self.metadata,
            amount_refunded=self.refunded, refunded=self.refunded == self.amount, captured=self.paid and self.captured,
            amount_captured=self.amount if self.paid and self.captured else 0,
            customer=self.customer, payment_intent=self.intent, payment_method=self.method, paid=self.paid,
            status="succeeded" if self.paid else "failed", failure_code=self.card.code,
            failure_message=self.card.message or None, payment_method_details={"type": kind, kind: card},
            balance_transaction=f"txn_{self.id}" if self.paid and self.captured else None, disputed=False,
        )  # fmt: skip


@dataclass(slots=True)
class Refund:
    """Money that was given back."""

    id: str
    created: int
    charge: str
    intent: str
    amount: int
    currency: str
    metadata: dict[str, str]
    status: RefundStatus = "succeeded"
    reason: str | None = None

    def json(self) -> Json:
        return _shown(
            "refund", self, amount=self.amount, currency=self.currency, metadata=self.metadata, charge=self.charge,
            payment_intent=self.intent, status=self.status, reason=self.reason,
            balance_transaction=f"txn_{self.id}",
            failure_reason="expired_or_canceled_card" if self.status == "failed" else None,
        )  # fmt: skip


@dataclass(slots=True)
class Session:
    """A hosted page on which a person pays."""

    id: str
    created: int
    amount: int
    currency: str
    expires_at: int
    metadata: dict[str, str]
    intent_metadata: dict[str, str]
    success_url: str | None
    cancel_url: str | None
    client_reference_id: str | None = None
    customer: str | None = None
    setup_future_usage: str | None = None
    saves: bool = False
    """Whether the person is asked to have the card kept."""
    description: str | None = None
    status: SessionStatus = "open"
    intent: str | None = None

    def json(self) -> Json:
        return _shown(
            "checkout.session", self, amount_total=self.amount, amount_subtotal=self.amount, currency=self.currency,
            expires_at=self.expires_at, metadata=self.metadata, success_url=self.success_url,
            cancel_url=self.cancel_url, client_reference_id=self.client_reference_id, customer=self.customer,
            mode="payment", payment_intent=self.intent, payment_method_types=["card"], status=self.status,
            payment_status="paid" if self.status == "complete" else "unpaid",
            url=f"https://checkout.stripe.com/c/pay/{self.id}" if self.status == "open" else None,
        )  # fmt: skip


@dataclass(slots=True)
class Reader:
    """A card reader that the server drives."""

    id: str
    created: int
    label: str
    online: bool = True
    intent: str | None = None
    action: Literal["in_progress", "succeeded", "failed"] | None = None
    failure: tuple[str, str] | None = None
    """Code and message."""

    def json(self) -> Json:
        action: Json | None = None
        if self.action is not None:
            code, message = self.failure or (None, None)
            asked = {"payment_intent": self.intent}
            action = {
                "type": "process_payment_intent",
                "status": self.action,
                "failure_code": code,
                "failure_message": message,
                "process_payment_intent": asked,
            }
        return _shown(
            "terminal.reader", self, label=self.label, device_type="simulated_wisepos_e", action=action, metadata={},
            status="online" if self.online else "offline", serial_number="standin", location=None, ip_address=None,
        )  # fmt: skip


@dataclass(slots=True)
class Event:
    """News of a thing, as it was when it happened."""

    id: str
    created: int
    kind: str
    snapshot: Json
    api_version: str

    def json(self) -> Json:
        return _shown(
            "event", self, type=self.kind, api_version=self.api_version, data={"object": self.snapshot},
            pending_webhooks=1, request={"id": None, "idempotency_key": None},
        )  # fmt: skip
