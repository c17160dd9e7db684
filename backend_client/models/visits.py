"""The draft of a visit, holds, visits, and what a cancellation brings back."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from backend_client.models.common import FacilityRef, Money, Reason, VisitType, WireEnum


@dataclass(frozen=True)
class Attendee:
    """Somebody who comes along; `minor` says under age."""

    name: str
    minor: bool


@dataclass(frozen=True)
class Override:
    """An officer's or a support agent's yes to breaking the rules of these codes, and why: the reason is kept."""

    codes: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class Draft:
    """The visit being scheduled, kept on the server, one per account. `updated_at` is the server's and is not sent."""

    facility_id: str | None = None
    visit_type: VisitType | None = None
    terms_id: str | None = None
    individual_id: str | None = None
    individual_name: str | None = None
    booking_number: str | None = None
    duration_minutes: int | None = None
    date: dt.date | None = None
    starts_at: dt.datetime | None = None
    hold_id: str | None = None
    attendees: tuple[Attendee, ...] = ()
    step: str | None = None
    updated_at: dt.datetime | None = None


@dataclass(frozen=True)
class Price:
    """What a visit costs, at most if `unused_minutes_come_back`; `per_minute`: the session fee is by the minute.

    `total` is both fees and the tax on them.
    """

    session_fee: Money
    transaction_fee: Money
    tax: Money
    total: Money
    per_minute: bool
    unused_minutes_come_back: bool


@dataclass(frozen=True)
class Hold:
    """An opening kept for this account until `held_until`.

    Count down on `remaining_seconds`, not on the terminal's clock. Until `free_cancel_until` (exclusive; it may have
    passed) cancelling the visit loses nothing.
    """

    id: str
    facility_id: str
    visit_type: VisitType
    individual_id: str
    duration_minutes: int
    starts_at: dt.datetime
    ends_at: dt.datetime
    held_until: dt.datetime
    remaining_seconds: int
    can_renew: bool
    price: Price
    free_cancel_until: dt.datetime


class VisitStatus(WireEnum):
    """Where a visit stands, or how it ended."""

    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    COMPLETED = "completed"
    VISITOR_MISSED = "visitor_missed"
    INDIVIDUAL_REFUSED = "individual_refused"
    INDIVIDUAL_UNAVAILABLE = "individual_unavailable"
    ENDED_EARLY = "ended_early"
    ENDED_BY_STAFF = "ended_by_staff"
    TECHNICAL_FAILURE = "technical_failure"


class CancelledBy(WireEnum):
    """Who cancelled a visit."""

    VISITOR = "visitor"
    FACILITY = "facility"
    SUPPORT = "support"


@dataclass(frozen=True)
class Join:
    """How to join: a sentence, the link of a remote visit or the place of an onsite one, and from when."""

    how: str
    opens_at: dt.datetime
    link: str | None = None
    place: str | None = None


@dataclass(frozen=True)
class Visit:
    """An appointment.

    Instants are UTC, `zone` is the facility's; `paid_with` is a label, `reason` why it was cancelled, `changes` how
    often it was moved or cancelled.
    """

    id: str
    reference: str
    facility: FacilityRef
    visit_type: VisitType
    individual_id: str
    individual_name: str
    booking_number: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    duration_minutes: int
    zone: str
    status: VisitStatus
    attendees: tuple[Attendee, ...]
    session_fee: Money
    transaction_fee: Money
    tax: Money
    total: Money
    join: Join
    changes: int = 0
    checked_in_at: dt.datetime | None = None
    paid_with: str | None = None
    free_cancel_until: dt.datetime | None = None
    cancelled_at: dt.datetime | None = None
    cancelled_by: CancelledBy | None = None
    reason: str | None = None
    station: str | None = None
    unused_minutes_come_back: bool = False
    used_minutes: int | None = None


@dataclass(frozen=True)
class MoveOffer:
    """Whether a visit can be moved, until when (exclusive), and why not. Its price stays, and nothing is to pay."""

    allowed: bool
    reasons: tuple[Reason, ...]
    until: dt.datetime


class ComesBack(WireEnum):
    """The sentence about what a cancellation brings back."""

    FULL = "full"
    REST = "rest"
    NOTHING_LEFT = "nothing_left"
    NOTHING_PAID = "nothing_paid"
    LATE = "late"


@dataclass(frozen=True)
class ComesBackTo:
    """How much comes back to one of the places that it came from."""

    label: str
    amount: Money


@dataclass(frozen=True)
class Cancellation:
    """What cancelling now would do: how much `comes_back`, `to` what, and what the facility `keeps`.

    `places` says how much comes back to each source that paid.
    """

    allowed: bool
    reasons: tuple[Reason, ...]
    comes_back: Money
    keeps: Money
    sentence_code: ComesBack
    places: tuple[ComesBackTo, ...]
    to: str | None = None
