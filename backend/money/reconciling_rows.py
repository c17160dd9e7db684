"""Reading both sides of :mod:`backend.money.reconciling`: our rows, and the processors' books."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol, runtime_checkable

from sqlalchemy import func as sql
from sqlalchemy import or_
from sqlmodel import col, select

from backend.db import Database, Tx
from backend.money.models import LedgerEntry, Payment, PaymentReturn, Transfer
from backend.money.processors.base import Processor, Record
from backend.money.processors.registry import Processors
from backend.money.processors.test import TestProcessor
from backend.money.reconciling import CLOCKS_APART, Difference, Ours, Span, differences, within_own_books

AT_ONCE: Final = 500
"""Payments that one question to the database is about."""
KEPT_BY: Final = {"reader": "stripe"}
"""In whose books stands what a processor without books of its own has moved."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came of comparing the books of a span."""

    span: Span
    found: tuple[Difference, ...]
    payments: int
    """How many payments of ours were compared with a processor's books."""
    records: int
    """How many charges and refunds the processors' books had."""
    not_compared: dict[str, int]
    """How many payments were held against our own books only, by processor: it keeps none, or is not set up."""


def compare(db: Database, processors: Processors, span: Span) -> Comparison:
    """Compare all books of a span, outside of any event loop.

    Raises :class:`backend.money.processors.base.NoAnswerError`.
    """
    keep_books = {one.name: one for one in processors.every if not isinstance(one, TestProcessor)}
    touched = db.read_now(lambda tx: _touched(tx, span))
    begun = min((each.begun for each in touched), default=span.since)
    records = asyncio.run(_records(tuple(keep_books.values()), min(begun, span.since), span.until))
    known = {each.payment_id for each in touched}
    ours = db.read_now(lambda tx: list(_ours(tx, known, records)))
    compared = [each for each in ours if _books_of(each.payment) in keep_books]
    alone = [each for each in ours if _books_of(each.payment) not in keep_books]
    not_compared: dict[str, int] = defaultdict(int)
    for each in alone:
        not_compared[each.payment.processor] += 1
    found = (*differences(compared, records, span), *within_own_books(alone, span))
    seen = sum(span.holds(record.at) for record in records)
    return Comparison(span, found, len(compared), seen, dict(not_compared))


def _books_of(payment: Payment) -> str:
    return KEPT_BY.get(payment.processor, payment.processor)


@runtime_checkable
class HasConnections(Protocol):
    """A processor that keeps connections open, which belong to the event loop that made them."""

    async def close(self) -> None:
        """Close those of the running event loop."""
        ...


async def _records(processors: Iterable[Processor], since: datetime, until: datetime) -> list[Record]:
    """Return what the processors' books have, with what their clocks may be apart from ours on either side."""
    found: list[Record] = []
    for processor in processors:
        try:
            found += [record async for record in processor.records(since - CLOCKS_APART, until + CLOCKS_APART)]
        finally:
            if isinstance(processor, HasConnections):
                await processor.close()
    return found


@dataclass(frozen=True, slots=True)
class _Touched:
    """A payment that something happened to in the span, and since when its movements can be in a processor's books."""

    payment_id: str
    begun: datetime


def _touched(tx: Tx, span: Span) -> list[_Touched]:
    settled = col(Payment.settled_at).between(span.since, span.until)
    made = col(Payment.created_at).between(span.since, span.until)
    payments = select(Payment.id, Payment.created_at).where(or_(settled, made))
    came = or_(
        col(PaymentReturn.settled_at).between(span.since, span.until),
        col(PaymentReturn.created_at).between(span.since, span.until),
    )
    returns = select(PaymentReturn.payment_id, PaymentReturn.created_at).where(came)
    rows = (*tx.session.exec(payments), *tx.session.exec(returns))
    return [_Touched(payment_id, begun) for payment_id, begun in rows]


def _ours(tx: Tx, payment_ids: set[str], records: Sequence[Record]) -> Iterator[Ours]:
    """Yield the payments of these ids and those that the records are about, with what the ledger has of them."""
    wanted = payment_ids | {record.payment_id for record in records if record.payment_id is not None}
    charged = {record.charge_reference for record in records}
    payments = {one.id: one for some in _some(wanted) for one in _payments(tx, some)}
    payments |= {one.id: one for some in _some(charged) for one in _payments_called(tx, some)}
    for some in _some(payments):
        entries = _entries(tx, some)
        returns: dict[str, list[PaymentReturn]] = defaultdict(list)
        for one in tx.session.exec(select(PaymentReturn).where(col(PaymentReturn.payment_id).in_(some))):
            returns[one.payment_id].append(one)
        for payment_id in some:
            of_it = entries[payment_id]
            yield Ours(
                payments[payment_id],
                sum(amount for kind, _, amount in of_it if kind != "refund"),
                {entry_id: amount for kind, entry_id, amount in of_it if kind == "refund"},
                tuple(sorted(returns[payment_id], key=lambda one: one.entry_id)),
            )


def _payments(tx: Tx, payment_ids: Sequence[str]) -> Sequence[Payment]:
    return tx.session.exec(select(Payment).where(col(Payment.id).in_(payment_ids))).all()


def _payments_called(tx: Tx, references: Sequence[str]) -> Sequence[Payment]:
    """Return payments by the processor's own name of their charge."""
    return tx.session.exec(select(Payment).where(col(Payment.processor_reference).in_(references))).all()


def _entries(tx: Tx, payment_ids: Sequence[str]) -> dict[str, list[tuple[str, str, int]]]:
    """Return kind, id and amount of the entries that each payment has to its card."""
    query = (
        select(LedgerEntry.payment_id, LedgerEntry.kind, LedgerEntry.id, sql.sum(Transfer.amount_minor))
        .join(Transfer, col(Transfer.entry_id) == col(LedgerEntry.id))
        .where(col(LedgerEntry.payment_id).in_(payment_ids), LedgerEntry.fee_source == "card")
        .group_by(col(LedgerEntry.payment_id), col(LedgerEntry.kind), col(LedgerEntry.id))
    )
    found: dict[str, list[tuple[str, str, int]]] = defaultdict(list)
    for payment_id, kind, entry_id, amount in tx.session.exec(query):
        found[str(payment_id)].append((kind, entry_id, int(amount)))
    return found


def _some(values: Iterable[str]) -> Iterator[list[str]]:
    every = sorted(values)
    for start in range(0, len(every), AT_ONCE):
        yield every[start : start + AT_ONCE]
