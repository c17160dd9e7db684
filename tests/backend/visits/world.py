"""A small world for tests of booking: one facility, one visitor with access, one individual, one row of a timetable."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlmodel import select

from backend.audit.models import AuditEntry
from backend.db import Database, Tx
from backend.facilities.models import TermsAcceptance
from backend.facilities.setting_values import VisitType
from backend.money import returns
from backend.money.processors.base import ChargeResult, Method
from backend.money.processors.test import METHODS
from backend.security import SERVER, Actor
from backend.visits import booking, holds, returning, settling
from backend.visits.ground import Wanted
from backend.visits.models import Visit
from tests import factories

TUESDAY_NINE = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
"""Two days after the tests' clock: 9 o'clock in Central time."""
HALF_HOUR = timedelta(minutes=30)
APPROVED, DECLINED, POOR, LATER, SILENT = (each.method for each in METHODS)


@dataclass(slots=True)
class World:
    """Ids of what there is. A Tuesday from 9 to 16 o'clock, every half hour, ``capacity`` places, 24 hours' notice."""

    db: Database
    facility_id: str
    terms_id: str
    row_id: str
    individual_id: str
    visitor: Actor
    visit_type: VisitType = "remote"

    def wanted(self, *, individual_id: str | None = None, minutes: int = 30) -> Wanted:
        return Wanted(self.facility_id, self.visit_type, individual_id or self.individual_id, minutes)

    def another_visitor(self, *, access: bool = True) -> Actor:
        return self.db.write_now(lambda tx: visitor(tx, self.facility_id, self.terms_id, access=access))

    def another_individual(self) -> str:
        return self.db.write_now(lambda tx: factories.individual(tx, self.facility_id).id)

    def hold(
        self, starts_at: datetime = TUESDAY_NINE, *, actor: Actor | None = None, individual_id: str | None = None
    ) -> holds.HoldView:
        who, wanted = actor or self.visitor, self.wanted(individual_id=individual_id)
        return self.db.write_now(lambda tx: holds.take(tx, who, wanted, starts_at))

    def confirming(
        self,
        hold_id: str,
        *,
        method: Method | None = APPROVED,
        expected_total: int = 570,
        companions: tuple[booking.Companion, ...] = (),
        terms_id: str | None = None,
    ) -> booking.Confirming:
        return booking.Confirming(
            hold_id=hold_id,
            terms_id=terms_id or self.terms_id,
            companions=companions,
            expected_total_minor=expected_total,
            method_token=method.token if method else None,
            method=method,
            processor="test",
        )


def build(
    db: Database,
    *,
    capacity: int = 4,
    zone: str = "America/Chicago",
    fee: int = 570,
    transaction_fee: int = 0,
    settings: dict[str, object] | None = None,
    start_minute: int = 9 * 60,
    end_minute: int = 16 * 60,
) -> World:
    """Return a world in ``db``; ``settings`` are of its only visit type, remote."""

    def work(tx: Tx) -> World:
        facility = factories.facility(tx, zone=zone)
        for name, value in {"offered": True, "join_link": "https://visit.example.org/", **(settings or {})}.items():
            factories.setting(tx, facility.id, name, value, visit_type="" if name == "capacity_all" else "remote")
        if fee or transaction_fee:
            factories.price(tx, facility.id, session_fee_minor=fee, transaction_fee_minor=transaction_fee)
        terms = factories.terms(tx, facility.id)
        row = factories.timetable_row(
            tx, facility.id, capacity=capacity, start_minute=start_minute, end_minute=end_minute
        )
        individual = factories.individual(tx, facility.id)
        return World(db, facility.id, terms.id, row.id, individual.id, visitor(tx, facility.id, terms.id))

    return db.write_now(work)


def confirmed(
    world: World, starts_at: datetime = TUESDAY_NINE, *, total: int = 570, actor: Actor | None = None, **held: str
) -> str:
    """Hold, confirm and pay a visit of the world's visitor, or of ``actor``; return its id."""
    who = actor or world.visitor
    hold = world.hold(starts_at, actor=who, **held)
    asked = world.confirming(hold.id, method=APPROVED if total else None, expected_total=total)
    begun = world.db.write_now(lambda tx: booking.begin(tx, who, asked))
    if begun.payment_id is not None:
        paid = begun.payment_id
        world.db.write_now(lambda tx: settling.settle(tx, who, paid, ChargeResult("succeeded", "ref")))
    return hold.id


def officer(world: World, *, elsewhere: bool = False) -> Actor:
    """Return an officer of the world's facility, or of another one."""

    def work(tx: Tx) -> Actor:
        facility_id = factories.facility(tx).id if elsewhere else world.facility_id
        account = factories.account(tx, role="officer", facilities=[facility_id])
        return Actor("officer", "terminal", account_id=account.id, facility_ids=frozenset({facility_id}))

    return world.db.write_now(work)


def row_of(world: World, visit_id: str) -> Visit:
    """Return a visit as it is kept."""
    return world.db.read_now(lambda tx: tx.session.get_one(Visit, visit_id))


def arrive(tx: Tx, payment_id: str) -> None:
    """Let everything that a payment gives back arrive."""
    for back in returns.of_payment(tx, payment_id):
        returning.came_back(tx, SERVER, back.entry_id)


def last_entry(world: World, action: str) -> AuditEntry:
    """Return the newest entry of the trace about ``action``."""

    def look(tx: Tx) -> AuditEntry:
        return tx.session.exec(select(AuditEntry).where(AuditEntry.action == action)).all()[-1]

    return world.db.read_now(look)


def visitor(tx: Tx, facility_id: str, terms_id: str, *, access: bool = True) -> Actor:
    """Return a new visitor, by default with access to the facility and with its terms accepted."""
    account = factories.account(tx)
    if access:
        factories.access(tx, account.id, facility_id)
    tx.session.add(TermsAcceptance(account_id=account.id, terms_id=terms_id, accepted_at=tx.now))
    tx.session.flush()
    return Actor("visitor", "terminal", account_id=account.id)
