"""What has happened in the demonstration: the stories hold on whatever day it is laid, and the books are right."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import SQLModel, select, text

from backend.access import desk
from backend.access import service as access
from backend.audit.models import AuditHead
from backend.audit.service import first_broken
from backend.db import Database, Tx
from backend.demo.people import ANA, EVERYBODY, GRACE, PEOPLE, person_of
from backend.demo.stories import visitor
from backend.facilities.models import Facility
from backend.facilities.policy import local_today
from backend.money.models import LedgerEntry, Payment, Transfer
from backend.notices.models import Notice
from backend.roster.models import Individual
from backend.security import SERVER
from backend.timetables.models import TimetableRow
from backend.types import quanta_between
from backend.visits import openings
from backend.visits import service as visits
from backend.visits.ground import Wanted
from backend.visits.models import Hold, PlaceTaken, Visit
from backend.visits.repository import When
from backend.visits.service import VisitView
from tests.backend.demo.conftest import MONDAY, Layer

DAYS = (
    MONDAY,
    datetime(2026, 11, 26, 12, 0, tzinfo=UTC),  # Thanksgiving
    datetime(2027, 3, 13, 5, 30, tzinfo=UTC),  # the night before the clocks change
    datetime(2027, 11, 7, 15, 0, tzinfo=UTC),  # the day on which they change back
    datetime(2028, 2, 29, 23, 59, 59, 999_999, tzinfo=UTC),
    datetime(2027, 1, 1, 6, 0, tzinfo=UTC),
)


@pytest.fixture(params=DAYS, ids=lambda day: f"{day:%Y-%m-%d}")
def laid(request: pytest.FixtureRequest, laid_at: Layer) -> Database:
    now: datetime = request.param
    return laid_at(now)


def rows(tx: Tx, table: type[SQLModel]) -> list[SQLModel]:
    return list(tx.session.exec(select(table)).all())


def anas(db: Database, when: When) -> tuple[VisitView, ...]:
    found, _ = db.read_now(lambda tx: visits.listed(tx, visitor(ANA), when, None, 50))
    return found


def test_ana_has_two_visits_to_come_and_several_behind_her(laid: Database) -> None:
    upcoming = anas(laid, "upcoming")
    assert [visit.visit_type for visit in upcoming] == ["remote", "in_person"]
    assert len(anas(laid, "past")) == 7
    assert Counter(visit.cancelled_by for visit in anas(laid, "cancelled")) == {"facility": 1, "visitor": 1}


def test_ana_was_given_back_what_the_facility_cancelled_and_had_a_free_visit(laid: Database) -> None:
    lines = laid.read_now(
        lambda tx: tx.session.exec(select(LedgerEntry).where(LedgerEntry.account_id == ANA.account_id)).all()
    )
    assert Counter(line.kind for line in lines) == {"charge": 9, "refund": 4, "no_charge": 2}
    assert any("lockdown" in (line.sentence or "") for line in lines)
    payments = laid.read_now(
        lambda tx: tx.session.exec(select(Payment).where(Payment.account_id == ANA.account_id)).all()
    )
    assert Counter(payment.status for payment in payments) == {"succeeded": 6, "returned": 3}


def test_anas_minutes_were_counted_and_unused_ones_came_back(laid: Database) -> None:
    past = [visit for visit in anas(laid, "past") if visit.unused_minutes_come_back]
    assert sorted(visit.used_minutes or 0 for visit in past) == [0, 20, 22, 30, 30, 30]
    lines = laid.read_now(
        lambda tx: tx.session.exec(select(LedgerEntry).where(LedgerEntry.cause == "unused_minutes")).all()
    )
    assert len(lines) == 2


def test_ana_has_access_to_one_facility_and_waits_for_another(laid: Database) -> None:
    found = laid.read_now(lambda tx: access.mine(tx, visitor(ANA)))
    assert {one.facility.state: one.status for one in found} == {"TN": "approved", "AZ": "pending"}


def test_the_new_visitor_has_nothing_yet_but_a_whole_profile(laid: Database) -> None:
    assert laid.read_now(lambda tx: access.mine(tx, visitor(GRACE))) == ()
    assert None not in (GRACE.birth_date, GRACE.address_line, GRACE.phone, GRACE.id_last4)


def test_three_requests_wait_at_shelby_and_say_when_they_are_due(laid: Database) -> None:
    def read(tx: Tx) -> list[tuple[str, bool, int, timedelta]]:
        shelby = tx.session.exec(select(Facility.id).where(Facility.external_id == "shelby")).one()
        waiting, _ = desk.queue(tx, SERVER, shelby)
        return [
            (one.applicant.last_name, one.individual_found, len(one.earlier), one.due_at - tx.now) for one in waiting
        ]

    found = laid.read_now(read)
    assert {name for name, *_ in found} == {"Hollowell", "Boyle", "Ortega-Baca"}
    assert all(there for _, there, *_ in found)
    assert found[0][0] == "Hollowell"
    assert found[0][2] == 1, "an earlier request, withdrawn"
    assert timedelta(0) <= found[0][3] < timedelta(days=5)


def test_everybody_to_be_has_an_account_and_nobody_a_password(laid: Database) -> None:
    with laid.engine.connect() as connection:
        hashes = connection.execute(text("SELECT COUNT(*) FROM account WHERE password_hash IS NOT NULL")).scalar()
        ids = set(connection.execute(text("SELECT id FROM account")).scalars())
    assert hashes == 0
    assert {profile.account_id for profile in EVERYBODY} <= ids
    assert [person_of(person.key) for person in PEOPLE] == list(PEOPLE)


def test_the_trace_is_whole(laid: Database) -> None:
    def broken(tx: Tx) -> dict[str, int | None]:
        chains = tx.session.exec(select(AuditHead.chain)).all()
        return {chain: first_broken(tx, chain) for chain in chains}

    found = laid.read_now(broken)
    assert len(found) >= 5
    assert set(found.values()) == {None}


def test_the_books_are_right(laid: Database) -> None:
    def read(tx: Tx) -> None:
        moved = Counter[str]()
        for transfer in tx.session.exec(select(Transfer)).all():
            moved[transfer.entry_id] += transfer.amount_minor
        entries = {entry.id: entry for entry in tx.session.exec(select(LedgerEntry)).all()}
        visits_by_id = {visit.id: visit for visit in tx.session.exec(select(Visit)).all()}
        payments = {payment.id: payment for payment in tx.session.exec(select(Payment)).all()}
        for entry in entries.values():
            visit = visits_by_id[entry.booking_id]
            total = visit.session_fee_minor + visit.transaction_fee_minor
            kept = (visit.per_minute_minor or 0) * (visit.used_minutes or 0) if entry.cause == "unused_minutes" else 0
            assert moved[entry.id] == (0 if entry.kind == "no_charge" else total - kept)
            assert (entry.payment_id is None) == (entry.kind == "no_charge")
            if entry.payment_id is not None:
                assert payments[entry.payment_id].amount_minor == total
        assert len({entry.booking_id for entry in entries.values()}) == len(visits_by_id)

    laid.read_now(read)


def test_every_visit_that_stands_has_its_time_and_no_place_is_given_twice(laid: Database) -> None:
    def read(tx: Tx) -> None:
        capacity = {f"row:{row.id}": row.capacity for row in tx.session.exec(select(TimetableRow)).all()}
        held: Counter[str] = Counter()
        for taken in tx.session.exec(select(PlaceTaken)).all():
            assert taken.held_until is None
            assert 1 <= taken.seat <= capacity[taken.limit_key]
            held[taken.booking_id] += 1
        for visit in tx.session.exec(select(Visit)).all():
            expected = 0 if visit.status == "cancelled" else len(quanta_between(visit.starts_at, visit.ends_at))
            assert held[visit.id] == expected, visit
        assert tx.session.exec(select(Hold)).all() == []

    laid.read_now(read)


def test_some_days_at_shelby_are_full_and_most_are_not(laid: Database) -> None:
    def read(tx: Tx) -> Counter[str]:
        shelby = tx.session.exec(select(Facility).where(Facility.external_id == "shelby")).one()
        mateo = tx.session.exec(select(Individual.id).where(Individual.booking_number == "20418")).one()
        today = local_today(shelby, tx.now)
        last = today + timedelta(days=27)
        found = openings.days(tx, visitor(ANA), Wanted(shelby.id, "remote", mateo, 30), today, last)
        return Counter(day.state for day in found.items)

    states = laid.read_now(read)
    assert states["full"] >= 1
    assert states["open"] >= 20


def test_nothing_happened_in_the_future(laid: Database) -> None:
    def read(tx: Tx) -> None:
        assert all(visit.confirmed_at <= tx.now for visit in tx.session.exec(select(Visit)).all())
        assert all(entry.entered_at <= tx.now for entry in tx.session.exec(select(LedgerEntry)).all())
        assert all(notice.created_at <= tx.now for notice in tx.session.exec(select(Notice)).all())

    laid.read_now(read)
