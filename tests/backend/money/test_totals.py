"""Totals, statement and exports come to what the ledger holds, for whatever history and filter."""

from __future__ import annotations

import csv
import io
import os
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from backend.clock import SteppedClock
from backend.db import Database
from backend.money import exporting, statement, totals, transactions
from backend.money.totals import YOURS, Totals
from backend.money.transactions import Filter
from backend.roster.names import fold
from backend.security import Actor
from tests.backend.money.histories import BEGIN, Event, Fact, Place, enter, histories, places

EXAMPLES = 300 if os.environ.get("VISITDESK_TORTURE") else 12
BOTH = [
    Event("cash", 1, 0, (100, 0, 0)),
    Event("card", 0, 4, (570, 5, 40)),
    Event("balance", 0, 0, (50, 0, 4)),
    Event("refund", 0, 300, (30, 5, 4)),
    Event("refund", 0, 1, (30, 5, 4)),
]
"""Paid on 1 February by the clock of UTC, and on 31 January where the facilities are; given back later."""
days = st.none() | st.integers(-3, 160).map(lambda ahead: BEGIN.date() + timedelta(days=ahead))
filters = st.builds(
    Filter,
    first=days,
    last=days,
    person=st.none() | st.sampled_from(("ortega", "ABEL", "nobody")),
    facility=st.none() | st.sampled_from(("county", "kona", "nowhere")),
    source=st.none() | st.sampled_from(("card", "balance", "credit", "cash", "none")),
)


@pytest.fixture
def here(database: Database, clock: SteppedClock) -> tuple[Database, tuple[Place, ...]]:
    clock.set(BEGIN + timedelta(days=3000))
    return database, places(database)


def fits(fact: Fact, chosen: Filter) -> bool:
    """Say whether a line is one of those that were asked for."""
    return (
        (chosen.first is None or fact.day >= chosen.first)
        and (chosen.last is None or fact.day <= chosen.last)
        and (chosen.person is None or fold(chosen.person) in fold(fact.name))
        and (chosen.facility is None or fold(chosen.facility) in fold(fact.facility))
        and (chosen.source is None or fact.source == chosen.source)
    )


def summed(facts: Sequence[Fact]) -> dict[str, tuple[int, ...]]:
    """Return by currency: by you, back to you, by others, back to others, tax kept, put on the balance, credited."""
    found: dict[str, list[int]] = {}
    for fact in facts:
        if fact.kind == "no_charge":
            continue
        sums = found.setdefault(fact.currency, [0] * 7)
        back = fact.kind == "refund"
        sums[(0 if fact.source in YOURS else 2) + back] += fact.visit_minor
        if fact.source in YOURS:
            sums[4] += -fact.tax_minor if back else fact.tax_minor
        sums[6 if fact.kind == "credit" else 5] += fact.money_minor
    return {currency: tuple(sums) for currency, sums in found.items()}


def by_month(facts: Sequence[Fact]) -> dict[tuple[str, date], int]:
    found: Counter[tuple[str, date]] = Counter()
    for fact in facts:
        if fact.source in YOURS and fact.visit_minor:
            sign = -1 if fact.kind == "refund" else 1
            found[fact.currency, fact.day.replace(day=1)] += sign * fact.visit_minor
    return dict(found)


def told(found: Totals) -> dict[str, tuple[int, ...]]:
    return {
        one.currency: (
            one.by_you.charged_minor,
            one.by_you.came_back_minor,
            one.by_others.charged_minor,
            one.by_others.came_back_minor,
            one.tax_minor,
            one.put_on_balance_minor,
            one.credited_minor,
        )
        for one in found.currencies
    }


def table(db: Database, actor: Actor, chosen: Filter) -> list[dict[str, str]]:
    """Return the exported table, read back as another program reads it."""
    rows: list[str] = []
    cursor: str | None = None
    while True:
        piece = db.read_now(lambda tx, cursor=cursor: exporting.table(tx, actor, chosen, cursor))  # type: ignore[misc]
        rows += piece.rows
        if (cursor := piece.next_cursor) is None:
            assert piece.done == piece.lines == len(rows) - 1
            return list(csv.DictReader(io.StringIO("".join(f"{row}\r\n" for row in rows), newline="")))


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(history=BOTH, chosen=Filter(first=date(2026, 2, 1)))
@example(history=BOTH, chosen=Filter(last=date(2026, 1, 31)))
@example(history=BOTH, chosen=Filter(source="card"))
@given(history=histories, chosen=filters)
def test_totals_and_table_equal_the_sums_of_the_ledger_for_exactly_the_lines_that_fit(
    here: tuple[Database, tuple[Place, ...]], history: list[Event], chosen: Filter
) -> None:
    db, at = here
    actor, facts = enter(db, at, history)
    wanted = [fact for fact in facts if fits(fact, chosen)]

    found = db.read_now(lambda tx: totals.totals(tx, actor, chosen))
    lines, _ = db.read_now(
        lambda tx: transactions.listed(tx, actor, chosen, sort="date_paid", order="asc", cursor=None, limit=200)
    )
    rows = table(db, actor, chosen)

    assert [line.id for line in lines] == [fact.entry_id for fact in wanted]
    assert (found.lines, told(found)) == (len(wanted), summed(wanted))
    months = {(one.currency, month): of.net_minor for one in found.currencies for month, of in one.months.items()}
    assert months == by_month(wanted)
    for one in found.currencies:
        assert sum(of.charged_minor for of in one.sources.values()) == (
            one.by_you.charged_minor + one.by_others.charged_minor
        )
        total = sum(Decimal(row["Total"]) for row in rows if row["Currency"] == one.currency)
        assert total * 100 == sum(line.total_minor for line in lines if line.currency == one.currency)
    assert [row["Line"] for row in rows] == [fact.entry_id for fact in wanted]


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(history=BOTH, first=date(2026, 2, 10), last=None)
@example(history=BOTH, first=None, last=date(2026, 1, 31))
@given(history=histories, first=days, last=days)
def test_a_statements_balance_after_is_that_before_and_what_its_lines_did_to_it(
    here: tuple[Database, tuple[Place, ...]], history: list[Event], first: date | None, last: date | None
) -> None:
    db, at = here
    actor, facts = enter(db, at, history)

    pages = db.read_now(lambda tx: statement.statement(tx, actor, first, last, None)).pages
    text = [line for page in pages for line in page]

    before = Counter[str]()
    after = Counter[str]()
    for fact in facts:
        before[fact.currency] += fact.on_balance_minor if first and fact.day < first else 0
        after[fact.currency] += fact.on_balance_minor if last is None or fact.day <= last else 0
    assert all(len(line) <= statement.WIDTH for line in text)
    assert balances(text, "Prepaid balance before") == {name: minor for name, minor in before.items() if minor}
    assert balances(text, "Prepaid balance after") == {name: minor for name, minor in after.items() if minor}
    assert sum("Page " in line for line in text) == len(pages)


def balances(text: Sequence[str], label: str) -> dict[str, int]:
    """Return the amounts behind a label, without those of zero."""
    found = {}
    for line in text:
        if label in line:
            words = line.split()
            currency = words.pop() if words[-1].isalpha() else "USD"
            found[currency] = round(Decimal(words[-1].replace("$", "")) * 100)
    return {currency: minor for currency, minor in found.items() if minor}
