"""A page of Transaction Details is a walk along one index, whatever the account's history."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from backend.db import Database, Tx
from backend.money import lines, transactions
from backend.money.lines import Chosen, Order
from backend.money.transactions import Filter
from tests.backend.money.histories import BEGIN, Event, enter, places

SOME = [Event("card", number % 3, 5, (570, 0, 0)) for number in range(12)]
INDEX = "ledger_entry_by_account"


def plan(db: Database, chosen: Chosen) -> str:
    """Return how the engine means to find a page, sorted only where it must be."""

    def look(tx: Tx) -> str:
        said: dict[str, object] = {"account": "any"}
        statement = lines.keys_statement(chosen, said)
        if db.is_sqlite:
            rows = tx.session.execute(text(f"EXPLAIN QUERY PLAN {statement.text}"), said).all()
            return "\n".join(str(row[3]) for row in rows)
        # a table of twelve rows is read whole, however well it is indexed: what matters is that nothing is sorted
        for way in ("seqscan", "bitmapscan", "indexonlyscan"):
            tx.session.execute(text(f"SET LOCAL enable_{way} = off"))
        return "\n".join(str(row[0]) for row in tx.session.execute(text(f"EXPLAIN {statement.text}"), said))

    return db.read_now(look)


@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize("after", [None, (0, "")], ids=["the first page", "a later page"])
@pytest.mark.parametrize("filtered", [False, True], ids=["all lines", "a filter"])
def test_by_the_day_of_payment_lines_are_found_along_the_index_and_nothing_is_sorted(
    database: Database, order: Order, after: tuple[int, str] | None, *, filtered: bool
) -> None:
    actor, _ = enter(database, places(database), SOME)
    chosen = Filter(BEGIN.date(), BEGIN.date(), person="abel", facility="county", source="card")
    where = database.read_now(lambda tx: transactions.where_of(tx, actor.account, chosen if filtered else Filter()))

    found = plan(database, Chosen("date_paid", order, 51, after, where))

    assert INDEX in found
    assert "B-TREE" not in found  # SQLite's word for sorting
    assert "Sort" not in found  # PostgreSQL's


def test_other_columns_are_sorted_and_the_test_would_see_it(database: Database) -> None:
    enter(database, places(database), SOME)

    found = plan(database, Chosen("session_fee", "asc", 51))

    assert ("USE TEMP B-TREE" in found) if database.is_sqlite else ("Sort" in found)
