"""Facilities on the wire."""

from __future__ import annotations

from backend.facilities.setting_values import Approval, VisitType
from backend.facilities.views import DurationView, FacilityView, OfferView, TermsView
from backend.money.schemas import Money
from backend.web import Instant, Schema


class State(Schema):
    """A state that has facilities."""

    code: str
    name: str
    facilities: int


class States(Schema):
    """Every state that has facilities, by name."""

    items: list[State]
    next_cursor: str | None = None


class FacilityRef(Schema):
    """A facility in few words; ``zone`` is an IANA name."""

    id: str
    name: str
    state: str
    city: str | None
    zone: str | None


class Duration(Schema):
    """A length in minutes, and what it costs today, at most if ``unused_minutes_come_back``."""

    minutes: int
    session_fee: Money
    transaction_fee: Money
    tax: Money
    per_minute: bool
    unused_minutes_come_back: bool

    @classmethod
    def of(cls, view: DurationView) -> Duration:
        """Return a length as it is sent."""
        price = view.price
        return cls(
            minutes=view.minutes,
            session_fee=Money(minor=price.session_fee_minor, currency=price.currency),
            transaction_fee=Money(minor=price.transaction_fee_minor, currency=price.currency),
            tax=Money(minor=price.tax_minor, currency=price.currency),
            per_minute=price.per_minute,
            unused_minutes_come_back=price.per_minute,
        )


class Offer(Schema):
    """A visit type that can be scheduled today, and on what conditions.

    ``attendees_max`` counts who comes with the lead visitor.
    """

    visit_type: VisitType
    durations: list[Duration]
    notice_hours: int
    horizon_days: int
    cancel_cutoff_hours: int
    attendees_max: int
    join: str | None

    @classmethod
    def of(cls, view: OfferView) -> Offer:
        """Return an offer as it is sent."""
        return cls(
            visit_type=view.visit_type,
            durations=[Duration.of(each) for each in view.durations],
            notice_hours=view.notice_hours,
            horizon_days=view.horizon_days,
            cancel_cutoff_hours=view.cancel_cutoff_hours,
            attendees_max=view.attendees_max,
            join=view.join,
        )


class Facility(Schema):
    """A facility with what it offers, by the prices and settings of its own today."""

    id: str
    name: str
    state: str
    city: str | None
    address: str | None
    zone: str | None
    phone: str | None
    kind: str
    bookable: bool
    not_bookable_because: str | None
    approval: Approval
    id_must_be_seen: bool
    answer_days: int
    typical_answer_hours: int | None
    offers: list[Offer]

    @classmethod
    def of(cls, view: FacilityView) -> Facility:
        """Return a facility as it is sent."""
        return cls(
            id=view.id,
            name=view.name,
            state=view.state,
            city=view.city,
            address=view.address,
            zone=view.zone,
            phone=view.phone,
            kind=view.kind,
            bookable=view.bookable,
            not_bookable_because=view.not_bookable_because,
            approval=view.approval,
            id_must_be_seen=view.id_must_be_seen,
            answer_days=view.answer_days,
            typical_answer_hours=view.typical_answer_hours,
            offers=[Offer.of(offer) for offer in view.offers],
        )


class FacilityPage(Schema):
    """One page of a state's facilities, by name."""

    items: list[Facility]
    next_cursor: str | None


class Terms(Schema):
    """The Terms and Conditions in force; ``text`` has plain paragraphs separated by blank lines."""

    id: str
    version: str
    title: str
    text: str
    accepted_at: Instant | None

    @classmethod
    def of(cls, view: TermsView) -> Terms:
        """Return terms as they are sent."""
        return cls(
            id=view.id, version=str(view.version), title=view.title, text=view.text, accepted_at=view.accepted_at
        )


class AcceptTerms(Schema):
    """The visitor accepts terms that the terminal has shown to their end."""

    shown_to_end: bool
