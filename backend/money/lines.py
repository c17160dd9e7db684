"""The queries behind Transaction Details: which of an account's entries, in which order, and all that a line says.

A page is found in two steps. The first finds ids and sort keys alone: by the day of payment that is a walk along one
index, so that it costs the same whatever the account's history; by the other columns the database looks at each of the
account's entries, and keeps no more of them than the page has. The second reads the lines of those ids.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal

from sqlalchemy import Row, Text, TextClause, bindparam, text

from backend.db import Tx
from backend.money.where import EVERYTHING, Source, Where
from backend.sql import Sql, Value
from backend.types import instant_of

Sort = Literal["date_paid", "individual", "appointment", "session_fee", "transaction_fee", "fee_source"]
Order = Literal["asc", "desc"]
Kind = Literal["charge", "refund", "no_charge", "top_up", "credit"]
NUMBERS: Final = frozenset({"date_paid", "appointment", "session_fee", "transaction_fee"})
"""Sort orders whose keys are whole numbers."""

_SIGN: Final = "CASE WHEN e.kind = 'refund' THEN -1 ELSE 1 END"


def _moved(line: str) -> str:
    return f"({_SIGN}) * COALESCE((SELECT SUM(t.amount_minor) FROM transfer t WHERE t.entry_id = e.id AND t.line = '{line}'), 0)"  # noqa: S608, E501  # one of four words


_KEYS: Final[dict[Sort, str]] = {
    "date_paid": "e.entered_at",
    "individual": "LOWER(e.individual_name)",
    "appointment": "COALESCE(v.starts_at, e.appointment_at, e.entered_at)",
    "session_fee": _moved("session_fee"),
    "transaction_fee": _moved("transaction_fee"),
    "fee_source": "LOWER(e.fee_source_label)",
}
_LINES: Final = f"""SELECT e.id, e.kind, e.fee_source, e.fee_source_label, e.entered_at, e.booking_id, e.facility_id,
    e.individual_name, e.zone, e.payment_id, e.undoes_id, e.sentence, e.cause, e.receipt, f.name AS facility_name,
    COALESCE(v.starts_at, e.appointment_at) AS appointment_at,
    {_moved("session_fee")} AS session_fee, {_moved("transaction_fee")} AS transaction_fee,
    {_moved("tax")} AS tax, {_moved("money")} AS money,
    COALESCE((SELECT MIN(t.currency) FROM transfer t WHERE t.entry_id = e.id), v.currency, 'USD') AS currency,
    p.status AS payment_status, r.status AS return_status, r.settled_at AS returned_at,
    v.id AS visit_id, v.status AS visit_status, v.ends_at AS visit_ends_at, v.cancelled_at, v.cancelled_by, v.reason,
    v.session_fee_minor + v.transaction_fee_minor + v.tax_minor AS visit_total
FROM ledger_entry e LEFT JOIN payment p ON p.id = e.payment_id LEFT JOIN visit v ON v.id = e.booking_id
    LEFT JOIN payment_return r ON r.entry_id = e.id LEFT JOIN facility f ON f.id = e.facility_id
WHERE e.account_id = :account AND e.id IN :ids"""  # noqa: S608  # made of constants of this file
_CREDITED: Final = Sql(
    "SELECT e.id, SUM(t.amount_minor) FROM ledger_entry e JOIN ledger_entry c ON c.booking_id = e.booking_id"
    " JOIN dispute d ON d.id = c.source_id AND d.entry_id = e.id JOIN transfer t ON t.entry_id = c.id"
    " WHERE e.id IN (:charges) AND c.kind = 'credit' GROUP BY e.id"
)


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the ledger with its amounts (a refund's are negative) and what became of its visit."""

    id: str
    kind: Kind
    fee_source: Source
    fee_source_label: str
    entered_at: datetime
    booking_id: str
    facility_id: str | None
    facility_name: str | None
    individual_name: str
    """Empty where no visit led to it."""
    appointment_at: datetime | None
    """When its visit is, or would have been: a visit that was moved has its present time."""
    zone: str
    undoes_id: str | None
    sentence: str | None
    cause: str | None
    receipt: str | None
    session_fee_minor: int
    transaction_fee_minor: int
    tax_minor: int
    money_minor: int
    """What was put on an account, or came back of that."""
    currency: str
    payment_id: str | None
    payment_status: str | None
    return_status: str | None
    """Of a refund to a card: ``returning``, then ``returned``."""
    returned_at: datetime | None
    visit_id: str | None
    visit_status: str | None
    visit_ends_at: datetime | None
    visit_total_minor: int | None
    cancelled_at: datetime | None
    cancelled_by: str | None
    reason: str | None

    @property
    def total_minor(self) -> int:
        """Everything that it moves, in minor units."""
        return self.session_fee_minor + self.transaction_fee_minor + self.tax_minor + self.money_minor

    @property
    def is_on_its_way(self) -> bool:
        """Whether it is a refund that its card does not have yet."""
        return self.kind == "refund" and self.return_status == "returning"


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which lines, in which order, behind which one. ``after`` is a key of the sort order and an id."""

    sort: Sort
    order: Order
    limit: int
    after: tuple[str | int, str] | None = None
    where: Where = EVERYTHING


@dataclass(frozen=True, slots=True)
class Back:
    """What came back of one charge. Amounts are in minor units."""

    amount_minor: int
    on_its_way_minor: int
    """How much of it has not arrived yet."""
    sentence: str | None
    """Of the newest refund."""
    causes: frozenset[str]
    credited_minor: int = 0
    """What was given as account credit instead."""


_NOTHING: Final = Back(0, 0, None, frozenset())


def keys_statement(chosen: Chosen, said: dict[str, object]) -> TextClause:
    """Return the statement that finds a page's sort keys and ids, its values put into ``said``."""
    key, direction = _KEYS[chosen.sort], chosen.order.upper()
    where = ["e.account_id = :account", *chosen.where.clauses(said)]
    said["limit"] = chosen.limit
    visit = " LEFT JOIN visit v ON v.id = e.booking_id" if chosen.sort == "appointment" else ""
    if chosen.after is not None:
        said["after_key"], said["after_id"] = chosen.after
        where.append(f"({key}, e.id) {'>' if chosen.order == 'asc' else '<'} (:after_key, :after_id)")
    return text(
        f"SELECT {key} AS sort_key, e.id FROM ledger_entry e{visit} WHERE {' AND '.join(where)}"  # noqa: S608  # constants
        f" ORDER BY {key} {direction}, e.id {direction} LIMIT :limit"
    )


