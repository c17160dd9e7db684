"""Transaction Details: the ledger of one account as its lines, each with what became of it.

A line's local date is that of its facility: one screen may hold lines of several zones. The seven columns are those of
the seed; tax has none, so that a line carries it beside them, and so does what was put on a balance.
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
from backend.money import where as choosing
from backend.money.lines import NUMBERS, Back, Chosen, Kind, Line, Order, Sort
from backend.money.where import Source, Span, Where
from backend.money.words import amount_words
from backend.paging import cursor_of, parts_of, whole_of
from backend.roster.names import fold
from backend.security import Actor
from backend.visits.words import cancelled_words

EARLIEST: Final = date(1970, 1, 2)
LATEST: Final = date(9000, 1, 1)
"""Dates beyond these limit nothing, and are not reckoned with."""
WIDEST: Final = timedelta(hours=26)
"""No zone's midnight is further from that of UTC than this."""
Details = Literal["booked", "cancelled", "done", "refund", "returned", "top_up", "credit"]
_UNPAID: Final = frozenset({"lost", "twice"})
"""Causes of a refund for which the charge paid no visit."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which lines are wanted: paid from and to these facility-local dates (both included), about this person, …

    ``person`` and ``facility`` are parts of names, whatever their accents and case.
    """

    first: date | None = None
    last: date | None = None
    person: str | None = None
    facility: str | None = None
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class TransactionView:
    """One line: amounts in minor units, negative where they came back. Instants are UTC, ``zone`` the facility's."""

    id: str
    kind: Kind
    date_paid: datetime
    individual_name: str
    appointment_at: datetime | None
    zone: str
    facility_name: str | None
    session_fee_minor: int
    transaction_fee_minor: int
    tax_minor: int
    money_minor: int
    currency: str
    fee_source: Source
    fee_source_label: str
    details: Details
    details_sentence: str | None
    visit_id: str | None

    @property
    def total_minor(self) -> int:
        """Everything that it moves."""
        return self.session_fee_minor + self.transaction_fee_minor + self.tax_minor + self.money_minor


def listed(
    tx: Tx, actor: Actor, chosen: Filter, *, sort: Sort, order: Order, cursor: str | None, limit: int
) -> tuple[tuple[TransactionView, ...], str | None]:
    """Return a page of the account's lines, and the cursor of the next page if there is one.

    Raises ``invalid`` (422) for a cursor of another sort order.
    """
    wanted = Chosen(sort, order, limit + 1, _after(cursor, sort, order), where_of(tx, actor.account, chosen))
    found = lines.page(tx, actor.account, wanted)
    page = found[:limit]
    following = cursor_of(sort, order, page[-1][0], page[-1][1].id) if len(found) > limit else None
    return views(tx, [line for _, line in page]), following


def views(tx: Tx, found: list[Line]) -> tuple[TransactionView, ...]:
    """Return lines with what became of them."""
    back = lines.backs_of(tx, [line.id for line in found if line.kind in ("charge", "top_up", "credit")])
    return tuple(view(line, back, tx.now) for line in found)


def where_of(tx: Tx, account_id: str, chosen: Filter, as_of: datetime | None = None) -> Where:
    """Return what a filter comes to in the account's ledger: instants, names and facilities as they are there."""
    return Where(
        spans=_spans(tx, account_id, chosen),
        names=_like(chosen.person, {name: name for name in choosing.people(tx, account_id)} if chosen.person else {}),
        facilities=_like(chosen.facility, choosing.facilities(tx, account_id) if chosen.facility else {}),
        source=chosen.source,
        as_of=as_of,
    )


def _after(cursor: str | None, sort: Sort, order: Order) -> tuple[str | int, str] | None:
    if cursor is None:
        return None
    cursor_sort, cursor_order, key, entry_id = parts_of(cursor, 4)
    if (cursor_sort, cursor_order) != (sort, order):
        raise invalid("cursor", "This place in the list is not known. Start again from the top.")
    return whole_of(key) if sort in NUMBERS else key, entry_id


def _spans(tx: Tx, account_id: str, chosen: Filter) -> tuple[Span, ...] | None:
    first = chosen.first if chosen.first and chosen.first > EARLIEST else None
    last = chosen.last if chosen.last and chosen.last < LATEST else None
    if first is None and last is None:
        return None
    after = None if last is None else last + timedelta(days=1)
    since = None if first is None else midnight(first, "UTC") - WIDEST
    until = None if after is None else midnight(after, "UTC") + WIDEST
    return tuple(
        Span(zone, None if first is None else midnight(first, zone), None if after is None else midnight(after, zone))
        for zone in choosing.zones(tx, account_id, since, until)
    )


