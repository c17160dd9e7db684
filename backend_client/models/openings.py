"""Incarcerated Individuals, and the days and times at which they can be visited."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from backend_client.models.common import Reason, WireEnum


@dataclass(frozen=True)
class Individual:
    """An Incarcerated Individual as far as a visitor may know; booking number and birth year tell same-named people
    apart.
    """

    id: str
    name: str
    booking_number: str
    birth_year: int | None = None
    note: str | None = None


class DayState(WireEnum):
    """What a day holds: openings, none left, outside notice or horizon, or no visits at all."""

    OPEN = "open"
    FULL = "full"
    CLOSED = "closed"
    NONE = "none"


class OpeningState(WireEnum):
    """What one start time is: free, somebody else's, held by this account, or not bookable by a rule."""

    OPEN = "open"
    TAKEN = "taken"
    YOURS = "yours"
    CLOSED = "closed"


@dataclass(frozen=True)
class OpeningDay:
    """A facility-local date with the number of free and of all start times."""

    date: dt.date
    open: int
    total: int
    state: DayState
    reasons: tuple[Reason, ...]
    first_starts_at: dt.datetime | None = None
    last_starts_at: dt.datetime | None = None


@dataclass(frozen=True)
class OpeningDays:
    """Days in order, all in `zone` (IANA).

    `horizon_ends_on` is the last date that can be scheduled, `first_open_on` the next free one.
    """

    zone: str
    items: tuple[OpeningDay, ...]
    horizon_ends_on: dt.date
    first_open_on: dt.date | None = None


@dataclass(frozen=True)
class Opening:
    """One start time, in UTC, and why it cannot be had, if so."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    state: OpeningState
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Openings:
    """All start times of one facility-local date, in order; show them in `zone`."""

    zone: str
    date: dt.date
    items: tuple[Opening, ...]
