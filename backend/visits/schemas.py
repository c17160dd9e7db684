"""Openings and holds on the wire. Instants are UTC, dates local to the facility."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import Field

from backend.errors import Reason
from backend.facilities.prices import PriceLine
from backend.facilities.setting_values import VisitType
from backend.money.schemas import Money
from backend.text import Key, Line
from backend.visits import overrides
from backend.visits.ground import Wanted
from backend.visits.holds import HoldView
from backend.visits.openings import DayState, OpeningDaysView, OpeningDayView, OpeningState, OpeningsView, OpeningView
from backend.web import Instant, ReasonDocument, Schema

Minutes = Annotated[int, Field(ge=1, le=1440)]


def money(minor: int, currency: str) -> Money:
    """Return an amount as it is sent."""
    return Money(minor=minor, currency=currency)


def reasons_of(reasons: tuple[Reason, ...]) -> tuple[ReasonDocument, ...]:
    """Return broken rules as they are sent."""
    return tuple(map(ReasonDocument.of, reasons))


class OpeningDay(Schema):
    """One date, and how many of its start times are open."""

    date: dt.date
    open: int
    total: int
    state: DayState
    first_starts_at: Instant | None
    last_starts_at: Instant | None
    reasons: tuple[ReasonDocument, ...]

    @classmethod
    def of(cls, view: OpeningDayView) -> OpeningDay:
        """Return a day as it is sent."""
        return cls(
            date=view.date,
            open=view.open,
            total=view.total,
            state=view.state,
            first_starts_at=view.first_starts_at,
            last_starts_at=view.last_starts_at,
            reasons=reasons_of(view.reasons),
        )


class OpeningDays(Schema):
    """Days in order, all in ``zone`` (IANA)."""

    zone: str
    items: tuple[OpeningDay, ...]
    horizon_ends_on: dt.date
    first_open_on: dt.date | None

    @classmethod
    def of(cls, view: OpeningDaysView) -> OpeningDays:
        """Return days as they are sent."""
        return cls(
            zone=view.zone,
            items=tuple(OpeningDay.of(day) for day in view.items),
            horizon_ends_on=view.horizon_ends_on,
            first_open_on=view.first_open_on,
        )


class Opening(Schema):
    """One start time, and why it cannot be had, if so."""

    starts_at: Instant
    ends_at: Instant
    state: OpeningState
    reasons: tuple[ReasonDocument, ...]

    @classmethod
    def of(cls, view: OpeningView) -> Opening:
        """Return an opening as it is sent."""
        return cls(starts_at=view.starts_at, ends_at=view.ends_at, state=view.state, reasons=reasons_of(view.reasons))


class Openings(Schema):
    """The start times of one date, in order."""

    zone: str
    date: dt.date
    items: tuple[Opening, ...]

    @classmethod
    def of(cls, view: OpeningsView) -> Openings:
        """Return openings as they are sent."""
        return cls(zone=view.zone, date=view.date, items=tuple(Opening.of(one) for one in view.items))


class Price(Schema):
    """What a visit costs, at most if ``unused_minutes_come_back``; ``total`` is both fees and the tax."""

    session_fee: Money
    transaction_fee: Money
    tax: Money
    total: Money
    per_minute: bool
    unused_minutes_come_back: bool

    @classmethod
    def of(cls, line: PriceLine) -> Price:
        """Return a price as it is sent."""
        return cls(
            session_fee=money(line.session_fee_minor, line.currency),
            transaction_fee=money(line.transaction_fee_minor, line.currency),
            tax=money(line.tax_minor, line.currency),
            total=money(line.total_minor, line.currency),
            per_minute=line.per_minute,
            unused_minutes_come_back=line.per_minute,
        )


class Override(Schema):
    """An officer's or a support agent's yes to breaking the rules of these codes, and why. Visitors send null."""

    codes: tuple[Key, ...] = Field(min_length=1, max_length=20)
    reason: Line

    @property
    def said(self) -> overrides.Override:
        """Return it as services take it."""
        return overrides.Override(frozenset(self.codes), self.reason)


class TakeHold(Schema):
    """What to hold."""

    facility_id: Key
    visit_type: VisitType
    individual_id: Key
    duration_minutes: Minutes
    starts_at: Instant
    override: Override | None = None

    @property
    def wanted(self) -> Wanted:
        """What is wanted, but for the time."""
        return Wanted(self.facility_id, self.visit_type, self.individual_id, self.duration_minutes)


class Hold(Schema):
    """An opening that is kept. Count down on ``remaining_seconds``, as sent.

    ``free_cancel_until`` (exclusive): until then cancelling the visit loses nothing. It may have passed already.
    """

    id: str
    facility_id: str
    visit_type: VisitType
    individual_id: str
    duration_minutes: int
    starts_at: Instant
    ends_at: Instant
    held_until: Instant
    remaining_seconds: int
    can_renew: bool
    price: Price
    free_cancel_until: Instant

    @classmethod
    def of(cls, view: HoldView) -> Hold:
        """Return a hold as it is sent."""
        return cls(
            id=view.id,
            facility_id=view.facility_id,
            visit_type=view.visit_type,
            individual_id=view.individual_id,
            duration_minutes=view.duration_minutes,
            starts_at=view.starts_at,
            ends_at=view.ends_at,
            held_until=view.held_until,
            remaining_seconds=view.remaining_seconds,
            can_renew=view.can_renew,
            price=Price.of(view.price),
            free_cancel_until=view.free_cancel_until,
        )


class CurrentHold(Schema):
    """The account's hold, null if it has none."""

    hold: Hold | None
