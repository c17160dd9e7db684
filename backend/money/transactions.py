"""Transaction Details: the ledger of one account as its lines, each with what became of it.

A line's local date is that of its facility: one screen may hold lines of several zones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from backend.db import Tx
from backend.errors import invalid
from backend.money import lines
from backend.money.lines import NUMBERS, Chosen, Line, Order, Sort, Span
from backend.money.words import amount_words
from backend.paging import cursor_of, parts_of, whole_of
from backend.roster.names import fold
from backend.security import Actor
from backend.visits.words import cancelled_words

EARLIEST: Final = date(1970, 1, 2)
LATEST: Final = date(9000, 1, 1)
"""Dates beyond these limit nothing, and are not reckoned with."""
Details = Literal["booked", "cancelled", "done", "refund", "returned"]


@dataclass(frozen=True, slots=True)
class Filter:
    """Which lines are wanted: paid from and to these facility-local dates (both included), about this person."""

    first: date | None = None
    last: date | None = None
    person: str | None = None


@dataclass(frozen=True, slots=True)
class TransactionView:
    """One line: amounts in minor units, negative where they came back. Instants are UTC, ``zone`` the facility's."""

    id: str
    date_paid: datetime
    individual_name: str
    appointment_at: datetime
    zone: str
    session_fee_minor: int
    transaction_fee_minor: int
    currency: str
    fee_source: str
    fee_source_label: str
    details: Details
    details_sentence: str | None
    visit_id: str | None


def listed(
    tx: Tx, actor: Actor, chosen: Filter, *, sort: Sort, order: Order, cursor: str | None, limit: int
) -> tuple[tuple[TransactionView, ...], str | None]:
    """Return a page of the account's lines, and the cursor of the next page if there is one.

    Raises ``invalid`` (422) for a cursor of another sort order.
    """
    found = lines.page(
        tx,
        actor.account,
        Chosen(
            sort=sort,
            order=order,
            limit=limit + 1,
            after=_after(cursor, sort, order),
            spans=_spans(tx, actor.account, chosen),
            names=_names(tx, actor.account, chosen),
        ),
    )
    page = found[:limit]
    back = lines.refunds_of(tx, [line.booking_id for _, line in page if line.kind == "charge"])
    following = cursor_of(sort, order, page[-1][0], page[-1][1].id) if len(found) > limit else None
    return tuple(_view(line, back, tx.now) for _, line in page), following


def _after(cursor: str | None, sort: Sort, order: Order) -> tuple[str | int, str] | None:
    if cursor is None:
        return None
    cursor_sort, cursor_order, key, entry_id = parts_of(cursor, 4)
    if (cursor_sort, cursor_order) != (sort, order):
        raise invalid("cursor", "This place in the list is not known. Start again from the top.")
    return whole_of(key) if sort in NUMBERS else key, entry_id


def _spans(tx: Tx, account_id: str, chosen: Filter) -> tuple[Span, ...] | None:
    if chosen.first is None and chosen.last is None:
        return None
    return tuple(
        Span(
            zone,
            _midnight(chosen.first, zone) if chosen.first and chosen.first > EARLIEST else None,
            _midnight(chosen.last + timedelta(days=1), zone) if chosen.last and chosen.last < LATEST else None,
        )
        for zone in lines.distinct(tx, account_id, "zone")
    )


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def _names(tx: Tx, account_id: str, chosen: Filter) -> tuple[str, ...] | None:
    """Return the names that contain what was asked for, whatever their accents and case."""
    if chosen.person is None:
        return None
    asked = fold(chosen.person)
    return tuple(name for name in lines.distinct(tx, account_id, "individual_name") if asked in fold(name))


def _view(line: Line, back: Mapping[str, tuple[int, str | None]], now: datetime) -> TransactionView:
    details = _details(line, now)
    return TransactionView(
        id=line.id,
        date_paid=line.entered_at,
        individual_name=line.individual_name,
        appointment_at=line.appointment_at,
        zone=line.zone,
        session_fee_minor=line.session_fee_minor,
        transaction_fee_minor=line.transaction_fee_minor,
        currency=line.currency,
        fee_source=line.fee_source,
        fee_source_label=line.fee_source_label,
        details=details,
        details_sentence=_sentence(line, details, back.get(line.id)),
        visit_id=line.visit_id,
    )


def _details(line: Line, now: datetime) -> Details:
    if line.kind == "refund":
        return "refund"
    if line.visit_id is None or line.visit_ends_at is None:
        return "returned"
    if line.visit_status == "cancelled":
        return "cancelled"
    if line.payment_status in ("returning", "returned"):  # the visit stands, and was paid for otherwise
        return "returned"
    return "booked" if line.visit_status == "confirmed" and now < line.visit_ends_at else "done"


def _sentence(line: Line, details: Details, back: tuple[int, str | None] | None) -> str | None:
    match details:
        case "refund":
            return f"{line.sentence or ''} {_came_back(line, -line.total_minor)}".strip()
        case "returned":
            return f"{back[1] or ''} {_came_back(line, back[0])}".strip() if back else None
        case "cancelled" if line.cancelled_at is not None:
            said = cancelled_words(line.cancelled_by, line.cancelled_at, line.zone, line.reason)
            if back is not None:
                return f"{said} {_came_back(line, back[0])}"
            return said if line.total_minor == 0 else f"{said} It was too late for anything to come back."
        case _:
            return None


def _came_back(line: Line, amount_minor: int) -> str:
    way = "is on its way back to" if line.payment_status == "returning" else "came back to"
    return f"{amount_words(amount_minor, line.currency)} {way} {line.fee_source_label}."
