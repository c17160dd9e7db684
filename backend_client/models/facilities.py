"""States, facilities, what they offer, and their Terms and Conditions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from backend_client.models.common import Lines, Money, VisitType, WireEnum


class ApprovalPolicy(WireEnum):
    """Who decides on facility access."""

    AUTOMATIC = "automatic"
    OFFICER = "officer"


@dataclass(frozen=True)
class State:
    """A state that has facilities: its two letters, its name, and how many facilities."""

    code: str
    name: str
    facilities: int


@dataclass(frozen=True)
class Duration:
    """A length of visit in minutes with its prices today.

    `per_minute`: the session fee is by the minute; `unused_minutes_come_back`: it is the most that it can be.
    """

    minutes: int
    session_fee: Money
    transaction_fee: Money
    tax: Money
    per_minute: bool
    unused_minutes_come_back: bool

    @property
    def total(self) -> Money:
        """What a visit of this length costs, at most if unused minutes come back."""
        return Money(self.session_fee.minor + self.transaction_fee.minor + self.tax.minor, self.session_fee.currency)


@dataclass(frozen=True)
class Offer:
    """One visit type of a facility.

    Notice and cancel cut-off in hours, horizon in days; `join` is a link or a sentence of place.
    """

    visit_type: VisitType
    durations: tuple[Duration, ...]
    notice_hours: int
    horizon_days: int
    cancel_cutoff_hours: int
    attendees_max: int
    join: str | None = None


@dataclass(frozen=True)
class Facility:
    """A facility and its policy. `answer_days` are working days; `zone` is an IANA name."""

    id: str
    name: str
    state: str
    kind: str
    bookable: bool
    approval: ApprovalPolicy
    id_must_be_seen: bool
    answer_days: int
    offers: tuple[Offer, ...]
    city: str | None = None
    address: str | None = None
    zone: str | None = None
    phone: str | None = None
    not_bookable_because: str | None = None
    typical_answer_hours: int | None = None


@dataclass(frozen=True)
class Terms:
    """The Terms and Conditions in force; `text` has plain paragraphs separated by blank lines.

    `accepted_at`: by this account.
    """

    id: str
    version: str
    title: str
    text: Lines
    accepted_at: datetime | None = None
