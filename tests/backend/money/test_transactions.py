"""Transaction Details: sorted, filtered and paged by the database, and each line says what became of it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import get_args

import pytest
from sqlmodel import select

from backend.clock import SteppedClock
from backend.db import Database, Tx
from backend.errors import Problem
from backend.money import ledger, returns, service, transactions
from backend.money.ledger import Charged, Fees
from backend.money.lines import Order, Sort
from backend.money.models import Payment
from backend.money.processors.base import ChargeResult
from backend.money.service import Way
from backend.money.transactions import Filter, TransactionView
from backend.security import SERVER, Actor
from backend.types import new_id
from backend.visits import booking, cancelling, settling
from tests.backend.visits.world import APPROVED, HALF_HOUR, TUESDAY_NINE, World, arrive, build

NO_FILTER = Filter()


@pytest.fixture
def world(db: Database) -> World:
    return build(db)


@pytest.fixture
def either_db(engine_url: str, clock: SteppedClock) -> Iterator[Database]:
    database = Database(engine_url, clock)
    yield database
    database.close()


def book(world: World, starts_at: datetime = TUESDAY_NINE) -> str:
    hold = world.hold(starts_at)
    begun = world.db.write_now(lambda tx: booking.begin(tx, world.visitor, world.confirming(hold.id, method=APPROVED)))
    assert begun.payment_id is not None
    paid = begun.payment_id
    world.db.write_now(lambda tx: settling.settle(tx, world.visitor, paid, ChargeResult("succeeded", "ref")))
    return hold.id


def lines(
    world: World,
    *,
    chosen: Filter = NO_FILTER,
    sort: Sort = "date_paid",
    order: Order = "desc",
    limit: int = 50,
    actor: Actor | None = None,
) -> list[TransactionView]:
    """Return the lines of all pages, each page asked for with the cursor of the one before."""
    who = actor or world.visitor
    found: list[TransactionView] = []
    cursor: str | None = None
    while True:
        page, cursor = world.db.read_now(
            lambda tx, cursor=cursor: transactions.listed(  # type: ignore[misc]
                tx, who, chosen, sort=sort, order=order, cursor=cursor, limit=limit
            )
        )
        found += page
        if cursor is None:
            return found


def test_a_visit_that_is_to_come_is_booked_and_one_that_has_ended_is_done(world: World, clock: SteppedClock) -> None:
    visit = book(world)
    (line,) = lines(world)
    assert (line.details, line.visit_id, line.session_fee_minor) == ("booked", visit, 570)
    assert (line.fee_source, line.fee_source_label, line.zone) == ("card", "Visa 4242", "America/Chicago")

    clock.set(TUESDAY_NINE + HALF_HOUR)

    assert lines(world)[0].details == "done"


def test_a_cancellation_by_the_facility_shows_both_lines_and_one_sentence(world: World, clock: SteppedClock) -> None:
    visit = book(world)
    clock.step(timedelta(hours=1))
    done = world.db.write_now(lambda tx: cancelling.cancel_for_facility(tx, SERVER, visit, "lockdown"))
    assert done.payment_id is not None
    on_its_way = lines(world)[0].details_sentence

    payment = done.payment_id
    world.db.write_now(lambda tx: arrive(tx, payment))
    refund, charge = lines(world)

    said = "Cancelled by the facility on Nov 22 (lockdown). $5.70"
    assert on_its_way == f"{said} is on its way back to Visa 4242."
    assert refund.details_sentence == charge.details_sentence == f"{said} came back to Visa 4242."
    assert (refund.details, refund.session_fee_minor) == ("refund", -570)
    assert (charge.details, charge.session_fee_minor) == ("cancelled", 570)


def test_a_late_cancellation_says_that_nothing_came_back(world: World, clock: SteppedClock) -> None:
    visit = book(world)
    clock.set(TUESDAY_NINE - timedelta(hours=1))
    world.db.write_now(lambda tx: cancelling.cancel(tx, world.visitor, visit, 0, None))

    (line,) = lines(world)

    assert line.details_sentence == "You cancelled on Nov 24. It was too late for anything to come back."


def test_a_charge_for_a_lost_place_says_that_it_was_returned(world: World) -> None:
    def lost(tx: Tx) -> None:
        fees = Fees(570, 0, "USD")
        payment = service.start(
            tx,
            account_id=world.visitor.account,
            booking_id="lost",
            way=Way("test", APPROVED),
            fees=fees,
            asked={},
        )
        service.settled(tx, payment.id, ChargeResult("succeeded", "ref"))
        service.enter_charge(tx, _charged(world, fees, payment, tx.now))
        returns.give_back_payment(tx, payment, "The time was gone when the payment came through.", "lost")
        arrive(tx, payment.id)

    world.db.write_now(lost)

    assert {line.details for line in lines(world)} == {"returned", "refund"}
    assert {line.details_sentence for line in lines(world)} == {
        "The time was gone when the payment came through. $5.70 came back to Visa 4242."
    }


def test_a_second_charge_for_a_visit_that_stands_says_that_it_was_returned(world: World) -> None:
    visit = book(world)

    def twice(tx: Tx) -> None:
        asked = tx.session.exec(select(Payment).where(Payment.booking_id == visit)).one().asked
        assert isinstance(asked, dict)
        second = service.start(
            tx,
            account_id=world.visitor.account,
            booking_id=visit,
            way=Way("test", APPROVED),
            fees=Fees(570, 0, "USD"),
            asked=asked,
        )
        settling.settle(tx, world.visitor, second.id, ChargeResult("succeeded", "ref"))

    world.db.write_now(twice)

    assert sorted(line.details for line in lines(world)) == ["booked", "refund", "returned"]
    assert [line.details_sentence for line in lines(world) if line.details == "returned"] == [
        "The visit was paid for already when this payment came through. $5.70 is on its way back to Visa 4242."
    ]


def test_nobody_sees_somebody_elses_lines(world: World) -> None:
    book(world)

    assert lines(world, actor=world.another_visitor()) == []


def test_every_column_sorts_and_pages_in_both_directions(either_db: Database) -> None:
    world = build(either_db)
    many(world)
    keys: dict[Sort, Callable[[TransactionView], datetime | str | int]] = {
        "date_paid": lambda line: line.date_paid,
        "individual": lambda line: line.individual_name.lower(),
        "appointment": lambda line: line.appointment_at or line.date_paid,
        "session_fee": lambda line: line.session_fee_minor,
        "transaction_fee": lambda line: line.transaction_fee_minor,
        "fee_source": lambda line: line.fee_source_label.lower(),
    }
    assert set(keys) == set(get_args(Sort))
    orders: tuple[Order, ...] = get_args(Order)

    for sort, order in itertools.product(keys, orders):
        found = lines(world, sort=sort, order=order, limit=3)
        key = keys[sort]
        assert len({line.id for line in found}) == len(found) == 14, (sort, order)
        assert found == sorted(found, key=lambda line: (key(line), line.id), reverse=order == "desc"), (sort, order)


def test_a_cursor_belongs_to_its_sort_order(world: World) -> None:
    many(world)
    _, cursor = world.db.read_now(
        lambda tx: transactions.listed(
            tx, world.visitor, NO_FILTER, sort="date_paid", order="asc", cursor=None, limit=2
        )
    )

    with pytest.raises(Problem, match="invalid"):
        world.db.read_now(
            lambda tx: transactions.listed(
                tx, world.visitor, NO_FILTER, sort="individual", order="asc", cursor=cursor, limit=2
            )
        )


@pytest.mark.parametrize("asked", ["ramon", "RAMÓN", "amo", "Ortega"])
def test_a_person_is_found_by_part_of_the_name_without_accents(either_db: Database, asked: str) -> None:
    world = build(either_db)
    many(world)

    assert {line.individual_name for line in lines(world, chosen=Filter(person=asked))} == {"Ramón Ortega"}


def test_a_person_who_is_not_there_gives_no_lines(world: World) -> None:
    many(world)

    assert lines(world, chosen=Filter(person="nobody")) == []


def test_dates_are_those_of_each_lines_facility_both_included(either_db: Database) -> None:
    world = build(either_db)
    just_before = datetime(2026, 11, 20, 5, 59, tzinfo=UTC)  # 11:59 PM on the 19th in Chicago, 12:59 AM in New York
    entries = {
        "Chicago 19": (just_before, "America/Chicago"),
        "New York 20": (just_before, "America/New_York"),
        "Chicago 20": (just_before + timedelta(minutes=1), "America/Chicago"),
        "Chicago 21": (just_before + timedelta(days=1, minutes=1), "America/Chicago"),
    }
    for name, (at, zone) in entries.items():
        enter(world, at, name=name, zone=zone)

    day = date(2026, 11, 20)

    assert names(lines(world, chosen=Filter(first=day, last=day))) == {"New York 20", "Chicago 20"}
    assert names(lines(world, chosen=Filter(first=day))) == {"New York 20", "Chicago 20", "Chicago 21"}
    assert names(lines(world, chosen=Filter(last=day))) == {"Chicago 19", "New York 20", "Chicago 20"}


def names(found: list[TransactionView]) -> set[str]:
    return {line.individual_name for line in found}


def many(world: World) -> None:
    """Enter fourteen lines with equal and different values in every column."""
    for number in range(14):
        enter(
            world,
            TUESDAY_NINE + timedelta(minutes=number // 2),
            name=("Daniel Okafor", "Ramón Ortega", "anna Abel")[number % 3],
            fees=Fees(100 * (number % 4), 5 * (number % 2), "USD"),
            label=("Visa 4242", "Balance")[number % 2],
        )


def enter(
    world: World,
    at: datetime,
    *,
    name: str = "Daniel Okafor",
    zone: str = "America/Chicago",
    fees: Fees = Fees(570, 0, "USD"),  # noqa: B008  # frozen
    label: str = "Visa 4242",
) -> None:
    def work(tx: Tx) -> None:
        tx = tx.at(at)
        made = _charged(world, fees, None, at)
        ledger.charge(
            tx,
            Charged(
                **{
                    **{field: getattr(made, field) for field in Charged.__slots__},
                    "booking_id": new_id(at),
                    "individual_name": name,
                    "zone": zone,
                    "fee_source_label": label,
                }
            ),
        )

    world.db.write_now(work)


def _charged(world: World, fees: Fees, payment: Payment | None, now: datetime) -> Charged:
    return Charged(
        account_id=world.visitor.account,
        booking_id="lost",
        facility_id=world.facility_id,
        individual_id=world.individual_id,
        individual_name="Daniel Okafor",
        appointment_at=now + timedelta(days=2),
        zone="America/Chicago",
        fees=fees,
        fee_source="card",
        fee_source_label="Visa 4242",
        payment_id=payment.id if payment else None,
    )
