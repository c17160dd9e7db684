"""The ledger moves amounts between two accounts of the books, only ever grows, and gives back no more than it took."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from backend.clock import SteppedClock
from backend.db import Database, Tx
from backend.money import ledger
from backend.money.ledger import Charged, Fees
from backend.money.models import LedgerEntry
from backend.money.words import amount_words
from backend.types import new_id
from tests import factories
from tests.backend.visits.counting import count


@pytest.fixture
def either_db(engine_url: str, clock: SteppedClock) -> Iterator[Database]:
    database = Database(engine_url, clock)
    yield database
    database.close()


def charged(tx: Tx, fees: Fees) -> Charged:
    facility = factories.facility(tx)
    return Charged(
        account_id=factories.account(tx).id,
        booking_id=new_id(tx.now),
        facility_id=facility.id,
        individual_id=factories.individual(tx, facility.id).id,
        individual_name="Daniel Okafor",
        appointment_at=tx.now + timedelta(days=2),
        zone="America/Chicago",
        fees=fees,
        fee_source="card",
        fee_source_label="Visa 4242",
        payment_id=None,
    )


def charge(db: Database, fees: Fees) -> LedgerEntry:
    return db.write_now(lambda tx: tx.session.get_one(LedgerEntry, ledger.charge(tx, charged(tx, fees))))


def balances(db: Database, entry: LedgerEntry) -> dict[str, int]:
    return dict(db.read_now(lambda tx: ledger.balances(tx, entry.account_id)))


def test_a_charge_is_a_transfer_for_each_fee(either_db: Database) -> None:
    entry = charge(either_db, Fees(570, 35, "USD"))

    assert balances(either_db, entry) == {
        f"card:{entry.account_id}": -605,
        f"facility:{entry.facility_id}:session_fees": 570,
        f"facility:{entry.facility_id}:transaction_fees": 35,
    }


def test_a_visit_without_fees_is_an_entry_without_transfers(either_db: Database) -> None:
    entry = charge(either_db, Fees(0, 0, "USD"))

    assert entry.kind == "no_charge"
    assert balances(either_db, entry) == {}


def test_a_refund_undoes_its_charge(either_db: Database) -> None:
    entry = charge(either_db, Fees(570, 35, "USD"))

    back = either_db.write_now(lambda tx: ledger.refund(tx, entry, Fees(570, 35, "USD"), "Cancelled.", "cancelled"))

    assert back.undoes_id == entry.id
    assert set(balances(either_db, entry).values()) == {0}


def test_no_more_comes_back_than_was_charged(db: Database) -> None:
    entry = charge(db, Fees(570, 0, "USD"))
    db.write_now(lambda tx: ledger.refund(tx, entry, Fees(300, 0, "USD"), "Part.", "cancelled"))

    for too_much in (Fees(271, 0, "USD"), Fees(0, 1, "USD")):
        with pytest.raises(ValueError, match="more than was charged"):
            db.write_now(lambda tx, too_much=too_much: ledger.refund(tx, entry, too_much, "Too much.", "cancelled"))  # type: ignore[misc]  # mypy cannot infer a lambda with a default

    db.write_now(lambda tx: ledger.refund(tx, entry, Fees(270, 0, "USD"), "The rest.", "cancelled"))
    assert set(balances(db, entry).values()) == {0}


@pytest.mark.parametrize("table", ["ledger_entry", "transfer"])
@pytest.mark.parametrize("change", ["UPDATE {} SET id = 'x'", "DELETE FROM {}"])
def test_the_database_refuses_to_change_or_remove_a_row(either_db: Database, table: str, change: str) -> None:
    charge(either_db, Fees(570, 0, "USD"))

    with pytest.raises(DBAPIError, match="append-only"):
        either_db.write_now(lambda tx: tx.session.execute(text(change.format(table))))

    assert count(either_db, table) == 1


@pytest.mark.parametrize("wrong", [{"amount_minor": 0}, {"amount_minor": -5}, {"credit": "card:a"}])
def test_the_database_refuses_a_transfer_of_nothing_or_to_itself(either_db: Database, wrong: dict[str, object]) -> None:
    entry = charge(either_db, Fees(0, 0, "USD"))
    said: dict[str, object] = {"id": "t", "entry": entry.id, "debit": "card:a", "credit": "b", "amount_minor": 5}

    with pytest.raises(DBAPIError):
        either_db.write_now(
            lambda tx: tx.session.execute(
                text(
                    "INSERT INTO transfer (id, entry_id, line, debit, credit, amount_minor, currency, moved_at)"
                    " VALUES (:id, :entry, 'session_fee', :debit, :credit, :amount_minor, 'USD', 0)"
                ),
                {**said, **wrong},
            )
        )


def test_a_refund_names_the_charge_that_it_undoes(either_db: Database) -> None:
    def nameless(tx: Tx) -> None:
        made = tx.session.get_one(LedgerEntry, ledger.charge(tx, charged(tx, Fees(0, 0, "USD"))))
        tx.session.add(LedgerEntry(**{**made.model_dump(), "id": new_id(tx.now), "kind": "refund"}))
        tx.session.flush()

    with pytest.raises(DBAPIError):
        either_db.write_now(nameless)


@given(st.integers(-10_000_000, 10_000_000))
def test_amounts_are_written_exactly(minor: int) -> None:
    said = amount_words(minor, "USD")

    assert int(said.replace("$", "").replace(".", "")) == minor
