"""What the lines of Transaction Details come to: paid by whom, what came back, by fee source and by month.

Sums of transfers, made by the database over exactly the lines that the same filter shows. Amounts of several currencies
are never added up: each currency has totals of its own. What a visit cost counts here, with its tax; what was put on a
prepaid balance is money that has not been spent yet and counts apart, so that nothing is counted twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import text

from backend.db import Tx
from backend.money import transactions
from backend.money.transactions import Filter, midnight
from backend.money.where import Source, Where
from backend.security import Actor
from backend.types import instant_of, microseconds

YOURS: Final[frozenset[Source]] = frozenset({"card", "balance"})
"""Sources that are the account's own money; the others pay for it."""


@dataclass(slots=True)
class Sums:
    """Minor units that were charged for visits, and that came back of them."""

    charged_minor: int = 0
    came_back_minor: int = 0

    @property
    def net_minor(self) -> int:
        """What stayed charged."""
        return self.charged_minor - self.came_back_minor

    def __iadd__(self, other: Sums) -> Sums:
        """Add another source's or month's."""
        self.charged_minor += other.charged_minor
        self.came_back_minor += other.came_back_minor
        return self


@dataclass(slots=True)
class CurrencyTotals:
    """Totals in one currency, in its minor units."""

    currency: str
    by_you: Sums = field(default_factory=Sums)
    by_others: Sums = field(default_factory=Sums)
    tax_minor: int = 0
    """Tax within what stayed charged to you."""
    put_on_balance_minor: int = 0
    credited_minor: int = 0
    sources: dict[Source, Sums] = field(default_factory=lambda: defaultdict(Sums))
    months: dict[date, Sums] = field(default_factory=lambda: defaultdict(Sums))
    """What you paid in each of the facilities' months, by its first day; only months with a charge or a refund."""


@dataclass(frozen=True, slots=True)
class Totals:
    """How many lines there are, and what they come to in each currency."""

    lines: int
    currencies: tuple[CurrencyTotals, ...]


@dataclass(frozen=True, slots=True)
class _Month:
    """One month of one zone, from its first instant to the next month's (UTC microseconds, end exclusive)."""

    zone: int
    first: date
    since: int
    until: int


def totals(tx: Tx, actor: Actor, chosen: Filter) -> Totals:
    """Return what the account's lines that fit a filter come to."""
    return of(tx, actor.account, transactions.where_of(tx, actor.account, chosen))


def of(tx: Tx, account_id: str, where: Where) -> Totals:
    """Return what these of the account's lines come to."""
    said: dict[str, object] = {"account": account_id}
    clauses = ["e.account_id = :account", *where.clauses(said)]
    spread = tx.session.execute(
        text(
            "SELECT e.zone, COUNT(*), MIN(e.entered_at), MAX(e.entered_at)"  # noqa: S608  # conditions are constants
            f" FROM ledger_entry e WHERE {' AND '.join(clauses)} GROUP BY e.zone"
        ),
        said,
    ).all()
    if not spread:
        return Totals(0, ())
    months: list[_Month] = []
    for number, (zone, _count, first, last) in enumerate(spread):
        said[f"month_zone{number}"] = zone
        months += _months(number, zone, instant_of(first), instant_of(last))
    return Totals(sum(int(count) for _zone, count, _first, _last in spread), _summed(tx, months, clauses, said))


def _summed(
    tx: Tx, months: Sequence[_Month], clauses: Sequence[str], said: dict[str, object]
) -> tuple[CurrencyTotals, ...]:
    statement = _on_sqlite if tx.session.get_bind().dialect.name == "sqlite" else _on_postgresql
    rows = tx.session.execute(text(statement(months, clauses)), said)
    found: dict[str, CurrencyTotals] = {}
    for number, kind, source, line, currency, amount in rows:
        one = found.setdefault(currency, CurrencyTotals(currency))
        _add(one, months[number].first, (kind, source, line), int(amount))
    return tuple(found[currency] for currency in sorted(found))


def _on_sqlite(months: Sequence[_Month], clauses: Sequence[str]) -> str:
    """Return the statement in which the months lead, so that each is a walk along the account's index."""
    rows = (f"({number}, :month_zone{one.zone}, {one.since}, {one.until})" for number, one in enumerate(months))
    return (
        f"WITH month (number, zone, since, until) AS (VALUES {', '.join(rows)})"  # noqa: S608  # numbers and constants
        " SELECT m.number, e.kind, e.fee_source, t.line, t.currency, SUM(t.amount_minor)"
        " FROM month m CROSS JOIN ledger_entry e CROSS JOIN transfer t"
        f" WHERE t.entry_id = e.id AND {' AND '.join(clauses)}"
        " AND e.zone = m.zone AND e.entered_at >= m.since AND e.entered_at < m.until"
        " GROUP BY m.number, e.kind, e.fee_source, t.line, t.currency"
    )


def _on_postgresql(months: Sequence[_Month], clauses: Sequence[str]) -> str:
    """Return the statement that looks each line's month up among its zone's: joined, it would be held against all."""
    choices = []
    for zone in sorted({one.zone for one in months}):
        own = [(number, one.since) for number, one in enumerate(months) if one.zone == zone]
        begins = ", ".join(str(since) for _number, since in own)
        look_up = f"width_bucket(e.entered_at, CAST(ARRAY[{begins}] AS BIGINT[])) + {own[0][0] - 1}"
        choices.append(f"WHEN e.zone = :month_zone{zone} THEN {look_up}")
    # made of whole numbers and of the constants of this package; what a person says is always a value
    return (
        f"SELECT CASE {' '.join(choices)} END, e.kind, e.fee_source, t.line, t.currency, SUM(t.amount_minor)"  # noqa: S608
        " FROM ledger_entry e JOIN transfer t ON t.entry_id = e.id"
        f" WHERE {' AND '.join(clauses)} GROUP BY 1, 2, 3, 4, 5"
    )


def _add(to: CurrencyTotals, month: date, what: tuple[str, Source, str], amount: int) -> None:
    kind, source, line = what
    if line == "money":
        if source == "credit":
            to.credited_minor += -amount if kind == "refund" else amount
        else:
            to.put_on_balance_minor += -amount if kind == "refund" else amount
        return
    sums = Sums(came_back_minor=amount) if kind == "refund" else Sums(charged_minor=amount)
    to.sources[source] += sums
    if source not in YOURS:
        to.by_others += sums
        return
    to.by_you += sums
    to.months[month] += sums
    if line == "tax":
        to.tax_minor += sums.net_minor


def _months(number: int, zone: str, first: datetime, last: datetime) -> Iterable[_Month]:
    day = first.astimezone(ZoneInfo(zone)).date().replace(day=1)
    while (begins := midnight(day, zone)) <= last:
        following = (day + timedelta(days=32)).replace(day=1)
        yield _Month(number, day, microseconds(begins), microseconds(midnight(following, zone)))
        day = following
