"""The ledger of quotas: what each booking has spent of them, and what came back (RULES section 9).

A booking spends one unit when it is confirmed, or when its payment begins, and gives it back when it is cancelled,
declined or lost; moving one gives back and spends. Rows are only added, and a unique key lets no unit come back twice.
A living hold counts without a row: it ends by the clock alone. The ledger is kept whether a quota is set or not, so
that one that is set later counts what there is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from backend.db import Tx
from backend.facilities.policy import VisitPolicy
from backend.sql import Sql, Value
from backend.types import instant_of, microseconds, new_id, quantum_of
from backend.visits.models import Visit
from backend.visits.rules.facts import CountedVisit, QuotaReached
from backend.visits.rules.quota import counted_since, has_quotas, quota_reached

_OF_BOOKING: Final = Sql(
    "SELECT e.id, e.local_date FROM quota_entry e WHERE e.booking_id = :booking AND e.units = 1"
    " AND NOT EXISTS (SELECT 1 FROM quota_entry b WHERE b.gives_back = e.id)"
)
_SPEND: Final = Sql(
    "INSERT INTO quota_entry"
    " (id, booking_id, facility_id, account_id, individual_id, visit_type, local_date, units, at)"
    " SELECT :id, :booking, :facility, :account, :individual, :visit_type, :local_date, 1, CAST(:now AS BIGINT)"
    " WHERE NOT EXISTS (SELECT 1 FROM quota_entry e WHERE e.booking_id = :booking AND e.units = 1"
    " AND NOT EXISTS (SELECT 1 FROM quota_entry b WHERE b.gives_back = e.id))"
)
_GIVE_BACK: Final = Sql(
    "INSERT INTO quota_entry (id, booking_id, facility_id, account_id, individual_id, visit_type, local_date, units,"
    " gives_back, at) SELECT :id, booking_id, facility_id, account_id, individual_id, visit_type, local_date, -1, id,"
    " :now FROM quota_entry WHERE id = :entry ON CONFLICT (gives_back) DO NOTHING"
)
_ENTRY: Final = (
    "SELECT booking_id, account_id, individual_id, visit_type, local_date, CAST(NULL AS BIGINT) FROM quota_entry"
)
_COUNTS: Final = (
    " AND facility_id = :facility AND local_date >= :since AND booking_id NOT IN (:own, :beside)"
    " GROUP BY booking_id, account_id, individual_id, visit_type, local_date HAVING SUM(units) > 0"
)
_HOLD: Final = "SELECT id, account_id, individual_id, visit_type, NULL, starts_at FROM hold"
_LIVES: Final = " AND facility_id = :facility AND held_until > :now AND id NOT IN (:own, :beside)"
# One statement, so one snapshot: a hold that becomes a visit meanwhile is seen as the one or as the other.
_COUNTED: Final = Sql(
    f"{_ENTRY} WHERE individual_id = :individual {_COUNTS}"  # noqa: S608  # constants
    f" UNION {_ENTRY} WHERE account_id = :account {_COUNTS}"
    f" UNION {_HOLD} WHERE account_id = :account {_LIVES}"
    f" UNION {_HOLD} WHERE id IN (SELECT booking_id FROM individual_taken WHERE individual_id = :individual"
    f" AND quantum >= :quantum AND held_until IS NOT NULL) {_LIVES}"
)


@dataclass(frozen=True, slots=True)
class Spent:
    """One visit that counts towards quotas, on a local date of its facility."""

    booking_id: str
    facility_id: str
    account_id: str
    individual_id: str
    visit_type: str
    local_date: date


@dataclass(frozen=True, slots=True)
class Asking:
    """Whose visits are counted. ``zone`` is the facility's; ``own_bookings``, two at most, do not count."""

    account_id: str
    individual_id: str
    facility_id: str
    zone: ZoneInfo
    own_bookings: Sequence[str]


def spent_by(visit: Visit) -> Spent:
    """Return what a visit spends."""
    return Spent(visit.id, visit.facility_id, visit.account_id, visit.individual_id, visit.visit_type, visit.local_date)


def spend(tx: Tx, spent: Spent) -> None:
    """Enter that a booking counts; one that counts already is left as it is."""
    tx.run(
        _SPEND,
        {
            "id": new_id(tx.now),
            "booking": spent.booking_id,
            "facility": spent.facility_id,
            "account": spent.account_id,
            "individual": spent.individual_id,
            "visit_type": spent.visit_type,
            "local_date": spent.local_date.isoformat(),
            "now": microseconds(tx.now),
        },
    )


def give_back(tx: Tx, booking_id: str) -> None:
    """Enter that a booking does not count any more; a second time nothing comes back."""
    for entry, _ in tx.run(_OF_BOOKING, {"booking": booking_id}):
        tx.run(_GIVE_BACK, {"id": new_id(tx.now), "entry": entry, "now": microseconds(tx.now)})


def move(tx: Tx, visit: Visit) -> None:
    """Enter that a visit counts on another date: what it spent comes back, and is spent on its date of now."""
    give_back(tx, visit.id)
    spend(tx, spent_by(visit))


class Counts:
    """What quotas leave on each day of one request: counted once, judged once a day."""

    def __init__(self, tx: Tx, policy: VisitPolicy, asked: Asking, first: date) -> None:
        """Count what matters to visits on ``first`` (local date) and later, in one query; none without a quota."""
        self._policy = policy
        self._found: dict[date, QuotaReached | None] = {}
        self._visits = counted(tx, asked, counted_since(policy, first)) if has_quotas(policy) else ()

    def reached_on(self, day: date) -> QuotaReached | None:
        """Return the quota that leaves nothing on the local date ``day``, None if each leaves some."""
        if not has_quotas(self._policy):
            return None
        if day not in self._found:
            self._found[day] = quota_reached(self._policy, self._visits, day)
        return self._found[day]


def counted(tx: Tx, asked: Asking, since: date) -> tuple[CountedVisit, ...]:
    """Return what counts at a facility, of the account or of the individual, on local dates from ``since`` on."""
    begins = datetime.combine(since, datetime.min.time(), asked.zone).astimezone(UTC)
    said: dict[str, Value] = {
        "account": asked.account_id,
        "individual": asked.individual_id,
        "facility": asked.facility_id,
        "since": since.isoformat(),
        **dict(zip(("own", "beside"), (*asked.own_bookings, "", ""), strict=False)),
        "now": microseconds(tx.now),
        "quantum": quantum_of(begins),
    }
    found: dict[str, CountedVisit] = {}
    for booking, account, individual, visit_type, local_date, starts_at in tx.run(_COUNTED, said):
        if starts_at is None:
            day = date.fromisoformat(local_date)
        else:
            day = instant_of(starts_at).astimezone(asked.zone).date()
        found[booking] = CountedVisit(day, visit_type, account == asked.account_id, individual == asked.individual_id)
    return tuple(one for one in found.values() if one.day >= since)
