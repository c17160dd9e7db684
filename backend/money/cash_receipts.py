"""The receipts of cash that was taken at a facility, as its officers see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from backend.accounts import service as accounts
from backend.db import Tx
from backend.errors import not_found
from backend.facilities import service as facilities
from backend.facilities.policy import local_today
from backend.money.days import of_our_era, span_of
from backend.money.source_models import CashReceipt
from backend.paging import cursor_of, instant_of, parts_of
from backend.security import Action, Actor, Subject, authorize
from backend.sql import Rows
from backend.types import microseconds

State = Literal["credited", "waiting", "expired", "undone"]
_OF_DAY: Final = Rows(
    CashReceipt,
    "WHERE facility_id = :facility AND taken_at >= :since AND taken_at < :until"
    " AND (taken_at < :at OR (taken_at = :at AND id < :id)) ORDER BY taken_at DESC, id DESC LIMIT :limit",
)


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """Cash that was taken, as the facility's officers see it. Instants are UTC, amounts minor units."""

    id: str
    receipt: str
    amount_minor: int
    currency: str
    officer_name: str
    taken_at: datetime
    state: State
    credited_to: str | None
    """First name and initial: whoever took it knows from the address who is meant."""
    code_expires_at: datetime | None
    undone_at: datetime | None


@dataclass(frozen=True, slots=True)
class CashDay:
    """A page of one facility-local date's receipts, the newest first."""

    date: date
    zone: str
    items: tuple[ReceiptView, ...]
    next_cursor: str | None


def one(tx: Tx, actor: Actor, receipt_id: str) -> ReceiptView:
    """Return one receipt of a facility that the officer works at. Raises ``not_found`` (404)."""
    taken = tx.session.get(CashReceipt, receipt_id)
    if taken is None:
        raise not_found("The receipt")
    authorize(actor, Action.TAKE_CASH, Subject(facility_id=taken.facility_id))
    return _view(tx, taken)


def on_day(
    tx: Tx, actor: Actor, facility_id: str, day: date | None, *, cursor: str | None = None, limit: int = 50
) -> CashDay:
    """Return a page of the receipts of a facility's ``day``, its today without one; the newest first."""
    authorize(actor, Action.TAKE_CASH, Subject(facility_id=facility_id))
    facility = facilities.get(tx, facility_id)
    zone = facility.zone or "UTC"
    day = of_our_era("date", day or local_today(facility, tx.now))
    since, until = span_of(day, zone)
    at, after = until, ""
    if cursor is not None:
        when, after = parts_of(cursor, 2)
        at = instant_of(when)
    found = tx.all(
        _OF_DAY,
        {
            "facility": facility_id,
            "since": microseconds(since),
            "until": microseconds(until),
            "at": microseconds(at),
            "id": after,
            "limit": limit + 1,
        },
    )
    page = found[:limit]
    following = cursor_of(str(microseconds(page[-1].taken_at)), page[-1].id) if len(found) > limit else None
    return CashDay(day, zone, tuple(_view(tx, each) for each in page), following)


def _view(tx: Tx, taken: CashReceipt) -> ReceiptView:
    known = accounts.accounts_by_id(tx, {each for each in (taken.officer_id, taken.account_id) if each})
    officer, account = known[taken.officer_id], known.get(taken.account_id or "")
    return ReceiptView(
        id=taken.id,
        receipt=taken.receipt,
        amount_minor=taken.amount_minor,
        currency=taken.currency,
        officer_name=f"{officer.first_name} {officer.last_name}",
        taken_at=taken.taken_at,
        state=_state(taken, tx.now),
        credited_to=f"{account.first_name} {account.last_name[:1]}." if account else None,
        code_expires_at=taken.code_expires_at,
        undone_at=taken.undone_at,
    )


def _state(taken: CashReceipt, now: datetime) -> State:
    if taken.undone_at is not None:
        return "undone"
    if taken.credited_at is not None:
        return "credited"
    return "waiting" if taken.code_expires_at is None or now < taken.code_expires_at else "expired"
