"""Exports go out in pieces: whole, once, harmless to a spreadsheet, and as the ledger stood when they began."""

from __future__ import annotations

import pytest

from backend.db import Database
from backend.errors import Problem
from backend.money import exporting, statement
from backend.money.exporting import harmless
from backend.money.transactions import Filter
from tests.backend.money.histories import Event, enter, places

FIVE = [Event("balance", 0, 1, (570, 0, 40)) for _ in range(5)]
ALL = Filter()


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t", "\r", " =", "\uff1d"])
def test_a_cell_that_a_spreadsheet_would_calculate_begins_with_an_apostrophe(begins: str) -> None:
    assert harmless(f"{begins}1+1") == f"'{begins}1+1"
    assert harmless("Mateo Rivera") == "Mateo Rivera"
    assert harmless("O'Brien-Díaz =1") == "O'Brien-Díaz =1"


def test_a_row_has_the_seeds_columns_first_amounts_as_they_are_and_names_made_harmless(db: Database) -> None:
    at = places(db)
    actor, _ = enter(db, at, [Event("card", 0, 1, (570, 5, 40)), Event("refund", 0, 1, (570, 0, 0))])

    heading, charge, refund = db.read_now(lambda tx: exporting.table(tx, actor, ALL, None)).rows

    assert heading.startswith(
        "Date Paid,Incarcerated Individual's Name,Appointment Date/Time,Session Fee,Transaction Fee,Fee Source,Details,"
    )
    assert charge.startswith(
        "2026-01-31,'=cmd|' /C calc'!A0,2026-02-03 17:01,5.70,0.05,Card,Returned,0.40,0.00,6.15,USD,"
    )
    assert ",-5.70,0.00,Card,Refund,0.00,0.00,-5.70,USD," in refund
    assert ",The facility cancelled. $5.70 came back to Card.," in refund


def test_pieces_are_the_whole_and_what_is_entered_meanwhile_is_in_none_of_them(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "ROWS", 2)
    at = places(db)
    actor, facts = enter(db, at, FIVE)

    rows: list[str] = []
    done: list[tuple[int, int]] = []
    cursor: str | None = None
    while True:
        piece = db.read_now(lambda tx, cursor=cursor: exporting.table(tx, actor, ALL, cursor))  # type: ignore[misc]
        rows += piece.rows
        done.append((piece.done, piece.lines))
        enter(db, at, FIVE, actor=actor, begin=db.clock.now())
        if (cursor := piece.next_cursor) is None:
            break

    assert [row.rsplit(",", 1)[1] for row in rows[1:]] == [fact.entry_id for fact in facts]
    assert done == [(2, 5), (4, 5), (5, 5)]


@pytest.mark.parametrize("made", ["table", "statement"])
def test_pieces_among_which_a_line_was_committed_late_are_refused_at_the_end(
    db: Database, monkeypatch: pytest.MonkeyPatch, made: str
) -> None:
    monkeypatch.setattr(exporting, "ROWS", 2)
    monkeypatch.setattr(statement, "A_PAGE", 2)
    monkeypatch.setattr(statement, "PAGES", 1)
    at = places(db)
    actor, _ = enter(db, at, FIVE)

    def piece(cursor: str | None) -> str | None:
        if made == "table":
            return db.read_now(lambda tx: exporting.table(tx, actor, ALL, cursor)).next_cursor
        return db.read_now(lambda tx: statement.statement(tx, actor, None, None, cursor)).next_cursor

    cursor = piece(piece(None))
    enter(db, at, FIVE[:1], actor=actor)

    with pytest.raises(Problem, match="transactions_changed"):
        piece(cursor)
    assert piece(None) is not None


def test_a_statement_numbers_its_pages_on_over_pieces_and_closes_once(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statement, "A_PAGE", 2)
    monkeypatch.setattr(statement, "PAGES", 1)
    actor, _ = enter(db, places(db), [Event("cash", 0, 1, (9000, 0, 0)), *FIVE])

    pages: list[tuple[str, ...]] = []
    cursor: str | None = None
    while True:
        piece = db.read_now(
            lambda tx, cursor=cursor: statement.statement(tx, actor, None, None, cursor)  # type: ignore[misc]
        )
        pages += piece.pages
        if (cursor := piece.next_cursor) is None:
            break

    assert [line[:7].strip() for page in pages for line in page if "Page " in line] == ["Page 1", "Page 2", "Page 3"]
    assert [number for number, page in enumerate(pages) if any("balance before" in line for line in page)] == [0]
    assert [number for number, page in enumerate(pages) if any("balance after" in line for line in page)] == [2]
    assert any(line.split() == ["Prepaid", "balance", "after", "$59.51"] for line in pages[2])
    assert any("Receipt R-17." in line for line in pages[0])


@pytest.mark.parametrize("cursor", ["!!", "WyJhIl0", "WyJ4IiwieCIsIngiLCJ4IiwieCJd"])
def test_a_made_up_place_is_refused(db: Database, cursor: str) -> None:
    actor, _ = enter(db, places(db), FIVE)

    with pytest.raises(Problem, match="invalid"):
        db.read_now(lambda tx: exporting.table(tx, actor, ALL, cursor))
