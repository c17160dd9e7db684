"""Histories of an account's money, made up, entered in the ledger, and known here without it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from backend.db import Database, Tx
from backend.money import ledger
from backend.money.ledger import Charged, Fees, FeeSource, Filled
from backend.money.models import LedgerEntry
from backend.security import Actor
from backend.types import new_id
from tests import factories

BEGIN = datetime(2026, 1, 31, 22, 0, tzinfo=UTC)
"""Hours from the end of a month in every zone of the places."""
NAMES = ("Ramón Ortega", "=cmd|' /C calc'!A0", "Anna Abel")
PAYING: tuple[FeeSource, ...] = ("card", "balance", "credit", "free", "promo", "facility")


@dataclass(frozen=True)
class Place:
    """A facility with one individual; its amounts are in its currency."""

    facility_id: str
    individual_id: str
    name: str
    zone: str
    currency: str


@dataclass(frozen=True)
class Event:
    """What happens next: ``what`` is a fee source that pays a visit, top_up, cash, credit_given, refund or nothing."""

    what: str
    place: int
    hours: int
    fees: tuple[int, int, int]


@dataclass(frozen=True)
class Fact:
    """What one line must come to."""

    entry_id: str
    kind: str
    source: str
    day: date
    currency: str
    facility: str
    name: str = ""
    visit_minor: int = 0
    """Fees and tax; a refund's are above zero too."""
    tax_minor: int = 0
    money_minor: int = 0
    on_balance_minor: int = 0
    """What it does to the prepaid balance, with its sign."""


amounts = st.integers(0, 900)
events = st.builds(
    Event,
    what=st.sampled_from((*PAYING, "none", "top_up", "cash", "credit_given", "refund", "refund")),
    place=st.integers(0, 2),
    hours=st.integers(0, 300),
    fees=st.tuples(amounts, amounts, amounts),
)
histories = st.lists(events, max_size=14)


def places(db: Database) -> tuple[Place, ...]:
    """Return three facilities, in three zones; the last takes another currency."""

    def one(tx: Tx, name: str, zone: str, currency: str) -> Place:
        facility = factories.facility(tx, name=name, zone=zone)
        return Place(facility.id, factories.individual(tx, facility.id).id, name, zone, currency)

    return db.write_now(
        lambda tx: (
            one(tx, "Shelby County Jail", "America/Chicago", "USD"),
            one(tx, "Kona Camp", "Pacific/Honolulu", "USD"),
            one(tx, "Toronto South", "America/Toronto", "CAD"),
        )
    )


def enter(
    db: Database,
    at: Sequence[Place],
    history: Sequence[Event],
    *,
    actor: Actor | None = None,
    begin: datetime = BEGIN,
) -> tuple[Actor, list[Fact]]:
    """Enter a history for a new account, or for ``actor``; return who it is, and what must come of it."""

    def work(tx: Tx) -> tuple[Actor, list[Fact]]:
        who = actor or Actor("visitor", "terminal", account_id=factories.account(tx).id)
        facts: list[Fact] = []
        now = begin
        for event in history:
            now += timedelta(hours=event.hours, minutes=1)
            fact = _one(tx.at(now), who.account, at[event.place], event, facts)
            facts += [fact] if fact else []
        return who, facts

    return db.write_now(work)


def _one(tx: Tx, account_id: str, place: Place, event: Event, facts: Sequence[Fact]) -> Fact | None:
    if event.what == "refund":
        return _refund(tx, place, event, facts)
    if event.what in ("top_up", "cash", "credit_given"):
        return _fill(tx, account_id, place, event)
    none = event.what == "none"
    session, transaction, tax = (0, 0, 0) if none else event.fees
    fees = Fees(session, transaction, place.currency, tax)
    source: FeeSource = "none" if fees.total_minor == 0 else next(one for one in PAYING if one == event.what)
    name = NAMES[event.hours % len(NAMES)]
    charged = Charged(
        account_id=account_id,
        booking_id=new_id(tx.now),
        facility_id=place.facility_id,
        individual_id=place.individual_id,
        individual_name=name,
        appointment_at=tx.now + timedelta(days=3),
        zone=place.zone,
        fees=fees,
        fee_source=source,
        fee_source_label=source.capitalize(),
        payment_id=None,
    )
    kind = "charge" if fees.total_minor else "no_charge"
    on_balance = -fees.total_minor if source == "balance" else 0
    return Fact(
        entry_id=ledger.charge(tx, charged),
        kind=kind,
        source=source,
        day=_day(tx, place.zone),
        currency=place.currency,
        visit_minor=fees.total_minor,
        tax_minor=tax,
        on_balance_minor=on_balance,
        facility=place.name,
        name=name,
    )


def _fill(tx: Tx, account_id: str, place: Place, event: Event) -> Fact:
    amount = sum(event.fees) + 1
    by = {"top_up": "card", "cash": "cash", "credit_given": "credit"}[event.what]
    filled = Filled(
        account_id=account_id,
        amount_minor=amount,
        currency=place.currency,
        by="card" if by == "card" else "cash" if by == "cash" else "credit",
        label=by.capitalize(),
        zone=place.zone,
        receipt="R-17" if by == "cash" else None,
        facility_id=place.facility_id,
    )
    kind, on_balance = ("credit", 0) if by == "credit" else ("top_up", amount)
    return Fact(
        entry_id=ledger.fill(tx, filled),
        kind=kind,
        source=by,
        day=_day(tx, place.zone),
        currency=place.currency,
        money_minor=amount,
        on_balance_minor=on_balance,
        facility=place.name,
    )


def _refund(tx: Tx, place: Place, event: Event, facts: Sequence[Fact]) -> Fact | None:
    charges = [fact for fact in facts if fact.kind == "charge"]
    if not charges:
        return None
    undone = charges[event.hours % len(charges)]
    entry = tx.session.get_one(LedgerEntry, undone.entry_id)
    left = ledger.not_given_back(tx, entry)
    session, transaction, tax = (
        min(wanted, left.get(line, 0))
        for wanted, line in zip(event.fees, ("session_fee", "transaction_fee", "tax"), strict=True)
    )
    back = Fees(session, transaction, undone.currency, tax)
    if back.total_minor == 0:
        return None
    made = ledger.refund(tx, entry, back, "The facility cancelled.", "facility")
    return Fact(
        entry_id=made.id,
        kind="refund",
        source=undone.source,
        day=_day(tx, entry.zone),
        currency=undone.currency,
        visit_minor=back.total_minor,
        tax_minor=tax,
        on_balance_minor=back.total_minor if undone.source == "balance" else 0,
        facility=undone.facility,
        name=undone.name,
    )


def _day(tx: Tx, zone: str) -> date:
    return tx.now.astimezone(ZoneInfo(zone)).date()