def midnight(day: date, zone: str) -> datetime:
    """Return the instant (UTC) at which a day begins in a zone."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def _like(asked: str | None, names: Mapping[str, str]) -> tuple[str, ...] | None:
    """Return the keys of the names that contain what was asked for, whatever their accents and case."""
    if not asked:
        return None
    wanted = fold(asked)
    return tuple(key for key, name in names.items() if wanted in fold(name))


def view(line: Line, back: Mapping[str, Back], now: datetime) -> TransactionView:
    """Return a line with what became of it; ``back`` is what came back, by the id of the charge."""
    returned = back.get(line.id)
    details = _details(line, returned, now)
    return TransactionView(
        id=line.id,
        kind=line.kind,
        date_paid=line.entered_at,
        individual_name=line.individual_name,
        appointment_at=line.appointment_at,
        zone=line.zone,
        facility_name=line.facility_name,
        session_fee_minor=line.session_fee_minor,
        transaction_fee_minor=line.transaction_fee_minor,
        tax_minor=line.tax_minor,
        money_minor=line.money_minor,
        currency=line.currency,
        fee_source=line.fee_source,
        fee_source_label=line.fee_source_label,
        details=details,
        details_sentence=_sentence(line, details, returned),
        visit_id=line.visit_id,
    )


def _details(line: Line, back: Back | None, now: datetime) -> Details:
    match line.kind:
        case "refund" | "top_up" | "credit":
            return line.kind
    if line.visit_id is None or line.visit_ends_at is None or (back and back.causes & _UNPAID):
        return "returned"  # its place was lost, or the visit stands and was paid for otherwise
    if line.visit_status == "cancelled":
        return "cancelled"
    if back and back.amount_minor >= line.total_minor > 0:
        return "returned"
    return "booked" if line.visit_status == "confirmed" and now < line.visit_ends_at else "done"


def _sentence(line: Line, details: Details, back: Back | None) -> str | None:
    match details:
        case "refund":
            on_its_way = -line.total_minor if line.is_on_its_way else 0
            return _joined(line.sentence, _came_back(line, -line.total_minor, on_its_way))
        case "top_up" | "credit":
            return _joined(_filled(line, details), line.sentence, _of(line, back))
        case "cancelled" if line.cancelled_at is not None:
            said = cancelled_words(line.cancelled_by, line.cancelled_at, line.zone, line.reason)
            if back is not None:
                return _joined(said, _of(line, back))
            return said if line.total_minor == 0 else f"{said} It was too late for anything to come back."
        case _:
            return _joined(_part(line), back.sentence if back else None, _of(line, back))


def _joined(*sentences: str | None) -> str | None:
    return " ".join(sentence for sentence in sentences if sentence) or None


def _filled(line: Line, details: Details) -> str:
    to = "prepaid balance" if details == "top_up" else "account credit"
    receipt = f" Receipt {line.receipt}." if line.receipt else ""
    return f"{amount_words(line.total_minor, line.currency)} was put on your {to}.{receipt}"


def _part(line: Line) -> str | None:
    """Say that a line is a part of what its visit cost, where other sources paid the rest."""
    whole = line.visit_total_minor or 0
    if line.kind != "charge" or not 0 < line.total_minor < whole:
        return None
    return f"A part of the {amount_words(whole, line.currency)} that the visit cost."


def _of(line: Line, back: Back | None) -> str | None:
    if back is None:
        return None
    instead = f"{amount_words(back.credited_minor, line.currency)} was given as account credit instead."
    return _joined(_came_back(line, back.amount_minor, back.on_its_way_minor), instead if back.credited_minor else None)


def _came_back(line: Line, amount_minor: int, on_its_way_minor: int) -> str:
    if line.fee_source == "cash":
        return f"{amount_words(amount_minor, line.currency)} was taken off your prepaid balance and given back in cash."
    there = amount_minor - on_its_way_minor
    parts = []
    if there:
        parts.append(f"{amount_words(there, line.currency)} came back to {line.fee_source_label}.")
    if on_its_way_minor:
        parts.append(f"{amount_words(on_its_way_minor, line.currency)} is on its way back to {line.fee_source_label}.")
    return " ".join(parts)