def page(tx: Tx, account_id: str, chosen: Chosen) -> Sequence[tuple[str, Line]]:
    """Return lines with their sort keys, at most ``chosen.limit``; lines with equal keys are ordered by id."""
    said: dict[str, object] = {"account": account_id}
    found = tx.session.execute(keys_statement(chosen, said), said).all()
    lines = of_ids(tx, account_id, [str(entry_id) for _key, entry_id in found])
    return [(str(key), lines[entry_id]) for key, entry_id in found]


def of_ids(tx: Tx, account_id: str, ids: Sequence[str]) -> Mapping[str, Line]:
    """Return those of the entries that are the account's, by their ids."""
    if not ids:
        return {}
    statement = text(_LINES).bindparams(bindparam("ids", expanding=True, type_=Text()))
    rows = tx.session.execute(statement, {"account": account_id, "ids": list(ids)}).all()
    return {line.id: line for line in map(_line, rows)}


def of_booking(tx: Tx, account_id: str, booking_id: str) -> Sequence[Line]:
    """Return every line of one booking, the oldest first."""
    rows = tx.session.execute(
        text("SELECT id FROM ledger_entry WHERE booking_id = :booking AND account_id = :account"),
        {"booking": booking_id, "account": account_id},
    )
    found = of_ids(tx, account_id, [str(entry_id) for (entry_id,) in rows])
    return sorted(found.values(), key=lambda line: (line.entered_at, line.id))


def _credited_for(tx: Tx, charge_ids: Sequence[str]) -> Mapping[str, int]:
    """Return what was given as account credit for each of these charges, in minor units, where something was."""
    said: dict[str, Value] = {}
    return {
        str(charge): int(amount) for charge, amount in tx.run(_CREDITED.for_each("charges", charge_ids, said), said)
    }


def backs_of(tx: Tx, charge_ids: Sequence[str]) -> Mapping[str, Back]:
    """Return what came back of each of these entries, or was given as credit for it, where something was."""
    if not charge_ids:
        return {}
    rows = tx.session.execute(
        text(
            "SELECT e.undoes_id, e.sentence, e.cause, SUM(t.amount_minor), MAX(r.status) FROM ledger_entry e"
            " JOIN transfer t ON t.entry_id = e.id LEFT JOIN payment_return r ON r.entry_id = e.id"
            " WHERE e.undoes_id IN :charges GROUP BY e.undoes_id, e.id, e.sentence, e.cause, e.entered_at"
            " ORDER BY e.entered_at, e.id"
        ).bindparams(bindparam("charges", expanding=True, type_=Text())),
        {"charges": list(charge_ids)},
    )
    found: dict[str, Back] = {}
    for undone, sentence, cause, moved, status in rows:
        amount = int(moved)
        before = found.get(undone, _NOTHING)
        found[undone] = Back(
            before.amount_minor + amount,
            before.on_its_way_minor + (amount if status == "returning" else 0),
            sentence or before.sentence,
            before.causes | ({cause} if cause else set()),
        )
    for charge, credited in _credited_for(tx, charge_ids).items():
        found[charge] = replace(found.get(charge, _NOTHING), credited_minor=credited)
    return found


def _line(row: Row[tuple[object, ...]]) -> Line:
    said = row._mapping
    return Line(
        id=said["id"],
        kind=said["kind"],
        fee_source=said["fee_source"],
        fee_source_label=said["fee_source_label"],
        entered_at=instant_of(said["entered_at"]),
        booking_id=said["booking_id"],
        facility_id=said["facility_id"],
        facility_name=said["facility_name"],
        individual_name=said["individual_name"],
        appointment_at=_instant(said["appointment_at"]),
        zone=said["zone"],
        undoes_id=said["undoes_id"],
        sentence=said["sentence"],
        cause=said["cause"],
        receipt=said["receipt"],
        session_fee_minor=int(said["session_fee"]),
        transaction_fee_minor=int(said["transaction_fee"]),
        tax_minor=int(said["tax"]),
        money_minor=int(said["money"]),
        currency=said["currency"],
        payment_id=said["payment_id"],
        payment_status=said["payment_status"],
        return_status=said["return_status"],
        returned_at=_instant(said["returned_at"]),
        visit_id=said["visit_id"],
        visit_status=said["visit_status"],
        visit_ends_at=_instant(said["visit_ends_at"]),
        visit_total_minor=said["visit_total"],
        cancelled_at=_instant(said["cancelled_at"]),
        cancelled_by=said["cancelled_by"],
        reason=said["reason"],
    )


def _instant(value: int | None) -> datetime | None:
    return None if value is None else instant_of(value)
