"""What was asked to be confirmed, kept with its payment: enough to finish the booking when nobody is there any more."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import AwareDatetime, BaseModel, ConfigDict

from backend.visits.quanta import Booking, Limit
from backend.visits.quotas import Spent


class AskedAttendee(BaseModel):
    """Somebody who comes along."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    minor: bool


class AskedLimit(BaseModel):
    """One limit that counts the booking."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    capacity: int | None
    """None: it only counts."""


class Asked(BaseModel):
    """One booking, complete but for its payment. Instants are UTC; at ``kept_until`` its place stops being kept."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    booking_id: str
    account_id: str
    facility_id: str
    individual_id: str
    individual_name: str
    visit_type: str
    duration_minutes: int
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    zone: str
    local_date: date
    terms_id: str
    attendees: tuple[AskedAttendee, ...]
    first_quantum: int
    end_quantum: int
    limits: tuple[AskedLimit, ...]
    stations: tuple[str, ...] = ()
    """Of which it takes one; empty: it needs none."""
    per_minute_minor: int | None = None
    """What a minute costs, of which unused ones come back; None where the price is by the visit."""
    tax_basis_points: int = 0
    currency: str = "USD"
    kept_until: AwareDatetime

    @property
    def booking(self) -> Booking:
        """What the booking takes of time."""
        return Booking(
            id=self.booking_id,
            account_id=self.account_id,
            facility_id=self.facility_id,
            individual_id=self.individual_id,
            quanta=range(self.first_quantum, self.end_quantum),
            limits=tuple(Limit(limit.key, limit.capacity) for limit in self.limits),
            stations=self.stations,
        )

    @property
    def spent(self) -> Spent:
        """What the booking spends of quotas."""
        return Spent(
            self.booking_id,
            self.facility_id,
            self.account_id,
            self.individual_id,
            self.visit_type,
            self.local_date,
        )

    def still_kept(self, now: datetime) -> bool:
        """Say whether nobody else could have taken the place by ``now``."""
        return now < self.kept_until

    def as_json(self) -> dict[str, object]:
        """Return it as JSON."""
        return self.model_dump(mode="json")
