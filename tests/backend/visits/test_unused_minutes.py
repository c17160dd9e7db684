"""Unused minutes come back once, to the cent, within a day; where nothing is reported nothing is kept for minutes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import col, select

from backend.clock import SteppedClock
from backend.context import Context
from backend.db import Database, Tx
from backend.errors import Problem
from backend.facilities.prices import tax_on
from backend.money import ledger
from backend.money.ledger import Filled
from backend.money.models import LedgerEntry, PaymentReturn, Transfer
from backend.money.processors.base import ChargeResult
from backend.visits import booking, outcomes, settling, unused_minutes
from tests import factories
from tests.backend.visits.measured import TOTAL, booked, both, by_the_minute, count, load, row
from tests.backend.visits.world import TUESDAY_NINE, World, build, confirmed, last_entry, officer, row_of

END = TUESDAY_NINE + timedelta(minutes=30)
HOUR = timedelta(hours=1)
MICROSECOND = timedelta(microseconds=1)


@pytest.fixture
def world(db: Database) -> World:
    return by_the_minute(db)


def back(world: World) -> dict[str, int]:
    """Return what came back of unused minutes, by line."""

    def look(tx: Tx) -> dict[str, int]:
        query = select(Transfer).join(LedgerEntry, col(LedgerEntry.id) == col(Transfer.entry_id))
        found = tx.session.exec(query.where(LedgerEntry.cause == "unused_minutes")).all()
        return {transfer.line: transfer.amount_minor for transfer in found}

    return world.db.read_now(look)


def due(world: World) -> list[str]:
    return list(world.db.read_now(unused_minutes.due))


def test_what_is_left_is_the_price_of_the_used_minutes_with_its_tax(database: Database, clock: SteppedClock) -> None:
    world = by_the_minute(database)
    visit = booked(world)
    clock.set(END)
    assert (due(world), database.read_now(unused_minutes.waiting)) == ([], 1)
    load(world, both(world, visit, -5, 11.01))
    assert (due(world), database.read_now(unused_minutes.waiting)) == ([visit], 0)

    counted = count(world, visit)

    assert database.read_now(unused_minutes.unreported) == []

    assert counted is not None
    assert (counted.booked, counted.used, counted.was_reported) == (30, 12, True)
    rest = 12 * 19 + tax_on(12 * 19, 925)
    assert back(world) == {"session_fee": 18 * 19, "tax": 53 - 21}
    assert counted.back_minor == TOTAL - rest
    assert row_of(world, visit).used_minutes == 12
    sent = world.db.read_now(lambda tx: tx.session.exec(select(PaymentReturn)).one())
    assert (sent.amount_minor, sent.status) == (TOTAL - rest, "returning")
    entry = last_entry(world, "minutes counted")
    assert entry.what == {
        "reference": counted.reference,
        "booked": 30,
        "used": 12,
        "reported": True,
        "comes_back": TOTAL - rest,
    }


def test_what_people_paid_by_card_comes_back_before_what_was_given_to_them(world: World, clock: SteppedClock) -> None:
    given = Filled(world.visitor.account, 400, "USD", by="credit", label="Account credit", zone="America/Chicago")
    world.db.write_now(lambda tx: ledger.fill(tx, given))
    hold = world.hold()
    asked = replace(world.confirming(hold.id, expected_total=TOTAL), sources=("credit",))
    begun = world.db.write_now(lambda tx: booking.begin(tx, world.visitor, asked))
    assert begun.payment_id is not None
    paid = begun.payment_id
    world.db.write_now(lambda tx: settling.settle(tx, world.visitor, paid, ChargeResult("succeeded", "ref")))
    clock.set(END)
    load(world, both(world, hold.id, 0, 12))

    counted = count(world, hold.id)

    assert counted is not None
    assert [(share.fee_source, share.fees.session_fee_minor, share.fees.tax_minor) for share in counted.back] == [
        ("card", 170, 32),
        ("credit", 172, 0),
    ]
    assert counted.back_minor == TOTAL - (12 * 19 + tax_on(12 * 19, 925))


def test_it_comes_back_once(world: World, clock: SteppedClock) -> None:
    visit = booked(world)
    clock.set(END)
    load(world, both(world, visit, 0, 12))
    assert (count(world, visit), count(world, visit)) != (None, None)
    assert back(world)["session_fee"] == 18 * 19
    assert due(world) == []


def test_where_every_minute_was_used_nothing_comes_back_and_nobody_looks_again(
    world: World, clock: SteppedClock
) -> None:
    visit = booked(world)
    clock.set(END)
    load(world, both(world, visit, -1, 31 - 1))
    counted = count(world, visit)
    assert counted is not None
    assert (counted.used, counted.back, back(world), due(world)) == (30, (), {}, [])


def test_nothing_is_counted_before_a_visit_has_ended(world: World, clock: SteppedClock) -> None:
    visit = booked(world)
    clock.set(END - MICROSECOND)
    load(world, both(world, visit, 0, 12))
    assert (count(world, visit), due(world)) == (None, [])
    clock.set(END)
    assert due(world) == [visit]


@pytest.mark.parametrize("sides", [(), ("visitor",), ("individual",)])
def test_where_a_side_is_not_reported_all_minutes_come_back_within_a_day(
    world: World, clock: SteppedClock, sides: tuple[str, ...]
) -> None:
    visit = booked(world)
    clock.set(END + HOUR)
    load(world, *(row(world, visit, side) for side in sides))
    clock.set(END + 23 * HOUR - MICROSECOND)
    assert (count(world, visit), due(world)) == (None, [])
    clock.set(END + 23 * HOUR)
    assert due(world) == [visit]

    counted = count(world, visit)

    assert counted is not None
    assert (counted.used, counted.was_reported, counted.back_minor) == (0, False, TOTAL)


async def test_the_task_counts_all_that_is_due_and_sends_it_back(
    world: World, context: Context, clock: SteppedClock
) -> None:
    reported, silent = booked(world), booked(world, TUESDAY_NINE + HOUR)
    clock.set(TUESDAY_NINE + 2 * HOUR)
    load(world, both(world, reported, 0, 30))
    assert await unused_minutes.one_round(context) == 1
    clock.set(TUESDAY_NINE + 25 * HOUR)
    assert await unused_minutes.one_round(context) == 1
    assert await unused_minutes.one_round(context) == 0
    assert (row_of(world, reported).used_minutes, row_of(world, silent).used_minutes) == (30, 0)


def test_what_was_booked_by_the_visit_stays_paid(db: Database, clock: SteppedClock) -> None:
    world = build(db)
    visit = confirmed(world)
    clock.set(END + 30 * HOUR)
    load(world, both(world, visit, 0, 1))
    assert (due(world), count(world, visit)) == ([], None)


def test_what_the_facility_gave_back_does_not_come_back_twice(world: World, clock: SteppedClock) -> None:
    visit = booked(world)
    clock.set(END)
    by = officer(world)
    world.db.write_now(lambda tx: outcomes.record(tx, by, visit, "technical_failure"))
    clock.set(END + 23 * HOUR)
    counted = count(world, visit)
    assert counted is not None
    assert (counted.back, back(world)) == ((), {})


def test_after_unused_minutes_came_back_a_failure_brings_back_the_rest(world: World, clock: SteppedClock) -> None:
    visit = booked(world)
    clock.set(END)
    load(world, both(world, visit, 0, 12))
    count(world, visit)
    by = officer(world)
    world.db.write_now(lambda tx: outcomes.record(tx, by, visit, "technical_failure"))
    returns = world.db.read_now(lambda tx: [one.amount_minor for one in tx.session.exec(select(PaymentReturn))])
    assert sum(returns) == TOTAL


def test_a_price_that_changes_between_hold_and_confirmation_is_refused(world: World) -> None:
    hold = world.hold()
    new_price(world, 18)
    with pytest.raises(Problem) as refused:
        world.db.write_now(lambda tx: booking.begin(tx, world.visitor, world.confirming(hold.id, expected_total=TOTAL)))
    assert [reason.code for reason in refused.value.reasons] == ["price_changed"]


def test_a_price_that_changes_afterwards_changes_nothing_of_what_was_booked(world: World, clock: SteppedClock) -> None:
    visit = booked(world)
    new_price(world, 10, tax=0)
    clock.set(END)
    load(world, both(world, visit, 0, 12))
    count(world, visit)
    assert back(world) == {"session_fee": 18 * 19, "tax": 53 - 21}


def new_price(world: World, cents: int, tax: int = 925) -> None:
    """Let a minute cost something else from today on."""
    world.db.write_now(
        lambda tx: factories.price(
            tx,
            world.facility_id,
            unit="minute",
            session_fee_minor=cents,
            tax_basis_points=tax,
            effective_from=tx.now.date(),
        )
    )
