"""Confirmations, visits and cancellations on the wire. Instants are UTC."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from backend.facilities.schemas import FacilityRef
from backend.facilities.setting_values import VisitType
from backend.money.ledger import Fees
from backend.money.schemas import Money
from backend.money.sources import Chosen
from backend.text import FullName, Key, Line
from backend.visits.booking import Companion
from backend.visits.cancelling import CancellationView, ComesBack
from backend.visits.joining import JoinView
from backend.visits.payment_view import PageView, PaymentStatus, PaymentView, WaitsFor
from backend.visits.schemas import Override, money, reasons_of
from backend.visits.service import ConfirmationView, VisitView
from backend.web import Instant, ReasonDocument, Schema

MOST_ATTENDEES = 20


class Attendee(Schema):
    """Somebody who comes with the lead visitor; ``minor`` says under age."""

    name: FullName
    minor: bool


class ConfirmVisit(Schema):
    """The answers that confirm a hold. ``payment_method`` is null where nothing is to pay."""

    hold_id: Key
    terms_id: Key
    attendees: tuple[Attendee, ...] = Field(default=(), max_length=MOST_ATTENDEES)
    payment_method: Key | None = None
    sources: tuple[Chosen, ...] = Field(default=(), max_length=4)
    """What pays before the method does."""
    promo_code: Line | None = None
    expected_total: Money
    expected_from_method: Money | None = None
    """What the method was said to pay; null: whatever is left."""
    override: Override | None = None

    @property
    def companions(self) -> tuple[Companion, ...]:
        """Who comes along."""
        return tuple(Companion(one.name, one.minor) for one in self.attendees)


class Begun(Schema):
    """What a confirmation has led to; kept for its idempotency key, and never sent."""

    booking_id: str
    payment_id: str | None


class Join(Schema):
    """How to join a visit, where, and from when."""

    how: str
    link: str | None
    place: str | None
    opens_at: Instant

    @classmethod
    def of(cls, view: JoinView) -> Join:
        """Return it as it is sent."""
        return cls(how=view.how, link=view.link, place=view.place, opens_at=view.opens_at)


VisitStatus = Literal[
    "confirmed",
    "cancelled",
    "completed",
    "visitor_missed",
    "individual_refused",
    "individual_unavailable",
    "ended_early",
    "ended_by_staff",
    "technical_failure",
]


class ShownAttendee(Schema):
    """Somebody who comes along."""

    name: str
    minor: bool


class Visit(Schema):
    """An appointment, and what became of it."""

    id: str
    reference: str
    facility: FacilityRef
    visit_type: VisitType
    individual_id: str
    individual_name: str
    booking_number: str
    starts_at: Instant
    ends_at: Instant
    duration_minutes: int
    zone: str
    status: VisitStatus
    attendees: tuple[ShownAttendee, ...]
    session_fee: Money
    transaction_fee: Money
    tax: Money
    total: Money
    paid_with: str | None
    join: Join
    free_cancel_until: Instant | None
    cancelled_at: Instant | None
    cancelled_by: Literal["visitor", "facility", "support"] | None
    reason: str | None
    changes: int
    checked_in_at: Instant | None
    station: str | None
    """The name of the station where it takes place, once one is assigned."""
    unused_minutes_come_back: bool
    used_minutes: int | None
    """How many minutes of a visit by the minute were used, once they are counted."""

    @classmethod
    def of(cls, view: VisitView) -> Visit:
        """Return a visit as it is sent."""
        fees = view.fees
        return cls.model_validate(
            {
                **{name: getattr(view, name) for name in _SAME},
                "attendees": [{"name": one.name, "minor": one.minor} for one in view.attendees],
                "session_fee": money(fees.session_fee_minor, fees.currency),
                "transaction_fee": money(fees.transaction_fee_minor, fees.currency),
                "tax": money(fees.tax_minor, fees.currency),
                "total": money(fees.total_minor, fees.currency),
                "join": Join.of(view.join),
            }
        )


_MADE = ("attendees", "session_fee", "transaction_fee", "tax", "total", "join")
_SAME = tuple(name for name in Visit.model_fields if name not in _MADE)


class VisitPage(Schema):
    """A page of visits."""

    items: tuple[Visit, ...]
    next_cursor: str | None


class PaymentPage(Schema):
    """Where a person pays on a phone, and until when (exclusive); count down on ``remaining_seconds``."""

    address: str
    ends_at: Instant
    remaining_seconds: int

    @classmethod
    def of(cls, view: PageView, public_url: str) -> PaymentPage:
        """Return it as it is sent."""
        return cls(
            address=f"{public_url}/p/{view.code}", ends_at=view.ends_at, remaining_seconds=view.remaining_seconds
        )


class Payment(Schema):
    """One attempt to pay; ``returned`` also while the money is on its way back."""

    id: str
    status: PaymentStatus
    amount: Money
    label: str
    problem_code: str | None
    sentence: str | None
    waits_for: WaitsFor | None
    """Who has to do something before a payment that is ``checking`` goes on."""
    page: PaymentPage | None

    @classmethod
    def of(cls, view: PaymentView, public_url: str) -> Payment:
        """Return a payment as it is sent."""
        return cls(
            id=view.id,
            status=view.status,
            amount=money(view.amount_minor, view.currency),
            label=view.label,
            problem_code=view.problem_code,
            sentence=view.sentence,
            waits_for=view.waits_for,
            page=PaymentPage.of(view.page, public_url) if view.page else None,
        )


class Confirmation(Schema):
    """``confirmed`` once the visit or the top-up stands; else ``checking``, and the payment says where it is."""

    status: Literal["confirmed", "checking"]
    payment: Payment | None
    visit: Visit | None

    @classmethod
    def of(cls, view: ConfirmationView, public_url: str) -> Confirmation:
        """Return it as it is sent."""
        return cls(
            status="confirmed" if view.stands else "checking",
            payment=Payment.of(view.payment, public_url) if view.payment else None,
            visit=Visit.of(view.visit) if view.visit else None,
        )


class ComesBackTo(Schema):
    """How much comes back to one of the places that it came from."""

    label: str
    amount: Money


class Cancellation(Schema):
    """What cancelling now would do."""

    allowed: bool
    reasons: tuple[ReasonDocument, ...]
    comes_back: Money
    to: str | None
    places: tuple[ComesBackTo, ...]
    keeps: Money
    sentence_code: ComesBack

    @classmethod
    def of(cls, view: CancellationView) -> Cancellation:
        """Return it as it is sent."""
        return cls(
            allowed=not view.reasons,
            reasons=reasons_of(view.reasons),
            comes_back=fees_total(view.back),
            to=view.to,
            places=tuple(ComesBackTo(label=one.label, amount=fees_total(one.fees)) for one in view.places),
            keeps=money(view.keeps_minor, view.back.currency),
            sentence_code=view.sentence_code,
        )


def fees_total(fees: Fees) -> Money:
    """Return both fees together as they are sent."""
    return money(fees.total_minor, fees.currency)


class CancelVisit(Schema):
    """Cancel, expecting this much back."""

    expected_back: Money
    reason: Line | None = None


class CancelledVisit(Schema):
    """What a cancellation has led to; kept for its idempotency key, and never sent."""

    visit_id: str
    payment_id: str | None
