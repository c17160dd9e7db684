"""``money reconcile``: the processors' books against ours."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from backend.cli.report import Progress, Refused, Report, count_of, table
from backend.context import Context
from backend.db import Tx
from backend.money.processors.base import NoAnswerError
from backend.money.reconciling import Difference, Span
from backend.money.reconciling_rows import Comparison, compare
from backend.money.words import amount_words
from backend.text import Day

DEFAULT_DAYS: Final = timedelta(days=31)
COLUMNS: Final = ("at", "difference", "payment", "reference", "amount_minor", "currency", "said", "next_step")
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Reconcile:
    """Which days of UTC to compare, both included, and whether as CSV."""

    since: Day | None = None
    until: Day | None = None
    csv: bool = False


def reconcile(context: Context, asked: Reconcile, _progress: Progress) -> Report:
    """List every difference of a span."""
    span = _span(asked, context.db.read_now(_now))
    try:
        comparison = compare(context.db, context.processors, span)
    except NoAnswerError as error:
        raise Refused("The processor did not answer, so nothing was compared.", "Try again in a minute.") from error
    rows = [_row(one) for one in comparison.found]
    lines = _csv(rows) if asked.csv else _lines(comparison)
    return Report(lines, [dict(zip(COLUMNS, row, strict=True)) for row in rows], wrong=bool(comparison.found))


def _now(tx: Tx) -> datetime:
    return tx.now


def _span(asked: Reconcile, now: datetime) -> Span:
    until = now if asked.until is None else min(now, _midnight(asked.until) + _DAY)
    since = until - DEFAULT_DAYS if asked.since is None else _midnight(asked.since)
    if since >= until:
        raise Refused("These days end before they begin, or have not come yet.")
    return Span(since, until, now)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _row(one: Difference) -> tuple[str | int, ...]:
    at = one.at.isoformat(timespec="seconds")
    ids = (one.payment_id or "", one.reference or "")
    return (at, one.kind, *ids, one.amount_minor, one.currency, one.said, one.next_step)


def _csv(rows: list[tuple[str | int, ...]]) -> tuple[str, ...]:
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerows([COLUMNS, *rows])
    return tuple(written.getvalue().splitlines())


def _lines(comparison: Comparison) -> tuple[str, ...]:
    span, found = comparison.span, comparison.found
    said = f"{span.since:%Y-%m-%d %H:%M} to {span.until:%Y-%m-%d %H:%M} UTC"
    counted = count_of(comparison.payments, "payment")
    lines = [f"{said}: {counted}, {count_of(comparison.records, 'movement')} in the processor's books."]
    lines += [
        f"{count_of(number, 'payment')} with {name!r}, whose books cannot be read here: compared with the ledger only."
        for name, number in sorted(comparison.not_compared.items())
    ]
    if not found:
        return (*lines, "The books agree.")
    lines += [f"{count_of(len(found), 'difference')}:", ""]
    for kind in dict.fromkeys(one.kind for one in found):
        of_kind = [one for one in found if one.kind == kind]
        rows = [
            (f"{one.at:%Y-%m-%d %H:%M:%S}", amount_words(one.amount_minor, one.currency), one.payment_id or "-",
             one.reference or "-", one.said)
            for one in of_kind
        ]  # fmt: skip
        lines += [f"{kind}. {of_kind[0].next_step}"]
        lines += [f"  {line}" for line in table(rows, ("WHEN", "AMOUNT", "PAYMENT", "AT THE PROCESSOR", "WHAT"))] + [""]
    return tuple(lines[:-1])
