"""Daily settlement: what each facility earned and gave back on each of its days, by what it was paid from.

A view of the ledger, read page by page in the order of its entries, each page in a transaction of its own: entries are
only ever added, so that what was read stays right. A day is told once the reading has passed its end: what is kept in
between are the days that have begun and not ended, however long the ledger is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Final, Protocol, TypeVar
from zoneinfo import ZoneInfo

from backend.db import Tx
from backend.money.days import midnight, of_our_era
from backend.sql import Row, Sql, Value
from backend.types import instant_of, microseconds

T = TypeVar("T")
PAGE: Final = 1000
"""Entries that are read at once."""
WIDEST_ZONE: Final = timedelta(hours=14)
"""No zone is further from UTC."""
CASH: Final = "cash"
"""The fee source of cash that was taken for a balance: no visit is paid with it, so that it earns nothing yet."""
_ENTRIES: Final = Sql(
    """SELECT e.id, e.entered_at, e.facility_id, e.zone, e.kind, e.fee_source, COALESCE(MIN(t.currency), 'USD'),
        COALESCE(SUM(CASE WHEN t.line = 'tax' THEN 0 ELSE t.amount_minor END), 0),
        COALESCE(SUM(CASE WHEN t.line = 'tax' THEN t.amount_minor ELSE 0 END), 0)
    FROM (
        SELECT id, entered_at, facility_id, zone, kind, fee_source FROM ledger_entry
        WHERE entered_at >= :at AND entered_at < :until AND (entered_at > :at OR id > :id)
            AND facility_id IS NOT NULL AND (kind IN ('charge', 'no_charge', 'refund') OR fee_source = 'cash')
            AND (facility_id = :facility OR :any_facility = 1)
        ORDER BY entered_at, id LIMIT :limit
    ) e LEFT JOIN transfer t ON t.entry_id = e.id
    GROUP BY e.id, e.entered_at, e.facility_id, e.zone, e.kind, e.fee_source ORDER BY e.entered_at, e.id"""
)
_NAMES: Final = Sql("SELECT id, name, state FROM facility WHERE id IN (:facilities)")


class Read(Protocol):
    """Runs a function in a reading transaction and returns its value, as ``Database.read_now`` does."""

    def __call__(self, work: Callable[[Tx], T]) -> T:
        """Run ``work``."""
        ...


@dataclass(slots=True)
class Sums:
    """What was charged and what came back, in minor units; ``charged`` and ``refunded`` are without the tax."""

    charges: int = 0
    charged: int = 0
    tax_charged: int = 0
    refunds: int = 0
    refunded: int = 0
    tax_refunded: int = 0

    @property
    def net(self) -> int:
        """What was charged and did not come back, without the tax."""
        return self.charged - self.refunded

    @property
    def tax(self) -> int:
        """The tax that was charged and did not come back."""
        return self.tax_charged - self.tax_refunded

    def add(self, other: Sums) -> None:
        """Add ``other`` to these."""
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def enter(self, kind: str, amount: int, tax: int) -> None:
        """Add one entry."""
        if kind == "refund":
            self.refunds += 1
            self.refunded += amount
            self.tax_refunded += tax
        else:
            self.charges += 1
            self.charged += amount
            self.tax_charged += tax


@dataclass(slots=True)
class SettledDay:
    """One facility's date, its sums by fee source and currency."""

    day: date
    facility_id: str
    ends_at: datetime
    """When the day was over, UTC."""
    facility: str = ""
    sums: dict[tuple[str, str], Sums] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Period:
    """Facility-local dates, both included; of one facility, or of all."""

    first: date
    last: date
    facility_id: str | None = None


def settled_days(read: Read, period: Period) -> Iterator[SettledDay]:
    """Yield the days with entries, those that ended first before the others, then by the facility's name.

    Raises ``invalid`` (422) for dates that no books are kept of.
    """
    of_our_era("from", period.first), of_our_era("to", period.last)
    open_days: dict[tuple[str, date], SettledDay] = {}
    at, entry_id = microseconds(midnight(period.first, "UTC") - WIDEST_ZONE), ""
    until = microseconds(midnight(period.last + timedelta(days=1), "UTC") + WIDEST_ZONE)
    while rows := _page(read, period, (at, entry_id), until):
        for row in rows:
            _enter(open_days, period, row)
        entry_id, at = rows[-1][0], rows[-1][1]
        yield from _named(read, _ended(open_days, instant_of(at)))
    yield from _named(read, list(open_days.values()))


def _page(read: Read, period: Period, after: tuple[int, str], until: int) -> list[Row]:
    said: dict[str, Value] = {
        "at": after[0],
        "id": after[1],
        "until": until,
        "facility": period.facility_id or "",
        "any_facility": 0 if period.facility_id else 1,
        "limit": PAGE,
    }
    return read(lambda tx: tx.run(_ENTRIES, said))


def _enter(open_days: dict[tuple[str, date], SettledDay], period: Period, row: Row) -> None:
    _, at, facility_id, zone, kind, source, currency, amount, tax = row
    day = instant_of(at).astimezone(ZoneInfo(zone)).date()
    if not period.first <= day <= period.last:
        return
    key = (facility_id, day)
    if key not in open_days:
        open_days[key] = SettledDay(day, facility_id, midnight(day + timedelta(days=1), zone))
    open_days[key].sums.setdefault((source, currency), Sums()).enter(kind, int(amount), int(tax))


def _ended(open_days: dict[tuple[str, date], SettledDay], now: datetime) -> list[SettledDay]:
    """Take out the days that were over at ``now``."""
    over = [key for key, one in open_days.items() if one.ends_at <= now.astimezone(UTC)]
    return [open_days.pop(key) for key in over]


def _named(read: Read, days: list[SettledDay]) -> list[SettledDay]:
    """Return days with the names of their facilities, in order."""
    if not days:
        return days
    said: dict[str, Value] = {}
    statement = _NAMES.for_each("facilities", sorted({one.facility_id for one in days}), said)
    names = {facility_id: f"{name}, {state}" for facility_id, name, state in read(lambda tx: tx.run(statement, said))}
    for one in days:
        one.facility = names[one.facility_id]
    return sorted(days, key=lambda one: (one.ends_at, one.facility, one.facility_id))
