"""What a visit costs on a day: dated prices by visit type and length, by the visit or by the minute, and the tax.

The most that a visit can cost is charged when it is confirmed (RULES section 7). Where its price is by the minute, what
unused minutes cost comes back after it: :meth:`PriceLine.used`. Dates are the facility's own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from backend.db import Tx
from backend.facilities import repository
from backend.facilities.models import Price
from backend.facilities.setting_values import VisitType

ANY_DURATION: Final = 0
"""The length of a price that holds for every length."""
MEASURED_TYPES: Final[tuple[VisitType, ...]] = ("remote", "onsite_video")
"""The video service says how long these took; of a visit in person nobody does, so it has no price by the minute."""
WHOLE: Final = 10_000
"""Basis points: hundredths of a percent."""


def tax_on(fees_minor: int, basis_points: int) -> int:
    """Return the tax on both fees together, rounded half up once, in minor units."""
    return (fees_minor * basis_points + WHOLE // 2) // WHOLE


@dataclass(frozen=True, slots=True)
class PriceLine:
    """What a visit costs at most, in minor units of ``currency``; nothing is added later."""

    session_fee_minor: int
    transaction_fee_minor: int
    currency: str
    per_minute_minor: int | None = None
    """What a minute of the session fee costs, of which unused ones come back; None: the price is by the visit."""
    tax_basis_points: int = 0

    @property
    def per_minute(self) -> bool:
        """Whether the session fee is by the minute: the price of a minute times the length."""
        return self.per_minute_minor is not None

    @property
    def tax_minor(self) -> int:
        """The tax on both fees."""
        return tax_on(self.session_fee_minor + self.transaction_fee_minor, self.tax_basis_points)

    @property
    def total_minor(self) -> int:
        """Both fees and the tax together."""
        return self.session_fee_minor + self.transaction_fee_minor + self.tax_minor

    def used(self, minutes: int) -> PriceLine:
        """Return the price of so many minutes, which are not more than were booked; by the visit it stays as it is."""
        if self.per_minute_minor is None:
            return self
        return replace(self, session_fee_minor=self.per_minute_minor * minutes)


FREE: Final = PriceLine(0, 0, "USD")
"""The price of a visit type that no price was set for."""


def price_on(tx: Tx, facility_id: str, visit_type: VisitType, duration_minutes: int, local_date: date) -> PriceLine:
    """Return the most that a visit of so many minutes costs, by the price in force on ``local_date``.

    A price for this very length goes before one for every length; without any the visit is free.
    """
    return price_line(repository.prices_on(tx, [facility_id], local_date), visit_type, duration_minutes)


def price_line(prices: Iterable[Price], visit_type: VisitType, duration_minutes: int) -> PriceLine:
    """Return the most that a visit costs by one facility's ``prices``, oldest first."""
    fitting = {price.duration_minutes: price for price in prices if price.visit_type == visit_type}
    price = fitting.get(duration_minutes) or fitting.get(ANY_DURATION)
    if price is None:
        return FREE
    by_minute = price.unit == "minute"
    return PriceLine(
        session_fee_minor=price.session_fee_minor * (duration_minutes if by_minute else 1),
        transaction_fee_minor=price.transaction_fee_minor,
        currency=price.currency,
        per_minute_minor=price.session_fee_minor if by_minute and visit_type in MEASURED_TYPES else None,
        tax_basis_points=price.tax_basis_points,
    )
