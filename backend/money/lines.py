"""The query behind Transaction Details: one page of an account's ledger, sorted and filtered by the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy import Row, Text, bindparam, text

from backend.db import Tx
from backend.types import EPOCH, microseconds

Sort = Literal["date_paid", "individual", "appointment", "session_fee", "transaction_fee", "fee_source"]
Order = Literal["asc", "desc"]

COLUMNS: Final[dict[Sort, str]] = {
    "date_paid": "entered_at",
    "individual": "name_key",
    "appointment": "appointment_at",
    "session_fee": "session_fee",
    "transaction_fee": "transaction_fee",
    "fee_source": "source_key",
}
NUMBERS: Final = frozenset({"date_paid", "appointment", "session_fee", "transaction_fee"})
"""Sort orders whose keys are whole numbers."""


_SIGN: Final = "(CASE WHEN e.kind = 'refund' THEN -1 ELSE 1 END)"
_OF_ENTRY: Final = "FROM transfer t WHERE t.entry_id = e.id"
_LINES: Final = f"""SELECT e.id, e.kind, e.fee_source, e.fee_source_label, e.entered_at, e.booking_id,
    e.individual_name, e.zone, e.payment_id, e.undoes_id, e.sentence,
    COALESCE(v.starts_at, e.appointment_at) AS appointment_at,
    LOWER(e.individual_name) AS name_key, LOWER(e.fee_source_label) AS source_key,
    {_SIGN} * COALESCE((SELECT SUM(t.amount_minor) {_OF_ENTRY} AND t.line = 'session_fee'), 0) AS session_fee,
    {_SIGN} * COALESCE((SELECT SUM(t.amount_minor) {_OF_ENTRY} AND t.line = 'transaction_fee'), 0) AS transaction_fee,
    COALESCE((SELECT MIN(t.currency) {_OF_ENTRY}), 'USD') AS currency,
    p.status AS payment_status, v.id AS visit_id, v.status AS visit_status, v.ends_at AS visit_ends_at,
    v.cancelled_at, v.cancelled_by, v.reason
FROM ledger_entry e LEFT JOIN payment p ON p.id = e.payment_id LEFT JOIN visit v ON v.id = e.booking_id
WHERE e.account_id = :account"""  # noqa: S608  # made of constants of this file


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the ledger with its amounts (a refund's are negative) and what became of its visit."""

    id: str
    kind: str
    fee_source: str
    fee_source_label: str
    entered_at: datetime
    booking_id: str
    individual_name: str
    appointment_at: datetime
    """When its visit is, or would have been: a visit that was moved has its present time."""
    zone: str
    undoes_id: str | None
    sentence: str | None
    session_fee_minor: int
    transaction_fee_minor: int
    currency: str
    payment_status: str | None
    visit_id: str | None
    visit_status: str | None
    visit_ends_at: datetime | None
    cancelled_at: datetime | None
    cancelled_by: str | None
    reason: str | None

    @property
    def total_minor(self) -> int:
        """Both fees together."""
        return self.session_fee_minor + self.transaction_fee_minor


