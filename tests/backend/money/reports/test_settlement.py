"""The settlement of days is the ledger, added up by facility, day and fee source: nothing more, nothing less."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.clock import SteppedClock
from backend.db import Database, Tx
from backend.money import ledger
from backend.money.ledger import Charged, Fees, FeeSource, Filled
from backend.money.models import LedgerEntry
from backend.money.reports import settlement
from backend.money.reports.settlement import Period, SettledDay, Sums, settled_days
from backend.sql import Sql
from tests import factories

ZONES: Final = ("Pacific/Honolulu", "America/New_York")
NIGHT: Final = datetime(2026, 11, 1, 3, 30, tzinfo=UTC)
"""Still the day before in both zones; the night in which New York sets its clocks back follows."""


class Books:
    """Two facilities far apart, one account, and entries at any instant."""

    def __init__(self, db: Database, clock: SteppedClock) -> None:
        self.db, self.clock = db, clock

        def build(tx: Tx) -> tuple[tuple[str, ...], tuple[str, ...], str]:
            places = [factories.facility(tx, name=zone, zone=zone) for zone in ZONES]
            people = [factories.individual(tx, place.id) for place in places]
            return tuple(p.id for p in places), tuple(p.id for p in people), factories.account(tx).id

        self.places, self.people, self.account = db.write_now(build)

    def charge(self, place: int, fees: Fees, source: FeeSource = "card") -> str:
        charged = Charged(
            account_id=self.account,
            booking_id="B",
            facility_id=self.places[place],
            individual_id=self.people[place],
            individual_name="Daniel Okafor",
            appointment_at=self.clock.now(),
            zone=ZONES[place],
            fees=fees,
            fee_source=source,
            fee_source_label=source,
            payment_id=None,
            source_id="code" if source == "promo" else None,
        )
        return self.db.write_now(lambda tx: ledger.charge(tx, charged))

    def refund(self, entry_id: str, back: Fees) -> None:
        def work(tx: Tx) -> None:
            ledger.refund(tx, tx.session.get_one(LedgerEntry, entry_id), back, "Lockdown.", "facility")

        self.db.write_now(work)

    def cash(self, place: int, amount: int) -> None:
        filled = Filled(self.account, amount, "USD", "cash", "Cash", ZONES[place], facility_id=self.places[place])
        self.db.write_now(lambda tx: ledger.fill(tx, filled))

    def days(self, first: date, last: date, place: int | None = None) -> list[SettledDay]:
        period = Period(first, last, None if place is None else self.places[place])
        return list(settled_days(self.db.read_now, period))

    def earned(self) -> dict[tuple[str, str], int]:
        """Return what the books of each facility's fees, and of its tax, have from each fee source."""
        rows = self.db.read_now(
            lambda tx: tx.run(
                Sql(
                    "SELECT e.facility_id || ':' || e.fee_source, CASE WHEN t.line = 'tax' THEN 'tax' ELSE 'fees' END,"
                    " SUM(CASE WHEN e.kind = 'refund' THEN -t.amount_minor ELSE t.amount_minor END)"
                    " FROM transfer t JOIN ledger_entry e ON e.id = t.entry_id GROUP BY 1, 2"
                )
            )
        )
        return {(who, what): int(amount) for who, what, amount in rows}


@pytest.fixture
def books(database: Database, clock: SteppedClock) -> Books:
    return Books(database, clock)


def test_a_day_is_the_facilitys_own_whatever_utc_says(books: Books, clock: SteppedClock) -> None:
    clock.set(datetime(2026, 11, 2, 4, 59, 59, 999_999, tzinfo=UTC))
    books.charge(1, Fees(570, 0, "USD"))
    clock.step(timedelta(microseconds=1))
    books.charge(1, Fees(300, 20, "USD", 30))
    books.charge(0, Fees(100, 0, "USD"))
    found = [(one.day.isoformat(), one.facility, one.sums["card", "USD"]) for one in books.days(*both_days())]
    assert found == [
        ("2026-11-01", "America/New_York, TN", Sums(1, 570)),
        ("2026-11-01", "Pacific/Honolulu, TN", Sums(1, 100)),
        ("2026-11-02", "America/New_York, TN", Sums(1, 320, 30)),
    ]
    assert [one.day for one in books.days(date(2026, 11, 2), date(2026, 11, 2))] == [date(2026, 11, 2)]
    assert {one.facility for one in books.days(*both_days(), place=0)} == {"Pacific/Honolulu, TN"}


def both_days() -> tuple[date, date]:
    return date(2026, 11, 1), date(2026, 11, 2)


def test_what_comes_back_counts_on_the_day_on_which_it_does_line_by_line(books: Books, clock: SteppedClock) -> None:
    clock.set(datetime(2026, 11, 1, 18, tzinfo=UTC))
    entry = books.charge(1, Fees(570, 30, "USD", 50), "balance")
    clock.step(timedelta(days=1))
    books.refund(entry, Fees(228, 0, "USD", 20))
    second = books.days(*both_days())[1].sums["balance", "USD"]
    assert second == Sums(refunds=1, refunded=228, tax_refunded=20)
    assert (second.net, second.tax) == (-228, -20)


def test_a_visit_that_costs_nothing_counts_and_cash_for_a_balance_stands_apart(
    books: Books, clock: SteppedClock
) -> None:
    clock.set(datetime(2026, 11, 1, 18, tzinfo=UTC))
    books.charge(1, Fees(0, 0, "USD"), "none")
    books.cash(1, 2000)
    (day,) = books.days(*both_days())
    assert day.sums == {("none", "USD"): Sums(charges=1), ("cash", "USD"): Sums(1, 2000)}


MOVES = st.tuples(
    st.sampled_from(("charge", "refund", "cash", "later")),
    st.integers(0, 1),
    st.sampled_from(("card", "balance", "credit", "free", "promo", "facility")),
    st.tuples(st.integers(1, 900), st.integers(0, 100), st.integers(0, 90)),
)


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(MOVES, max_size=25))
def test_the_sums_of_all_days_are_what_the_ledger_has(
    books: Books,
    clock: SteppedClock,
    monkeypatch: pytest.MonkeyPatch,
    moves: list[tuple[str, int, FeeSource, tuple[int, int, int]]],
) -> None:
    monkeypatch.setattr(settlement, "PAGE", 3)
    clock.set(NIGHT)
    charged: list[tuple[str, Fees]] = []
    for what, place, source, (session, transaction, tax) in moves:
        fees = Fees(session, transaction, "USD", tax)
        if what == "charge":
            charged.append((books.charge(place, fees, source), fees))
        elif what == "refund" and charged:
            books.refund(*charged.pop())
        elif what == "cash":
            books.cash(place, session)
        else:
            clock.step(timedelta(hours=7))
    days = books.days(date(2026, 10, 30), date(2026, 11, 20))
    sums: dict[tuple[str, str], int] = {}
    for one in days:
        for (source_, _currency), each in one.sums.items():
            for name, amount in (("fees", each.net), ("tax", each.tax)):
                key = f"{one.facility_id}:{source_}", name
                sums[key] = sums.get(key, 0) + amount
    assert {key: amount for key, amount in sums.items() if amount} == {
        key: amount for key, amount in books.earned().items() if amount
    }
    keys = [(one.ends_at, one.facility) for one in days]
    assert keys == sorted(keys)
    assert len({(one.day, one.facility_id) for one in days}) == len(days)