@dataclass(frozen=True, slots=True)
class Span:
    """Instants (UTC, end exclusive) at which entries of one zone count; an open end is None."""

    zone: str
    since: datetime | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which lines, in which order, behind which one. ``after`` is a key of the sort order and an id."""

    sort: Sort
    order: Order
    limit: int
    after: tuple[str | int, str] | None = None
    spans: tuple[Span, ...] | None = None
    names: tuple[str, ...] | None = None


def page(tx: Tx, account_id: str, chosen: Chosen) -> Sequence[tuple[str, Line]]:
    """Return lines with their sort keys, at most ``chosen.limit``; lines with equal keys are ordered by id."""
    said: dict[str, object] = {"account": account_id, "limit": chosen.limit}
    where = [*_spans(chosen, said), *_names(chosen, said), *_after(chosen, said)]
    column, direction = COLUMNS[chosen.sort], chosen.order.upper()
    statement = text(
        f"SELECT * FROM ({_LINES}) AS line {'WHERE ' if where else ''}{' AND '.join(where)}"  # noqa: S608  # constants
        f" ORDER BY {column} {direction}, id {direction} LIMIT :limit"
    )
    if chosen.names is not None:
        statement = statement.bindparams(bindparam("names", expanding=True, type_=Text()))
    rows = tx.session.execute(statement, said).all()
    return [(str(row._mapping[column]), _line(row)) for row in rows]


def refunds_of(tx: Tx, booking_ids: Sequence[str]) -> dict[str, tuple[int, str | None]]:
    """Return what came back of each charge entry of the bookings, and the sentence of its newest refund."""
    rows = tx.session.execute(
        text(
            "SELECT e.undoes_id, SUM(t.amount_minor), MAX(e.sentence) FROM ledger_entry e"
            " JOIN transfer t ON t.entry_id = e.id WHERE e.booking_id IN :bookings AND e.kind = 'refund'"
            " GROUP BY e.undoes_id"
        ).bindparams(bindparam("bookings", expanding=True, type_=Text())),
        {"bookings": list(booking_ids)},
    )
    return {undone: (int(amount), sentence) for undone, amount, sentence in rows}


def distinct(tx: Tx, account_id: str, column: Literal["zone", "individual_name"]) -> Sequence[str]:
    """Return the different zones or names among an account's entries."""
    rows = tx.session.execute(
        text(f"SELECT DISTINCT {column} FROM ledger_entry WHERE account_id = :account"),  # noqa: S608  # one of two
        {"account": account_id},
    )
    return [str(value) for (value,) in rows]


def _spans(chosen: Chosen, said: dict[str, object]) -> list[str]:
    if chosen.spans is None:
        return []
    choices = []
    for number, span in enumerate(chosen.spans):
        parts = [f"zone = :zone{number}"]
        said[f"zone{number}"] = span.zone
        if span.since is not None:
            parts.append(f"entered_at >= :since{number}")
            said[f"since{number}"] = microseconds(span.since)
        if span.until is not None:
            parts.append(f"entered_at < :until{number}")
            said[f"until{number}"] = microseconds(span.until)
        choices.append(" AND ".join(parts))
    return [f"({' OR '.join(choices)})"] if choices else []


def _names(chosen: Chosen, said: dict[str, object]) -> list[str]:
    if chosen.names is None:
        return []
    said["names"] = list(chosen.names)
    return ["individual_name IN :names"]


def _after(chosen: Chosen, said: dict[str, object]) -> list[str]:
    if chosen.after is None:
        return []
    said["after_key"], said["after_id"] = chosen.after
    sign = ">" if chosen.order == "asc" else "<"
    return [f"({COLUMNS[chosen.sort]}, id) {sign} (:after_key, :after_id)"]


def _line(row: Row[tuple[object, ...]]) -> Line:
    said = row._mapping
    return Line(
        id=said["id"],
        kind=said["kind"],
        fee_source=said["fee_source"],
        fee_source_label=said["fee_source_label"],
        entered_at=_instant(said["entered_at"]),
        booking_id=said["booking_id"],
        individual_name=said["individual_name"],
        appointment_at=_instant(said["appointment_at"]),
        zone=said["zone"],
        undoes_id=said["undoes_id"],
        sentence=said["sentence"],
        session_fee_minor=int(said["session_fee"]),
        transaction_fee_minor=int(said["transaction_fee"]),
        currency=said["currency"],
        payment_status=said["payment_status"],
        visit_id=said["visit_id"],
        visit_status=said["visit_status"],
        visit_ends_at=None if said["visit_ends_at"] is None else _instant(said["visit_ends_at"]),
        cancelled_at=None if said["cancelled_at"] is None else _instant(said["cancelled_at"]),
        cancelled_by=said["cancelled_by"],
        reason=said["reason"],
    )


def _instant(value: int) -> datetime:
    return EPOCH + timedelta(microseconds=value)
